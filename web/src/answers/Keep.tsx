// Saving, exports, and a link to what is seen.
import { useState } from "preact/hooks";
import { api } from "../api.ts";
import { t, type Key } from "../i18n.ts";
import { isExact } from "../read.ts";
import { choose, current, set, type State } from "../store.ts";
import { download, pngOf, svgText } from "../download.ts";
import { fileName } from "../scenario.ts";
import type { Diff } from "../types.ts";

export function Keep({ state }: { state: State }) {
    const [name, setName] = useState(
        fileName(state.shared.scenario ? `${state.shared.scenario}-changed` : "my-scenario"),
    );
    const [diff, setDiff] = useState<Diff | null>(null);
    const [said, say] = useState<string | null>(null);
    const attempt = async (work: () => Promise<void>) => {
        try {
            await work();
        } catch (error) {
            say(String((error as Error).message));
        }
    };
    const drawing = () => document.querySelector<SVGSVGElement>("#map-drawing");
    // Under another name it is another scenario, which its title says.
    const titled = () => ({
        ...current(state),
        title: fileName(name) === state.shared.scenario ? current(state).title : name.replace(/-/g, " "),
    });
    return (
        <>
            <section>
                <h3>{t("keep.save")}</h3>
                <p class="note">{t("keep.saveNote")}</p>
                <div class="row">
                    <span class="choice grow">
                        <label for="save-name">{t("keep.name")}</label>
                        <input
                            id="save-name"
                            value={name}
                            onInput={(e) => {
                                setName(e.currentTarget.value);
                                setDiff(null);
                            }}
                        />
                    </span>
                    <button
                        type="button"
                        class="primary"
                        disabled={fileName(name) === ""}
                        onClick={() =>
                            void attempt(async () => {
                                say(null);
                                setDiff(await api.diff(fileName(name), titled()));
                            })
                        }
                    >
                        {t("keep.diff")}
                    </button>
                </div>
                {diff && (
                    <div class="diff">
                        <p class="note">
                            {diff.exists
                                ? t("keep.changes", { path: diff.path })
                                : t("keep.creates", { path: diff.path })}
                        </p>
                        <pre tabIndex={0}>
                            {(diff.diff || diff.yaml).split("\n").map((line, i) => (
                                <span
                                    key={i}
                                    class={line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : ""}
                                >
                                    {line}
                                    {"\n"}
                                </span>
                            ))}
                        </pre>
                        <button
                            type="button"
                            class="primary"
                            onClick={() =>
                                void attempt(async () => {
                                    const saved = await api.save(fileName(name), titled(), diff.hash);
                                    setDiff(null);
                                    say(t("keep.saved", { path: saved.path }));
                                    set({ study: await api.study() });
                                    choose(fileName(name));
                                })
                            }
                        >
                            {t("keep.write")}
                        </button>
                    </div>
                )}
                {said && (
                    <p class="note said" role="status">
                        {said}
                    </p>
                )}
            </section>
            <section>
                <h3>{t("keep.export")}</h3>
                <p class="note">{t("keep.exportNote")}</p>
                <div class="row wrap">
                    {["xlsx", "gpkg", "csv", "html"].map((f) =>
                        isExact(state) ? (
                            <a class="button" key={f} href={api.exportUrl(state.runJob, f)} download>
                                {t(`keep.${f}` as Key)}
                            </a>
                        ) : (
                            <button type="button" disabled key={f}>
                                {t(`keep.${f}` as Key)}
                            </button>
                        ),
                    )}
                    <button
                        type="button"
                        onClick={() => {
                            const d = drawing();
                            if (d) download("map.svg", "image/svg+xml", svgText(d));
                        }}
                    >
                        {t("keep.svg")}
                    </button>
                    <button
                        type="button"
                        onClick={() => {
                            const d = drawing();
                            if (d) void pngOf(d, "map.png");
                        }}
                    >
                        {t("keep.png")}
                    </button>
                </div>
            </section>
            <section>
                <h3>{t("keep.link")}</h3>
                <p class="note">{t("keep.linkNote")}</p>
                <div class="row">
                    <input
                        class="grow"
                        readOnly
                        value={location.href}
                        aria-label={t("keep.link")}
                        onFocus={(e) => e.currentTarget.select()}
                    />
                    <button
                        type="button"
                        onClick={() =>
                            void attempt(async () => {
                                await navigator.clipboard.writeText(location.href);
                                say(t("keep.copied"));
                            })
                        }
                    >
                        {t("keep.copy")}
                    </button>
                </div>
            </section>
        </>
    );
}
