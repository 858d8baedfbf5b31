// A thing that a question is told: a number, one of several, some of several, or yes.
import { money } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { current, type State } from "../store.ts";
import { economyName } from "../read.ts";

export type Told = Record<string, string | boolean>;
export type Choice = [string, string];

const economies = (state: State): Choice[] => state.study!.economies.map((e) => [e.id, economyName(state, e.id)]);
const some = (keys: string[], prefix: string): Choice[] => keys.map((k) => [k, t(`${prefix}.${k}` as Key)]);

// What one is chosen of.
export function choices(option: string, kind: string, state: State): Choice[] | null {
    switch (option) {
        case "economy":
            return kind === "value" ? [["", t("option.all")], ...economies(state)] : economies(state);
        case "objective":
            return [["all", t("option.all")], ["maxmin", t("option.maxmin")], ...economies(state)];
        case "by":
            return some(["hour", "usd", "capacity"], "worth");
        case "outsiders":
            return some(["base", "closed"], "option.outsiders");
        case "toll-payoff":
            return some(["revenue", "gain"], "tolls.payoff");
        default:
            return null;
    }
}

// What some are chosen of; the answer is a text, parted by commas.
export function lists(option: string, state: State): Choice[] | null {
    const of = JSON.stringify(current(state).measures);
    switch (option) {
        case "players":
        case "tolls":
            return economies(state);
        case "bypass":
            return state.study!.projects.map((p) => [p.id, p.name]);
        case "against":
            return state
                .study!.scenarios.filter((s) => JSON.stringify(s.scenario.measures) !== of)
                .map((s) => [s.name, s.title]);
        case "robust":
            return state.study!.scenarios.map((s) => [s.name, s.title]);
        default:
            return null;
    }
}

function Some({
    option,
    all,
    value,
    tell,
}: {
    option: string;
    all: Choice[];
    value: string;
    tell: (v: string) => void;
}) {
    const chosen = value.split(",").filter(Boolean);
    return (
        <fieldset class="some">
            <legend>{t(`option.${option}` as Key)}</legend>
            <div class={all.some(([, name]) => name.length > 24) ? "long" : ""}>
                {all.map(([id, name]) => (
                    <label key={id}>
                        <input
                            type="checkbox"
                            name={option}
                            value={id}
                            checked={chosen.includes(id)}
                            onChange={(e) =>
                                tell(
                                    all
                                        .map(([one]) => one)
                                        .filter((one) => (one === id ? e.currentTarget.checked : chosen.includes(one)))
                                        .join(","),
                                )
                            }
                        />
                        {name}
                    </label>
                ))}
            </div>
        </fieldset>
    );
}

export function Field({
    option,
    kind,
    value,
    state,
    tell,
}: {
    option: string;
    kind: string;
    value: string | boolean;
    state: State;
    tell: (v: string | boolean) => void;
}) {
    const name = t(`option.${option}` as Key);
    const all = lists(option, state);
    const listed = choices(option, kind, state);
    if (typeof value === "boolean")
        return (
            <label class="yes">
                <input
                    type="checkbox"
                    id={`ask-${option}`}
                    checked={value}
                    onChange={(e) => tell(e.currentTarget.checked)}
                />
                {name}
            </label>
        );
    if (all) return all.length > 0 ? <Some option={option} all={all} value={value} tell={tell} /> : null;
    return (
        <span class="choice">
            <label for={`ask-${option}`}>{name}</label>
            {listed ? (
                <select id={`ask-${option}`} value={value} onChange={(e) => tell(e.currentTarget.value)}>
                    {listed.map(([id, word]) => (
                        <option key={id} value={id} selected={id === value}>
                            {word}
                        </option>
                    ))}
                </select>
            ) : (
                <input id={`ask-${option}`} value={value} onInput={(e) => tell(e.currentTarget.value)} />
            )}
            {option === "budget" && Number.isFinite(Number(value)) && (
                <small>
                    <output for="ask-budget">{money(Number(value))}</output>
                </small>
            )}
        </span>
    );
}
