// The door to the local server: every request of the page goes through here, and none goes elsewhere.
import type { ApiFault, Diff, FirstOrder, Job, RouteAnswer, Scenario, Selection, Study, Value } from "./types.ts";

export class ApiError extends Error {
    status: number;
    fault: ApiFault;
    constructor(status: number, fault: ApiFault) {
        super(fault.message);
        this.status = status;
        this.fault = fault;
    }
}

async function ask<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const headers: Record<string, string> = {};
    if (method !== "GET") headers["X-Buckle"] = "1";
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(path, {
        method,
        headers,
        signal,
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) {
        let fault: ApiFault = { code: String(response.status), message: response.statusText };
        try {
            fault = JSON.parse(text).error ?? fault;
        } catch {
            /* not JSON: the status says enough */
        }
        throw new ApiError(response.status, fault);
    }
    return (text === "" ? undefined : JSON.parse(text)) as T;
}

const query = (parameters: Record<string, string | number | undefined>) =>
    Object.entries(parameters)
        .filter(([, v]) => v !== undefined && v !== "")
        .map(([k, v]) => `${k}=${encodeURIComponent(String(v))}`)
        .join("&");

export const api = {
    study: () => ask<Study>("GET", "/api/study"),
    paths: () => ask<{ paths: Record<string, unknown> }>("GET", "/api/openapi.json"),
    start: (kind: string, scenario: Scenario | null, options: Record<string, unknown> = {}, against?: string[]) =>
        ask<{ job: string }>("POST", "/api/jobs", { kind, scenario, options, against, replace: true }),
    job: (id: string) => ask<Job>("GET", `/api/jobs/${id}`),
    result: <T>(id: string) => ask<T>("GET", `/api/jobs/${id}/result`),
    cancel: (id: string) => ask<unknown>("DELETE", `/api/jobs/${id}`),
    // A job instead of an answer: what the answer needs is still being made.
    firstOrder: (scenario: Scenario, signal?: AbortSignal) =>
        ask<FirstOrder | Job>("POST", "/api/first-order", { scenario }, signal),
    select: (id: string, facility: string) => ask<Selection>("GET", `/api/jobs/${id}/select?${query({ facility })}`),
    flows: (id: string, origin: string, destination: string, sector: string) =>
        ask<{ links: { link: string; tonnes: number }[] }>(
            "GET",
            `/api/jobs/${id}/flows?${query({ origin, destination, sector })}`,
        ),
    values: (economy: string) => ask<Value[] | Job>("GET", `/api/values?${query({ economy })}`),
    route: (id: string, from: string, to: string, sector: string, k: number) =>
        ask<RouteAnswer>("GET", `/api/jobs/${id}/route?${query({ from, to, sector, k })}`),
    diff: (name: string, scenario: Scenario) => ask<Diff>("POST", "/api/scenarios/diff", { name, scenario }),
    save: (name: string, scenario: Scenario, hash: string | null) =>
        ask<{ path: string }>("PUT", `/api/scenarios/${encodeURIComponent(name)}`, { scenario, hash }),
    exportUrl: (id: string, format: string) => `/api/jobs/${id}/export?${query({ format })}`,
    // Calls back on every change of a job; the stream opens itself again when cut.
    listen(onJob: (job: Job) => void): () => void {
        const events = new EventSource("/api/events");
        events.addEventListener("job", (event) => onJob(JSON.parse((event as MessageEvent<string>).data) as Job));
        return () => events.close();
    },
};
