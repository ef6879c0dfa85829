/**
 * For whoever changes when a request is repeated, or what a failure means for a write: the widget, which sends without
 * WebAssembly, does the same as the package's client.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import init, { CustomerClient } from "../../pkg/entry/inline.js";
import { create, fetchSetup } from "../../www/widget/gateway.js";

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

describe("the widget's requests", () => {
  before(() => init());

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
      assert.deepEqual(
        await outcomeOf(answer, () => create(BASE, MICROSITE, REQUEST, KEY)),
        await outcomeOf(answer, (fetch) => client(fetch).create(REQUEST, { idempotencyKey: KEY })),
        "create",
      );
      assert.deepEqual(
        await outcomeOf(answer, () => fetchSetup(BASE, MICROSITE)),
        await outcomeOf(answer, (fetch) => client(fetch).setup()),
        "setup",
      );
    });
  }
});
