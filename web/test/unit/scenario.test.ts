import assert from "node:assert/strict";
import { test } from "node:test";
import { compose, fileName, withLever, type Lever } from "../../src/scenario.ts";
import type { Scenario, Study } from "../../src/types.ts";

const study = {
    base_year: 2024,
    nodes: [
        { id: "a", country: "XAL" },
        { id: "b", country: "XAL" },
        { id: "c", country: "XNO" },
    ],
    links: [
        { id: "ab", from: "a", to: "b", mode: "rail" },
        { id: "bc", from: "b", to: "c", mode: "rail" },
        { id: "ship", from: "a", to: "b", mode: "sea" },
    ],
    sectors: [{ id: "oil", name: "Oil", traded: true }],
} as unknown as Study;
const base: Scenario = {
    title: "Plan",
    measures: [
        { id: "works", projects: ["line"] },
        { id: "ban", sanctions: ["s"] },
    ],
};

test("no lever moved and nothing off is the scenario itself", () => {
    assert.deepEqual(compose(base, [], [], study), base);
});

test("a measure that is off is not in the scenario", () => {
    assert.deepEqual(
        compose(base, ["works"], [], study).measures.map((m) => m.id),
        ["ban"],
    );
});

test("a border slider multiplies hours of control and of inspection of every row of the post", () => {
    const [, , own] = compose(base, [], [{ kind: "border", node: "a", percent: -50 }], study).measures;
    assert.deepEqual(
        own!.adjust,
        ["control_hours", "inspection_hours"].map((attribute) => ({
            target: "border",
            node: "a",
            attribute,
            factor: 0.5,
        })),
    );
});

test("tolls act on links inside the country, not on ships", () => {
    const own = compose({ title: "", measures: [] }, [], [{ kind: "toll", country: "XAL", percent: 10 }], study)
        .measures[0]!;
    assert.deepEqual(own.adjust![0]!["id"], ["ab"]);
});

test("a slider back at zero leaves no trace", () => {
    const moved: Lever[] = withLever([], { kind: "oil", percent: -20 });
    assert.equal(moved.length, 1);
    assert.deepEqual(withLever(moved, { kind: "oil", percent: 0 }), []);
});

test("a lever replaces the one on the same thing only", () => {
    const levers = withLever(
        withLever(withLever([], { kind: "border", node: "a", percent: 5 }), { kind: "border", node: "b", percent: 5 }),
        { kind: "border", node: "a", percent: 9 },
    );
    assert.deepEqual(
        levers.map((l) => "percent" in l && l.percent),
        [5, 9],
    );
});

test("a membership from after the base year says its day", () => {
    const levers: Lever[] = [
        { kind: "join", agreement: "u", country: "XAL", from: "2030-07-01" },
        { kind: "leave", agreement: "w", country: "XNO", from: "2024-12-31" },
    ];
    const own = compose(base, [], levers, study).measures[2]!;
    assert.deepEqual(
        [own.join, own.leave],
        [[{ agreement: "u", country: "XAL", date: "2030-07-01" }], [{ agreement: "w", country: "XNO" }]],
    );
});

test("joining and closing are words of the scenario file", () => {
    const own = compose(
        base,
        [],
        [
            { kind: "join", agreement: "u", country: "XAL", from: "2024-01-01" },
            { kind: "close", target: "ab" },
        ],
        study,
    ).measures[2]!;
    assert.deepEqual([own.join, own.close], [[{ agreement: "u", country: "XAL" }], ["ab"]]);
});

test("a title becomes a name that a file may have", () => {
    assert.equal(fileName(" The Belt, as planned! "), "the-belt-as-planned");
    assert.equal(fileName("../../etc"), "etc");
});
