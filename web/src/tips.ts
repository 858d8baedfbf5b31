// What stands beside the pointer: numbers with units, and where they come from.
import { number, percent, money, share, tonnes } from "./format.ts";
import { t } from "./i18n.ts";
import type { GainRow, Post } from "./read.ts";
import type { State } from "./store.ts";

export type Tip = { title: string; lines: [string, string][]; source?: string; facility?: string };

const sourced = (source: string, confidence: string) =>
    `${t("tip.source")}: ${source.length > 140 ? `${source.slice(0, 140)}…` : source}${confidence ? ` (${confidence})` : ""}`;

export function linkTip(state: State, id: string): Tip | null {
    const link = state.study?.links.find((l) => l.id === id);
    const flow = state.run.result?.map.links.find((l) => l.link === id);
    if (!link) return null;
    const lines: [string, string][] = [
        [t("tip.mode"), `${t(`mode.${link.mode}` as "mode.rail")} · ${number(link.km)} ${t("unit.km")}`],
    ];
    if (flow) {
        lines.push(
            [t("shown.base"), `${tonnes(flow.tonnes_base)}${t("unit.ayear")}`],
            [t("shown.policy"), `${tonnes(flow.tonnes)}${t("unit.ayear")}`],
        );
        lines.push([t("shown.difference"), `${tonnes(flow.tonnes - flow.tonnes_base, true)}${t("unit.ayear")}`]);
        lines.push([t("tip.use"), flow.utilisation === null ? t("tip.unlimited") : share(flow.utilisation)]);
        if (flow.price > 0.005) lines.push([t("tip.price"), `${number(flow.price)} ${t("unit.usdTonne")}`]);
    }
    return { title: link.name, lines, source: sourced(link.source, link.confidence), facility: `link:${id}` };
}

export function postTip(state: State, post: Post): Tip {
    const row = state.study?.borders.find((b) => b.id === post.main);
    return {
        title: post.name,
        facility: `border:${post.main}`,
        source: row && sourced(row.source, row.confidence),
        lines: [
            [t("tip.hours"), `${number(post.hours)} ${t("unit.hours")}`],
            [t("tip.hoursBase"), `${number(post.hoursBase)} ${t("unit.hours")}`],
            [t("tip.tonnes"), `${tonnes(post.tonnes)}${t("unit.ayear")}`],
        ],
    };
}

export function economyTip(state: State, gain: GainRow | undefined): Tip | null {
    if (!gain || state.shared.shown === "base") return null;
    return {
        title: gain.name,
        lines: [
            [t("gains.pct"), percent(gain.pct)],
            [t("gains.usd"), `${money(gain.usd, true)}${t("unit.ayear")}`],
        ],
        source: gain.exact ? t("exact") : t("quick"),
    };
}
