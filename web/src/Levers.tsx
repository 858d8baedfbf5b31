// The left side: what is done.  Every control edits the scenario; nothing here knows how it is answered.
import { useState } from "preact/hooks";
import { leverKey, oilSector, type Lever } from "./scenario.ts";
import { chosen, choose, move, release, toggle, type State } from "./store.ts";
import { economyName, postsOf } from "./read.ts";
import { number } from "./format.ts";
import { t } from "./i18n.ts";
import type { Measure } from "./types.ts";

function Slider({
    label,
    value,
    min,
    max,
    step = 5,
    unit,
    onMove,
    onRelease,
}: {
    label: string;
    value: number;
    min: number;
    max: number;
    step?: number;
    unit: string;
    onMove: (v: number) => void;
    onRelease?: () => void;
}) {
    return (
        <label class="slider">
            <span class="slider-head">
                <span>{label}</span>
                <output class={value === 0 ? "neutral" : ""}>
                    {value > 0 ? "+" : ""}
                    {String(value).replace("-", "−")} {unit}
                    {onRelease && (
                        <button
                            type="button"
                            class="clear"
                            aria-label={`${t("levers.remove")}: ${label}`}
                            onClick={(e) => {
                                e.preventDefault();
                                onRelease();
                            }}
                        >
                            ×
                        </button>
                    )}
                </output>
            </span>
            <input
                type="range"
                min={min}
                max={max}
                step={step}
                value={value}
                aria-label={`${label}, ${unit}`}
                onInput={(e) => onMove(Number(e.currentTarget.value))}
            />
        </label>
    );
}

function contents(measure: Measure, state: State): string {
    const names = (measure.projects ?? []).map((p) => state.study?.projects.find((x) => x.id === p)?.name ?? p);
    const parts = [
        ...names,
        ...(measure.close ?? []).map((c) => `${t("levers.close")} ${c}`),
        ...(measure.sanctions ?? []),
        ...(measure.join ?? []).map((m) => `${m.agreement} + ${economyName(state, m.country)}`),
        ...(measure.leave ?? []).map((m) => `${m.agreement} − ${economyName(state, m.country)}`),
    ];
    for (const key of ["borders", "tariffs", "trade_costs", "productivity", "adjust"] as const)
        if (measure[key]) parts.push(t("levers.rows", { n: measure[key].length, what: t(`rows.${key}`) }));
    return parts.join(" · ");
}

function Choice({
    id,
    label,
    options,
    value,
    onChoose,
}: {
    id: string;
    label: string;
    options: [string, string][];
    value: string;
    onChoose: (v: string) => void;
}) {
    return (
        <span class="choice">
            <label for={id}>{label}</label>
            <select id={id} value={value} onChange={(e) => onChoose(e.currentTarget.value)}>
                {options.map(([v, name]) => (
                    <option key={v} value={v} selected={v === value}>
                        {name}
                    </option>
                ))}
            </select>
        </span>
    );
}

const memberSince = (state: State, agreement: string, country: string, day: string): boolean =>
    state.study?.agreements
        .find((a) => a.id === agreement)
        ?.members.some(
            (m) =>
                m.country === country &&
                m.status === "member" &&
                (!m.from || m.from <= day) &&
                (!m.until || m.until > day),
        ) ?? false;

function Agreements({ state }: { state: State }) {
    const study = state.study!;
    const [agreement, setAgreement] = useState(study.agreements[0]?.id ?? "");
    const [country, setCountry] = useState(study.economies[0]?.country ?? "");
    const [day, setDay] = useState(`${study.base_year}-12-31`);
    const countries = study.economies.filter((e) => !/^XRW$/.test(e.country));
    const member = memberSince(state, agreement, country, day);
    return (
        <div class="stack">
            <Choice
                id="agreement"
                label={t("levers.agreement")}
                value={agreement}
                onChoose={setAgreement}
                options={study.agreements.map((a) => [a.id, a.name])}
            />
            <div class="pairwise">
                <Choice
                    id="member"
                    label={t("levers.country")}
                    value={country}
                    onChoose={setCountry}
                    options={countries.map((e) => [e.country, economyName(state, e.id)])}
                />
                <span class="choice">
                    <label for="day">{t("levers.day")}</label>
                    <input id="day" type="date" value={day} onChange={(e) => setDay(e.currentTarget.value)} />
                </span>
            </div>
            <button
                type="button"
                onClick={() => move({ kind: member ? "leave" : "join", agreement, country, from: day })}
            >
                {member ? t("levers.leave") : t("levers.join")}
            </button>
            <p class="note">{member ? t("levers.isMember") : t("levers.notMember")}</p>
        </div>
    );
}

