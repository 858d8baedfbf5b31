import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, start, unpack, zoomAt } from "../../src/view.ts";

test("a link restores the view it was made from, other alphabets too", () => {
    const shared = {
        ...start,
        scenario: "план",
        off: ["қос"],
        levers: [{ kind: "border" as const, node: "多斯特克", percent: -40 }],
        view: { k: 2.5, x: -10, y: 7 },
        tab: "routes",
    };
    assert.deepEqual(unpack(`#${pack(shared)}`), shared);
});

test("the start needs nothing in the address", () => {
    assert.equal(pack(start), "");
    assert.deepEqual(unpack(""), start);
});

test("what is no link of ours opens the start", () => {
    assert.deepEqual(unpack("#not base64 §"), start);
    const foreign = btoa(JSON.stringify({ tab: 7, off: "x", scenario: "kept", other: 1 }));
    assert.deepEqual(unpack(`#${foreign}`), { ...start, scenario: "kept" });
});

test("zooming keeps the point under the pointer where it is", () => {
    const before = { k: 1.5, x: 20, y: -30 },
        after = zoomAt(before, 1.7, 400, 250);
    const at = (v: typeof before, x: number, y: number) => [(x - v.x) / v.k, (y - v.y) / v.k];
    const a = at(before, 400, 250),
        b = at(after, 400, 250);
    assert.ok(Math.abs(a[0]! - b[0]!) < 1e-9 && Math.abs(a[1]! - b[1]!) < 1e-9);
});
