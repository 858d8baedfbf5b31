// How sure: the distribution of a gain over many draws, whether the draws are enough, intervals, and why.
import { useState } from "preact/hooks";
import { Bars } from "../charts.tsx";
import { Histogram } from "../spreads.tsx";
import { Figure } from "../Figure.tsx";
import { number, share } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName, largest, type Drawn } from "../read.ts";
import type { State } from "../store.ts";
import { Settling, type Point } from "../twins.tsx";
import { bare, choiceName, KINDS, told, unit, type StressResult } from "./doubts.ts";
import { Facts, Switch } from "./Parts.tsx";
import { Reasons } from "./Reasons.tsx";
import { Regrets } from "./Regrets.tsx";

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
            <Enough of={of} result={result} />
        </>
    );
}

// Means after an eighth, a quarter, half and all of the draws; then what the inputs' known means make of them.
function Enough({ of, result }: { of: Drawn; result: StressResult }) {
    const points: Point[] = of.converging
        .map((mean, i) => ({
            draws: Math.floor(result.used / 2 ** (of.converging.length - 1 - i)),
            mean: bare(of.kind, mean),
        }))
        .filter((p) => p.draws > 0)
        .map((p) => ({ name: number(p.draws, 8), mean: p.mean }));
    const last = points[points.length - 1];
    if (last) Object.assign(last, { low: bare(of.kind, of.mean_low), high: bare(of.kind, of.mean_high) });
    const controlled = of.variance_reduction > 1;
    if (controlled)
        points.push({
            name: t("stress.controlled"),
            mean: bare(of.kind, of.controlled_mean),
            low: bare(of.kind, of.controlled_low),
            high: bare(of.kind, of.controlled_high),
        });
    return (
        <Figure
            title={t("stress.enough")}
            note={`${t("stress.enoughNote")}${controlled ? ` ${t("stress.controlledNote", { times: number(of.variance_reduction, 2) })}` : ""}`}
            name={`convergence-${of.kind}`}
            numbers={{
                columns: [
                    { name: t("stress.after") },
                    ...[t("stress.mean"), t("stress.meanLow"), t("stress.meanHigh")].map((name) => ({
                        name,
                        unit: unit(of.kind),
                    })),
                ],
                rows: points.map((p) => [p.name, p.mean, p.low ?? null, p.high ?? null]),
            }}
        >
            <Settling points={points} unit={unit(of.kind)} />
        </Figure>
    );
}

function Intervals({
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
    const rows = result.answers
        .filter((a) => a.scenario === scenario && a.kind === kind && a.of === "scenario" && a.economy)
        .sort((a, b) => b.p50 - a.p50);
    return (
        <Figure
            title={t("stress.intervals")}
            note={`${t("stress.note")}${rows.length > 16 ? ` ${t("figure.largest", { n: 16, all: rows.length })}` : ""}`}
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
                    economyName(state, d.economy!),
                    ...[d.mean, d.p05, d.p50, d.p95].map((v) => bare(kind, v)),
                    100 * d.loss_probability,
                ]),
            }}
        >
            <Bars
                bars={largest(rows, (d) => d.p50).map((d) => ({
                    id: d.economy!,
                    name: economyName(state, d.economy!),
                    value: d.p50,
                    low: d.p05,
                    high: d.p95,
                    label: told(kind, d.p50),
                }))}
            />
        </Figure>
    );
}

export function Doubt({ result, state }: { result: StressResult; state: State }) {
    const scenarios = [...new Set(result.answers.map((a) => a.scenario))];
    const [scenario, setScenario] = useState(scenarios[0] ?? "");
    const own = result.answers.filter((a) => a.scenario === scenario && a.of === "scenario");
    const [kind, setKind] = useState("welfare_pct");
    const [economy, setEconomy] = useState(result.economy);
    const kinds = KINDS.filter((k) => own.some((a) => a.kind === k));
    const here = own.filter((a) => a.kind === kind);
    const of = here.find((a) => a.economy === economy) ?? here[0];
    if (!of) return <p class="empty">{t("ask.nothing")}</p>;
    return (
        <>
            {scenarios.length > 1 && (
                <Switch
                    label={t("levers.scenario")}
                    options={scenarios.map((one) => [one, choiceName(state, result, one)])}
                    value={scenario}
                    onChoose={setScenario}
                />
            )}
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
            <Intervals kind={kind} scenario={scenario} result={result} state={state} />
            <Reasons kind={kind} scenario={scenario} result={result} state={state} />
            <Regrets result={result} state={state} />
            {(result.failed > 0 || result.not_converged > 0) && (
                <p class="note">{t("stress.faults", { failed: result.failed, open: result.not_converged })}</p>
            )}
        </>
    );
}
