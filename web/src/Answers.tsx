// The right side: answers.  Each tab is one question; tabs of other kinds come when the server can answer them.
import { useEffect, useState } from "preact/hooks";
import { api } from "./api.ts";
import { Bars, CashFlow, Matrix } from "./charts.tsx";
import { Figure } from "./Figure.tsx";
import { Other, OTHER_KINDS } from "./Other.tsx";
import { money, number, percent, points, share as shareText, tonnes } from "./format.ts";
import { t, type Key } from "./i18n.ts";
import { economyName, gains, isExact, rowsOf, csv } from "./read.ts";
import { appraisal, cancel, choose, current, filter, get, keep, move, question, route, select, set, share, type State } from "./store.ts";
import { download, pngOf, svgText } from "./download.ts";
import { fileName } from "./scenario.ts";
import type { Diff } from "./types.ts";

export const TABS = ["gains", "why", "pays", "corridors", "routes", "projects", "selection", "compare", "keep", "sure"] as const;

function Status({ state }: { state: State }) {
    const { run, quick, quickFault, quickMs } = state;
    const done = run.job?.progress.done;
    const exact = isExact(state);
    return (
        <div class={`status ${exact ? "exact" : "waiting"}`} role="status" aria-live="polite">
            {exact ? <><b>{t("exact")}</b><span>{t("status.exact", { seconds: number(run.result!.seconds, 2) })}{run.result!.converged ? "" : ` · ${t("status.notConverged")}`}</span></>
                : run.fault ? <><b>{t("status.failed")}</b><span>{run.fault}</span></>
                : <>
                    <b>{quick ? t("quick") : t("status.computing")}</b>
                    <span>{quick ? t("status.quick", { ms: number(quickMs, 2) }) : quickFault ?? ""} {run.job ? t("status.exactComing") : ""}</span>
                    {run.job && <><progress max={1} value={done ?? undefined} aria-label={run.job.progress.stage || t("status.computing")} /><button type="button" class="quiet" onClick={() => void cancel()}>{t("cancel")}</button></>}
                </>}
        </div>
    );
}

function Gains({ state }: { state: State }) {
    const [inMoney, setInMoney] = useState(false);
    const rows = gains(state).sort((a, b) => (inMoney ? b.usd - a.usd : b.pct - a.pct));
    const first = state.study!.economies[0]!.id;
    const lead = rows.find((r) => r.economy === first);
    const exact = isExact(state);
    const world = rows.reduce((sum, r) => sum + r.usd, 0);
    if (current(state).measures.length === 0)
        return <p class="empty">{t("gains.nothing")}</p>;
    return (
        <>
            {lead && <div class="lead">
                <div class="big">{percent(lead.pct)}</div>
                <div><b>{lead.name}</b><br />{money(lead.usd, true)}{t("unit.ayear")}<br /><span class="note">{t("gains.world", { usd: money(world, true) })}</span></div>
                {exact && lead.quick !== null && <p class="note">{t("gains.versus", { quick: percent(lead.quick), gap: points(lead.pct - lead.quick) })}</p>}
            </div>}
            <Figure title={t("gains.title")} name="gains" note={exact ? (rows[0]?.quick !== null ? t("gains.mark") : undefined) : t("gains.firstOrder")}
                numbers={{ columns: [{ name: t("economy") }, { name: t("gains.pct"), unit: "%" }, { name: t("gains.usd"), unit: "USD" }, { name: t("quick"), unit: "%" }, { name: t("low"), unit: "%" }, { name: t("high"), unit: "%" }], rows: rows.map((r) => [r.name, r.pct, r.usd, r.quick, r.low, r.high]) }}>
                <div class="segments small" role="group" aria-label={t("unit")}>
                    <button type="button" aria-pressed={!inMoney} onClick={() => setInMoney(false)}>{t("gains.asPct")}</button>
                    <button type="button" aria-pressed={inMoney} onClick={() => setInMoney(true)}>{t("gains.asUsd")}</button>
                </div>
                <Bars bars={rows.map((r) => ({ id: r.economy, name: r.name, value: inMoney ? r.usd : r.pct, low: inMoney ? null : r.low, high: inMoney ? null : r.high, mark: exact && !inMoney ? r.quick : null, label: inMoney ? money(r.usd, true) : percent(r.pct) }))} />
            </Figure>
        </>
    );
}

