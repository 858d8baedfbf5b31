// Rival tolls on transit: what each would ask for itself, what they would ask together, and who pays for it.
import { Bars } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { money, number, tonnes } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName, largest } from "../read.ts";
import { Sheet } from "../Sheet.tsx";
import type { State } from "../store.ts";
import { TwinKeys, Twins } from "../twins.tsx";
import { Facts, Said } from "./Parts.tsx";

type Player = { economy: string; toll: number; tonnes: number; revenue: number; gain: number; payoff: number };
type Outcome = {
    state: string; // none, rivals, together
    revenue: number;
    world: number;
    players: Player[];
    economies: { economy: string; gain: number }[];
};
type Search = {
    outcome: string;
    rounds: number;
    cycle: number;
    regret: number;
    best_deviation: number[];
    deviation_gain: number[];
};
export type TollsResult = {
    scenario: string;
    toll_payoff: string;
    toll_max: number;
    rivals: Search;
    together?: Search;
    states: Outcome[];
    equilibria: number;
    sentences: string[];
    warnings: string[];
};

const stateOf = (result: TollsResult, name: string) => result.states.find((s) => s.state === name);

function Asked({ result, state }: { result: TollsResult; state: State }) {
    const rivals = stateOf(result, "rivals")!;
    const together = stateOf(result, "together");
    const names: [string, string] = [t("tolls.state.rivals"), t("tolls.state.together")];
    const rows = (value: (p: Player) => number, label: (p: Player) => string) =>
        rivals.players.map((p, i) => ({
            id: p.economy,
            name: economyName(state, p.economy),
            values: [value(p), together ? value(together.players[i]!) : 0] as [number, number],
            label: label(p),
        }));
    const numbers = (unit: string, value: (p: Player) => number) => ({
        columns: [{ name: t("economy") }, { name: names[0], unit }, ...(together ? [{ name: names[1], unit }] : [])],
        rows: rivals.players.map((p, i) => [
            economyName(state, p.economy),
            value(p),
            ...(together ? [value(together.players[i]!)] : []),
        ]),
    });
    return (
        <>
            <Figure
                title={t("tolls.title")}
                note={`${t("tolls.note", { most: number(result.toll_max) })}${together ? ` ${t("tolls.number")}` : ""}`}
                name="rival-tolls"
                numbers={numbers("USD/t", (p) => p.toll)}
            >
                {together && <TwinKeys names={names} />}
                <Twins
                    rows={rows(
                        (p) => p.toll,
                        (p) => `${number(p.toll)} ${t("unit.usdTonne")}`,
                    )}
                    told={(v) => `${number(v)} ${t("unit.usdTonne")}`}
                />
            </Figure>
            <Figure
                title={t("tolls.revenue")}
                note={`${t("tolls.revenueNote")}${together ? ` ${t("tolls.number")}` : ""}`}
                name="toll-revenue"
                numbers={numbers("m USD", (p) => p.revenue / 1e6)}
            >
                {together && <TwinKeys names={names} />}
                <Twins
                    rows={rows(
                        (p) => p.revenue,
                        (p) => money(p.revenue),
                    )}
                    told={money}
                />
            </Figure>
        </>
    );
}

function States({ result, state }: { result: TollsResult; state: State }) {
    return (
        <section class="toll-states">
            <h3>{t("tolls.states")}</h3>
            {result.states.map((s) => (
                <Sheet
                    key={s.state}
                    caption={t(`tolls.state.${s.state}` as Key)}
                    heads={[
                        { name: t("economy") },
                        { name: t("tolls.toll"), unit: "USD/t" },
                        { name: t("tolls.passing") },
                        { name: t("tolls.takes"), unit: "m USD" },
                        { name: t("tolls.income"), unit: "m USD" },
                    ]}
                    rows={s.players.map((p) => ({
                        id: p.economy,
                        cells: [
                            economyName(state, p.economy),
                            number(p.toll),
                            tonnes(p.tonnes),
                            number(p.revenue / 1e6),
                            number(p.gain / 1e6),
                        ],
                    }))}
                />
            ))}
        </section>
    );
}

