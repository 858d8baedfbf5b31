// Who gains: real income by economy, first order beside the exact answer.
import { useState } from "preact/hooks";
import { Bars } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { money, number, percent, points } from "../format.ts";
import { t } from "../i18n.ts";
import { gains, isExact } from "../read.ts";
import { current, type State } from "../store.ts";

// How many times too much first order said, where that is worth a warning.
export function overstated(quick: number, exact: number): string {
    const times = quick / exact;
    return times > 1.25 && Math.abs(quick) > 1e-3 ? t("gains.times", { times: number(times, 2) }) : "";
}

export function Gains({ state }: { state: State }) {
    const [inMoney, setInMoney] = useState(false);
    const rows = gains(state).sort((a, b) => (inMoney ? b.usd - a.usd : b.pct - a.pct));
    const first = state.study!.economies[0]!.id;
    const lead = rows.find((r) => r.economy === first);
    const exact = isExact(state);
    const world = rows.reduce((sum, r) => sum + r.usd, 0);
    if (current(state).measures.length === 0) return <p class="empty">{t("gains.nothing")}</p>;
    return (
        <>
            {lead && (
                <div class="lead">
                    <div class="big">{percent(lead.pct)}</div>
                    <div>
                        <b>{lead.name}</b>
                        <br />
                        {money(lead.usd, true)}
                        {t("unit.ayear")}
                        <br />
                        <span class="note">{t("gains.world", { usd: money(world, true) })}</span>
                    </div>
                    {exact && lead.quick !== null && (
                        <p class="note">
                            {t("gains.versus", { quick: percent(lead.quick), gap: points(lead.pct - lead.quick) })}{" "}
                            {overstated(lead.quick, lead.pct)}
                        </p>
                    )}
                </div>
            )}
            <Figure
                title={t("gains.title")}
                name="gains"
                note={exact ? (rows[0]?.quick !== null ? t("gains.mark") : undefined) : t("gains.firstOrder")}
                numbers={{
                    columns: [
                        { name: t("economy") },
                        { name: t("gains.pct"), unit: "%" },
                        { name: t("gains.usd"), unit: "USD" },
                        { name: t("quick"), unit: "%" },
                        { name: t("low"), unit: "%" },
                        { name: t("high"), unit: "%" },
                    ],
                    rows: rows.map((r) => [r.name, r.pct, r.usd, r.quick, r.low, r.high]),
                }}
            >
                <div class="segments small" role="group" aria-label={t("unit")}>
                    <button type="button" aria-pressed={!inMoney} onClick={() => setInMoney(false)}>
                        {t("gains.asPct")}
                    </button>
                    <button type="button" aria-pressed={inMoney} onClick={() => setInMoney(true)}>
                        {t("gains.asUsd")}
                    </button>
                </div>
                <Bars
                    bars={rows.map((r) => ({
                        id: r.economy,
                        name: r.name,
                        value: inMoney ? r.usd : r.pct,
                        low: inMoney ? null : r.low,
                        high: inMoney ? null : r.high,
                        mark: exact && !inMoney ? r.quick : null,
                        label: inMoney ? money(r.usd, true) : percent(r.pct),
                    }))}
                />
            </Figure>
        </>
    );
}
