import { chromium } from "playwright-core";
import fs from "node:fs";
const [url, cookie] = fs.readFileSync(process.argv[2], "utf8").trim().split("\n");
const out = process.argv[3]; fs.mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
const [name, value] = cookie.split("=");
await context.addCookies([{ name, value, url }]);
const page = await context.newPage();
page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") console.log("CONSOLE", m.text()); });
page.on("pageerror", (e) => console.log("PAGEERROR", e.stack));
await page.goto(url + "/");
await page.waitForSelector("#scenario", { timeout: 60000 });
await page.selectOption("#scenario", process.argv[4] ?? "belt-as-planned");
await page.waitForSelector(".status.exact", { timeout: 90000 });
await page.waitForTimeout(400);
await page.screenshot({ path: out + "/gains.png" });
for (const tab of (process.argv[5] ?? "why,corridors,sure").split(",")) {
    await page.click("#tab-" + tab); await page.waitForTimeout(500);
    await page.screenshot({ path: `${out}/${tab}.png` });
}
await browser.close();
