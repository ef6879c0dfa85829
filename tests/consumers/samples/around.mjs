/**
 * What stands around the samples of README.md and docs/ when they run, by their names: the page, the heading, and from the
 * second on below one heading a number. `before` declares what a sample takes as given; `after` says what must have come
 * of it, and so does `then` about what the sample exports; `values` is how many values the sample itself says.
 *
 * The global `sandbox` has the address and the account of the stand-in for the remote API. `sampleAssert` is node:assert.
 */
import assert from "node:assert/strict";

/** A client of the remote API. */
const CLIENT = `
import start, { CustomerClient } from "dinerkit";
await start();
const client = new CustomerClient({
  baseUrl: sandbox.url,
  microsite: "oak-and-salt",
  credentials: { username: sandbox.username, password: sandbox.password },
});
const details = { Surname: "Lee", Email: "lee@example.com", Mobile: "+61 491 570 006" };`;

/** A client whose requests are noted in `asked` and answered with an empty record. */
const NOTED = `
import start, { CustomerClient } from "dinerkit";
await start();
const asked = [];
const client = new CustomerClient({
  baseUrl: "https://booking.example",
  microsite: "oak-and-salt",
  fetch: async (request) => {
    asked.push(request.method + " " + request.url.split("/oak-and-salt/")[1]);
    return Response.json({});
  },
});`;

/** A gateway before the sandbox, and a fetch of its own for the clients of guests. */
const GATEWAY = `
import startGateway, { createGateway as makeGateway } from "dinerkit/gateway";
await startGateway();
const guestsGateway = makeGateway({
  upstream: sandbox.url,
  credentials: { username: sandbox.username, password: sandbox.password },
  microsites: ["oak-and-salt"],
  capabilityKeys: [{ id: "1", secret: process.env.CAPABILITY_SECRET }],
  fetch: globalThis.fetch,
});
globalThis.fetch = (...request) => guestsGateway.fetch(new Request(...request));
const baseUrl = "https://booking.example";
const microsite = "oak-and-salt";`;

/** Options of a gateway, as a sample takes them for given. */
const OPTIONS = `
import startGateway, { createGateway } from "dinerkit/gateway";
await startGateway();
const options = {
  upstream: sandbox.url,
  credentials: { username: sandbox.username, password: sandbox.password },
  microsites: ["oak-and-salt"],
};`;

/** Asks the sample's default export, which is a worker, for a Setup. */
async function askForSetup({ default: worker }) {
  const path = "https://booking.example/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customers/Setup";
  const answer = await worker.fetch(new Request(path), {}, { waitUntil() {} });
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).MicrositeName, "oak-and-salt");
}

/** A page's document, as far as events go. */
const DOCUMENT = `
const document = new EventTarget();
const addEventListener = document.addEventListener.bind(document);
const happens = (type, detail) => document.dispatchEvent(Object.assign(new Event(type), { detail }));
const heard = [];`;

/** A stand-in of `dinerkit/testing`. */
const STAND_IN = `
import { createStandIn } from "dinerkit/testing";
const standIn = await createStandIn();`;

