/** For whoever changes what the commands about files write: no cell of a guest's becomes a formula or another cell. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { csvLine, guarded } from "../../server/files/csv.js";

describe("cells that are written", () => {
  it("that a spreadsheet would compute have an apostrophe before them", () => {
    for (const text of [
      "=1+1",
      '=HYPERLINK("http://evil.example","x")',
      "@SUM(A1)",
      "+cmd|' /C calc'!A0",
      "+1+cmd|' /C calc'!A0",
      "-2+3+cmd|' /C calc'!A0",
      "- 1+cmd|' /C calc'!A0",
      "+ 1*A1",
      "\t=1+1",
      "\r=1+1",
      "\n=1+1",
      "＝1+1",
      "＠SUM(A1)",
      "+44=1",
    ])
      assert.equal(guarded(text), `'${text}`);
  });

  it("that are numbers and names stay what they are", () => {
    for (const text of [
      "+44 7700 900123",
      "+44 (0)7700/900-123",
      "+1.212.555.0100",
      "-",
      "",
      "Lee",
      "a=b",
      "'t Hooft",
      "O'Hara",
    ])
      assert.equal(guarded(text), text);
  });

  it("are quoted where they hold a delimiter, a quote or a line's end", () => {
    assert.equal(
      csvLine(["a;b", 'say "x"', "one\ntwo", "c,d"], { delimiter: ";", newline: "\n" }),
      '"a;b";"say ""x""";"one\ntwo";c,d\n',
    );
    assert.equal(csvLine(["=1,2", ""]), '"\'=1,2",\r\n');
    assert.equal(csvLine([""]), '""\r\n');
  });
});
