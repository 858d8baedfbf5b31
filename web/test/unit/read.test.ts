import assert from "node:assert/strict";
import { test } from "node:test";
import { largest } from "../../src/read.ts";

test("the largest rows stay in their order, and no more than there is room for", () => {
    const size = (v: number) => v;
    assert.deepEqual(largest([5, 3, 0.1, -0.2, -4], size, 3), [5, 3, -4]);
    assert.deepEqual(largest([1, 1, 1, 1], size, 2), [1, 1]);
    assert.deepEqual(largest([2, 1], size, 16), [2, 1]);
    assert.deepEqual(largest([], size, 16), []);
});
