// What `stress` answers, and how its quantities are told.
import { money, percent, unitName } from "../format.ts";
import { t } from "../i18n.ts";
import type { Drawn } from "../read.ts";
import type { State } from "../store.ts";

export type Effect = {
    input: string;
    swing_low: number;
    swing_high: number;
    rank: number;
    switching_value: number | null;
};
export type Index = {
    unit: string;
    first: number;
    first_low: number;
    first_high: number;
    total: number;
    total_low: number;
    total_high: number;
};
export type Box = {
    coverage: number;
    density: number;
    mass: number;
    where: { input: string; least: number | null; most: number | null; chance: number }[];
};
export type Reason = {
    scenario: string;
    kind: string;
    economy: string | null;
    of: string;
    explained: number;
    effects: Effect[];
    indices: Index[];
    design_rows: number;
    losses_lie?: Box;
};
export type Regret = {
    choice: string | null;
    economy: string | null;
    mean_usd: number;
    p95_usd: number;
    most_usd: number;
    best_share: number;
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
    regrets: Regret[];
};

export const KINDS = ["welfare_pct", "gain_usd", "npv_usd"];
export const told = (kind: string, v: number) => (kind === "welfare_pct" ? percent(v) : money(v, true));
// In the unit of the axis, without it.
export const bare = (kind: string, v: number) => (kind === "welfare_pct" ? v : v / 1e6);
export const unit = (kind: string) => (kind === "welfare_pct" ? "%" : unitName("m USD"));

// The page asks of the scenario that is on it without a name of a file.
export const choiceName = (state: State, result: StressResult, choice: string | null): string =>
    choice === null
        ? t("regret.nothing")
        : (state.study!.scenarios.find((s) => s.name === choice)?.title ??
          (choice === result.answers[0]?.scenario ? t("regret.this") : choice));
