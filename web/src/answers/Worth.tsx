// What an hour, a dollar and a tonne of capacity are worth at each facility; a click shows it on the map.
import { useState } from "preact/hooks";
import { Bars } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { money, number, orNone, tonnes } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName } from "../read.ts";
import { Sheet } from "../Sheet.tsx";
import { select, type State } from "../store.ts";
import { Switch } from "./Parts.tsx";

type Figures = { per_hour_usd: number; per_usd: number; per_tonne_capacity: number };
type Place = {
    kind: string;
    facility: string;
    name: string;
    tonnes: number;
    utilisation: number | null;
    world: Figures;
    economies: (Figures & { economy: string })[];
};
export type ValueResult = { scenario: string; economy: string; by: string; carrying: number; values: Place[] };

const KEYS = { hour: "per_hour_usd", usd: "per_usd", capacity: "per_tonne_capacity" } as const;
type By = keyof typeof KEYS;

// As the map names it: a post once, not by the side that a row of it is of.
const onMap = (p: Place): string =>
    `${p.kind}:${p.kind === "border" ? p.facility.split("|").slice(0, 4).join("|") : p.facility}`;

export function Worth({ result, state }: { result: ValueResult; state: State }) {
    const [economy, setEconomy] = useState(result.economy);
    const by = (result.by in KEYS ? result.by : "hour") as By;
    const figures = (p: Place): Figures => p.economies.find((e) => e.economy === economy) ?? p.world;
    const rows = [...result.values].sort((a, b) => Math.abs(figures(b)[KEYS[by]]) - Math.abs(figures(a)[KEYS[by]]));
    const who = economy === "world" ? t("stress.world") : economyName(state, economy);
    const economies = result.values[0]?.economies.map((e) => e.economy) ?? [];
    const label = (v: number) => (by === "capacity" ? `${number(orNone(v, 0.005))} ${t("money.one")}` : money(v, true));
    return (
        <>
            <Switch
                label={t("worth.to")}
                options={[
                    ["world", t("stress.world")],
                    ...economies.map((e): [string, string] => [e, economyName(state, e)]),
                ]}
                value={economy}
                onChoose={setEconomy}
            />
            <Figure
                title={`${t(`worth.${by}`)}: ${who}`}
                note={t("worth.note", { shown: rows.length, all: result.carrying })}
                name={`worth-${by}`}
                numbers={{
                    columns: [
                        { name: t("worth.place") },
                        { name: t("worth.kind") },
                        { name: t("worth.id") },
                        { name: t("tip.tonnes"), unit: "t/yr" },
                        { name: t("worth.hour"), unit: "USD/yr" },
                        { name: t("worth.usd"), unit: "USD/yr" },
                        { name: t("worth.capacity"), unit: "USD/yr" },
                    ],
                    rows: rows.map((p) => [
                        p.name,
                        t(`worth.${p.kind}` as Key),
                        p.facility,
                        p.tonnes,
                        figures(p).per_hour_usd,
                        figures(p).per_usd,
                        figures(p).per_tonne_capacity,
                    ]),
                }}
            >
                <Bars
                    left={170}
                    bars={rows.map((p) => ({
                        id: `${p.kind}:${p.facility}`,
                        name: p.name.replace(/ \([^()]*\)/g, ""), // the table has it at length
                        value: figures(p)[KEYS[by]],
                        label: label(figures(p)[KEYS[by]]),
                    }))}
                />
            </Figure>
            <section>
                <h3>{t("worth.table")}</h3>
                <Sheet
                    heads={[
                        { name: t("worth.place") },
                        { name: t("tip.tonnes") },
                        { name: t("worth.shortHour"), unit: "m USD" },
                        { name: t("worth.shortUsd"), unit: "m USD" },
                        { name: t("worth.shortCapacity"), unit: "USD" },
                    ]}
                    rows={rows.map((p) => ({
                        id: `${p.kind}:${p.facility}`,
                        mark: state.shared.selected === onMap(p),
                        cells: [
                            p.kind === "transfer" ? (
                                p.name
                            ) : (
                                <button type="button" class="quiet place" onClick={() => void select(onMap(p))}>
                                    {p.name}
                                </button>
                            ),
                            tonnes(p.tonnes),
                            number(figures(p).per_hour_usd / 1e6),
                            number(figures(p).per_usd / 1e6),
                            number(orNone(figures(p).per_tonne_capacity, 0.005)),
                        ],
                    }))}
                />
            </section>
        </>
    );
}
