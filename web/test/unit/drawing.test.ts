import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { geoArea, geoContains } from "d3-geo";
import { feature } from "topojson-client";
import { fullWidth, gainBreaks, gainClass, nice, useClass, WIDEST, widthOf } from "../../src/scales.ts";
import { cut, place, textWidth, type Wish } from "../../src/labels.ts";
import { economyOf, type Basemap } from "../../src/geometry.ts";
import { ticks } from "../../src/spreads.tsx";
import { csv } from "../../src/read.ts";
import type { Study } from "../../src/types.ts";

test("four times the tonnes are twice the width", () => {
    assert.ok(Math.abs(widthOf(400, 1000) / widthOf(100, 1000) - 2) < 1e-12);
    assert.equal(widthOf(5000, 1000), WIDEST);
});

test("shades are symmetric about zero and zero is neutral", () => {
    const breaks = gainBreaks([-0.02, 0.57]);
    assert.deepEqual(
        breaks.map((b) => Number(b.toFixed(6))),
        [0.05, 0.15, 0.3],
    );
    for (const v of [0.01, 0.1, 0.2, 0.9]) assert.equal(gainClass(v, breaks) + gainClass(-v, breaks), 0);
    assert.equal(gainClass(0, breaks), 0);
});

test("round numbers are 1, 2 or 5 times a power of ten", () => {
    assert.deepEqual(
        [0.57, 0.0041, 19, 99].map((v) => Number(nice(v).toPrecision(3))),
        [0.5, 0.002, 10, 50],
    );
});

test("use of capacity has a class of its own where capacity is unlimited", () => {
    assert.deepEqual([null, 0.2, 0.5, 0.9, 1.2].map(useClass), ["use-free", "use-0", "use-1", "use-2", "use-3"]);
});

test("one giant does not make threads of the rest", () => {
    assert.equal(fullWidth([...Array.from({ length: 199 }, () => 10), 1e6]), 10);
});

test("labels never overlap, and the important one stays", () => {
    const wishes: Wish[] = Array.from({ length: 200 }, (_, i) => ({
        id: String(i),
        text: `Place ${i}`,
        x: 60 + ((i * 37) % 500),
        y: 30 + ((i * 53) % 300),
        size: 11,
        gap: 6,
        weight: i,
        kind: "place",
    }));
    const placed = place(wishes, 620, 380, 1000);
    assert.ok(placed.length > 20 && placed.some((p) => p.id === "199"));
    for (const [i, a] of placed.entries())
        for (const b of placed.slice(i + 1))
            assert.ok(
                a.left + a.width <= b.left ||
                    b.left + b.width <= a.left ||
                    a.top + a.height <= b.top ||
                    b.top + b.height <= a.top,
                `${a.text} and ${b.text}`,
            );
});

test("countries across the 180th meridian are whole, and on the right side", () => {
    const map = JSON.parse(
        fs.readFileSync(path.join(process.env["BUCKLE_WEB"]!, "dist/assets/basemap.json"), "utf8"),
    ) as Basemap;
    const of = (code: string) =>
        feature(map.topology, map.topology.objects.countries).features.find((f) => f.id === code)!;
    // CIA World Factbook: Russia 17.1 million km2 of the earth's 510 million; on the sphere 4 pi.
    assert.ok(Math.abs(geoArea(of("RUS")) / (4 * Math.PI) - 17.1 / 510) < 0.002);
    assert.ok(
        geoContains(of("RUS"), [179.5, 68]) && geoContains(of("RUS"), [-175, 66.5]) && geoContains(of("RUS"), [60, 60]),
    );
    assert.ok(geoContains(of("KAZ"), [71, 51]) && !geoContains(of("KAZ"), [51, 42]));
    assert.ok(geoArea(of("FJI")) < 0.01);
});

test("a country belongs to its economy, to the one that names it, or to the rest of the world", () => {
    const study = {
        economies: [
            { id: "KAZ", country: "KAZ", name: "Kazakhstan" },
            { id: "XEU", country: "XEU", name: "Other European Union (BEL ESP)" },
            { id: "XRW", country: "XRW", name: "Rest of the world" },
        ],
    } as Study;
    assert.deepEqual(["KAZ", "ESP", "BRA"].map(economyOf(study)), ["KAZ", "XEU", "XRW"]);
});

test("an axis is divided at round numbers, zero among them", () => {
    assert.deepEqual(ticks(0, 10), [0, 2, 4, 6, 8, 10]);
    assert.deepEqual(ticks(-3, 4.2), [-2, 0, 2, 4]);
    assert.deepEqual(
        ticks(0.011, 0.052).map((v) => Number(v.toPrecision(3))),
        [0.02, 0.03, 0.04, 0.05],
    );
});

test("a name that is too long for its place is cut, whatever its letters", () => {
    assert.equal(cut("Almaria", 100), "Almaria");
    for (const name of [
        "Orisund Gate - Almar Gate (rail)",
        "哈萨克斯坦共和国阿克套港至巴库",
        "Қазақстан Республикасы",
    ]) {
        const shown = cut(name, 80);
        assert.ok(shown.endsWith("…") && textWidth(shown, 10.5) <= 80, shown);
    }
});

test("a cell of text that a spreadsheet would run is made harmless, a negative number is not", () => {
    assert.equal(
        csv({ columns: [{ name: "a", unit: "t" }], rows: [["=1+1"], [-2], ['x,"y"']] }),
        'a [t]\r\n\'=1+1\r\n-2\r\n"x,""y"""',
    );
});
