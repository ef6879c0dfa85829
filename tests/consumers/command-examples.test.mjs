/** For operators who start from an example: each works with the packed command. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { KEY_SECRET, installCommand } from "../support/command.mjs";
import { run } from "../support/program.mjs";
import { suiteScope } from "../support/scope.mjs";

const root = new URL("../../", import.meta.url);
const text = (path) => readFile(new URL(path, root), "utf8");
const scope = suiteScope();
const { file, finished, open, project } = await installCommand(scope);

describe("the examples", () => {
  /** The names of the environment in a text, and whether the command knows them. */
  async function variables(content) {
    const { stdout } = await finished(["--help"]);
    const known = stdout.match(/DINERKIT_[A-Z_]+/g);
    const named = content.match(/DINERKIT_[A-Z_]+/g);
    for (const name of named) assert.ok(known.includes(name.replace(/_FILE$/, "")), name);
    return named;
  }
  const installed = (path) => readFile(join(project.folder, "node_modules", "dinerkit", path), "utf8");

  for (const example of ["container", "systemd"]) {
    it(`${example}: its configuration is read`, async () => {
      const path = fileURLToPath(new URL(`examples/${example}/gateway.toml`, root));
      const { status, stdout, stderr } = await finished(["gateway", "--print-config", "--config", path], {
        DINERKIT_CREDENTIALS_USERNAME: "username",
        DINERKIT_CREDENTIALS_PASSWORD: "password",
        DINERKIT_CAPABILITY_KEYS: `k1:${KEY_SECRET}`,
      });
      assert.deepEqual([status, stderr], [0, ""]);
      assert.ok(JSON.parse(stdout).listen.trustedProxies.length > 0);
      const without = await finished(["gateway", "--config", path]);
      assert.match(without.stderr, /credentials\.username is missing/, "no secret is in it");
    });
  }

  it("are in the tarball with the page that explains them, whose links lead somewhere", async () => {
    for (const name of ["gateway", "security"]) {
      const page = await installed(`docs/${name}.md`);
      assert.equal(page, await text(`docs/${name}.md`));
      for (const [, link] of page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        assert.ok(existsSync(join(project.folder, "node_modules", "dinerkit", "docs", link)), link);
      }
    }
    const { stdout } = await run("git", ["ls-files", "examples"], { cwd: fileURLToPath(root) });
    // Rust's examples are the crate's.
    const examples = stdout
      .trimEnd()
      .split("\n")
      .filter((name) => !name.endsWith(".rs"));
    for (const example of examples) assert.equal(await installed(example), await text(example));
  });

  it("systemd: the unit runs what is in the tarball, and systemd finds no fault with it", async () => {
    const unit = await text("examples/systemd/dinerkit-gateway.service");
    assert.equal((await variables(unit)).length, 3);
    const [, script] = /^ExecStart=\/usr\/bin\/node \/opt\/dinerkit\/node_modules\/dinerkit\/(\S+) gateway /m.exec(
      unit,
    );
    assert.match(await installed(script), /command\.js/);
    // Its Node may be elsewhere than this machine's.
    const name = await file(unit.replace("/usr/bin/node", process.execPath), "dinerkit-gateway.service");
    const verified = await run("systemd-analyze", ["verify", "--man=no", join(project.folder, name)]).catch(
      (error) => error,
    );
    if (verified.code !== "ENOENT") assert.deepEqual([verified.status, verified.stderr], [0, ""]);
  });

  it("container: it starts what is in the tarball, as nobody special, and asks whether it is well", async () => {
    const container = await text("examples/container/Dockerfile");
    assert.equal((await variables(container)).length, 3);
    const [, script] = /^ENTRYPOINT \["node", "node_modules\/dinerkit\/([^"]+)", "gateway"\]$/m.exec(container);
    assert.match(await installed(script), /command\.js/);
    assert.match(container, /^USER node$/m);
    const [, probe] = /^ {2}CMD \["node", "-e", "(.*)"\]$/m.exec(container);
    const { url, end } = await open();
    const well = probe.replace("http://127.0.0.1:8080", url);
    assert.notEqual(well, probe);
    await run(process.execPath, ["-e", well]);
    await end();
    await assert.rejects(run(process.execPath, ["-e", well]), { status: 1 });
  });
});
