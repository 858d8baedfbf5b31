// A page of a real server, driven: its steps speak TAP, and fail on any error of the console, any request that leaves the
// server's address, any breach of the content security policy.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
export const must = (truth, what) => {
    if (!truth) throw new Error(what);
};

// A copy of the study, so that a test may write into it.
export function copyOf(original, change = (from, to) => fs.cpSync(from, to, { recursive: true })) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "buckle-page-"));
    const study = path.join(folder, path.basename(original));
    change(original, study);
    return { folder, study };
}

async function serve(buckle, folder, study) {
    const key = path.join(folder, "key");
    const server = spawn(buckle, ["serve", study, "--port", "0", "--key-file", key], {
        stdio: ["ignore", "ignore", "inherit"],
    });
    process.on("exit", () => server.kill());
    for (let i = 0; i < 600 && !(fs.existsSync(key) && fs.readFileSync(key, "utf8").includes("=")); i++)
        await pause(100);
    const [url, cookie] = fs.readFileSync(key, "utf8").trim().split("\n");
    return { server, url, cookie };
}

function watch(page, url) {
    const faults = [];
    page.on("console", (m) => {
        if (m.type() === "error") faults.push(`console: ${m.text()} ${m.location().url}`);
    });
    page.on("pageerror", (e) => faults.push(`page: ${e.stack}`));
    page.on("request", (r) => {
        if (!r.url().startsWith(url) && !/^(data|blob):/.test(r.url())) faults.push(`request: ${r.url()}`);
    });
    return faults;
}

// Serves the copied study and opens a page of it; `kind`: how the window is, for playwright.
export async function openPage(buckle, { folder, study }, pictures, kind = {}) {
    fs.mkdirSync(pictures, { recursive: true });
    const { server, url, cookie } = await serve(buckle, folder, study);
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu"],
    });
    const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: "en-GB",
        acceptDownloads: true,
        ...kind,
    });
    await context.addCookies([{ name: cookie.split("=")[0], value: cookie.split("=")[1], url }]);
    const page = await context.newPage();
    page.setDefaultTimeout(60000);
    const faults = watch(page, url);
    await page.addInitScript(() =>
        document.addEventListener("securitypolicyviolation", (e) =>
            console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`),
        ),
    );
    const picture = (name) => page.screenshot({ path: path.join(pictures, `${name}.png`) });
    let n = 0;
    let failed = 0;
    async function step(name, work) {
        const before = faults.length;
        try {
            await work();
            if (faults.length > before) throw new Error(faults.slice(before).join("\n"));
            console.log(`ok ${++n} - ${name}`);
        } catch (error) {
            failed++;
            console.log(`not ok ${++n} - ${name}\n# ${String(error.stack).replace(/\n/g, "\n# ")}`);
            await picture(`failed-${n}`).catch(() => undefined);
        }
    }
    async function close() {
        console.log(`1..${n}`);
        await browser.close();
        server.kill("SIGTERM");
        await new Promise((done) => server.on("exit", done));
        fs.rmSync(folder, { recursive: true, force: true });
        process.exit(failed > 0 ? 1 : 0);
    }
    const exact = () => page.waitForSelector(".status.exact");
    return { page, context, url, step, picture, exact, close };
}

// Whether the part of the page that draws thousands of links was loaded.
export const hasManyLinks = (page) =>
    page.evaluate(async () => {
        const scripts = performance.getEntriesByType("resource").filter((r) => r.name.endsWith(".js"));
        const texts = await Promise.all(scripts.map((s) => fetch(s.name).then((r) => r.text())));
        return texts.some((text) => text.includes(".addPath("));
    });
