// Why an answer is in doubt: swings, values at which it would turn, shares of variance, the corner where losses lie.
import { useState } from "preact/hooks";
import { Bars } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { number, share } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName } from "../read.ts";
import { Sheet } from "../Sheet.tsx";
import { Tornado } from "../spreads.tsx";
import type { State } from "../store.ts";
import { TwinKeys, Twins } from "../twins.tsx";
import { bare, unit, type Effect, type Reason, type StressResult } from "./doubts.ts";
import { projectName, Switch } from "./Parts.tsx";

const MOST = 14; // rows of a chart; the table behind it has all

const spoken = (id: string) => id.replace(/[-_]/g, " ");
const hundredths = (v: number) => number(Math.round(100 * v) / 100 || 0, 2);
const what = (result: StressResult, input: string) => result.inputs.find((i) => i.input === input)?.what ?? "";

function nameOf(reason: Reason, state: State): string {
    const who = reason.economy ? economyName(state, reason.economy) : t("stress.world");
    const of =
        reason.of === "scenario"
            ? ""
            : reason.of === "works"
              ? `, ${t("stress.works")}`
              : `, ${projectName(state, reason.of)}`;
    return `${t(`stress.kind.${reason.kind}` as Key)}: ${who}${of}`;
}

function Swings({ reason, result }: { reason: Reason; result: StressResult }) {
    if (reason.effects.length === 0)
        return (
            <section>
                <h3>{t("stress.tornado")}</h3>
                <p class="note">{t("stress.tooFew", { n: result.inputs.length + 2 })}</p>
            </section>
        );
    const width = (e: Effect) => Math.abs(e.swing_high - e.swing_low);
    const effects = [...reason.effects].sort((a, b) => width(b) - width(a));
    return (
        <Figure
            title={t("stress.tornado")}
            note={`${t("stress.tornadoNote", { unit: unit(reason.kind), explained: share(reason.explained) })}${
                // With hardly more draws than inputs a line explains nearly anything.
                result.used < 4 * result.inputs.length
                    ? ` ${t("stress.fewForLine", { n: result.used, inputs: result.inputs.length })}`
                    : ""
            }`}
            name="tornado"
            numbers={{
                columns: [
                    { name: t("stress.input") },
                    { name: t("stress.what") },
                    { name: t("stress.lowEnd"), unit: unit(reason.kind) },
                    { name: t("stress.highEnd"), unit: unit(reason.kind) },
                    { name: t("stress.rank") },
                    { name: t("stress.switching") },
                ],
                rows: effects.map((e) => [
                    e.input,
                    what(result, e.input),
                    bare(reason.kind, e.swing_low),
                    bare(reason.kind, e.swing_high),
                    e.rank,
                    e.switching_value,
                ]),
            }}
        >
            <div class="keys">
                <span class="key">
                    <i class="bar part1" />
                    {t("stress.lowEnd")}
                </span>
                <span class="key">
                    <i class="bar part0" />
                    {t("stress.highEnd")}
                </span>
            </div>
            <Tornado
                rows={effects.slice(0, MOST).map((e) => ({
                    id: e.input,
                    name: spoken(e.input),
                    low: bare(reason.kind, e.swing_low),
                    high: bare(reason.kind, e.swing_high),
                }))}
                unit={unit(reason.kind)}
            />
        </Figure>
    );
}

function Turning({ reason, result }: { reason: Reason; result: StressResult }) {
    const turning = reason.effects.filter((e) => e.switching_value !== null);
    if (reason.effects.length === 0) return null;
    return (
        <section class="turning">
            <h3>{t("stress.turning")}</h3>
            <p class="note">{turning.length > 0 ? t("stress.turningNote") : t("stress.turningNone")}</p>
            {turning.length > 0 && (
                <Sheet
                    heads={[
                        { name: t("stress.input") },
                        { name: t("stress.what"), words: true },
                        { name: t("stress.switching") },
                    ]}
                    rows={turning.map((e) => ({
                        id: e.input,
                        cells: [
                            spoken(e.input),
                            <span lang="en">{what(result, e.input)}</span>,
                            number(e.switching_value!),
                        ],
                    }))}
                />
            )}
        </section>
    );
}