function Why({ state }: { state: State }) {
    const result = state.run.result;
    const measures = [...new Set(result?.economies.flatMap((e) => Object.keys(e.attribution)))];
    const rows = [...(result?.economies ?? [])].sort((a, b) => Math.abs(b.welfare_pct) - Math.abs(a.welfare_pct)).slice(0, 16);
    const parts = ["terms_of_trade_pct", "tariff_revenue_pct", "tariff_burden_pct", "transport_pct", "productivity_pct", "finance_pct", "labour_pct"] as const;
    const decomposition = rowsOf(result?.tables["decomposition"]).sort((a, b) => Math.abs(Number(b["welfare_pct"])) - Math.abs(Number(a["welfare_pct"]))).slice(0, 16);
    const colours = new Map(measures.map((m, i) => [m, i]));
    return (
        <>
            {measures.length > 1 ? (
                <Figure title={t("why.attribution")} note={t("why.note")} name="attribution" numbers={{ columns: [{ name: t("economy") }, ...measures.map((m) => ({ name: m, unit: "%" }))], rows: rows.map((r) => [economyName(state, r.economy), ...measures.map((m) => r.attribution[m] ?? null)]) }}>
                    <div class="keys">{measures.map((m, i) => <span class="key" key={m}><i class={`bar part${i % 8}`} />{m === "interaction" ? t("why.interaction") : m}</span>)}</div>
                    <Bars colours={colours} bars={rows.map((r) => ({ id: r.economy, name: economyName(state, r.economy), value: r.welfare_pct, label: percent(r.welfare_pct), parts: measures.map((m) => ({ id: m, value: r.attribution[m] ?? 0 })) }))} />
                </Figure>
            ) : <p class="empty">{t("why.one")}</p>}
            {decomposition.length > 0 && (
                <Figure title={t("why.channels")} name="channels" numbers={{ columns: [{ name: t("economy") }, ...parts.map((p) => ({ name: t(`part.${p}` as Key), unit: "%" }))], rows: decomposition.map((r) => [economyName(state, String(r["economy"])), ...parts.map((p) => r[p] as number)]) }}>
                    <div class="keys">{parts.map((p, i) => <span class="key" key={p}><i class={`bar part${i}`} />{t(`part.${p}` as Key)}</span>)}</div>
                    <Bars colours={new Map(parts.map((p, i) => [p, i]))} bars={decomposition.map((r) => ({ id: String(r["economy"]), name: economyName(state, String(r["economy"])), value: Number(r["welfare_pct"]), label: percent(Number(r["welfare_pct"])), parts: parts.map((p) => ({ id: p, value: Number(r[p]) })) }))} />
                </Figure>
            )}
        </>
    );
}

// What a question needs to be told, with what is proposed for it.
function needs(kind: string, state: State): [string, string][] {
    const economy = state.study!.economies[0]!.id;
    const half = state.study!.projects.reduce((sum, p) => sum + p.capex_usd, 0) / 2;
    return ({ invest: [["budget", half.toPrecision(2)]], claim: [["economy", economy], ["gain", "1%"]], brief: [["economy", economy]], stress: [["draws", "256"]] } as Record<string, [string, string][]>)[kind] ?? [];
}

function Question({ state, kind }: { state: State; kind: string }) {
    const [told, tell] = useState<Record<string, string>>(Object.fromEntries(needs(kind, state)));
    return (
        <form onSubmit={(e) => { e.preventDefault(); void question(kind, told); }}>
            {Object.keys(told).map((option) => (
                <span class="choice" key={option}><label for={`ask-${option}`}>{t(`option.${option}` as Key)}</label>
                    {option === "economy" ? <select id="ask-economy" value={told[option]} onChange={(e) => tell({ ...told, economy: e.currentTarget.value })}>{state.study!.economies.map((e) => <option key={e.id} value={e.id} selected={e.id === told[option]}>{economyName(state, e.id)}</option>)}</select>
                        : <input id={`ask-${option}`} value={told[option]} onInput={(e) => tell({ ...told, [option]: e.currentTarget.value })} />}</span>
            ))}
            <button type="submit" class="primary">{t("ask.button")}</button>
        </form>
    );
}

