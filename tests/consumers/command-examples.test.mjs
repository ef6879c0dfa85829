/** For operators who start from an example: each works with the packed command. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { KEY_SECRET, installCommand } from "../support/command.mjs";
import { run } from "../support/program.mjs";
import { suiteScope } from "../support/scope.mjs";

const root = new URL("../../", import.meta.url);
const text = (path) => readFile(new URL(path, root), "utf8");
const scope = suiteScope();
const { file, finished, open, project } = await installCommand(scope);
/** What the gateways of one shared state are given besides. */
const SHARED = { DINERKIT_SHARED_SECRET: KEY_SECRET, DINERKIT_SHARED_URL: "redis://:password@127.0.0.1:6379/0" };

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

  for (const example of ["container", "systemd", "many"]) {
    it(`${example}: its configuration is read`, async () => {
      const path = fileURLToPath(new URL(`examples/${example}/gateway.toml`, root));
      const { status, stdout, stderr } = await finished(["gateway", "--print-config", "--config", path], {
        DINERKIT_CREDENTIALS_USERNAME: "username",
        DINERKIT_CREDENTIALS_PASSWORD: "password",
        DINERKIT_CAPABILITY_KEYS: `k1:${KEY_SECRET}`,
        ...(example === "many" && SHARED),
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

  /**
   * Holds that a unit runs what is in the tarball, with so many variables that the command knows, and that systemd finds
   * no fault with it under a name.
   */
  async function assertUnit(unit, { variableCount, name }) {
    assert.equal((await variables(unit)).length, variableCount);
    const [, script] = /^ExecStart=\/usr\/bin\/node \/opt\/dinerkit\/node_modules\/dinerkit\/(\S+) gateway /m.exec(
      unit,
    );
    assert.match(await installed(script), /command\.js/);
    // Its Node may be elsewhere than this machine's.
    await file(unit.replace("/usr/bin/node", process.execPath), name);
    const verified = await run("systemd-analyze", ["verify", "--man=no", join(project.folder, name)]).catch(
      (error) => error,
    );
    if (verified.code !== "ENOENT") assert.deepEqual([verified.status, verified.stderr], [0, ""]);
  }

  it("systemd: the unit runs what is in the tarball, and systemd finds no fault with it", async () => {
    const unit = await text("examples/systemd/dinerkit-gateway.service");
    await assertUnit(unit, { variableCount: 3, name: "dinerkit-gateway.service" });
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

  it("many: the unit is for several gateways, each with ports of its own, and otherwise the single one's", async () => {
    const [unit, single, nginx] = await Promise.all(
      ["many/dinerkit-gateway@.service", "systemd/dinerkit-gateway.service", "many/nginx.conf"].map((name) =>
        text(`examples/${name}`),
      ),
    );
    await assertUnit(unit, { variableCount: 7, name: "dinerkit-gateway@1.service" });
    assert.deepEqual(unit.match(/^Environment=DINERKIT_\w+_PORT=.*$/gm), [
      "Environment=DINERKIT_LISTEN_PORT=808%i",
      "Environment=DINERKIT_METRICS_PORT=908%i",
    ]);
    const upstreams = [...nginx.matchAll(/^ {2}server 127\.0\.0\.1:(\d+) /gm)].map(([, port]) => port);
    assert.deepEqual(upstreams, ["8081", "8082"]);
    const guards = (content) => content.match(/^(?:\w*(?:Protect|Restrict|Private|SystemCall)\w*|NoNew\w+)=.*$/gm);
    assert.deepEqual(guards(unit), guards(single));
  });

  it("many: the compose file has two equal gateways with known variables, and gives them each secret that they name", async () => {
    const compose = await text("examples/many/compose.yaml");
    await variables(compose);
    const { services, networks, secrets } = parse(compose);
    const { redis, balancer, ...gateways } = services;
    assert.equal(Object.keys(gateways).length, 2);
    for (const { environment, secrets: given, build, volumes, cap_drop: dropped } of Object.values(gateways)) {
      const files = Object.entries(environment).filter(([name]) => name.endsWith("_FILE"));
      assert.deepEqual(
        files.map(([, path]) => path),
        given.map((name) => `/run/secrets/${name}`),
      );
      assert.equal(build, "../container");
      assert.deepEqual(volumes, ["./gateway.toml:/etc/dinerkit/gateway.toml:ro"]);
      assert.deepEqual(dropped, ["ALL"]);
    }
    const named = Object.values(services).flatMap((service) => service.secrets ?? []);
    assert.deepEqual([...new Set(named)].sort(), Object.keys(secrets).sort());
    assert.equal(networks.back.internal, true);
    assert.deepEqual([redis.networks, redis.ports], [["back"], undefined], "Redis is reached by the gateways alone");
    assert.deepEqual(balancer.networks, ["front"]);
    const caddy = await text("examples/many/Caddyfile");
    for (const name of Object.keys(gateways)) assert.ok(caddy.includes(` ${name}:8080`), name);
  });

  it("many: there are as many gateways as the configuration says, and Redis forgets no create", async () => {
    const [configuration, settings] = await Promise.all(
      ["gateway.toml", "redis.conf"].map((name) => text(`examples/many/${name}`)),
    );
    assert.match(configuration, /^processes = 2$/m);
    for (const setting of ["appendonly yes", "appendfsync always", "maxmemory-policy noeviction"]) {
      assert.ok(settings.split("\n").includes(setting), setting);
    }
  });

  it("many: the rules for alerts ask for metrics that there are", async () => {
    const { groups } = parse(await text("examples/many/alerts.yaml"));
    const rules = groups.flatMap(({ rules: own }) => own);
    assert.equal(rules.length, 3);
    const families = await text("pkg/lib/gateway/metrics.js");
    const isKnown = (name) => families.includes(`"${name.replace(/_(?:total|count|sum|bucket|info)$/, "")}"`);
    const named = rules.flatMap(({ expr }) => expr.match(/\bdinerkit_\w+/g));
    assert.ok(named.length > rules.length);
    assert.deepEqual(
      named.filter((name) => !isKnown(name)),
      [],
    );
  });
});
