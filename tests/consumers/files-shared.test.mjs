/** For whoever changes what the commands about files have in common: its decisions, as tables. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";
import { ROWS } from "../../pkg/lib/fields.js";
import { cellText } from "../../server/files/check/fix.js";
import { skipped } from "../../server/files/check/skip.js";
import { cellsOf, withChanges } from "../../server/files/cells.js";
import { counted, duration, estimate, lineList } from "../../server/files/phrases.js";
import { Progress, barOf } from "../../server/files/progress.js";
import { LineBytes } from "../../server/files/raw.js";
import { Summary, fieldOf, standingOf } from "../../server/files/summary.js";

describe("the phrases of sentences", () => {
  it("are times, to the second or as an estimate", () => {
    assert.deepEqual([0, 8400, 200_000, 7_500_000].map(duration), ["0 s", "8 s", "3 min 20 s", "2 h 5 min"]);
    assert.deepEqual([1, 60_000, 7_800_000, 3e8].map(estimate), ["a minute", "a minute", "2 h 10 min", "3 days"]);
  });

  it("are numbers and lines, of one or of many", () => {
    assert.deepEqual(
      [0, 1, 1200].map((count) => counted(count, "row")),
      ["0 rows", "1 row", "1,200 rows"],
    );
    assert.deepEqual(
      [lineList([4], 1), lineList([4], 2), lineList([4, 19], 2)],
      ["line 4", "line 4, …", "lines 4, 19"],
    );
  });
});

describe("the bar", () => {
  it("has the part that is done, and the time left once that means something", () => {
    const facts = { label: "a.csv", done: 50, total: 100, rows: 1234, columns: 90 };
    for (const [more, line] of [
      [{ elapsedMs: 500 }, "a.csv [####################--------------------]  50 %  1,234 rows, 2,468 a second"],
      [
        { elapsedMs: 4000, columns: 120 },
        "a.csv [####################--------------------]  50 %  1,234 rows, 309 a second, 4 s left",
      ],
      [{ elapsedMs: 500, columns: 53 }, "a.csv [#####-----]  50 %  1,234 rows, 2,468 a second"],
      [{ elapsedMs: 500, columns: 30 }, "a.csv 50 %  1,234 rows, 2,468"],
      [{ elapsedMs: 500, total: undefined }, "a.csv 1,234 rows, 2,468 a second"],
      [{ elapsedMs: 0, done: 0, rows: 0, total: undefined, label: "" }, "0 rows"],
      // A file that grows while it is read.
      [{ elapsedMs: 500, done: 300, columns: 53 }, "a.csv [##########] 100 %  1,234 rows, 2,468 a second"],
    ]) {
      assert.equal(barOf({ ...facts, ...more }), line);
    }
  });

  it("is drawn ten times a second at most, and only on a terminal", () => {
    for (const [isTTY, count] of [
      [true, 11],
      [false, 0],
    ]) {
      let time = 0;
      const drawn = [];
      const stream = { isTTY, write: (text) => drawn.push(text) };
      const progress = new Progress({ label: "a", total: 100, stream, now: () => time });
      for (; time < 1000; time += 10) progress.update({ done: time / 10, rows: time });
      progress.end(1000);
      assert.equal(drawn.length, count);
      if (isTTY) assert.equal(drawn.at(-1), "\r\u001b[Ka: 1,000 rows in 1 s (1,000 a second)\n");
    }
  });
});

describe("the cells of a record", () => {
  it("are read with what is around them", () => {
    for (const [record, texts, rest] of [
      ["a;b\r\n", ["a", "b"], "\r\n"],
      ['"a";"b;c"\n', ["a", "b;c"], "\n"],
      ['"a ""q"" b"; "x" ;\n\n', ['a "q" b', "x", ""], "\n\n"],
      ['a"b;c', ['a"b', "c"], ""],
      ['"a\r\nb";c\r\n', ["a\r\nb", "c"], "\r\n"],
      ["=\"0123\";'=x;'+44 7;'t Hooft", ["0123", "=x", "+44 7", "'t Hooft"], ""],
      ["", [""], ""],
      ["a;b\r", ["a", "b"], "\r"],
    ]) {
      const found = cellsOf(record, ";");
      assert.deepEqual([found.cells.map(({ text }) => text), found.rest], [texts, rest], record);
      assert.equal(withChanges(found, [], ";"), record);
    }
  });

  it("are not read where nobody can say what they are", () => {
    for (const record of ['"open;x\n', '"a"x;b', "a\rb;c\n"]) assert.equal(cellsOf(record, ";"), undefined, record);
  });

  it("keep their quotes where others are changed", () => {
    const record = cellsOf('"a";b;"c"\r\n', ";");
    assert.equal(withChanges(record, [[1, 'x;"y"']], ";"), '"a";"x;""y""";"c"\r\n');
    assert.equal(withChanges(record, [[4, "=1"]], ";"), '"a";b;"c";;\'=1\r\n');
  });

  it("say a member of a request", () => {
    const value = {
      Surname: "Lee",
      MobileCountryCode: 44,
      Mobile: "7400123456",
      Birthday: "1990-04-03T00:00:00",
      IsVip: false,
      CustomerCodes: [1, 2],
      CustomerType: { Id: 7, Name: "Regular" },
      Address: { Town: "York" },
    };
    for (const [field, text, ...fields] of [
      ["Surname", "Lee"],
      ["Mobile", "+44 7400123456"],
      ["Mobile", "7400123456", "MobileCountryCode"],
      ["MobileCountryCode", "44"],
      ["Birthday", "1990-04-03"],
      ["IsVip", "false"],
      ["CustomerCodes", "1|2"],
      ["CustomerType", "7"],
      ["Address.Town", "York"],
      ["Address.Street", undefined],
      ["Phone", undefined],
    ]) {
      const row = ROWS.find(({ name }) => name === field);
      assert.equal(cellText(row, value, new Set(fields)), text, field);
    }
  });
});

describe("the bytes of lines", () => {
  const lines = ["h", "aÄ", "b\u010a\u0a0d", "", "c"];
  /** The text before lines 2, 3 and 5, and the rest. */
  const parts = (end) => [`h${end}`, `aÄ${end}`, `b\u010a\u0a0d${end}${end}`, "c"];

  for (const [encoding, platform] of [
    ["utf-8", "utf8"],
    ["utf-16le", "utf16le"],
    ["utf-16be", "utf16le"],
  ]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      it(`are cut where ${JSON.stringify(end)} ends them in ${encoding}, whatever the chunks are`, () => {
        const turned = (bytes) => (encoding === "utf-16be" ? Buffer.from(bytes).swap16() : bytes);
        const bytes = turned(Buffer.from(lines.join(end), platform));
        for (const size of [1, 2, 3, 100]) {
          const cutter = new LineBytes();
          cutter.layout = { format: "csv", encoding };
          for (let at = 0; at < bytes.length; at += size) cutter.push(bytes.subarray(at, at + size));
          const pieces = [2, 3, 5].map((line) => cutter.take(line).bytes);
          const found = [...pieces, cutter.rest()].map((piece) => turned(piece).toString(platform));
          assert.deepEqual(found, parts(end));
        }
      });
    }
  }

  it("of the rows that are done are left out, below the header", async () => {
    const text = "\ufeffa,b\r\n1,2\r\n\r\n3,é\r\n5,6";
    for (const size of [1, 7, 100]) {
      for (const [line, rest, encoding] of [
        [2, "1,2\r\n\r\n3,é\r\n5,6", "utf-8"],
        [4, "3,é\r\n5,6", "utf-8"],
        [5, "5,6", "utf-8"],
      ]) {
        const bytes = Buffer.from(text);
        async function* source() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        }
        const layout = { format: "csv", delimiter: ",", encoding };
        const { source: left, options } = await skipped(source(), { layout, first: 2, line });
        const chunks = [];
        for await (const chunk of left) chunks.push(chunk);
        assert.equal(Buffer.concat(chunks).toString(), `\ufeffa,b\r\n${rest}`, `${size} ${line}`);
        assert.deepEqual(options, layout);
      }
    }
  });

  it("that were ASCII so far leave the encoding open", async () => {
    const { options } = await skipped(Readable.from([Buffer.from("{}\n{}\n")]), {
      layout: { format: "ndjson", delimiter: null, encoding: "utf-8" },
      first: 1,
      line: 2,
    });
    assert.deepEqual(options, { format: "ndjson" });
  });
});

