/**
 * For whoever changes how files are read: each file of the corpus (tests/support/odd-files.mjs) through `checkMany`,
 * in pieces of several sizes and with workers, and through the command. What comes out may depend on nothing but the bytes.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { ODD_FILES } from "../support/odd-files.mjs";
import { start } from "../support/program.mjs";
import { Project } from "../support/project.mjs";

/** How large the pieces are in which a file arrives, and how many workers check them. */
const WAYS = [
  { size: 65_536, workers: 0 },
  { size: 7, workers: 0 },
  { size: 1, workers: 0 },
  { size: 65_536, workers: 2 },
];
/** Files above a megabyte arrive in pieces of this size at least. */
const SIZE_OF_LARGE = 4099;

const project = await Project.install();
let checkMany;

/** The codes of a row: `code` for the row itself, `Field:code` for one of its fields. Advice does not count. */
const codesOf = (issues) =>
  issues
    .filter(({ severity }) => severity !== "advice")
    .map(({ path, code }) => (path.length > 0 ? `${path.join(".")}:${code}` : code));

/** All that a file gives, as plain data that can be compared. */
async function read({ bytes, options, isLarge }, { size, workers }) {
  const step = isLarge ? Math.max(size, SIZE_OF_LARGE) : size;
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += step) yield new Uint8Array(bytes.subarray(from, from + step));
  }
  const checked = checkMany(pieces(), { today: "2026-11-30", ...options, workers });
  const rows = [];
  for await (const { row, line, value, json, issues, other, isSendable } of checked)
    rows.push({ row, line, value, json, issues, other, isSendable });
  return { rows, layout: await checked.layout };
}

/** Reads a file, or says why it was refused as a whole. */
const attempt = (file, way) =>
  read(file, way).catch((error) => {
    if (!file.isNoText) throw error;
    return { refused: `${error.name}: ${error.message}` };
  });

/** Compares a row with what must come out. */
function compare(row, wanted) {
  const { line, value, codes, other, otherEntries, json } = wanted;
  assert.equal(row.line, line);
  const found = codesOf(row.issues);
  const about = JSON.stringify(row).slice(0, 2000);
  if (codes) assert.deepEqual(found, codes, about);
  if (value) {
    assert.deepEqual(row.value, value, about);
    assert.ok(row.isSendable, about);
  }
  if (codes?.length > 0 || wanted.isBad || wanted.refused) {
    assert.ok(found.length > 0, about);
    assert.equal(row.isSendable, false, about);
  }
  for (const field of wanted.refused ?? [])
    assert.ok(
      found.some((code) => code.startsWith(`${field}:`)),
      about,
    );
  for (const [field, matches] of Object.entries(wanted.holds ?? {})) assert.match(row.value[field], matches);
  if (other) assert.deepEqual({ ...row.other }, other);
  if (otherEntries) assert.deepEqual(Object.entries(row.other), otherEntries);
  if (json) assert.match(row.json, json);
  if (wanted.noLoneSurrogate) assert.ok(row.json === undefined || row.json.isWellFormed?.() !== false, about);
}

function compareAll(file, { rows, layout }) {
  const wanted = file.rows;
  const shown = rows
    .map(({ line, issues }) => `${line} ${codesOf(issues)}`)
    .join("; ")
    .slice(0, 2000);
  if (file.isNoText) {
    assert.equal(rows.filter(({ isSendable }) => isSendable).length, 0, shown);
    return;
  }
  if (file.rest) assert.ok(rows.length >= wanted.length, shown);
  else assert.equal(rows.length, wanted.length, shown);
  for (const [index, row] of rows.entries()) {
    assert.equal(row.row, index + 1);
    if (wanted[index]) compare(row, wanted[index]);
  }
  if (file.last) compare(rows.at(-1), file.last);
  for (const [name, value] of Object.entries(file.layout ?? {})) assert.equal(layout[name], value, name);
}

describe("files of every odd kind", () => {
  before(async () => {
    ({ checkMany } = await project.import("dinerkit/bulk"));
  });

  for (const file of ODD_FILES)
    it(`${file.name} gives what stands in it, however it arrives`, async () => {
      const first = await attempt(file, WAYS[0]);
      if (!first.refused) compareAll(file, first);
      for (const way of WAYS.slice(1)) assert.deepEqual(await attempt(file, way), first, JSON.stringify(way));
      assert.equal({}.polluted, undefined);
    });

  /** Runs `dinerkit check` on files of the corpus. */
  async function check(scope, files, words = []) {
    const folder = await mkdtemp(join(tmpdir(), "dinerkit-odd-"));
    scope.after(() => rm(folder, { recursive: true }));
    const names = files.map(({ file = "guests.csv" }, index) => `${index}-${file}`);
    await Promise.all(files.map(({ bytes }, index) => writeFile(join(folder, names[index]), bytes)));
    const program = join(project.folder, "node_modules", ".bin", "dinerkit");
    const args = [program, "check", ...names, "--report", "report.ndjson", ...words];
    const { status, stderr } = await start(scope, process.execPath, args, { cwd: folder, lifetimeMs: 60_000 }).ended;
    const report = await readFile(join(folder, "report.ndjson"), "utf8").catch(() => "");
    const records = report
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    return { status, stderr, of: (index) => records.filter(({ file }) => file === names[index]) };
  }

  /** What `checkMany` says of the rows of a file, as the report says it. */
  async function expected(file) {
    const { rows } = await read(file, WAYS[0]);
    return rows.flatMap(({ row, line, issues }) =>
      issues.map(({ code, path, severity }) => ({ row, line, code, field: path.join(".") || null, severity })),
    );
  }

  it("have the same issues in the report of dinerkit check", async (context) => {
    const plain = ODD_FILES.filter(({ options, isNoText }) => !options && !isNoText);
    const groups = [plain, ...ODD_FILES.filter(({ words }) => words).map((file) => [file])];
    for (const files of groups) {
      const { status, stderr, of } = await check(context, files, files[0].words);
      const wanted = await Promise.all(files.map(expected));
      const areGood = !wanted.flat().some(({ severity }) => severity === "error");
      assert.equal(status, areGood ? 0 : 1, stderr);
      for (const [index, { name }] of files.entries()) {
        const found = of(index).map(({ row, line, code, field, severity }) => ({ row, line, code, field, severity }));
        assert.deepEqual(found, wanted[index], name);
      }
    }
  });

  it("are refused by dinerkit check where they hold no rows at all", async (context) => {
    for (const file of ODD_FILES.filter(({ isNoText }) => isNoText)) {
      const { status, stderr } = await check(context, [file]);
      assert.ok(status === 1 || status === 2, `${file.name}: ${status} ${stderr}`);
    }
  });
});
