// Ways between two places, drawn on the map.
import { number, share as shareText } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { route, set, share, type State } from "../store.ts";

export function Routes({ state }: { state: State }) {
    const study = state.study!;
    const places = study.nodes
        .filter((n) => n.kind !== "sea_waypoint" && n.kind !== "junction")
        .sort((a, b) => a.name.localeCompare(b.name));
    const { from, to } = state.shared;
    const change = (side: "from" | "to") => (event: Event) => {
        share(
            side === "from"
                ? { from: (event.currentTarget as HTMLSelectElement).value }
                : { to: (event.currentTarget as HTMLSelectElement).value },
        );
        void route();
    };
    const name = (id: string) => study.nodes.find((n) => n.id === id)?.name ?? id;
    const alternatives = state.routes?.alternatives ?? [];
    return (
        <>
            <div class="pairwise">
                {(["from", "to"] as const).map((side) => (
                    <span class="choice" key={side}>
                        <label for={`route-${side}`}>{t(`routes.${side}`)}</label>
                        <select id={`route-${side}`} value={state.shared[side]} onChange={change(side)}>
                            <option value="">{t("routes.choose")}</option>
                            {places.map((p) => (
                                <option key={p.id} value={p.id} selected={p.id === state.shared[side]}>
                                    {p.name}, {p.country}
                                </option>
                            ))}
                        </select>
                    </span>
                ))}
            </div>
            {state.routesFault && (
                <p class="fault" role="alert">
                    {state.routesFault}
                </p>
            )}
            {from && to && !state.routes && !state.routesFault && <p class="note">{t("status.computing")}</p>}
            {alternatives.map((a, i) => (
                <button
                    type="button"
                    class="alternative"
                    aria-pressed={i === state.routeShown}
                    key={i}
                    onClick={() => set({ routeShown: i })}
                >
                    <b>
                        {i + 1}.{" "}
                        {[
                            ...new Set(a.legs.filter((l) => l.kind === "line").map((l) => t(`mode.${l.mode}` as Key))),
                        ].join(" · ")}
                    </b>
                    <span class="quad">
                        <span>
                            {number(a.hours / 24)} {t("unit.days")}
                            <small> ± {number(a.hours_sd / 24, 2)}</small>
                        </span>
                        <span>
                            {number(a.money)} {t("unit.usdTonne")}
                            <small> {t("routes.money")}</small>
                        </span>
                        <span>
                            {number(a.cost)} {t("unit.usdTonne")}
                            <small> {t("routes.cost")}</small>
                        </span>
                        <span>{number(a.co2_kg)} kg CO₂/t</span>
                        <span>
                            {number(a.km)} {t("unit.km")}
                        </span>
                        <span>
                            {a.borders} {t("routes.borders")} · {shareText(a.share)}
                        </span>
                    </span>
                    <small class="via">
                        {[
                            ...new Set(
                                a.legs
                                    .filter((l) => l.kind === "border" || l.kind === "transfer")
                                    .map((l) => name(l.from)),
                            ),
                        ].join(" → ")}
                    </small>
                </button>
            ))}
            {alternatives.length > 0 && (
                <button
                    type="button"
                    class="quiet"
                    onClick={() => {
                        share({ from: "", to: "" });
                        set({ routes: null });
                    }}
                >
                    {t("routes.clear")}
                </button>
            )}
        </>
    );
}
