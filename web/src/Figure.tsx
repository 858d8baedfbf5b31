// A figure with its title, its numbers as a table behind it, and the ways to take it away.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { csv } from "./read.ts";
import { number, unitName } from "./format.ts";
import { t } from "./i18n.ts";
import { download, svgText, pngOf } from "./download.ts";

export type Numbers = { columns: { name: string; unit?: string }[]; rows: (string | number | null)[][] };

export function TextTable({ numbers, caption }: { numbers: Numbers; caption: string }) {
    const shown = (cell: string | number | null) =>
        cell === null ? "–" : typeof cell === "number" ? number(cell, 5) : cell;
    return (
        <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
            <table class="numbers">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        {numbers.columns.map((c) => (
                            <th scope="col" key={c.name}>
                                {c.name}
                                {c.unit ? <small> {unitName(c.unit)}</small> : null}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {numbers.rows.map((row, i) => (
                        <tr key={i}>
                            {row.map((cell, j) =>
                                j === 0 ? (
                                    <th scope="row" key={j}>
                                        {shown(cell)}
                                    </th>
                                ) : (
                                    <td key={j} class={typeof cell === "number" ? "n" : ""}>
                                        {shown(cell)}
                                    </td>
                                ),
                            )}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

// The numbers of a table as a file.
export function TakeAway({ name, numbers }: { name: string; numbers: Numbers }) {
    return (
        <button
            type="button"
            class="quiet"
            onClick={() => download(`${name}.csv`, "text/csv;charset=utf-8", `\ufeff${csv(numbers)}`)}
        >
            CSV
        </button>
    );
}

export function Figure({
    title,
    note,
    numbers,
    name,
    children,
}: {
    title: string;
    note?: string | undefined;
    numbers: Numbers;
    name: string;
    children: ComponentChildren;
}) {
    const box = useRef<HTMLElement>(null);
    const drawing = () => box.current?.querySelector("svg");
    return (
        <figure ref={box} data-figure={name}>
            <figcaption>
                <h3>{title}</h3>
                {note && <p class="note">{note}</p>}
            </figcaption>
            {children}
            <details class="behind">
                <summary>{t("figure.numbers")}</summary>
                <div class="row">
                    <TakeAway name={name} numbers={numbers} />
                    {drawing() !== null && (
                        <button
                            type="button"
                            class="quiet"
                            onClick={() => {
                                const d = drawing();
                                if (d) download(`${name}.svg`, "image/svg+xml", svgText(d));
                            }}
                        >
                            SVG
                        </button>
                    )}
                    {drawing() !== null && (
                        <button
                            type="button"
                            class="quiet"
                            onClick={() => {
                                const d = drawing();
                                if (d) void pngOf(d, `${name}.png`);
                            }}
                        >
                            PNG
                        </button>
                    )}
                </div>
                <TextTable numbers={numbers} caption={title} />
            </details>
        </figure>
    );
}
