// The best set of works under a budget: the frontier of budgets, what was chosen, who gains by it.
import { Bars } from "../charts.tsx";
import { Frontier } from "../spreads.tsx";
import { Figure } from "../Figure.tsx";
import { money, number } from "../format.ts";
import { t } from "../i18n.ts";
import { economyName } from "../read.ts";
import { Sheet } from "../Sheet.tsx";
import type { State } from "../store.ts";
import { Facts, projectName, Said } from "./Parts.tsx";

type Set = { projects: string[]; works: number; value: number };
export type InvestResult = Set & {
    proved_optimal: boolean;
    bound: number | null;
    gap: number | null;
    sets_asked: number;
    sets_within_budget: number;
    equilibria: number;
    settings: {
        budget: number;
        objective: string;
        unit: string;
        discount_rate: number;
        horizon_years: number;
        price_year: number;
    };
    candidates: { project: string; works: number; cost: number; overrun: number; opens: number }[];
    economies: { economy: string; gain: number; npv: number }[];
    portfolios: Set[];
    frontier: Set[];
    interactions: { one: string; other: string; value: number }[];
    order: { project: string; opens: number }[];
    robust?: { states: string[]; exact: boolean; choices: { projects: string[]; regret: number; values: number[] }[] };
    warnings: string[];
};

// Builders from abroad pay too.
const payer = (state: State, id: string) => (id === "outside" ? t("pays.outside") : economyName(state, id));
const names = (state: State, projects: string[]) =>
    projects.length === 0 ? t("invest.nothing") : projects.map((p) => projectName(state, p)).join(" + ");

function Budgets({ result, state, told }: { result: InvestResult; state: State; told: (v: number) => string }) {
    const { settings } = result;
    return (
        <Figure
            title={t("invest.frontier")}
            note={t("invest.frontierNote")}
            name="portfolio-frontier"
            numbers={{
                columns: [
                    { name: t("invest.works"), unit: "USD" },
                    { name: t("invest.value"), unit: settings.unit },
                    { name: t("invest.set") },
                ],
                rows: result.frontier.map((s) => [s.works, s.value, names(state, s.projects)]),
            }}
        >
            <Frontier
                points={result.portfolios.map((s) => ({ id: names(state, s.projects), x: s.works, y: s.value }))}
                best={result.frontier.map((s) => ({ id: names(state, s.projects), x: s.works, y: s.value }))}
                limit={settings.budget}
                chosen={{ x: result.works, y: result.value }}
                told={told}
                across={t("invest.works")}
                up={t("invest.value")}
            />
        </Figure>
    );
}

function Candidates({ result, state }: { result: InvestResult; state: State }) {
    return (
        <section>
            <h3>{t("invest.candidates")}</h3>
            <Sheet
                heads={[
                    { name: t("levers.project") },
                    { name: t("invest.works"), unit: "m USD" },
                    { name: t("invest.overrun"), unit: "%" },
                    { name: t("invest.opens") },
                    { name: t("invest.chosen") },
                ]}
                rows={result.candidates.map((c) => ({
                    id: c.project,
                    mark: result.projects.includes(c.project),
                    cells: [
                        projectName(state, c.project),
                        number(c.works / 1e6),
                        number(100 * c.overrun, 2),
                        String(c.opens),
                        result.projects.includes(c.project) ? t("yes") : t("no"),
                    ],
                }))}
            />
        </section>
    );
}

function Gainers({ result, state }: { result: InvestResult; state: State }) {
    const rows = [...result.economies].sort((a, b) => b.npv - a.npv);
    return (
        <Figure
            title={t("invest.gainers")}
            note={t("invest.gainersNote")}
            name="portfolio-economies"
            numbers={{
                columns: [
                    { name: t("economy") },
                    { name: t("npv"), unit: "USD" },
                    { name: t("gains.usd"), unit: "USD/yr" },
                ],
                rows: rows.map((r) => [payer(state, r.economy), r.npv, r.gain]),
            }}
        >
            <Bars
                bars={rows.map((r) => ({
                    id: r.economy,
                    name: payer(state, r.economy),
                    value: r.npv,
                    label: money(r.npv, true),
                }))}
            />
        </Figure>
    );
}