function Asking({ state, kind, children }: { state: State; kind: string; children: preact.ComponentChildren }) {
    const answer = state.answers[kind];
    if (!state.study!.kinds.includes(kind))
        return <p class="empty">{t("ask.cannot")}</p>;
    if (answer?.result)
        return <>{children}</>;
    return (
        <div class="ask">
            <p>{t(`ask.${kind}` as Key)}</p>
            {answer?.fault && <p class="fault" role="alert">{answer.fault}</p>}
            {answer?.job && !answer.fault ? <p><progress max={1} value={answer.job.progress.done ?? undefined} aria-label={t("status.computing")} /> {answer.job.progress.stage} <button type="button" class="quiet" onClick={() => void api.cancel(answer.job!.job)}>{t("cancel")}</button></p>
                : <Question key={kind} state={state} kind={kind} />}
        </div>
    );
}

function Pays({ state }: { state: State }) {
    const result = appraisal(state)?.result;
    const table = result?.pays_gains ?? [];
    const total = (key: "payer" | "gainer") => {
        const sum = new Map<string, number>();
        for (const r of table) sum.set(r[key], (sum.get(r[key]) ?? 0) + Math.abs(r.gain));
        return [...sum].sort((a, b) => b[1] - a[1]).map(([id]) => id);
    };
    const payers = total("payer").slice(0, 12), gainers = total("gainer").slice(0, 11);
    const value = new Map(table.map((r) => [`${r.payer} ${r.gainer}`, r.gain]));
    const cell = (p: string, g: string) => value.get(`${p} ${g}`) ?? 0;
    const name = (id: string) => (id === "outside" ? t("pays.outside") : economyName(state, id));
    return (
        <Asking state={state} kind="appraise">
            {table.length === 0 ? <p class="empty">{t("pays.none")}</p> : (
                <Figure title={t("pays.title")} note={t("pays.note")} name="pays-gains" numbers={{ columns: [{ name: t("pays.payer") }, ...gainers.map((g) => ({ name: name(g), unit: "USD/yr" }))], rows: payers.map((p) => [name(p), ...gainers.map((g) => cell(p, g))]) }}>
                    <Matrix rows={payers} columns={gainers} value={cell} name={name} />
                </Figure>
            )}
        </Asking>
    );
}

const FLOWS = [["investment", -1], ["running", -1], ["debt_service", -1], ["drawn", 1], ["gain", 1], ["transit_revenue", 1]] as const;

function Projects({ state }: { state: State }) {
    const result = appraisal(state)?.result;
    return (
        <Asking state={state} kind="appraise">
            {result?.projects.length === 0 && <p class="empty">{t("projects.none")}</p>}
            {result?.projects.map((p) => {
                const shown = FLOWS.filter(([f]) => (f === "investment" || f === "running" || f === "gain") && p.flows[f]);
                return (
                    <article class="project" key={p.project}>
                        <h3>{p.name}</h3>
                        <p class="verdict"><span class={`badge ${p.npv < 0 ? "loses" : "pays"}`}>{p.npv < 0 ? t("projects.loses") : t("projects.pays")}</span> {p.verdict}</p>
                        <dl class="figures">
                            <div><dt>{t("npv")}</dt><dd>{money(p.npv, true)}<small>{money(p.npv_low, true)} … {money(p.npv_high, true)}</small></dd></div>
                            <div><dt>{t("eirr")}</dt><dd>{p.eirr === null ? "–" : percent(p.eirr * 100).replace("+", "")}</dd></div>
                            <div><dt>{t("projects.loss")}</dt><dd>{shareText(p.loss_probability)}</dd></div>
                            <div><dt>{t("projects.bcr")}</dt><dd>{p.benefit_cost === null ? "–" : number(p.benefit_cost)}</dd></div>
                        </dl>
                        <Figure title={t("projects.cash")} note={t("projects.cashNote", { year: result.settings.price_year })} name={`cash-flow-${p.project}`} numbers={{ columns: [{ name: t("year") }, ...FLOWS.map(([f]) => ({ name: t(`flow.${f}` as Key), unit: "USD" }))], rows: (p.flows["gain"] ?? []).map((_, i) => [result.settings.price_year + i, ...FLOWS.map(([f]) => p.flows[f]?.[i] ?? null)]) }}>
                            <div class="keys">{shown.map(([f], i) => <span class="key" key={f}><i class={`bar part${i}`} />{t(`flow.${f}` as Key)}</span>)}</div>
                            <CashFlow first={result.settings.price_year} series={shown.map(([f, sign]) => ({ id: f, values: p.flows[f]!.map((v) => sign * v) }))} />
                        </Figure>
                    </article>
                );
            })}
        </Asking>
    );
}

