/** The restaurant's Setup is fetched once, and nothing that a runtime ends holds up the next request. */
import assert from "node:assert/strict";
import { describe, it } from "../cases.mjs";
import { BASE, create, guest, json, KEY, MICROSITE, open, vendor } from "./stand-in.mjs";

describe("the cache of Setups", () => {
  it("one microsite's Setup is not another's", async () => {
    const setups = { [`GET ${MICROSITE}/Customers/Setup`]: "Oak", "GET harbour-room/Customers/Setup": "Harbour" };
    const { ask } = open(
      {},
      vendor((asked) => setups[asked] && json({ Name: setups[asked] })),
    );
    for (const path of ["Customers/Setup", "Customers/Setup?microsite=harbour-room", "Customers/Setup#/harbour-room"]) {
      assert.deepEqual(await (await ask("GET", path)).json(), { Name: "Oak", OptInNodes: {} });
    }
    const other = BASE.replace(MICROSITE, "harbour-room");
    assert.deepEqual(await (await ask("GET", `${other}Customers/Setup`)).json(), { Name: "Harbour", OptInNodes: {} });
  });

  it("however many ask at once, the remote API is asked for a Setup once, and a failure is asked for once", async () => {
    for (const fails of [false, true]) {
      let asked = 0;
      const { ask } = open(
        { perAddress: 0 },
        vendor((request) => {
          if (!request.endsWith("Setup")) return undefined;
          asked += 1;
          return fails ? json({}, 500) : undefined;
        }),
      );
      const answers = await Promise.all(Array.from({ length: 200 }, () => ask("GET", "Customers/Setup")));
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([fails ? 503 : 200]));
      assert.equal((await ask("GET", "Customers/Setup")).status, fails ? 503 : 200);
      assert.equal(asked, 1);
    }
  });

  it("a stale Setup is used while one request fetches the next", async () => {
    let name = "one";
    let release;
    let held;
    const { ask } = open(
      { perAddress: 0, setupFreshSeconds: 1 },
      vendor(async (request) => {
        if (!request.endsWith("Setup")) return undefined;
        const now = name;
        await held;
        return json({ Name: now });
      }),
    );
    const seen = async () => (await (await ask("GET", "Customers/Setup")).json()).Name;
    assert.equal(await seen(), "one");
    const clock = Date.now;
    try {
      Date.now = () => clock() + 2000;
      name = "two";
      held = new Promise((resolve) => (release = resolve));
      assert.deepEqual(await Promise.all([seen(), seen(), seen()]), ["one", "one", "one"]);
      release();
      while ((await seen()) !== "two") await new Promise((resolve) => setTimeout(resolve));
    } finally {
      Date.now = clock;
    }
  });
});

describe("what a runtime ends with its request", () => {
  /** A remote API that leaves the first such request without an answer until `answer` is called. */
  function silent(method) {
    const remote = { isAsked: false };
    const answered = new Promise((resolve) => (remote.answer = resolve));
    const stub = vendor(async (asked) => {
      if (remote.isAsked || !asked.startsWith(method)) return;
      remote.isAsked = true;
      await answered;
    });
    return Object.assign(remote, stub);
  }

  for (const [name, method, request, status] of [
    ["a Setup on its way", "GET", ["GET", "Customers/Setup"], 200],
    ["a create under the same key", "POST", create(guest(), { "Idempotency-Key": KEY }), 409],
  ]) {
    it(`${name} does not hold up who comes later`, async () => {
      const remote = silent(method);
      const { ask } = open({}, remote);
      const clock = Date.now;
      const vanished = ask(...request);
      try {
        while (!remote.isAsked) await new Promise((resolve) => setTimeout(resolve));
        Date.now = () => clock() + 31_000;
        assert.equal((await ask(...request)).status, status);
      } finally {
        Date.now = clock;
        remote.answer();
        await vanished;
      }
    });
  }
});
