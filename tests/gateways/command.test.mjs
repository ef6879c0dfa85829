/**
 * For whoever runs `dinerkit gateway` with `[shared]`: two commands before one sandbox share an engine, and say how it
 * is, in their log, at `/healthz`, in `/metrics` and by `check`. Environment: SANDBOX_BIN.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startPostgres, startRedis, startRedisCluster } from "../support/engine-server.mjs";
import { parseOpenMetrics } from "../support/openmetrics.mjs";
import { start, until } from "../support/program.mjs";
import { ACCOUNT } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { freePort } from "../support/server.mjs";
import { startVendor } from "./harness.mjs";

const COMMAND = fileURLToPath(new URL("../../pkg/bin/dinerkit.js", import.meta.url));
const PASSWORD = "planted-password-of-the-engine";
const LIFETIME_MS = 120_000;
const RESTAURANT = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/";

const scope = suiteScope();
const vendor = await startVendor(scope);
const folder = await mkdtemp(join(tmpdir(), "dinerkit-command-"));
scope.after(() => rm(folder, { recursive: true }));

/** Runs the command with a shared state at a URL. */
let files = 0;
async function command(url, ...words) {
  const file = join(folder, `gateway-${(files += 1)}.toml`);
  await writeFile(
    file,
    `upstream = "${vendor.url}"
microsites = ["oak-and-salt"]
publicUrl = "https://booking.example"
origins = ["https://oak.example"]
sharedSecret = "a-shared-secret-of-at-least-32-bytes"
[credentials]
username = "${ACCOUNT.username}"
password = "${ACCOUNT.password}"
[listen]
port = 0
trustedProxies = ["127.0.0.1"]
[metrics]
port = 0
`,
  );
  const env = { DINERKIT_SHARED_URL: url };
  return start(scope, process.execPath, [COMMAND, "gateway", ...words, "--config", file], {
    env,
    lifetimeMs: LIFETIME_MS,
  });
}

/** What `check` says of the shared state, as lines, and its exit status. Nothing of it may hold the address. */
async function checked(url) {
  const { status, stdout, stderr } = await (await command(url, "check")).ended;
  assert.equal(stderr, "");
  assert.ok(!stdout.includes(PASSWORD) && !stdout.includes("://"), stdout);
  return { status, lines: stdout.split("\n").filter((line) => / shared: |the shared state/.test(line)) };
}

/** A command that serves: `create` sends a guest's create under a key, `health` asks how it is. */
async function open(url) {
  const gateway = await command(url);
  const listening = await gateway.event("listening");
  const create = (key, surname) =>
    fetch(`${listening.url}${RESTAURANT}Customer`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key, "X-Forwarded-For": "203.0.113.7" },
      body: JSON.stringify({ Surname: surname, Email: "ann@lee.example", Mobile: "+44 7700 900123" }),
    });
  const health = async () => {
    const answer = await fetch(`${listening.url}/healthz`);
    return [answer.status, await answer.text()];
  };
  const ready = async () => (await fetch(`${listening.url}/readyz`)).status;
  const metrics = async () => parseOpenMetrics(await (await fetch(`${listening.metrics}/metrics`)).text());
  /** The states that its log has, in their order. */
  const told = () => gateway.events.filter(({ event }) => event === "shared").map(({ state }) => state);
  const end = async () => {
    gateway.kill();
    const { status, stdout, stderr } = await gateway.ended;
    assert.equal(status, 0, stderr);
    assert.ok(!(stdout + stderr).includes(PASSWORD), "the log holds no password");
    return stdout;
  };
  return { gateway, create, health, ready, metrics, told, end };
}

const stateIn = ({ dinerkit_shared_state: { samples } }) =>
  samples.find(({ value }) => value === 1).labels.dinerkit_shared_state;

const ENGINES = {
  redis: () => startRedis(scope, { appendonly: true, password: PASSWORD }),
  postgres: () => startPostgres(scope),
};

