/** For whoever changes the client: the table of faults, in Chromium over its own sockets. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { before, describe, it } from "node:test";
import { getRequestListener } from "@hono/node-server";
import init, { createGateway } from "../../pkg/gateway/node.js";
import { launch } from "../support/browser.mjs";
import { ACCOUNT, startFaultySandbox, stored } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";
import { attempt } from "./cases.mjs";
import { itHolds, runTable } from "./run.mjs";

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
  const scope = suiteScope();
  let browser;
  let sandbox;
  let ran;
  before(async () => {
    [browser, sandbox] = await Promise.all([launch(scope), startFaultySandbox(scope)]);
    // Each with connections of its own.
    const [page, freshPage] = await Promise.all([openPage(browser, sandbox.url), openPage(browser, sandbox.url)]);
    ran = await runTable(scope, sandbox, AT_ONCE, (call) =>
      call.losesConnection ? attemptIn(freshPage, { ...call, closesConnections: true }) : attemptIn(page, call),
    );
  });

  itHolds(() => ran);
});

/** A browser's cache holds a request back while another for the same address is under way, and keeps what it reads. */
describe("two calls for one address at once", { timeout: 60_000 }, () => {
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
 * What no client can keep a browser from: Chromium sends any request once more, a POST too, when the server resets a
 * connection that was in use before without having answered. To the page it is one request. Held here so that a change
 * of it is noticed, and that it stays harmless behind a gateway.
 */
describe("a reset of a connection that was in use before", { timeout: 60_000 }, () => {
  const scope = suiteScope();
  let browser;
  let sandbox;
  before(async () => {
    [browser, sandbox] = await Promise.all([launch(scope), startFaultySandbox(scope)]);
  });

  const createsIn = async () => (await sandbox.requests()).filter(({ operation }) => operation === "createCustomer");

  it("has Chromium, not the client, send a create again, with the same bytes", async () => {
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
    it(`makes ${customers} of one create through the gateway, ${idempotencyKeys ? "with" : "without"} a key`, async (context) => {
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
          // The connection has been in use before.
          await client.setup();
          await client.create({ Surname, Email: "guest@example.com", Mobile: "+44 7700 900123" });
          return sent;
        },
        [gateway.url, Surname, idempotencyKeys],
      );
      assert.equal(sent, 1, "to the client it is one request");
      assert.equal(gateway.creates.length, 2);
      assert.deepEqual(gateway.creates[1], gateway.creates[0]);
      assert.equal(gateway.creates[0].key !== null, idempotencyKeys);
      const rows = (await stored(sandbox.db)).filter(({ surname }) => surname === Surname);
      assert.equal(rows.length, customers);
    });
  }
});

/** Starts a gateway on an origin of its own that carries out the first create, and resets the connection in place of an answer. */
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
