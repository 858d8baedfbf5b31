// Thousands of links on a canvas: drawn in batches of one look each, found again by a grid of cells.  Loaded only where a
// network has more links than the drawing of elements can move smoothly.
import type { View } from "./view.ts";

export type Look = { id: string; mode: string; look: string; width: number };
export type Layer = {
    draw: (view: View, width: number, height: number, selected: string) => void;
    find: (x: number, y: number, view: View, reach: number) => string | null;
};

const CELL = 24; // of the grid, in pixels of the whole map
const DASHES: Record<string, number[]> = { road: [5, 3.5], ferry: [3, 4], pipeline: [12, 3, 2, 3] };
const NAMES: Record<string, string> = { idle: "idle", dim: "idle", shut: "less", route: "p1", "route-other": "p5" };

type Batch = { path: Path2D; colour: string; alpha: number; width: number; dash: number[] };

// The points of "M1,2L3,4...", runs apart.
export function runsOf(path: string): number[][] {
    return path
        .split("M")
        .filter((run) => run !== "")
        .map((run) => run.split(/[L,]/).map(Number));
}

function batches(canvas: HTMLCanvasElement, paths: Map<string, string>, looks: Look[]): Batch[] {
    const style = getComputedStyle(canvas);
    const found = new Map<string, Batch>();
    for (const { id, mode, look, width } of looks) {
        const path = paths.get(id);
        if (!path) continue;
        const stroke = Math.max(0.5, Math.round(width * 2) / 2);
        const key = `${look} ${mode} ${stroke}`;
        let batch = found.get(key);
        if (!batch) {
            batch = {
                path: new Path2D(),
                colour: style.getPropertyValue(`--${NAMES[look] ?? look}`).trim(),
                alpha: look === "idle" || look === "dim" ? 0.7 : mode === "sea" ? 0.4 : 0.92,
                width: stroke,
                dash: look === "shut" ? [2, 4] : (DASHES[mode] ?? []),
            };
            found.set(key, batch);
        }
        batch.path.addPath(new Path2D(path));
    }
    return [...found.values()];
}

// Pieces of line by the cells they may pass; their ends four by four.
type Grid = { cells: Map<number, number[]>; pieces: number[]; owner: string[] };
const cellAt = (x: number, y: number) => Math.floor(x / CELL) * 100003 + Math.floor(y / CELL);

export function gridOf(paths: Map<string, string>, ids: string[]): Grid {
    const grid: Grid = { cells: new Map(), pieces: [], owner: [] };
    for (const id of ids)
        for (const run of runsOf(paths.get(id) ?? ""))
            for (let i = 0; i + 3 < run.length; i += 2) {
                const [x0, y0, x1, y1] = run.slice(i, i + 4) as [number, number, number, number];
                const piece = grid.owner.push(id) - 1;
                grid.pieces.push(x0, y0, x1, y1);
                const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / (CELL / 2)));
                const seen = new Set<number>();
                for (let s = 0; s <= steps; s++)
                    seen.add(cellAt(x0 + ((x1 - x0) * s) / steps, y0 + ((y1 - y0) * s) / steps));
                for (const cell of seen) grid.cells.set(cell, [...(grid.cells.get(cell) ?? []), piece]);
            }
    return grid;
}

function distance(px: number, py: number, x0: number, y0: number, x1: number, y1: number): number {
    const dx = x1 - x0;
    const dy = y1 - y0;
    const along = dx || dy ? Math.min(1, Math.max(0, ((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy))) : 0;
    return Math.hypot(px - x0 - along * dx, py - y0 - along * dy);
}

// The link nearest to a point, within reach.
export function nearest(grid: Grid, x: number, y: number, reach: number): string | null {
    let best: string | null = null;
    let least = reach;
    for (let cx = -1; cx <= 1; cx++)
        for (let cy = -1; cy <= 1; cy++)
            for (const piece of grid.cells.get(cellAt(x + cx * CELL, y + cy * CELL)) ?? []) {
                const [x0, y0, x1, y1] = grid.pieces.slice(4 * piece, 4 * piece + 4) as [
                    number,
                    number,
                    number,
                    number,
                ];
                const away = distance(x, y, x0, y0, x1, y1);
                if (away < least) {
                    least = away;
                    best = grid.owner[piece]!;
                }
            }
    return best;
}

export function layer(canvas: HTMLCanvasElement, paths: Map<string, string>, looks: Look[]): Layer {
    const drawn = batches(canvas, paths, looks);
    const grid = gridOf(
        paths,
        looks.map((l) => l.id),
    );
    const ink = getComputedStyle(canvas).getPropertyValue("--ink").trim();
    const pen = canvas.getContext("2d")!;
    return {
        draw(view, width, height, selected) {
            const dots = Math.min(2, window.devicePixelRatio || 1);
            if (canvas.width !== width * dots || canvas.height !== height * dots) {
                canvas.width = width * dots;
                canvas.height = height * dots;
            }
            pen.setTransform(1, 0, 0, 1, 0, 0);
            pen.clearRect(0, 0, canvas.width, canvas.height);
            pen.setTransform(view.k * dots, 0, 0, view.k * dots, view.x * dots, view.y * dots);
            for (const batch of drawn) {
                pen.strokeStyle = batch.colour;
                pen.globalAlpha = batch.alpha;
                pen.lineWidth = batch.width / view.k;
                // Seen from afar dashes are longer than links, and cost the most.
                pen.setLineDash(view.k < 2 ? [] : batch.dash.map((d) => d / view.k));
                pen.stroke(batch.path);
            }
            const path = selected.startsWith("link:") ? paths.get(selected.slice(5)) : undefined;
            if (path) {
                pen.strokeStyle = ink;
                pen.globalAlpha = 1;
                pen.lineWidth = 4 / view.k;
                pen.setLineDash([]);
                pen.stroke(new Path2D(path));
            }
        },
        find: (x, y, view, reach) =>
            nearest(grid, (x - view.x) / view.k, (y - view.y) / view.k, Math.min(CELL, reach / view.k)),
    };
}
