// Answers of the other questions, drawn by the shape of what comes: lists of objects become bars and tables, points of
// cost and worth a frontier, counts a histogram.  Any kind that the server lists later is shown the same way.
import { Bars, Frontier, Histogram } from "./charts.tsx";
import { Figure, TextTable } from "./Figure.tsx";
import { money, number, percent, tonnes } from "./format.ts";
import { drawsOf, economyName } from "./read.ts";
import { t } from "./i18n.ts";
import type { State } from "./store.ts";

export const OTHER_KINDS = ["pivot", "value", "stress", "invest", "claim", "brief"];

type Value = unknown;
type Flat = Record<string, string | number | null>;
const isFlat = (v: Value): v is string | number | boolean | null => v === null || typeof v !== "object";
const isObject = (v: Value): v is Record<string, Value> => typeof v === "object" && v !== null && !Array.isArray(v);
const words = (key: string) => key.replace(/_/g, " ");

// A list of objects as rows of the cells that are numbers or words; figures for the world stand among them.
export function flatRows(list: Value[]): Flat[] {
    return list.filter(isObject).map((o) =>
        Object.fromEntries(
            Object.entries({ ...o, ...(isObject(o["world"]) ? o["world"] : {}) })
                .filter(([, v]) => isFlat(v))
                .map(([k, v]) => [k, typeof v === "boolean" ? String(v) : (v as string | number | null)]),
        ),
    );
}

const NAMES = [
    "name",
    "economy",
    "player",
    "project",
    "measure",
    "input",
    "parameter",
    "channel",
    "sector",
    "quantity",
    "question",
    "claim",
];
const VALUES = [
    "shapley",
    "per_hour_usd",
    "npv",
    "total_order",
    "total",
    "gain_pct",
    "welfare_pct",
    "mean",
    "ev",
    "gain",
    "worth",
    "value",
];

// Which column names a row, and which is drawn.
export function columnsOf(rows: Flat[]): { name: string | undefined; value: string | undefined } {
    const keys = Object.keys(rows[0] ?? {});
    const numeric = (k: string) => rows.some((r) => typeof r[k] === "number");
    return {
        name: NAMES.find((n) => keys.includes(n)) ?? keys.find((k) => rows.every((r) => typeof r[k] === "string")),
        value: VALUES.find((v) => keys.includes(v) && numeric(v)) ?? keys.find(numeric),
    };
}

const told = (key: string, v: number): string =>
    /pct|percent/.test(key)
        ? percent(v)
        : /tonne/.test(key)
          ? tonnes(v)
          : /usd|npv|ev|worth|whole|gain|cost|shapley|value|budget|spent/.test(key) && Math.abs(v) >= 1e4
            ? money(v, true)
            : number(v);

function List({ title, list, state }: { title: string; list: Value[]; state: State }) {
    const rows = flatRows(list);
    if (rows.length === 0) return null;
    const keys = Object.keys(rows[0]!);
    const { name, value } = columnsOf(rows);
    const numbers = {
        columns: keys.map((k) => ({ name: words(k) })),
        rows: rows.map((r) => keys.map((k) => r[k] ?? null)),
    };
    const low = keys.find((k) => /^(npv_)?(low|p5|q05|lower)/.test(k)),
        high = keys.find((k) => /^(npv_)?(high|p95|q95|upper)/.test(k));
    const budget = keys.find((k) => /budget|spent|cost|capex/.test(k));
    if (/frontier|portfolio/.test(title) && budget && value)
        return (
            <Figure title={words(title)} name={title} numbers={numbers}>
                <Frontier
                    points={rows.map((r, i) => ({
                        id: String(name ? r[name] : i + 1),
                        x: Number(r[budget] ?? 0),
                        y: Number(r[value] ?? 0),
                    }))}
                />
            </Figure>
        );
    if (!name || !value || rows.length > 60)
        return (
            <>
                <h3>{words(title)}</h3>
                <TextTable numbers={{ ...numbers, rows: numbers.rows.slice(0, 200) }} caption={words(title)} />
            </>
        );
    return (
        <Figure title={words(title)} name={title} note={words(value)} numbers={numbers}>
            <Bars
                bars={rows.map((r, i) => ({
                    id: String(i),
                    name: economyName(state, String(r[name] ?? i)),
                    value: Number(r[value] ?? 0),
                    low: low ? (r[low] as number | null) : null,
                    high: high ? (r[high] as number | null) : null,
                    label: told(value, Number(r[value] ?? 0)),
                }))}
            />
        </Figure>
    );
}

type Player = {
    economy: string;
    shapley: number;
    others_lose: number;
    world_loses: number;
    gain: number;
    share_core_least: number | null;
    share_core_most: number | null;
    share_shapley: number | null;
    share_nucleolus: number | null;
};

function Pivot({ result, state }: { result: Record<string, Value>; state: State }) {
    const games = (result["games"] ?? []) as { game: string; players: Player[] }[];
    const said = (result["sentences"] ?? []) as string[];
    return (
        <>
            <ul class="plainlist">
                {said.map((x) => (
                    <li key={x}>{x}</li>
                ))}
            </ul>
            {games.map((g) => {
                const players = [...g.players].sort((a, b) => b.shapley - a.shapley);
                const keys = Object.keys(players[0] ?? {}).filter((k) => k !== "name");
                return (
                    <Figure
                        key={g.game}
                        title={`${t("pivot.title")}: ${g.game}`}
                        note={t("pivot.note")}
                        name={`pivot-${g.game}`}
                        numbers={{
                            columns: keys.map((k) => ({ name: words(k) })),
                            rows: players.map((p) => keys.map((k) => p[k as keyof Player])),
                        }}
                    >
                        <Bars
                            bars={players.map((p) => ({
                                id: p.economy,
                                name: economyName(state, p.economy),
                                value: p.shapley,
                                mark: p.others_lose,
                                label: money(p.shapley, true),
                            }))}
                        />
                    </Figure>
                );
            })}
        </>
    );
}

