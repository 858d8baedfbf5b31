// The questions of a corridor study answered for one economy: verdict, number, interval, and what stands behind it.
import { money, number, share } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName } from "../read.ts";
import { current, share as move, type State } from "../store.ts";
import { Said } from "./Parts.tsx";

type Verdict = "supported" | "not supported" | "depends" | "not answered";
type Answer = {
    question: number;
    claim: string;
    verdict: Verdict;
    sentence: string;
    value: number | null;
    low: number | null;
    high: number | null;
    unit: string;
    behind: string;
    rests_on?: string; // files, each with the share of its rows that are estimates
};
export type BriefResult = {
    economy: string;
    scenario: string;
    converged: boolean;
    estimates_share: number;
    warnings: string[];
    answers: Answer[];
};

const VERDICTS: { verdict: Verdict; key: "yes" | "no" | "depends" | "open"; look: string }[] = [
    { verdict: "supported", key: "yes", look: "pays" },
    { verdict: "depends", key: "depends", look: "open" },
    { verdict: "not supported", key: "no", look: "loses" },
    { verdict: "not answered", key: "open", look: "blank" },
];

// The tab of the page that shows the figures behind a question.
const SHOWN_IN: Record<number, string> = {
    1: "gains",
    2: "why",
    3: "pays",
    4: "pivot",
    5: "projects",
    6: "gains",
    7: "gains",
    9: "gains",
    10: "corridors",
    11: "gains",
    12: "value",
    13: "value",
    14: "projects",
    15: "projects",
    16: "value",
    17: "pivot",
    18: "gains",
};

const UNITS: Record<string, Key> = {
    "% of real income": "unit.income",
    "share of cost over share of gain": "unit.shares",
    "% of the others' gain": "unit.othersGain",
    "gain by all at once over the sum one by one": "unit.lastFirst",
    "% of income": "unit.income",
    "USD a year per hundredth inspected": "unit.inspected",
    "works that pay for the world": "unit.worksPay",
    "% of the works it pays": "unit.ofWorks",
    "% of real income per % of productivity": "unit.productivity",
    "USD a year": "unit.usdYear",
    economies: "unit.economies",
};

function figure(answer: Answer): string {
    if (answer.value === null) return "";
    const told = (v: number) => (answer.unit.startsWith("USD") ? money(v, true) : number(v));
    const interval = answer.low !== null && answer.high !== null ? ` (${told(answer.low)} … ${told(answer.high)})` : "";
    const unit = UNITS[answer.unit];
    const words = unit ? t(unit) : answer.unit === "USD" ? t("unit.presentUsd") : answer.unit;
    return `${told(answer.value)}${interval} · ${words}`;
}

function Card({ answer }: { answer: Answer }) {
    const look = VERDICTS.find((v) => v.verdict === answer.verdict)!;
    const tab = SHOWN_IN[answer.question];
    return (
        <article class="answer">
            <h3>
                {answer.question}. {t(`brief.q${answer.question}` as Key)}
            </h3>
            <p>
                <span class={`badge ${look.look}`}>{t(`brief.${look.key}`)}</span>{" "}
                {answer.value !== null && <b>{figure(answer)}</b>}
            </p>
            <p lang="en">{answer.sentence}</p>
            {answer.rests_on && (
                <details>
                    <summary>{t("brief.restsOn")}</summary>
                    <ul class="plainlist note">
                        {answer.rests_on.split(", ").map((file) => (
                            <li key={file}>{file}</li>
                        ))}
                    </ul>
                </details>
            )}
            <p class="note">
                {t("brief.behind")}: <span lang="en">{answer.behind}</span>
                {tab && (
                    <button type="button" class="quiet" onClick={() => move({ tab })}>
                        {t(`tab.${tab}` as Key)} →
                    </button>
                )}
            </p>
        </article>
    );
}

export function Brief({ result, state }: { result: BriefResult; state: State }) {
    const counted = VERDICTS.map((v) => ({ ...v, n: result.answers.filter((a) => a.verdict === v.verdict).length }));
    const economy = state.study!.economies.find((e) => e.name === result.economy);
    return (
        <>
            <h3>
                {t("brief.title", {
                    who: economy ? economyName(state, economy.id) : result.economy,
                    what: current(state).title,
                })}
            </h3>
            <div class="shares" aria-hidden="true">
                {counted.map((v) => (
                    <i key={v.key} class={`verdict-${v.look}`} style={{ flexGrow: v.n }} />
                ))}
            </div>
            <p class="note">
                {counted.map((v) => `${t(`brief.${v.key}`)}: ${v.n}`).join(" · ")}
                <br />
                {t("brief.rests", { estimates: share(result.estimates_share) })}{" "}
                {state.language !== "en" && t("said.english")}
            </p>
            {result.answers.map((a) => (
                <Card key={a.question} answer={a} />
            ))}
            <Said state={state} title={t("sure.warnings")} sentences={result.warnings} />
        </>
    );
}