type Relation = { id: string; from: string; to: string; tonnes: number; base: number; days: number; cost: number };

export function relationsOf(state: State): Relation[] {
    const table = state.run.result?.tables["trade"];
    if (!table) return [];
    const at = Object.fromEntries(table.columns.map((c, i) => [c.name, i])) as Record<string, number>;
    const { sector, origin, destination } = state.shared;
    const sums = new Map<string, { tonnes: number; base: number; hours: number; cost: number }>();
    const onlyBase = !table.rows.some((r) => r[at["scenario"]!] !== "base");
    for (const row of table.rows) {
        const from = String(row[at["exporter"]!]), to = String(row[at["importer"]!]), weight = Number(row[at["tonnes"]!] ?? 0);
        if (from === to || (sector && row[at["sector"]!] !== sector) || (origin && from !== origin) || (destination && to !== destination))
            continue;
        const sum = sums.get(`${from} ${to}`) ?? { tonnes: 0, base: 0, hours: 0, cost: 0 };
        if (row[at["scenario"]!] === "base") sum.base += weight;
        if (row[at["scenario"]!] !== "base" || onlyBase) {
            sum.tonnes += weight;
            sum.hours += weight * Number(row[at["hours"]!] ?? 0);
            sum.cost += weight * Number(row[at["mean_cost"]!] ?? 0);
        }
        sums.set(`${from} ${to}`, sum);
    }
    return [...sums].map(([id, s]) => ({ id, from: id.split(" ")[0]!, to: id.split(" ")[1]!, tonnes: s.tonnes, base: s.base, days: s.tonnes > 0 ? s.hours / s.tonnes / 24 : 0, cost: s.tonnes > 0 ? s.cost / s.tonnes : 0 }))
        .filter((r) => r.tonnes > 1).sort((a, b) => b.tonnes - a.tonnes);
}

function Corridors({ state }: { state: State }) {
    const all = rowsOf(state.run.result?.tables["corridors"]);
    const only = all.filter((r) => r["scenario"] !== "base");
    const rows = (only.length > 0 && state.shared.shown !== "base" ? only : all.filter((r) => r["scenario"] === "base")).sort((a, b) => Number(b["tonnes"]) - Number(a["tonnes"]));
    const relations = relationsOf(state).slice(0, 40);
    return (
        <>
            {rows.length > 0 && <section><h3>{t("corridors.title")}</h3><p class="note">{t("corridors.note")}</p>
                <table class="plain"><thead><tr><th scope="col">{t("corridors.corridor")}</th><th scope="col" class="n">Mt</th><th scope="col" class="n">Δ Mt</th><th scope="col" class="n">{t("corridors.revenue")}<small> m USD</small></th><th scope="col" class="n">CO₂<small> kt</small></th></tr></thead>
                    <tbody>{rows.map((r) => <tr key={String(r["corridor"])}><th scope="row">{String(r["name"])}</th><td class="n">{number(Number(r["tonnes"]) / 1e6)}</td><td class="n">{number(Number(r["tonnes_change"] ?? 0) / 1e6, 2)}</td><td class="n">{number(Number(r["revenue_usd"]) / 1e6)}</td><td class="n">{number(Number(r["co2_kg"]) / 1e6)}</td></tr>)}</tbody></table></section>}
            <section><h3>{t("corridors.relations")}</h3><p class="note">{t("corridors.relationsNote")}</p>
                <table class="plain"><thead><tr><th scope="col">{t("corridors.relation")}</th><th scope="col" class="n">Mt</th><th scope="col" class="n">Δ kt</th><th scope="col" class="n">{t("unit.days")}</th><th scope="col" class="n">USD/t</th></tr></thead>
                    <tbody>{relations.map((r) => <tr key={r.id}><th scope="row">{economyName(state, r.from)} → {economyName(state, r.to)}</th><td class="n">{number(r.tonnes / 1e6)}</td><td class="n">{number((r.tonnes - r.base) / 1e3, 2)}</td><td class="n">{number(r.days)}</td><td class="n">{number(r.cost)}</td></tr>)}</tbody></table>
                <button type="button" class="quiet" onClick={() => download("relations.csv", "text/csv;charset=utf-8", `\ufeff${csv({ columns: [{ name: "from" }, { name: "to" }, { name: "tonnes", unit: "t/yr" }, { name: "base", unit: "t/yr" }, { name: "days" }, { name: "cost", unit: "USD/t" }], rows: relationsOf(state).map((r) => [r.from, r.to, r.tonnes, r.base, r.days, r.cost]) })}`)}>CSV</button>
            </section>
        </>
    );
}

