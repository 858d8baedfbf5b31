// A link or post that was clicked: its trade and its worth.
import { money, number, orNone, share as shareText, tonnes } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { economyName, csv } from "../read.ts";
import { move, select, type State } from "../store.ts";
import { download } from "../download.ts";
import { fileName } from "../scenario.ts";

export function Selected({ state }: { state: State }) {
    const id = state.shared.selected;
    const study = state.study!;
    if (!id) return <p class="empty">{t("selection.none")}</p>;
    const key = id.slice(id.indexOf(":") + 1),
        isLink = id.startsWith("link:");
    const link = isLink ? study.links.find((l) => l.id === key) : undefined;
    const border = isLink ? undefined : study.borders.find((b) => b.id === key);
    const name = (n: string) => study.nodes.find((x) => x.id === n)?.name ?? n;
    const flow = state.run.result?.map.links.find((l) => l.link === key),
        post = state.run.result?.map.borders.find((b) => b.border === key);
    const siblings = border ? study.borders.filter((b) => b.node === border.node) : [];
    const value = state.values.get(id),
        selection = state.selection;
    const shut = state.shared.levers.some((l) => l.kind === "close" && l.target === key);
    return (
        <>
            <h3>{link?.name ?? `${name(border?.node ?? "")}: ${border?.from_country} → ${border?.to_country}`}</h3>
            {siblings.length > 1 && (
                <span class="choice">
                    <label for="row">{t("selection.row")}</label>
                    <select id="row" value={id} onChange={(e) => void select(e.currentTarget.value)}>
                        {siblings.map((b) => (
                            <option key={b.id} value={`border:${b.id}`} selected={b.id === key}>
                                {t(`mode.${b.mode}` as Key)}, {b.from_country} → {b.to_country},{" "}
                                {t(`side.${b.side}` as Key)}
                            </option>
                        ))}
                    </select>
                </span>
            )}
            <dl class="figures">
                {flow && (
                    <>
                        <div>
                            <dt>{t("shown.base")}</dt>
                            <dd>{tonnes(flow.tonnes_base)}</dd>
                        </div>
                        <div>
                            <dt>{t("shown.policy")}</dt>
                            <dd>{tonnes(flow.tonnes)}</dd>
                        </div>
                        <div>
                            <dt>{t("tip.use")}</dt>
                            <dd>{flow.utilisation === null ? "–" : shareText(flow.utilisation)}</dd>
                        </div>
                        <div>
                            <dt>{t("tip.price")}</dt>
                            <dd>
                                {number(orNone(flow.price, 0.005))} {t("unit.usdTonne")}
                            </dd>
                        </div>
                    </>
                )}
                {post && (
                    <>
                        <div>
                            <dt>{t("tip.hours")}</dt>
                            <dd>
                                {number(post.hours)} h
                                <small>{t("selection.queue", { h: number(orNone(post.queue_hours, 0.05), 2) })}</small>
                            </dd>
                        </div>
                        <div>
                            <dt>{t("tip.hoursBase")}</dt>
                            <dd>{number(post.hours_base)} h</dd>
                        </div>
                        <div>
                            <dt>{t("tip.tonnes")}</dt>
                            <dd>{tonnes(post.tonnes)}</dd>
                        </div>
                        <div>
                            <dt>{t("tip.price")}</dt>
                            <dd>
                                {number(orNone(post.price, 0.005))} {t("unit.usdTonne")}
                            </dd>
                        </div>
                    </>
                )}
            </dl>
            {value && (
                <>
                    <h4>{t("selection.value")}</h4>
                    <dl class="figures">
                        <div>
                            <dt>{t("selection.hour")}</dt>
                            <dd>
                                {money(value.per_hour_usd, true)}
                                <small>
                                    {t("selection.worldwide")} {money(value.world.per_hour_usd, true)}
                                </small>
                            </dd>
                        </div>
                        <div>
                            <dt>{t("selection.dollar")}</dt>
                            <dd>
                                {money(value.per_usd, true)}
                                <small>
                                    {t("selection.worldwide")} {money(value.world.per_usd, true)}
                                </small>
                            </dd>
                        </div>
                        <div>
                            <dt>{t("selection.capacity")}</dt>
                            <dd>
                                {money(value.per_tonne_capacity, true)}
                                <small>
                                    {t("selection.worldwide")} {money(value.world.per_tonne_capacity, true)}
                                </small>
                            </dd>
                        </div>
                    </dl>
                    <p class="note">{t("selection.valueNote", { economy: economyName(state, value.economy) })}</p>
                </>
            )}
            <div class="row">
                <button type="button" onClick={() => move({ kind: "close", target: key })} disabled={shut}>
                    {shut ? t("selection.shut") : t("selection.close")}
                </button>
                <button type="button" class="quiet" onClick={() => void select("")}>
                    {t("selection.leave")}
                </button>
            </div>
            <h4>{t("selection.trade")}</h4>
            {!selection ? (
                <p class="note">{state.runJob ? t("status.computing") : t("selection.wait")}</p>
            ) : (
                <>
                    <p class="note">{t("selection.tradeNote", { tonnes: tonnes(selection.tonnes) })}</p>
                    <table class="plain">
                        <thead>
                            <tr>
                                <th scope="col">{t("corridors.relation")}</th>
                                <th scope="col">{t("sector")}</th>
                                <th scope="col" class="n">
                                    kt
                                </th>
                                <th scope="col" class="n">
                                    %
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {selection.by.slice(0, 40).map((r, i) => (
                                <tr key={i}>
                                    <th scope="row">
                                        {economyName(state, r.origin)} → {economyName(state, r.destination)}
                                    </th>
                                    <td>{study.sectors.find((s) => s.id === r.sector)?.name ?? r.sector}</td>
                                    <td class="n">{number(r.tonnes / 1e3)}</td>
                                    <td class="n">{number((100 * r.tonnes) / Math.max(1, selection.tonnes), 2)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                    <button
                        type="button"
                        class="quiet"
                        onClick={() =>
                            download(
                                `select-${fileName(key)}.csv`,
                                "text/csv;charset=utf-8",
                                `\ufeff${csv({ columns: [{ name: "sector" }, { name: "origin" }, { name: "destination" }, { name: "tonnes", unit: "t/yr" }], rows: selection.by.map((r) => [r.sector, r.origin, r.destination, r.tonnes]) })}`,
                            )
                        }
                    >
                        CSV
                    </button>
                </>
            )}
            <p class="source">
                {t("tip.source")}: {link?.source ?? border?.source} ({link?.confidence ?? border?.confidence})
            </p>
        </>
    );
}
