/** A guest's create that the operator's function admits, or not. */
import assert from "node:assert/strict";
import { memoryEngine } from "dinerkit/gateway";
import { describe, it } from "../cases.mjs";
import { assertNothingLeaks, create, guest, HOST, KEY, MICROSITE, open, PAGE, vendor } from "./stand-in.mjs";

const TOKEN = "planted-marker-token";
const CREATED = [`POST ${MICROSITE}/Customer`];

/** Options with a function that takes each of these tokens once, and what it was asked. */
function once(...tokens) {
  const valid = new Set(tokens);
  const asked = [];
  const admit = async (request, { token }) => {
    asked.push([request.method, new URL(request.url).pathname.split("/").at(-1), token]);
    return valid.delete(token);
  };
  return { options: { admit, perAddress: 0 }, asked };
}

const sent = (token, key = KEY, more = {}) =>
  create(guest(more), { "Idempotency-Key": key, ...(token && { "Dinerkit-Challenge": token }) });

describe("a create that the operator's function decides about", () => {
  it("is made with a good token, and refused with another before anything is sent", async () => {
    const { options, asked } = once(TOKEN);
    const { ask, remote, events } = open(options);
    const refused = await ask(...sent("another", undefined, { Surname: "Li" }));
    assert.equal(refused.status, 424);
    assert.equal((await refused.clone().json()).Code, "not_admitted");
    await assertNothingLeaks(refused, events);
    assert.deepEqual([remote.seen, events[0].refused], [[], "admission"]);
    assert.equal((await ask(...sent(undefined))).status, 424);
    const admitted = await ask(...sent(TOKEN));
    assert.equal(admitted.status, 200, "under the key of what was refused");
    assert.ok(!(await assertNothingLeaks(admitted, events)).includes(TOKEN));
    assert.deepEqual(asked, [
      ["POST", "Customer", "another"],
      ["POST", "Customer", undefined],
      ["POST", "Customer", TOKEN],
    ]);
    assert.deepEqual(remote.seen, CREATED);
    assert.ok(!JSON.stringify(remote.bodies).includes(TOKEN));
  });

  it("is answered as before when it is sent again, though its token is used up", async () => {
    const { ask, remote } = open(once(TOKEN).options);
    const first = await (await ask(...sent(TOKEN))).text();
    for (const token of [TOKEN, undefined]) assert.equal(await (await ask(...sent(token))).text(), first);
    assert.equal((await ask(...sent(TOKEN, KEY, { Surname: "Li" }))).status, 422);
    assert.equal((await ask(...sent(TOKEN, KEY.replace("8", "9")))).status, 424);
    assert.deepEqual(remote.seen, CREATED);
  });

  it("is made once, though it is asked for many times at once with one token", async () => {
    const { ask, remote } = open(once(TOKEN).options);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(...sent(TOKEN))));
    const statuses = answers.map(({ status }) => status);
    assert.ok(
      statuses.every((status) => [200, 409, 424].includes(status)),
      statuses.join(),
    );
    assert.ok(statuses.includes(200), statuses.join());
    assert.deepEqual(remote.seen, CREATED);
    assert.equal((await ask(...sent(TOKEN))).status, 200);
  });

  it("is known at another gateway that shares its state, which looks only", async () => {
    const engine = memoryEngine();
    const written = [];
    const shared = {
      name: "memory",
      swap(entries, options) {
        for (const { key, text } of entries) if (text !== undefined) written.push(key);
        return engine.swap(entries, options);
      },
    };
    const [remote, options] = [vendor(), { ...once(TOKEN).options, shared }];
    const [one, other] = [open(options, remote), open(options, remote)];
    assert.equal((await other.ask(...sent("another"))).status, 424);
    assert.deepEqual(
      written.filter((key) => key.includes("claim:")),
      [],
    );
    const first = await (await one.ask(...sent(TOKEN))).text();
    assert.equal(await (await other.ask(...sent(TOKEN))).text(), first);
    assert.deepEqual(remote.seen, CREATED);
  });

  it("is not decided about for staff and for a guest with a capability", async () => {
    const { options, asked } = once();
    const { ask, gateway } = open(options);
    const own = gateway.capability({ microsite: MICROSITE, id: 7 });
    for (const token of ["staff", own]) {
      assert.equal((await ask(...create(guest(), { Authorization: `Bearer ${token}` }))).status, 200);
    }
    assert.equal((await ask("GET", "Customers/Setup")).status, 200);
    assert.deepEqual(asked, []);
  });

  it("may come from a form, whose field has the token", async () => {
    const { options, asked } = once(TOKEN);
    const { gateway, remote } = open(options);
    const post = (token) =>
      gateway.fetch(
        new Request(`${HOST}/api/ConsumerApi/v1/Restaurant/${MICROSITE}/form`, {
          method: "POST",
          headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: PAGE },
          body: new URLSearchParams({
            ...JSON.parse(guest()),
            "Idempotency-Key": KEY,
            "Dinerkit-Challenge": token,
          }).toString(),
        }),
      );
    const refused = await post("another");
    assert.equal(refused.status, 424);
    const page = await refused.text();
    assert.match(page, /safe to try again/);
    assert.ok(!page.includes("another"), "the token does not come back");
    assert.deepEqual(remote.seen, []);
    assert.equal((await post(TOKEN)).status, 200);
    assert.deepEqual(asked, [
      ["POST", "form", "another"],
      ["POST", "form", TOKEN],
    ]);
    assert.deepEqual(remote.seen, CREATED);
  });

  it("may carry its token from a page of another origin", async () => {
    const { ask } = open(once().options);
    const preflight = await ask("OPTIONS", "Customer", { Origin: PAGE, "Access-Control-Request-Method": "POST" });
    assert.match(preflight.headers.get("access-control-allow-headers"), /\bDinerkit-Challenge\b/);
    assert.equal((await ask(...sent("two words"))).status, 400);
    assert.equal((await ask(...sent("x".repeat(4097)))).status, 400);
  });
});
