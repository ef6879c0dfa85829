/**
 * For web developers: docs/your-page.md says what the widget and the package do to a page. Pages of another host are opened
 * under the policies of that page, and what they ask for, keep and change is compared with it.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, it } from "node:test";
import { build } from "esbuild";
import { STEP_MS } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { GUEST, nextEnd } from "../support/guest.mjs";
import { ROOT, SAMPLES, textOf } from "../support/samples.mjs";
import { SEND, SUITE_MS } from "../support/widget.mjs";

const DOCUMENT = textOf("docs/your-page.md");
const [FOR_SCRIPT, FOR_BUNDLE] = SAMPLES.filter(({ language }) => language === "csp").map(({ code }) => code);
/** What the page says is needed of no other header. */
const STRICT =
  "default-src 'none'; img-src data:; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none';";
const NAME = "Symbol(dinerkit)";

/** The requests to the gateway as the table has them: `[when, request]`, in order. */
const TABLE = DOCUMENT.split("## Storage")[0]
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^. (when \||---)/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
  .map(([, when, request]) => [when, request]);
const FIRST = TABLE.findIndex(([when]) => when === "first");
const BESIDE = TABLE.findIndex(([when]) => when.startsWith("then"));
const SENT = TABLE.findIndex(([when]) => when.startsWith("when"));
const REQUESTS = TABLE.map(([, request]) => request);
const withoutHash = (request) => request.replace(/-[\w-]{43}\./, "-HASH.");

