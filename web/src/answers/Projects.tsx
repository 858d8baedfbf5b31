// Whether each of the works pays.
import { CashFlow } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { money, number, percent, share as shareText } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { appraisal, type State } from "../store.ts";
import { Asking } from "./Asking.tsx";

const FLOWS = [
    ["investment", -1],
    ["running", -1],
    ["debt_service", -1],
    ["drawn", 1],
    ["gain", 1],
    ["transit_revenue", 1],
] as const;

export function Projects({ state }: { state: State }) {
    const result = appraisal(state)?.result;
    return (
        <Asking state={state} kind="appraise">
            {result?.projects.length === 0 && <p class="empty">{t("projects.none")}</p>}
            {result?.projects.map((p) => {
                const shown = FLOWS.filter(
                    ([f]) => (f === "investment" || f === "running" || f === "gain") && p.flows[f],
                );
                return (
                    <article class="project" key={p.project}>
                        <h3>{p.name}</h3>
                        <p class="verdict">
                            <span class={`badge ${p.npv < 0 ? "loses" : "pays"}`}>
                                {p.npv < 0 ? t("projects.loses") : t("projects.pays")}
                            </span>{" "}
                            {p.verdict}
                        </p>
                        <dl class="figures">
                            <div>
                                <dt>{t("npv")}</dt>
                                <dd>
                                    {money(p.npv, true)}
                                    <small>
                                        {money(p.npv_low, true)} … {money(p.npv_high, true)}
                                    </small>
                                </dd>
                            </div>
                            <div>
                                <dt>{t("eirr")}</dt>
                                <dd>{p.eirr === null ? "–" : percent(p.eirr * 100).replace("+", "")}</dd>
                            </div>
                            <div>
                                <dt>{t("projects.loss")}</dt>
                                <dd>{shareText(p.loss_probability)}</dd>
                            </div>
                            <div>
                                <dt>{t("projects.bcr")}</dt>
                                <dd>{p.benefit_cost === null ? "–" : number(p.benefit_cost)}</dd>
                            </div>
                        </dl>
                        <Figure
                            title={t("projects.cash")}
                            note={t("projects.cashNote", { year: result.settings.price_year })}
                            name={`cash-flow-${p.project}`}
                            numbers={{
                                columns: [
                                    { name: t("year") },
                                    ...FLOWS.map(([f]) => ({ name: t(`flow.${f}` as Key), unit: "USD" })),
                                ],
                                rows: (p.flows["gain"] ?? []).map((_, i) => [
                                    result.settings.price_year + i,
                                    ...FLOWS.map(([f]) => p.flows[f]?.[i] ?? null),
                                ]),
                            }}
                        >
                            <div class="keys">
                                {shown.map(([f], i) => (
                                    <span class="key" key={f}>
                                        <i class={`bar part${i}`} />
                                        {t(`flow.${f}` as Key)}
                                    </span>
                                ))}
                            </div>
                            <CashFlow
                                first={result.settings.price_year}
                                series={shown.map(([f, sign]) => ({ id: f, values: p.flows[f]!.map((v) => sign * v) }))}
                            />
                        </Figure>
                    </article>
                );
            })}
        </Asking>
    );
}
