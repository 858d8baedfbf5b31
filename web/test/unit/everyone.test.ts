import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { en } from "../../src/lang/en.ts";
import { kk } from "../../src/lang/kk.ts";
import { ru } from "../../src/lang/ru.ts";
import { zh } from "../../src/lang/zh.ts";

const languages = { ru, kk, zh } as Record<string, Record<string, string>>;

for (const [name, strings] of Object.entries(languages))
    test(`${name} has the keys of English, and the same things to fill in`, () => {
        assert.deepEqual(Object.keys(strings).sort(), Object.keys(en).sort());
        for (const [key, text] of Object.entries(en)) {
            assert.ok(strings[key]!.trim() !== "", key);
            assert.deepEqual(
                (strings[key]!.match(/\{\w+\}/g) ?? []).sort(),
                (text.match(/\{\w+\}/g) ?? []).sort(),
                key,
            );
        }
    });

// WCAG 2.1: relative luminance and contrast ratio.
function luminance(hex: string): number {
    const full = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join("") : hex.slice(1);
    const [r, g, b] = [0, 2, 4]
        .map((i) => parseInt(full.slice(i, i + 2), 16) / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
const contrast = (a: string, b: string) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light! + 0.05) / (dark! + 0.05);
};

const sheet = fs.readFileSync(path.join(process.env["BUCKLE_WEB"]!, "src/style.css"), "utf8");
const colours = (block: string) =>
    Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})/g)].map((m) => [m[1]!, m[2]!]));
const blocks = [...sheet.matchAll(/:root[^{]*\{([^}]*)\}/g)].map((m) => colours(m[1]!));
const themes = { light: blocks[0]!, "dark of the system": blocks[1]!, "dark chosen": blocks[2]! };

for (const [name, c] of Object.entries(themes)) {
    test(`${name}: text has a contrast of 4.5 to 1 wherever it stands`, () => {
        for (const text of ["ink", "soft", "accent", "bad", "good"])
            for (const ground of ["card", "paper", "wash"])
                assert.ok(
                    contrast(c[text]!, c[ground]!) >= 4.5,
                    `${text} on ${ground}: ${contrast(c[text]!, c[ground]!).toFixed(2)}`,
                );
        assert.ok(contrast(c["accent-ink"]!, c["accent"]!) >= 4.5);
        assert.ok(contrast(c["ink"]!, c["halo"]!) >= 4.5 && contrast(c["soft"]!, c["halo"]!) >= 4.5);
    });
    test(`${name}: bars and strokes have a contrast of 3 to 1 with the page`, () => {
        for (const mark of ["more", "less", "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"])
            assert.ok(contrast(c[mark]!, c["card"]!) >= 3, `${mark}: ${contrast(c[mark]!, c["card"]!).toFixed(2)}`);
        for (const mark of ["use-free", "use-0", "use-1", "use-2", "use-3"])
            assert.ok(contrast(c[mark]!, c["gain0"]!) >= 3, `${mark}: ${contrast(c[mark]!, c["gain0"]!).toFixed(2)}`);
    });
}

test("the two dark themes are one", () => {
    assert.deepEqual(themes["dark of the system"], themes["dark chosen"]);
});
