// Numbers as people read them; every one with its unit.
import { t, type Key } from "./i18n.ts";

let locale = "en";
export const setNumberLocale = (language: string) => {
    locale = language === "kk" ? "ru" : language;
}; // browsers often lack Kazakh, whose numbers are written as in Russian

export function number(value: number, digits = 3): string {
    if (!Number.isFinite(value)) return "–";
    const magnitude = Math.abs(value);
    const places = magnitude === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)));
    const text = value.toLocaleString(locale, {
        maximumFractionDigits: Math.min(places, 8),
        useGrouping: magnitude >= 10000,
    });
    return text.replace("-", "−");
}

// What is below the least that matters is nought: no queue is 0.0000063 hours long.
export const orNone = (value: number, least: number): number => (Math.abs(value) < least ? 0 : value);

// Two figures of a percentage, with its sign: +0.40 %.
export function percent(value: number): string {
    if (Math.abs(value) < 5e-4) return "0 %"; // as it would be told with three places
    const places = Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.095 ? 2 : 3;
    const text = value.toLocaleString(locale, { minimumFractionDigits: places, maximumFractionDigits: places });
    return `${value > 0 ? "+" : ""}${text.replace("-", "−")} %`;
}

// The same without its sign of percent, for differences of percentages.
export const points = (value: number): string => percent(value).replace(" %", "");

export function share(value: number): string {
    return `${(value * 100).toLocaleString(locale, { maximumFractionDigits: 0 })} %`;
}

// Millions and thousands of millions of dollars.
export function money(usd: number, sign = false): string {
    const plus = sign && usd >= 0.005 ? "+" : "";
    const magnitude = Math.abs(usd);
    const [scale, unit]: [number, Key] =
        magnitude >= 1e9
            ? [1e9, "money.bn"]
            : magnitude >= 1e5
              ? [1e6, "money.m"]
              : magnitude >= 1e3
                ? [1e3, "money.k"]
                : [1, "money.one"];
    return `${plus}${number(orNone(usd, 0.005) / scale)} ${t(unit)}`;
}

export function tonnes(value: number, sign = false): string {
    const plus = sign && value > 0 ? "+" : "";
    const magnitude = Math.abs(value);
    const [scale, unit]: [number, Key] =
        magnitude >= 1e5 ? [1e6, "tonnes.m"] : magnitude >= 100 ? [1e3, "tonnes.k"] : [1, "tonnes.one"];
    return `${plus}${number(value / scale)} ${t(unit)}`;
}

const UNITS: Record<string, Key> = {
    "bn USD": "money.bn",
    "m USD": "money.m",
    "k USD": "money.k",
    USD: "money.one",
    Mt: "tonnes.m",
    kt: "tonnes.k",
    "USD/t": "unit.usdTonne",
    "USD/yr": "unit.usdYr",
    "t/yr": "unit.tonnesYr",
    h: "unit.hours",
    km: "unit.km",
};

// A unit of a table's head in the language of the page; "Δ" may stand before it.
export function unitName(unit: string): string {
    const [, change, name] = /^(Δ )?(.*)$/.exec(unit)!;
    return `${change ?? ""}${UNITS[name!] ? t(UNITS[name!]!) : name}`;
}
