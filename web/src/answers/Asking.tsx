// A question that is only answered when somebody asks: what it needs, progress, fault.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api } from "../api.ts";
import { t, type Key } from "../i18n.ts";
import { economyName } from "../read.ts";
import { current, question, type State } from "../store.ts";

// What a question needs to be told, with what is proposed for it.
function needs(kind: string, state: State): Record<string, string> {
    const economy = state.study!.economies[0]!.id;
    const half = state.study!.projects.reduce((sum, p) => sum + p.capex_usd, 0) / 2;
    const all: Record<string, Record<string, string>> = {
        invest: { budget: half.toPrecision(2), objective: "all", sets: "256" },
        claim: { economy, gain: "1%" },
        brief: { economy },
        stress: { draws: "256", economy },
        value: { by: "hour" },
    };
    return all[kind] ?? {};
}

// Questions about a scenario; the others may be asked of the base year.
const OF_SCENARIO = ["appraise", "pivot", "stress", "brief"];

function choices(option: string, state: State): [string, string][] | null {
    const economies = state.study!.economies.map((e): [string, string] => [e.id, economyName(state, e.id)]);
    if (option === "economy") return economies;
    if (option === "objective") return [["all", t("option.all")], ["maxmin", t("option.maxmin")], ...economies];
    if (option === "by") return (["hour", "usd", "capacity"] as const).map((by) => [by, t(`worth.${by}`)]);
    return null;
}

function Question({ state, kind }: { state: State; kind: string }) {
    const asked = state.answers[kind]?.options as Record<string, string> | undefined;
    const [told, tell] = useState<Record<string, string>>({ ...needs(kind, state), ...asked });
    if (OF_SCENARIO.includes(kind) && current(state).measures.length === 0)
        return <p class="note">{t("ask.scenario")}</p>;
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                void question(kind, told);
            }}
        >
            {Object.keys(told).map((option) => {
                const listed = choices(option, state);
                return (
                    <span class="choice" key={option}>
                        <label for={`ask-${option}`}>{t(`option.${option}` as Key)}</label>
                        {listed ? (
                            <select
                                id={`ask-${option}`}
                                value={told[option]}
                                onChange={(e) => tell({ ...told, [option]: e.currentTarget.value })}
                            >
                                {listed.map(([id, name]) => (
                                    <option key={id} value={id} selected={id === told[option]}>
                                        {name}
                                    </option>
                                ))}
                            </select>
                        ) : (
                            <input
                                id={`ask-${option}`}
                                value={told[option]}
                                onInput={(e) => tell({ ...told, [option]: e.currentTarget.value })}
                            />
                        )}
                    </span>
                );
            })}
            <button type="submit" class="primary">
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
                    {answer.job.progress.stage}{" "}
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
