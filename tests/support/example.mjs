/**
 * For the tests of `examples/`: a guest books on the page of an example. The gateway is up before the example is built,
 * because its address is a part of what is built; it learns the page's origin once that is served. Environment: the
 * sandbox's.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import startClient, { CustomerClient } from "../../pkg/entry/inline.js";
import startGateway, { createGateway, widgetFiles } from "../../pkg/gateway/server.js";
import { toListener } from "../../server/http.js";
import { focused, launch, openPage, tabTo } from "./browser.mjs";
import { GUEST, GUEST_RECORD, nextEnd, typeGuest } from "./guest.mjs";
import { listen } from "./server.mjs";
import { followFirstProblem } from "./widget.mjs";

const microsite = "oak-and-salt";
const SEND = "Send my details";
/** A development server compiles what a page needs when it is first asked for it. */
const PATIENCE_MS = 60_000;

const { SANDBOX_URL: upstream, SANDBOX_USERNAME: username, SANDBOX_PASSWORD: password } = process.env;
const credentials = { username, password };

/** A gateway before the sandbox, which serves the widget too. Returns its `url`, and `open(origin)` for the page's origin. */
export async function startExampleGateway(scope) {
  await startGateway();
  let handle;
  const server = createServer((...exchange) => handle(...exchange));
  const url = await listen(scope, server);
  const files = widgetFiles({ publicUrl: url });
  const open = (origin) => {
    const options = {
      upstream,
      credentials,
      microsites: [microsite],
      origins: [origin],
      publicUrl: url,
      perAddress: 0,
    };
    const gateway = createGateway(options);
    handle = toListener((request, context) => files(request) ?? gateway.fetch(request, context));
  };
  return { url, open };
}

/** The browser of a list of tests. */
const browsers = new WeakMap();
function browserOf(scope) {
  if (!browsers.has(scope)) browsers.set(scope, launch(scope));
  return browsers.get(scope);
}

/**
 * Opens a page with a form and runs `use(page)` on it. The page's complaints fail the test. Returns what was loaded:
 * `bodies`, `paths`, and `hints`, which is what the page has the browser fetch in advance.
 */
export async function openExample(scope, address, use, { hasWidget = true } = {}) {
  const { page, problems, close } = await openPage(await browserOf(scope.file ?? scope));
  const bodies = [];
  const paths = [];
  page.on("response", (response) => {
    paths.push(new URL(response.url()).pathname);
    bodies.push(response.body().catch(() => Buffer.alloc(0)));
  });
  try {
    await page.addInitScript(() => document.addEventListener("diner-ready", () => (globalThis.isReady = true)));
    await page.goto(address, { timeout: PATIENCE_MS });
    if (hasWidget) await page.waitForFunction(() => globalThis.isReady, undefined, { timeout: PATIENCE_MS });
    const hints = await page.evaluate(() =>
      [...document.querySelectorAll("link")]
        .filter(({ rel }) => ["prefetch", "preload", "modulepreload"].includes(rel))
        .map(({ href }) => new URL(href).pathname),
    );
    await use(page);
    assert.deepEqual(problems, []);
    return { bodies: await Promise.all(bodies), paths, hints };
  } catch (error) {
    throw new Error([error.message, ...problems].join("\n"), { cause: error });
  } finally {
    await close();
  }
}

/** Has the date of an example's page come and go, fills the form in by keyboard, sends it, and reads the record back. */
export async function book(page) {
  assert.equal(await page.locator("diner-form form").count(), 1);
  await typeGuest(page, GUEST);
  const date = page.locator("[name=BookingDate]");
  const choose = async () => {
    await page.locator("#choose").focus();
    await page.keyboard.press("Space");
  };
  await choose();
  await date.waitFor();
  const [above, below] = await Promise.all([date.boundingBox(), page.locator("[name=FirstName]").boundingBox()]);
  assert.ok(above.y < below.y, "the date is seen before the guest's details");
  assert.equal((await send(page)).type, "diner-invalid", "an empty date is found");
  await followFirstProblem(page);
  assert.equal(await focused(page), "BookingDate");
  await choose();
  await date.waitFor({ state: "detached" });
  const { type, Id } = await send(page);
  assert.equal(type, "diner-created");
  await page.getByText(`Booked for customer ${Id}`, { exact: true }).waitFor();
  await assertStored(Id);
}

/** Sends the form by keyboard; resolves to what came of it. */
export async function send(page) {
  const end = nextEnd(page);
  await tabTo(page, SEND);
  await page.keyboard.press("Enter");
  return end;
}

/** Fills in a form of the example's own, and reads the record back. */
export async function bookOwn(page) {
  await page.locator("[name=Email]").fill("nobody@");
  await page.locator("[name=Surname]").focus();
  await page.getByText("write the e-mail address like name@example.com").waitFor();
  for (const [name, value] of Object.entries(GUEST)) await page.locator(`[name=${name}]`).fill(value);
  await page.keyboard.press("Enter");
  const booked = page.getByText(/^Booked for customer \d+$/);
  await booked.waitFor();
  await assertStored(Number((await booked.innerText()).match(/\d+/)[0]));
}

/** Reads the guest's record back. */
export async function assertStored(Id) {
  await startClient();
  const client = new CustomerClient({ baseUrl: upstream, microsite, credentials });
  try {
    const record = await client.get(Id);
    assert.deepEqual(Object.fromEntries(Object.keys(GUEST_RECORD).map((name) => [name, record[name]])), GUEST_RECORD);
  } finally {
    client.free();
  }
}

/** Asks an example's server, which has the rules too. */
export async function assertChecks(url) {
  const body = JSON.stringify({ Surname: " Lee ", Email: "nobody@", Mobile: "+44 7400 123456" });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(new URL("/api/check", url), { method: "POST", body, headers });
  assert.equal(response.status, 200);
  const { value, issues } = await response.json();
  assert.deepEqual(
    issues.map(({ code }) => code),
    ["email_invalid"],
  );
  assert.deepEqual(value, { Surname: "Lee", MobileCountryCode: 44, Mobile: "7400123456" });
}
