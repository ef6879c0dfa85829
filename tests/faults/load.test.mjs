/**
 * For whoever changes the gateway's loop or its limits: one process serves for months, and many guests come at once.
 * The gateway runs in this process, against a fake remote API that records its requests, on a clock that the tests
 * move.
 */
import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import init, { createGateway, memoryStore } from "../../pkg/gateway/server.js";
import { core } from "../../pkg/lib/gateway/core.js";
import { pool } from "./run.mjs";

const HOST = "https://book.example";
const [LOUD, QUIET, QUIETER] = ["oak-and-salt", "harbour-room", "little-lantern"];
const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
const STAFF = "Bearer staff";
/** How many requests of an account the remote API accepts in a minute, and the length of that minute. */
const BUDGET = 200;
const MINUTE_MS = 60_000;

await init();
const { memory, Exchange } = core.glue;

const json = (value, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });

/** A fake remote API. `seen` lists its requests with their times, authentication included; `answer` may replace an answer. */
function vendor(answer = () => undefined) {
  const seen = [];
  const fetch = async (request) => {
    const { pathname } = new URL(request.url);
    const operation = `${request.method} ${pathname.split("/").slice(6).join("/")}`;
    seen.push({ at: Date.now(), operation });
    const own = await answer(operation, request);
    if (own) return own;
    if (pathname.endsWith("/Authenticate")) {
      return json({ Status: "Success", Token: "token", TokenExpiryUtc: "2999-01-01T00:00:00" });
    }
    if (pathname.endsWith("/Setup")) return json({ Name: "Oak & Salt", CustomFields: [], LegalDrinkingAge: 18 });
    const sent = request.body ? await request.json() : { ...GUEST, Mobile: "7700900123", MobileCountryCode: 44 };
    return json({ ...sent, Id: 7 });
  };
  return { fetch, seen, count: (operation) => seen.filter((one) => one.operation === operation).length };
}

