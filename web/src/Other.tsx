// Answers of the other questions, drawn by the shape of what comes: lists of objects become bars and tables, points of
// cost and worth a frontier, counts a histogram.  Any kind that the server lists later is shown the same way.
import { Bars, Frontier, Histogram } from "./charts.tsx";
import { Figure, TextTable } from "./Figure.tsx";
import { money, number, percent } from "./format.ts";
import { economyName } from "./read.ts";
import { t } from "./i18n.ts";
import type { State } from "./store.ts";

export const OTHER_KINDS = ["pivot", "value", "stress", "invest", "claim", "brief"];

type Value = unknown;
type Flat = Record<string, string | number | null>;
const isFlat = (v: Value): v is string | number | boolean | null => v === null || typeof v !== "object";
const isObject = (v: Value): v is Record<string, Value> => typeof v === "object" && v !== null && !Array.isArray(v);
const words = (key: string) => key.replace(/_/g, " ");

// A list of objects as rows of the cells that are numbers or words.
export function flatRows(list: Value[]): Flat[] {
    return list.filter(isObject).map((o) => Object.fromEntries(Object.entries(o).filter(([, v]) => isFlat(v)).map(([k, v]) => [k, typeof v === "boolean" ? String(v) : v as string | number | null])));
}

const NAMES = ["name", "economy", "player", "project", "measure", "input", "parameter", "channel", "sector", "quantity", "question", "claim"];
const VALUES = ["shapley", "npv", "total_order", "total", "gain_pct", "welfare_pct", "mean", "ev", "gain", "worth", "value"];

// Which column names a row, and which is drawn.
export function columnsOf(rows: Flat[]): { name: string | undefined; value: string | undefined } {
    const keys = Object.keys(rows[0] ?? {});
    const numeric = (k: string) => rows.some((r) => typeof r[k] === "number");
    return {
        name: NAMES.find((n) => keys.includes(n)) ?? keys.find((k) => rows.every((r) => typeof r[k] === "string")),
        value: VALUES.find((v) => keys.includes(v) && numeric(v)) ?? keys.find(numeric),
    };
}

const told = (key: string, v: number): string => (/pct|percent/.test(key) ? percent(v) : Math.abs(v) >= 1e5 ? money(v, true) : number(v));

function List({ title, list, state }: { title: string; list: Value[]; state: State }) {
    const rows = flatRows(list);
    if (rows.length === 0)
        return null;
    const keys = Object.keys(rows[0]!);
    const { name, value } = columnsOf(rows);
    const numbers = { columns: keys.map((k) => ({ name: words(k) })), rows: rows.map((r) => keys.map((k) => r[k] ?? null)) };
    const low = keys.find((k) => /^(npv_)?(low|p5|q05|lower)/.test(k)), high = keys.find((k) => /^(npv_)?(high|p95|q95|upper)/.test(k));
    const budget = keys.find((k) => /budget|spent|cost|capex/.test(k));
    if (/frontier|portfolio/.test(title) && budget && value)
        return <Figure title={words(title)} name={title} numbers={numbers}><Frontier points={rows.map((r, i) => ({ id: String(name ? r[name] : i + 1), x: Number(r[budget] ?? 0), y: Number(r[value] ?? 0) }))} /></Figure>;
    if (!name || !value || rows.length > 60)
        return <><h3>{words(title)}</h3><TextTable numbers={{ ...numbers, rows: numbers.rows.slice(0, 200) }} caption={words(title)} /></>;
    return (
        <Figure title={words(title)} name={title} note={words(value)} numbers={numbers}>
            <Bars bars={rows.map((r, i) => ({ id: String(i), name: economyName(state, String(r[name] ?? i)), value: Number(r[value] ?? 0), low: low ? r[low] as number | null : null, high: high ? r[high] as number | null : null, label: told(value, Number(r[value] ?? 0)) }))} />
        </Figure>
    );
}

export function Other({ kind, result, state }: { kind: string; result: unknown; state: State }) {
    if (!isObject(result))
        return <p class="empty">{t("ask.nothing")}</p>;
    const facts = Object.entries(result).filter(([k, v]) => isFlat(v) && k !== "converged");
    return (
        <div class={`other ${kind}`}>
            <dl class="figures">{facts.map(([k, v]) => <div key={k}><dt>{words(k)}</dt><dd>{typeof v === "number" ? told(k, v) : v === null ? "–" : String(v)}</dd></div>)}</dl>
            {Object.entries(result).map(([k, v]) => {
                if (Array.isArray(v) && v.length > 0 && v.every((x) => typeof x === "string"))
                    return k === "files" ? null : <section key={k}><h3>{words(k)}</h3><ul class="plainlist">{v.map((x) => <li key={String(x)}>{String(x)}</li>)}</ul></section>;
                if (isObject(v) && Array.isArray(v["counts"]))
                    return <Figure key={k} title={words(k)} name={k} numbers={{ columns: [{ name: "bin" }, { name: "count" }], rows: (v["counts"] as number[]).map((c, i) => [i, c]) }}><Histogram counts={v["counts"] as number[]} low={Number(v["low"] ?? 0)} high={Number(v["high"] ?? 1)} /></Figure>;
                if (isObject(v) && Object.values(v).every(isFlat))
                    return <List key={k} title={k} list={Object.entries(v).map(([name, value]) => ({ name: words(name), value }))} state={state} />;
                return Array.isArray(v) ? <List key={k} title={k} list={v} state={state} /> : null;
            })}
        </div>
    );
}
