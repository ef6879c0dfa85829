/** For whoever watches a gateway: `/metrics` and the health check of the command. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { GUEST, MARKS, RESTAURANT, SECRETS, installCommand } from "../support/command.mjs";
import { parseOpenMetrics } from "../support/openmetrics.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";

const scope = suiteScope();
const { config, file, finished, open } = await installCommand(scope);

const TOKEN = "a-token-of-at-least-thirty-two-bytes";
const TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** The answers to a request for metrics: without an authorization, with a wrong one, and with the right one. */
const answersAt = (url) =>
  Promise.all(
    [undefined, "Bearer wrong", `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN}`].map((Authorization) =>
      fetch(`${url}/metrics`, { headers: Authorization ? { Authorization } : {} }),
    ),
  );
const statusesOf = (answers) => answers.map(({ status }) => status);

describe("the command's metrics", () => {
  it("are off unless they are asked for", async () => {
    const { ask, end } = await open();
    assert.equal((await ask("/metrics")).status, 404);
    assert.equal((await end()).status, 0);
  });

  it("are at a port of their own, with nothing beside them, and hold nothing of a guest", async () => {
    const { gateway, ask, create, end } = await open(config({ tables: "[metrics]\nport = 0" }));
    const { metrics } = await gateway.event("listening");
    assert.equal(
      (await create(GUEST, { headers: { "Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324" } })).status,
      200,
    );
    const answer = await fetch(`${metrics}/metrics?name=all`);
    assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, TYPE]);
    const text = await answer.text();
    const { dinerkit_requests: requests } = parseOpenMetrics(text);
    assert.deepEqual(
      requests.samples.map(({ labels, value }) => ({ ...labels, value })),
      [{ operation: "create", role: "guest", status: "200", refused: "none", value: 1 }],
    );
    for (const secret of [...MARKS, ...SECRETS, "8e03978e", "127.0.0.1"]) assert.ok(!text.includes(secret), secret);
    const head = await fetch(`${metrics}/metrics`, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("content-type")], [200, TYPE]);
    const posted = await fetch(`${metrics}/metrics`, { method: "POST" });
    assert.deepEqual([posted.status, posted.headers.get("allow")], [405, "GET, HEAD"]);
    for (const path of ["/", "/healthz", `${RESTAURANT}Customers/Setup`, "/metrics/"]) {
      assert.equal((await fetch(metrics + path)).status, 404, path);
    }
    assert.equal((await ask("/metrics")).status, 404, "the gateway's own port has none");
    const { status, stdout } = await end();
    assert.equal(status, 0);
    assert.match(stdout, /"stopped","cutOff":0/);
  });

  it("are behind a token, at the gateway's port or at their own", async () => {
    for (const [more, at] of [
      ["", ({ url }) => url],
      ["\nport = 0", ({ metrics }) => metrics],
    ]) {
      const { gateway, end } = await open(config({ tables: `[metrics]\ntoken = "${TOKEN}"${more}` }));
      const answers = await answersAt(at(await gateway.event("listening")));
      assert.deepEqual(statusesOf(answers), [401, 401, 401, 401, 200]);
      assert.equal(answers[0].headers.get("www-authenticate"), "Bearer");
      assert.equal(await answers[0].text(), "");
      parseOpenMetrics(await answers.at(-1).text());
      const { status, stdout, stderr } = await end();
      assert.equal(status, 0);
      assert.ok(!(stdout + stderr).includes(TOKEN));
    }
  });

  it("are read until the gateway has ended what is under way", async () => {
    const tables = "[metrics]\nport = 0\n[shutdown]\ndelaySeconds = 2";
    const { gateway, end } = await open(config({ tables }));
    const { metrics } = await gateway.event("listening");
    const ended = end();
    await gateway.event("draining");
    assert.equal((await fetch(`${metrics}/metrics`)).status, 200);
    assert.equal((await ended).status, 0);
  });

  it("that are set up wrongly are named with their place, and nothing listens", async (context) => {
    const taken = new URL(await listen(context, createServer())).port;
    for (const [tables, said] of [
      ["[metrics]", "metrics needs port, for a port of its own, or token, or both"],
      [
        '[metrics]\ntoken = "short"',
        "metrics.token takes a random secret of at least 32 bytes: openssl rand -base64 32",
      ],
      [`[metrics]\nport = ${taken}`, `127.0.0.1:${taken} is taken: give another port`],
      ['[metrics]\nport = 0\nhost = "192.0.2.1"', "192.0.2.1 is not an address of this machine: give another host"],
    ]) {
      const { status, stdout, stderr } = await finished([
        "gateway",
        "--config",
        await file(config({ tables }), "metrics.toml"),
      ]);
      assert.equal(status, 2, tables);
      assert.equal(stdout, "");
      assert.match(stderr, /^dinerkit: metrics\.toml:\d+: [^\n]+\n$/);
      assert.ok(stderr.endsWith(`: ${said}\n`), stderr);
      assert.ok(!stderr.includes("short"));
    }
  });
});
