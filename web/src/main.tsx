import { render } from "preact";
import { App, dress, speak } from "./App.tsx";
import { open, type State } from "./store.ts";
import type { Language } from "./i18n.ts";

// Fonts come by fetch, so that they need no rule of their own in the content security policy.
const LATIN =
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+2082";
const SUBSETS: [string, string][] = [
    ["latin", LATIN],
    ["cyrillic", "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116"],
    ["cyrillic-ext", "U+0460-048F,U+0492-04AF,U+04B2-052F"],
];

async function loadFont([subset, range]: [string, string]): Promise<void> {
    const bytes = await (await fetch(`/assets/inter-${subset}.woff2`)).arrayBuffer();
    document.fonts.add(await new FontFace("Inter", bytes, { weight: "100 900", unicodeRange: range }).load());
}

const remembered = (name: string): string | null => {
    try {
        return localStorage.getItem(name);
    } catch {
        return null;
    }
};

const wanted = remembered("buckle-language") ?? navigator.language.slice(0, 2);
void loadFont(SUBSETS[0]!);
if (wanted === "ru" || wanted === "kk") SUBSETS.slice(1).forEach((s) => void loadFont(s));
document.addEventListener("change", (event) => {
    if ((event.target as HTMLElement).id === "language") SUBSETS.slice(1).forEach((s) => void loadFont(s));
});
dress((remembered("buckle-theme") ?? "auto") as State["theme"]);
render(<App />, document.getElementById("app")!);
void open();
if (["ru", "kk", "zh"].includes(wanted)) void speak(wanted as Language);
