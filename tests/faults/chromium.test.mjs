/** For whoever changes the client: the table of faults, in Chromium over its own sockets. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { after, before, describe, it } from "node:test";
import { ACCOUNT, launch } from "../e2e/site.mjs";
import { attempt } from "./cases.mjs";
import { itHolds, runTable, startFaultySandbox } from "./run.mjs";

/** As many connections as a browser opens to one origin: more calls would wait for each other. */
const AT_ONCE = 6;

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/**
 * A page of the sandbox's own origin, since that sends no CORS headers, with the package loaded. Only the page and the
 * package are handed in; everything after goes over the network untouched.
 */
async function openPage(browser, url) {
  const page = await (await browser.newContext()).newPage();
  await page.route(`${url}/page`, (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>Faults</title>" }),
  );
  await page.route(`${url}/pkg/**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    const body = await readFile(new URL(`../..${path}`, import.meta.url));
    await route.fulfill({ contentType: TYPES[extname(path)], body });
  });
  await page.goto(`${url}/page`);
  await page.evaluate(async (attemptSource) => {
    globalThis.dinerkit = await import("/pkg/entry/browser.js");
    await globalThis.dinerkit.default();
    globalThis.attempt = new Function(`return ${attemptSource}`)();
  }, attempt.toString());
  await page.unrouteAll();
  return page;
}

const attemptIn = (page, call) => page.evaluate((call) => globalThis.attempt(globalThis.dinerkit, call), call);

describe("faults, in Chromium", { timeout: 600_000 }, () => {
  let browser;
  let sandbox;
  let ran;
  before(async () => {
    [browser, sandbox] = await Promise.all([launch(), startFaultySandbox()]);
    // Each with connections of its own.
    const [page, freshPage] = await Promise.all([openPage(browser, sandbox.url), openPage(browser, sandbox.url)]);
    ran = await runTable(sandbox, AT_ONCE, (call) =>
      call.losesConnection ? attemptIn(freshPage, { ...call, closesConnections: true }) : attemptIn(page, call),
    );
  });
  after(async () => {
    await browser?.close();
    await sandbox?.stop();
    await sandbox?.remove();
  });

  itHolds(() => ran);
});

/**
 * What no client can keep a browser from: Chromium sends any request once more, a POST too, when the server resets a
 * connection that was in use before without having answered. To the page it is one request. Held here so that a change
 * of it is noticed; what the gateway must do about it is in docs/client.md.
 */
describe("a reset of a connection that was in use before", { timeout: 60_000 }, () => {
  let browser;
  let sandbox;
  after(async () => {
    await browser?.close();
    await sandbox?.stop();
    await sandbox?.remove();
  });

  it("has Chromium, not the client, send a create again, with the same bytes", async () => {
    [browser, sandbox] = await Promise.all([launch(), startFaultySandbox()]);
    const page = await openPage(browser, sandbox.url);
    const input = [{ Surname: "Twice", Email: "guest@example.com", Mobile: "+44 7700 900123" }];
    const call = {
      baseUrl: sandbox.url,
      credentials: ACCOUNT,
      requestId: "twice",
      method: "create",
      input,
      options: {},
    };
    // Armed in the sandbox, since the header would go out with the second sending as well.
    await sandbox.arm([{ operation: "createCustomer", fault: "reset-after", times: 1 }]);
    const result = await attemptIn(page, { ...call, faults: [] });
    const creates = (await sandbox.requests()).filter(({ operation }) => operation === "createCustomer");
    assert.equal(result.value?.Surname, "Twice");
    assert.equal(result.sent, 2, "one authentication, one create");
    assert.equal(creates.length, 2);
    assert.equal(creates[0].body, creates[1].body);
  });
});
