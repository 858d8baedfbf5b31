// Which measure brings the gain, and through which channel.
import { Bars } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { percent } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName, rowsOf } from "../read.ts";
import type { State } from "../store.ts";

export function Why({ state }: { state: State }) {
    const result = state.run.result;
    const measures = [...new Set(result?.economies.flatMap((e) => Object.keys(e.attribution)))];
    const rows = [...(result?.economies ?? [])]
        .sort((a, b) => Math.abs(b.welfare_pct) - Math.abs(a.welfare_pct))
        .slice(0, 16);
    const parts = [
        "terms_of_trade_pct",
        "tariff_revenue_pct",
        "tariff_burden_pct",
        "transport_pct",
        "productivity_pct",
        "finance_pct",
        "labour_pct",
    ] as const;
    const decomposition = rowsOf(result?.tables["decomposition"])
        .sort((a, b) => Math.abs(Number(b["welfare_pct"])) - Math.abs(Number(a["welfare_pct"])))
        .slice(0, 16);
    const colours = new Map(measures.map((m, i) => [m, i]));
    return (
        <>
            {measures.length > 1 ? (
                <Figure
                    title={t("why.attribution")}
                    note={t("why.note")}
                    name="attribution"
                    numbers={{
                        columns: [{ name: t("economy") }, ...measures.map((m) => ({ name: m, unit: "%" }))],
                        rows: rows.map((r) => [
                            economyName(state, r.economy),
                            ...measures.map((m) => r.attribution[m] ?? null),
                        ]),
                    }}
                >
                    <div class="keys">
                        {measures.map((m, i) => (
                            <span class="key" key={m}>
                                <i class={`bar part${i % 8}`} />
                                {m === "interaction" ? t("why.interaction") : m}
                            </span>
                        ))}
                    </div>
                    <Bars
                        colours={colours}
                        bars={rows.map((r) => ({
                            id: r.economy,
                            name: economyName(state, r.economy),
                            value: r.welfare_pct,
                            label: percent(r.welfare_pct),
                            parts: measures.map((m) => ({ id: m, value: r.attribution[m] ?? 0 })),
                        }))}
                    />
                </Figure>
            ) : (
                <p class="empty">{t("why.one")}</p>
            )}
            {decomposition.length > 0 && (
                <Figure
                    title={t("why.channels")}
                    name="channels"
                    numbers={{
                        columns: [
                            { name: t("economy") },
                            ...parts.map((p) => ({ name: t(`part.${p}` as Key), unit: "%" })),
                        ],
                        rows: decomposition.map((r) => [
                            economyName(state, String(r["economy"])),
                            ...parts.map((p) => r[p] as number),
                        ]),
                    }}
                >
                    <div class="keys">
                        {parts.map((p, i) => (
                            <span class="key" key={p}>
                                <i class={`bar part${i}`} />
                                {t(`part.${p}` as Key)}
                            </span>
                        ))}
                    </div>
                    <Bars
                        colours={new Map(parts.map((p, i) => [p, i]))}
                        bars={decomposition.map((r) => ({
                            id: String(r["economy"]),
                            name: economyName(state, String(r["economy"])),
                            value: Number(r["welfare_pct"]),
                            label: percent(Number(r["welfare_pct"])),
                            parts: parts.map((p) => ({ id: p, value: Number(r[p]) })),
                        }))}
                    />
                </Figure>
            )}
        </>
    );
}
