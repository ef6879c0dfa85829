/**
 * For guests whose page was opened before a release: what the last release's files become in the next package. And for
 * translators: which messages the gateway's script goes without. Environment: TARBALL, SANDBOX_BIN.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installCommand } from "../support/command.mjs";
import { run } from "../support/program.mjs";
import { suiteScope } from "../support/scope.mjs";
import { CODES_OF_PROGRAMS } from "../../www/widget/first-words.js";

const scope = suiteScope();
const { open, project } = await installCommand(scope);

const root = fileURLToPath(new URL("../../", import.meta.url));
const build = (script) => join(root, "xtask", "src", "build", script);
const pkg = join(project.folder, "node_modules", "dinerkit");
const dist = join(pkg, "dist");
const listed = (dist) => JSON.parse(readFileSync(join(dist, "web", "files.json"), "utf8"));
const ours = listed(dist);

/** An unpacked package of another version with one language of other words, and one that it kept itself. */
function lastRelease() {
  const folder = mkdtempSync(join(tmpdir(), "dinerkit-last-"));
  after(() => rmSync(folder, { recursive: true }));
  const web = join(folder, "dist", "web");
  mkdirSync(web, { recursive: true });
  cpSync(join(dist, "web"), web, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"name":"dinerkit","version":"0.0.7"}');
  const add = (words, more) => {
    const bytes = Buffer.from(JSON.stringify(words));
    const hash = (encoding) => createHash("sha256").update(bytes).digest(encoding);
    const name = `de-${hash("base64url")}.json`;
    writeFileSync(join(web, "dinerkit", name), bytes);
    return { name, type: "application/json", integrity: `sha256-${hash("base64")}`, ...more };
  };
  const own = add({ language: "de", send: "Absenden" });
  const older = add({ language: "de", send: "Los" }, { keptFrom: "0.0.6" });
  writeFileSync(join(web, "files.json"), JSON.stringify([...ours, own, older]));
  return { folder, own, older };
}

describe("the last release's files", () => {
  it("are served beside the new ones, each once, and those that it had kept are not", async () => {
    const last = lastRelease();
    await run(process.execPath, [build("web.mjs"), "keep", dist, last.folder]);
    await run(process.execPath, [build("inline.mjs"), "web", pkg]);
    const now = listed(dist);
    assert.deepEqual(now, [...ours, { ...last.own, keptFrom: "0.0.7" }]);

    const { url, end } = await open();
    const ask = (name) => fetch(`${url}/dinerkit/${name}`);
    for (const { name, integrity } of now.filter(({ integrity }) => integrity)) {
      const response = await ask(name);
      const hash = createHash("sha256")
        .update(Buffer.from(await response.arrayBuffer()))
        .digest("base64");
      assert.deepEqual([response.status, `sha256-${hash}`], [200, integrity], name);
      assert.equal(response.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
    }
    assert.equal((await ask(last.older.name)).status, 404);
    const script = await (await ask("diner-form.js")).text();
    for (const { name } of now.slice(1)) {
      const [hash] = /[\w-]{43}(?=\.\w+$)/.exec(name);
      assert.equal(script.includes(hash), name !== last.own.name, name);
    }
    await end();
  });
});

describe("a guest's fields", () => {
  it("bring no issue whose message the gateway's script goes without, whatever is typed", async () => {
    const { checkCustomer } = await project.dinerkit();
    const { ROWS } = await import(pathToFileURL(join(dist, "guest-data.js")));
    const typed = [
      "",
      " ",
      "x",
      "0",
      "-1",
      "1,1",
      "x".repeat(5000),
      "\0",
      "\ufffd",
      "2999-01-01",
      "1066-01-01",
      true,
      null,
    ];
    const found = new Set();
    for (const { name } of ROWS) {
      const path = name.split(".");
      for (const value of typed) {
        const draft = path.reduceRight((inner, member) => ({ [member]: inner }), value);
        for (const { code } of checkCustomer(draft).issues) found.add(code);
      }
    }
    assert.ok(found.size > 10, [...found].join());
    assert.deepEqual(
      CODES_OF_PROGRAMS.filter((code) => found.has(code)),
      [],
    );
  });
});

describe("the words of the gateway's script", () => {
  it("are in two files for each language, the first with the digest of the later, of names with the same hash", async () => {
    const read = (name) => JSON.parse(readFileSync(join(dist, "web", "dinerkit", name), "utf8"));
    const firsts = ours.filter(({ name }) => name.includes("-first-"));
    assert.equal(firsts.length, 13);
    for (const { name } of firsts) {
      const later = ours.find((file) => file.name === name.replace("-first-", "-later-"));
      const { default: words, integrity } = read(name);
      assert.equal(integrity, later.integrity, name);
      const { default: whole } = await import(pathToFileURL(join(dist, "locales", `${words.language}.js`)));
      const both = { ...words, ...read(later.name) };
      assert.deepEqual(Object.keys(both).sort(), Object.keys(whole).sort());
      assert.ok(words.labels.Surname && !words.messages, name);
    }
  });

  const { issues } = JSON.parse(readFileSync(join(root, "docs", "reference.json"), "utf8"));

  it("have every message but those that no guest's form can meet", () => {
    const expected = issues.map(({ code }) => code).filter((code) => !CODES_OF_PROGRAMS.includes(code));
    assert.equal(expected.length, issues.length - CODES_OF_PROGRAMS.length, "every code of the list exists");
    const languages = ours.filter(({ name }) => /-later-.+\.json$/.test(name));
    // All but English, whose words are in the scripts.
    assert.equal(languages.length, 13);
    for (const { name } of languages) {
      const { messages } = JSON.parse(readFileSync(join(dist, "web", "dinerkit", name), "utf8"));
      const codes = new Set(Object.keys(messages).map((key) => key.split(".")[0]));
      assert.deepEqual([...codes].sort(), [...expected].sort(), name);
    }
  });
});