for (const [name, begin] of Object.entries(ENGINES)) {
  describe(`two commands that share ${name}`, () => {
    it("create once under a key, say that all is well, and leave at their end", async () => {
      const engine = await begin();
      const two = [await open(engine.url), await open(engine.url)];
      const key = randomUUID();
      const answers = await Promise.all([0, 1, 0, 1].map((which) => two[which].create(key, `Twice-${name}`)));
      assert.ok(answers.some(({ status }) => status === 200));
      for (const { status } of answers) assert.ok([200, 409].includes(status), `${status}`);
      assert.equal((await vendor.rows(`Twice-${name}`)).length, 1);
      for (const { health, metrics, told, end } of two) {
        assert.deepEqual(await health(), [200, "ok\nshared: well\n"]);
        const families = await metrics();
        assert.equal(stateIn(families), "well");
        assert.equal(families.dinerkit_shared_state.samples[0].labels.engine, name);
        assert.ok(families.dinerkit_budget_limit.samples[0].value === 200);
        assert.deepEqual(told(), []);
        await end();
      }
    });

    it("start while it is down, say so once, and once that it is back", async () => {
      const engine = await begin();
      await engine.stop();
      const { gateway, create, health, ready, metrics, told, end } = await open(engine.url);
      const down = await gateway.event("shared");
      assert.deepEqual([down.engine, down.state], [name, "failing"]);
      assert.match(down.message, new RegExp(`^${name}: nothing listens at its address: [^\\n]+ \\(ECONNREFUSED\\)$`));
      assert.deepEqual(await health(), [200, "ok\nshared: failing\n"]);
      assert.equal(await ready(), 200, "reads go on");
      assert.equal((await create(randomUUID(), `Down-${name}`)).status, 424);
      assert.equal(stateIn(await metrics()), "failing");
      await engine.start();
      await until(
        async () => (await create(randomUUID(), `Back-${name}`)).status === 200,
        () => `it did not come back\n${gateway.log}`,
      );
      await until(
        async () => (await health())[1] === "ok\nshared: well\n",
        () => `the health check did not say so\n${gateway.log}`,
      );
      assert.deepEqual(told(), ["failing", "well"]);
      assert.equal((await vendor.rows(`Down-${name}`)).length, 0);
      await end();
    });
  });
}

describe("check", () => {
  it("says that the engine answers, and what it can't promise", async () => {
    const { url } = await startRedis(scope);
    const { status, lines } = await checked(url);
    assert.equal(status, 0, lines.join("\n"));
    assert.equal(lines[0], "well   the shared state answers: redis");
    assert.ok(
      lines.some((line) => /^note {3}shared: redis: appendonly is off: /.test(line)),
      lines.join("\n"),
    );
  });

  it("says of a cluster's address that it answers: the client is made for what the server is", async () => {
    const [{ url }] = await startRedisCluster(scope);
    const { status, lines } = await checked(url);
    assert.deepEqual([status, lines[0]], [0, "well   the shared state answers: redis"], lines.join("\n"));
  });

  it("says what to do where something is wrong, in one line", async () => {
    const redis = await startRedis(scope, { password: PASSWORD });
    const postgres = await startPostgres(scope);
    const closed = await freePort();
    const at = ({ host, port }, scheme, who) => `${scheme}://${who}@${host}:${port}`;
    const older = await startRedis(scope, { settings: { "rename-command": ["EVALSHA", ""] } });
    const replica = await startRedis(scope, { replicaOf: await startRedis(scope) });
    const full = await startRedis(scope, { settings: { maxmemory: "1kb" } });
    for (const [what, url, said] of [
      ["an address where nothing is", `redis://:${PASSWORD}@127.0.0.1:${closed}`, /nothing listens at its address/],
      ["a host that is unknown", `redis://:${PASSWORD}@nowhere.invalid`, /the host in its address is not known/],
      ["no password", `redis://127.0.0.1:${redis.port}`, /it wants a password/],
      ["a wrong password", at(redis, "redis", `:${PASSWORD}x`), /it refuses the name or the password: correct them/],
      ["an older server", older.url, /it does not know a command that is needed/],
      ["a replica", replica.url, /it is a replica, which takes no writes/],
      ["a full memory", full.url, /its memory is full/],
      [
        "PostgreSQL where nothing is",
        `postgres://a:${PASSWORD}@127.0.0.1:${closed}/a`,
        /nothing listens at its address/,
      ],
      [
        "PostgreSQL's password",
        at(postgres, "postgres", `${postgres.user}:${PASSWORD}`),
        /it refuses the name or the password/,
      ],
      ["PostgreSQL's database", postgres.url.replace(/[^/]*$/, "nowhere"), /the database is not there/],
    ]) {
      const { status, lines } = await checked(url);
      assert.equal(status, 1, what);
      const wrong = lines.filter((line) => line.startsWith("wrong"));
      assert.ok(wrong.length === 1 && said.test(wrong[0]), `${what}: ${lines.join("\n")}`);
    }
  });

  it("says that there is the state of another version", async () => {
    const redis = await startRedis(scope);
    const { status } = await checked(redis.url);
    assert.equal(status, 0);
    const running = await open(redis.url);
    assert.equal((await running.create(randomUUID(), "Version")).status, 200);
    const keys = async () => (await redis.command("keys", "dinerkit:*")).split("\n").filter(Boolean);
    await until(
      async () => (await keys()).length > 0,
      () => "nothing is shared",
    );
    for (const key of await keys()) await redis.command("set", key, '{"v":9}');
    const { lines } = await checked(redis.url);
    assert.match(lines.join("\n"), /^wrong {2}shared: redis: it holds the state of another version of dinerkit: /m);
    await running.end();
  });
});