function Routes({ state }: { state: State }) {
    const study = state.study!;
    const places = study.nodes.filter((n) => n.kind !== "sea_waypoint" && n.kind !== "junction").sort((a, b) => a.name.localeCompare(b.name));
    const { from, to } = state.shared;
    const change = (side: "from" | "to") => (event: Event) => {
        share(side === "from" ? { from: (event.currentTarget as HTMLSelectElement).value } : { to: (event.currentTarget as HTMLSelectElement).value });
        void route();
    };
    const name = (id: string) => study.nodes.find((n) => n.id === id)?.name ?? id;
    const alternatives = state.routes?.alternatives ?? [];
    return (
        <>
            <div class="pairwise">
                {(["from", "to"] as const).map((side) => (
                    <span class="choice" key={side}><label for={`route-${side}`}>{t(`routes.${side}`)}</label>
                        <select id={`route-${side}`} value={state.shared[side]} onChange={change(side)}><option value="">{t("routes.choose")}</option>{places.map((p) => <option key={p.id} value={p.id} selected={p.id === state.shared[side]}>{p.name}, {p.country}</option>)}</select></span>
                ))}
            </div>
            {state.routesFault && <p class="fault" role="alert">{state.routesFault}</p>}
            {from && to && !state.routes && !state.routesFault && <p class="note">{t("status.computing")}</p>}
            {alternatives.map((a, i) => (
                <button type="button" class="alternative" aria-pressed={i === state.routeShown} key={i} onClick={() => set({ routeShown: i })}>
                    <b>{i + 1}. {[...new Set(a.legs.filter((l) => l.kind === "line").map((l) => t(`mode.${l.mode}` as Key)))].join(" · ")}</b>
                    <span class="quad"><span>{number(a.hours / 24)} {t("unit.days")}<small> ± {number(a.hours_sd / 24, 2)}</small></span><span>{number(a.money)} USD/t<small> {t("routes.money")}</small></span><span>{number(a.cost)} USD/t<small> {t("routes.cost")}</small></span><span>{number(a.co2_kg)} kg CO₂/t</span><span>{number(a.km)} km</span><span>{a.borders} {t("routes.borders")} · {shareText(a.share)}</span></span>
                    <small class="via">{[...new Set(a.legs.filter((l) => l.kind === "border" || l.kind === "transfer").map((l) => name(l.from)))].join(" → ")}</small>
                </button>
            ))}
            {alternatives.length > 0 && <button type="button" class="quiet" onClick={() => { share({ from: "", to: "" }); set({ routes: null }); }}>{t("routes.clear")}</button>}
        </>
    );
}

