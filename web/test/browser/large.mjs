// Drives the page with a network of more than 10,000 links: large.mjs BUCKLE STUDY FOLDER-FOR-PICTURES.
import { copyOf, hasManyLinks, must, openPage } from "./harness.mjs";
import { enlarge } from "./many.mjs";

const [buckle, original, pictures] = process.argv.slice(2);
const copy = copyOf(original, enlarge);
const { page, url, step, picture, exact, close } = await openPage(buckle, copy, pictures);

// Opaque pixels of the canvas, and one of them in the middle of the lattice.
const inked = () =>
    page.evaluate(() => {
        const canvas = document.querySelector(".many canvas");
        const { width, height } = canvas;
        const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
        const found = [];
        for (let i = 3; i < data.length; i += 4) if (data[i] > 100) found.push((i - 3) / 4);
        const frame = canvas.getBoundingClientRect();
        const place = (pixel) => ({
            x: frame.x + ((pixel % width) / width) * frame.width,
            y: frame.y + (Math.floor(pixel / width) / height) * frame.height,
        });
        return {
            n: found.length,
            some: Array.from({ length: 40 }, (_, i) => place(found[Math.floor(((i + 0.5) / 40) * found.length)])),
        };
    });

await step("a network of over 10,000 links is drawn on a canvas, whose code comes only then", async () => {
    await page.goto(`${url}/`);
    await exact();
    await page.waitForSelector(".many canvas");
    await page.waitForTimeout(500);
    must((await page.locator(".link").count()) === 0, "links are elements too");
    must(await hasManyLinks(page), "the drawing of thousands of links was not loaded");
    must((await inked()).n > 5000, "the canvas is empty");
    const links = await page.evaluate(() =>
        fetch("/api/study")
            .then((r) => r.json())
            .then((s) => s.links.length),
    );
    must(links > 10000, `only ${links} links`);
    await picture("whole");
});
await step("a link is told under the pointer, and opened by a click", async () => {
    let hit = null;
    for (const place of (await inked()).some) {
        await page.mouse.move(place.x, place.y);
        const title = await page.locator(".tip strong").allInnerTexts();
        if (/^Lattice/.test(title[0] ?? "")) {
            hit = { ...place, title: title[0] };
            break;
        }
    }
    must(hit, "no link of the lattice was found under the pointer");
    must(/ km/.test(await page.locator(".tip").innerText()), "the link has no length");
    await page.mouse.click(hit.x, hit.y);
    await page.waitForSelector("#tab-selection[aria-selected=true]");
    must((await page.locator("#panel").innerText()).includes(hit.title), "another link was opened");
    await picture("selected");
});
await step("the keyboard and the tables need no canvas", async () => {
    await page.locator(".map").focus();
    for (const key of ["]", "]", "Enter"]) await page.keyboard.press(key);
    await page.waitForSelector("#tab-selection[aria-selected=true]");
    await page.waitForSelector("#panel table.plain tbody tr");
});
await step("it moves under the hand", async () => {
    const before = await inked();
    const box = await page.locator(".map").boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    for (const [name, zoom] of [
        ["whole", 0],
        ["near", 6],
    ]) {
        await page.mouse.move(x, y);
        for (let i = 0; i < zoom; i++) await page.mouse.wheel(0, -250);
        await page.evaluate(() => {
            window.frames_ = [];
            const tick = (time) => {
                window.frames_.push(time);
                window.ticking_ = requestAnimationFrame(tick);
            };
            window.ticking_ = requestAnimationFrame(tick);
        });
        await page.mouse.down();
        await page.mouse.move(x + 90, y + 40, { steps: 60 });
        await page.mouse.up();
        const gaps = await page.evaluate(() => {
            cancelAnimationFrame(window.ticking_);
            return window.frames_
                .slice(1)
                .map((t, i) => t - window.frames_[i])
                .sort((a, b) => a - b);
        });
        // Told, not judged: it depends on the machine.
        console.log(
            `# frames while dragging, ${name}: median ${gaps[gaps.length >> 1].toFixed(0)} ms, 95 % ${gaps[Math.floor(gaps.length * 0.95)].toFixed(0)} ms, ${gaps.length} frames`,
        );
        await picture(`moved-${name}`);
    }
    await page.waitForTimeout(200);
    must(JSON.stringify(await inked()) !== JSON.stringify(before), "nothing moved");
});
await step("the map leaves as a drawing with its links", async () => {
    await page.click("#tab-keep");
    const [file] = await Promise.all([page.waitForEvent("download"), page.click('button:has-text("Map as SVG")')]);
    const { readFileSync } = await import("node:fs");
    const text = readFileSync(await file.path(), "utf8");
    must(
        text.startsWith("<svg") && text.includes("data:image/png") && !text.includes("foreignObject"),
        "no links in the drawing",
    );
});
await close();
