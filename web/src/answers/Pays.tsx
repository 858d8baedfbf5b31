// Who pays for the works, and who gains by them.
import { Matrix } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { t } from "../i18n.ts";
import { economyName } from "../read.ts";
import { appraisal, type State } from "../store.ts";
import { Asking } from "./Asking.tsx";

export function Pays({ state }: { state: State }) {
    const result = appraisal(state)?.result;
    const table = result?.pays_gains ?? [];
    const total = (key: "payer" | "gainer") => {
        const sum = new Map<string, number>();
        for (const r of table) sum.set(r[key], (sum.get(r[key]) ?? 0) + Math.abs(r.gain));
        return [...sum].sort((a, b) => b[1] - a[1]).map(([id]) => id);
    };
    const payers = total("payer").slice(0, 12),
        gainers = total("gainer").slice(0, 11);
    const value = new Map(table.map((r) => [`${r.payer} ${r.gainer}`, r.gain]));
    const cell = (p: string, g: string) => value.get(`${p} ${g}`) ?? 0;
    const name = (id: string) => (id === "outside" ? t("pays.outside") : economyName(state, id));
    return (
        <Asking state={state} kind="appraise">
            {table.length === 0 ? (
                <p class="empty">{t("pays.none")}</p>
            ) : (
                <Figure
                    title={t("pays.title")}
                    note={t("pays.note")}
                    name="pays-gains"
                    numbers={{
                        columns: [
                            { name: t("pays.payer") },
                            ...gainers.map((g) => ({ name: name(g), unit: "USD/yr" })),
                        ],
                        rows: payers.map((p) => [name(p), ...gainers.map((g) => cell(p, g))]),
                    }}
                >
                    <Matrix rows={payers} columns={gainers} value={cell} name={name} />
                </Figure>
            )}
        </Asking>
    );
}