function Selected({ state }: { state: State }) {
    const id = state.shared.selected;
    const study = state.study!;
    if (!id)
        return <p class="empty">{t("selection.none")}</p>;
    const key = id.slice(id.indexOf(":") + 1), isLink = id.startsWith("link:");
    const link = isLink ? study.links.find((l) => l.id === key) : undefined;
    const border = isLink ? undefined : study.borders.find((b) => b.id === key);
    const name = (n: string) => study.nodes.find((x) => x.id === n)?.name ?? n;
    const flow = state.run.result?.map.links.find((l) => l.link === key), post = state.run.result?.map.borders.find((b) => b.border === key);
    const siblings = border ? study.borders.filter((b) => b.node === border.node) : [];
    const value = state.values.get(id), selection = state.selection;
    const shut = state.shared.levers.some((l) => l.kind === "close" && l.target === key);
    return (
        <>
            <h3>{link?.name ?? `${name(border?.node ?? "")}: ${border?.from_country} → ${border?.to_country}`}</h3>
            {siblings.length > 1 && <span class="choice"><label for="row">{t("selection.row")}</label><select id="row" value={id} onChange={(e) => void select(e.currentTarget.value)}>{siblings.map((b) => <option key={b.id} value={`border:${b.id}`} selected={b.id === key}>{t(`mode.${b.mode}` as Key)}, {b.from_country} → {b.to_country}, {t(`side.${b.side}` as Key)}</option>)}</select></span>}
            <dl class="figures">
                {flow && <><div><dt>{t("shown.base")}</dt><dd>{tonnes(flow.tonnes_base)}</dd></div><div><dt>{t("shown.policy")}</dt><dd>{tonnes(flow.tonnes)}</dd></div><div><dt>{t("tip.use")}</dt><dd>{flow.utilisation === null ? "–" : shareText(flow.utilisation)}</dd></div><div><dt>{t("tip.price")}</dt><dd>{number(flow.price)} USD/t</dd></div></>}
                {post && <><div><dt>{t("tip.hours")}</dt><dd>{number(post.hours)} h<small>{t("selection.queue", { h: number(post.queue_hours, 2) })}</small></dd></div><div><dt>{t("tip.hoursBase")}</dt><dd>{number(post.hours_base)} h</dd></div><div><dt>{t("tip.tonnes")}</dt><dd>{tonnes(post.tonnes)}</dd></div><div><dt>{t("tip.price")}</dt><dd>{number(post.price)} USD/t</dd></div></>}
            </dl>
            {value && <><h4>{t("selection.value")}</h4><dl class="figures">
                <div><dt>{t("selection.hour")}</dt><dd>{money(value.per_hour_usd, true)}<small>{t("selection.worldwide")} {money(value.world.per_hour_usd, true)}</small></dd></div>
                <div><dt>{t("selection.dollar")}</dt><dd>{money(value.per_usd, true)}<small>{t("selection.worldwide")} {money(value.world.per_usd, true)}</small></dd></div>
                <div><dt>{t("selection.capacity")}</dt><dd>{money(value.per_tonne_capacity, true)}<small>{t("selection.worldwide")} {money(value.world.per_tonne_capacity, true)}</small></dd></div>
            </dl><p class="note">{t("selection.valueNote", { economy: economyName(state, value.economy) })}</p></>}
            <div class="row"><button type="button" onClick={() => move({ kind: "close", target: key })} disabled={shut}>{shut ? t("selection.shut") : t("selection.close")}</button>
                <button type="button" class="quiet" onClick={() => void select("")}>{t("selection.leave")}</button></div>
            <h4>{t("selection.trade")}</h4>
            {!selection ? <p class="note">{state.runJob ? t("status.computing") : t("selection.wait")}</p> : (
                <><p class="note">{t("selection.tradeNote", { tonnes: tonnes(selection.tonnes) })}</p>
                <table class="plain"><thead><tr><th scope="col">{t("corridors.relation")}</th><th scope="col">{t("sector")}</th><th scope="col" class="n">kt</th><th scope="col" class="n">%</th></tr></thead>
                    <tbody>{selection.by.slice(0, 40).map((r, i) => <tr key={i}><th scope="row">{economyName(state, r.origin)} → {economyName(state, r.destination)}</th><td>{study.sectors.find((s) => s.id === r.sector)?.name ?? r.sector}</td><td class="n">{number(r.tonnes / 1e3)}</td><td class="n">{number(100 * r.tonnes / Math.max(1, selection.tonnes), 2)}</td></tr>)}</tbody></table>
                <button type="button" class="quiet" onClick={() => download(`select-${fileName(key)}.csv`, "text/csv;charset=utf-8", `\ufeff${csv({ columns: [{ name: "sector" }, { name: "origin" }, { name: "destination" }, { name: "tonnes", unit: "t/yr" }], rows: selection.by.map((r) => [r.sector, r.origin, r.destination, r.tonnes]) })}`)}>CSV</button></>
            )}
            <p class="source">{t("tip.source")}: {link?.source ?? border?.source} ({link?.confidence ?? border?.confidence})</p>
        </>
    );
}

