// Drives the page by touch on a tablet: touch.mjs BUCKLE STUDY FOLDER-FOR-PICTURES.
import { copyOf, must, openPage } from "./harness.mjs";

const [buckle, original, pictures] = process.argv.slice(2);
const copy = copyOf(original);
const { page, context, url, step, picture, exact, close } = await openPage(buckle, copy, pictures, {
    viewport: { width: 834, height: 1112 },
    hasTouch: true,
    isMobile: true,
});
const hand = await context.newCDPSession(page);
const touch = (type, points) =>
    hand.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
const view = () =>
    page.evaluate(() => {
        const [x, y, k] = document
            .querySelector("#map-drawing g")
            .getAttribute("transform")
            .match(/-?[\d.]+(e-?\d+)?/g)
            .map(Number);
        return { x, y, k };
    });
const middle = async () => {
    const box = await page.locator(".map").boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
};

await step("the page opens on a tablet and is no wider", async () => {
    await page.goto(`${url}/`);
    await page.waitForSelector("#scenario");
    await exact();
    must(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the tablet");
    await picture("tablet");
});
await step("one finger moves the map", async () => {
    const [x, y] = await middle();
    const before = await view();
    await touch("touchStart", [[x, y]]);
    for (let i = 1; i <= 8; i++) await touch("touchMove", [[x + 10 * i, y + 5 * i]]);
    await touch("touchEnd", []);
    const after = await view();
    must(
        Math.abs(after.x - before.x - 80) < 12 && Math.abs(after.y - before.y - 40) < 8,
        `moved by ${after.x - before.x}, ${after.y - before.y}`,
    );
    must(after.k === before.k, "one finger zoomed");
});
await step("two fingers zoom it about their middle", async () => {
    const [x, y] = await middle();
    const before = await view();
    await touch("touchStart", [
        [x - 60, y],
        [x + 60, y],
    ]);
    for (let i = 1; i <= 10; i++)
        await touch("touchMove", [
            [x - 60 - 6 * i, y],
            [x + 60 + 6 * i, y],
        ]);
    await touch("touchEnd", []);
    const after = await view();
    must(Math.abs(after.k / before.k - 2) < 0.25, `zoomed ${after.k / before.k} times, not twice`);
    await picture("pinched");
});
await step("a tap on a link opens it, a tap on a post its trade", async () => {
    await page.click('.zoom button[aria-label="Show the whole"]');
    for (const kind of ["post", "link"]) {
        const places = await page.evaluate((kind) => {
            const box = document.querySelector(".map").getBoundingClientRect();
            const found = [];
            for (let x = box.x + 4; x < box.right; x += 5)
                for (let y = box.y + 4; y < box.bottom; y += 5) {
                    const e = document.elementFromPoint(x, y);
                    if (e?.dataset?.[kind]) found.push([x, y]);
                }
            return found;
        }, kind);
        must(places.length > 0, `no ${kind} can be tapped`);
        await page.touchscreen.tap(...places[places.length >> 1]);
        await page.waitForSelector("#tab-selection[aria-selected=true]");
        await page.waitForSelector("#panel table.plain tbody tr");
        await page.click("#tab-gains");
    }
});
await step("a tap on a measure and a slider work as by mouse", async () => {
    const options = await page.locator("#scenario option").evaluateAll((o) => o.map((x) => x.value).filter(Boolean));
    await page.selectOption("#scenario", options.find((s) => /middle-way|belt-as-planned/.test(s)) ?? options[0]);
    await exact();
    await page.locator(".measure").first().tap();
    await page.waitForFunction(() => !document.querySelector(".measure input").checked);
    const slider = page.locator('input[type="range"]').first();
    await slider.scrollIntoViewIfNeeded();
    const box = await slider.boundingBox();
    await page.touchscreen.tap(box.x + box.width * 0.25, box.y + box.height / 2);
    await page.waitForSelector(".chips li");
    await exact();
    await picture("levers");
});
await step("every control is large enough for a finger", async () => {
    const small = await page.evaluate(() =>
        [...document.querySelectorAll("button, select, input:not([type=checkbox]):not([type=range])")]
            .filter((e) => e.getClientRects().length > 0)
            .map((e) => ({
                name: e.getAttribute("aria-label") ?? e.textContent.slice(0, 30),
                ...e.getBoundingClientRect().toJSON(),
            }))
            .filter((r) => r.width < 24 || r.height < 24)
            .map((r) => `${r.name} ${Math.round(r.width)}x${Math.round(r.height)}`),
    );
    must(small.length === 0, `under 24 pixels (WCAG 2.5.8): ${small.join(", ")}`);
});
await step("on a phone the scenario, the map and the answers come first, the levers when asked for", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await exact();
    await picture("phone");
    must(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the phone");
    must(await page.locator("#scenario").isVisible(), "no scenario can be chosen");
    const top = await page.locator(".map").evaluate((e) => e.getBoundingClientRect().top);
    must(top < 420, `the map begins at ${top}`);
    const title = await page.locator("header .study").evaluate((e) => [e.scrollWidth, e.clientWidth]);
    must(title[0] <= title[1], `the study's title is cut: ${title}`);
    must(!(await page.locator('input[type="range"]').first().isVisible()), "the levers are in the way");
    await page.locator("button.fold").tap();
    must(await page.locator('input[type="range"]').first().isVisible(), "the levers do not come");
});
await close();
