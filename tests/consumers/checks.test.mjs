/** For whoever measures time: a live form asks the rules no more often than it must, and its request is not checked twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../support/project.mjs";

/** How often the module has checked a whole record. */
let checks = 0;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...source) => {
  const { exports } = await instantiate(...source);
  const counted = (name) => [name, (...taken) => ((checks += 1), exports[name](...taken))];
  return { exports: { ...exports, ...Object.fromEntries(["ask", "checkPacked"].map(counted)) } };
};

const project = await Project.install();
const { CustomerClient, CustomerForm, loadPhones } = await project.dinerkit();
const GUEST = { Surname: "Lee", Email: "ann@example.com", Mobile: "+44 7700 900123" };

/** How many checks a call makes. */
async function cost(call) {
  checks = 0;
  await call();
  return checks;
}

test("form asks the rules once for each change, and once for the request of a changed field", async () => {
  // The first issues of a process make one more question, for their texts.
  assert.notEqual(new CustomerForm().check().length, 0);
  const form = new CustomerForm({ draft: GUEST });
  const look = () => (form.check(), form.snapshot(), form.get("Surname"));
  const ask = () => (look(), form.request());
  assert.equal(await cost(() => (form.set("Surname", "Lee"), form.set("Surname", "Lea"), look())), 2);
  assert.equal(await cost(ask), 1, "the request is made when it is asked for");
  assert.equal(await cost(ask), 0);
  const consent = { ReceiveSmsMarketing: true, GroupSmsMarketingOptInText: "By SMS" };
  assert.equal(await cost(() => (assert.deepEqual(form.set(consent), []), ask())), 1);
  assert.equal(await cost(ask), 0);
  await loadPhones();
  assert.equal(await cost(ask), 1, "a phone table was loaded");
  assert.throws(() => form.set({ Surname: "Li", Nose: 1 }), TypeError);
  assert.equal(form.get("Surname"), "Lea", "a change is made as a whole or not at all");
  form.free();
});

test("request is the same JSON, whichever member was typed first", () => {
  const [one, other] = [new CustomerForm(), new CustomerForm()];
  const typed = [...Object.entries(GUEST), ["Address.Postcode", "BA1 1AA"], ["Address.Town", "Bath"]];
  for (const [name, value] of typed) one.set(name, value);
  for (const [name, value] of typed.reverse()) other.set(name, value);
  assert.equal(JSON.stringify(one.request()), JSON.stringify(other.request()));
});

test("client checks a request that no form has made, or that was changed afterwards", async () => {
  const bodies = [];
  const client = new CustomerClient({
    baseUrl: "https://gateway.example",
    microsite: "oak",
    async fetch(request) {
      bodies.push(await request.json());
      return Response.json({ ...bodies.at(-1), Id: 7 });
    },
  });
  const form = new CustomerForm({ draft: GUEST });
  const request = form.request();
  assert.equal(await cost(() => client.create(request)), 0);
  assert.deepEqual(bodies, [request]);
  assert.equal(await cost(() => client.create({ ...request })), 1, "a copy");
  request.Surname = " Lea ";
  assert.equal(await cost(() => client.create(request)), 1, "changed");
  assert.equal(bodies.at(-1).Surname, "Lea");
  request.Surname = "";
  await assert.rejects(client.create(request), { code: "validation" });
  // The client checks a request again if its form had laxer options.
  const lax = new CustomerForm({ draft: { ...GUEST, Surname: "x".repeat(101) }, limits: { Surname: 200 } });
  await assert.rejects(client.create(lax.request()), { code: "validation" });
  client.free();
});