type Reason = {
    economy: string;
    explained: number;
    effects: { input: string; swing_low: number; swing_high: number; rank: number }[];
};

function Stress({ result, state }: { result: Record<string, Value>; state: State }) {
    const draws = drawsOf(result),
        lead = draws[0];
    const reasons = ((result["reasons"] ?? []) as Reason[])[0];
    const effects = [...(reasons?.effects ?? [])]
        .sort((a, b) => Math.abs(b.swing_high - b.swing_low) - Math.abs(a.swing_high - a.swing_low))
        .slice(0, 14);
    return (
        <>
            {lead && (
                <Figure
                    title={`${t("gains.title")}: ${economyName(state, lead.economy)}`}
                    note={t("stress.histogram", {
                        n: number(Number(result["used"] ?? 0)),
                        loss: number(100 * lead.loss_probability, 2),
                    })}
                    name="histogram"
                    numbers={{
                        columns: [{ name: "from", unit: "%" }, { name: "share" }],
                        rows: lead.histogram.map((c, i) => [
                            lead.least + (i / lead.histogram.length) * (lead.most - lead.least),
                            c,
                        ]),
                    }}
                >
                    <Histogram counts={lead.histogram} low={lead.least} high={lead.most} />
                </Figure>
            )}
            {draws.length > 0 && (
                <Figure
                    title={t("stress.intervals")}
                    note={t("stress.note")}
                    name="intervals"
                    numbers={{
                        columns: ["economy", "mean", "p05", "p50", "p95", "loss probability"].map((name) => ({ name })),
                        rows: draws.map((d) => [
                            economyName(state, d.economy),
                            d.mean,
                            d.p05,
                            d.p50,
                            d.p95,
                            d.loss_probability,
                        ]),
                    }}
                >
                    <Bars
                        bars={[...draws]
                            .sort((a, b) => b.p50 - a.p50)
                            .map((d) => ({
                                id: d.economy,
                                name: economyName(state, d.economy),
                                value: d.p50,
                                low: d.p05,
                                high: d.p95,
                                label: percent(d.p50),
                            }))}
                    />
                </Figure>
            )}
            {effects.length > 0 && (
                <Figure
                    title={`${t("stress.tornado")}: ${economyName(state, reasons!.economy)}`}
                    note={t("stress.tornadoNote")}
                    name="tornado"
                    numbers={{
                        columns: ["input", "low", "high", "rank correlation"].map((name) => ({ name })),
                        rows: effects.map((e) => [e.input, e.swing_low, e.swing_high, e.rank]),
                    }}
                >
                    <Bars
                        colours={
                            new Map([
                                ["low", 1],
                                ["high", 0],
                            ])
                        }
                        bars={effects.map((e) => ({
                            id: e.input,
                            name: words(e.input),
                            value: e.swing_high,
                            label: number(Math.abs(e.swing_high - e.swing_low), 2),
                            parts: [
                                { id: "low", value: e.swing_low },
                                { id: "high", value: e.swing_high },
                            ],
                        }))}
                    />
                </Figure>
            )}
        </>
    );
}

const TECHNICAL = ["converged", "seconds", "file", "residual", "study", "seed", "sampler", "complete"];

export function Other({ kind, result, state }: { kind: string; result: unknown; state: State }) {
    if (!isObject(result)) return <p class="empty">{t("ask.nothing")}</p>;
    if (kind === "pivot") return <Pivot result={result} state={state} />;
    if (kind === "stress") return <Stress result={result} state={state} />;
    const facts = Object.entries(result).filter(([k, v]) => isFlat(v) && !TECHNICAL.includes(k));
    return (
        <div class={`other ${kind}`}>
            <dl class="figures">
                {facts.map(([k, v]) => (
                    <div key={k}>
                        <dt>{words(k)}</dt>
                        <dd>{typeof v === "number" ? told(k, v) : v === null ? "–" : String(v)}</dd>
                    </div>
                ))}
            </dl>
            {Object.entries(result).map(([k, v]) => {
                if (Array.isArray(v) && v.length > 0 && v.every((x) => typeof x === "string"))
                    return k === "files" ? null : (
                        <section key={k}>
                            <h3>{words(k)}</h3>
                            <ul class="plainlist">
                                {v.map((x) => (
                                    <li key={String(x)}>{String(x)}</li>
                                ))}
                            </ul>
                        </section>
                    );
                if (isObject(v) && Array.isArray(v["counts"]))
                    return (
                        <Figure
                            key={k}
                            title={words(k)}
                            name={k}
                            numbers={{
                                columns: [{ name: "bin" }, { name: "count" }],
                                rows: (v["counts"] as number[]).map((c, i) => [i, c]),
                            }}
                        >
                            <Histogram
                                counts={v["counts"] as number[]}
                                low={Number(v["low"] ?? 0)}
                                high={Number(v["high"] ?? 1)}
                            />
                        </Figure>
                    );
                if (isObject(v) && Object.values(v).every(isFlat))
                    return (
                        <List
                            key={k}
                            title={k}
                            list={Object.entries(v).map(([name, value]) => ({ name: words(name), value }))}
                            state={state}
                        />
                    );
                return Array.isArray(v) ? <List key={k} title={k} list={v} state={state} /> : null;
            })}
        </div>
    );
}
