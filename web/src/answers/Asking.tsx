// A question that is only answered when somebody asks: what it needs, progress, fault.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api } from "../api.ts";
import { share } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { current, question, type State } from "../store.ts";
import { Field, type Told } from "./Field.tsx";

// Who takes most from transit now.
function tollers(state: State): string {
    const known = [...(state.run.result?.economies ?? [])].sort((a, b) => b.transit_revenue - a.transit_revenue);
    return [...known.map((e) => e.economy), ...state.study!.economies.map((e) => e.id)].slice(0, 2).join(",");
}

// What a question needs to be told, with what is proposed for it; a text that stays empty is not told.
function needs(kind: string, state: State): Told {
    const economy = state.study!.economies[0]!.id;
    const half = state.study!.projects.reduce((sum, p) => sum + p.capex_usd, 0) / 2;
    const all: Record<string, Told> = {
        pivot: { outsiders: "base", players: "", bypass: "" },
        tolls: { tolls: tollers(state), "toll-max": "200", "toll-payoff": "revenue" },
        invest: { budget: String(Number(half.toPrecision(2))), objective: "all", sets: "256", robust: "" },
        claim: { economy, gain: "1%" },
        brief: { economy },
        stress: { draws: "256", economy, indices: false, against: "" },
        value: { by: "hour", economy },
    };
    return all[kind] ?? {};
}

// Questions about a scenario; the others may be asked of the base year.
const OF_SCENARIO = ["appraise", "pivot", "stress", "brief"];

function Question({ state, kind }: { state: State; kind: string }) {
    const asked = state.answers[kind]?.options as Told | undefined;
    const [told, tell] = useState<Told>({ ...needs(kind, state), ...asked });
    if (OF_SCENARIO.includes(kind) && current(state).measures.length === 0)
        return <p class="note">{t("ask.scenario")}</p>;
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                void question(kind, told);
            }}
        >
            {Object.keys(told).map((option) => (
                <Field
                    key={option}
                    option={option}
                    kind={kind}
                    value={told[option]!}
                    state={state}
                    tell={(value) => tell({ ...told, [option]: value })}
                />
            ))}
            <button type="submit" class="primary" disabled={kind === "tolls" && !told["tolls"]}>
                {t("ask.button")}
            </button>
        </form>
    );
}

export function Asking({ state, kind, children }: { state: State; kind: string; children: ComponentChildren }) {
    const answer = state.answers[kind];
    if (!state.study!.kinds.includes(kind)) return <p class="empty">{t("ask.cannot")}</p>;
    if (answer?.result)
        return (
            <>
                {children}
                {Object.keys(needs(kind, state)).length > 0 && (
                    <details class="ask again">
                        <summary>{t("ask.again")}</summary>
                        <Question key={kind} state={state} kind={kind} />
                    </details>
                )}
            </>
        );
    return (
        <div class="ask">
            <p>{t(`ask.${kind}` as Key)}</p>
            {answer?.fault && (
                <p class="fault" role="alert">
                    {answer.fault === "cancelled" ? t("status.cancelled") : answer.fault}
                </p>
            )}
            {answer?.job && !answer.fault ? (
                <p>
                    <progress
                        max={1}
                        value={answer.job.progress.done ?? undefined}
                        aria-label={t("status.computing")}
                    />{" "}
                    {answer.job.progress.stage} {answer.job.progress.done !== null && share(answer.job.progress.done)}{" "}
                    <button type="button" class="quiet" onClick={() => void api.cancel(answer.job!.job)}>
                        {t("cancel")}
                    </button>
                </p>
            ) : (
                <Question key={kind} state={state} kind={kind} />
            )}
        </div>
    );
}
