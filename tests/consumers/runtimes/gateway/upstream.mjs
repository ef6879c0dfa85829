/** What the remote API and the operator's functions say when they fail stays in the gateway. */
import assert from "node:assert/strict";
import { describe, it } from "../cases.mjs";
import { assertNothingLeaks, create, endless, guest, json, KEY, open, vendor } from "./stand-in.mjs";

describe("what the remote API says", () => {
  for (const [name, answer, status] of [
    ["a message with its insides", () => json({ Message: "upstream-secret", StackTrace: "upstream-secret" }, 500), 502],
    [
      "a page of its edge",
      () => new Response("<html>upstream-secret", { status: 403, headers: { "Content-Type": "text/html" } }),
      424,
    ],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { Location: "https://evil.example/upstream-secret" } }),
      502,
    ],
    [
      "what it makes of a field",
      () => json({ Message: "x", ValidationErrors: [{ PropertyName: "Email", ErrorMessage: "upstream-secret" }] }, 400),
      400,
    ],
    [
      "what it makes of something else",
      () => json({ ValidationErrors: [{ PropertyName: "Account", ErrorMessage: "upstream-secret" }] }, 400),
      400,
    ],
    ["too many", () => json({ Message: "upstream-secret" }, 429), 429],
    ["nothing of JSON", () => new Response("upstream-secret"), 502],
    ["an answer without an end", () => new Response(endless()), 502],
    ["nothing at all", () => Promise.reject(new Error("upstream-secret")), 502],
  ]) {
    it(`${name} is not passed on`, async () => {
      const { ask, events } = open(
        {},
        vendor((asked) => (asked.startsWith("POST") ? answer() : undefined)),
      );
      const response = await ask(...create(guest()));
      const text = await assertNothingLeaks(response, events);
      assert.equal(response.status, status, text);
    });
  }

  it("to the check of the operator, when that fails, stays here", async () => {
    const fail = () => {
      throw new Error("upstream-secret");
    };
    for (const options of [{ staff: fail }, { store: { putIfAbsent: fail } }]) {
      const { ask, remote, events } = open(options);
      const response = await ask(...create(guest(), { "Idempotency-Key": KEY }));
      await assertNothingLeaks(response, events);
      assert.equal(response.status, 424);
      assert.deepEqual(remote.seen, []);
    }
  });
});