function Compare({ state }: { state: State }) {
    const [name, setName] = useState("");
    const { kept } = state;
    return (
        <>
            <div class="row"><span class="choice grow"><label for="keep-name">{t("compare.name")}</label><input id="keep-name" value={name} placeholder={current(state).title} onInput={(e) => setName(e.currentTarget.value)} /></span>
                <button type="button" class="primary" disabled={!isExact(state)} onClick={() => { keep(name || `${current(state).title} ${kept.length + 1}`); setName(""); }}>{t("compare.keep")}</button></div>
            {kept.length === 0 ? <p class="empty">{t("compare.none")}</p> : (
                <div class="scroll" tabIndex={0} role="region" aria-label={t("compare.title")}><table class="plain"><caption>{t("compare.title")}</caption>
                    <thead><tr><th scope="col">{t("economy")}</th>{kept.map((k) => <th scope="col" class="n" key={k.name}>{k.name}</th>)}</tr></thead>
                    <tbody>{state.study!.economies.map((e) => <tr key={e.id}><th scope="row">{economyName(state, e.id)}</th>{kept.map((k) => { const g = k.result.economies.find((x) => x.economy === e.id); return <td class="n" key={k.name}>{percent(g?.welfare_pct ?? 0)}<small> {money(g?.ev ?? 0, true)}</small></td>; })}</tr>)}</tbody>
                </table></div>
            )}
        </>
    );
}

function Keep({ state }: { state: State }) {
    const [name, setName] = useState(fileName(state.shared.scenario ? `${state.shared.scenario}-changed` : "my-scenario"));
    const [diff, setDiff] = useState<Diff | null>(null);
    const [said, say] = useState<string | null>(null);
    const attempt = async (work: () => Promise<void>) => { try { await work(); } catch (error) { say(String((error as Error).message)); } };
    const drawing = () => document.querySelector<SVGSVGElement>("#map-drawing");
    // Under another name it is another scenario, which its title says.
    const titled = () => ({ ...current(state), title: fileName(name) === state.shared.scenario ? current(state).title : name.replace(/-/g, " ") });
    return (
        <>
            <section><h3>{t("keep.save")}</h3><p class="note">{t("keep.saveNote")}</p>
                <div class="row"><span class="choice grow"><label for="save-name">{t("keep.name")}</label><input id="save-name" value={name} onInput={(e) => { setName(e.currentTarget.value); setDiff(null); }} /></span>
                    <button type="button" class="primary" disabled={fileName(name) === ""} onClick={() => void attempt(async () => { say(null); setDiff(await api.diff(fileName(name), titled())); })}>{t("keep.diff")}</button></div>
                {diff && <div class="diff"><p class="note">{diff.exists ? t("keep.changes", { path: diff.path }) : t("keep.creates", { path: diff.path })}</p>
                    <pre tabIndex={0}>{(diff.diff || diff.yaml).split("\n").map((line, i) => <span key={i} class={line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : ""}>{line}{"\n"}</span>)}</pre>
                    <button type="button" class="primary" onClick={() => void attempt(async () => { const saved = await api.save(fileName(name), titled(), diff.hash); setDiff(null); say(t("keep.saved", { path: saved.path })); set({ study: await api.study() }); choose(fileName(name)); })}>{t("keep.write")}</button></div>}
                {said && <p class="note said" role="status">{said}</p>}
            </section>
            <section><h3>{t("keep.export")}</h3><p class="note">{t("keep.exportNote")}</p>
                <div class="row wrap">{["xlsx", "gpkg", "csv", "html"].map((f) => (isExact(state) ? <a class="button" key={f} href={api.exportUrl(state.runJob, f)} download>{t(`keep.${f}` as Key)}</a> : <button type="button" disabled key={f}>{t(`keep.${f}` as Key)}</button>))}
                    <button type="button" onClick={() => { const d = drawing(); if (d) download("map.svg", "image/svg+xml", svgText(d)); }}>{t("keep.svg")}</button>
                    <button type="button" onClick={() => { const d = drawing(); if (d) void pngOf(d, "map.png"); }}>{t("keep.png")}</button></div>
            </section>
            <section><h3>{t("keep.link")}</h3><p class="note">{t("keep.linkNote")}</p>
                <div class="row"><input class="grow" readOnly value={location.href} aria-label={t("keep.link")} onFocus={(e) => e.currentTarget.select()} /><button type="button" onClick={() => void attempt(async () => { await navigator.clipboard.writeText(location.href); say(t("keep.copied")); })}>{t("keep.copy")}</button></div>
            </section>
        </>
    );
}

