// Bundles the unit tests and runs them; they print TAP.
import * as esbuild from "esbuild";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "buckle-web-"));
const tests = fs.readdirSync(path.join(web, "test/unit")).filter((f) => f.endsWith(".test.ts"));
fs.writeFileSync(
    path.join(folder, "all.ts"),
    tests.map((f) => `import ${JSON.stringify(path.join(web, "test/unit", f))};`).join("\n"),
);
await esbuild.build({
    absWorkingDir: web,
    entryPoints: [path.join(folder, "all.ts")],
    outfile: path.join(folder, "all.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
    nodePaths: [path.join(web, "node_modules")],
});
const run = spawnSync(process.execPath, ["--test-reporter=tap", path.join(folder, "all.mjs")], {
    stdio: "inherit",
    env: { ...process.env, BUCKLE_WEB: web },
});
fs.rmSync(folder, { recursive: true });
process.exit(run.status ?? 1);
