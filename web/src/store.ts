// The state of the page and what changes it: levers make a scenario, a scenario is answered twice, at once by first
// order and then exactly; whatever was asked last is what is shown.
import { useEffect, useState } from "preact/hooks";
import { api, ApiError } from "./api.ts";
import { compose, withLever, withoutLever, type Lever } from "./scenario.ts";
import { pack, start, unpack, type Shared } from "./view.ts";
import type { Basemap } from "./geometry.ts";
import type { Language } from "./i18n.ts";
import type { Appraisal, FirstOrder, Job, RouteAnswer, RunResult, Scenario, Selection, Study, Value } from "./types.ts";

export type Kept = { name: string; scenario: Scenario; result: RunResult };
export type Answer<T> = {
    job: Job | null;
    result: T | null;
    of: string;
    fault: string | null;
    options?: Record<string, unknown>; // as it was asked
};
export type State = {
    study: Study | null;
    basemap: Basemap | null;
    fault: string | null;
    language: Language;
    theme: "auto" | "light" | "dark";
    shared: Shared;
    canFilter: boolean;
    run: Answer<RunResult>;
    runJob: string; // the finished job that select, route and export may ask
    quick: FirstOrder | null;
    quickFault: string | null;
    preparing: boolean; // the slopes of the first-order answer are being made
    quickBeforeExact: FirstOrder | null;
    quickMs: number;
    selection: Selection | null;
    values: Map<string, Value>;
    valuesOf: string;
    filtered: Map<string, number> | null;
    routes: RouteAnswer | null;
    routeShown: number;
    routesFault: string | null;
    answers: Record<string, Answer<unknown>>;
    kept: Kept[];
    notice: string | null;
};

const none = <T>(): Answer<T> => ({ job: null, result: null, of: "", fault: null });
let state: State = {
    study: null,
    basemap: null,
    fault: null,
    language: "en",
    theme: "auto",
    shared: { ...start },
    canFilter: false,
    run: none(),
    runJob: "",
    quick: null,
    quickFault: null,
    preparing: false,
    quickBeforeExact: null,
    quickMs: 0,
    selection: null,
    values: new Map(),
    valuesOf: "",
    filtered: null,
    routes: null,
    routeShown: 0,
    routesFault: null,
    answers: {},
    kept: [],
    notice: null,
};
const listeners = new Set<() => void>();

export const get = (): State => state;
export function set(change: Partial<State>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
}
export function useStore(): State {
    const [seen, see] = useState(state);
    useEffect(() => {
        const listener = () => see(state);
        listeners.add(listener);
        listener();
        return () => {
            listeners.delete(listener);
        };
    }, []);
    return seen;
}

const message = (error: unknown): string =>
    error instanceof ApiError ? [error.fault.message, error.fault.hint].filter(Boolean).join(" — ") : String(error);

// ---- the scenario ----------------------------------------------------------------------------------------------

const today: Scenario = { title: "", measures: [] };

export const chosen = (s: State): Scenario =>
    s.study?.scenarios.find((x) => x.name === s.shared.scenario)?.scenario ?? today;
export function current(s: State): Scenario {
    const scenario = s.study ? compose(chosen(s), s.shared.off, s.shared.levers, s.study) : today;
    return { ...scenario, title: scenario.title || "today" };
}

let writing: ReturnType<typeof setTimeout> | undefined;
export function share(change: Partial<Shared>): void {
    set({ shared: { ...state.shared, ...change } });
    clearTimeout(writing);
    writing = setTimeout(() => history.replaceState(null, "", `#${pack(state.shared)}`), 200);
}

export function choose(scenario: string): void {
    share({ scenario, off: [], levers: [] });
    answer(0);
}
export function toggle(measure: string): void {
    const { off } = state.shared;
    share({ off: off.includes(measure) ? off.filter((m) => m !== measure) : [...off, measure] });
    answer(0);
}
export function move(lever: Lever): void {
    share({ levers: withLever(state.shared.levers, lever) });
    answer(500);
}
export function release(key: string): void {
    share({ levers: withoutLever(state.shared.levers, key) });
    answer(0);
}

// ---- answers ---------------------------------------------------------------------------------------------------

