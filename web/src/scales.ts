// From numbers to widths and classes of colour; the sheet of style has the colours, in light and dark.
import type { Shown } from "./view.ts";
import type { LinkState } from "./types.ts";

export const WIDEST = 9;

// Width in pixels goes with the root of tonnes, so that ten times the tonnes are three times the width.
export function widthOf(tonnes: number, most: number): number {
    return most <= 0 || tonnes <= 0 ? 0.5 : Math.max(0.5, WIDEST * Math.sqrt(Math.min(1, Math.abs(tonnes) / most)));
}

export const USE_BREAKS = [0.5, 0.8, 1];

export function useClass(utilisation: number | null): string {
    if (utilisation === null) return "use-free";
    return `use-${USE_BREAKS.filter((b) => utilisation >= b).length}`;
}

// Rounded down to 1, 2 or 5 times a power of ten.
export function nice(value: number): number {
    if (!(value > 0)) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    const lead = value / power;
    return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

// Three limits on either side of zero, from the largest value that is shown.
export function gainBreaks(values: number[]): number[] {
    const most = nice(Math.max(1e-4, ...values.map(Math.abs)));
    return [0.1, 0.3, 0.6].map((part) => part * most);
}

// -3 .. 3, 0 being too small to tell.
export function gainClass(value: number, breaks: number[]): number {
    const step = breaks.filter((b) => Math.abs(value) >= b).length;
    return value < 0 ? -step : step;
}

export function tonnesOf(state: LinkState, shown: Shown, sector: number): number {
    const policy = sector < 0 ? state.tonnes : (state.by_sector[sector] ?? 0);
    const base = sector < 0 ? state.tonnes_base : (state.by_sector_base[sector] ?? 0);
    return shown === "base" ? base : shown === "policy" ? policy : policy - base;
}

// The tonnes that get the full width: a high quantile, for one pipeline must not make threads of all railways.
export function fullWidth(values: number[]): number {
    const sorted = values
        .map(Math.abs)
        .filter((v) => v > 0)
        .sort((a, b) => a - b);
    return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.985))]!;
}
