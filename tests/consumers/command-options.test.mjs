/** For whoever adds an option: what the command reads and shows follows the rows of the table, whatever they are. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { readConfig } from "../../server/config.js";
import { environmentNames, help, ofTheCommand, valueOf } from "../../server/options.js";

let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), "dinerkit-options-"))));
after(() => rm(folder, { recursive: true }));

const row = (name, text, more = {}) => {
  const environment = /[[{]/.test(name) ? undefined : `DINERKIT_${name.replace(".", "_").toUpperCase()}`;
  return { name, text, members: [], environment, file: false, default: "–", ofTheCommand: false, ...more };
};

/** A table of its own: nothing in it is an option of dinerkit. */
const ROWS = [
  row("crumbs", "number", { default: "7" }),
  row("crust.secret", "text", { file: true, ofTheCommand: true }),
  row("loaves", "pairs", { members: ["name", "mark"], file: true }),
  row("loaves[].mark", "text", { file: true }),
  row("shelf.{kind}.note", "text", { file: true }),
  row("oven.path", "path"),
];

/** Reads a configuration by these rows; `issues` says what the module would refuse. */
function read({ rows = ROWS, toml, env, issues = () => [] }) {
  const read = (options) => ({ issues: issues(options), values: options, shown: options });
  return readFrom({ rows, read }, toml, env);
}

/** Reads a configuration by a reader of the module's kind. */
async function readFrom(reader, toml, env = {}) {
  const file = toml === undefined ? undefined : join(folder, "oven.toml");
  if (file) await writeFile(file, toml);
  return readConfig(reader, file, env);
}

describe("the command's options", () => {
  it("are read from the environment by the names and kinds of their rows", async () => {
    const env = { DINERKIT_CRUMBS: "12", DINERKIT_LOAVES: "rye:a:b, oat:c" };
    assert.deepEqual((await read({ env })).values, {
      crumbs: 12,
      loaves: [
        { name: "rye", mark: "a:b" },
        { name: "oat", mark: "c" },
      ],
    });
    const renamed = ROWS.map((row) => (row.name === "crumbs" ? { ...row, environment: "DINERKIT_BITS" } : row));
    assert.deepEqual((await read({ rows: renamed, env: { DINERKIT_BITS: "12" } })).values, { crumbs: 12 });
    const retyped = ROWS.map((row) => (row.name === "crumbs" ? { ...row, text: "list" } : row));
    assert.deepEqual((await read({ rows: retyped, env: { DINERKIT_CRUMBS: "1, 2" } })).values, { crumbs: ["1", "2"] });
  });

  it("come from files of their own where their rows say so", async () => {
    await writeFile(join(folder, "mark"), "from a file\n");
    const toml = `
      [crust]
      secretFile = "mark"
      [[loaves]]
      name = "rye"
      markFile = "mark"
      [shelf.low]
      noteFile = "mark"
      [oven]
      path = "doors"`;
    assert.deepEqual((await read({ toml })).values, {
      crust: { secret: "from a file" },
      loaves: [{ name: "rye", mark: "from a file" }],
      shelf: { low: { note: "from a file" } },
      oven: { path: join(folder, "doors") },
    });
    const closed = ROWS.map((row) => ({ ...row, file: false }));
    assert.deepEqual((await read({ rows: closed, toml })).values.crust, { secretFile: "mark" }, "left for the module");
  });

  it("that are wrong are named with the place where they stand", async () => {
    const toml =
      'crumbs = 1\nloaves = [\n  { name = "rye" },\n  { name = "oat", mark = 7 },\n]\n[crust]\nsecret = "x"\n';
    const issues = () => [
      { path: ["crust", "secret"], name: "crust.secret", message: "takes more" },
      { path: ["loaves", 1, "mark"], name: "loaves[1].mark", message: "takes a text" },
      { path: ["loaves", 0, "mark"], name: "loaves[0].mark", message: "is missing" },
      { path: ["crumbs"], name: "crumbs", message: "takes less" },
      { path: ["oven", "path"], name: "oven.path", message: "is missing" },
    ];
    await assert.rejects(read({ toml, issues, env: { DINERKIT_CRUMBS: "9" } }), {
      message: [
        "oven.toml:3: loaves[0].mark is missing",
        "oven.toml:4: loaves[1].mark takes a text",
        "oven.toml:7: crust.secret takes more",
        "DINERKIT_CRUMBS: crumbs takes less",
        "oven.toml: oven.path is missing; give it here or as DINERKIT_OVEN_PATH",
      ].join("\n"),
    });
  });

  it("have a slip of the environment named with the nearest row", async () => {
    await assert.rejects(
      read({ env: { DINERKIT_CRUMBZ: "1" } }),
      /^Error: DINERKIT_CRUMBZ is not known: did you mean DINERKIT_CRUMBS\?$/,
    );
    const without = ROWS.filter(({ name }) => name !== "crumbs");
    assert.deepEqual((await read({ rows: without, env: { DINERKIT_CRUMBZ: "1" } })).values, {});
    assert.deepEqual(environmentNames(ROWS), [
      "DINERKIT_CRUMBS",
      "DINERKIT_CRUST_SECRET",
      "DINERKIT_CRUST_SECRET_FILE",
      "DINERKIT_LOAVES",
      "DINERKIT_LOAVES_FILE",
      "DINERKIT_OVEN_PATH",
    ]);
  });

  it("are listed by --help with their defaults", () => {
    assert.equal(
      help(ROWS),
      "  crumbs        DINERKIT_CRUMBS        7\n" +
        "  crust.secret  DINERKIT_CRUST_SECRET  –\n" +
        "  loaves        DINERKIT_LOAVES        –\n" +
        "  oven.path     DINERKIT_OVEN_PATH     –",
    );
    assert.match(help(ROWS.map((row) => ({ ...row, default: "8" }))), /^ {2}shelf\.\{kind\}\.note +– +8$/m);
  });

  it("are the command's own where their rows say so", () => {
    assert.deepEqual([...ofTheCommand(ROWS)], ["crust"]);
    assert.deepEqual([...ofTheCommand(ROWS.map((row) => ({ ...row, ofTheCommand: false })))], []);
  });

  it("leave text that does not fit for the module to refuse", () => {
    for (const [text, given, value] of [
      ["flag", "true", true],
      ["flag", "yes", "yes"],
      ["number", "-1", -1],
      ["number", "1e3", "1e3"],
      ["number", "many", "many"],
      ["list", " a,b  c\n", ["a", "b", "c"]],
      ["text", "a,b", "a,b"],
    ]) {
      assert.deepEqual(valueOf(row("x", text), given), value);
    }
  });
});