function Pairs({ result, state, told }: { result: InvestResult; state: State; told: (v: number) => string }) {
    if (result.interactions.length === 0) return null;
    return (
        <section>
            <h3>{t("invest.pairs")}</h3>
            <p class="note">{t("invest.pairsNote")}</p>
            <Sheet
                heads={[{ name: t("invest.pair") }, { name: t("invest.value") }]}
                rows={result.interactions.map((i) => ({
                    id: `${i.one} ${i.other}`,
                    cells: [names(state, [i.one, i.other]), told(i.value)],
                }))}
            />
        </section>
    );
}

// The set that one would regret least, over states of the world.
function Robust({ result, state, told }: { result: InvestResult; state: State; told: (v: number) => string }) {
    const { robust, settings } = result;
    if (!robust) return null;
    const titles = robust.states.map((name, i) =>
        i === 0 ? t("invest.asItIs") : (state.study!.scenarios.find((s) => s.name === name)?.title ?? name),
    );
    return (
        <section class="robust">
            <Figure
                title={t("invest.robust")}
                note={t("invest.robustNote", { states: titles.join(", ") })}
                name="portfolio-regret"
                numbers={{
                    columns: [
                        { name: t("invest.set") },
                        { name: t("invest.regret"), unit: settings.unit },
                        ...titles.map((name) => ({ name, unit: settings.unit })),
                    ],
                    rows: robust.choices.map((c, i) => [
                        `${i + 1}. ${names(state, c.projects)}`,
                        c.regret,
                        ...c.values,
                    ]),
                }}
            >
                <Bars
                    left={200}
                    bars={robust.choices.slice(0, 8).map((c, i) => ({
                        id: c.projects.join(" "),
                        name: `${i + 1}. ${names(state, c.projects)}`,
                        value: c.regret,
                        label: told(c.regret).replace("+", ""),
                    }))}
                />
            </Figure>
            {robust.choices[0] && (
                <p class="note">
                    {t("invest.leastRegret", { what: names(state, robust.choices[0].projects) })}{" "}
                    <span class={`badge ${robust.exact ? "pays" : "open"}`}>
                        {robust.exact ? t("invest.proved") : t("invest.notProved")}
                    </span>
                </p>
            )}
        </section>
    );
}

export function Portfolio({ result, state }: { result: InvestResult; state: State }) {
    const { settings } = result;
    const told = (v: number) => (settings.unit === "USD" ? money(v, true) : `${number(v)} ${settings.unit}`);
    return (
        <>
            <div class="verdict">
                <h3>{t("invest.best", { budget: money(settings.budget) })}</h3>
                <p>
                    <b>{names(state, result.projects)}</b>{" "}
                    <span class={`badge ${result.proved_optimal ? "pays" : "open"}`}>
                        {result.proved_optimal ? t("invest.proved") : t("invest.notProved")}
                    </span>
                </p>
            </div>
            <Facts
                facts={[
                    [t("invest.value"), told(result.value)],
                    [t("invest.works"), money(result.works)],
                    [t("invest.asked"), `${number(result.sets_asked)} / ${number(result.sets_within_budget)}`],
                    [t("invest.gap"), result.gap === null ? "–" : told(result.gap)],
                ]}
            />
            <p class="note">
                {t("invest.terms", {
                    rate: number(100 * settings.discount_rate, 2),
                    years: settings.horizon_years,
                    year: settings.price_year,
                })}
            </p>
            <Budgets result={result} state={state} told={told} />
            <Candidates result={result} state={state} />
            <Gainers result={result} state={state} />
            <Pairs result={result} state={state} told={told} />
            <Robust result={result} state={state} told={told} />
            <Said state={state} title={t("sure.warnings")} sentences={result.warnings} />
        </>
    );
}
