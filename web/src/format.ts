// Numbers as people read them; every one with its unit.

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

// Two figures of a percentage, with its sign: +0.40 %.
export function percent(value: number): string {
    if (Math.abs(value) < 5e-5) return "0 %";
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
    const plus = sign && usd > 0 ? "+" : "";
    const magnitude = Math.abs(usd);
    const [scale, unit] =
        magnitude >= 1e9 ? [1e9, "bn"] : magnitude >= 1e5 ? [1e6, "m"] : magnitude >= 1e3 ? [1e3, "k"] : [1, ""];
    return `${plus}${number(usd / scale)}${unit ? ` ${unit}` : ""} USD`;
}

export function tonnes(value: number, sign = false): string {
    const plus = sign && value > 0 ? "+" : "";
    const magnitude = Math.abs(value);
    const text =
        magnitude >= 1e5
            ? `${number(value / 1e6)} Mt`
            : magnitude >= 100
              ? `${number(value / 1e3)} kt`
              : `${number(value)} t`;
    return plus + text;
}
