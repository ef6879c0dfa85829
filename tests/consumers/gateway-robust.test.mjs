/**
 * For operators: what the gateway does when their functions, their store or their runtime fails, hangs or ends too
 * early. Environment: TARBALL; without it, the working tree's own build.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Project } from "../support/project.mjs";

const MICROSITE = "oak-and-salt";
const HOST = "https://book.example";
const PAGE = "https://oak.example";
const BASE = `/api/ConsumerApi/v1/Restaurant/${MICROSITE}/`;
const KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324";
const GUEST = JSON.stringify({ Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" });
const SECRET = "what nobody may read";

const root = process.env.TARBALL
  ? pathToFileURL(`${(await Project.install()).folder}/node_modules/dinerkit/`)
  : new URL("../../pkg/", import.meta.url);
const dinerkit = await import(new URL("gateway/server.js", root));
await dinerkit.default();

const json = (value, status = 200) => Response.json(value, { status });

/** A remote API that keeps what it is asked to create; `answer` comes first. */
function vendor(answer = () => undefined) {
  const seen = [];
  const bodies = [];
  const fetch = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/Authenticate")) {
      return json({ Status: "Success", Token: "upstream-token", TokenExpiryUtc: "2999-01-01T00:00:00" });
    }
    const text = await request.text();
    seen.push(`${request.method} ${pathname.split("/").at(-1)}`);
    if (text) bodies.push(JSON.parse(text));
    const own = await answer(seen.at(-1));
    if (own) return own;
    if (pathname.endsWith("/Setup")) return json({ Name: "Oak & Salt", CustomFields: [], LegalDrinkingAge: 18 });
    return json({ ...JSON.parse(text), Id: 7 });
  };
  return { fetch, seen, bodies, count: (asked) => seen.filter((one) => one === asked).length };
}

function open(options = {}, remote = vendor()) {
  const events = [];
  const gateway = dinerkit.createGateway({
    upstream: "https://api.example",
    credentials: { username: "account", password: "upstream-password" },
    microsites: [MICROSITE],
    origins: [PAGE],
    clientAddress: () => "192.0.2.9",
    perAddress: 0,
    onEvent: (event) => events.push(event),
    fetch: remote.fetch,
    ...options,
  });
  const ask = (method, path, { body, ...headers } = {}) =>
    gateway.fetch(
      new Request(HOST + BASE + path, {
        method,
        headers: { ...(body && { "Content-Type": "application/json" }), ...headers },
        body,
        duplex: "half",
      }),
    );
  return { gateway, ask, events, remote };
}

const SETUP = ["GET", "Customers/Setup"];
const create = (key = KEY, body = GUEST) => ["POST", "Customer", { body, "Idempotency-Key": key }];
const forEver = () => new Promise(() => {});
const fails = () => {
  throw new Error(SECRET);
};
const rejects = async () => fails();

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
/** The bytes that are in use. */
function used() {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Lets everything go on that waits for nothing but its turn. */
async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}
const LIMIT_MS = 5_000;
const TURN_MS = 30_000;
const WAITING_MAX = 64;

/** What a request comes to once a time limit is over, on a clock of the test's own. */
async function after(ms, t, ...requests) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const answers = requests.map((request) => request());
  await settled();
  t.mock.timers.tick(ms);
  await settled();
  t.mock.timers.reset();
  return Promise.all(answers);
}

