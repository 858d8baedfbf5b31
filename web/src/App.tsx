import { t, languages, load, type Language } from "./i18n.ts";
import { setNumberLocale } from "./format.ts";
import { Answers } from "./Answers.tsx";
import { Levers } from "./Levers.tsx";
import { MapView } from "./MapView.tsx";
import { get, set, share, useStore, type State } from "./store.ts";
import { economyName } from "./read.ts";
import type { Shown } from "./view.ts";
import { useState } from "preact/hooks";

export async function speak(language: Language): Promise<void> {
    await load(language);
    setNumberLocale(language);
    document.documentElement.lang = language;
    try {
        localStorage.setItem("buckle-language", language);
    } catch {
        /* a browser may forbid it: asked again next time */
    }
    set({ language });
}

export function dress(theme: State["theme"]): void {
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    try {
        localStorage.setItem("buckle-theme", theme);
    } catch {
        /* likewise */
    }
    set({ theme });
}

function Filters({ state }: { state: State }) {
    const { shared, study } = state;
    const toggleMode = (mode: string) => {
        const shown = shared.modes.length === 0 ? study!.modes : shared.modes;
        const next = shown.includes(mode) ? shown.filter((m) => m !== mode) : [...shown, mode];
        share({ modes: next.length === study!.modes.length || next.length === 0 ? [] : next });
    };
    const economies = study!.economies.map((e) => [e.id, economyName(state, e.id)] as const);
    return (
        <div class="filters" role="group" aria-label={t("filters")}>
            <div class="segments" role="group" aria-label={t("shown")}>
                {(["base", "policy", "difference"] as Shown[]).map((s) => (
                    <button type="button" key={s} aria-pressed={shared.shown === s} onClick={() => share({ shown: s })}>
                        {t(`shown.${s}`)}
                    </button>
                ))}
            </div>
            <div class="segments modes" role="group" aria-label={t("legend.mode")}>
                {study!.modes.map((m) => (
                    <button
                        type="button"
                        key={m}
                        aria-pressed={shared.modes.length === 0 || shared.modes.includes(m)}
                        onClick={() => toggleMode(m)}
                    >
                        {t(`mode.${m}` as "mode.rail")}
                    </button>
                ))}
            </div>
            <select
                aria-label={t("sector")}
                value={shared.sector}
                onChange={(e) => share({ sector: e.currentTarget.value })}
            >
                <option value="">{t("filters.sectors")}</option>
                {study!.sectors
                    .filter((s) => s.traded)
                    .map((s) => (
                        <option key={s.id} value={s.id} selected={s.id === shared.sector}>
                            {s.name}
                        </option>
                    ))}
            </select>
            {(["origin", "destination"] as const).map((side) => (
                <select
                    key={side}
                    aria-label={t(`filters.${side}`)}
                    value={shared[side]}
                    onChange={(e) =>
                        share(
                            side === "origin"
                                ? { origin: e.currentTarget.value }
                                : { destination: e.currentTarget.value },
                        )
                    }
                >
                    <option value="">{t(`filters.${side}`)}</option>
                    {economies.map(([id, name]) => (
                        <option key={id} value={id} selected={id === shared[side]}>
                            {name}
                        </option>
                    ))}
                </select>
            ))}
        </div>
    );
}

export function App() {
    const state = useStore();
    const [folded, fold] = useState(() => matchMedia("(max-width: 720px)").matches); // on a phone the map comes first
    if (state.fault)
        return (
            <main class="opening">
                <h1>buckle</h1>
                <p class="fault" role="alert">
                    {state.fault}
                </p>
            </main>
        );
    if (!state.study)
        return (
            <main class="opening">
                <h1>buckle</h1>
                <p>{t("opening")}</p>
                <progress aria-label={t("opening")} />
            </main>
        );
    return (
        <>
            <a class="skip" href="#panel">
                {t("skip")}
            </a>
            <header>
                <h1>buckle</h1>
                <span class="study">{state.study.title}</span>
                <button type="button" class="quiet fold" aria-expanded={!folded} onClick={() => fold(!folded)}>
                    {t("levers.title")}
                </button>
                <span class="spring" />
                <label class="unseen" for="language">
                    {t("language")}
                </label>
                <select
                    id="language"
                    value={state.language}
                    onChange={(e) => void speak(e.currentTarget.value as Language)}
                >
                    {languages.map((l) => (
                        <option key={l.id} value={l.id} lang={l.id} selected={l.id === get().language}>
                            {l.name}
                        </option>
                    ))}
                </select>
                <label class="unseen" for="theme">
                    {t("theme")}
                </label>
                <select id="theme" value={state.theme} onChange={(e) => dress(e.currentTarget.value as State["theme"])}>
                    {(["auto", "light", "dark"] as const).map((x) => (
                        <option key={x} value={x} selected={x === state.theme}>
                            {t(`theme.${x}`)}
                        </option>
                    ))}
                </select>
            </header>
            <main class={folded ? "page folded" : "page"}>
                <Levers state={state} />
                <div class="middle">
                    <Filters state={state} />
                    <MapView state={state} />
                </div>
                <Answers state={state} />
            </main>
        </>
    );
}
