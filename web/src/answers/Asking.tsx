// A question that is only answered when somebody asks: what it needs, progress, fault.
import { useState } from "preact/hooks";
import { api } from "../api.ts";
import { t, type Key } from "../i18n.ts";
import { economyName } from "../read.ts";
import { question, type State } from "../store.ts";

// What a question needs to be told, with what is proposed for it.
function needs(kind: string, state: State): [string, string][] {
    const economy = state.study!.economies[0]!.id;
    const half = state.study!.projects.reduce((sum, p) => sum + p.capex_usd, 0) / 2;
    return (
        (
            {
                invest: [["budget", half.toPrecision(2)]],
                claim: [
                    ["economy", economy],
                    ["gain", "1%"],
                ],
                brief: [["economy", economy]],
                stress: [["draws", "256"]],
            } as Record<string, [string, string][]>
        )[kind] ?? []
    );
}

function Question({ state, kind }: { state: State; kind: string }) {
    const [told, tell] = useState<Record<string, string>>(Object.fromEntries(needs(kind, state)));
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                void question(kind, told);
            }}
        >
            {Object.keys(told).map((option) => (
                <span class="choice" key={option}>
                    <label for={`ask-${option}`}>{t(`option.${option}` as Key)}</label>
                    {option === "economy" ? (
                        <select
                            id="ask-economy"
                            value={told[option]}
                            onChange={(e) => tell({ ...told, economy: e.currentTarget.value })}
                        >
                            {state.study!.economies.map((e) => (
                                <option key={e.id} value={e.id} selected={e.id === told[option]}>
                                    {economyName(state, e.id)}
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
            ))}
            <button type="submit" class="primary">
                {t("ask.button")}
            </button>
        </form>
    );
}

export function Asking({ state, kind, children }: { state: State; kind: string; children: preact.ComponentChildren }) {
    const answer = state.answers[kind];
    if (!state.study!.kinds.includes(kind)) return <p class="empty">{t("ask.cannot")}</p>;
    if (answer?.result) return <>{children}</>;
    return (
        <div class="ask">
            <p>{t(`ask.${kind}` as Key)}</p>
            {answer?.fault && (
                <p class="fault" role="alert">
                    {answer.fault}
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
