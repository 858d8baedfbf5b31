// Charts of spreads and of choices: distributions, swings, ranges, and what each budget buys at best.
import { money, number } from "./format.ts";
import { cut } from "./labels.ts";

const told = (v: number) => number(v);
// Round ends of an axis' steps: zero among them when it lies between.
export function ticks(low: number, high: number, most = 5): number[] {
    const span = high - low || 1;
    const rough = span / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough)!;
    const first = Math.ceil(low / step - 1e-9);
    const count = Math.floor(high / step + 1e-9) - first + 1;
    return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

// How often each range of a quantity came out; zero, the 5, 50 and 95 % marked.
export function Histogram({
    counts,
    low,
    high,
    marks,
    unit,
    width = 360,
}: {
    counts: number[];
    low: number;
    high: number;
    marks: number[];
    unit: string;
    width?: number;
}) {
    const height = 110;
    const most = Math.max(1e-9, ...counts);
    const step = width / Math.max(1, counts.length);
    const span = high - low || 1;
    const x = (v: number) => ((v - low) / span) * width;
    return (
        <svg class="chart" viewBox={`0 0 ${width} ${height + 34}`} role="img" aria-hidden="true">
            {counts.map((c, i) => (
                <rect
                    key={i}
                    class={low + ((i + 0.5) / counts.length) * span < 0 ? "fall" : "rise"}
                    x={i * step + 0.5}
                    width={Math.max(0.5, step - 1)}
                    y={14 + height - (c / most) * (height - 4)}
                    height={(c / most) * (height - 4)}
                />
            ))}
            {marks.map((m, i) => (
                <g key={i}>
                    <path class="mark" d={`M${x(m)} 12V${height + 14}`} />
                    <text
                        class="value"
                        x={x(m)}
                        y={9}
                        text-anchor={x(m) < 14 ? "start" : x(m) > width - 14 ? "end" : "middle"}
                    >
                        {["5 %", "50 %", "95 %"][i]}
                    </text>
                </g>
            ))}
            {low < 0 && high > 0 && <path class="axis" d={`M${x(0)} 12V${height + 14}`} />}
            <path class="axis" d={`M0 ${height + 14}H${width}`} />
            {ticks(low, high).map((v) => (
                <text
                    key={v}
                    class="value"
                    x={x(v)}
                    y={height + 28}
                    text-anchor={x(v) < 14 ? "start" : x(v) > width - 14 ? "end" : "middle"}
                >
                    {`${told(v)} ${unit}`}
                </text>
            ))}
        </svg>
    );
}

// What a low and a high end of each input does to the answer, widest first.
export function Tornado({
    rows,
    unit,
    width = 360,
}: {
    rows: { id: string; name: string; low: number; high: number }[];
    unit: string;
    width?: number;
}) {
    const row = 20;
    const left = 128;
    const ends = rows.flatMap((r) => [r.low, r.high]);
    const least = Math.min(0, ...ends);
    const most = Math.max(0, ...ends);
    const span = most - least || 1;
    const x = (v: number) => left + 4 + ((v - least) / span) * (width - left - 8);
    const foot = rows.length * row + 4;
    return (
        <svg class="chart" viewBox={`0 0 ${width} ${foot + 18}`} role="img" aria-hidden="true">
            {rows.map((r, i) => (
                <g key={r.id}>
                    <text class="name" x={left - 8} y={i * row + 15} text-anchor="end">
                        {cut(r.name, left - 10)}
                    </text>
                    {(["low", "high"] as const).map((end) => (
                        <rect
                            key={end}
                            class={`part ${end === "low" ? "part1" : "part0"}`}
                            x={Math.min(x(0), x(r[end]))}
                            width={Math.max(0.5, Math.abs(x(r[end]) - x(0)))}
                            y={i * row + 6}
                            height={11}
                        />
                    ))}
                </g>
            ))}
            <path class="axis" d={`M${x(0)} 2V${foot}`} />
            {ticks(least, most, 4).map((v) => (
                <text key={v} class="value" x={x(v)} y={foot + 13} text-anchor="middle">
                    {`${told(v)}${v === 0 ? "" : ` ${unit}`}`}
                </text>
            ))}
        </svg>
    );
}

