// What the levers do to a scenario: pure functions from one scenario to another, which the tests walk through.
import type { Adjustment, Measure, Scenario, Study, Membership } from "./types.ts";

export const LEVERS = "levers";

// The page's state of a scenario: which measures are off, and one lever for each thing moved.
export type Lever =
    | { kind: "border"; node: string; percent: number }
    | { kind: "toll"; country: string; percent: number }
    | { kind: "tariff"; importer: string; exporter: string; percent: number }
    | { kind: "oil"; percent: number }
    | { kind: "capex"; project: string; percent: number }
    | { kind: "rate"; project: string; points: number }
    | { kind: "close"; target: string }
    | { kind: "project"; project: string }
    | { kind: "join" | "leave"; agreement: string; country: string; from: string };

export function leverKey(lever: Lever): string {
    switch (lever.kind) {
        case "border":
            return `border ${lever.node}`;
        case "toll":
            return `toll ${lever.country}`;
        case "tariff":
            return `tariff ${lever.importer} ${lever.exporter}`;
        case "oil":
            return "oil";
        case "capex":
        case "rate":
        case "project":
            return `${lever.kind} ${lever.project}`;
        case "close":
            return `close ${lever.target}`;
        case "join":
        case "leave":
            return `member ${lever.agreement} ${lever.country}`;
    }
}

export const isNeutral = (lever: Lever): boolean =>
    ("percent" in lever && lever.percent === 0) || ("points" in lever && lever.points === 0);

// The lever replaces one on the same thing; one that changes nothing is taken out.
export function withLever(levers: Lever[], lever: Lever): Lever[] {
    const key = leverKey(lever);
    const others = levers.filter((l) => leverKey(l) !== key);
    return isNeutral(lever) ? others : [...others, lever];
}

export const withoutLever = (levers: Lever[], key: string): Lever[] => levers.filter((l) => leverKey(l) !== key);

const factor = (percent: number) => Math.max(0, 1 + percent / 100);

// The sector that stands for oil: its id or its name says so.
export const oilSector = (study: Study): string | undefined =>
    study.sectors.find((s) => s.traded && /oil|fuel|petrol|energy/i.test(`${s.id} ${s.name}`))?.id;

function adjustmentsOf(lever: Lever, study: Study): Adjustment[] {
    switch (lever.kind) {
        case "border":
            return ["control_hours", "inspection_hours"].map((attribute) => ({
                target: "border",
                node: lever.node,
                attribute,
                factor: factor(lever.percent),
            }));
        case "toll": {
            const places = new Set(study.nodes.filter((n) => n.country === lever.country).map((n) => n.id));
            const id = study.links
                .filter((l) => places.has(l.from) && places.has(l.to) && l.mode !== "sea")
                .map((l) => l.id);
            return id.length === 0
                ? []
                : [{ target: "link", id, attribute: "usd_per_tonne_km", factor: factor(lever.percent) }];
        }
        case "tariff":
            return [
                {
                    target: "tariff",
                    attribute: "rate",
                    importer: lever.importer,
                    ...(lever.exporter ? { exporter: lever.exporter } : {}),
                    factor: factor(lever.percent),
                },
            ];
        case "oil": {
            // A lower price of oil is supply elsewhere become as much more productive: unit cost is divided by the factor.
            const sector = oilSector(study);
            return sector
                ? [
                      {
                          target: "productivity",
                          attribute: "factor",
                          sector,
                          factor: 1 / Math.max(0.2, factor(lever.percent)),
                      },
                  ]
                : [];
        }
        case "capex":
            return [{ target: "project", id: lever.project, attribute: "capex_usd", factor: factor(lever.percent) }];
        case "rate":
            return [{ target: "finance", project: lever.project, attribute: "interest_rate", add: lever.points / 100 }];
        default:
            return [];
    }
}

// By the last day of the base year it is as if it had always been so; later days say which rates hold.
const membership = (l: { agreement: string; country: string; from: string }, study: Study): Membership =>
    l.from > `${study.base_year}-12-31`
        ? { agreement: l.agreement, country: l.country, date: l.from }
        : { agreement: l.agreement, country: l.country };

// Levers as one measure, in the words of the scenario file; null when none is moved.
export function leverMeasure(levers: Lever[], study: Study): Measure | null {
    const measure: Measure = { id: LEVERS };
    const adjust = levers.flatMap((l) => adjustmentsOf(l, study));
    const close = levers.flatMap((l) => (l.kind === "close" ? [l.target] : []));
    const projects = levers.flatMap((l) => (l.kind === "project" ? [l.project] : []));
    const join = levers.flatMap((l) => (l.kind === "join" ? [membership(l, study)] : []));
    const leave = levers.flatMap((l) => (l.kind === "leave" ? [membership(l, study)] : []));
    if (adjust.length > 0) measure.adjust = adjust;
    if (close.length > 0) measure.close = close;
    if (projects.length > 0) measure.projects = projects;
    if (join.length > 0) measure.join = join;
    if (leave.length > 0) measure.leave = leave;
    return Object.keys(measure).length > 1 ? measure : null;
}

export function compose(base: Scenario, off: string[], levers: Lever[], study: Study): Scenario {
    const measures = base.measures.filter((m) => !off.includes(m.id) && m.id !== LEVERS);
    const own = leverMeasure(levers, study);
    const fixed = base.measures
        .filter((m) => m.id === LEVERS && !off.includes(m.id))
        .map((m) => ({ ...m, id: "levers-saved" }));
    return { title: base.title, measures: [...measures, ...fixed, ...(own ? [own] : [])] };
}

// A name a file may have: lower case words joined by hyphens.
export const fileName = (title: string): string =>
    title
        .toLowerCase()
        .normalize("NFKD")
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 60);
