/** For whoever types `dinerkit`: its words, its help and what the package brings along. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { GUEST, RESTAURANT, installCommand } from "../support/command.mjs";
import { run } from "../support/program.mjs";
import { suiteScope } from "../support/scope.mjs";

const scope = suiteScope();
const { config, file, finished, open, project, sandbox } = await installCommand(scope);

describe("the tarball", () => {
  it("brings the command and no other package, with the notices of what it holds", async () => {
    assert.deepEqual(
      (await readdir(join(project.folder, "node_modules"))).filter((name) => !name.startsWith(".")),
      ["dinerkit"],
    );
    const place = join(project.folder, "node_modules", "dinerkit");
    const { dependencies, version } = JSON.parse(await readFile(join(place, "package.json"), "utf8"));
    assert.equal(dependencies, undefined);
    const notice = await readFile(join(place, "dist", "libraries.NOTICE"), "utf8");
    for (const library of ["@hono/node-server", "fastest-levenshtein", "jose", "toml-eslint-parser", "yaml"]) {
      assert.match(notice, new RegExp(`^${library} [\\d.]+\n\n[^]*?Copyright`, "m"));
    }
    const npx = await run("npx", ["--no-install", "dinerkit", "--version"], { cwd: project.folder });
    assert.equal(npx.stdout, `${version}\n`);
  });
});

describe("the command's words", () => {
  it("that are wrong end it with status 2 and one line", async () => {
    const wrong = [
      [],
      ["serve"],
      ["gateway", "serve"],
      ["gateway", "check", "now"],
      ["gateway", "--confg", "x"],
      ["gateway", "check", "--print-config"],
    ];
    for (const words of [...wrong, ["gateway", "--config"]]) {
      const { status, stdout, stderr } = await finished(words);
      assert.equal(status, 2, words.join(" "));
      assert.equal(stdout, "");
      assert.match(stderr, /^dinerkit: [^\n]+\n$/);
    }
    const help = await finished(["--help"]);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /gateway check/);
    assert.match(help.stdout, /^ {2}totalTimeoutMs +DINERKIT_TOTAL_TIMEOUT_MS +90000$/m);
  });
});

describe("link", () => {
  it("makes links by which customers unsubscribe", async () => {
    const name = await file(config({ more: 'publicUrl = "https://booking.example/dinerkit"' }));
    const { create, url, ask, end } = await open(await readFile(join(project.folder, name), "utf8"));
    const { Id } = await (await create({ ...GUEST, Surname: "Leaver" })).json();
    const { status, stdout, stderr } = await finished([
      "gateway",
      "link",
      "oak-and-salt",
      `${Id}`,
      "4711",
      "--config",
      name,
    ]);
    assert.deepEqual([status, stderr], [0, ""]);
    const [link, other, ...none] = stdout.trimEnd().split("\n");
    assert.deepEqual(none, []);
    assert.notEqual(link, other);
    assert.ok(link.startsWith(`https://booking.example/dinerkit${RESTAURANT}unsubscribe?token=`), link);
    const opened = link.slice("https://booking.example/dinerkit".length);
    assert.equal((await ask(opened)).status, 200);
    const done = await fetch(url + opened, { method: "POST" });
    assert.match(await done.text(), /You are unsubscribed/);
    assert.equal((await sandbox.requests()).at(-1).operation, "unsubscribeCustomers");
    await end();
  });

  it("is one line on stderr where it can make none", async () => {
    const whole = await file(config({ more: 'publicUrl = "https://booking.example"' }));
    const bare = await file(config());
    for (const [name, words, says] of [
      [bare, ["oak-and-salt", "7"], /: give publicUrl to the gateway/],
      [whole, ["oak-and-slat", "7"], /^dinerkit: oak-and-slat is none of the gateway's microsites: oak-and-salt$/m],
      [whole, ["oak-and-salt", "7", "seven"], /^dinerkit: seven is no Id/],
      [whole, ["oak-and-salt", "0"], /^dinerkit: 0 is no Id/],
      [whole, ["oak-and-salt", "2147483648"], /^dinerkit: 2147483648 is no Id/],
      [whole, ["oak-and-salt"], /dinerkit gateway link MICROSITE ID/],
      [whole, [], /dinerkit gateway link MICROSITE ID/],
    ]) {
      const { status, stdout, stderr } = await finished(["gateway", "link", ...words, "--config", name]);
      assert.deepEqual([status, stdout], [2, ""], words.join(" "));
      assert.match(stderr, says);
      assert.match(stderr, /^dinerkit: [^\n]+\n$/);
    }
  });
});