function leverName(state: State, lever: Lever): string {
    const place = (id: string) => state.study?.nodes.find((n) => n.id === id)?.name ?? id;
    switch (lever.kind) {
        case "close":
            return `${t("levers.close")}: ${state.study?.links.find((l) => l.id === lever.target)?.name ?? place(lever.target.split("|")[0]!)}`;
        case "project":
            return `${t("levers.build")}: ${state.study?.projects.find((p) => p.id === lever.project)?.name ?? lever.project}`;
        case "join":
        case "leave":
            return `${t(`levers.${lever.kind}`)}: ${lever.agreement}, ${economyName(state, lever.country)} (${lever.from})`;
        case "border":
            return `${place(lever.node)}: ${t("levers.hours")}`;
        case "toll":
            return `${economyName(state, lever.country)}: ${t("levers.tolls")}`;
        case "tariff":
            return `${lever.exporter ? economyName(state, lever.exporter) : t("levers.everyone")} → ${economyName(state, lever.importer)}: ${t("levers.tariffs")}`;
        case "oil":
            return t("levers.oil");
        case "capex":
        case "rate":
            return `${state.study?.projects.find((p) => p.id === lever.project)?.name ?? lever.project}: ${t(`levers.${lever.kind}`)}`;
    }
}

/** How far a lever was moved, "+10 %"; nothing for those that are on or off. */
function moved(lever: Lever): string {
    if ("percent" in lever) return ` ${lever.percent > 0 ? "+" : "−"}${Math.abs(lever.percent)} %`;
    if ("points" in lever) return ` ${lever.points > 0 ? "+" : "−"}${Math.abs(lever.points)} ${t("unit.points")}`;
    return "";
}

