/**
 * For the tests of `examples/`: a guest books on the page of an example. The gateway is up before the example is built,
 * because its address is part of what is built; it learns the page's origin once that is served.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createGateway, default as startGateway, widgetFiles } from "../../pkg/gateway/node.js";
import { toListener } from "../../server/http.js";
import { focused, openPage, tabTo } from "./browser.mjs";
import { GUEST, GUEST_RECORD, nextEnd, typeGuest } from "./guest.mjs";
import { stored } from "./sandbox.mjs";
import { listen } from "./server.mjs";

const MICROSITE = "oak-and-salt";
const SEND = "Send my details";

/** A gateway before a sandbox, which also serves the widget. Returns its `url`, and `open(origin)` for the page's origin. */
export async function startExampleGateway(scope, { url: upstream, username, password }) {
  await startGateway();
  let handle;
  const url = await listen(
    scope,
    createServer((...exchange) => handle(...exchange)),
  );
  const files = widgetFiles({ publicUrl: url });
  const open = (origin) => {
    const options = { upstream, credentials: { username, password }, microsites: [MICROSITE], perAddress: 0 };
    const gateway = createGateway({ ...options, origins: [origin], publicUrl: url });
    handle = toListener((request, context) => files(request) ?? gateway.fetch(request, context));
  };
  return { url, open };
}

/**
 * Opens a page of an example, has its date come and go, fills the form in by keyboard, sends it, and reads the record
 * back. Returns the paths that the page has requested, and `hints`, what it tells the browser to fetch in advance.
 */
export async function book(browser, address, sandbox, { isHydrated = true } = {}) {
  const { page, problems, close } = await openPage(browser);
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url())));
  try {
    await page.addInitScript(() => document.addEventListener("diner-ready", () => (globalThis.isReady = true)));
    await page.goto(address);
    await page.waitForFunction(() => globalThis.isReady);
    assert.equal(await page.locator("diner-form form").count(), 1, "one form is drawn");
    const hints = await page.evaluate(() =>
      [...document.querySelectorAll("link[rel~=prefetch], link[rel~=preload], link[rel~=modulepreload]")].map(
        ({ rel, href }) => `${rel} ${href}`,
      ),
    );

    const date = page.locator("[name=BookingDate]");
    if (isHydrated) {
      await typeGuest(page, GUEST);
      await page.locator("#choose").focus();
      await page.keyboard.press("Space");
      await date.waitFor();
      const [above, below] = await Promise.all([date.boundingBox(), page.locator("[name=FirstName]").boundingBox()]);
      assert.ok(above.y < below.y, "the date is before the details");
      assert.equal((await send(page)).type, "diner-invalid");
      assert.equal(await focused(page), "BookingDate", "an empty date is found");
      await page.locator("#choose").focus();
      await page.keyboard.press("Space");
      await date.waitFor({ state: "detached" });
    } else {
      await date.fill("2026-12-24");
      await page.locator("[name=FirstName]").focus();
      await typeGuest(page, GUEST);
    }
    const { type, Id } = await send(page);
    assert.equal(type, "diner-created");
    await assertStored(sandbox, Id);
    if (isHydrated) await page.getByText(`Booked for customer ${Id}`, { exact: true }).waitFor();
    assert.deepEqual(problems, []);
    return { requests, hints };
  } catch (error) {
    throw new Error([error.message, ...problems].join("\n"), { cause: error });
  } finally {
    await close();
  }
}

async function send(page) {
  const end = nextEnd(page);
  await tabTo(page, SEND);
  await page.keyboard.press("Enter");
  return end;
}

/** Looks for the guest's record in the sandbox's database. */
export async function assertStored(sandbox, Id) {
  const { record } = (await stored(sandbox.db)).find(({ id }) => id === Id);
  for (const [name, value] of Object.entries(GUEST_RECORD)) assert.equal(record[name], value, name);
}
