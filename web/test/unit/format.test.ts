import assert from "node:assert/strict";
import { test } from "node:test";
import { money, number, orNone, percent, tonnes } from "../../src/format.ts";

test("numbers keep three figures and their unit", () => {
    assert.deepEqual([number(1234.5), number(0.012345), number(20771065)], ["1235", "0.0123", "20,771,065"]);
    assert.deepEqual([tonnes(20771065), tonnes(-25400, true), tonnes(12)], ["20.8 Mt", "\u221225.4 kt", "12 t"]);
    assert.deepEqual(
        [money(948985623, true), money(-1.2e9), money(2e-5, true)],
        ["+949 m USD", "\u22121.2 bn USD", "0 USD"],
    );
    assert.deepEqual(
        [percent(0.3972), percent(-0.0123), percent(0), percent(-0.0004)],
        ["+0.40 %", "\u22120.012 %", "0 %", "0 %"],
    );
});

test("what is too small to matter is nought", () => {
    assert.deepEqual([orNone(6.3e-6, 0.05), orNone(-0.04, 0.05), orNone(0.06, 0.05)], [0, 0, 0.06]);
});

test("what is no number is a dash, never an error", () => {
    assert.deepEqual([number(NaN), number(Infinity)], ["–", "–"]);
});
