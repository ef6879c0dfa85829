/**
 * For whoever changes the widget's requests or the gateway's answers: that the widget keeps to
 * `tests/support/widget-contract.json` and takes every answer in it, also from a gateway of another release, whose Setup
 * and issues may have members that this widget does not know. The gateway's side is `src/gateway/tests/contract.rs`.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, describe, it } from "node:test";
import { create, edit, failureOf, fetchSetup } from "../../www/widget/gateway.js";
import { hasCustomer } from "../../www/widget/next-step.js";

const contract = JSON.parse(await readFile(new URL("../support/widget-contract.json", import.meta.url), "utf8"));
const BASE = "https://book.example/";
const REQUEST = { Surname: "Lee" };
const KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324";
/** A member that a later release may have. */
const LATER = { Later: { anything: [1] } };

describe("the widget's contract with the gateway", () => {
  const { fetch } = globalThis;
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  /** Answers the requests that come, the last answer to all that follow, and returns the list of requests. */
  function answering(...answers) {
    const requests = [];
    globalThis.fetch = async (url, init) => {
      requests.push(new Request(url, { ...init, signal: undefined }));
      const { status, body, retryAfter } = answers[Math.min(requests.length, answers.length) - 1];
      const headers = { "Dinerkit-Version": "0.1.0", ...(retryAfter && { "Retry-After": "0" }) };
      return Response.json(body, { status, headers });
    };
    return requests;
  }

  function assertSent(request, { method, path, headers }) {
    assert.deepEqual([request.method, new URL(request.url).pathname], [method, path]);
    assert.deepEqual([...request.headers.keys()].sort(), headers.map((name) => name.toLowerCase()).sort());
  }

  /** The customer's Id. Waits take no time. */
  async function ask() {
    let now = 0;
    const clock = { now: () => now, random: () => 0, isOffline: () => false, sleep: async () => void (now += 1000) };
    const answer = await create(BASE, "oak-and-salt", REQUEST, KEY, { clock });
    if (!hasCustomer(answer)) throw failureOf(answer);
    return answer.json.Id;
  }

  it("hands over what a challenge gives, a fresh one with each attempt", async () => {
    const requests = answering({ status: 429, body: {}, retryAfter: true }, { status: 200, body: { Id: 7 } });
    let count = 0;
    const clock = { now: () => 0, random: () => 0, isOffline: () => false, sleep: async () => {} };
    const challenge = async () => `token-${++count}`;
    await create(BASE, "oak-and-salt", REQUEST, KEY, { clock, challenge });
    const { challengeHeader } = contract.create;
    assert.deepEqual(
      requests.map(({ headers }) => headers.get(challengeHeader)),
      ["token-1", "token-2"],
    );
    const headers = [...contract.create.headers, challengeHeader];
    for (const request of requests) assertSent(request, { ...contract.create, headers });
  });

  it("asks for the Setup, and takes one with members of another release", async () => {
    const setup = { ...Object.fromEntries(contract.setup.members.map((name) => [name, null])), ...LATER };
    const requests = answering({ status: 200, body: setup });
    assert.deepEqual(await fetchSetup(BASE, "oak-and-salt"), setup);
    assertSent(requests[0], contract.setup);
  });

  const issue = { PropertyName: "request.Surname", ErrorMessage: "x", Code: "too_long", Params: { max: 50 }, ...LATER };
  const created = { status: 200, body: { Id: 7, ...LATER } };

  for (const { case: name, status, retryAfter, members = [], means } of contract.create.answers) {
    it(`takes the answer to a create: ${name}`, async () => {
      const all = { Id: 7, ValidationErrors: [issue] };
      const body = { Message: "x", ...LATER, ...Object.fromEntries(members.map((member) => [member, all[member]])) };
      const requests = answering({ status, body, retryAfter }, created);
      const sent = ask();
      if (means === "created" || means === "wait") {
        assert.equal(await sent, 7);
        assert.equal(requests.length, means === "wait" ? 2 : 1);
      } else {
        const error = await sent.then(assert.fail, (reason) => reason);
        assert.equal(requests.length, 1, "the gateway's last word");
        assert.equal(error.outcome, means === "unknown" ? "unknown" : "refused");
        assert.equal(error.code, means === "validation" ? "validation" : "http");
        if (means === "validation") {
          assert.deepEqual(Object.keys(issue).slice(0, -1), contract.create.issueMembers);
          const [{ code, path, params }] = error.issues;
          assert.deepEqual({ code, path, params }, { code: "too_long", path: ["Surname"], params: { max: 50 } });
        }
      }
      for (const request of requests) {
        assertSent(request, contract.create);
        assert.equal(request.headers.get("Idempotency-Key"), KEY, "the same in each attempt");
        assert.deepEqual(await request.json(), REQUEST);
      }
    });
  }

  it("writes a change of a customer by the capability that came with it", async () => {
    const requests = answering(created);
    const { status } = await edit(BASE, "oak-and-salt", { Id: 7, Capability: "dk1.k.x.y" }, { Surname: "Li" });
    assert.equal(status, 200);
    assertSent(requests[0], contract.edit);
    assert.equal(requests[0].headers.get("Authorization"), "Bearer dk1.k.x.y");
    assert.deepEqual(await requests[0].json(), { Surname: "Li" });
  });

  it("shows an issue of a code or a field that this release does not know in the gateway's words", async () => {
    const ValidationErrors = [
      { ...issue, Code: "code_of_a_later_release" },
      { ...issue, PropertyName: "LaterField" },
    ];
    answering({ status: 400, body: { Message: "x", ValidationErrors } });
    const error = await ask().then(assert.fail, (reason) => reason);
    assert.deepEqual(
      error.issues.map(({ code, message }) => [code, message]),
      [["code_of_a_later_release", "x"]],
    );
    assert.deepEqual(error.unmapped, [{ PropertyName: "LaterField", ErrorMessage: "x" }]);
  });
});
