// The right side: answers.  Each tab is one question.
import { useEffect } from "preact/hooks";
import { t, type Key } from "./i18n.ts";
import { filter, get, route, set, share, type State } from "./store.ts";
import { Asking } from "./answers/Asking.tsx";
import { Status } from "./answers/Status.tsx";
import { Gains } from "./answers/Gains.tsx";
import { Why } from "./answers/Why.tsx";
import { Pays } from "./answers/Pays.tsx";
import { Projects } from "./answers/Projects.tsx";
import { Corridors } from "./answers/Corridors.tsx";
import { Routes } from "./answers/Routes.tsx";
import { Selected } from "./answers/Selected.tsx";
import { Compare } from "./answers/Compare.tsx";
import { Keep } from "./answers/Keep.tsx";
import { Sure } from "./answers/Sure.tsx";
import { Pivot, type PivotResult } from "./answers/Pivot.tsx";
import { Tolls, type TollsResult } from "./answers/Tolls.tsx";
import { Worth, type ValueResult } from "./answers/Worth.tsx";
import { Doubt } from "./answers/Doubt.tsx";
import type { StressResult } from "./answers/doubts.ts";
import { Portfolio, type InvestResult } from "./answers/Portfolio.tsx";
import { Claim, type ClaimResult } from "./answers/Claim.tsx";
import { Brief, type BriefResult } from "./answers/Brief.tsx";

export const TABS = [
    "gains",
    "why",
    "pays",
    "corridors",
    "routes",
    "projects",
    "selection",
    "compare",
    "keep",
    "sure",
] as const;

const PANELS: Record<string, (p: { state: State }) => preact.JSX.Element> = {
    gains: Gains,
    why: Why,
    pays: Pays,
    corridors: Corridors,
    routes: Routes,
    projects: Projects,
    selection: Selected,
    compare: Compare,
    keep: Keep,
    sure: Sure,
};

// Tabs of questions that are answered when asked, where the server can.
const ASKED: Record<string, (state: State, result: unknown) => preact.JSX.Element> = {
    pivot: (state, result) => <Pivot state={state} result={result as PivotResult} />,
    tolls: (state, result) => <Tolls state={state} result={result as TollsResult} />,
    value: (state, result) => <Worth state={state} result={result as ValueResult} />,
    stress: (state, result) => <Doubt state={state} result={result as StressResult} />,
    invest: (state, result) => <Portfolio state={state} result={result as InvestResult} />,
    claim: (state, result) => <Claim state={state} result={result as ClaimResult} />,
    brief: (state, result) => <Brief state={state} result={result as BriefResult} />,
};

export function Answers({ state }: { state: State }) {
    const others = Object.keys(ASKED).filter((k) => state.study!.kinds.includes(k));
    const tabs = [...TABS, ...others] as string[];
    const tab = tabs.includes(state.shared.tab) ? state.shared.tab : "gains";
    useEffect(() => {
        void filter();
    }, [state.shared.origin, state.shared.destination, state.shared.sector]);
    const go = (next: string) => {
        share({ tab: next });
        if (get().routes && next !== "routes") set({ routes: null });
        if (next === "routes") void route();
    };
    const walk = (event: KeyboardEvent) => {
        const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (step === 0) return;
        const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]!;
        go(next);
        document.getElementById(`tab-${next}`)?.focus();
        event.preventDefault();
    };
    const Panel = PANELS[tab];
    return (
        <section class="answers" aria-label={t("answers.title")}>
            <Status state={state} />
            <div class="tabs" role="tablist" aria-label={t("answers.title")} onKeyDown={walk}>
                {tabs.map((id) => (
                    <button
                        type="button"
                        role="tab"
                        id={`tab-${id}`}
                        key={id}
                        aria-selected={id === tab}
                        aria-controls="panel"
                        tabIndex={id === tab ? 0 : -1}
                        onClick={() => go(id)}
                    >
                        {t(`tab.${id}` as Key)}
                    </button>
                ))}
            </div>
            <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} key={tab}>
                {Panel ? (
                    <Panel state={state} />
                ) : (
                    <Asking state={state} kind={tab}>
                        {state.answers[tab]?.result != null && ASKED[tab]!(state, state.answers[tab].result)}
                    </Asking>
                )}
            </div>
        </section>
    );
}
