// What panels and map read out of the answers, in one place.
import { t } from "./i18n.ts";
import { current, type State } from "./store.ts";
import type { BorderState, Table } from "./types.ts";

export type GainRow = {
    economy: string;
    name: string;
    pct: number;
    usd: number;
    low: number | null;
    high: number | null;
    quick: number | null;
    exact: boolean;
};

// An answer of `stress`: how one quantity of one economy is distributed over the draws.
export type Drawn = {
    scenario: string;
    kind: string;
    economy: string | null; // null: all together
    of: string;
    mean: number;
    mean_low: number;
    mean_high: number;
    controlled_mean: number;
    controlled_low: number;
    controlled_high: number;
    variance_reduction: number;
    p05: number;
    p50: number;
    p95: number;
    least: number;
    most: number;
    loss_probability: number;
    loss_low: number;
    loss_high: number;
    histogram: number[];
    converging: number[];
};

// Draws of real income by economy, of the first scenario that they are of.
export function drawsOf(result: unknown): Drawn[] {
    const answers = (result as { answers?: Drawn[] } | null | undefined)?.answers ?? [];
    return answers.filter((a) => a.kind === "welfare_pct" && a.scenario === answers[0]!.scenario && a.economy);
}

// The exact answer belongs to the scenario on the page.
export const isExact = (state: State): boolean =>
    state.run.result !== null && state.run.job === null && state.run.of === JSON.stringify(current(state).measures);

export function economyName(state: State, id: string): string {
    const economy = state.study?.economies.find((e) => e.id === id);
    const names = state.basemap?.names[economy?.country ?? id];
    const at = state.basemap?.languages.indexOf(state.language) ?? -1;
    if (economy?.country === "XRW") return t("economy.rest");
    const name = state.language === "en" && economy ? economy.name : (names?.[at] ?? economy?.name ?? id);
    return name.replace(/ \([^()]*\)$/, ""); // its countries, or its name at length
}

export function gains(state: State): GainRow[] {
    const exact = isExact(state);
    const quick = new Map((exact ? state.quickBeforeExact : state.quick)?.economies.map((e) => [e.economy, e]));
    const draws = new Map(drawsOf(state.answers["stress"]?.result).map((d) => [d.economy!, d]));
    const rows = new Map(state.run.result?.economies.map((e) => [e.economy, e]));
    return (state.study?.economies ?? []).map((e) => {
        const row = rows.get(e.id),
            first = quick.get(e.id);
        const useQuick = !exact && first !== undefined;
        return {
            economy: e.id,
            name: economyName(state, e.id),
            pct: useQuick ? first.welfare_pct : (row?.welfare_pct ?? 0),
            usd: useQuick ? first.ev : (row?.ev ?? 0),
            low: exact ? (row?.welfare_low_pct ?? draws.get(e.id)?.p05 ?? null) : null,
            high: exact ? (row?.welfare_high_pct ?? draws.get(e.id)?.p95 ?? null) : null,
            quick: first?.welfare_pct ?? null,
            exact: exact && row !== undefined,
        };
    });
}

export type Post = {
    node: string;
    name: string;
    hours: number;
    hoursBase: number;
    tonnes: number;
    main: string;
    rows: BorderState[];
};

// Posts by place: hours are means over the tonnes that pass, by rail and road, in and out.
export function postsOf(state: State): Post[] {
    const { study, run, shared } = state;
    const place = new Map(study?.nodes.map((n) => [n.id, n.name]));
    const posts = new Map<string, BorderState[]>();
    for (const row of run.result?.map.borders ?? []) {
        const node = row.border.split("|")[0]!;
        posts.set(node, [...(posts.get(node) ?? []), row]);
    }
    const base = shared.shown === "base";
    return [...posts]
        .map(([node, rows]) => {
            const tonnes = rows.reduce((sum, r) => sum + (base ? r.tonnes_base : r.tonnes), 0);
            const mean = (value: (r: BorderState) => number) =>
                tonnes > 0
                    ? rows.reduce((sum, r) => sum + value(r) * (base ? r.tonnes_base : r.tonnes), 0) / tonnes
                    : rows.reduce((sum, r) => sum + value(r), 0) / rows.length;
            const main = [...rows].sort((a, b) => b.tonnes - a.tonnes)[0]!;
            return {
                node,
                name: place.get(node) ?? node,
                hours: mean((r) => (base ? r.hours_base : r.hours)),
                hoursBase: mean((r) => r.hours_base),
                tonnes,
                main: main.border,
                rows,
            };
        })
        .filter((p) => p.hours > 0.01)
        .sort((a, b) => b.hours - a.hours);
}

// A table's rows as objects.
export function rowsOf(table: Table | undefined): Record<string, string | number | null>[] {
    return (table?.rows ?? []).map((row) => Object.fromEntries(table!.columns.map((c, i) => [c.name, row[i] ?? null])));
}

// As many rows as a chart has room for, the largest, in their order.
export function largest<T>(rows: T[], size: (row: T) => number, most = 16): T[] {
    const least = rows.map((r) => Math.abs(size(r))).sort((a, b) => b - a)[most - 1] ?? 0;
    return rows.filter((r) => Math.abs(size(r)) >= least).slice(0, most);
}

export const csv = (table: {
    columns: { name: string; unit?: string }[];
    rows: (string | number | null)[][];
}): string =>
    [table.columns.map((c) => (c.unit ? `${c.name} [${c.unit}]` : c.name)), ...table.rows]
        .map((row) =>
            row
                .map((cell) => {
                    const text = cell === null ? "" : String(cell);
                    const safe = typeof cell === "string" && /^[=+\-@]/.test(text) ? `'${text}` : text;
                    return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
                })
                .join(","),
        )
        .join("\r\n");
