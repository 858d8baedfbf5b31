// A plain table: words to the left, numbers to the right, units under the heads.
import type { ComponentChildren } from "preact";
import { unitName } from "./format.ts";

export type Head = { name: string; unit?: string | undefined; words?: boolean };

export function Sheet({
    heads,
    rows,
    caption,
}: {
    heads: Head[];
    rows: { id: string; cells: ComponentChildren[]; mark?: boolean }[];
    caption?: string | undefined;
}) {
    return (
        <table class="plain">
            {caption && <caption>{caption}</caption>}
            <thead>
                <tr>
                    {heads.map((h, i) => (
                        <th scope="col" key={h.name} class={i === 0 || h.words ? "" : "n"}>
                            {h.name}
                            {h.unit && <small class="unit"> {unitName(h.unit)}</small>}
                        </th>
                    ))}
                </tr>
            </thead>
            <tbody>
                {rows.map((row) => (
                    <tr key={row.id} class={row.mark ? "marked" : ""}>
                        {row.cells.map((cell, i) =>
                            i === 0 ? (
                                <th scope="row" key={i}>
                                    {cell}
                                </th>
                            ) : (
                                <td key={i} class={heads[i]?.words ? "" : "n"}>
                                    {cell}
                                </td>
                            ),
                        )}
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
