/**
 * For restaurants that embed the widget by the script of a gateway on another host: pages of every kind, from the first
 * request to the customer in the database.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { before, describe, it } from "node:test";
import init, { createGateway, widgetFiles } from "../../pkg/gateway/server.js";
import { toListener } from "../../server/http.js";
import { launch, withPage } from "../support/browser.mjs";
import { GUEST, typeGuest } from "../support/guest.mjs";
import { ACCOUNT, startSandbox } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";
import { recordIn, send, SUITE_MS } from "../support/widget.mjs";

/** Where a proxy in front of one of the gateways has it. */
const PREFIX = "/guests";
const FORM = '<diner-form microsite="oak-and-salt"></diner-form>';

describe("two lines on a page of another host", { timeout: SUITE_MS }, () => {
  const scope = suiteScope();
  const pages = new Map();
  let browser, db, page, gateway, proxied;

  before(async () => {
    const [sandbox] = await Promise.all([startSandbox(scope), init(), launch(scope).then((one) => (browser = one))]);
    db = sandbox.db;
    const pageServer = createServer(({ url }, response) => {
      const { html, policy } = pages.get(url) ?? {};
      if (!html) return response.writeHead(404).end();
      const headers = { "Content-Type": "text/html", ...(policy && { "Content-Security-Policy": policy }) };
      return response.writeHead(200, headers).end(html);
    });
    page = await listen(scope, pageServer);
    const serve = (options = {}) => {
      const { fetch } = createGateway({
        upstream: sandbox.url,
        credentials: ACCOUNT,
        microsites: ["oak-and-salt"],
        origins: [page],
        ...options,
      });
      const widget = widgetFiles(options);
      return toListener((request, context) => widget(request) ?? fetch(request, context));
    };
    gateway = await listen(scope, createServer(serve()));

    // The proxy takes the prefix off, and the Host that it asks with is its own.
    const proxy = createServer((request, response) => {
      if (!request.url.startsWith(`${PREFIX}/`)) return response.writeHead(404).end();
      request.url = request.url.slice(PREFIX.length);
      return listener(request, response);
    });
    const outside = await listen(scope, proxy);
    proxied = outside + PREFIX;
    const listener = serve({ publicUrl: proxied });
  });

  /** Opens a page, creates a customer on it, and says what the browser complained of. */
  async function book({ surname, scripts, more = "", policy, expected = [] }) {
    const favicon = '<link rel="icon" href="data:,">';
    const html = `<!doctype html><html lang="en"><head><title>Oak</title>${favicon}${more}${scripts}</head><body>${FORM}`;
    pages.set(`/${surname}`, { html, policy });
    await withPage(
      browser,
      async (tab) => {
        const asked = [];
        const said = [];
        tab.on("console", (message) => said.push(message.text()));
        tab.on("request", (request) => asked.push(request.url()));
        await tab.goto(`${page}/${surname}`);
        await typeGuest(tab, { ...GUEST, Surname: surname });
        const { type, Id } = await send(tab);
        assert.equal(type, "diner-created");
        assert.equal((await recordIn(db, Id)).Surname, surname);
        assert.ok(
          asked.every((url) => !url.startsWith(`${page}/dinerkit`)),
          "nothing is asked of the page's own host",
        );
        for (const pattern of expected) assert.match(said.join("\n"), pattern);
      },
      { expected },
    );
  }

  const module = (base) => `<script type="module" src="${base}/dinerkit/diner-form.js"></script>`;
  const policyFor = (base, scripts) =>
    `default-src 'none'; img-src data:; style-src 'self'; script-src ${base} ${scripts}; connect-src ${base}`;

  it("are enough, under the policy that docs/your-page.md names", () =>
    book({ surname: "Module", scripts: module(gateway), policy: policyFor(gateway, "'wasm-unsafe-eval'") }));

  it("may be a classic script, in the head, before the element", () =>
    book({ surname: "Classic", scripts: `<script src="${gateway}/dinerkit/diner-form.js"></script>` }));

  it("do without WebAssembly where the page's policy forbids it, and the console says why", () =>
    book({
      surname: "Policy",
      scripts: module(gateway),
      policy: policyFor(gateway, ""),
      // The browser's own line about the policy, and the widget's.
      expected: [/WebAssembly/, /no rules/],
    }));

  it("find a gateway behind a proxy with a path", () => book({ surname: "Proxy", scripts: module(proxied) }));

  it("are not led astray by a base of the page", () =>
    book({ surname: "Base", scripts: module(gateway), more: '<base href="https://elsewhere.example/deep/">' }));
});
