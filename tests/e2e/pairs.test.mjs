/** For whoever reads what `cargo xtask test e2e` has tried: its rows have every pair of values. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pairsIn, pairsOf, pairwise, product } from "../support/pairs.mjs";

const FACTORS = {
  "two of two": { a: [1, 2], b: ["x", "y"] },
  "three of different lengths": { a: [1, 2, 3, 4], b: ["x", "y"], c: [true, false, null] },
  "as many as the widget has": {
    a: Array.from({ length: 8 }, (_, index) => index),
    b: Array.from({ length: 14 }, (_, index) => index),
    c: [1, 2],
    d: [1, 2, 3, 4],
    e: Array.from({ length: 12 }, (_, index) => index),
  },
};

describe("pairs", () => {
  for (const [name, factors] of Object.entries(FACTORS)) {
    it(`are all in the rows: ${name}`, () => {
      const rows = pairwise(factors);
      const covered = new Set(rows.flatMap((row) => pairsIn(row, factors)));
      assert.deepEqual(
        pairsOf(factors).filter((pair) => !covered.has(pair)),
        [],
      );
      assert.ok(rows.length <= product(factors).length);
    });
  }

  it("are far fewer rows than combinations", () => {
    const factors = FACTORS["as many as the widget has"];
    assert.ok(pairwise(factors).length <= 1.25 * 14 * 12, `${pairwise(factors).length}`);
    assert.equal(product(factors).length, 8 * 14 * 2 * 4 * 12);
  });
});
