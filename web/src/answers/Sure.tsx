// What the answer rests on: sources, convergence, provenance.
import { number, share as shareText } from "../format.ts";
import { t, type Key } from "../i18n.ts";
import { rowsOf } from "../read.ts";
import type { State } from "../store.ts";

export function Sure({ state }: { state: State }) {
    const { sources } = state.study!;
    const result = state.run.result;
    const certificates = rowsOf(result?.tables["certificate"]);
    const files = rowsOf(result?.tables["sources"]);
    const counted = [
        ["reported", sources.reported],
        ["derived", sources.derived],
        ["estimate", sources.estimate],
    ] as const;
    return (
        <>
            <section>
                <h3>{t("sure.rests")}</h3>
                <div class="shares" aria-hidden="true">
                    {counted.map(([k, n], i) => (
                        <i key={k} class={`part${i}`} style={{ flexGrow: n }} />
                    ))}
                </div>
                <ul class="plainlist">
                    {counted.map(([k, n], i) => (
                        <li key={k}>
                            <i class={`bar part${i}`} /> {t(`sure.${k}`)}: {number(n)} (
                            {shareText(n / Math.max(1, sources.rows))})
                        </li>
                    ))}
                </ul>
            </section>
            <section>
                <h3>{t("sure.convergence")}</h3>
                <table class="plain">
                    <thead>
                        <tr>
                            <th scope="col">{t("sure.check")}</th>
                            {certificates.map((c) => (
                                <th scope="col" class="n" key={String(c["scenario"])}>
                                    {String(c["scenario"]) === "base" ? t("shown.base") : t("shown.policy")}
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {[
                            "outcome",
                            "rounds",
                            "loop",
                            "capacity",
                            "assignment_gap",
                            "trade",
                            "walras",
                            "route_gain",
                            "routes_missed",
                        ].map((k) => (
                            <tr key={k}>
                                <th scope="row">{t(`certificate.${k}` as Key)}</th>
                                {certificates.map((c) => {
                                    const v = c[k];
                                    return (
                                        <td class="n" key={String(c["scenario"])}>
                                            {typeof v === "number"
                                                ? Math.abs(v) > 0 && Math.abs(v) < 1e-3
                                                    ? v.toExponential(1)
                                                    : number(v)
                                                : v}
                                        </td>
                                    );
                                })}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </section>
            {result && result.warnings.length > 0 && (
                <section>
                    <h3>{t("sure.warnings")}</h3>
                    <ul class="plainlist">
                        {result.warnings.map((w) => (
                            <li key={w}>{w}</li>
                        ))}
                    </ul>
                </section>
            )}
            {files.length > 0 && (
                <details>
                    <summary>{t("sure.files")}</summary>
                    <table class="plain">
                        <thead>
                            <tr>
                                <th scope="col">{t("sure.file")}</th>
                                {(["rows", "reported", "derived", "estimate"] as const).map((c) => (
                                    <th scope="col" class="n" key={c}>
                                        {t(`sure.${c}`)}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {files.map((f) => (
                                <tr key={String(f["file"])}>
                                    <th scope="row">{String(f["file"])}</th>
                                    {["rows", "reported", "derived", "estimate"].map((c) => (
                                        <td class="n" key={c}>
                                            {f[c]}
                                        </td>
                                    ))}
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </details>
            )}
            {result && (
                <details>
                    <summary>{t("sure.provenance")}</summary>
                    <table class="plain">
                        <tbody>
                            {rowsOf(result.tables["provenance"]).map((p) => (
                                <tr key={String(p["item"])}>
                                    <th scope="row">{String(p["item"])}</th>
                                    <td>{String(p["value"])}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </details>
            )}
        </>
    );
}
