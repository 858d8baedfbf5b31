// Two quantities of each name side by side, and how an estimate settles as draws are added.
import { number } from "./format.ts";
import { cut } from "./labels.ts";
import { ticks } from "./spreads.tsx";

export type Twin = {
    id: string;
    name: string;
    values: [number, number];
    spans?: [[number, number], [number, number]];
    label: string;
};

// The first of each pair full, the second pale; intervals where they are known.
export function Twins({
    rows,
    told = number,
    width = 360,
}: {
    rows: Twin[];
    told?: (v: number) => string;
    width?: number;
}) {
    const row = 26;
    const left = 128;
    const right = 78;
    const ends = rows.flatMap((r) => [...r.values, ...(r.spans ?? []).flat()]);
    const least = Math.min(0, ...ends);
    const most = Math.max(0, ...ends);
    const span = most - least || 1;
    const x = (v: number) => left + ((v - least) / span) * (width - left - right);
    const foot = rows.length * row + 4;
    return (
        <svg class="chart" viewBox={`0 0 ${width} ${foot + 18}`} role="img" aria-hidden="true">
            {rows.map((r, i) => (
                <g key={r.id}>
                    <text class="name" x={left - 8} y={i * row + 17} text-anchor="end">
                        {cut(r.name, left - 10)}
                    </text>
                    {r.values.map((v, k) => (
                        <rect
                            key={k}
                            class={k === 0 ? "part0" : "pale"}
                            x={Math.min(x(0), x(v))}
                            width={Math.max(0.5, Math.abs(x(v) - x(0)))}
                            y={i * row + 4 + 10 * k}
                            height={9}
                        />
                    ))}
                    {r.spans?.map(([low, high], k) => {
                        const y = i * row + 8.5 + 10 * k;
                        return (
                            <path
                                key={k}
                                class="interval"
                                d={`M${x(low)} ${y}H${x(high)}M${x(low)} ${y - 3}v6M${x(high)} ${y - 3}v6`}
                            />
                        );
                    })}
                    <text class="value" x={width} y={i * row + 17} text-anchor="end">
                        {r.label}
                    </text>
                </g>
            ))}
            <path class="axis" d={`M${x(0)} 2V${foot}`} />
            {ticks(least, most, 3).map((v) => (
                <text key={v} class="value" x={x(v)} y={foot + 13} text-anchor="middle">
                    {v === 0 ? "0" : told(v)}
                </text>
            ))}
        </svg>
    );
}

export function TwinKeys({ names }: { names: [string, string] }) {
    return (
        <div class="keys">
            {names.map((name, k) => (
                <span class="key" key={name}>
                    <i class={`bar ${k === 0 ? "part0" : "pale"}`} />
                    {name}
                </span>
            ))}
        </div>
    );
}

// As many figures as tell the steps of an axis apart.
function stepped(values: number[]): (v: number) => string {
    const step = values.length > 1 ? values[1]! - values[0]! : 1;
    const most = Math.max(...values.map(Math.abs), step);
    const digits = Math.max(3, 1 + Math.floor(Math.log10(most) + 1e-9) - Math.floor(Math.log10(step) + 1e-9));
    return (v) => number(v, v === 0 ? 1 : digits - Math.floor(Math.log10(most)) + Math.floor(Math.log10(Math.abs(v))));
}

export type Point = { name: string; mean: number; low?: number; high?: number };

// Means as draws are added, in equal steps; the last ones with their intervals.
export function Settling({ points, unit, width = 360 }: { points: Point[]; unit: string; width?: number }) {
    const height = 130;
    const left = 82;
    const foot = 20;
    const ends = points.flatMap((p) => [p.mean, p.low ?? p.mean, p.high ?? p.mean]);
    const middle = (Math.min(...ends) + Math.max(...ends)) / 2;
    // Where all is the same to a millionth, the line is flat and not noise in large.
    const half = Math.max((Math.max(...ends) - Math.min(...ends)) / 2, 1e-6 * Math.abs(middle), 1e-12);
    const low = middle - 1.15 * half;
    const high = middle + 1.15 * half;
    const x = (i: number) => left + ((i + 0.5) / points.length) * (width - left);
    const y = (v: number) => 8 + ((high - v) / (high - low)) * (height - foot - 8);
    const marks = ticks(low, high, 4);
    const told = stepped(marks);
    const line = points.filter((p) => p.low === undefined || p === points.find((q) => q.low !== undefined));
    return (
        <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-hidden="true">
            {marks.map((v) => (
                <g key={v}>
                    <path class="grid" d={`M${left} ${y(v)}H${width}`} />
                    <text class="value" x={left - 6} y={y(v) + 4} text-anchor="end">
                        {`${told(v)} ${unit}`}
                    </text>
                </g>
            ))}
            <path class="curve" d={line.map((p, i) => `${i === 0 ? "M" : "L"}${x(i)} ${y(p.mean)}`).join("")} />
            {points.map((p, i) => (
                <g key={p.name}>
                    {p.low !== undefined && p.high !== undefined && (
                        <path
                            class="interval"
                            d={`M${x(i)} ${y(p.low)}V${y(p.high)}M${x(i) - 4} ${y(p.low)}h8M${x(i) - 4} ${y(p.high)}h8`}
                        />
                    )}
                    <circle class="dot" cx={x(i)} cy={y(p.mean)} r={3.5} />
                    <text class="value" x={x(i)} y={height - 5} text-anchor="middle">
                        {cut(p.name, (width - left) / points.length - 2)}
                    </text>
                </g>
            ))}
        </svg>
    );
}
