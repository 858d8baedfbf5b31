// The questions that are answered when asked: how each is told what it needs, and what must stand in its answer, held to
// the JSON that the server gave.
import { must } from "./harness.mjs";

const close = (shown, meant, what) =>
    must(
        Math.abs(shown - meant) <= 2e-4 * Math.max(Math.abs(meant), 1e-9) + 1e-8,
        `${what}: ${shown} shown, ${meant} meant`,
    );

// The table behind a figure: its cells as texts, and those that are numbers as such.
async function behind(panel, name) {
    const figure = panel.locator(`figure[data-figure="${name}"]`);
    must((await figure.count()) === 1, `no figure ${name}`);
    const rows = await figure
        .locator("details.behind tbody tr")
        .evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.textContent)));
    return rows.map((row) =>
        row.map((c) => (/^[−\d.,]+$/.test(c) ? Number(c.replace("−", "-").replace(/,/g, "")) : c)),
    );
}
// Lengths of what is drawn, in the order of the drawing.
const drawn = (panel, name, selector) =>
    panel
        .locator(`figure[data-figure="${name}"] svg ${selector}`)
        .evaluateAll((all) => all.map((e) => Number(e.getAttribute("width"))));
// Bars are as long as their values are large.
function proportional(lengths, values, what) {
    const most = Math.max(...values.map(Math.abs));
    const longest = Math.max(...lengths);
    values.forEach((v, i) => {
        const share = Math.max(0.5 / longest, Math.abs(v) / most);
        must(
            Math.abs(lengths[i] / longest - share) < 0.02,
            `${what}, bar ${i}: ${lengths[i]} of ${longest} for ${v} of ${most}`,
        );
    });
}
const tick = (page, option, ...values) =>
    Promise.all([]).then(async () => {
        for (const box of await page.locator(`#panel input[name="${option}"]`).all())
            await box.setChecked(values.includes(await box.getAttribute("value")));
    });

async function pivot({ panel, answer }) {
    must((await panel.locator(".shares-table tbody tr").count()) >= 3, "no shares of the cost");
    must((await panel.locator("rect.range").count()) >= 3, "no ranges of the core");
    const players = [...answer.games[0].players].sort((a, b) => b.shapley - a.shapley);
    const rows = await behind(panel, `pivot-${answer.games[0].game}`);
    must(rows.length === players.length, "not every player");
    rows.forEach((row, i) => close(row[3], players[i].shapley, "Shapley value"));
}

async function bypass({ panel, answer }) {
    must(answer.games.length === 2, "not two games");
    const [without, round] = answer.games.map((g) => new Map(g.players.map((p) => [p.economy, p])));
    const players = [...without.values()].sort((a, b) => b.others_lose - a.others_lose);
    const rows = await behind(panel, "bypass");
    must(rows.length === players.length, "not every player");
    rows.forEach((row, i) => {
        close(row[1], players[i].others_lose / 1e6, "others lose without the bypass");
        close(row[2], round.get(players[i].economy).others_lose / 1e6, "others lose with it");
    });
    const values = players.flatMap((p) => [p.others_lose, round.get(p.economy).others_lose]);
    proportional(await drawn(panel, "bypass", "rect"), values, "the bypass");
}

async function tolls({ panel, answer }) {
    const [none, rivals, together] = answer.states;
    const rows = await behind(panel, "rival-tolls");
    rivals.players.forEach((p, i) => {
        close(rows[i][1], p.toll, "toll of a rival");
        close(rows[i][2], together.players[i].toll, "common toll");
    });
    const values = rivals.players.flatMap((p, i) => [p.toll, together.players[i].toll]);
    proportional(await drawn(panel, "rival-tolls", "rect"), values, "tolls");
    (await behind(panel, "toll-revenue")).forEach((row, i) =>
        close(row[1], rivals.players[i].revenue / 1e6, "revenue"),
    );
    must(
        (await panel.locator(".toll-states tbody tr").count()) === 3 * none.players.length,
        "not three states of every player",
    );
    const best = await panel.locator(".toll-answers tbody tr").allInnerTexts();
    best.forEach((row, i) => {
        const shown = Number(row.split(/\s+/).slice(-2)[0].replace("−", "-"));
        must(Math.abs(shown / answer.rivals.best_deviation[i] - 1) < 1e-3, `best answer: ${row}`);
    });
    const gains = [...rivals.economies].sort((a, b) => a.gain - b.gain);
    (await behind(panel, "toll-gains")).forEach((row, i) => close(row[1], gains[i].gain / 1e6, "gain under tolls"));
}

const reasonShown = (answer, kind = "welfare_pct") =>
    answer.reasons.find((r) => r.scenario === answer.answers[0].scenario && r.kind === kind);

