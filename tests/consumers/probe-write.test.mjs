/** For operators who let `dinerkit gateway probe --write FILE` change their configuration: what it adds, and what it leaves. */
import assert from "node:assert/strict";
import { chmod, lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { addNames, checkFile, withNames } from "../../server/probe/config-file.js";
import { MICROSITE, POST_ONLY, fakeApi, probed } from "../support/probe.mjs";

const folder = await mkdtemp(join(tmpdir(), "dinerkit-write-"));
after(() => rm(folder, { recursive: true }));

const NAMES = [
  ["mergePath", "Customer/Merge"],
  ["customerIds", "Ids"],
];
const ADDED = 'mergePath = "Customer/Merge"\ncustomerIds = "Ids"\n';

describe("names that are added to a configuration", () => {
  const cases = {
    "an empty file": ["", `[names]\n${ADDED}`],
    "a file without names": ["a = 1 # why\n", `a = 1 # why\n\n[names]\n${ADDED}`],
    "a file without an end of line": ["a = 1", `a = 1\n\n[names]\n${ADDED}`],
    "a file of Windows": ["a = 1\r\n", `a = 1\r\n\r\n[names]\r\n${ADDED.replaceAll("\n", "\r\n")}`],
    "a table of names": [
      "[names]\nsetupName = 'x' # why\n\n# Next.\n[listen]\nport=1\n",
      `[names]\nsetupName = 'x' # why\n${ADDED}\n# Next.\n[listen]\nport=1\n`,
    ],
    "an empty table of names": ["[names]\n[listen]", `[names]\n${ADDED}[listen]`],
    "an inline table": [
      "names = { setupName = 'a' }\nb=1",
      "names = { setupName = 'a', " + ADDED.trim().replace("\n", ", ") + " }\nb=1",
    ],
    "keys with dots": [
      "names.setupName = 'a'\nb=1\n[c]\n",
      `names.setupName = 'a'\n${ADDED.replaceAll(/^(?=.)/gm, "names.")}b=1\n[c]\n`,
    ],
    "one of the names": [
      "[names]\ncustomerIds='Ids'\n",
      "[names]\ncustomerIds='Ids'\nmergePath = \"Customer/Merge\"\n",
    ],
    "all of the names": [`[names]\n${ADDED}`, `[names]\n${ADDED}`],
    "text that looks like a table": ['a = """\n[names]\n"""\n', `a = """\n[names]\n"""\n\n[names]\n${ADDED}`],
  };
  for (const [name, [before, expected]] of Object.entries(cases)) {
    it(`leave everything else in ${name}`, () => assert.equal(withNames(before, NAMES), expected));
  }

  const refused = {
    "another value": ["[names]\nmergePath = 'x'\n", /names\.mergePath is there with another value/, 2],
    "a list": ["names = 3\n", /names takes a table/, 1],
    "no TOML": ["a =", /is no TOML/, 1],
  };
  for (const [name, [text, message, line]] of Object.entries(refused)) {
    it(`are refused where the file has ${name}`, () => {
      assert.throws(() => withNames(text, NAMES), { message, line });
    });
  }
});

describe("a configuration file", () => {
  const PRIVATE = 0o640;
  async function file(text, name = "gateway.toml") {
    const path = join(folder, name);
    await writeFile(path, text);
    await chmod(path, PRIVATE);
    return path;
  }

  it("is replaced as a whole, with its permissions, and through a link", async () => {
    const path = await file("a = 1\n");
    const link = join(folder, "link.toml");
    await symlink(path, link);
    const before = await stat(path);
    assert.equal(addNames(link, NAMES), "link.toml has the 2 names now");
    const now = await stat(path);
    assert.equal(await readFile(path, "utf8"), `a = 1\n\n[names]\n${ADDED}`);
    assert.deepEqual([now.mode & 0o777, now.uid, now.gid], [PRIVATE, before.uid, before.gid]);
    assert.notEqual(now.ino, before.ino, "it is another file, so that no reader sees half of one");
    assert.ok((await lstat(link)).isSymbolicLink());
    assert.deepEqual((await readdir(folder)).sort(), ["gateway.toml", "link.toml"]);
    assert.equal(addNames(link, NAMES), "link.toml is left as it is: it has these names already");
    assert.equal((await stat(path)).ino, now.ino);
  });

  it("stays as it is where something is wrong", async () => {
    for (const [text, message] of [
      ["[names]\nmergePath = 'x'\n", /^wrong\.toml:2: names\.mergePath is there/],
      ["a =", /^wrong\.toml:1: is no TOML/],
      [Buffer.from([0x61, 0x3d, 0x22, 0xff, 0x22]), /^wrong\.toml: is not UTF-8/],
    ]) {
      const path = await file(text, "wrong.toml");
      assert.throws(() => addNames(path, NAMES), { message });
      assert.deepEqual(await readFile(path), Buffer.from(text));
    }
    assert.throws(() => addNames(join(folder, "none.toml"), NAMES), {
      message: /^none\.toml can't be read \(ENOENT\)/,
    });
    assert.ok(!(await readdir(folder)).some((name) => /none|new/.test(name)));
  });

  it("is looked at before the first request", async () => {
    const path = await file("a =", "wrong.toml");
    assert.throws(() => checkFile(path), { message: /is no TOML/ });
    const api = fakeApi({ post: POST_ONLY });
    await assert.rejects(probed({ api, words: { write: path } }), { message: /is no TOML/ });
    assert.equal(api.requests.length, 0);
  });

  it("gets the names that were found, and nothing that was not", async () => {
    const path = await file("# Ours.\n", "ours.toml");
    const get = { "Customers/Setup": { MicrositeName: MICROSITE, Salutations: ["Dr"] } };
    const api = fakeApi({ get, post: ["Customer", "Customer/Merge"] });
    const { text } = await probed({ api, words: { write: path } });
    assert.match(text, /^ours\.toml has the 2 names now$/m);
    const expected = '# Ours.\n\n[names]\nmergePath = "Customer/Merge"\nsetupTitles = "Salutations"\n';
    assert.equal(await readFile(path, "utf8"), expected);
  });
});
