// Answers kept side by side.
import { useState } from "preact/hooks";
import { money, percent } from "../format.ts";
import { t } from "../i18n.ts";
import { economyName, isExact } from "../read.ts";
import { current, keep, type State } from "../store.ts";

export function Compare({ state }: { state: State }) {
    const [name, setName] = useState("");
    const { kept } = state;
    return (
        <>
            <div class="row">
                <span class="choice grow">
                    <label for="keep-name">{t("compare.name")}</label>
                    <input
                        id="keep-name"
                        value={name}
                        placeholder={current(state).title}
                        onInput={(e) => setName(e.currentTarget.value)}
                    />
                </span>
                <button
                    type="button"
                    class="primary"
                    disabled={!isExact(state)}
                    onClick={() => {
                        keep(name || `${current(state).title} ${kept.length + 1}`);
                        setName("");
                    }}
                >
                    {t("compare.keep")}
                </button>
            </div>
            {kept.length === 0 ? (
                <p class="empty">{t("compare.none")}</p>
            ) : (
                <div class="scroll" tabIndex={0} role="region" aria-label={t("compare.title")}>
                    <table class="plain">
                        <caption>{t("compare.title")}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{t("economy")}</th>
                                {kept.map((k) => (
                                    <th scope="col" class="n" key={k.name}>
                                        {k.name}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {state.study!.economies.map((e) => (
                                <tr key={e.id}>
                                    <th scope="row">{economyName(state, e.id)}</th>
                                    {kept.map((k) => {
                                        const g = k.result.economies.find((x) => x.economy === e.id);
                                        return (
                                            <td class="n" key={k.name}>
                                                {percent(g?.welfare_pct ?? 0)}
                                                <small> {money(g?.ev ?? 0, true)}</small>
                                            </td>
                                        );
                                    })}
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </>
    );
}