describe("the operator's functions and store may fail", () => {
  for (const [name, onEvent] of [
    ["throws", fails],
    ["rejects", rejects],
  ]) {
    it(`an onEvent that ${name} changes nothing`, async () => {
      const { ask } = open({ onEvent });
      assert.equal((await ask(...SETUP)).status, 200);
      // The runner fails a test for a rejection that nobody handles.
      await settled();
    });
  }

  for (const [name, waitUntil] of [
    ["throws", fails],
    ["rejects", rejects],
  ]) {
    it(`a waitUntil that ${name} changes nothing`, async () => {
      const { gateway } = open();
      const response = gateway.fetch(new Request(`${HOST}${BASE}Customers/Setup`), { waitUntil });
      assert.equal((await response).status, 200);
      await settled();
    });
  }

  it("an onEvent that takes long is kept alive by the runtime", async () => {
    const kept = [];
    const logged = Promise.resolve();
    const { gateway } = open({ onEvent: () => logged });
    await gateway.fetch(new Request(`${HOST}${BASE}Customers/Setup`), { waitUntil: (work) => kept.push(work) });
    assert.equal(kept.length, 2, "the answer and its event");
  });

  for (const [name, clientAddress] of [
    ["throws", fails],
    ["rejects", rejects],
    ["never ends", forEver],
    ["answers with something else", () => 1n],
  ]) {
    it(`a clientAddress that ${name}: counts as an unknown address`, async (t) => {
      const { ask, events, remote } = open({ clientAddress, perAddress: 12 });
      const [response] = await after(LIMIT_MS, t, () => ask(...create()));
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(Object.hasOwn(remote.bodies[0], "IpAddress"), false);
      assert.equal(events[0].status, 200);
      const [refused] = await after(LIMIT_MS, t, () => ask(...create()));
      assert.equal(refused.status, 429, "they share one limit");
    });
  }

  for (const [name, staff] of [
    ["throws", fails],
    ["never ends", forEver],
  ]) {
    it(`a staff check that ${name}: nothing is sent`, async (t) => {
      const { ask, events, remote } = open({ staff });
      const [response] = await after(LIMIT_MS, t, () => ask(...create()));
      assert.equal(response.status, 424);
      assert.ok(!(await response.text()).includes(SECRET));
      assert.deepEqual(remote.seen, []);
      assert.equal(events[0].status, 424);
    });
  }

  for (const [name, admit] of [
    ["throws", fails],
    ["rejects", rejects],
    ["never ends", forEver],
    ["answers with something else", () => "yes"],
  ]) {
    it(`an admit that ${name}: nothing is created, and the key is free`, async (t) => {
      const kept = new Map();
      const store = {
        putIfAbsent: (key, text) => (kept.has(key) ? kept.get(key) : void kept.set(key, text)),
        put: (key, text) => kept.set(key, text),
        delete: (key) => kept.delete(key),
      };
      const { ask, events, remote } = open({ admit, store });
      const [response] = await after(LIMIT_MS, t, () => ask(...create()));
      assert.equal(response.status, 424);
      assert.ok(!(await response.text()).includes(SECRET));
      assert.deepEqual([remote.seen, kept.size, events[0].refused], [[], 0, "admission"]);
    });
  }

  for (const [name, putIfAbsent] of [
    ["rejects", rejects],
    ["never ends", forEver],
    ["answers with something else", () => true],
  ]) {
    it(`a store whose putIfAbsent ${name}: nothing is created`, async (t) => {
      const { ask, remote } = open({ store: { putIfAbsent, put: forEver, delete() {} } });
      const [response] = await after(LIMIT_MS, t, () => ask(...create()));
      assert.equal(response.status, 424);
      assert.equal(remote.count("POST Customer"), 0);
    });
  }

  for (const [name, put] of [
    ["throws", fails],
    ["rejects", rejects],
    ["never ends", forEver],
  ]) {
    it(`a store whose put ${name} after the create: it is answered all the same`, async (t) => {
      const { ask, remote } = open({ store: { putIfAbsent() {}, put, delete() {} } });
      const [response] = await after(LIMIT_MS, t, () => ask(...create()));
      assert.equal(response.status, 200);
      assert.equal(remote.count("POST Customer"), 1);
    });
  }

  it("a claim that a store takes too late is given back", async (t) => {
    const kept = new Map();
    let take;
    const store = {
      putIfAbsent: (key, text) => new Promise((resolve) => (take = () => resolve(void kept.set(key, text)))),
      put: (key, text) => kept.set(key, text),
      delete: (key) => kept.delete(key),
    };
    const { ask } = open({ store });
    const [response] = await after(LIMIT_MS, t, () => ask(...create()));
    assert.equal(response.status, 424);
    take();
    assert.equal(kept.size, 1);
    await settled();
    assert.equal(kept.size, 0);
  });

  it("what fails before the module is asked gets the headers that all answers have, and an event", async () => {
    const { gateway, events } = open();
    const headers = new Headers({ Origin: PAGE });
    /** A request that lets only its origin be read. */
    const broken = (origin) => ({
      url: `${HOST}${BASE}Customers/Setup`,
      method: "GET",
      headers: { get: (name) => (name === "origin" ? origin : fails()) },
    });
    const failed = await gateway.fetch(broken(PAGE));
    assert.equal(failed.status, 500);
    const answered = await gateway.fetch(new Request(`${HOST}${BASE}Customers/Setup`, { headers }));
    assert.deepEqual(Object.fromEntries(failed.headers), Object.fromEntries(answered.headers));
    const [{ ms, ...event }, other] = events;
    assert.ok(ms >= 0);
    assert.deepEqual(event, { operation: null, microsite: null, role: "guest", status: 500, method: "GET" });
    assert.deepEqual(Object.keys({ ...event, ms }).sort(), Object.keys(other).sort());
    const refused = await gateway.fetch(broken("https://elsewhere.example"));
    assert.equal(refused.headers.get("access-control-allow-origin"), null);
  });
});