describe("what docs/your-page.md says", { timeout: SUITE_MS }, () => {
  const embedding = useEmbedding();
  const files = {};

  before(async () => {
    const packaged = async (name) => ({ type: "application/wasm", body: await readFile(`${ROOT}pkg/dist/${name}`) });
    for (const name of ["guest_bg.wasm", "guest.bin"]) files[`/${name}`] = await packaged(name);
    for (const name of ["core_bg.wasm", "phones.bin", "phone-formats.bin"])
      files[`/dist/${name}`] = await packaged(name);
    const script = async (contents) => {
      const options = { bundle: true, format: "esm", minify: true, conditions: ["production"], write: false };
      const { outputFiles } = await build({ stdin: { contents, resolveDir: ROOT }, ...options, logLevel: "error" });
      return { type: "text/javascript", body: outputFiles[0].text };
    };
    files["/widget.js"] = await script('import "dinerkit/widget";');
    files["/rules.js"] = await script(`
      import init, { checkCustomer, loadPhoneFormats, loadPhones } from "dinerkit";
      globalThis.steps = [
        () => init(),
        () => loadPhones(),
        () => loadPhoneFormats(),
        async () => checkCustomer({ Surname: "Lee", Email: "lee@example.com", Mobile: "+61 491 570 006" }).issues,
      ];`);
  });

  /** Opens a page under a policy, without a route, so that the browser asks its own questions; returns what came of it. */
  async function open({ head, body = "", policy }, use) {
    const context = await embedding.browser.newContext({ locale: "en-GB" });
    context.setDefaultTimeout(STEP_MS);
    try {
      const page = await context.newPage();
      const said = [];
      const asked = [];
      page.on("console", (message) => said.push(message.text()));
      page.on("pageerror", (error) => said.push(error.message));
      page.on("request", (request) => asked.push(request.url()));
      await page.addInitScript(() => {
        const { prototype } = Element;
        const platform = [globalThis, Object.prototype, Array.prototype, Promise.prototype, Node.prototype, prototype];
        const names = () => platform.map((object) => Reflect.ownKeys(object).map(String));
        const had = names().map((each) => new Set(each));
        globalThis.newNames = () => names().map((each, index) => each.filter((name) => !had[index].has(name)));
        had[0].add("newNames");
      });
      const html = `<!doctype html><html lang="en"><title>Oak</title><link rel="icon" href="data:,">${head}${body}</html>`;
      const headers = {
        "Content-Security-Policy": `${STRICT} ${embedding.real(policy).replaceAll("\n", " ")}`,
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
      };
      embedding.asked.length = 0;
      const address = embedding.publish(embedding.real(html), headers, files);
      await page.goto(address);
      await use(page, asked);
      const newNames = await page.evaluate(() => globalThis.newNames());
      const [globals, ...others] = newNames;
      assert.deepEqual(others.flat(), [], "no object of the platform is changed");
      const hosts = [embedding.host, embedding.gateway, "data:"];
      assert.ok(asked.every((url) => hosts.some((host) => url.startsWith(host))));
      const kept = await page.evaluate(async () => ({
        local: Object.keys(localStorage),
        session: Object.keys(sessionStorage),
        databases: (await indexedDB.databases()).length,
        caches: (await caches.keys()).length,
        workers: (await navigator.serviceWorker.getRegistrations()).length,
        isIsolated: globalThis.crossOriginIsolated,
      }));
      const cookies = await context.cookies();
      return { kept: { ...kept, cookies }, said, globals, own: asked.filter((url) => url.startsWith(embedding.host)) };
    } finally {
      await context.close();
    }
  }

  /** What fills the form in, and sends it by its button. Nothing may have been sent before. */
  const bookBy = (button) => async (page) => {
    for (const [field, value] of Object.entries(GUEST)) await page.locator(`[name=${field}]`).fill(value);
    assert.ok(!embedding.asked.some((request) => !request.startsWith("GET")), "nothing was sent while the guest typed");
    const end = nextEnd(page);
    await page.getByRole("button", { name: button }).click();
    assert.equal((await end).type, "diner-created");
    assert.equal(await page.evaluate(() => document.adoptedStyleSheets.length), 1);
  };
  const book = bookBy(SEND);

  const kept = () => ({
    local: [`dinerkit:${embedding.gateway}/oak-and-salt`],
    session: [],
    databases: 0,
    caches: 0,
    workers: 0,
    isIsolated: true,
    cookies: [],
  });

  it("has a table of requests and two policies", () => {
    assert.deepEqual([FIRST, BESIDE > FIRST, SENT > BESIDE], [0, true, true]);
    assert.ok(FOR_SCRIPT && FOR_BUNDLE);
  });

  it("is so for the gateway's script", async () => {
    const head = '<script type="module" src="https://booking.example/dinerkit/diner-form.js"></script>';
    const body = '<diner-form microsite="oak-and-salt"></diner-form>';
    const seen = await open({ head, body, policy: FOR_SCRIPT }, book);
    const asked = embedding.asked.map(withoutHash);
    assert.deepEqual(asked.slice(0, BESIDE), REQUESTS.slice(0, BESIDE));
    assert.deepEqual(asked.slice(BESIDE, SENT).toSorted(), REQUESTS.slice(BESIDE, SENT).toSorted());
    assert.deepEqual(asked.slice(SENT), REQUESTS.slice(SENT));
    assert.deepEqual(seen.kept, kept());
    assert.deepEqual([seen.said, seen.globals], [[], []]);
  });

  it("is so in another language, whose two files are asked for beside the others", async () => {
    const head = '<script type="module" src="https://booking.example/dinerkit/diner-form.js"></script>';
    const body = '<diner-form microsite="oak-and-salt" lang="de"></diner-form>';
    const seen = await open({ head, body, policy: FOR_SCRIPT }, bookBy("Meine Angaben senden"));
    const asked = embedding.asked.map(withoutHash);
    const words = ["first", "later"].map((part) => `GET /dinerkit/de-${part}-HASH.json`);
    assert.deepEqual(
      asked.slice(BESIDE, SENT + words.length).toSorted(),
      [...REQUESTS.slice(BESIDE, SENT), ...words].toSorted(),
    );
    assert.equal(asked.length, REQUESTS.length + words.length);
    assert.deepEqual(seen.said, []);
  });

  it("is so for the package's widget in a bundle", async () => {
    const head = '<script type="module" src="/widget.js"></script>';
    const body = '<diner-form microsite="oak-and-salt" gateway="https://booking.example"></diner-form>';
    const seen = await open({ head, body, policy: FOR_BUNDLE }, book);
    const ofGateway = REQUESTS.filter((request) => request.includes("/api/"));
    assert.deepEqual(embedding.asked, ofGateway);
    const own = seen.own.slice(1).map((url) => url.slice(embedding.host.length));
    assert.deepEqual(own.toSorted(), ["/guest.bin", "/guest_bg.wasm", "/widget.js"]);
    assert.deepEqual(seen.kept, kept());
    assert.deepEqual([seen.said, seen.globals], [[], []]);
  });

  it("is so for the rules alone, which ask for one file at each step", async () => {
    const head = '<script type="module" src="/rules.js"></script>';
    const policy = FOR_BUNDLE;
    const seen = await open({ head, policy }, async (page, asked) => {
      await page.waitForFunction(() => globalThis.steps);
      const results = [];
      for (const step of [0, 1, 2, 3]) {
        const before = asked.length;
        const result = await page.evaluate((index) => globalThis.steps[index](), step);
        results.push([result, asked.slice(before).map((url) => url.slice(embedding.host.length))]);
      }
      assert.deepEqual(results, [
        [undefined, ["/dist/core_bg.wasm"]],
        [undefined, ["/dist/phones.bin"]],
        [undefined, ["/dist/phone-formats.bin"]],
        [[], []],
      ]);
    });
    assert.deepEqual(seen.kept, { ...kept(), local: [] });
    assert.deepEqual([seen.said, seen.globals], [[], ["steps", NAME]]);
  });

  it("is so without 'wasm-unsafe-eval': init rejects, and the widget says what is missing and what to add", async () => {
    const without = (policy) => policy.replace(" 'wasm-unsafe-eval'", "");
    const rules = await open(
      { head: '<script type="module" src="/rules.js"></script>', policy: without(FOR_BUNDLE) },
      (page) =>
        assert.rejects(
          page.waitForFunction(() => globalThis.steps).then(() => page.evaluate(() => globalThis.steps[0]())),
          /WebAssembly|Content Security Policy/,
        ),
    );
    assert.ok(rules);
    const head = '<script type="module" src="https://booking.example/dinerkit/diner-form.js"></script>';
    const body = '<diner-form microsite="oak-and-salt"></diner-form>';
    const { said } = await open({ head, body, policy: without(FOR_SCRIPT) }, book);
    const ours = said.filter((text) => text.includes("dinerkit"));
    assert.equal(ours.length, 2, said.join("\n"));
    assert.ok(ours.some((text) => text.startsWith("dinerkit: no rules")));
    assert.ok(ours.some((text) => text.includes("add 'wasm-unsafe-eval' to script-src")));
  });
});
