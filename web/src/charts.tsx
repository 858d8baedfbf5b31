// Charts drawn from numbers alone; each stands in a Figure, which holds the table behind it.
import { money, number } from "./format.ts";
import { cut } from "./labels.ts";

export type Bar = {
    id: string;
    name: string;
    value: number;
    low?: number | null;
    high?: number | null;
    mark?: number | null;
    label: string;
    parts?: { id: string; value: number }[];
};

// Bars about zero, with an interval where there is one and a mark for the first-order answer.
export function Bars({
    bars,
    width = 360,
    left = 128,
    colours,
}: {
    bars: Bar[];
    width?: number;
    left?: number;
    colours?: Map<string, number>;
}) {
    const row = 20,
        right = 78;
    const extremes = bars.flatMap((b) => [b.value, b.low ?? 0, b.high ?? 0, b.mark ?? 0, ...sums(b)]);
    const least = Math.min(0, ...extremes),
        most = Math.max(0, ...extremes),
        span = most - least || 1;
    const x = (v: number) => left + ((v - least) / span) * (width - left - right);
    return (
        <svg class="chart" viewBox={`0 0 ${width} ${bars.length * row + 4}`} role="img" aria-hidden="true">
            {bars.map((b, i) => {
                const y = i * row + 4,
                    from = Math.min(x(0), x(b.value)),
                    to = Math.max(x(0), x(b.value));
                return (
                    <g key={b.id}>
                        <text class="name" x={left - 8} y={y + 11} text-anchor="end">
                            {cut(b.name, left - 10)}
                        </text>
                        {b.parts ? (
                            stack(b).map((s) => (
                                <rect
                                    key={s.id}
                                    class={`part part${(colours?.get(s.id) ?? 0) % 8}`}
                                    x={Math.min(x(s.from), x(s.to))}
                                    y={y + 2}
                                    width={Math.abs(x(s.to) - x(s.from))}
                                    height={11}
                                />
                            ))
                        ) : (
                            <rect
                                class={b.value < 0 ? "fall" : "rise"}
                                x={from}
                                y={y + 2}
                                width={Math.max(0.5, to - from)}
                                height={11}
                            />
                        )}
                        {b.low != null && b.high != null && (
                            <path
                                class="interval"
                                d={`M${x(b.low)} ${y + 7.5}H${x(b.high)}M${x(b.low)} ${y + 4}v7M${x(b.high)} ${y + 4}v7`}
                            />
                        )}
                        {b.mark != null && <path class="mark" d={`M${x(b.mark)} ${y}v15`} />}
                        <text class="value" x={width} y={y + 11} text-anchor="end">
                            {b.label}
                        </text>
                    </g>
                );
            })}
            <path class="axis" d={`M${x(0)} 2V${bars.length * row + 2}`} />
        </svg>
    );
}

const sums = (b: Bar): number[] =>
    b.parts
        ? [b.parts.reduce((s, p) => s + Math.max(0, p.value), 0), b.parts.reduce((s, p) => s + Math.min(0, p.value), 0)]
        : [];
function stack(b: Bar): { id: string; from: number; to: number }[] {
    let up = 0,
        down = 0;
    return (b.parts ?? []).map((p) => {
        const from = p.value >= 0 ? up : down,
            to = from + p.value;
        if (p.value >= 0) up = to;
        else down = to;
        return { id: p.id, from, to };
    });
}

// Who pays by who gains: depth of colour by the share of the largest gain, blue up and orange down.
export function Matrix({
    rows,
    columns,
    value,
    name,
}: {
    rows: string[];
    columns: string[];
    value: (row: string, column: string) => number;
    name: (id: string) => string;
}) {
    const most = Math.max(1, ...rows.flatMap((r) => columns.map((c) => Math.abs(value(r, c)))));
    const size = 22,
        left = 110,
        top = 84;
    return (
        <svg
            class="chart matrix"
            viewBox={`0 0 ${Math.max(380, left + columns.length * size + 56)} ${top + rows.length * size + 2}`}
            role="img"
            aria-hidden="true"
        >
            {columns.map((c, j) => (
                <text key={c} class="name" transform={`translate(${left + j * size + 14},${top - 6}) rotate(-55)`}>
                    {cut(name(c), top + 14)}
                </text>
            ))}
            {rows.map((r, i) => (
                <g key={r}>
                    <text class="name" x={left - 6} y={top + i * size + 15} text-anchor="end">
                        {cut(name(r), left - 8)}
                    </text>
                    {columns.map((c, j) => {
                        const v = value(r, c),
                            depth = Math.abs(v) / most,
                            step = depth < 0.02 ? 0 : depth < 0.15 ? 1 : depth < 0.45 ? 2 : 3;
                        return (
                            <rect
                                key={c}
                                class={`cell gain${v < 0 ? -step : step}`}
                                x={left + j * size + 1}
                                y={top + i * size + 1}
                                width={size - 2}
                                height={size - 2}
                            >
                                <title>{`${name(r)} → ${name(c)}: ${money(v, true)}`}</title>
                            </rect>
                        );
                    })}
                </g>
            ))}
        </svg>
    );
}

// Cash of every year, costs down and gains up, with the running total.
export function CashFlow({
    first,
    series,
    width = 360,
}: {
    first: number;
    series: { id: string; values: number[] }[];
    width?: number;
}) {
    const n = Math.max(1, ...series.map((s) => s.values.length)),
        height = 150,
        left = 44,
        bottom = 18;
    const up = Array.from({ length: n }, (_, y) => series.reduce((s, x) => s + Math.max(0, x.values[y] ?? 0), 0));
    const down = Array.from({ length: n }, (_, y) => series.reduce((s, x) => s + Math.min(0, x.values[y] ?? 0), 0));
    const most = Math.max(1, ...up),
        least = Math.min(0, ...down),
        span = most - least || 1;
    const y = (v: number) => 8 + ((most - v) / span) * (height - bottom - 8),
        step = (width - left) / n;
    return (
        <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-hidden="true">
            {Array.from({ length: n }, (_, i) => {
                let above = 0,
                    below = 0;
                return series.map((s, c) => {
                    const v = s.values[i] ?? 0,
                        from = v >= 0 ? above : below;
                    if (v >= 0) above += v;
                    else below += v;
                    return (
                        <rect
                            key={`${i} ${s.id}`}
                            class={`part part${c}`}
                            x={left + i * step + 0.5}
                            width={Math.max(0.5, step - 1)}
                            y={Math.min(y(from), y(from + v))}
                            height={Math.abs(y(from + v) - y(from))}
                        />
                    );
                });
            })}
            <path class="axis" d={`M${left} ${y(0)}H${width}`} />
            {[least, 0, most].map((v) => (
                <text key={v} class="value" x={left - 5} y={y(v) + 4} text-anchor="end">
                    {number(v / 1e6)}
                </text>
            ))}
            {[0, Math.floor(n / 2), n - 1].map((i) => (
                <text
                    key={i}
                    class="value"
                    x={left + (i + 0.5) * step}
                    y={height - 4}
                    text-anchor={i === 0 ? "start" : i === n - 1 ? "end" : "middle"}
                >
                    {first + i}
                </text>
            ))}
        </svg>
    );
}