/**
 * What the module hands the command of the row `perAddress`: as it is, changed and deleted. A test of
 * src/gateway/options/ holds the file to the table.
 */
const TABLES = JSON.parse(await readFile(new URL("changed-option.json", import.meta.url), "utf8"));

describe("a row that the module's table", () => {
  /** Reads a configuration by the rows of a table. */
  const readBy = ({ rows, readings }, toml, env) => {
    const read = (options) => readings.find(({ given }) => given === options.perAddress);
    return readFrom({ rows, read }, toml, env);
  };

  it("has as it is", async () => {
    const { asItIs } = TABLES;
    assert.equal(help(asItIs.rows), "  perAddress  DINERKIT_PER_ADDRESS  120");
    const { values, shown } = await readBy(asItIs, undefined, { DINERKIT_PER_ADDRESS: "30" });
    assert.deepEqual([values, shown], [{ perAddress: 30 }, { perAddress: 30 }]);
    assert.deepEqual(environmentNames(asItIs.rows), ["DINERKIT_PER_ADDRESS"]);
  });

  it("has changed is changed in --help, the environment, the file and --print-config", async () => {
    const { changed } = TABLES;
    assert.equal(help(changed.rows), "  perAddress  DINERKIT_PER_ADDRESS  21");
    await assert.rejects(readBy(changed, undefined, { DINERKIT_PER_ADDRESS: "30" }), {
      message: "DINERKIT_PER_ADDRESS: perAddress takes whole crumbs from 20 to 25",
    });
    await assert.rejects(readBy(changed, "perAddress = 30"), {
      message: "oven.toml:1: perAddress takes whole crumbs from 20 to 25",
    });
    await writeFile(join(folder, "crumbs"), "22\n");
    for (const read of [
      readBy(changed, 'perAddressFile = "crumbs"'),
      readBy(changed, undefined, { DINERKIT_PER_ADDRESS_FILE: join(folder, "crumbs") }),
    ]) {
      const { values, shown } = await read;
      assert.deepEqual([values, shown], [{ perAddress: 22 }, { perAddress: "***" }]);
    }
  });

  it("has no more is unknown", async () => {
    const { deleted } = TABLES;
    assert.deepEqual([deleted.rows, environmentNames(deleted.rows)], [[], []]);
    await assert.rejects(readBy(deleted, "perAddress = 30"), { message: "oven.toml:1: perAddress is not known" });
  });
});