// The certificate: the best that each could answer to the others' tolls, and what it would bring.
function Answers({ result, state }: { result: TollsResult; state: State }) {
    const rivals = stateOf(result, "rivals")!;
    return (
        <section class="toll-answers">
            <h3>{t("tolls.best")}</h3>
            <p class="note">{t("tolls.bestNote")}</p>
            <Sheet
                heads={[
                    { name: t("economy") },
                    { name: t("tolls.toll"), unit: "USD/t" },
                    { name: t("tolls.bestToll"), unit: "USD/t" },
                    { name: t("tolls.wouldGain"), unit: "m USD" },
                ]}
                rows={rivals.players.map((p, i) => ({
                    id: p.economy,
                    cells: [
                        economyName(state, p.economy),
                        number(p.toll, 4),
                        number(result.rivals.best_deviation[i] ?? NaN, 4),
                        number((result.rivals.deviation_gain[i] ?? NaN) / 1e6),
                    ],
                }))}
            />
        </section>
    );
}

function Bearers({ result, state }: { result: TollsResult; state: State }) {
    const rivals = stateOf(result, "rivals")!;
    const together = stateOf(result, "together");
    const alike = new Map(together?.economies.map((e) => [e.economy, e.gain]));
    const rows = [...rivals.economies].sort((a, b) => a.gain - b.gain);
    return (
        <Figure
            title={t("tolls.bearers")}
            note={`${t("tolls.bearersNote")}${together ? ` ${t("tolls.mark")}` : ""}${rows.length > 16 ? ` ${t("figure.largest", { n: 16, all: rows.length })}` : ""}`}
            name="toll-gains"
            numbers={{
                columns: [
                    { name: t("economy") },
                    { name: t("tolls.state.rivals"), unit: "m USD" },
                    ...(together ? [{ name: t("tolls.state.together"), unit: "m USD" }] : []),
                ],
                rows: rows.map((r) => [
                    economyName(state, r.economy),
                    r.gain / 1e6,
                    ...(together ? [(alike.get(r.economy) ?? 0) / 1e6] : []),
                ]),
            }}
        >
            <Bars
                bars={largest(rows, (r) => r.gain).map((r) => ({
                    id: r.economy,
                    name: economyName(state, r.economy),
                    value: r.gain,
                    mark: together ? (alike.get(r.economy) ?? null) : null,
                    label: money(r.gain, true),
                }))}
            />
        </Figure>
    );
}

export function Tolls({ result, state }: { result: TollsResult; state: State }) {
    const rivals = stateOf(result, "rivals")!;
    const together = stateOf(result, "together");
    const outcome = result.rivals.outcome;
    const verdict =
        outcome === "converged" ? t("tolls.found") : outcome === "stalled" ? t("tolls.circle") : t("tolls.notFound");
    return (
        <>
            <p>
                <span class={`badge ${outcome === "converged" ? "pays" : "open"}`}>{verdict}</span>{" "}
                <small>{t("tolls.solved", { n: number(result.equilibria) })}</small>
            </p>
            <Facts
                facts={[
                    [t("tolls.taken"), money(rivals.revenue), t("unit.ayear")],
                    ...(together
                        ? [
                              [t("tolls.takenTogether"), money(together.revenue), t("unit.ayear")] as [
                                  string,
                                  string,
                                  string,
                              ],
                          ]
                        : []),
                    [t("tolls.world"), money(rivals.world, true), t("unit.ayear")],
                    [t("tolls.payoff"), t(`tolls.payoff.${result.toll_payoff}` as Key)],
                ]}
            />
            <Asked result={result} state={state} />
            <States result={result} state={state} />
            <Answers result={result} state={state} />
            <Bearers result={result} state={state} />
            <Said state={state} title={t("said.title")} sentences={[...result.sentences, ...result.warnings]} />
        </>
    );
}
