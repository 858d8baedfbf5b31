// Builds the page into web/dist: one script, one sheet of style, fonts, the basemap; languages are loaded when asked for.
import * as esbuild from "esbuild";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { fileURLToPath } from "node:url";
import { makeBasemap } from "./data/basemap.mjs";

const FIRST_LOAD_LIMIT = 300 * 1000;
const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "dist");
const assets = path.join(dist, "assets");
const fonts = path.join(here, "node_modules/@fontsource-variable/inter/files");

fs.rmSync(dist, { recursive: true, force: true });
fs.mkdirSync(assets, { recursive: true });
const built = await esbuild.build({
    metafile: true,
    absWorkingDir: here,
    entryPoints: { app: "src/main.tsx", "app-style": "src/style.css" },
    outdir: assets,
    bundle: true,
    minify: true,
    format: "esm",
    splitting: true,
    target: ["es2021"],
    jsx: "automatic",
    jsxImportSource: "preact",
    external: ["/assets/*"],
    chunkNames: "part-[hash]",
    legalComments: "none",
    logLevel: "warning",
});
fs.renameSync(path.join(assets, "app-style.css"), path.join(assets, "app.css"));
for (const subset of ["latin", "cyrillic", "cyrillic-ext"])
    fs.copyFileSync(path.join(fonts, `inter-${subset}-wght-normal.woff2`), path.join(assets, `inter-${subset}.woff2`));
fs.copyFileSync(path.join(here, "data/icon.svg"), path.join(assets, "icon.svg"));
fs.copyFileSync(
    path.join(here, "node_modules/@fontsource-variable/inter/LICENSE"),
    path.join(assets, "inter-licence.txt"),
);
fs.writeFileSync(path.join(assets, "basemap.json"), JSON.stringify(makeBasemap()));
fs.copyFileSync(path.join(here, "index.html"), path.join(dist, "index.html"));

// What a first visit in English loads, as it goes over the wire (fonts are compressed already).
const scripts = new Set();
function follow(output) {
    if (scripts.has(output)) return;
    scripts.add(output);
    for (const one of built.metafile.outputs[output].imports)
        if (one.kind === "import-statement" && !one.external) follow(one.path);
}
follow("dist/assets/app.js");
const first = [
    "index.html",
    ...[...scripts].map((f) => f.replace(/^dist\//, "")),
    ...fs
        .readdirSync(assets)
        .filter((f) => /^(app\.css|basemap|inter-latin\.w|icon)/.test(f))
        .map((f) => `assets/${f}`),
];
const size = first.reduce((sum, f) => {
    const bytes = fs.readFileSync(path.join(dist, f));
    return sum + (f.endsWith(".woff2") ? bytes.length : zlib.gzipSync(bytes, { level: 9 }).length);
}, 0);
console.log(`first load ${Math.round(size / 1000)} kB of ${FIRST_LOAD_LIMIT / 1000} kB`);
if (size > FIRST_LOAD_LIMIT) throw new Error("the first load is over its limit");
