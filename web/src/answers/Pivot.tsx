// Who is pivotal in the scenario as a game: Shapley values, and shares of the cost that each could accept.
import { Bars } from "../charts.tsx";
import { Ranges } from "../spreads.tsx";
import { Figure } from "../Figure.tsx";
import { money } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName } from "../read.ts";
import { Sheet } from "../Sheet.tsx";
import type { State } from "../store.ts";
import { TwinKeys, Twins } from "../twins.tsx";
import { Facts, Said } from "./Parts.tsx";

type Player = {
    economy: string;
    gain: number;
    alone: number;
    shapley: number;
    shapley_error: number;
    others_lose: number;
    world_loses: number;
    cost: number;
    share_most: number;
    share_shapley?: number;
    share_nucleolus?: number;
    share_core_least?: number;
    share_core_most?: number;
};
type Game = {
    game: string;
    exact: boolean;
    equilibria: number;
    worth: number;
    cost: number;
    players: Player[];
    gains?: { core_empty?: boolean };
    gains_less_cost?: { core_empty?: boolean };
    plan_excess?: number;
    plan_coalition?: string[];
};
export type PivotResult = { scenario: string; games: Game[]; sentences: string[]; warnings: string[] };

const NEEDED = ["gain", "alone", "shapley", "others_lose", "world_loses"] as const;
const SHARES = [
    "cost",
    "share_shapley",
    "share_nucleolus",
    "share_core_least",
    "share_core_most",
    "share_most",
] as const;

function Needed({ game, state }: { game: Game; state: State }) {
    const players = [...game.players].sort((a, b) => b.shapley - a.shapley);
    return (
        <Figure
            title={t("pivot.title")}
            note={`${t("pivot.note")} ${game.exact ? t("pivot.exact", { n: 2 ** players.length }) : t("pivot.sampled")}`}
            name={`pivot-${game.game}`}
            numbers={{
                columns: [
                    { name: t("economy") },
                    ...NEEDED.map((k) => ({ name: t(`pivot.${k}`), unit: "USD/yr" })),
                    ...(game.exact ? [] : [{ name: t("pivot.error"), unit: "USD/yr" }]),
                ],
                rows: players.map((p) => [
                    economyName(state, p.economy),
                    ...NEEDED.map((k) => p[k]),
                    ...(game.exact ? [] : [p.shapley_error]),
                ]),
            }}
        >
            <Bars
                bars={players.map((p) => ({
                    id: p.economy,
                    name: economyName(state, p.economy),
                    value: p.shapley,
                    mark: p.others_lose,
                    low: game.exact ? null : p.shapley - 1.96 * p.shapley_error,
                    high: game.exact ? null : p.shapley + 1.96 * p.shapley_error,
                    label: money(p.shapley, true),
                }))}
            />
        </Figure>
    );
}

function Shares({ game, state }: { game: Game; state: State }) {
    const players = [...game.players].sort((a, b) => b.cost - a.cost);
    const known = players.filter((p) => p.share_core_least != null && p.share_core_most != null);
    const shown = SHARES.filter((k) => players.some((p) => p[k] != null));
    return (
        <>
            {known.length > 0 && (
                <Figure
                    title={t("pivot.shares")}
                    note={game.gains_less_cost?.core_empty ? t("pivot.noCore") : t("pivot.sharesNote")}
                    name={`shares-${game.game}`}
                    numbers={{
                        columns: [
                            { name: t("economy") },
                            ...shown.map((k) => ({ name: t(`pivot.${k}`), unit: "USD/yr" })),
                        ],
                        rows: players.map((p) => [economyName(state, p.economy), ...shown.map((k) => p[k] ?? null)]),
                    }}
                >
                    <Ranges
                        rows={known.map((p) => ({
                            id: p.economy,
                            name: economyName(state, p.economy),
                            low: p.share_core_least!,
                            high: p.share_core_most!,
                            dot: p.share_shapley ?? null,
                            mark: p.cost,
                            label: money(p.cost),
                        }))}
                    />
                </Figure>
            )}
            <section class="shares-table">
                <h3>{t("pivot.table")}</h3>
                <p class="note">{t("pivot.unit")}</p>
                <Sheet
                    heads={[{ name: t("economy") }, ...shown.map((k) => ({ name: t(`pivot.short.${k}` as Key) }))]}
                    rows={players.map((p) => ({
                        id: p.economy,
                        cells: [
                            economyName(state, p.economy),
                            ...shown.map((k) => (p[k] == null ? "–" : (p[k]! / 1e6).toFixed(0).replace("-", "−"))),
                        ],
                    }))}
                />
                {(game.plan_excess ?? 0) > 0 && game.plan_coalition && (
                    <p class="note">
                        {t("pivot.complaint", {
                            who: game.plan_coalition.map((e) => economyName(state, e)).join(", "),
                            usd: money(game.plan_excess!),
                        })}
                    </p>
                )}
            </section>
        </>
    );
}

// How firmly each holds the others, without and with the projects that go round somebody.
function Holds({ games, state }: { games: Game[]; state: State }) {
    const [without, round] = ["without", "with"].map((name) => games.find((g) => g.game === name));
    if (!without || !round) return null;
    const names: [string, string] = [t("pivot.game.without"), t("pivot.game.with")];
    const rows = without.players
        .map((p) => ({ economy: p.economy, before: p, after: round.players.find((q) => q.economy === p.economy)! }))
        .sort((a, b) => b.before.others_lose - a.before.others_lose);
    return (
        <Figure
            title={t("pivot.holds")}
            note={t("pivot.holdsNote")}
            name="bypass"
            numbers={{
                columns: [
                    { name: t("economy") },
                    ...names.map((name) => ({ name, unit: "m USD" })),
                    ...names.map((name) => ({ name: `${t("pivot.shapley")}, ${name}`, unit: "m USD" })),
                ],
                rows: rows.map((r) => [
                    economyName(state, r.economy),
                    r.before.others_lose / 1e6,
                    r.after.others_lose / 1e6,
                    r.before.shapley / 1e6,
                    r.after.shapley / 1e6,
                ]),
            }}
        >
            <TwinKeys names={names} />
            <Twins
                rows={rows.map((r) => ({
                    id: r.economy,
                    name: economyName(state, r.economy),
                    values: [r.before.others_lose, r.after.others_lose],
                    label: money(r.after.others_lose - r.before.others_lose, true),
                }))}
                told={money}
            />
        </Figure>
    );
}

export function Pivot({ result, state }: { result: PivotResult; state: State }) {
    return (
        <>
            <Holds games={result.games} state={state} />
            {result.games.map((game) => (
                <section key={game.game}>
                    {result.games.length > 1 && <h3>{t(`pivot.game.${game.game}` as Key)}</h3>}
                    <Facts
                        facts={[
                            [t("pivot.worth"), money(game.worth, true), t("unit.ayear")],
                            [t("pivot.cost"), money(game.cost), t("unit.ayear")],
                        ]}
                    />
                    <Needed game={game} state={state} />
                    <Shares game={game} state={state} />
                </section>
            ))}
            <Said state={state} title={t("said.title")} sentences={[...result.sentences, ...result.warnings]} />
        </>
    );
}