describe("a request that the runtime ends, as workerd does when the client goes", () => {
  /** A remote API that leaves the first such request without an answer. */
  function silent(method) {
    let isFirst = true;
    return vendor((asked) => {
      if (!asked.startsWith(method) || !isFirst) return undefined;
      isFirst = false;
      return forEver();
    });
  }

  /** A request of which nothing is heard any more, not even its timers. */
  async function vanish(t, request) {
    const timers = t.mock.method(globalThis, "setTimeout", () => 0);
    request();
    await settled();
    timers.mock.restore();
  }

  it("during its fetch of a Setup: one request that waits for it fetches it, for all", async (t) => {
    const remote = silent("GET");
    const { ask } = open({}, remote);
    await vanish(t, () => ask(...SETUP));
    const requests = [SETUP, SETUP, create(), SETUP].map((request) => () => ask(...request));
    const answers = await after(LIMIT_MS, t, ...requests);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200],
    );
    assert.equal(remote.count("GET Setup"), 2);
  });

  it("during its create: the repeated request is told to come back, and nobody is created twice", async (t) => {
    const remote = silent("POST");
    const { ask } = open({}, remote);
    await ask(...SETUP);
    await vanish(t, () => ask(...create()));
    const repeat = () => ask(...create());
    for (const { status, headers } of await after(TURN_MS, t, repeat, repeat, repeat)) {
      assert.deepEqual([status, headers.get("retry-after")], [409, "2"]);
    }
    assert.equal(remote.count("POST Customer"), 1);
  });

  it("leaves nothing for the global scope, where workerd gives neither random bits nor time", (t) => {
    const random = t.mock.method(crypto, "getRandomValues", fails);
    const timer = t.mock.method(globalThis, "setTimeout", fails);
    open();
    assert.throws(() => open({ microsites: [] }), TypeError);
    assert.throws(() => open({ perAdress: 5 }), TypeError);
    assert.equal(random.mock.callCount() + timer.mock.callCount(), 0);
  });
});

describe("many requests that wait for one", () => {
  it("are answered in linear time; those above a number are told to come back", async () => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    const remote = vendor((asked) => (asked === "POST Customer" ? held : undefined));
    const { ask } = open({}, remote);
    await ask(...SETUP);
    const waiting = Array.from({ length: 500 }, () => ask(...create()));
    await settled();
    const other = ask(...create(KEY.replace("8", "9")));
    release();
    const statuses = (await Promise.all(waiting)).map(({ status }) => status);
    assert.deepEqual(statuses.slice(0, 1 + WAITING_MAX), Array(1 + WAITING_MAX).fill(200), "the first to come");
    assert.deepEqual(statuses.slice(1 + WAITING_MAX), Array(500 - 1 - WAITING_MAX).fill(409));
    assert.equal((await other).status, 200, "another key is another line");
    assert.equal(remote.count("POST Customer"), 2);
  });
});

