/**
 * For whoever changes the gateway's option `admit` or the widget's `challenge`: examples/challenge in a browser, with
 * stand-ins for Cloudflare's script and for the address where it checks tokens, down to the database.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { json } from "node:stream/consumers";
import { turnstile } from "../../examples/challenge/turnstile.js";
import { createGateway, init, widgetFiles } from "../../pkg/gateway/server.js";
import { toListener } from "../../server/http.js";
import { launch, tabTo, withPage } from "../support/browser.mjs";
import { GUEST, nextEnd, typeGuest } from "../support/guest.mjs";
import { ACCOUNT, startSandbox, stored } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";
import { failure, keysOf, loseAnswers, retryAtOnce, send, SUITE_MS } from "../support/widget.mjs";

const EXAMPLE = new URL("../../examples/challenge/", import.meta.url);
const SECRET = "planted-marker-secret";
const HEADER = "dinerkit-challenge";

/** Cloudflare's script, as far as the example asks it: it gives tokens that are counted. */
const TURNSTILE = `
  let count = 0;
  let callback;
  globalThis.turnstile = {
    render: (container, options) => ((callback = options.callback), document.querySelector(container).id),
    reset() {},
    execute: () => setTimeout(() => callback("token-" + ++count)),
  };`;

describe("a form with a challenge", { timeout: SUITE_MS }, () => {
  const scope = suiteScope();
  const events = [];
  /** The tokens that Cloudflare takes, each once. */
  const valid = new Set();
  /** What the gateway has asked Cloudflare. */
  const asked = [];
  let browser;
  let url;
  let db;

  before(async () => {
    const [sandbox, started] = await Promise.all([startSandbox(scope), launch(scope), init()]);
    [browser, db] = [started, sandbox.db];
    const siteverify = await listen(
      scope,
      createServer(async (request, response) => {
        const { secret, response: token } = await json(request);
        asked.push(token);
        const success = secret === SECRET && valid.delete(token);
        response.end(JSON.stringify({ success, hostname: "127.0.0.1" }));
      }),
    );
    let answer = () => new Response(null, { status: 503 });
    url = await listen(scope, createServer(toListener((request, context) => answer(request, context))));
    const gateway = createGateway({
      upstream: sandbox.url,
      credentials: ACCOUNT,
      microsites: ["oak-and-salt"],
      origins: [url],
      publicUrl: url,
      admit: turnstile({ secret: SECRET, hostnames: ["127.0.0.1"], url: siteverify }),
      onEvent: (event) => events.push(event),
    });
    const widget = widgetFiles({ publicUrl: url });
    const files = { "/": ["index.html", "text/html"], "/page.js": ["page.js", "text/javascript"] };
    answer = async (request, context) => {
      const [name, type] = files[new URL(request.url).pathname] ?? [];
      if (!name) return (await widget(request)) ?? gateway.fetch(request, context);
      const text = await readFile(new URL(name, EXAMPLE), "utf8");
      return new Response(text.replaceAll("https://booking.example", url), { headers: { "Content-Type": type } });
    };
  });
  after(() => assert.ok(!JSON.stringify(events).match(/token-|planted-marker/), "no token and no secret in the log"));

  /** Runs a test on the example's page, with the form filled in, and `tokens` that Cloudflare takes. */
  const withForm = (tokens, test, options) =>
    withPage(
      browser,
      async (page) => {
        [asked.length, events.length] = [0, 0];
        valid.clear();
        for (const token of tokens) valid.add(token);
        await page.route("https://challenges.cloudflare.com/**", (route) =>
          route.fulfill({ contentType: "text/javascript", body: TURNSTILE }),
        );
        await page.addInitScript(() => document.addEventListener("diner-ready", () => (globalThis.isReady = true)));
        await page.goto(url);
        await page.waitForFunction(() => globalThis.isReady);
        await typeGuest(page, GUEST);
        await retryAtOnce(page);
        const known = (await stored(db)).length;
        await test(page, async () => (await stored(db)).length - known);
      },
      options,
    );

  it("is refused with a token that is not taken, and sent with the next one", () =>
    withForm(
      ["token-2"],
      async (page, created) => {
        const keys = keysOf(page);
        const { type, code, outcome } = await send(page);
        assert.deepEqual({ type, code, outcome }, { type: "diner-error", code: "http", outcome: "refused" });
        assert.match(await failure(page), /nothing was saved.*safe to try again/s);
        assert.equal(await created(), 0);
        const { refused } = events.find(({ status }) => status === 424);
        assert.equal(refused, "admission");
        assert.equal((await send(page)).type, "diner-created");
        assert.equal(await created(), 1);
        assert.deepEqual(asked, ["token-1", "token-2"]);
        assert.equal(new Set(keys).size, 1, "both were sent under one key");
      },
      { expected: [/status of 424/, /could not be sent \(http 424\)/] },
    ));

  it("creates once if the network breaks before the answer, with a fresh token for each attempt", () =>
    withForm(
      ["token-1", "token-2"],
      async (page, created) => {
        await loseAnswers(page, { times: 1 });
        assert.equal((await send(page)).type, "diner-created");
        assert.equal(await created(), 1);
        assert.deepEqual(asked, ["token-1", "token-2"]);
      },
      { expected: [/ERR_CONNECTION_RESET/] },
    ));

  it("creates once, too, if the page has one token only, which is used up by then", () =>
    withForm(
      ["the-only-one"],
      async (page, created) => {
        await page.evaluate(() => (document.querySelector("diner-form").challenge = "the-only-one"));
        await loseAnswers(page, { times: 1 });
        assert.equal((await send(page)).type, "diner-created");
        assert.equal(await created(), 1);
        assert.deepEqual(asked, ["the-only-one", "the-only-one"]);
      },
      { expected: [/ERR_CONNECTION_RESET/] },
    ));

  it("is sent without a token if the challenge fails, or gives what no header takes, and is refused", () =>
    withForm(
      [],
      async (page, created) => {
        const sent = [];
        page.on("request", (request) => request.method() === "POST" && sent.push(request.headers()[HEADER]));
        for (const challenge of ["throw new Error('no')", "return Promise.reject()", "return 'ü'", "return null"]) {
          await page.evaluate(
            (body) => (document.querySelector("diner-form").challenge = new Function(body)),
            challenge,
          );
          assert.equal((await send(page)).outcome, "refused", challenge);
        }
        assert.deepEqual(sent, [undefined, undefined, undefined, undefined]);
        assert.deepEqual(asked, [], "nothing to ask Cloudflare about");
        assert.equal(await created(), 0);
      },
      { expected: [/status of 424/, /could not be sent \(http 424\)/] },
    ));

  it("can be stopped while the challenge gives nothing, and has sent nothing then", () =>
    withForm([], async (page, created) => {
      const keys = keysOf(page);
      await page.evaluate(() => (document.querySelector("diner-form").challenge = () => new Promise(() => {})));
      const end = nextEnd(page, 60_000);
      await tabTo(page, "Send my details");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Stop waiting" }).click({ timeout: 60_000 });
      const { outcome, code } = await end;
      assert.deepEqual({ outcome, code }, { outcome: "notSent", code: "abort" });
      assert.match(await failure(page), /were not sent/);
      assert.deepEqual([keys, await created()], [[], 0]);
    }));
});
