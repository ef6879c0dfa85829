/** For whoever checks files of many rows outside a browser: in every runtime, with workers where it has some. */
import assert from "node:assert/strict";
import { checkMany } from "dinerkit/bulk";
import { describe, it } from "./cases.mjs";

const COUNT = 3000;
const row = (index) =>
  JSON.stringify({ Surname: "Lée", Email: `guest${index}@example.com`, Phone: "+44 20 7946 0958" });
const file = new TextEncoder().encode(Array.from({ length: COUNT }, (_, index) => row(index)).join("\n"));

/** True in workerd, which has no workers of its own. */
const isWorkerd = globalThis.navigator?.userAgent === "Cloudflare-Workers";

async function rowsOf(options) {
  let count = 0;
  for await (const { row, line, value, issues } of checkMany(new Response(file).body, options)) {
    count += 1;
    assert.deepEqual([row, line, value.Surname], [count, count, "Lée"]);
    assert.deepEqual(
      issues.map(({ params }) => params),
      count > 1 && options.duplicates ? [{ row: 1, line: 1, by: "Phone" }] : [],
    );
  }
  return count;
}

describe("a file of many rows", () => {
  it("is checked in order, with its duplicates", async () => {
    assert.equal(await rowsOf({ duplicates: true }), COUNT);
  });

  it("is checked by workers, or the option is refused", async () => {
    if (isWorkerd) assert.throws(() => checkMany(file, { workers: 1 }), /this runtime has no workers/);
    else assert.equal(await rowsOf({ workers: 2 }), COUNT);
  });
});
