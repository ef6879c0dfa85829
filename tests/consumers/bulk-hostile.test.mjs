/**
 * For whoever changes how files are read: what somebody writes to hang a reader, or to fill its memory. The time must grow
 * with the file's size only. Small and large file are timed in one run, because no clock can be trusted alone.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { Project } from "../support/project.mjs";

/** The longest header has half a megabyte, so that the large file's columns are still read. */
const SMALL = 256 * 1024;
const TIMES = 4;
/** How much more than in proportion the large file may take: the collector of garbage is not even. */
const SLACK = 2.5;
const SLACK_MS = 150;
/** Rows of three bytes, each with four issues, take two seconds for a megabyte on a slow machine. */
const MS_PER_BYTE = 10_000 / 2 ** 20;

const project = await Project.install();
let checkMany;

const HEADER = "Surname,FirstName,Email,Mobile\n";
const fill = (text) => (size) => text.repeat(Math.ceil(size / text.length));

/** Each makes a file of about a size. */
const FILES = {
  quotes: fill('"'),
  "quotes after a header": (size) => HEADER + fill('"')(size),
  "quotes that open in each line": (size) => HEADER + fill('"\n')(size),
  "quotes that open in each second line": (size) => HEADER + fill('"a\nb,c\n')(size),
  "quotes within cells": (size) => HEADER + fill('a"b",')(size),
  commas: fill(","),
  "commas after a header": (size) => HEADER + fill(",")(size),
  "semicolons and commas": fill(";,"),
  "lines of commas": (size) => HEADER + fill(",,,,,,,,\n")(size),
  "columns by the hundred thousand": (size) => `${HEADER.trim()},${fill("abc,")(size / 3)}\n${fill("x,")(size / 2)}\n`,
  "columns of different names": (size) =>
    `${HEADER.trim()},${Array.from({ length: size / 16 }, (_, index) => `c${index}`).join(",")}\n${fill("x,")(size / 2)}\n`,
  "columns of one name that is a field's": (size) =>
    `${HEADER.trim()},${fill("Email,")(size / 3)}\n${fill("x,")(size / 2)}\n`,
  "line feeds": fill("\n"),
  "carriage returns": fill("\r"),
  "line ends that alternate": (size) => HEADER + fill("a\r\nb\rc\n")(size),
  "braces that open": fill("{"),
  "brackets that open": fill("["),
  "brackets that open, as lines of objects": fill('{"a":[[[[[[[[\n'),
  "objects in objects": fill('{"a":'),
  "an array of numbers": (size) => `[${fill("1,")(size)}1]`,
  "an array of empty objects": (size) => `[${fill("{},")(size)}{}]`,
  "an array of texts that never close": (size) => `[${fill('"')(size)}`,
  "backslashes in a text of JSON": (size) => `{"Surname":"${fill("\\")(size)}`,
  "escapes in a text of JSON": (size) => `{"Surname":"${fill("\\u0041")(size)}"}\n`,
  "one object of many members": (size) => `{${fill('"a":1,')(size)}"b":1}\n`,
  "objects of as many members as a line may have": (size) => fill(`{${fill('"a":1,')(200_000)}"b":1}\n`)(size),
  "digits without an end": (size) => `{"Mobile":${fill("9")(size)}}\n`,
  spaces: fill(" "),
  "NUL bytes": fill("\0"),
  "bytes that are no text": (size) => Buffer.alloc(size, 0xff),
  "marks of a byte order": fill("\uFEFF"),
  "halves of surrogate pairs in UTF-16": (size) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.alloc(size, 0xd8)]),
  "marks on one letter": (size) => `${HEADER}e${fill("\u0301")(size)},x,y,z\n`,
  "long names": (size) => HEADER + fill(`${"a\u0301".repeat(2000)},x,y,z\n`)(size),
  "long e-mail addresses": (size) => HEADER + fill(`x,y,${"a.".repeat(4000)}@${"b.".repeat(4000)}com,z\n`)(size),
  "long numbers": (size) => HEADER + fill(`x,y,a@b.example,+44${"7 ".repeat(8000)}\n`)(size),
  "one guest again and again": (size) => HEADER + fill("Lee,Ann,ann@example.com,+44 7700 900123\n")(size),
};

/** Reads a whole file and returns how much of the processor's time that took: the clock's depends on other programs. */
async function time(content) {
  const bytes = new Uint8Array(Buffer.from(content));
  const before = process.cpuUsage();
  let rows = 0;
  for await (const batch of checkMany(bytes, { duplicates: true, today: "2026-11-30" }).batches()) rows += batch.length;
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, rows };
}

describe("files that somebody made to hang a reader", { timeout: 300_000 }, () => {
  before(async () => {
    ({ checkMany } = await project.import("dinerkit/bulk"));
    await time(FILES["one guest again and again"](SMALL));
  });

  for (const [name, make] of Object.entries(FILES))
    it(`${name} take time in proportion to their number`, async () => {
      const small = await time(make(SMALL)).catch(refusal);
      const large = await time(make(SMALL * TIMES)).catch(refusal);
      console.log(`hostile: ${name}: ${Math.round(small.ms)} ms, ${Math.round(large.ms)} ms, ${large.rows} rows`);
      assert.ok(
        large.ms < small.ms * TIMES * SLACK + SLACK_MS,
        `${Math.round(small.ms)} ms became ${Math.round(large.ms)} ms`,
      );
      assert.ok(large.ms < SMALL * TIMES * MS_PER_BYTE, `${Math.round(large.ms)} ms`);
    });
});

/** A file may be refused as a whole, by an error that is meant; that takes no time. */
function refusal(error) {
  if (!(error instanceof TypeError) && error.code === undefined) throw error;
  if (error instanceof RangeError || /unreachable|memory access/.test(error.message)) throw error;
  return { ms: 0, rows: error.message };
}
