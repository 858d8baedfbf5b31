// Pieces that several answers share.
import type { ComponentChildren } from "preact";
import { t } from "../i18n.ts";
import type { State } from "../store.ts";

export const projectName = (state: State, id: string): string =>
    state.study!.projects.find((p) => p.id === id)?.name ?? id;

export function Facts({ facts }: { facts: [string, ComponentChildren, ComponentChildren?][] }) {
    return (
        <dl class="figures">
            {facts.map(([name, value, more]) => (
                <div key={name}>
                    <dt>{name}</dt>
                    <dd>
                        {value}
                        {more && <small>{more}</small>}
                    </dd>
                </div>
            ))}
        </dl>
    );
}

// What the program says in sentences: it speaks English.
export function Said({ state, title, sentences }: { state: State; title: string; sentences: string[] }) {
    if (sentences.length === 0) return null;
    return (
        <section>
            <h3>{title}</h3>
            {state.language !== "en" && <p class="note">{t("said.english")}</p>}
            <ul class="plainlist" lang="en">
                {sentences.map((s) => (
                    <li key={s}>{s}</li>
                ))}
            </ul>
        </section>
    );
}

export function Switch({
    label,
    options,
    value,
    onChoose,
}: {
    label: string;
    options: [string, string][];
    value: string;
    onChoose: (value: string) => void;
}) {
    return (
        <span class="choice">
            <label for={`switch-${label}`}>{label}</label>
            <select id={`switch-${label}`} value={value} onChange={(e) => onChoose(e.currentTarget.value)}>
                {options.map(([id, name]) => (
                    <option key={id} value={id} selected={id === value}>
                        {name}
                    </option>
                ))}
            </select>
        </span>
    );
}
