// The countries of the world from Natural Earth (public domain) as the page draws them: simplified, with ISO alpha-3
// codes and names in the languages of the page.  world-atlas keeps rings that cross the 180th meridian whole on the
// sphere, which d3-geo then clips itself; the unit tests look at Russia and Fiji.
import { createRequire } from "node:module";
import fs from "node:fs";
import countries from "i18n-iso-countries";
import { presimplify, quantile, simplify } from "topojson-simplify";
import { quantize } from "topojson-client";

const require = createRequire(import.meta.url);
const LANGUAGES = ["en", "ru", "kk", "zh"];

export function makeBasemap() {
    const topology = JSON.parse(fs.readFileSync(require.resolve("world-atlas/countries-50m.json"), "utf8"));
    const weighted = presimplify(topology);
    const simple = quantize(simplify(weighted, quantile(weighted, 0.72)), 1e4);
    const names = {};
    for (const geometry of simple.objects.countries.geometries) {
        const code = geometry.id ? countries.numericToAlpha3(geometry.id) : undefined;
        geometry.id = code;
        geometry.properties = undefined;
        if (code) names[code] = LANGUAGES.map((language) => countries.getName(code, language) ?? "");
    }
    delete simple.objects.land;
    simple.objects.countries.geometries = simple.objects.countries.geometries.filter((g) => g.id !== "ATA");
    return { topology: simple, languages: LANGUAGES, names };
}