// What is drawn whether or not indices and regrets were asked for.
async function doubt({ panel, page, answer }) {
    const of = answer.answers.find((a) => a.kind === "welfare_pct" && a.economy === answer.economy);
    const means = await behind(panel, "convergence-welfare_pct");
    must(means.length >= 4, "not four means");
    of.converging.forEach((mean, i) => close(means[i][1], mean, "mean on the way"));
    close(means[3][2], of.mean_low, "interval of the mean");
    close(means[3][3], of.mean_high, "interval of the mean");
    must(means[3][0] === answer.used && means[0][0] === Math.floor(answer.used / 8), "not the numbers of draws");
    const effects = reasonShown(answer).effects;
    const rows = await behind(panel, "tornado");
    must(rows.length === effects.length, "not every input");
    for (const row of rows) close(row[2], effects.find((e) => e.input === row[0]).swing_low, row[0]);
    const turning = effects.filter((e) => e.switching_value !== null).length;
    must((await panel.locator(".turning tbody tr").count()) === turning, "not every switching value");
    const heading = () => panel.locator("h3").first().innerText();
    const before = await heading();
    await page.selectOption("#panel .pairwise select >> nth=1", { index: 1 });
    await page.waitForFunction((old) => document.querySelector("#panel h3").innerText !== old, before);
}

async function thorough({ panel, page, answer }) {
    must(answer.regrets.length > 0, "no regrets in the answer");
    const reason = reasonShown(answer);
    const indices = [...reason.indices].sort((a, b) => b.total - a.total);
    const rows = await behind(panel, "sobol-indices");
    must(rows.length === indices.length && rows.length > 0, "not every unit of inputs");
    rows.forEach((row, i) => {
        const { unit, first, first_low, first_high, total, total_low, total_high } = indices[i];
        must(row[0] === unit, `${row[0]} is not ${unit}`);
        [first, first_low, first_high, total, total_low, total_high].forEach((v, k) => close(row[k + 1], v, unit));
    });
    const shown = indices.slice(0, 14);
    proportional(
        await drawn(panel, "sobol-indices", "rect.pale"),
        shown.map((i) => i.total),
        "total indices",
    );
    must(
        (await panel.locator('[data-figure="sobol-indices"] path.interval').count()) === 2 * shown.length,
        "no intervals",
    );

    const whose = answer.regrets[0].economy;
    const regrets = answer.regrets.filter((r) => r.economy === whose).sort((a, b) => a.mean_usd - b.mean_usd);
    const choices = await behind(panel, "regrets");
    must(choices.length === regrets.length && choices.length >= 3, "not every choice");
    choices.forEach((row, i) => {
        close(row[1], regrets[i].mean_usd / 1e6, "mean regret");
        close(row[3], regrets[i].most_usd / 1e6, "largest regret");
    });

    // A reason with a corner of losses is chosen, and its box is shown.
    const boxed = answer.reasons.findIndex((r) => r.losses_lie && r.scenario === answer.answers[0].scenario);
    must(boxed >= 0, "this sample has no corner of losses: draw another");
    await page.selectOption("#panel .reasons select", { index: boxed });
    await panel.locator('[data-figure="losses-lie"]').waitFor();
    const { coverage, density, mass, where } = answer.reasons[boxed].losses_lie;
    (await behind(panel, "losses-lie")).forEach((row, i) => close(row[1], 100 * [coverage, density, mass][i], row[0]));
    must((await panel.locator(".box-bounds tbody tr").count()) === where.length, "not every bound of the corner");
    const first = await panel.locator(".box-bounds tbody tr").first().locator("td").allInnerTexts();
    [where[0].least, where[0].most].forEach((v, i) =>
        must(
            v === null ? first[i] === "–" : Math.abs(Number(first[i].replace("−", "-")) / v - 1) < 1e-2,
            `bound ${first[i]}, not ${v}`,
        ),
    );
    const turning = answer.reasons[boxed].effects.filter((e) => e.switching_value !== null).length;
    must(turning > 0, "this sample has no switching value: draw another");
    must(
        (await panel.locator(".turning tbody tr").count()) === turning,
        "not the switching values of the reason chosen",
    );
}

async function value({ panel, page, answer }) {
    must(answer.values.length > 0, "nothing is worth anything");
    const worth = (v) => v.economies.find((e) => e.economy === answer.economy).per_hour_usd;
    const dearest = Math.max(...answer.values.map((v) => Math.abs(worth(v))));
    close(Math.abs((await behind(panel, "worth-hour"))[0][4]), dearest, "worth of an hour to the economy asked for");
    must((await panel.locator("button.place").count()) >= Math.min(answer.values.length, 10), "not every place");
    return async () => {
        // A link and, where one is listed, a border post are shown on the map, with their trade.
        for (const kind of ["link", "border"]) {
            const one = answer.values.find((v) => v.kind === kind);
            if (!one) continue;
            await page.click("#tab-value");
            await panel.locator("button.place", { hasText: one.name }).first().click();
            await page.waitForSelector("#tab-selection[aria-selected=true]");
            await panel.locator("table.plain tbody tr").first().waitFor();
        }
    };
}

