// A claimed gain: which cut of which cost would bring it, and how far the others reach.
import { Bars } from "../charts.tsx";
import { Figure } from "../Figure.tsx";
import { number, percent } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName } from "../read.ts";
import { Sheet } from "../Sheet.tsx";
import type { State } from "../store.ts";

type Channel = {
    channel: string;
    state: "reached" | "out-of-reach" | "nothing-to-cut";
    cut: number | null;
    most: number;
    gain_pct: number | null;
    first_order_pct: number | null;
};
export type ClaimResult = { economy: string; target_pct: number; converged: boolean; channels: Channel[] };

export function Claim({ result, state }: { result: ClaimResult; state: State }) {
    const name = (c: Channel) => t(`channel.${c.channel}` as Key);
    const channels = result.channels;
    const reached = channels.filter((c) => c.state === "reached");
    const who = economyName(state, result.economy);
    return (
        <>
            <div class="lead">
                <div class="big">{percent(result.target_pct)}</div>
                <div>
                    <b>{who}</b>
                    <br />
                    {reached.length === 0
                        ? t("claim.none")
                        : t("claim.some", { n: reached.length, all: channels.length })}
                </div>
            </div>
            <Figure
                title={t("claim.title", { who })}
                note={t("claim.note")}
                name="claim"
                numbers={{
                    columns: [
                        { name: t("claim.channel") },
                        { name: t("claim.state") },
                        { name: t("claim.cut"), unit: "%" },
                        { name: t("claim.most"), unit: "%" },
                        { name: t("gains.pct"), unit: "%" },
                        { name: t("claim.first"), unit: "%" },
                    ],
                    rows: channels.map((c) => [
                        name(c),
                        t(`claim.${c.state}`),
                        c.cut === null ? null : 100 * c.cut,
                        100 * c.most,
                        c.gain_pct,
                        c.first_order_pct,
                    ]),
                }}
            >
                <Bars
                    left={150}
                    bars={channels.map((c) => ({
                        id: c.channel,
                        name: name(c),
                        value: c.gain_pct ?? 0,
                        mark: result.target_pct,
                        label: c.gain_pct === null ? "–" : percent(c.gain_pct),
                    }))}
                />
            </Figure>
            <section>
                <h3>{t("claim.table")}</h3>
                <Sheet
                    heads={[
                        { name: t("claim.channel") },
                        { name: t("claim.state"), words: true },
                        { name: t("claim.cut"), unit: "%" },
                        { name: t("gains.pct"), unit: "%" },
                    ]}
                    rows={channels.map((c) => ({
                        id: c.channel,
                        mark: c.state === "reached",
                        cells: [
                            name(c),
                            t(`claim.${c.state}`),
                            c.cut === null ? "–" : number(100 * c.cut),
                            c.gain_pct === null ? "–" : number(c.gain_pct, 2),
                        ],
                    }))}
                />
                <p class="note">{t("claim.costs")}</p>
            </section>
        </>
    );
}