// A range for each name, a dot in it, and a stroke for what is now.
export function Ranges({
    rows,
    width = 360,
}: {
    rows: { id: string; name: string; low: number; high: number; dot: number | null; mark: number; label: string }[];
    width?: number;
}) {
    const row = 22;
    const left = 128;
    const right = 78;
    const ends = rows.flatMap((r) => [r.low, r.high, r.mark, r.dot ?? 0]);
    const least = Math.min(0, ...ends);
    const span = Math.max(0, ...ends) - least || 1;
    const x = (v: number) => left + ((v - least) / span) * (width - left - right);
    return (
        <svg class="chart" viewBox={`0 0 ${width} ${rows.length * row + 4}`} role="img" aria-hidden="true">
            {rows.map((r, i) => (
                <g key={r.id}>
                    <text class="name" x={left - 8} y={i * row + 15} text-anchor="end">
                        {cut(r.name, left - 10)}
                    </text>
                    <rect
                        class="range"
                        x={x(r.low)}
                        width={Math.max(1, x(r.high) - x(r.low))}
                        y={i * row + 7}
                        height={9}
                        rx={4}
                    />
                    {r.dot !== null && <circle class="dot" cx={x(r.dot)} cy={i * row + 11.5} r={4} />}
                    <path class="mark" d={`M${x(r.mark)} ${i * row + 3}v17`} />
                    <text class="value" x={width} y={i * row + 15} text-anchor="end">
                        {r.label}
                    </text>
                </g>
            ))}
            <path class="axis" d={`M${x(0)} 2V${rows.length * row + 2}`} />
        </svg>
    );
}

type Spot = { id: string; x: number; y: number };

// Worth against money spent: every set that was asked a dot, the best of each budget a stair, the budget a line.
export function Frontier({
    points,
    best,
    limit,
    chosen,
    told: tell,
    across,
    up,
    width = 360,
}: {
    points: Spot[];
    best: Spot[];
    limit: number;
    chosen: { x: number; y: number };
    told: (v: number) => string;
    across: string;
    up: string;
    width?: number;
}) {
    const height = 190;
    const left = 66;
    const foot = 34;
    const all = [...points, ...best];
    const right = Math.max(1, limit, ...all.map((p) => p.x)) * 1.04;
    const most = Math.max(0, ...all.map((p) => p.y));
    const least = Math.min(0, ...all.map((p) => p.y));
    const x = (v: number) => left + (v / right) * (width - left - 8);
    const y = (v: number) => 18 + ((most - v) / (most - least || 1)) * (height - foot - 22);
    const stairs = [...best].sort((a, b) => a.x - b.x);
    const path = stairs.map((p, i) => (i === 0 ? `M${x(p.x)} ${y(p.y)}` : `H${x(p.x)}V${y(p.y)}`)).join("");
    return (
        <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-hidden="true">
            <text class="value" x={0} y={9}>
                {up}
            </text>
            {ticks(least, most, 4).map((v) => (
                <g key={v}>
                    <path class="grid" d={`M${left} ${y(v)}H${width - 8}`} />
                    <text class="value" x={left - 5} y={y(v) + 4} text-anchor="end">
                        {tell(v)}
                    </text>
                </g>
            ))}
            <path class="axis" d={`M${left} ${y(0)}H${width - 8}`} />
            <path class="limit" d={`M${x(limit)} 14V${height - foot}`} />
            <path class="curve" d={`${path}H${x(limit)}`} />
            {points.map((p) => (
                <circle key={p.id} class="dot faint" cx={x(p.x)} cy={y(p.y)} r={3}>
                    <title>{`${p.id}: ${money(p.x)} → ${tell(p.y)}`}</title>
                </circle>
            ))}
            {stairs.map((p) => (
                <circle key={p.id} class="dot" cx={x(p.x)} cy={y(p.y)} r={3.5}>
                    <title>{`${p.id}: ${money(p.x)} → ${tell(p.y)}`}</title>
                </circle>
            ))}
            <circle class="ring" cx={x(chosen.x)} cy={y(chosen.y)} r={7} />
            {ticks(0, right, 4).map((v) => (
                <text key={v} class="value" x={x(v)} y={height - foot + 13} text-anchor="middle">
                    {money(v)}
                </text>
            ))}
            <text class="value" x={width - 8} y={height - 4} text-anchor="end">
                {across}
            </text>
        </svg>
    );
}