/** A gateway, with all Maps and Sets that it keeps, except those of its store. */
function open(remote, options = {}) {
  const store = memoryStore({ max: 500 });
  const kept = [];
  const { Map: RealMap, Set: RealSet } = globalThis;
  const noting = (Collection) =>
    class extends Collection {
      constructor(...given) {
        super(...given);
        kept.push(this);
      }
    };
  Object.assign(globalThis, { Map: noting(RealMap), Set: noting(RealSet) });
  let gateway;
  try {
    gateway = createGateway({
      upstream: "https://api.example",
      credentials: { username: "account", password: "password" },
      microsites: [LOUD, QUIET, QUIETER],
      staff: (request) => request.headers.get("authorization") === STAFF,
      capabilityKeys: [{ id: "k1", secret: "a-key-of-at-least-thirty-two-bytes" }],
      store,
      fetch: remote.fetch,
      ...options,
    });
  } finally {
    Object.assign(globalThis, { Map: RealMap, Set: RealSet });
  }
  const ask = (method, path, { microsite = LOUD, body, ...headers } = {}) =>
    gateway.fetch(
      new Request(`${HOST}/api/ConsumerApi/v1/Restaurant/${microsite}/${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined
          ? {}
          : { body: typeof body === "object" && !body.getReader ? JSON.stringify(body) : body }),
        duplex: "half",
      }),
    );
  const own = (microsite = LOUD) => `Bearer ${gateway.capability({ microsite, id: 7, expiresIn: 86_400 })}`;
  return { ask, own, kept };
}

/** The set of requests that the module holds, from their first input until they are freed. */
function countExchanges(context) {
  const running = new Set();
  const { handle, free } = Exchange.prototype;
  context.after(() => Object.assign(Exchange.prototype, { handle, free }));
  Exchange.prototype.handle = function (...input) {
    running.add(this);
    return handle.apply(this, input);
  };
  Exchange.prototype.free = function () {
    running.delete(this);
    return free.apply(this);
  };
  return running;
}

/**
 * How many entries each of the Maps and Sets has for requests. The metrics' entries are for kinds of answers, of which
 * there are few.
 */
function entriesOf(kept) {
  const isOfMetrics = (entry) => entry?.labels !== undefined || entry?.buckets !== undefined;
  const entries = kept.map((collection) => [...collection.values()]);
  assert.ok(entries.flat().filter(isOfMetrics).length < 40, "no more than there are kinds of answers");
  return entries.map((all) => all.filter((entry) => !isOfMetrics(entry)).length);
}

/** Counts equal values. */
function tally(values) {
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("100000 requests to one gateway", { timeout: 300_000 }, () => {
  const REQUESTS = 100_000;
  const WARM_UP = 10_000;
  const AT_ONCE = 16;
  /** By how many bytes the runtime's own caches may grow the heap. A leak of 20 bytes a request would be twice that. */
  const SLACK = 1_000_000;

  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc");

  /** A body that ends with an error, as if the guest's browser had disconnected. */
  const broken = () =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"Surname":'));
        controller.error(new Error("gone"));
      },
    });

  const KINDS = [
    ({ ask }) => ask("GET", "Customers/Setup"),
    ({ ask }) => ask("GET", "Customers/Setup", { microsite: QUIET }),
    ({ ask }) => ask("POST", "Customer", { body: GUEST }),
    ({ ask }, number) => ask("POST", "Customer", { body: GUEST, "Idempotency-Key": `key-of-request-${number}` }),
    ({ ask, own }) => ask("GET", "Customer/7", { Authorization: own() }),
    ({ ask, own }) => ask("PUT", "Customer/7", { body: { Surname: "Li" }, Authorization: own() }),
    ({ ask }) => ask("GET", "Customer/7"),
    ({ ask }) => ask("POST", "Customer", { body: { ...GUEST, IsVip: true } }),
    ({ ask }) => ask("POST", "Customer", { body: broken() }),
    ({ ask }, number) => ask("GET", `nothing/${number}`, { Authorization: `Bearer ${number}` }),
  ];

  it("leave no memory, entries or requests behind", async (context) => {
    const running = countExchanges(context);
    const realNow = Date.now;
    let now = realNow();
    context.after(() => (Date.now = realNow));
    // Each reading of the clock moves it by a tenth of a second, so that the requests stay within the rate limit.
    Date.now = () => (now += 100);
    let posts = 0;
    const remote = vendor((operation) => {
      remote.seen.length = 0;
      if (operation !== "POST Customer") return undefined;
      posts += 1;
      if (posts % 40 === 1) return Promise.reject(new Error("lost"));
      if (posts % 40 === 2) return json({ Message: "x" }, 500);
      if (posts % 40 === 3) return new Response("<html>", { headers: { "Content-Type": "text/html" } });
      return undefined;
    });
    const gateway = open(remote, { totalTimeoutMs: 3_600_000 });
    const ends = {};
    const run = async (from, count) => {
      const numbers = Array.from({ length: count }, (_, index) => from + index);
      await pool(numbers, AT_ONCE, async (number) => {
        const response = await KINDS[number % KINDS.length](gateway, number);
        await response.arrayBuffer();
        ends[response.status] = (ends[response.status] ?? 0) + 1;
      });
      for (let turns = 0; turns < 5; turns += 1) {
        collectGarbage();
        await turn();
      }
      return { wasm: memory.buffer.byteLength, heap: process.memoryUsage().heapUsed };
    };
    const warm = await run(1, WARM_UP);
    const end = await run(WARM_UP + 1, REQUESTS);
    console.log(`load: ${JSON.stringify(ends)}, wasm ${warm.wasm} → ${end.wasm}, heap ${warm.heap} → ${end.heap}`);
    assert.equal(end.wasm, warm.wasm);
    assert.ok(end.heap - warm.heap < SLACK, `the heap grew by ${end.heap - warm.heap} bytes`);
    assert.equal(running.size, 0);
    assert.deepEqual(
      entriesOf(gateway.kept),
      gateway.kept.map(() => 0),
    );
    assert.deepEqual(Object.keys(ends).sort(), ["200", "400", "403", "404", "502"]);
  });
});

describe("the account's rate limit", () => {
  /** A clock that only `tick` moves. `settle` runs everything that can run without moving the clock. */
  function clock(context) {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: Date.UTC(2030, 0, 1) });
    context.after(() => mock.timers.reset());
    return {
      tick: (ms) => mock.timers.tick(ms),
      async settle(turns = 12) {
        for (let number = 0; number < turns; number += 1) await turn();
      },
    };
  }

  /** The largest number of requests in any minute. */
  function mostInAMinute(seen) {
    let from = 0;
    return seen.reduce((most, { at }, index) => {
      while (seen[from].at <= at - MINUTE_MS) from += 1;
      return Math.max(most, index - from + 1);
    }, 0);
  }

  const asGuest =
    (microsite) =>
    ({ ask }) =>
      ask("POST", "Customer", { microsite, body: GUEST });
  const asStaff = ({ ask }) => ask("GET", "Customer/7", { Authorization: STAFF });
  const asOwner = ({ ask, own }) =>
    ask("PUT", "Customer/7", { body: { Surname: `Li${Date.now() % 97}` }, Authorization: own() });

  it("holds in every minute under ten times as many requests, and quiet restaurants and staff are served", async (context) => {
    const { tick, settle } = clock(context);
    const remote = vendor();
    const gateway = open(remote);
    const STEP_MS = 30;
    const MINUTES = 4;
    const answers = { loud: [], owner: [], quiet: [], quieter: [], staff: [] };
    // 2000 requests a minute. The quiet restaurants stay below their share (25), staff below the part kept for staff
    // (50).
    for (let number = 0; number < (MINUTES * MINUTE_MS) / STEP_MS; number += 1) {
      const [who, send] =
        number % 100 === 7
          ? ["quiet", asGuest(QUIET)]
          : number % 200 === 9
            ? ["quieter", asGuest(QUIETER)]
            : number % 50 === 11
              ? ["staff", asStaff]
              : number % 10 === 3
                ? ["owner", asOwner]
                : ["loud", asGuest(LOUD)];
      answers[who].push(send(gateway));
      await settle(2);
      tick(STEP_MS);
    }
    await settle();
    const ends = {};
    for (const [who, promises] of Object.entries(answers)) {
      const responses = await Promise.all(promises);
      ends[who] = tally(responses.map(({ status }) => status));
      for (const refused of responses.filter(({ status }) => status === 429)) {
        assert.match(refused.headers.get("retry-after"), /^([1-9]|[1-5]\d|6[01])$/);
      }
    }
    console.log(`load: ${JSON.stringify(ends)}, at most ${mostInAMinute(remote.seen)} in a minute`);
    assert.ok(mostInAMinute(remote.seen) <= BUDGET);
    assert.ok(mostInAMinute(remote.seen) >= 0.8 * BUDGET, "the rate limit is used");
    assert.deepEqual(ends.quiet, { 200: 20 * MINUTES });
    assert.deepEqual(ends.quieter, { 200: 10 * MINUTES });
    assert.deepEqual(ends.staff, { 200: 40 * MINUTES });
    assert.deepEqual(Object.keys(ends.loud), ["200", "429"]);
  });

  it("lets staff who send ten times as many requests use all of it and no more", async (context) => {
    const { tick, settle } = clock(context);
    const remote = vendor();
    const gateway = open(remote);
    const answers = [];
    for (let number = 0; number < 10 * BUDGET; number += 1) {
      answers.push(asStaff(gateway));
      await settle(2);
      tick(30);
    }
    // The authentication counts in the client's own limit, but not in the gateway's: the last request waits in the
    // client.
    for (let seconds = 0; seconds < 2; seconds += 1) {
      tick(1000);
      await settle();
    }
    const statuses = tally((await Promise.all(answers)).map(({ status }) => status));
    assert.deepEqual(Object.keys(statuses), ["200", "429"]);
    assert.ok(mostInAMinute(remote.seen) <= BUDGET && mostInAMinute(remote.seen) >= BUDGET - 1);
  });

  for (const [who, send] of Object.entries({
    "a guest of the busiest restaurant": asGuest(LOUD),
    "a guest of another restaurant": asGuest(QUIET),
    "a guest who edits the own record": asOwner,
    staff: asStaff,
  })) {
    it(`admits ${who} after the time of Retry-After, and not a second earlier`, async (context) => {
      const { tick } = clock(context);
      for (const patience of [0, 1, 3]) {
        const gateway = open(vendor());
        // The authentication is a request too: this one is made before the minute begins.
        await asStaff(gateway);
        tick(2 * MINUTE_MS);
        // All callers together use up the limit over some time, so that it becomes free again little by little.
        const everybody = [asGuest(LOUD), asGuest(QUIET), asGuest(QUIETER), asOwner, asStaff];
        for (let number = 0; number < 300; number += 1) {
          await everybody[number % everybody.length](gateway);
          tick(47);
        }
        tick(patience * 5000);
        let answer = await send(gateway);
        while (answer.status === 200) answer = await send(gateway);
        assert.equal(answer.status, 429);
        const seconds = Number(answer.headers.get("retry-after"));
        tick((seconds - 1) * 1000);
        assert.equal((await send(gateway)).status, 429, `${seconds - 1} s`);
        tick(1000);
        assert.equal((await send(gateway)).status, 200, `${seconds} s`);
      }
    });
  }
});

describe("a thousand creates at once", () => {
  const MANY = 1000;
  /** How many requests under one key get its answer: the first, and as many as may wait for the first. The others get 409. */
  const ANSWERED = 1 + 64;
  const POST = "POST Customer";

  /** A fake remote API that answers creates only after `release`. */
  function slowVendor(answer) {
    const { promise: gate, resolve: release } = Promise.withResolvers?.() ?? withResolvers();
    const remote = vendor(async (operation) => {
      if (operation !== POST) return undefined;
      await gate;
      return answer?.();
    });
    return { ...remote, release };
  }

  function withResolvers() {
    let resolve;
    const promise = new Promise((settle) => (resolve = settle));
    return { promise, resolve };
  }

  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

  const one = () => "one-key-for-all-of-them";
  for (const [name, keyOf, answer, posts, expected] of [
    ["make one customer with one key", one, undefined, 1, { 200: ANSWERED, 409: MANY - ANSWERED }],
    [
      "are sent once with one key, even if that fails",
      one,
      () => json({}, 500),
      1,
      { 502: ANSWERED, 409: MANY - ANSWERED },
    ],
    [
      "make a thousand customers with a thousand keys",
      (number) => `key-of-request-${number}`,
      undefined,
      MANY,
      { 200: MANY },
    ],
    ["make a thousand customers without keys", () => undefined, undefined, MANY, { 200: MANY }],
  ]) {
    it(`${name}, and leave nothing behind, with a slow remote API`, async (context) => {
      const running = countExchanges(context);
      const before = timers();
      const remote = slowVendor(answer);
      const { ask, kept } = open(remote, { requestsPerMinute: 100_000 });
      const answers = Array.from({ length: MANY }, (_, number) => {
        const key = keyOf(number);
        return ask("POST", "Customer", { body: GUEST, ...(key && { "Idempotency-Key": key }) });
      });
      while (remote.count(POST) < posts) await turn();
      for (let turns = 0; turns < 10; turns += 1) await turn();
      assert.equal(running.size, MANY - (expected[409] ?? 0), "all requests that are not refused are running");
      remote.release();
      const statuses = tally((await Promise.all(answers)).map((response) => response.status));
      assert.deepEqual(statuses, expected);
      assert.equal(remote.count(POST), posts);
      assert.equal(remote.count("GET Customers/Setup"), 1);
      await turn();
      assert.equal(running.size, 0);
      assert.ok(kept.length >= 3, "the gateway keeps its state in Maps and Sets");
      assert.deepEqual(
        entriesOf(kept),
        kept.map(() => 0),
      );
      assert.equal(timers(), before);
    });
  }
});
