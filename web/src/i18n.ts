// Strings of the page.  English is always there; the other languages are loaded when they are chosen.
import { en } from "./lang/en.ts";

export type Key = keyof typeof en;
export type Strings = Record<Key, string>;
export type Language = "en" | "ru" | "kk" | "zh";
export const languages: { id: Language; name: string }[] = [
    { id: "en", name: "English" },
    { id: "ru", name: "Русский" },
    { id: "kk", name: "Қазақша" },
    { id: "zh", name: "中文" },
];

let strings: Strings = en;

export async function load(language: Language): Promise<void> {
    strings =
        language === "ru"
            ? (await import("./lang/ru.ts")).ru
            : language === "kk"
              ? (await import("./lang/kk.ts")).kk
              : language === "zh"
                ? (await import("./lang/zh.ts")).zh
                : en;
}

// The string, with {name} replaced.
export function t(key: Key, values: Record<string, string | number> = {}): string {
    return strings[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