export const AROUND = {
  "README.md#on-a-page 2": {
    before: `${DOCUMENT}\nconst console = { log: (...words) => heard.push(...words) };`,
    after: 'happens("diner-created", { Id: 7 });\nsampleAssert.deepEqual(heard, ["customer", 7]);',
  },
  "README.md#from-npm": {
    values: 3,
    after: `
sampleAssert.ok(customer.Id > 0);
const { loadPhones } = await import("dinerkit");
await loadPhones();
sampleAssert.deepEqual(checkCustomer({ Surname: "Lee", Email: "lee@example.com", Mobile: "+61 491 570 006" }).issues, []);`,
  },
  "README.md#at-the-edge": { then: askForSetup },

  "docs/api.md#message 2": { before: 'import start from "dinerkit";\nawait start();', values: 1 },

  "docs/bulk.md#files-of-many-rows": {
    before: `
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
const home = process.cwd();
process.chdir(mkdtempSync(join(tmpdir(), "dinerkit-sample-")));
writeFileSync("guests.csv", "Surname,Email,Mobile\\nLee,lee@example.com,+61 491 570 006\\nLi,li@,\\n");
const setup = {};
const [kept, said] = [[], []];
const keep = async ({ Surname }) => kept.push(Surname);
const console = { log: (line, issues) => said.push(line, ...issues) };`,
    after: `
process.chdir(home);
sampleAssert.deepEqual(kept, ["Lee"]);
sampleAssert.deepEqual(said, [3, "Email email_invalid", "Mobile phone_required"]);`,
  },
  "docs/bulk.md#an-upload-of-ndjson": {
    after: `
await new Promise((resolve) => server.once("listening", resolve));
const body = '{"Surname":"Lee","Email":"lee@example.com","Mobile":"+61 491 570 006"}\\n{"Surname":\\n';
const answer = await fetch("http://127.0.0.1:" + server.address().port, { method: "POST", body });
const lines = (await answer.text()).trimEnd().split("\\n").map((line) => JSON.parse(line));
sampleAssert.deepEqual(lines.map(({ line, issues }) => [line, issues[0].code]), [[2, "row_not_json"]]);
server.close();
server.closeAllConnections();`,
  },
  "docs/bulk.md#a-file-that-somebody-has-chosen": {
    before: `
const file = new File(["Nachname;E-Mail;Handy\\nLee;lee@example.com;+61 491 570 006\\n"], "guests.csv");
const input = Object.assign(new EventTarget(), { files: [file] });
const navigator = { language: "de-DE" };
const [cancel, bar, output] = [{}, {}, {}];
const shown = [];
const showColumns = (columns) => shown.push(...columns.map(({ field }) => field));
const rowsAreShown = new Promise((resolve) => (globalThis.showRows = resolve));`,
    after: `
input.dispatchEvent(new Event("change"));
const [{ value: guest }] = await rowsAreShown;
sampleAssert.equal(guest.Surname, "Lee");
sampleAssert.deepEqual(shown, ["Surname", "Email", "Mobile"]);
sampleAssert.equal(bar.value, 1);
delete globalThis.showRows;`,
  },

  "docs/client.md#the-client": {
    before: `
const baseUrl = sandbox.url;
const microsite = "oak-and-salt";
const { username, password } = sandbox;`,
    after: `
const edited = await client.get(customer.Id);
sampleAssert.equal(edited.Company, "Oak");
sampleAssert.match(edited.Comments, /Prefers the window\\.$/);`,
  },
  "docs/client.md#raw": {
    before: NOTED,
    after: 'sampleAssert.deepEqual(asked, ["GET Bookings?date=2026-01-01", "POST Bookings/7/Notes"]);',
  },
  "docs/client.md#safe": {
    before: `${CLIENT}
const said = [];
const show = ({ Surname }) => said.push(Surname);
const mark = ([{ code }]) => said.push(code);
const request = { ...details, Email: "lee@" };`,
    after: 'sampleAssert.deepEqual(said, ["email_invalid"]);',
  },
  "docs/client.md#once-and-once-only": {
    before: `${GATEWAY}
import start, { CustomerClient } from "dinerkit";
await start();
const client = new CustomerClient({ baseUrl, microsite });
const details = { Surname: "Once", Email: "once@example.com", Mobile: "+61 491 570 006" };
const sessionStorage = {};`,
    after: `
const { Id } = await client.create(details, { idempotencyKey: sessionStorage.createKey });
sampleAssert.equal((await client.create(details, { idempotencyKey })).Id, Id);`,
  },
  "docs/client.md#hooks": {
    before: `
import start, { CustomerClient } from "dinerkit";
await start();
const baseUrl = "https://booking.example";
const microsite = "oak-and-salt";`,
    after: "client.free();",
  },
  "docs/client.md#hooks 2": {
    before: 'const traceparent = () => "00-1-2-01";',
    after: `
const asked = new Request(sandbox.url + "/", { method: "HEAD" });
await traced(asked);
sampleAssert.equal(asked.headers.get("traceparent"), "00-1-2-01");`,
  },

  "docs/consent.md#what-is-recorded": {
    before: `${DOCUMENT}\nconst keep = (...kept) => heard.push(...kept);`,
    after: 'happens("diner-created", { Id: 7, receipts: [1] });\nsampleAssert.deepEqual(heard, [7, [1]]);',
  },
  "docs/consent.md#what-is-recorded 2": {
    before: `
import start, { consentReceipts, CustomerForm } from "dinerkit";
await start();
const setup = { GroupEmailMarketingOptInText: "News by e-mail" };
const form = new CustomerForm({ setup, draft: { Surname: "Lee", Email: "lee@example.com", Mobile: "+61 491 570 006" } });
form.set({ ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: "News by e-mail" });`,
    after:
      'sampleAssert.deepEqual(receipts.map(({ field, locale }) => [field, locale]), [["ReceiveEmailMarketing", "en-GB"]]);',
  },

  "docs/engines.md#write-one-and-test-it": { after: "sampleAssert.ok(passed.length > 10);" },

  "docs/frameworks.md#vue-nuxt 2": {
    then: ({ default: { hooks } }) => {
      const entry = (file, src) => ({ file, src, prefetch: true });
      const manifest = {
        "../node_modules/dinerkit/dist/guest.bin": entry("guest.1.bin", "../node_modules/dinerkit/dist/guest.bin"),
        "guest.1.bin": entry("guest.1.bin"),
        "../node_modules/nuxt/dist/app/entry.js": entry("2.js", "../node_modules/nuxt/dist/app/entry.js"),
      };
      hooks["build:manifest"](manifest);
      assert.deepEqual(
        Object.values(manifest).map(({ prefetch }) => prefetch),
        [false, false, true],
      );
    },
  },

  "docs/gateway.md#the-gateway": { then: askForSetup },
  "docs/gateway.md#a-guests-own-record": {
    before: `${GATEWAY}
import start, { CustomerClient } from "dinerkit";
await start();
const client = new CustomerClient({ baseUrl, microsite });
const details = { Surname: "Own", Email: "own-" + Date.now() + "@example.com", Mobile: "+61 491 570 006" };`,
    after: 'sampleAssert.equal((await own.get(Id)).Surname, "Li");',
  },
  "docs/gateway.md#serving-them-otherwise": {
    before: `${GATEWAY}\nconst gateway = guestsGateway;`,
    after: `
const script = await handle(new Request("https://booking.example/dinerkit/diner-form.js"));
sampleAssert.match(script.headers.get("content-type"), /javascript/);
const other = await handle(new Request("https://booking.example/"));
sampleAssert.equal(other.status, 404);`,
  },
  "docs/gateway.md#pages": { before: OPTIONS },
  "docs/gateway.md#robots": {
    before: `${OPTIONS}\nconst isGood = async (token) => token.length > 0;`,
  },
  "docs/gateway.md#staff-by-their-tokens": { before: OPTIONS },

  "docs/many.md#setting-it-up 2": {
    before: `${OPTIONS}\nconst client = { sendCommand() {}, multi() {} };`,
    after: 'sampleAssert.equal(gateway.status().shared.engine, "redis");',
  },

  "docs/phone.md#phone-numbers": { values: 1 },
  "docs/phone.md#as-you-type": {
    before: 'import start, { formatPhone, loadPhoneFormats } from "dinerkit";\nawait start();',
    values: 1,
  },

  "docs/testing-your-page.md#failures": { before: STAND_IN },
  "docs/widget.md#the-widget 2": {
    before: `${DOCUMENT}\nconst book = (booking) => heard.push(booking);`,
    after: 'happens("diner-created", { Id: 7 });\nsampleAssert.deepEqual(heard, [{ customer: 7 }]);',
  },
  "docs/widget.md#before-it-is-sent": {
    before: `${DOCUMENT}\nconst reserve = () => heard.push("asked");`,
    after: `
happens("diner-submit", { waitUntil: (promise) => heard.push(promise) });
sampleAssert.deepEqual(heard, ["asked", 1]);`,
  },
  "docs/widget.md#a-challenge": {
    before: `
const form = {};
const document = { querySelector: () => form };
const runChallenge = (done) => done("a token");`,
    after: `sampleAssert.equal(await form.challenge(), "a token");`,
  },
  "docs/widget.md#languages": {
    after: `
const { default: brazilian } = await locales["pt-BR"]();
sampleAssert.equal(brazilian.labels.Mobile, "Celular");
sampleAssert.ok(brazilian.labels.Surname);`,
  },
  "docs/widget.md#without-the-widget": { values: 1 },
};