let waiting: ReturnType<typeof setTimeout> | undefined;
let quickRequest: AbortController | null = null;

// The slopes of the base year are being made: an event tells when they are there, and who waits asks again.
let slopesMade = false;
let slopesRefused = false; // this study has none: not asked again

async function askQuick(): Promise<void> {
    if (slopesRefused) return;
    quickRequest?.abort();
    const request = (quickRequest = new AbortController());
    const began = performance.now();
    try {
        const quick = await api.firstOrder(current(state), request.signal);
        if (request !== quickRequest) return;
        if ("first_order" in quick)
            set({ quick, quickFault: null, preparing: false, quickMs: performance.now() - began });
        else if (slopesMade) {
            slopesMade = false; // told before this answer came
            void askQuick();
        } else set({ quick: null, quickFault: null, preparing: true });
    } catch (error) {
        if (request !== quickRequest || request.signal.aborted) return;
        slopesRefused = error instanceof ApiError && error.status === 503 && error.fault.code !== "busy";
        set({ quick: null, quickFault: message(error), preparing: false });
    }
}

function slopesReady(): void {
    slopesMade = true;
    if (state.quick === null) void askQuick();
    if (state.shared.selected && state.valuesOf === "") void askValues();
}

const queued = (job: string, kind: string): Job => ({
    job,
    kind,
    state: "queued",
    progress: { stage: "", done: null, total: null },
    seconds: 0,
    converged: null,
});

async function askExact(): Promise<void> {
    const scenario = current(state);
    const of = JSON.stringify(scenario.measures);
    try {
        const { job } = await api.start("run", scenario, {
            attribution: scenario.measures.length > 1 ? "alone" : "none",
        });
        if (JSON.stringify(current(state).measures) !== of) return;
        set({
            run: {
                ...state.run,
                of,
                fault: null,
                job: queued(job, "run"),
            },
        });
        void hear(job);
    } catch (error) {
        if (JSON.stringify(current(state).measures) === of)
            set({ run: { ...state.run, of, job: null, fault: message(error) } });
    }
}

// Moves now: first order at once, the exact answer when the hand has rested for `rest` milliseconds.
export function answer(rest: number): void {
    set({ run: { ...state.run, fault: null }, answers: {}, routes: null, filtered: null });
    void askQuick();
    clearTimeout(waiting);
    waiting = setTimeout(() => void askExact(), rest);
}

export async function cancel(): Promise<void> {
    clearTimeout(waiting);
    if (state.run.job) await api.cancel(state.run.job.job).catch(() => undefined);
    set({ run: { ...state.run, job: null } });
}

// What a job has to say now; also asked by itself, in case its event came before we knew its number.
async function hear(id: string): Promise<void> {
    try {
        onJob(await api.job(id));
    } catch {
        /* the stream of events will tell */
    }
}

async function finish(job: Job): Promise<void> {
    const ours = Object.entries(state.answers).find(([, a]) => a.job?.job === job.job);
    if (ours) {
        const fault = job.state === "done" ? null : (job.error?.message ?? job.state);
        const result = job.state === "done" ? await api.result<unknown>(job.job) : null;
        if (state.answers[ours[0]]?.job?.job === job.job)
            set({ answers: { ...state.answers, [ours[0]]: { ...ours[1], job, result, fault } } });
        return;
    }
    if (job.job !== state.run.job?.job) return;
    if (job.state !== "done") {
        set({
            run: { ...state.run, job: null, fault: job.state === "failed" ? (job.error?.message ?? "failed") : null },
        });
        return;
    }
    const result = await api.result<RunResult>(job.job);
    if (job.job !== state.run.job?.job) return;
    set({ run: { ...state.run, job: null, result }, runJob: job.job, quickBeforeExact: state.quick });
    if (state.shared.selected) void select(state.shared.selected, false);
    void filter();
    if (state.shared.tab === "routes" && state.shared.from && state.shared.to) void route();
}

