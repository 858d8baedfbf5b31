// Corridors and relations: tonnes, days, dollars, carbon dioxide.
import { number } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName, rowsOf } from "../read.ts";
import type { State } from "../store.ts";
import { TakeAway } from "../Figure.tsx";
import { Sheet } from "../Sheet.tsx";

type Relation = { id: string; from: string; to: string; tonnes: number; base: number; days: number; cost: number };

export function relationsOf(state: State): Relation[] {
    const table = state.run.result?.tables["trade"];
    if (!table) return [];
    const at = Object.fromEntries(table.columns.map((c, i) => [c.name, i])) as Record<string, number>;
    const { sector, origin, destination } = state.shared;
    const sums = new Map<string, { tonnes: number; base: number; hours: number; cost: number }>();
    const onlyBase = !table.rows.some((r) => r[at["scenario"]!] !== "base");
    for (const row of table.rows) {
        const from = String(row[at["exporter"]!]),
            to = String(row[at["importer"]!]),
            weight = Number(row[at["tonnes"]!] ?? 0);
        if (
            from === to ||
            (sector && row[at["sector"]!] !== sector) ||
            (origin && from !== origin) ||
            (destination && to !== destination)
        )
            continue;
        const sum = sums.get(`${from} ${to}`) ?? { tonnes: 0, base: 0, hours: 0, cost: 0 };
        if (row[at["scenario"]!] === "base") sum.base += weight;
        if (row[at["scenario"]!] !== "base" || onlyBase) {
            sum.tonnes += weight;
            sum.hours += weight * Number(row[at["hours"]!] ?? 0);
            sum.cost += weight * Number(row[at["mean_cost"]!] ?? 0);
        }
        sums.set(`${from} ${to}`, sum);
    }
    return [...sums]
        .map(([id, s]) => ({
            id,
            from: id.split(" ")[0]!,
            to: id.split(" ")[1]!,
            tonnes: s.tonnes,
            base: s.base,
            days: s.tonnes > 0 ? s.hours / s.tonnes / 24 : 0,
            cost: s.tonnes > 0 ? s.cost / s.tonnes : 0,
        }))
        .filter((r) => r.tonnes > 1)
        .sort((a, b) => b.tonnes - a.tonnes);
}

type CorridorRow = Record<string, string | number | null>;

// What a column of the table of corridors shows, and in which unit; of each there is the change against the base year.
const FIGURES: { key: string; change: string; head: Key | "CO₂"; unit: string; per: number }[] = [
    { key: "tonnes", change: "tonnes_change", head: "corridors.tonnes", unit: "Mt", per: 1e6 },
    { key: "days", change: "days_change", head: "unit.days", unit: "", per: 1 },
    { key: "usd_per_tonne", change: "usd_per_tonne_change", head: "corridors.freight", unit: "USD/t", per: 1 },
    { key: "revenue_usd", change: "revenue_change_usd", head: "corridors.revenue", unit: "bn USD", per: 1e9 },
    { key: "co2_kg", change: "co2_change_kg", head: "CO₂", unit: "Mt", per: 1e9 },
];

// Rows of the state that is shown, busiest first.
export function corridorRows(state: State): CorridorRow[] {
    const all = rowsOf(state.run.result?.tables["corridors"]);
    const changed = all.filter((r) => r["scenario"] !== "base");
    const shown =
        changed.length > 0 && state.shared.shown !== "base" ? changed : all.filter((r) => r["scenario"] === "base");
    return shown.sort((a, b) => Number(b["tonnes"]) - Number(a["tonnes"]));
}

const corridorName = (row: CorridorRow): string =>
    row["corridor"] === "other"
        ? t("corridors.other")
        : row["corridor"] === "all"
          ? t("corridors.all")
          : String(row["name"]);

function CorridorTable({ state }: { state: State }) {
    const rows = corridorRows(state);
    const difference = state.shared.shown === "difference" && rows.some((r) => r["scenario"] !== "base");
    const heads = FIGURES.map((f) => ({
        name: f.head === "CO₂" ? f.head : t(f.head),
        unit: difference ? `Δ ${f.unit}` : f.unit,
    }));
    const cell = (row: CorridorRow, f: (typeof FIGURES)[number]) => {
        const value = row[difference ? f.change : f.key];
        if (typeof value !== "number") return "–";
        return `${difference && value > 0 ? "+" : ""}${number(value / f.per)}`;
    };
    if (rows.length === 0) return null;
    return (
        <section id="corridor-table">
            <h3>{t("corridors.title")}</h3>
            <p class="note">{t(difference ? "corridors.noteDifference" : "corridors.note")}</p>
            <Sheet
                heads={[{ name: t("corridors.corridor") }, ...heads]}
                rows={rows.map((r) => ({
                    id: String(r["corridor"]),
                    cells: [corridorName(r), ...FIGURES.map((f) => cell(r, f))],
                }))}
            />
            <TakeAway
                name="corridors"
                numbers={{
                    columns: [{ name: "corridor" }, ...FIGURES.flatMap((f) => [{ name: f.key }, { name: f.change }])],
                    rows: rows.map((r) => [
                        r["name"]!,
                        ...FIGURES.flatMap((f) => [r[f.key] ?? null, r[f.change] ?? null]),
                    ]),
                }}
            />
        </section>
    );
}

export function Corridors({ state }: { state: State }) {
    const all = relationsOf(state);
    return (
        <>
            <CorridorTable state={state} />
            <section>
                <h3>{t("corridors.relations")}</h3>
                <p class="note">{t("corridors.relationsNote")}</p>
                <Sheet
                    heads={[
                        { name: t("corridors.relation") },
                        { name: t("corridors.tonnes"), unit: "Mt" },
                        { name: t("shown.difference"), unit: "Δ kt" },
                        { name: t("unit.days") },
                        { name: t("routes.cost"), unit: "USD/t" },
                    ]}
                    rows={all.slice(0, 40).map((r) => ({
                        id: r.id,
                        cells: [
                            `${economyName(state, r.from)} → ${economyName(state, r.to)}`,
                            number(r.tonnes / 1e6),
                            number((r.tonnes - r.base) / 1e3, 2),
                            number(r.days),
                            number(r.cost),
                        ],
                    }))}
                />
                <TakeAway
                    name="relations"
                    numbers={{
                        columns: [
                            { name: "from" },
                            { name: "to" },
                            { name: "tonnes", unit: "t/yr" },
                            { name: "base", unit: "t/yr" },
                            { name: "days" },
                            { name: "cost", unit: "USD/t" },
                        ],
                        rows: all.map((r) => [r.from, r.to, r.tonnes, r.base, r.days, r.cost]),
                    }}
                />
            </section>
        </>
    );
}
