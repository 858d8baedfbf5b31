// Whether what is shown is exact, and how far the exact answer is.
import { number } from "../format.ts";
import { t } from "../i18n.ts";
import { isExact } from "../read.ts";
import { cancel, type State } from "../store.ts";

export function Status({ state }: { state: State }) {
    const { run, quick, quickFault, quickMs, preparing } = state;
    const done = run.job?.progress.done;
    const exact = isExact(state);
    return (
        <div class={`status ${exact ? "exact" : "waiting"}`} role="status" aria-live="polite">
            {exact ? (
                <>
                    <b>{t("exact")}</b>
                    <span>
                        {t("status.exact", { seconds: number(run.result!.seconds, 2) })}
                        {run.result!.converged ? "" : ` · ${t("status.notConverged")}`}
                    </span>
                </>
            ) : run.fault ? (
                <>
                    <b>{t("status.failed")}</b>
                    <span>{run.fault}</span>
                </>
            ) : (
                <>
                    <b>{quick ? t("quick") : t("status.computing")}</b>
                    <span>
                        {quick
                            ? t("status.quick", { ms: number(quickMs, 2) })
                            : preparing
                              ? t("status.slopes")
                              : (quickFault ?? "")}{" "}
                        {run.job ? t("status.exactComing") : ""}
                    </span>
                    {run.job && (
                        <>
                            <progress
                                max={1}
                                value={done ?? undefined}
                                aria-label={run.job.progress.stage || t("status.computing")}
                            />
                            <button type="button" class="quiet" onClick={() => void cancel()}>
                                {t("cancel")}
                            </button>
                        </>
                    )}
                </>
            )}
        </div>
    );
}
