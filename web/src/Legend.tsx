// What widths and colours mean, with units.
import { number, points, tonnes } from "./format.ts";
import { t } from "./i18n.ts";
import { USE_BREAKS, widthOf } from "./scales.ts";
import type { State } from "./store.ts";

export function Legend({ state, breaks, most }: { state: State; breaks: number[]; most: number }) {
    const { shared } = state;
    const difference = shared.shown === "difference";
    const steps = most > 0 ? [most, most / 4, most / 25] : [];
    const use = [
        `< ${number(USE_BREAKS[0]! * 100)}`,
        `${number(USE_BREAKS[0]! * 100)}–${number(USE_BREAKS[1]! * 100)}`,
        `${number(USE_BREAKS[1]! * 100)}–100`,
        "> 100",
    ];
    return (
        <div class="legend" aria-hidden="true">
            <div>
                <h4>{difference ? t("legend.change") : t("legend.tonnes")}</h4>
                {steps.map((s) => (
                    <div class="key" key={s}>
                        <svg width="34" height="12">
                            <path d="M1 6H33" class="swatch-line" stroke-width={widthOf(s, most)} />
                        </svg>
                        {tonnes(s)}
                    </div>
                ))}
            </div>
            {difference ? (
                <div>
                    <h4>{t("legend.direction")}</h4>
                    <div class="key">
                        <i class="bar more" />
                        {t("legend.more")}
                    </div>
                    <div class="key">
                        <i class="bar less" />
                        {t("legend.less")}
                    </div>
                </div>
            ) : (
                <div>
                    <h4>{t("legend.use")}</h4>
                    <div class="two">
                        {use.map((u, i) => (
                            <div class="key" key={u}>
                                <i class={`bar use-${i}`} />
                                {u}
                            </div>
                        ))}
                        <div class="key">
                            <i class="bar use-free" />
                            {t("tip.unlimited")}
                        </div>
                    </div>
                </div>
            )}
            <div>
                <h4>{t("legend.mode")}</h4>
                <div class="two">
                    {state.study?.modes.map((m) => (
                        <div class="key" key={m}>
                            <svg width="34" height="10">
                                <path d="M1 5H33" class={`swatch-mode ${m}`} />
                            </svg>
                            {t(`mode.${m}` as "mode.rail")}
                        </div>
                    ))}
                    <div class="key">
                        <svg width="34" height="12">
                            <circle cx="17" cy="6" r="4" class="post" />
                        </svg>
                        {t("legend.post")}
                    </div>
                </div>
            </div>
            {shared.shown !== "base" && breaks[2]! > 1e-3 && (
                <div>
                    <h4>{t("legend.gain")}, %</h4>
                    <div class="ramp">
                        {[-3, -2, -1, 0, 1, 2, 3].map((c) => (
                            <i key={c} class={`cell gain${c}`} />
                        ))}
                    </div>
                    <div class="ramp-ends">
                        <span>{points(-breaks[2]!)}</span>
                        <span>0</span>
                        <span>{points(breaks[2]!)}</span>
                    </div>
                </div>
            )}
        </div>
    );
}
