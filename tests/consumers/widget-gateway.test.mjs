/**
 * For whoever changes when a request is repeated, or what a failure means for a write: the widget, which sends without
 * WebAssembly, does the same as the package's client, but for creates that are asked for again (`REPEATED`). A program
 * decides by itself whether it calls again; a guest can't, and looks on meanwhile, and the gateway creates only one
 * customer for each key. So the widget asks again after every answer that is not the gateway's last word.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import init, { CustomerClient } from "../../pkg/entry/inline.js";
import { create, failureOf, fetchSetup } from "../../www/widget/gateway.js";
import { hasCustomer } from "../../www/widget/next-step.js";

const BASE = "https://gateway.example/";
const MICROSITE = "oak-and-salt";
const REQUEST = { Surname: "Lee", Email: "lee@example.com", MobileCountryCode: 44, Mobile: "7700900123" };
const KEY = "0123456789abcdef";

const json = (status, body, headers) => () =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", "Dinerkit-Version": "0.1.0", ...headers },
  });
const refusal = { ValidationErrors: [{ PropertyName: "Surname", ErrorMessage: "x", Code: "required", Params: {} }] };
const STATUSES = [400, 401, 403, 404, 408, 409, 410, 413, 422, 424, 429, 500, 502, 503, 504];
const ANSWERS = {
  ...Object.fromEntries(STATUSES.map((status) => [`${status}`, json(status, { Message: "no" })])),
  "400 with issues": json(400, refusal),
  "422 with issues": json(422, refusal),
  "409 under way": json(409, { Message: "under way" }, { "Retry-After": "0" }),
  "429 for a moment": json(429, { Message: "busy" }, { "Retry-After": "0" }),
  "503 for two minutes": json(503, { Message: "busy" }, { "Retry-After": "120" }),
  "200 without a record": json(200, null),
  "no network": () => Promise.reject(new TypeError("fetch failed")),
};

/** The answers to a create after which the widget asks again and the client does not, with the widget's attempts. */
const REPEATED = { 408: 4, 429: 4, 500: 4, 503: 4, 504: 4, "429 for a moment": 4, "409 under way": 76 };

describe("the widget's requests", () => {
  before(() => init());

  /** A clock whose waits take no time of the test's own, and each two seconds of its own. */
  function clock() {
    let now = 0;
    return { now: () => now, random: () => 0, isOffline: () => false, sleep: async () => void (now += 2000) };
  }

  async function created(request, key, options) {
    const answer = await create(BASE, MICROSITE, request, key, options);
    if (!hasCustomer(answer)) throw failureOf(answer);
  }

  /** What comes of a call whose every request is answered by `answer`, and how many there were. */
  async function outcomeOf(answer, call) {
    let count = 0;
    const fetch = async () => {
      count += 1;
      return answer();
    };
    const { fetch: original } = globalThis;
    const { random } = Math;
    globalThis.fetch = fetch;
    Math.random = () => 0;
    try {
      await call(fetch);
      return { count };
    } catch ({ name, code, outcome, status, issues }) {
      return { count, name, code, outcome, status, issues: issues?.map(({ code, path }) => [code, path]) };
    } finally {
      globalThis.fetch = original;
      Math.random = random;
    }
  }

  for (const [what, answer] of Object.entries(ANSWERS)) {
    it(`end as the client's do: ${what}`, async () => {
      const client = (fetch) => new CustomerClient({ baseUrl: BASE, microsite: MICROSITE, fetch });
      const ofWidget = await outcomeOf(answer, () => created(REQUEST, KEY, { clock: clock() }));
      const ofClient = await outcomeOf(answer, (fetch) => client(fetch).create(REQUEST, { idempotencyKey: KEY }));
      const count = REPEATED[what] ?? ofClient.count;
      assert.deepEqual(ofWidget, { ...ofClient, count }, "create");
      assert.notEqual(REPEATED[what], ofClient.count, "a difference that is none");
      assert.deepEqual(
        await outcomeOf(answer, () => fetchSetup(BASE, MICROSITE, undefined, undefined, clock())),
        await outcomeOf(answer, (fetch) => client(fetch).setup()),
        "setup",
      );
    });
  }

  for (const [status, create, outcome] of [
    [200, 1, "unknown"],
    [401, 1, "refused"],
    [403, 1, "refused"],
    [404, 1, "refused"],
    [408, 4, "unknown"],
    [413, 1, "refused"],
    [429, 4, "refused"],
    [500, 4, "unknown"],
    [502, 4, "unknown"],
    [503, 4, "unknown"],
    [504, 4, "unknown"],
  ]) {
    it(`take a proxy's web page by its status, as the client's do: ${status}`, async () => {
      const headers = { "Content-Type": "text/html", "Retry-After": "0" };
      const page = () => new Response("<!DOCTYPE html><title>x</title>", { status, headers });
      const client = (fetch) => new CustomerClient({ baseUrl: BASE, microsite: MICROSITE, fetch });
      const ofWidget = await outcomeOf(page, () => created(REQUEST, KEY, { clock: clock() }));
      const ofClient = await outcomeOf(page, (fetch) => client(fetch).create(REQUEST, { idempotencyKey: KEY }));
      assert.deepEqual(pick(ofWidget), { count: create, outcome }, "create");
      assert.equal(ofClient.outcome, outcome, "create by the client");
      assert.deepEqual(
        pick(await outcomeOf(page, () => fetchSetup(BASE, MICROSITE, undefined, undefined, clock()))),
        pick(await outcomeOf(page, (fetch) => client(fetch).setup())),
        "setup",
      );
    });
  }

  it("asks again after a 502 that is not the gateway's, and not after its own", async () => {
    const proxys = () => new Response("<html>", { status: 502 });
    const ask = () => created(REQUEST, KEY, { clock: clock() });
    assert.deepEqual(pick(await outcomeOf(proxys, ask)), { count: 4, outcome: "unknown" });
    assert.deepEqual(pick(await outcomeOf(ANSWERS[502], ask)), { count: 1, outcome: "unknown" });
  });

  it("sends nothing while there is no network, and says so", async () => {
    const ask = (isOffline) => () => created(REQUEST, KEY, { clock: { ...clock(), isOffline } });
    const never = () => Promise.reject(new TypeError("fetch failed"));
    assert.deepEqual(
      pick(
        await outcomeOf(
          never,
          ask(() => true),
        ),
      ),
      { count: 1, outcome: "notSent" },
    );
    let asked = 0;
    const isGone = () => asked++ > 0;
    assert.deepEqual(pick(await outcomeOf(never, ask(isGone))), { count: 1, outcome: "unknown" });
  });

  it("ends when it is stopped, and knows whether anything was written", async () => {
    for (const [answer, outcome] of [
      [ANSWERS["429 for a moment"], "notSent"],
      [ANSWERS["503"], "unknown"],
    ]) {
      const stop = new AbortController();
      const waiting = () => stop.abort();
      const ended = await outcomeOf(answer, () =>
        created(REQUEST, KEY, { signal: stop.signal, waiting, clock: clock() }),
      );
      assert.deepEqual(ended, {
        count: 1,
        name: "AbortError",
        code: "abort",
        outcome,
        status: undefined,
        issues: undefined,
      });
    }
  });
});

const pick = ({ count, outcome }) => ({ count, outcome });
