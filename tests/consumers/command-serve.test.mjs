/** For whoever runs the gateway: how it serves, and how it ends. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { connect } from "node:net";
import { basename, dirname } from "node:path";
import { describe, it } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { HEALTH_PATH } from "../../server/http.js";
import { GUEST, ISSUER, MARKS, NODES, RESTAURANT, SECRETS, STAFF_SECRET, installCommand } from "../support/command.mjs";
import { run, start as startProgram, until } from "../support/program.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";

const scope = suiteScope();
const { config, file, finished, open, project, rows, sandbox } = await installCommand(scope);

describe("a gateway that is served", () => {
  it("by npx takes a guest, says that it is well, and ends without a word about anybody", async () => {
    const name = await file(config());
    const gateway = startProgram(scope, "npx", ["--no-install", "dinerkit", "gateway", "--config", name], {
      cwd: project.folder,
      group: true,
    });
    const { url } = await gateway.event("listening");
    const json = { "Content-Type": "application/json", "X-Forwarded-For": "203.0.113.77" };
    const created = await fetch(`${url}${RESTAURANT}Customer`, {
      method: "POST",
      headers: { ...json, "Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324" },
      body: JSON.stringify(GUEST),
    });
    assert.equal(created.status, 200);
    const { Id, Capability } = await created.json();
    const own = { headers: { ...json, Authorization: `Bearer ${Capability}` } };
    assert.equal((await (await fetch(`${url}${RESTAURANT}Customer/${Id}`, own)).json()).Surname, GUEST.Surname);
    // Others, and what is wrong: the log must be as silent.
    await fetch(`${url}${RESTAURANT}Customer/${Id}?email=${GUEST.Email}`);
    await fetch(`${url}/${GUEST.Surname}`);
    await fetch(`${url}${RESTAURANT}Customer`, { method: "POST", headers: json, body: `{"Surname":"${GUEST.Surname}` });
    for (const path of ["/healthz", "/readyz"]) {
      const health = await fetch(url + path);
      assert.deepEqual([health.status, await health.text()], [200, "ok\n"], path);
    }

    gateway.kill("SIGINT");
    const { stdout, stderr } = await gateway.ended;
    // npm may have something to say of the machine's own settings.
    assert.equal(stderr.replace(/^npm .*\n/gm, ""), "");
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ event, operation, status }) => [event, operation, status].filter((fact) => fact !== undefined)),
      [
        ["listening"],
        ["note"],
        ["note"],
        ["request", "create", 200],
        ["request", "get", 200],
        ["request", "get", 403],
        ["request", null, 404],
        ["request", "create", 400],
        ["draining"],
        ["stopped"],
      ],
    );
    for (const { time, ms } of events.filter(({ event }) => event === "request"))
      assert.ok(Date.parse(time) > 0 && ms >= 0);
    for (const secret of [...MARKS, ...SECRETS, Capability, "8e03978e", "203.0.113.77", `${Id}`]) {
      assert.ok(!stdout.includes(secret), `the log holds ${secret}`);
    }
  });

  it("says nothing of requests where it is told so", async () => {
    const { ask, end } = await open(config({ more: "accessLog = false" }));
    assert.equal((await ask("/nowhere")).status, 404);
    const { status, stdout } = await end();
    assert.equal(status, 0);
    assert.ok(!stdout.includes('"request"'));
  });

  it("serves on when nobody reads its log any more", async () => {
    const { gateway, ask, end } = await open();
    gateway.child.stdout.destroy();
    for (let request = 0; request < 5; request++) assert.equal((await ask("/nowhere")).status, 404);
    assert.equal((await ask(HEALTH_PATH)).status, 200);
    assert.equal((await end()).status, 0);
  });

  it("writes the address that its own proxy names, and no guest's word for it", async () => {
    const forwarded = { headers: { "X-Forwarded-For": "198.51.100.1, 203.0.113.7, 127.0.0.2" } };
    for (const [surname, listen, address] of [
      ["Proxied", 'trustedProxies = ["127.0.0.0/8"]', "203.0.113.7"],
      ["Direct", "", "127.0.0.1"],
    ]) {
      const { create, end } = await open(config({ listen }));
      assert.equal((await create({ ...GUEST, Surname: surname }, forwarded)).status, 200);
      assert.equal((await rows(surname))[0].record.IpAddress, address);
      await end();
    }
  });

  it("knows staff by their tokens", async () => {
    const staff = `[staff]\nissuer = "${ISSUER}"\naudience = "desk"\nsecret = "${STAFF_SECRET}"\nclaims.role = "desk"`;
    const { create, ask, end } = await open(config({ tables: staff }));
    const { Id } = await (await create()).json();
    const token = (role) =>
      new SignJWT({ role })
        .setProtectedHeader({ alg: "HS256" })
        .setIssuer(ISSUER)
        .setAudience("desk")
        .setExpirationTime("1 minute")
        .sign(new TextEncoder().encode(STAFF_SECRET));
    const get = async (bearer) =>
      (await ask(`${RESTAURANT}Customer/${Id}`, { headers: { Authorization: `Bearer ${bearer}` } })).status;
    assert.equal(await get(await token("desk")), 200);
    assert.equal(await get(await token("guest")), 401);
    assert.equal(await get("desk"), 401);
    await end();
  });

  it("knows staff by the keys of who signs them in, and nobody while those are away", async (context) => {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const issuer = createHttpServer((_, response) => {
      response.end(isAway ? "away" : JSON.stringify({ keys: [jwk] }));
    });
    let isAway = true;
    const jwk = { ...(await exportJWK(publicKey)), kid: "a" };
    const url = `${await listen(context, issuer)}/keys`;
    const staff = `[staff]\nissuer = "${ISSUER}"\naudience = "desk"\njwksUrl = "${url}"`;
    const { create, ask, end } = await open(config({ tables: staff }));
    const { Id } = await (await create()).json();
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: "ES256", kid: "a" })
      .setIssuer(ISSUER)
      .setAudience("desk")
      .setExpirationTime("1 minute")
      .sign(privateKey);
    const headers = { Authorization: `Bearer ${token}` };
    const get = async () => (await ask(`${RESTAURANT}Customer/${Id}`, { headers })).status;
    assert.equal(await get(), 401);
    isAway = false;
    await until(
      async () => (await get()) === 200,
      () => "staff are not let in again",
    );
    assert.equal((await end()).status, 0);
  });

  for (const node of NODES) {
    it(`remembers requests in a file, or says which Node has SQLite: ${basename(dirname(dirname(node)))}`, async () => {
      const content = config({ tables: '[store]\nfile = "requests.sqlite"' });
      const hasSqlite = await run(node, ["-e", 'require("node:sqlite")']).then(
        () => true,
        () => false,
      );
      if (!hasSqlite) {
        const { status, stderr } = await finished(["gateway", "--config", await file(content, "store.toml")], {}, node);
        assert.equal(status, 2);
        assert.match(
          stderr,
          /^dinerkit: store\.toml:\d+: store\.file needs SQLite, which Node has from 22\.13 on[^\n]+\n$/,
        );
        return;
      }
      const once = { headers: { "Idempotency-Key": "1fd9ee0c-7d0b-4a53-a4b4-55c1f3dd3c0f" } };
      const ids = [];
      for (let start = 0; start < 2; start++) {
        const { create, end } = await open(content, {}, node);
        ids.push((await (await create({ ...GUEST, Surname: "Once" }, once)).json()).Id);
        assert.equal((await end()).status, 0);
      }
      assert.equal(ids[0], ids[1]);
      assert.equal((await rows("Once")).length, 1);
      const elsewhere = await file(content.replace("requests.sqlite", "nowhere/requests.sqlite"), "store.toml");
      const { status, stderr } = await finished(["gateway", "--config", elsewhere], {}, node);
      assert.equal(status, 2);
      assert.match(stderr, /^dinerkit: store\.toml:18: store\.file \S+ can't be used: [^\n]+\n$/);
    });
  }
});

describe("the end of a gateway", () => {
  /** A gateway with a create under way at the remote API, which takes its time. */
  async function busy(surname, content, options) {
    const opened = await open(content);
    await sandbox.arm([{ operation: "createCustomer", fault: "delay-before;1000", times: 1 }]);
    const answer = opened.create({ ...GUEST, Surname: surname }, options);
    answer.catch(() => {});
    await until(
      async () => (await sandbox.requests()).some(({ body }) => body?.includes(surname)),
      () => "the create did not reach the remote API",
    );
    return { ...opened, answer };
  }

  it("waits for a write that is under way, and takes no new ones", async () => {
    const { gateway, url, answer, end } = await busy("Underway");
    const ended = end();
    await gateway.event("draining");
    await assert.rejects(fetch(`${url}${HEALTH_PATH}`), "it takes no more connections");
    const { Id } = await (await answer).json();
    assert.deepEqual(
      (await rows("Underway")).map(({ id }) => id),
      [Id],
    );
    assert.equal((await ended).status, 0);
  });

  it("waits for a write whose guest has gone", async () => {
    const gone = new AbortController();
    const { answer, end } = await busy("Gone", config(), { signal: gone.signal });
    gone.abort();
    await assert.rejects(answer);
    const { status, stdout } = await end("SIGINT");
    assert.equal(status, 0);
    assert.match(stdout, /"cutOff":0/);
    assert.equal((await rows("Gone")).length, 1);
  });

  it("does not wait for connections that ask for nothing", async () => {
    const { gateway, url, ask, end } = await open();
    const silent = connect(new URL(url).port, "127.0.0.1");
    await once(silent, "connect");
    // The connection of this one is kept.
    assert.equal((await ask(HEALTH_PATH)).status, 200);
    assert.equal((await end()).status, 0);
    const [began, ended] = await Promise.all(["draining", "stopped"].map((kind) => gateway.event(kind)));
    assert.ok(Date.parse(ended.time) - Date.parse(began.time) < 5000, `${began.time} to ${ended.time}`);
    silent.destroy();
  });

  it("does not wait for ever, and then says so", async () => {
    const { end, answer } = await busy("Cut", config({ tables: "[shutdown]\ngraceSeconds = 0" }));
    const { status, stdout } = await end();
    await assert.rejects(answer);
    assert.equal(status, 1);
    assert.match(stdout, /"cutOff":1/);
  });

  it("comes at once with a second signal", async () => {
    const { gateway, end } = await busy("Twice");
    end("SIGINT");
    await gateway.event("draining");
    assert.equal((await end("SIGTERM")).status, "SIGTERM");
  });

  it("is announced to balancers first, where it is told so", async () => {
    const { gateway, ask, end } = await open(config({ tables: "[shutdown]\ndelaySeconds = 3" }));
    const ended = end();
    await gateway.event("draining");
    assert.equal((await ask("/readyz")).status, 503);
    assert.equal((await ask(HEALTH_PATH)).status, 200);
    assert.equal((await ask("/nowhere")).status, 404, "it still takes requests");
    assert.equal((await ended).status, 0);
  });
});

describe("a head that does not come to its end", () => {
  it("is given up after ten seconds", async () => {
    const { url, end } = await open();
    const socket = connect(new URL(url).port, "127.0.0.1");
    const began = performance.now();
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    const dripping = setInterval(() => socket.write("a"), 500);
    socket.resume();
    socket.on("error", () => {});
    await once(socket, "close");
    clearInterval(dripping);
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds > 9 && seconds < 15, `${seconds}`);
    await end();
  });
});
