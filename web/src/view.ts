// The part of the page's state that a link restores, packed into the address after '#'.
import type { Lever } from "./scenario.ts";

export type Shown = "base" | "policy" | "difference";
export type View = { k: number; x: number; y: number };
export type Shared = {
    scenario: string;
    off: string[];
    levers: Lever[];
    shown: Shown;
    tab: string;
    view: View;
    modes: string[];
    sector: string;
    origin: string;
    destination: string;
    selected: string;
    from: string;
    to: string;
};

export const start: Shared = {
    scenario: "",
    off: [],
    levers: [],
    shown: "policy",
    tab: "gains",
    view: { k: 1, x: 0, y: 0 },
    modes: [],
    sector: "",
    origin: "",
    destination: "",
    selected: "",
    from: "",
    to: "",
};

// Only what differs from the start is written, so a link is short.
export function pack(shared: Shared): string {
    const kept = Object.entries(shared).filter(
        ([key, value]) => JSON.stringify(value) !== JSON.stringify(start[key as keyof Shared]),
    );
    if (kept.length === 0) return "";
    const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(kept)));
    return btoa(String.fromCharCode(...bytes))
        .replace(/\+/g, "-")
        .replace(/\//g, "_")
        .replace(/=+$/, "");
}

// Whatever stands in the address: what is not of the right kind is left at the start.
export function unpack(hash: string): Shared {
    try {
        const text = atob(hash.replace(/^#/, "").replace(/-/g, "+").replace(/_/g, "/"));
        const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
        const found = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
        const shared: Record<string, unknown> = { ...start };
        for (const [key, value] of Object.entries(found))
            if (
                key in start &&
                typeof value === typeof start[key as keyof Shared] &&
                Array.isArray(value) === Array.isArray(start[key as keyof Shared])
            )
                shared[key] = value;
        return shared as Shared;
    } catch {
        return { ...start };
    }
}

const MOST = 40;

// A map's view scaled about a point of the screen, which stays where it is.
export function zoomAt(view: View, factor: number, px: number, py: number): View {
    const k = Math.min(MOST, Math.max(0.6, view.k * factor));
    const ratio = k / view.k;
    return { k, x: px - (px - view.x) * ratio, y: py - (py - view.y) * ratio };
}