function Indices({ reason }: { reason: Reason }) {
    if (reason.indices.length === 0)
        return (
            <section>
                <h3>{t("stress.indices")}</h3>
                <p class="note">{t("stress.indicesNone")}</p>
            </section>
        );
    const indices = [...reason.indices].sort((a, b) => b.total - a.total);
    return (
        <Figure
            title={t("stress.indices")}
            note={t("stress.indicesNote", { n: number(reason.design_rows) })}
            name="sobol-indices"
            numbers={{
                columns: [
                    { name: t("stress.input") },
                    ...(["first", "firstLow", "firstHigh", "total", "totalLow", "totalHigh"] as const).map((k) => ({
                        name: t(`stress.${k}`),
                    })),
                ],
                rows: indices.map((i) => [
                    i.unit,
                    i.first,
                    i.first_low,
                    i.first_high,
                    i.total,
                    i.total_low,
                    i.total_high,
                ]),
            }}
        >
            <TwinKeys names={[t("stress.first"), t("stress.total")]} />
            <Twins
                rows={indices.slice(0, MOST).map((i) => ({
                    id: i.unit,
                    name: spoken(i.unit),
                    values: [i.first, i.total],
                    spans: [
                        [i.first_low, i.first_high],
                        [i.total_low, i.total_high],
                    ],
                    label: `${hundredths(i.first)} · ${hundredths(i.total)}`,
                }))}
            />
        </Figure>
    );
}

function Losses({ reason, result }: { reason: Reason; result: StressResult }) {
    const box = reason.losses_lie;
    const loss = result.answers.find(
        (a) =>
            a.scenario === reason.scenario &&
            a.kind === reason.kind &&
            a.economy === reason.economy &&
            a.of === reason.of,
    )?.loss_probability;
    if (!box)
        return (
            <section>
                <h3>{t("stress.box")}</h3>
                <p class="note">{loss === 0 ? t("stress.boxNoLoss") : t("stress.boxNone")}</p>
            </section>
        );
    const measures = [
        { id: "coverage", name: t("stress.coverage"), value: box.coverage },
        { id: "density", name: t("stress.density"), value: box.density },
        { id: "mass", name: t("stress.mass"), value: box.mass },
    ];
    const bound = (v: number | null) => (v === null ? "–" : number(v));
    return (
        <>
            <Figure
                title={t("stress.box")}
                note={t("stress.boxNote")}
                name="losses-lie"
                numbers={{
                    columns: [{ name: t("stress.boxMeasure") }, { name: t("stress.boxShare"), unit: "%" }],
                    rows: measures.map((m) => [m.name, 100 * m.value]),
                }}
            >
                <Bars left={170} bars={measures.map((m) => ({ ...m, value: 100 * m.value, label: share(m.value) }))} />
            </Figure>
            <div class="box-bounds">
                <Sheet
                    caption={t("stress.boxWhere")}
                    heads={[
                        { name: t("stress.input") },
                        { name: t("stress.boxLeast") },
                        { name: t("stress.boxMost") },
                        { name: t("stress.boxChance"), unit: "%" },
                    ]}
                    rows={box.where.map((w) => ({
                        id: w.input,
                        cells: [
                            <span title={what(result, w.input)}>{spoken(w.input)}</span>,
                            bound(w.least),
                            bound(w.most),
                            w.chance < 1e-3 ? "< 0.1" : number(100 * w.chance, 2),
                        ],
                    }))}
                />
            </div>
        </>
    );
}

export function Reasons({
    kind,
    scenario,
    result,
    state,
}: {
    kind: string;
    scenario: string;
    result: StressResult;
    state: State;
}) {
    const reasons = result.reasons.filter((r) => r.scenario === scenario);
    const [chosen, choose] = useState("");
    const reason =
        reasons.find((r) => nameOf(r, state) === chosen) ?? reasons.find((r) => r.kind === kind) ?? reasons[0];
    if (!reason) return null;
    return (
        <section class="reasons" key={nameOf(reason, state)}>
            <Switch
                label={t("stress.why")}
                options={reasons.map((r) => [nameOf(r, state), nameOf(r, state)])}
                value={nameOf(reason, state)}
                onChoose={choose}
            />
            <Swings reason={reason} result={result} />
            <Turning reason={reason} result={result} />
            <Indices reason={reason} />
            <Losses reason={reason} result={result} />
        </section>
    );
}
