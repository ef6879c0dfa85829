/** For whoever looks for what is wrong: `dinerkit gateway check`. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { diagnose } from "../../server/check.js";
import { judgeOrigin, originOf } from "../../server/origins.js";
import { NODES, RESTAURANT, installCommand } from "../support/command.mjs";
import { run } from "../support/program.mjs";
import { ACCOUNT } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";

const scope = suiteScope();
const { config, file, finished, open, project, sandbox, start } = await installCommand(scope);

describe("check", () => {
  /** What it says of a configuration while the remote API has a fault. */
  async function checked({ fault, env, content = config() }) {
    if (fault) await sandbox.arm([fault].flat());
    try {
      // With all that would be missed: what is left out has a test of its own.
      const whole = { DINERKIT_PUBLIC_URL: "https://booking.example", DINERKIT_LISTEN_TRUSTED_PROXIES: "127.0.0.1" };
      const quick = { DINERKIT_TIMEOUT_MS: "3000", ...whole, ...env };
      return await finished(["gateway", "check", "--config", await file(content)], quick);
    } finally {
      await sandbox.disarm();
    }
  }

  it("is content with what works", async () => {
    const { status, stdout } = await checked({ env: { DINERKIT_MICROSITES: "oak-and-salt harbour-room" } });
    assert.equal(
      stdout,
      "well   the credentials are accepted\n" +
        "well   oak-and-salt: its Setup was read\nwell   harbour-room: its Setup was read\n",
    );
    assert.equal(status, 0);
  });

  it("signs in once, and asks for each Setup once", async () => {
    const before = (await sandbox.requests()).length;
    await checked({ env: { DINERKIT_MICROSITES: "oak-and-salt harbour-room little-lantern" } });
    assert.equal((await sandbox.requests()).length - before, 4);
  });

  it("goes on after a microsite that is unknown", async () => {
    const { status, stdout } = await checked({ env: { DINERKIT_MICROSITES: "oak-and-slat harbour-room" } });
    assert.match(stdout, /^wrong {2}oak-and-slat: the remote API has no such microsite/m);
    assert.match(stdout, /^well {3}harbour-room/m);
    assert.equal(status, 1);
  });

  it("stops at what is wrong with the account", async () => {
    const env = { DINERKIT_MICROSITES: "oak-and-salt harbour-room", DINERKIT_CREDENTIALS_PASSWORD: "wrong" };
    const { status, stdout } = await checked({ env });
    assert.equal(
      stdout,
      "wrong  the user name or the password is wrong: the remote API does not accept the credentials\n" +
        "not tried: harbour-room\n",
    );
    assert.equal(status, 1);
  });

  it("says what is left out and will be missed, as serving does", async () => {
    const left = config().replace(/^origins.*$/m, "");
    const { status, stdout } = await finished(["gateway", "check", "--config", await file(left)]);
    const notes = stdout.match(/(?<=^note {3}).*$/gm);
    for (const [index, said] of [
      /^origins is empty/,
      /^publicUrl is not given/,
      /^listen\.trustedProxies is empty/,
    ].entries())
      assert.match(notes[index], said);
    assert.deepEqual([status, notes.length], [0, 3], "nothing of it is wrong");
    const { gateway, end } = await open(left);
    await end();
    const logged = gateway.events.filter(({ event }) => event === "note");
    assert.deepEqual(
      logged.map(({ text }) => text),
      notes,
    );
  });

  it("complains of a store as serving does, and makes no file", async () => {
    const content = config({ tables: '[store]\nfile = "unmade.sqlite"' });
    for (const node of NODES) {
      const serving = start(["gateway", "--config", await file(content, "store.toml")], {}, node);
      const serves = await Promise.race([serving.event("listening").then(() => true), serving.ended.then(() => false)]);
      serving.kill();
      const { stderr } = await serving.ended;
      await rm(join(project.folder, "unmade.sqlite"), { force: true });
      const checked = await finished(["gateway", "check", "--config", "store.toml"], {}, node);
      assert.deepEqual([checked.status, checked.stderr], serves ? [0, ""] : [2, stderr]);
      assert.ok(!existsSync(join(project.folder, "unmade.sqlite")));
    }
  });

  const setup = (fault) => ({ fault, operation: "getCustomerSetup" });
  const sentences = {
    "the older sign-in with a wrong password": {
      env: { DINERKIT_AUTHENTICATION: "token", DINERKIT_CREDENTIALS_PASSWORD: "wrong" },
      says: /^wrong {2}the user name or the password is wrong/,
    },
    "an address that is not allow-listed": { fault: { fault: "page;403" }, says: /not allow-listed; ask the vendor/ },
    "an address that is blocked later": {
      fault: setup("page;403"),
      says: /well[^]*credentials[^]*wrong[^]*not allow-listed/,
    },
    "a budget that is used up": {
      fault: { fault: "too-many;30" },
      says: /^wrong {2}the account's requests for this minute are used up/,
    },
    "a remote API that fails": {
      fault: { fault: "status-before;503" },
      says: /^wrong {2}the remote API has failed \(503\)/,
    },
    "an account that may not": {
      fault: setup("status-before;403"),
      says: /oak-and-salt: the account may not use this microsite/,
    },
    "a token that is not taken": {
      fault: setup("revoked"),
      says: /oak-and-salt: the remote API takes the credentials, but not/,
    },
    "a remote API that is slow": {
      fault: { fault: "delay-before;3000" },
      env: { DINERKIT_TIMEOUT_MS: "300" },
      says: /did not answer within 0\.3 s/,
    },
    "a remote API that fails, and has no time left to fail again": {
      fault: [{ fault: "status-before;503", times: 1 }, { fault: "delay-before;9000" }],
      says: /^wrong {2}the remote API has failed \(503\)/,
    },
    "a connection that breaks": {
      fault: { fault: "reset-before" },
      says: /the connection to \S+ fails \(ECONNRESET\)/,
    },
    "another service": { fault: { fault: "status-before;404" }, says: /has no sign-in where it should be/ },
    "an answer that is none": { fault: { fault: "truncated" }, says: /^wrong {2}/ },
    "an unknown host": {
      env: { DINERKIT_UPSTREAM: "https://nowhere.invalid" },
      says: /there is no host nowhere\.invalid/,
    },
  };
  for (const [what, { says, ...circumstances }] of Object.entries(sentences)) {
    it(`says it in words: ${what}`, async () => {
      const { status, stdout, stderr } = await checked(circumstances);
      assert.match(stdout, says);
      assert.deepEqual([status, stderr], [1, ""]);
      assert.ok(!stdout.includes(ACCOUNT.password));
    });
  }

  it("tells a closed port, plain HTTP and an untrusted certificate apart", async (context) => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(project.folder, name));
    const subject = [
      "-subj",
      "/CN=localhost",
      "-days",
      "1",
      "-nodes",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
    ];
    await run("openssl", ["req", "-x509", ...subject, "-keyout", key, "-out", cert]);
    const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) });
    const url = await listen(context, server, "https");
    const at = (url) => checked({ env: { DINERKIT_UPSTREAM: url } });
    assert.match((await at(`http://127.0.0.1:${port}`)).stdout, /nothing answers at 127\.0\.0\.1:\d+: check upstream/);
    assert.match((await at(sandbox.url.replace("http:", "https:"))).stdout, /does not speak TLS there/);
    const untrusted = (await at(url)).stdout;
    assert.match(untrusted, /the certificate of \S+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
  });

  it("looks for the keys of staff, too", async () => {
    const staff = (url) => `[staff]\nissuer = "a"\naudience = "b"\njwksUrl = "${url}"`;
    const { status, stdout } = await checked({ content: config({ tables: staff(`${sandbox.url}/sandbox/faults`) }) });
    assert.match(stdout, /^wrong {2}staff: \S+ answers, but not with keys: check staff\.jwksUrl$/m);
    assert.equal(status, 1);
  });

  it("says of a page's address whether the gateway answers it, as the gateway then does", async () => {
    const name = await file(config());
    const { ask, end } = await open(config());
    for (const [address, origin, isAllowed] of [
      ["https://oak.example", "https://oak.example", true],
      ["https://Oak.example/book?party=2", "https://oak.example", true],
      ["oak.example", "https://oak.example", true],
      ["https://www.oak.example", "https://www.oak.example", false],
      ["http://oak.example", "http://oak.example", false],
    ]) {
      const { status, stdout, stderr } = await finished(["gateway", "check", "--origin", address, "--config", name]);
      assert.deepEqual([status, stderr], [isAllowed ? 0 : 1, ""], address);
      assert.match(stdout, new RegExp(`^${isAllowed ? "well " : "wrong"}  ${origin}: the gateway`, "m"));
      assert.match(stdout, /^well {3}oak-and-salt: its Setup was read$/m);
      const response = await ask(`${RESTAURANT}Customers/Setup`, { headers: { Origin: origin } });
      assert.equal(response.status, isAllowed ? 200 : 403);
      assert.equal(response.headers.get("Access-Control-Allow-Origin"), origin, "the page can read it");
      if (!isAllowed) assert.equal((await response.json()).Code, "origin_not_allowed");
    }
    await end();
  });

  it("says it of several addresses, and takes none that is no page's", async () => {
    const name = await file(config());
    const both = ["--origin", "https://oak.example", "--origin", "https://elsewhere.example"];
    const { status, stdout } = await finished(["gateway", "check", ...both, "--config", name]);
    assert.equal(status, 1);
    assert.match(stdout, /^well {3}https:\/\/oak[^]*^wrong {2}https:\/\/elsewhere/m);
    for (const words of [
      ["check", "--origin", "file:///book.html"],
      ["check", "--origin", "https://"],
      ["--origin", "https://oak.example"],
      ["--print-config", "--origin", "https://oak.example"],
    ]) {
      const refused = await finished(["gateway", ...words, "--config", name]);
      assert.deepEqual([refused.status, refused.stdout], [2, ""], words.join(" "));
      assert.match(refused.stderr, /^dinerkit: --origin [^\n]+\n$/);
    }
  });

  it("names what an origin differs by", () => {
    const known = ["https://oak.example", "http://localhost:8080"];
    for (const [origin, says] of [
      ["https://www.oak.example", "origins has https://oak.example, without www., which is another origin"],
      ["http://oak.example", "origins has https://oak.example, with https, which is another origin"],
      ["https://oak.example:8443", "origins has https://oak.example, without the port, which is another origin"],
      ["http://localhost", "origins has http://localhost:8080, with the port 8080, which is another origin"],
      [
        "http://www.oak.example",
        "origins has https://oak.example, without www. and with https, which is another origin",
      ],
      ["https://oka.example", "origins has https://oak.example, which differs by a letter or two"],
      ["https://elsewhere.test", "origins has https://oak.example, http://localhost:8080"],
    ]) {
      const { isAllowed, text } = judgeOrigin(origin, known);
      assert.equal(text, `${origin}: the gateway refuses its pages: ${says}: add "${origin}" to origins`);
      assert.equal(isAllowed, false);
    }
    const allowed = "https://oak.example";
    assert.deepEqual(judgeOrigin(allowed, known), {
      isAllowed: true,
      text: `${allowed}: the gateway answers its pages`,
    });
    assert.match(judgeOrigin(allowed, []).text, /: origins is empty: add/);
    const many = ["a", "b", "c", "d", "e", "f"].map((host) => `https://${host}-and-salt.example`);
    assert.match(judgeOrigin(allowed, many).text, /e-and-salt\.example and 1 more: add/);
  });

  it("reads an origin out of the address of a page", () => {
    for (const [address, origin] of [
      ["https://OAK.example:443/book/?a=b#c", "https://oak.example"],
      ["www.oak.example/book", "https://www.oak.example"],
      ["localhost:8080", "https://localhost:8080"],
      ["http://127.0.0.1:80", "http://127.0.0.1"],
      ["https://café.example", "https://xn--caf-dma.example"],
      ["https://", undefined],
      ["", undefined],
      ["file:///C:/book.html", undefined],
      ["ftp://oak.example", undefined],
    ]) {
      assert.equal(originOf(address), origin, address);
    }
  });

  it("has a sentence for whatever may be", () => {
    const facts = { host: "api.example", microsite: "oak", timeoutMs: 30_000 };
    for (const [failure, isOfMicrosite, says] of [
      [{ code: "network", cause: "EAI_AGAIN" }, false, /no host api\.example/],
      [{ code: "network", cause: "CERT_HAS_EXPIRED" }, false, /not trusted \(CERT_HAS_EXPIRED\)/],
      [{ code: "network", cause: "ERR_TLS_CERT_ALTNAME_INVALID" }, false, /not trusted/],
      [{ code: "network", cause: "EHOSTUNREACH" }, false, /fails \(EHOSTUNREACH\)/],
      [{ code: "network" }, false, /no reason given/],
      [{ code: "timeout" }, false, /within 30 s/],
      [{ code: "blocked", status: 403 }, false, /allow-listed/],
      [{ code: "protocol", status: 200 }, false, /not as the remote API does/],
      [{ code: "http", status: 429 }, false, /used up/],
      [{ code: "http", status: 500 }, false, /has failed \(500\)/],
      [{ code: "http", status: 200, isSigningIn: true }, false, /password is wrong/],
      [{ code: "http", status: 401, isSigningIn: true }, false, /password is wrong/],
      [{ code: "http", status: 404, isSigningIn: true }, false, /no sign-in/],
      [{ code: "http", status: 401 }, true, /oak: .*not for this microsite/],
      [{ code: "http", status: 403 }, true, /oak: the account may not/],
      [{ code: "http", status: 404 }, true, /oak: the remote API has no such microsite/],
      [{ code: "http", status: 400 }, true, /oak: the remote API refuses \(400\)/],
    ]) {
      const found = diagnose({ ...facts, ...failure });
      assert.match(found.text, says);
      assert.equal(found.isOfMicrosite, isOfMicrosite, found.text);
    }
  });
});