function Sure({ state }: { state: State }) {
    const { sources } = state.study!;
    const result = state.run.result;
    const certificates = rowsOf(result?.tables["certificate"]);
    const files = rowsOf(result?.tables["sources"]);
    const counted = [["reported", sources.reported], ["derived", sources.derived], ["estimate", sources.estimate]] as const;
    return (
        <>
            <section><h3>{t("sure.rests")}</h3>
                <div class="shares" aria-hidden="true">{counted.map(([k, n], i) => <i key={k} class={`part${i}`} style={{ flexGrow: n }} />)}</div>
                <ul class="plainlist">{counted.map(([k, n], i) => <li key={k}><i class={`bar part${i}`} /> {t(`sure.${k}`)}: {number(n)} ({shareText(n / Math.max(1, sources.rows))})</li>)}</ul></section>
            <section><h3>{t("sure.convergence")}</h3>
                <table class="plain"><thead><tr><th scope="col">{t("sure.check")}</th>{certificates.map((c) => <th scope="col" class="n" key={String(c["scenario"])}>{String(c["scenario"]) === "base" ? t("shown.base") : t("shown.policy")}</th>)}</tr></thead>
                    <tbody>{["outcome", "rounds", "loop", "capacity", "assignment_gap", "trade", "walras", "route_gain", "routes_missed"].map((k) => <tr key={k}><th scope="row">{t(`certificate.${k}` as Key)}</th>{certificates.map((c) => { const v = c[k]; return <td class="n" key={String(c["scenario"])}>{typeof v === "number" ? (Math.abs(v) > 0 && Math.abs(v) < 1e-3 ? v.toExponential(1) : number(v)) : v}</td>; })}</tr>)}</tbody></table></section>
            {result && result.warnings.length > 0 && <section><h3>{t("sure.warnings")}</h3><ul class="plainlist">{result.warnings.map((w) => <li key={w}>{w}</li>)}</ul></section>}
            {files.length > 0 && <details><summary>{t("sure.files")}</summary><table class="plain"><thead><tr><th scope="col">{t("sure.file")}</th>{(["rows", "reported", "derived", "estimate"] as const).map((c) => <th scope="col" class="n" key={c}>{t(`sure.${c}`)}</th>)}</tr></thead><tbody>{files.map((f) => <tr key={String(f["file"])}><th scope="row">{String(f["file"])}</th>{["rows", "reported", "derived", "estimate"].map((c) => <td class="n" key={c}>{f[c]}</td>)}</tr>)}</tbody></table></details>}
            {result && <details><summary>{t("sure.provenance")}</summary><table class="plain"><tbody>{rowsOf(result.tables["provenance"]).map((p) => <tr key={String(p["item"])}><th scope="row">{String(p["item"])}</th><td>{String(p["value"])}</td></tr>)}</tbody></table></details>}
        </>
    );
}

const PANELS: Record<string, (p: { state: State }) => preact.JSX.Element> = { gains: Gains, why: Why, pays: Pays, corridors: Corridors, routes: Routes, projects: Projects, selection: Selected, compare: Compare, keep: Keep, sure: Sure };

export function Answers({ state }: { state: State }) {
    const others = OTHER_KINDS.filter((k) => state.study!.kinds.includes(k));
    const tabs = [...TABS, ...others] as string[];
    const tab = tabs.includes(state.shared.tab) ? state.shared.tab : "gains";
    useEffect(() => { void filter(); }, [state.shared.origin, state.shared.destination, state.shared.sector]);
    const go = (next: string) => { share({ tab: next }); if (get().routes && next !== "routes") set({ routes: null }); if (next === "routes") void route(); };
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
                {tabs.map((id) => <button type="button" role="tab" id={`tab-${id}`} key={id} aria-selected={id === tab} aria-controls="panel" tabIndex={id === tab ? 0 : -1} onClick={() => go(id)}>{t(`tab.${id}` as Key)}</button>)}
            </div>
            <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} key={tab}>
                {Panel ? <Panel state={state} /> : <Asking state={state} kind={tab}><Other kind={tab} result={state.answers[tab]?.result} state={state} /></Asking>}
            </div>
        </section>
    );
}