describe("the summary", () => {
  const issue = (code, severity, ...path) => ({ code, severity, path });

  it("counts each row once", () => {
    for (const [issues, standing] of [
      [[], "good"],
      [[issue("phone_unknown", "advice", "Mobile")], "withAdvice"],
      [[issue("phone_unknown", "advice", "Mobile"), issue("required", "error", "Email")], "withErrors"],
      [[issue("row_not_json", "error")], "noRecord"],
    ]) {
      assert.equal(standingOf(issues), standing);
    }
  });

  it("names fields, and no other member of a file", () => {
    const known = new Set(["Email", "Address.Town"]);
    for (const [path, field] of [
      [["Email"], "Email"],
      [["Address", "Town"], "Address.Town"],
      [["lee@oak.example"], ""],
      [["Address", "lee@oak.example"], ""],
      [[], ""],
    ]) {
      assert.equal(fieldOf({ path }, known), field);
    }
  });

  it("goes on from what an earlier run has counted", () => {
    const known = new Set(["Email"]);
    const rows = Array.from({ length: 20 }, (_, index) => ({
      issues: index % 3 === 0 ? [issue("required", "error", "Email"), issue("duplicate", "advice")] : [],
    }));
    const whole = new Summary(known);
    rows.forEach((row, index) => whole.note(row, index + 2));
    const first = new Summary(known);
    rows.slice(0, 7).forEach((row, index) => first.note(row, index + 2));
    const later = new Summary(known, JSON.parse(JSON.stringify(first.state)));
    rows.slice(7).forEach((row, index) => later.note(row, index + 9));
    assert.deepEqual(later.state, whole.state);
    assert.deepEqual([whole.duplicates, whole.kinds[0].lines], [7, [2, 5, 8, 11, 14]]);
  });
});
