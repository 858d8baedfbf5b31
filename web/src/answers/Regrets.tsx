// Which of several scenarios one would regret least: what each forgoes against the best choice of every draw.
import { useState } from "preact/hooks";
import { Bars } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { money, share } from "../format.ts";
import { t } from "../i18n.ts";
import { economyName } from "../read.ts";
import type { State } from "../store.ts";
import { choiceName, type Regret, type StressResult } from "./doubts.ts";
import { Switch } from "./Parts.tsx";

export function Regrets({ result, state }: { result: StressResult; state: State }) {
    const [economy, setEconomy] = useState<string | null>(null);
    const economies = [...new Set(result.regrets.map((r) => r.economy ?? ""))];
    const scenarios = new Set(result.answers.map((a) => a.scenario));
    const whose = (id: string) => (id ? economyName(state, id) : t("stress.world"));
    if (scenarios.size < 2 || economies.length === 0)
        return (
            <section>
                <h3>{t("regret.title")}</h3>
                <p class="note">{t("regret.none")}</p>
            </section>
        );
    const shown = economy !== null && economies.includes(economy) ? economy : economies[0]!;
    const rows = result.regrets.filter((r) => (r.economy ?? "") === shown).sort((a, b) => a.mean_usd - b.mean_usd);
    const name = (r: Regret) => choiceName(state, result, r.choice);
    return (
        <section class="regrets">
            {economies.length > 1 && (
                <Switch
                    label={t("regret.whose")}
                    options={economies.map((id) => [id, whose(id)])}
                    value={shown}
                    onChoose={setEconomy}
                />
            )}
            <Figure
                title={`${t("regret.title")}: ${whose(shown)}`}
                note={t("regret.note")}
                name="regrets"
                numbers={{
                    columns: [
                        { name: t("regret.choice") },
                        { name: t("regret.mean"), unit: "m USD" },
                        { name: t("regret.p95"), unit: "m USD" },
                        { name: t("regret.most"), unit: "m USD" },
                        { name: t("regret.best"), unit: "%" },
                    ],
                    rows: rows.map((r) => [
                        name(r),
                        r.mean_usd / 1e6,
                        r.p95_usd / 1e6,
                        r.most_usd / 1e6,
                        100 * r.best_share,
                    ]),
                }}
            >
                <Bars
                    bars={rows.map((r) => ({
                        id: r.choice ?? "",
                        name: name(r),
                        value: r.mean_usd,
                        mark: r.p95_usd,
                        label: `${money(r.mean_usd)}`,
                    }))}
                />
            </Figure>
            <p class="note">
                {t("regret.bestOf", {
                    what: rows.map((r) => `${name(r)} ${share(r.best_share)}`).join(", "),
                })}
            </p>
        </section>
    );
}