export function onJob(job: Job): void {
    if (job.kind === "first-order") {
        if (job.state === "done") slopesReady();
        return;
    }
    if (job.state === "done" || job.state === "failed" || job.state === "cancelled") {
        void finish(job);
    } else if (job.job === state.run.job?.job) {
        set({ run: { ...state.run, job } });
    } else {
        const ours = Object.entries(state.answers).find(([, a]) => a.job?.job === job.job);
        if (ours) set({ answers: { ...state.answers, [ours[0]]: { ...ours[1], job } } });
    }
}

// Other questions (appraise, claim, pivot, tolls, stress, invest, value, brief) are asked when somebody wants them.  Where
// nothing is changed they are asked of the base year.  `options` are those of the verb, "" and false not told, and
// `against`: names of scenarios beside this one, parted by commas.
export async function question(kind: string, options: Record<string, unknown> = {}): Promise<void> {
    const scenario = current(state);
    const of = JSON.stringify(scenario.measures);
    const asked = (change: Partial<Answer<unknown>>) =>
        set({
            answers: { ...state.answers, [kind]: { of, options, result: null, fault: null, job: null, ...change } },
        });
    try {
        const base = kind === "claim" || scenario.measures.length === 0;
        const { against, ...told } = Object.fromEntries(
            Object.entries(options).filter(([, value]) => value !== "" && value !== false),
        );
        const beside = typeof against === "string" ? against.split(",") : undefined;
        const { job } = await api.start(kind, base ? null : scenario, told, beside);
        asked({ job: queued(job, kind) });
        void hear(job);
    } catch (error) {
        asked({ fault: message(error) });
    }
}

// ---- looking closer --------------------------------------------------------------------------------------------

// What facilities are worth to the first economy, once; not there while the slopes are being made.
async function askValues(): Promise<void> {
    const economy = state.study!.economies[0]?.id ?? "";
    if (state.valuesOf === economy || slopesRefused) return;
    const values = await api.values(economy).catch(() => null);
    if (Array.isArray(values)) set({ valuesOf: economy, values: new Map(values.map((v) => [v.facility, v])) });
}

export async function select(facility: string, lookAt = true): Promise<void> {
    share({ selected: facility, tab: facility && lookAt ? "selection" : state.shared.tab });
    set({ selection: null });
    if (!facility || !state.runJob) return;
    void askValues();
    const selection = await api.select(state.runJob, facility).catch(() => null);
    if (state.shared.selected === facility) set({ selection });
}

export async function filter(): Promise<void> {
    const { origin, destination, sector } = state.shared;
    if (!state.canFilter || !state.runJob || (!origin && !destination)) {
        set({ filtered: null });
        return;
    }
    const found = await api.flows(state.runJob, origin, destination, sector).catch(() => null);
    if (
        found &&
        state.shared.origin === origin &&
        state.shared.destination === destination &&
        state.shared.sector === sector
    )
        set({ filtered: new Map(found.links.map((l) => [l.link, l.tonnes])) });
}

export async function route(): Promise<void> {
    const { from, to, sector } = state.shared;
    set({ routes: null, routesFault: null, routeShown: 0 });
    if (!from || !to || !state.runJob) return;
    try {
        const routes = await api.route(state.runJob, from, to, sector, 4);
        if (state.shared.from === from && state.shared.to === to) set({ routes });
    } catch (error) {
        set({ routesFault: message(error) });
    }
}

export const keep = (name: string): void => {
    if (state.run.result)
        set({
            kept: [
                ...state.kept.filter((k) => k.name !== name),
                { name, scenario: current(state), result: state.run.result },
            ].slice(-4),
        });
};

export const appraisal = (s: State): Answer<Appraisal> | undefined =>
    s.answers["appraise"] as Answer<Appraisal> | undefined;

// ---- start -----------------------------------------------------------------------------------------------------

export async function open(): Promise<void> {
    set({ shared: unpack(location.hash) });
    try {
        const [study, basemap, description] = await Promise.all([
            api.study(),
            fetch("/assets/basemap.json").then((r) => r.json() as Promise<Basemap>),
            api.paths().catch(() => ({ paths: {} })),
        ]);
        set({ study, basemap, canFilter: "/api/jobs/{job}/flows" in description.paths });
        api.listen(onJob);
        answer(0);
    } catch (error) {
        set({ fault: message(error) });
    }
}
