/** A guest's own record, by the client and by a link from an e-mail. */
import assert from "node:assert/strict";
import { CustomerClient } from "dinerkit";
import { describe, it } from "../cases.mjs";
import { BASE, create, GUEST, guest, HOST, MICROSITE, open } from "./stand-in.mjs";

/** True for an error that says what to do and repeats no value. */
const isPlain = (error) =>
  error instanceof TypeError && /^give |takes /.test(error.message) && !error.message.includes("upstream-secret");

describe("a guest's own record", () => {
  it("is read and edited with what create answered, by the same client", async () => {
    const { gateway, remote } = open();
    const through = { baseUrl: HOST, microsite: MICROSITE, fetch: (request) => gateway.fetch(request) };
    const { Id, Capability } = await new CustomerClient(through).create(GUEST);
    const own = new CustomerClient({ ...through, token: Capability });
    const edited = await own.edit(Id, { Surname: "Li", Address: { Town: "Bath" } });
    assert.deepEqual([edited.Surname, edited.Address], ["Li", { Town: "Bath" }]);
    await own.unsubscribe({ ids: [Id], mode: "Email" });
    assert.deepEqual(remote.bodies.at(-1), {
      CustomerIds: [Id],
      IpAddress: "192.0.2.9",
      MarketingCommunicationMode: "Email",
    });
    await assert.rejects(own.unsubscribe({ ids: [7] }), { status: 403 });
    await assert.rejects(own.get(7), { status: 403 });
    await assert.rejects(own.edit(Id, { IsVip: true }), { name: "ValidationError" });
    await assert.rejects(own.scheduleDeletion([Id]), { status: 403 });
    await assert.rejects(own.merge({ into: Id, from: [7] }), { status: 403 });
  });

  it("does not show staff's part, which stays when it is edited", async () => {
    const { gateway, remote } = open();
    const token = gateway.capability({ microsite: MICROSITE, id: 7 });
    const fetch = (request) => gateway.fetch(request);
    const own = new CustomerClient({ baseUrl: HOST, microsite: MICROSITE, token, fetch });
    const read = await own.get(7);
    assert.deepEqual([read.Surname, read.Comments, read.IsVip, read.Unknown], ["Lee", ...Array(3).fill(undefined)]);
    await own.edit(7, { Surname: "Li" });
    const { Surname, Comments, CustomerOptions, IsVip, CustomerCodes, Unknown } = remote.bodies.at(-1);
    assert.deepEqual([Surname, IsVip, CustomerCodes], ["Li", true, [1]]);
    assert.deepEqual([Comments, Unknown], Array(2).fill("upstream-secret"));
    assert.deepEqual(CustomerOptions, { AppendComments: false });
  });

  it("is unsubscribed by a link from an e-mail, never by opening it", async () => {
    const { gateway, ask, remote, events } = open();
    const link = gateway.unsubscribeLink({ microsite: MICROSITE, id: 7 });
    assert.ok(link.startsWith(`${HOST}${BASE}unsubscribe?token=dk1.`));
    const page = await ask("GET", link);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    const html = await page.text();
    assert.ok(!/https?:|<script|src=|href=/.test(html), html);
    assert.deepEqual(remote.seen, []);
    // The mail program's own button (RFC 8058), and the page's.
    for (const headers of [
      { "Content-Type": "application/x-www-form-urlencoded", body: "List-Unsubscribe=One-Click" },
      { Origin: "null" },
    ]) {
      assert.equal((await ask("POST", link, headers)).status, 200);
    }
    assert.deepEqual(remote.seen, Array(2).fill(`POST ${MICROSITE}/Customers/Unsubscribe`));
    const token = new URL(link).searchParams.get("token");
    assert.equal((await ask("GET", "Customer/7", { Authorization: `Bearer ${token}` })).status, 403);
    assert.equal((await ask("POST", link.replace(MICROSITE, "harbour-room"))).status, 403);
    assert.ok(!JSON.stringify(events).includes(token));
  });

  it("gives no capability for a wrong request, and does not repeat what was wrong", () => {
    const { gateway } = open();
    for (const wrong of [
      undefined,
      "upstream-secret",
      { microsite: "upstream-secret", id: 7 },
      { microsite: MICROSITE, id: "upstream-secret" },
      { microsite: MICROSITE, id: 7.5 },
      { microsite: MICROSITE, id: 7, purpose: "upstream-secret" },
      { microsite: MICROSITE, id: 7, expiresIn: "upstream-secret" },
    ]) {
      assert.throws(() => gateway.capability(wrong), isPlain);
    }
    assert.throws(() => open({ origins: [() => "upstream-secret"] }), isPlain);
  });

  it("names the members that a request for a capability does not have", () => {
    const { gateway } = open();
    const misspelt = { microsite: MICROSITE, id: 7, purpos: "unsubscribe", expires: "upstream-secret" };
    for (const make of [gateway.capability, gateway.unsubscribeLink]) {
      assert.throws(() => make(misspelt), {
        name: "TypeError",
        message: "purpos is not known: did you mean purpose?; expires is not known: did you mean expiresIn?",
      });
    }
  });

  it("has nobody's capability where there is no key", async () => {
    const { gateway, ask } = open({ capabilityKeys: [] });
    const created = await (await ask(...create(guest()))).json();
    assert.equal(Object.hasOwn(created, "Capability"), false);
    assert.throws(() => gateway.capability({ microsite: MICROSITE, id: 7 }), /give capabilityKeys/);
    const short = { capabilityKeys: [{ id: "a", secret: "upstream-secret" }] };
    assert.throws(
      () => open(short),
      (error) => error instanceof TypeError && !error.message.includes("upstream-secret"),
    );
  });
});