describe("the store in memory", () => {
  it("forgets no outcome because of requests that are refused", async () => {
    const store = dinerkit.memoryStore({ max: 2 });
    store.putIfAbsent("victim", "pending", 100);
    store.put("victim", "done", 100);
    for (const key of ["a", "b", "c", "d"]) store.putIfAbsent(key, "pending", 100);
    for (const key of ["a", "b", "c"]) store.delete(key);
    assert.equal(store.putIfAbsent("victim", "x", 100), "done");
    assert.equal(store.putIfAbsent("d", "x", 100), "pending");
  });

  it("holds so many outcomes and so many claims, and drops the oldest", async () => {
    const store = dinerkit.memoryStore({ max: 2 });
    for (const key of ["a", "b", "c"]) {
      store.putIfAbsent(key, "pending", 100);
      store.put(key, "done", 100);
    }
    for (const key of ["d", "e", "f"]) store.putIfAbsent(key, "pending", 100);
    const known = ["b", "c", "e", "f"].map((key) => store.putIfAbsent(key, "x", 100));
    assert.deepEqual(known, ["done", "done", "pending", "pending"]);
    assert.equal(store.putIfAbsent("d", "x", 100), undefined);
  });

  it("is not emptied by a burst that the quota refuses", async () => {
    const remote = vendor();
    const { ask } = open({ store: dinerkit.memoryStore({ max: 200 }) }, remote);
    assert.equal((await ask(...create())).status, 200);
    const burst = Array.from({ length: 1000 }, (_, number) => ask(...create(`burst-burst-burst-${number}`)));
    const refused = (await Promise.all(burst)).filter(({ status }) => status === 429);
    assert.ok(refused.length > 800, `${refused.length}`);
    const before = remote.count("POST Customer");
    assert.equal((await ask(...create())).status, 200);
    assert.equal(remote.count("POST Customer"), before);
  });
});

describe("the store in a key-value namespace", () => {
  /** One that takes a write a second for a key, as Cloudflare's does. */
  function namespace(reading = async () => {}) {
    const texts = new Map();
    const written = new Map();
    const write = (name) => {
      if (Date.now() - (written.get(name) ?? -Infinity) < 1000) throw new Error("429 Too Many Requests");
      written.set(name, Date.now());
    };
    return {
      async get(name) {
        await reading();
        return texts.get(name) ?? null;
      },
      async put(name, text) {
        write(name);
        texts.set(name, text);
      },
      async delete(name) {
        write(name);
        texts.delete(name);
      },
    };
  }

  it("keeps the outcome of a create that was done within a second", async () => {
    const { ask, remote } = open({ store: dinerkit.kvStore(namespace()) });
    const first = await ask(...create());
    const again = await ask(...create());
    assert.deepEqual([first.status, again.status], [200, 200]);
    assert.deepEqual(await again.json(), await first.json());
    assert.equal(remote.count("POST Customer"), 1);
  });

  it("gives a claim back that was refused within a second", async () => {
    const { ask, remote } = open({ store: dinerkit.kvStore(namespace()) });
    const mistaken = JSON.stringify({ ...JSON.parse(GUEST), Email: "nobody" });
    assert.equal((await ask(...create(KEY, mistaken))).status, 400);
    assert.equal((await ask(...create())).status, 200);
    assert.equal(remote.count("POST Customer"), 1);
  });

  it("loses no outcome to a claim that comes late", async (t) => {
    const held = [];
    let reading = () => new Promise((resolve) => held.push(resolve));
    const { ask, remote } = open({ store: dinerkit.kvStore(namespace(() => reading())) });
    const [late] = await after(LIMIT_MS, t, () => ask(...create()));
    assert.equal(late.status, 424);
    reading = async () => {};
    assert.equal((await ask(...create())).status, 200);
    for (const answer of held) answer();
    await settled();
    assert.equal((await ask(...create())).status, 200);
    assert.equal(remote.count("POST Customer"), 1);
  });
});

describe("the store in SQLite", () => {
  /** As much of a database as the store asks for; what happens `between` a statement and the next is the test's. */
  function database(between = () => {}, { failing } = {}) {
    const rows = new Map();
    const asked = [];
    const run = {
      INSERT: (key, text) => (rows.has(key) ? 0 : rows.set(key, text) && 1),
      DELETE: (key) => Number(rows.delete(key)),
    };
    return {
      rows,
      asked,
      exec(sql) {
        asked.push(sql);
        if (failing?.test(sql)) fails();
      },
      prepare: (sql) => ({
        run(...values) {
          const changes = run[sql.split(" ")[0]](...values);
          between(sql, changes, rows);
          return { changes };
        },
        get: (key) => (rows.has(key) ? { text: rows.get(key) } : undefined),
      }),
    };
  }

  it("gives a claim to one process, though another gives it back at the same time", () => {
    const db = database((sql, changes, rows) => sql.startsWith("INSERT") && changes === 0 && rows.delete("a"));
    db.rows.set("a", "another's");
    const store = dinerkit.sqliteStore(db);
    assert.equal(store.putIfAbsent("a", "ours", 100), undefined);
    assert.equal(db.rows.get("a"), "ours");
  });

  it("fails rather than claim without an entry", () => {
    const db = database();
    db.rows.set("a", "another's");
    const store = dinerkit.sqliteStore({ ...db, prepare: (sql) => ({ ...db.prepare(sql), get: () => undefined }) });
    assert.throws(() => store.putIfAbsent("a", "ours", 100), /try again/);
  });

  it("waits for other processes, and lets them read at the same time if the database can", () => {
    const db = database(undefined, { failing: /journal_mode/ });
    dinerkit.sqliteStore(db);
    const [wait, mode] = db.asked;
    assert.match(wait, /busy_timeout = [1-9]/);
    assert.match(mode, /journal_mode = WAL/i);
  });
});

