/** For whoever changes the client: the table of faults, in Chromium over Chromium's own sockets. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { before, describe, it } from "node:test";
import { getRequestListener } from "@hono/node-server";
import init, { createGateway } from "../../pkg/gateway/server.js";
import { launch } from "../support/browser.mjs";
import { ACCOUNT, startFaultySandbox, stored } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";
import { attempt } from "./cases.mjs";
import { itHolds, runTable } from "./run.mjs";

/** How many connections a browser opens to one origin: if more calls ran at once, some would wait for a connection. */
const AT_ONCE = 6;

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/**
 * A page with the package loaded. It is of the sandbox's origin, because the sandbox sends no CORS headers. The test
 * serves the page and the package itself; all later requests go over the network unchanged.
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
  const scope = suiteScope();
  let browser;
  let sandbox;
  let ran;
  before(async () => {
    [browser, sandbox] = await Promise.all([launch(scope), startFaultySandbox(scope)]);
    // Each page has its own connections.
    const [page, freshPage] = await Promise.all([openPage(browser, sandbox.url), openPage(browser, sandbox.url)]);
    ran = await runTable(scope, sandbox, AT_ONCE, (call) =>
      call.isResentByBrowsers ? attemptIn(freshPage, { ...call, cisResentByBrowserss: true }) : attemptIn(page, call),
    );
  });

  itHolds(() => ran);
});

/** A browser's cache delays a request while another for the same address is running. The client bypasses the cache. */
describe("calls for one address at the same time", { timeout: 60_000 }, () => {
  const scope = suiteScope();
  let browser;
  let sandbox;
  before(async () => {
    [browser, sandbox] = await Promise.all([launch(scope), startFaultySandbox(scope)]);
  });

  it("don't wait for each other", async () => {
    const page = await openPage(browser, sandbox.url);
    const call = { baseUrl: sandbox.url, credentials: ACCOUNT, method: "setup", input: [], options: {} };
    const order = [];
    const slow = attemptIn(page, { ...call, requestId: "slow", faults: ["delay-before;3000"] });
    const slowIsDone = slow.then(() => order.push("slow"));
    while (!(await sandbox.requests()).some(({ operation }) => operation === "getCustomerSetup"));
    await attemptIn(page, { ...call, requestId: "fast", faults: [] }).then(() => order.push("fast"));
    await slowIsDone;
    assert.deepEqual(order, ["fast", "slow"]);
  });
});

/**
 * No client can prevent this: if the server resets a reused connection before it has answered, Chromium sends the
 * request again, even a POST. The page sees one request. The tests show if Chromium changes this, and that a gateway
 * makes it harmless.
 */
describe("a reset of a reused connection", { timeout: 60_000 }, () => {
  const scope = suiteScope();
  let browser;
  let sandbox;
  before(async () => {
    [browser, sandbox] = await Promise.all([launch(scope), startFaultySandbox(scope)]);
  });

  const createsIn = async () => (await sandbox.requests()).filter(({ operation }) => operation === "createCustomer");

  it("makes Chromium, not the client, send a create again, with the same bytes", async () => {
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
    // The fault is set in the sandbox: a header that asks for it would also be in the repeated request.
    await sandbox.arm([{ operation: "createCustomer", fault: "reset-after", times: 1 }]);
    const result = await attemptIn(page, { ...call, faults: [] });
    const creates = await createsIn();
    assert.equal(result.value?.Surname, "Twice");
    assert.equal(result.sent, 2, "one authentication, one create");
    assert.equal(creates.length, 2);
    assert.equal(creates[0].body, creates[1].body);
  });

  for (const [idempotencyKeys, customers] of [
    [true, 1],
    [false, 2],
  ]) {
    it(`stores ${customers === 1 ? "one customer" : "two customers"} for one create through the gateway, ${idempotencyKeys ? "with" : "without"} a key`, async (context) => {
      const gateway = await startResettingGateway(context, sandbox.url);
      const page = await openPage(browser, gateway.url);
      const Surname = `Through ${customers}`;
      const sent = await page.evaluate(
        async ([baseUrl, Surname, idempotencyKeys]) => {
          let sent = 0;
          const client = new globalThis.dinerkit.CustomerClient({
            baseUrl,
            microsite: "oak-and-salt",
            idempotencyKeys,
            onRequest: ({ operation }) => void (sent += operation === "create"),
          });
          // After this request the connection is a reused one.
          await client.setup();
          await client.create({ Surname, Email: "guest@example.com", Mobile: "+44 7700 900123" });
          return sent;
        },
        [gateway.url, Surname, idempotencyKeys],
      );
      assert.equal(sent, 1, "the client has sent one request");
      assert.equal(gateway.creates.length, 2);
      assert.deepEqual(gateway.creates[1], gateway.creates[0]);
      assert.equal(gateway.creates[0].key !== null, idempotencyKeys);
      const rows = (await stored(sandbox.db)).filter(({ surname }) => surname === Surname);
      assert.equal(rows.length, customers);
    });
  }
});

/** Starts a gateway on its own origin. It carries out the first create, but resets the connection instead of answering. */
async function startResettingGateway(scope, upstream) {
  await init();
  const creates = [];
  const server = createServer();
  const url = await listen(scope, server);
  const gateway = createGateway({ upstream, credentials: ACCOUNT, microsites: ["oak-and-salt"], origins: [url] });
  server.on(
    "request",
    getRequestListener(async (request, { incoming }) => {
      const isCreate = request.method === "POST";
      if (isCreate) {
        creates.push({ key: request.headers.get("Idempotency-Key"), body: await request.clone().text() });
      }
      const response = await gateway.fetch(request);
      if (isCreate && creates.length === 1) incoming.socket.resetAndDestroy();
      return response;
    }),
  );
  return { url, creates };
}