export function Levers({ state }: { state: State }) {
    const study = state.study!;
    const { shared } = state;
    const base = chosen(state);
    const find = <K extends Lever["kind"]>(kind: K, test: (l: Extract<Lever, { kind: K }>) => boolean) =>
        shared.levers.find(
            (l): l is Extract<Lever, { kind: K }> => l.kind === kind && test(l as Extract<Lever, { kind: K }>),
        );
    const posts = postsOf(state).filter((p) => p.tonnes > 1e4);
    const [post, setPost] = useState("");
    const [country, setCountry] = useState(study.economies[0]?.country ?? "");
    const [importer, setImporter] = useState(study.economies[0]?.id ?? "");
    const [exporter, setExporter] = useState("");
    const [project, setProject] = useState(study.projects[0]?.id ?? "");
    const node = post || posts[0]?.node || "";
    const economies = study.economies.map((e): [string, string] => [e.id, economyName(state, e.id)]);
    const plain = shared.levers.filter((l) => !("percent" in l) && !("points" in l));
    const others = shared.levers.filter((l) => "percent" in l || "points" in l);
    const inScenario = base.measures.some((m) => m.projects?.includes(project) && !shared.off.includes(m.id));
    const built = inScenario || shared.levers.some((l) => l.kind === "project" && l.project === project);
    return (
        <section class="levers" aria-label={t("levers.title")}>
            <Choice
                id="scenario"
                label={t("levers.scenario")}
                value={shared.scenario}
                onChoose={choose}
                options={[
                    ["", t("levers.today")],
                    ...study.scenarios
                        .filter((s) => s.scenario.measures.length > 0)
                        .map((s): [string, string] => [s.name, s.title]),
                ]}
            />
            {base.measures.length > 0 && (
                <fieldset>
                    <legend>{t("levers.measures")}</legend>
                    {base.measures.map((m) => (
                        <label class="measure" key={m.id}>
                            <input type="checkbox" checked={!shared.off.includes(m.id)} onChange={() => toggle(m.id)} />
                            <span>
                                <b>{m.id}</b>
                                <small title={contents(m, state)}>{contents(m, state)}</small>
                            </span>
                        </label>
                    ))}
                </fieldset>
            )}
            {(plain.length > 0 || others.length > 0) && (
                <fieldset>
                    <legend>{t("levers.moved")}</legend>
                    <ul class="chips">
                        {[...others, ...plain].map((l) => (
                            <li key={leverKey(l)}>
                                {leverName(state, l)}
                                {moved(l)}
                                <button
                                    type="button"
                                    class="clear"
                                    aria-label={`${t("levers.remove")}: ${leverName(state, l)}`}
                                    onClick={() => release(leverKey(l))}
                                >
                                    ×
                                </button>
                            </li>
                        ))}
                    </ul>
                </fieldset>
            )}
            <fieldset>
                <legend>{t("levers.borders")}</legend>
                <Choice
                    id="post"
                    label={t("levers.post")}
                    value={node}
                    onChoose={setPost}
                    options={posts
                        .map((p): [string, string] => [
                            p.node,
                            `${p.name} · ${number(p.hoursBase, 2)} ${t("unit.hours")}`,
                        ])
                        .sort((a, b) => a[1].localeCompare(b[1]))}
                />
                {node && (
                    <Slider
                        label={t("levers.hours")}
                        unit="%"
                        min={-90}
                        max={100}
                        value={find("border", (l) => l.node === node)?.percent ?? 0}
                        onMove={(percent) => move({ kind: "border", node, percent })}
                    />
                )}
            </fieldset>
            <fieldset>
                <legend>{t("levers.money")}</legend>
                <Choice
                    id="toll-country"
                    label={t("levers.tollsOf")}
                    value={country}
                    onChoose={setCountry}
                    options={study.economies.map((e) => [e.country, economyName(state, e.id)])}
                />
                <Slider
                    label={t("levers.tolls")}
                    unit="%"
                    min={-50}
                    max={100}
                    value={find("toll", (l) => l.country === country)?.percent ?? 0}
                    onMove={(percent) => move({ kind: "toll", country, percent })}
                />
                <div class="pairwise">
                    <Choice
                        id="importer"
                        label={t("levers.importer")}
                        value={importer}
                        onChoose={setImporter}
                        options={economies}
                    />
                    <Choice
                        id="exporter"
                        label={t("levers.exporter")}
                        value={exporter}
                        onChoose={setExporter}
                        options={[["", t("levers.everyone")], ...economies.filter(([id]) => id !== importer)]}
                    />
                </div>
                <Slider
                    label={t("levers.tariffs")}
                    unit="%"
                    min={-100}
                    max={200}
                    value={find("tariff", (l) => l.importer === importer && l.exporter === exporter)?.percent ?? 0}
                    onMove={(percent) => move({ kind: "tariff", importer, exporter, percent })}
                />
                {oilSector(study) && (
                    <Slider
                        label={t("levers.oil")}
                        unit="%"
                        min={-60}
                        max={100}
                        value={find("oil", () => true)?.percent ?? 0}
                        onMove={(percent) => move({ kind: "oil", percent })}
                    />
                )}
                {oilSector(study) && <p class="note">{t("levers.oilNote")}</p>}
            </fieldset>
            {study.projects.length > 0 && (
                <fieldset>
                    <legend>{t("levers.projects")}</legend>
                    <Choice
                        id="project"
                        label={t("levers.project")}
                        value={project}
                        onChoose={setProject}
                        options={study.projects.map((p) => [p.id, p.name])}
                    />
                    {!built && (
                        <button type="button" onClick={() => move({ kind: "project", project })}>
                            {t("levers.build")}
                        </button>
                    )}
                    <Slider
                        label={t("levers.capex")}
                        unit="%"
                        min={-50}
                        max={150}
                        value={find("capex", (l) => l.project === project)?.percent ?? 0}
                        onMove={(percent) => move({ kind: "capex", project, percent })}
                    />
                    <Slider
                        label={t("levers.rate")}
                        unit={t("unit.points")}
                        min={-5}
                        max={10}
                        step={0.5}
                        value={find("rate", (l) => l.project === project)?.points ?? 0}
                        onMove={(points) => move({ kind: "rate", project, points })}
                    />
                </fieldset>
            )}
            {study.agreements.length > 0 && (
                <fieldset>
                    <legend>{t("levers.agreements")}</legend>
                    <Agreements state={state} />
                </fieldset>
            )}
            <p class="note">{t("levers.closeHint")}</p>
        </section>
    );
}