describe("a body", () => {
  const BODY_MS = 10_000;
  const PIECES = 60_000;

  /** A body in pieces of one byte, `count` of them, and then silence. */
  function dripping(count) {
    const body = { pulls: 0, isCancelled: false };
    body.stream = new ReadableStream(
      {
        async pull(controller) {
          body.pulls += 1;
          if (body.pulls > count) await forEver();
          controller.enqueue(new Uint8Array(1));
        },
        cancel() {
          body.isCancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    return body;
  }

  it("in pieces of a byte holds what it is long", async (t) => {
    const { ask } = open();
    const bodies = Array.from({ length: 4 }, () => dripping(PIECES));
    const before = used();
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const answers = bodies.map(({ stream }) => ask(...create(KEY, stream)));
    while (bodies.some(({ pulls }) => pulls <= PIECES)) await new Promise(setImmediate);
    // A piece that is kept takes two hundred bytes; half of that is let go for what else comes and goes.
    assert.ok(used() - before < bodies.length * PIECES * 100, `${used() - before} bytes`);
    t.mock.timers.tick(BODY_MS);
    for (const answer of answers) assert.equal((await answer).status, 408);
  });

  it("that is not wanted any more is read no further", async (t) => {
    const { ask } = open();
    const slow = dripping(10);
    const [late] = await after(BODY_MS, t, () => ask(...create(KEY, slow.stream)));
    assert.deepEqual([late.status, slow.isCancelled], [408, true]);
    const long = dripping(Infinity);
    assert.equal((await ask(...create(KEY, long.stream))).status, 413);
    assert.deepEqual([long.pulls, long.isCancelled], [65_537, true]);
  });

  it("arrives whole, however it is cut", async () => {
    const text = JSON.stringify({ ...JSON.parse(GUEST), Company: "é".repeat(100) });
    for (const size of [1, 2, 7, 100, text.length * 2]) {
      const { ask, remote } = open();
      const bytes = new TextEncoder().encode(text);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, piece) =>
        bytes.slice(piece * size, (piece + 1) * size),
      );
      assert.equal((await ask(...create(KEY, ReadableStream.from(pieces)))).status, 200);
      assert.equal(remote.bodies[0].Company, "é".repeat(100));
    }
  });
});

describe("the account's password", () => {
  for (const upstream of [
    "http://api.example",
    "http://10.0.0.5",
    "http://127.0.0.1.example",
    "http://localhost.example",
    "ftp://api.example",
  ]) {
    it(`is not sent to ${upstream}`, () => {
      assert.throws(
        () => open({ upstream }),
        (error) => error instanceof TypeError && /options\.upstream takes https:/.test(error.message),
      );
    });
  }

  for (const upstream of [
    "https://api.example",
    "http://localhost:8080",
    "http://127.1.2.3:1",
    "http://127.1",
    "http://[::1]:1",
  ]) {
    it(`may be sent to ${upstream}`, async () => {
      const sentTo = [];
      const remote = vendor();
      const fetch = (request) => {
        sentTo.push(new URL(request.url).origin);
        return remote.fetch(request);
      };
      const { ask } = open({ upstream, fetch });
      assert.equal((await ask(...SETUP)).status, 200);
      assert.deepEqual(sentTo, Array(2).fill(new URL(upstream).origin), "the sign-in and the Setup");
    });
  }

  it("is sent unencrypted only if the operator says so, to the letter", () => {
    open({ upstream: "http://api.internal", allowHttpUpstream: true });
    assert.throws(() => open({ upstream: "http://api.internal", allowHttpUpstream: "yes" }), TypeError);
    assert.throws(() => open({ upstream: "ftp://api.internal", allowHttpUpstream: true }), TypeError);
  });
});
