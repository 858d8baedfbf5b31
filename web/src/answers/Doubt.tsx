// How sure: the distribution of a gain over many draws, intervals, and what the doubt comes from.
import { useState } from "preact/hooks";
import { Bars } from "../charts.tsx";
import { Histogram, Tornado } from "../spreads.tsx";
import { Figure } from "../Figure.tsx";
import { money, number, percent, share, unitName } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName, type Drawn } from "../read.ts";
import type { State } from "../store.ts";
import { Facts, Switch } from "./Parts.tsx";

type Effect = { input: string; swing_low: number; swing_high: number; rank: number; switching_value: number | null };
type Index = { unit: string; first: number; first_low: number; first_high: number; total: number };
type Reason = {
    kind: string;
    economy: string | null;
    of: string;
    explained: number;
    effects: Effect[];
    indices: Index[];
};
export type StressResult = {
    economy: string;
    sampler: string;
    draws: number;
    used: number;
    failed: number;
    not_converged: number;
    inputs: { input: string; what: string }[];
    answers: Drawn[];
    reasons: Reason[];
};

const KINDS = ["welfare_pct", "gain_usd", "npv_usd"];
const told = (kind: string, v: number) => (kind === "welfare_pct" ? percent(v) : money(v, true));
// In the unit of the axis, without it.
const bare = (kind: string, v: number) => (kind === "welfare_pct" ? v : v / 1e6);
const unit = (kind: string) => (kind === "welfare_pct" ? "%" : unitName("m USD"));

function Distribution({ of, result, state }: { of: Drawn; result: StressResult; state: State }) {
    const who = of.economy ? economyName(state, of.economy) : t("stress.world");
    const step = (of.most - of.least) / of.histogram.length;
    return (
        <>
            <Facts
                facts={[
                    [t("stress.median"), told(of.kind, of.p50), `${told(of.kind, of.p05)} … ${told(of.kind, of.p95)}`],
                    [t("stress.loss"), share(of.loss_probability), `${share(of.loss_low)} … ${share(of.loss_high)}`],
                ]}
            />
            <Figure
                title={`${t(`stress.kind.${of.kind}` as Key)}: ${who}`}
                note={t("stress.histogram", { n: number(result.used), unit: unit(of.kind) })}
                name={`histogram-${of.kind}`}
                numbers={{
                    columns: [
                        { name: t("stress.from"), unit: unit(of.kind) },
                        { name: t("stress.to"), unit: unit(of.kind) },
                        { name: t("stress.share"), unit: "%" },
                    ],
                    rows: of.histogram.map((c, i) => [
                        bare(of.kind, of.least + i * step),
                        bare(of.kind, of.least + (i + 1) * step),
                        100 * c,
                    ]),
                }}
            >
                <Histogram
                    counts={of.histogram}
                    low={bare(of.kind, of.least)}
                    high={bare(of.kind, of.most)}
                    marks={[of.p05, of.p50, of.p95].map((v) => bare(of.kind, v))}
                    unit={unit(of.kind)}
                />
            </Figure>
            <p class="note">
                {t("stress.settling", { means: (of.converging ?? []).map((m) => told(of.kind, m)).join(" → ") })}
            </p>
        </>
    );
}

function Intervals({ kind, result, state }: { kind: string; result: StressResult; state: State }) {
    const rows = result.answers
        .filter((a) => a.kind === kind && a.of === "scenario" && a.economy)
        .sort((a, b) => b.p50 - a.p50);
    return (
        <Figure
            title={t("stress.intervals")}
            note={t("stress.note")}
            name={`intervals-${kind}`}
            numbers={{
                columns: [
                    { name: t("economy") },
                    ...(["mean", "p05", "p50", "p95"] as const).map((k) => ({
                        name: t(`stress.${k}`),
                        unit: unit(kind),
                    })),
                    { name: t("stress.loss"), unit: "%" },
                ],
                rows: rows.map((d) => [
                    economyName(state, d.economy),
                    ...[d.mean, d.p05, d.p50, d.p95].map((v) => bare(kind, v)),
                    100 * d.loss_probability,
                ]),
            }}
        >
            <Bars
                bars={rows.map((d) => ({
                    id: d.economy,
                    name: economyName(state, d.economy),
                    value: d.p50,
                    low: d.p05,
                    high: d.p95,
                    label: told(kind, d.p50),
                }))}
            />
        </Figure>
    );
}

function Reasons({ kind, result, state }: { kind: string; result: StressResult; state: State }) {
    const reason = result.reasons.find((r) => r.kind === kind) ?? result.reasons[0];
    if (!reason) return null;
    const width = (e: Effect) => Math.abs(e.swing_high - e.swing_low);
    const effects = [...reason.effects].sort((a, b) => width(b) - width(a)).slice(0, 14);
    const what = new Map(result.inputs.map((i) => [i.input, i.what]));
    const who = reason.economy ? economyName(state, reason.economy) : t("stress.world");
    return (
        <Figure
            title={`${t("stress.tornado")}: ${who}`}
            note={t("stress.tornadoNote", { unit: unit(reason.kind), explained: share(reason.explained) })}
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
                    what.get(e.input) ?? "",
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
                rows={effects.map((e) => ({
                    id: e.input,
                    name: e.input.replace(/[-_]/g, " "),
                    low: bare(reason.kind, e.swing_low),
                    high: bare(reason.kind, e.swing_high),
                }))}
                unit={unit(reason.kind)}
            />
        </Figure>
    );
}

export function Doubt({ result, state }: { result: StressResult; state: State }) {
    const scenario = result.answers[0]?.scenario;
    const own = result.answers.filter((a) => a.scenario === scenario && a.of === "scenario");
    const [kind, setKind] = useState("welfare_pct");
    const [economy, setEconomy] = useState(result.economy);
    const kinds = KINDS.filter((k) => own.some((a) => a.kind === k));
    const here = own.filter((a) => a.kind === kind);
    const of = here.find((a) => a.economy === economy) ?? here[0];
    if (!of) return <p class="empty">{t("ask.nothing")}</p>;
    return (
        <>
            <div class="pairwise">
                <Switch
                    label={t("stress.quantity")}
                    options={kinds.map((k) => [k, t(`stress.kind.${k}` as Key)])}
                    value={kind}
                    onChoose={setKind}
                />
                <Switch
                    label={t("economy")}
                    options={here.map((a) => [
                        a.economy ?? "",
                        a.economy ? economyName(state, a.economy) : t("stress.world"),
                    ])}
                    value={of.economy ?? ""}
                    onChoose={setEconomy}
                />
            </div>
            <Distribution of={of} result={result} state={state} />
            <Intervals kind={kind} result={result} state={state} />
            <Reasons kind={kind} result={result} state={state} />
            {(result.failed > 0 || result.not_converged > 0) && (
                <p class="note">{t("stress.faults", { failed: result.failed, open: result.not_converged })}</p>
            )}
        </>
    );
}
