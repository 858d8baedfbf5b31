// Drives the page on a real server: run.mjs BUCKLE STUDY FOLDER-FOR-PICTURES.
import fs from "node:fs";
import path from "node:path";
import { copyOf, hasManyLinks, must, openPage } from "./harness.mjs";
import { LARGE, readable, SMALL } from "./questions.mjs";

const [buckle, original, pictures] = process.argv.slice(2);
const copy = copyOf(original);
const { study } = copy;
const { page, url, step, picture, exact, close } = await openPage(buckle, copy, pictures);
const isSmall = path.basename(study) === "caravan";
if (!isSmall) page.setDefaultTimeout(600000); // an equilibrium takes a second of a processor that nobody else wants
// The whole of an answer, on a window as high as it is.
async function tall(name) {
    const height = await page.evaluate(() => document.getElementById("panel").scrollHeight + 200);
    await page.setViewportSize({ width: 1280, height: Math.min(4000, Math.max(800, height)) });
    await page.waitForTimeout(200);
    await picture(name);
    await page.setViewportSize({ width: 1280, height: 800 });
}
const tab = (name) => page.click(`#tab-${name}`);

await step("the page opens with the study and its base year", async () => {
    await page.goto(`${url}/`);
    await page.waitForSelector("#scenario");
    await exact();
    must((await page.locator(".link").count()) > 10, "no links are drawn");
    must(!(await hasManyLinks(page)), "the drawing of thousands of links is loaded for a few");
    await picture("base");
});
const options = await page.locator("#scenario option").evaluateAll((o) => o.map((x) => x.value).filter(Boolean));
const scenario = ["belt-as-planned", "middle-way"].find((s) => options.includes(s)) ?? options[0];
await step("a scenario is answered", async () => {
    await page.selectOption("#scenario", scenario);
    await exact();
    await page.waitForSelector(".lead .big");
    await picture("gains");
});
await step("a measure switched off changes the answer, and back again restores it", async () => {
    const before = await page.locator(".lead .big").innerText();
    // An answer may be there before anyone could see it awaited: only the exact figure is waited for.
    const settled = (told, same) =>
        page.waitForFunction(
            ([told, same]) =>
                document.querySelector(".status.exact") &&
                (document.querySelector(".lead .big")?.innerText === told) === same,
            [told, same],
        );
    await page.locator(".measure input").first().uncheck();
    await settled(before, false);
    await page.locator(".measure input").first().check();
    await settled(before, true);
});
await step("a slider of border hours is answered by first order, then exactly", async () => {
    const slider = page.locator('input[type="range"]').first();
    await page.waitForFunction(
        async () =>
            (
                await fetch("/api/first-order", {
                    method: "POST",
                    headers: { "X-Buckle": "1", "Content-Type": "application/json" },
                    body: JSON.stringify({ scenario: { title: "x", measures: [] } }),
                })
            ).status === 200,
        null,
        { polling: 2000 },
    );
    await slider.focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowLeft");
    await picture("first-order"); // on a small study the exact answer may be there already
    await page.waitForFunction(
        () =>
            document.querySelector(".status.exact") &&
            document.querySelectorAll(".chips li").length === 1 &&
            /First order said/.test(document.querySelector(".lead")?.innerText ?? ""),
    );
});
await step("state, goods and mode choose what the map shows", async () => {
    await page.click('.segments button:has-text("Difference")');
    must((await page.locator(".link.more, .link.less").count()) > 0, "no differences are drawn");
    await picture("difference");
    await page.click('.segments button:has-text("Policy")');
    const all = await page.locator(".link").count();
    await page.click('.modes button:has-text("Rail")');
    must((await page.locator(".link").count()) < all, "railways are still there");
    await page.click('.modes button:has-text("Rail")');
    const widest = () => page.locator(".legend .key").first().innerText();
    const before = await widest();
    await page.selectOption('select[aria-label="Any origin"]', { index: 1 });
    await page.waitForFunction((old) => document.querySelector(".legend .key").innerText !== old, before);
    await picture("origin");
    await page.selectOption('select[aria-label="Any origin"]', "");
    await page.waitForFunction((old) => document.querySelector(".legend .key").innerText === old, before);
});
await step("a border clicked shows its trade and its value", async () => {
    const posts = page.locator("circle.post[data-post]");
    const boxes = await posts.evaluateAll((all) =>
        all.map((e) => {
            const r = e.getBoundingClientRect();
            const x = r.x + r.width / 2,
                y = r.y + r.height / 2;
            return { x, y, seen: document.elementFromPoint(x, y) === e };
        }),
    );
    const { x, y } = boxes.find((b) => b.seen);
    await page.mouse.move(x, y);
    await page.waitForSelector(".tip .source");
    await page.mouse.click(x, y);
    await page.waitForSelector("#panel table.plain tbody tr");
    await picture("border");
});
await step("two cities are routed and the alternatives drawn", async () => {
    await tab("routes");
    const places = await page.locator("#route-from option").evaluateAll((o) => o.map((x) => x.value).filter(Boolean));
    const [from, to] = places.includes("chongqing") ? ["chongqing", "duisburg"] : ["ori_city", "wes_city"];
    await page.selectOption("#route-from", from);
    await page.selectOption("#route-to", to);
    await page.waitForSelector(".alternative");
    must((await page.locator(".link.route").count()) > 0, "the route is not drawn");
    await picture("routes");
    if ((await page.locator(".alternative").count()) > 1) await page.locator(".alternative").nth(1).click();
    await page.click("text=Clear the routes");
});
await step("works are appraised, and who pays is set against who gains", async () => {
    await tab("projects");
    await page.click("#panel button.primary");
    await page.waitForSelector(".project");
    await picture("projects");
    await tab("pays");
    await page.waitForSelector("#panel figure, #panel .empty");
    await picture("pays");
    for (const t of ["why", "corridors", "sure"]) {
        await tab(t);
        await page.waitForTimeout(150);
        await picture(t);
        if (t === "corridors")
            must(
                (await page.locator("#corridor-table thead th").allInnerTexts()).join(" ").match(/days.*USD\/t.*Mt/is),
                "no days, dollars, CO2",
            );
    }
});
// What the page was told of its jobs, by job.
const results = new Map();
page.on("response", (r) => {
    const job = /\/api\/jobs\/(\d+)\/result$/.exec(r.url())?.[1];
    if (job && r.ok()) results.set(job, r.json());
});
// The questions that are answered when asked: each to its drawn answer, held to what the server said.
for (const { kind, name = kind, tell, check } of isSmall ? SMALL : LARGE)
    await step(`${name} is asked and drawn`, async () => {
        await tab(kind);
        const again = page.locator("#panel details.again summary");
        if (await again.count()) await again.click();
        if (tell) await tell(page);
        const started = page.waitForResponse((r) => r.url().endsWith("/api/jobs") && r.request().method() === "POST");
        await page.click('#panel button[type="submit"]');
        const { job } = await started.then((r) => r.json());
        for (; !results.has(job); await page.waitForTimeout(50))
            must((await page.locator("#panel .fault").count()) === 0, "it failed");
        const answer = await results.get(job);
        await page.waitForSelector("#panel figure svg.chart rect, #panel figure svg.chart circle, #panel .answer");
        const panel = page.locator("#panel");
        await tall(name);
        const then = await check({ panel, page, answer });
        await readable(panel);
        if (then) await then();
    });