async function brief({ panel, answer }) {
    must((await panel.locator(".answer").count()) === 18, "not eighteen answers");
    // The page has its own words for the claims: in English they are those of the program.
    const said = await panel.locator(".answer h3").allInnerTexts();
    for (const one of answer.answers)
        must(said[one.question - 1] === `${one.question}. ${one.claim}`, `${one.claim}: ${said[one.question - 1]}`);
}

async function invest({ panel, answer }) {
    must((await panel.locator("circle.ring").count()) === 1, "no chosen portfolio");
    const rows = await behind(panel, "portfolio-regret");
    must(rows.length === answer.robust.choices.length && rows.length > 1, "not every choice of least regret");
    rows.forEach((row, i) => {
        close(row[1], answer.robust.choices[i].regret, "largest regret of a set");
        answer.robust.choices[i].values.forEach((v, s) => close(row[2 + s], v, "value in a state"));
    });
}

const draws = (n) => (page) => page.fill("#ask-draws", String(n));

// On a small study everything; on the built-in one, where each equilibrium takes a second, what a few of them can say.
export const SMALL = [
    { kind: "pivot", check: pivot },
    { kind: "pivot", name: "pivot-bypass", tell: (page) => tick(page, "bypass", "lake-ports"), check: bypass },
    { kind: "tolls", tell: (page) => tick(page, "tolls", "XAL", "XSU"), check: tolls },
    { kind: "value", check: value },
    {
        kind: "stress",
        name: "stress-few",
        tell: draws(4),
        check: async ({ panel, answer }) => {
            must(
                answer.reasons.every((r) => r.effects.length === 0),
                "so few draws have effects",
            );
            must((await panel.locator('[data-figure="tornado"]').count()) === 0, "a tornado of nothing");
            must(
                (await panel.locator(".reasons .note").first().innerText()).includes("Too few draws"),
                "it is not said",
            );
        },
    },
    { kind: "stress", tell: draws(64), check: doubt },
    {
        kind: "stress",
        name: "stress-thorough",
        tell: async (page) => {
            await page.check("#ask-indices");
            await tick(page, "against", "union-grows");
        },
        check: thorough,
    },
    {
        kind: "invest",
        tell: async (page) => {
            must(/^\d+$/.test(await page.inputValue("#ask-budget")), "a budget that nobody reads is proposed");
            must(/USD$/.test(await page.innerText(".choice output")), "it is not said in words");
            await tick(page, "robust", "closed-gate", "northern-closure");
        },
        check: invest,
    },
    {
        kind: "claim",
        check: async ({ panel }) => must((await panel.locator("tbody tr").count()) >= 18, "not every channel"),
    },
    { kind: "brief", check: brief },
];
export const LARGE = [
    { kind: "value", check: value },
    { kind: "pivot", tell: (page) => tick(page, "players", "KAZ", "CHN", "UZB"), check: pivot },
    { kind: "stress", tell: draws(32), check: doubt },
    {
        kind: "tolls",
        tell: async (page) => {
            await tick(page, "tolls", "KAZ");
            await page.fill("#ask-toll-max", "20");
        },
        check: async ({ panel, answer }) => {
            must(answer.states.length === 2, "a single country has nobody to agree with");
            close((await behind(panel, "rival-tolls"))[0][1], answer.states[1].players[0].toll, "its toll");
        },
    },
];

// What every answer must keep to, whatever was asked.
export async function readable(panel) {
    const heads = await panel.evaluate((e) =>
        [...e.querySelectorAll("thead th, dt, h3, figcaption, label, legend, .badge")]
            .map((h) => h.textContent)
            .join("|"),
    );
    must(!/[a-z]_[a-z]|undefined|NaN|null\b/.test(heads), `names of columns stand in the answer: ${heads}`);
    const text = await panel.evaluate((e) => {
        const copy = e.cloneNode(true);
        copy.querySelectorAll('[lang="en"]').forEach((one) => one.remove()); // the program's own sentences
        return copy.textContent;
    });
    must(!/undefined|NaN|\de\+\d/.test(text), "numbers that nobody reads");
    for (const details of await panel.locator("details.behind").all())
        must((await details.locator("tbody tr").count()) > 0, "a figure without numbers");
    // Nothing drawn runs out of its figure, and no two labels of an axis stand on each other.
    const crowded = await panel.evaluate((e) => {
        const found = [];
        for (const svg of e.querySelectorAll("figure > svg.chart")) {
            const box = svg.getBoundingClientRect();
            const labels = [...svg.querySelectorAll("text")].map((l) => [l.textContent, l.getBoundingClientRect()]);
            for (const [text, r] of labels)
                if (r.left < box.left - 3 || r.right > box.right + 3) found.push(`${text} runs out`);
            for (const [i, [text, r]] of labels.entries())
                for (const [other, s] of labels.slice(i + 1))
                    if (
                        Math.min(r.right, s.right) - Math.max(r.left, s.left) > -2 &&
                        Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 3
                    )
                        found.push(`${text} on ${other}`);
        }
        return found;
    });
    must(crowded.length === 0, `labels: ${crowded.join("; ")}`);
}
