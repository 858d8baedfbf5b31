// The objects of the server's JSON API, as far as the page reads them (GET /api/openapi.json has the whole).

export type Economy = {
    id: string;
    country: string;
    name: string;
    lon: number;
    lat: number;
    value_added_usd: number;
    population: number;
};
export type Sector = { id: string; name: string; traded: boolean; usd_per_tonne: number };
export type Place = { id: string; name: string; kind: string; country: string; lon: number; lat: number };
export type Link = {
    id: string;
    name: string;
    mode: string;
    gauge_mm: number;
    from: string;
    to: string;
    project: string | null;
    open: boolean;
    km: number;
    kmh: number;
    usd_per_tonne_km: number;
    toll: number;
    capacity: number | null;
    source: string;
    confidence: string;
};
export type Border = {
    id: string;
    node: string;
    mode: string;
    from_country: string;
    to_country: string;
    side: string;
    control_hours: number;
    inspected_share: number;
    inspection_hours: number;
    hours_sd: number;
    usd_per_tonne: number;
    lanes: number | null;
    open: boolean;
    source: string;
    confidence: string;
};
export type Project = {
    id: string;
    name: string;
    type: string;
    countries: string;
    capex_usd: number;
    opens: number | null;
    finance: { party: string; role: string; share: number; amount_usd: number | null; interest_rate: number | null }[];
};
export type Agreement = {
    id: string;
    name: string;
    type: string;
    in_force: string | null;
    ended: string | null;
    members: { country: string; status: string; from: string | null; until: string | null }[];
};
export type Row = Record<string, string | number | boolean | null | string[]>;
export type Adjustment = Row & { target: string; attribute: string; value?: number; factor?: number; add?: number };
export type Membership = { agreement: string; country: string; date?: string };
export type Measure = {
    id: string;
    projects?: string[];
    close?: string[];
    sanctions?: string[];
    join?: Membership[];
    leave?: Membership[];
    borders?: Row[];
    tariffs?: Row[];
    trade_costs?: Row[];
    productivity?: Row[];
    adjust?: Adjustment[];
};
export type Scenario = { title: string; measures: Measure[] };
export type Study = {
    name: string;
    title: string;
    base_year: number;
    money_usd: number;
    version: string;
    horizon_years: number | null;
    economies: Economy[];
    sectors: Sector[];
    modes: string[];
    nodes: Place[];
    links: Link[];
    borders: Border[];
    projects: Project[];
    agreements: Agreement[];
    sanctions: string[];
    scenarios: { name: string; title: string; scenario: Scenario }[];
    kinds: string[];
    sources: { rows: number; reported: number; derived: number; estimate: number };
};

export type LinkState = {
    link: string;
    open: boolean;
    tonnes: number;
    tonnes_base: number;
    utilisation: number | null;
    utilisation_base: number | null;
    price: number;
    price_base: number;
    by_sector: number[];
    by_sector_base: number[];
};
export type BorderState = {
    border: string;
    open: boolean;
    hours: number;
    hours_base: number;
    queue_hours: number;
    queue_hours_base: number;
    tonnes: number;
    tonnes_base: number;
    utilisation: number | null;
    price: number;
    price_base: number;
};
export type Cell = string | number | null;
export type Table = { columns: { name: string; unit: string; source: string }[]; rows: Cell[][] };
export type Gain = {
    economy: string;
    name: string;
    welfare_pct: number;
    ev: number;
    real_wage_pct: number;
    attribution: Record<string, number>;
    cost: number;
    npv: number | null;
    transit_revenue: number;
    transit_revenue_change: number;
    welfare_low_pct?: number | null;
    welfare_high_pct?: number | null;
};
export type RunResult = {
    converged: boolean;
    residual: number | null;
    seconds: number;
    base_cached: boolean;
    version: string;
    economies: Gain[];
    warnings: string[];
    map: { links: LinkState[]; borders: BorderState[] };
    tables: Record<string, Table>;
};
export type FirstOrder = {
    first_order: true;
    seconds: number;
    economies: { economy: string; welfare_pct: number; ev: number }[];
};

export type Job = {
    job: string;
    kind: string;
    state: "queued" | "running" | "done" | "failed" | "cancelled";
    progress: { stage: string; done: number | null; total: number | null };
    seconds: number;
    converged: boolean | null;
    error?: ApiFault;
};
export type ApiFault = {
    code: string;
    message: string;
    hint?: string | null;
    file?: string | null;
    line?: number | null;
};
export type Selection = {
    facility: string;
    tonnes: number;
    background: number;
    other_tonnes: number;
    by: { sector: string; origin: string; destination: string; tonnes: number }[];
};
export type Value = {
    facility: string;
    economy: string;
    tonnes: number;
    per_hour_usd: number;
    per_usd: number;
    per_tonne_capacity: number;
    world: { per_hour_usd: number; per_usd: number; per_tonne_capacity: number };
};
export type Alternative = {
    cost: number;
    money: number;
    hours: number;
    hours_sd: number;
    km: number;
    co2_kg: number;
    borders: number;
    transfers: number;
    share: number;
    links: string[];
    legs: { kind: string; mode: string; from: string; to: string; km: number; hours: number; usd_per_tonne: number }[];
};
export type RouteAnswer = { from: string; to: string; sector: string; alternatives: Alternative[] };
export type Diff = { path: string; exists: boolean; yaml: string; diff: string; hash: string | null };

export type ProjectFigures = {
    economy?: string;
    gain: number;
    cost: number;
    investment: number;
    npv: number;
    npv_low: number;
    npv_high: number;
    loss_probability: number;
    eirr: number | null;
    benefit_cost: number | null;
    payback_years: number | null;
};
export type Appraisal = {
    converged: boolean;
    seconds: number;
    settings: { price_year: number; discount_rate: number; horizon_years: number };
    projects: (ProjectFigures & {
        project: string;
        name: string;
        verdict: string;
        capex: number;
        opens: number;
        flows: Record<string, number[]>;
    })[];
    economies: (ProjectFigures & { economy: string })[];
    pays_gains: { payer: string; gainer: string; gain: number }[];
    warnings: string[];
};