await step("a question that takes long is cancelled, and can be asked again", async () => {
    await tab("stress");
    const again = page.locator("#panel details.again summary");
    if (await again.count()) await again.click();
    await page.fill("#ask-draws", "65536");
    await page.click('#panel button[type="submit"]');
    await page.waitForSelector("#panel progress");
    await page.click("#panel .ask button.quiet");
    await page.waitForFunction(() => document.querySelector("#panel .fault")?.textContent === "Cancelled.");
    must((await page.locator('#panel button[type="submit"]').count()) === 1, "it cannot be asked again");
});
await step("answers are kept side by side", async () => {
    await tab("compare");
    await page.fill("#keep-name", "first");
    await page.click("#panel button.primary");
    await page.waitForSelector("#panel table");
    await picture("compare");
});
await step("a scenario is saved after its difference was shown", async () => {
    await tab("keep");
    await page.fill("#save-name", "page-test");
    await page.click("#panel button.primary");
    await page.waitForSelector(".diff pre");
    await picture("keep");
    await page.click(".diff button.primary");
    await page.waitForSelector(".said");
    must(
        fs.readFileSync(path.join(study, "scenarios/page-test.yaml"), "utf8").includes("control_hours"),
        "the file lacks the lever",
    );
    await exact();
});
await step("tables, report and map leave as files", async () => {
    const fetchFile = async (selector) => {
        const [file] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
        return fs.readFileSync(await file.path());
    };
    must((await fetchFile('a.button:has-text("XLSX")')).subarray(0, 2).toString() === "PK", "no workbook");
    must((await fetchFile('a.button:has-text("GeoPackage")')).subarray(0, 6).toString() === "SQLite", "no GeoPackage");
    must((await fetchFile('a.button:has-text("HTML")')).toString().includes("<html"), "no report");
    const drawing = (await fetchFile('button:has-text("Map as SVG")')).toString();
    must(drawing.startsWith("<svg") && drawing.includes("<path"), "no drawing");
    must((await fetchFile('button:has-text("Map as PNG")')).subarray(1, 4).toString() === "PNG", "no picture");
});
await step("the link restores what was seen", async () => {
    await tab("sure");
    await page.waitForTimeout(400);
    await page.reload();
    await page.waitForSelector("#tab-sure[aria-selected=true]");
    must((await page.inputValue("#scenario")) === "page-test", "another scenario");
    await exact();
});
await step("the keyboard moves the map and opens the busiest link", async () => {
    await page.locator(".map").focus();
    for (const key of ["+", "ArrowLeft", "-", "0", "]", "]"]) await page.keyboard.press(key);
    await page.waitForSelector(".tip");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#tab-selection[aria-selected=true]");
});
await step("every control has a name, and every figure a table", async () => {
    await tab("gains");
    const nameless = await page.evaluate(() =>
        [...document.querySelectorAll("button, select, input, a, [role=tab]")]
            .filter(
                (e) =>
                    e.getClientRects().length > 0 &&
                    !(e.getAttribute("aria-label") || e.textContent?.trim() || (e.labels && e.labels.length > 0)),
            )
            .map((e) => e.outerHTML.slice(0, 120)),
    );
    must(nameless.length === 0, nameless.join("\n"));
    must(
        await page.evaluate(() =>
            [...document.querySelectorAll("figure")].every((f) => f.querySelector("table caption")),
        ),
        "a figure without table",
    );
});
for (const [language, word] of [
    ["ru", "Рычаги"],
    ["kk", "Тетіктер"],
    ["zh", "调控"],
])
    await step(`the page speaks ${language}`, async () => {
        await page.selectOption("#language", language);
        await page.waitForFunction((w) => document.querySelector(".levers")?.getAttribute("aria-label") === w, word);
        await page.waitForTimeout(400);
        const over = await page.evaluate(() =>
            [...document.querySelectorAll(".legend, .tabs, .filters, header, .levers, .panel")]
                .filter((e) => e.scrollWidth > e.clientWidth + 1)
                .map((e) => `${e.className || e.tagName} ${e.scrollWidth} > ${e.clientWidth}`),
        );
        await picture(`language-${language}`);
        must(over.length === 0, `wider than its place: ${over.join(", ")}`);
    });
await step("dark, and on a tablet", async () => {
    await page.selectOption("#language", "en");
    await page.selectOption("#theme", "dark");
    await page.waitForTimeout(400);
    await picture("dark");
    await page.setViewportSize({ width: 834, height: 1112 });
    await page.waitForTimeout(500);
    await picture("tablet");
    const wide = await page.evaluate(() =>
        document.documentElement.scrollWidth <= innerWidth
            ? []
            : [...document.querySelectorAll("body *")]
                  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                  .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`)
                  .slice(0, 8),
    );
    must(wide.length === 0, `wider than the tablet: ${wide.join(", ")}`);
});
await close();
