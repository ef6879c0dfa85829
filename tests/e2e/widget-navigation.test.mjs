/**
 * For whoever changes the widget: it lives through what Turbo, htmx and the browser's own history do to a page, works in
 * frames, and is there in English if its language is not.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { before, describe, it } from "node:test";
import { build } from "esbuild";
import { launch, STEP_MS, withPage } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { GUEST, nextEnd } from "../support/guest.mjs";
import { ROOT, textOf } from "../support/samples.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";
import { deferred, recordIn, SEND, SUITE_MS } from "../support/widget.mjs";

const FORM = '<diner-form microsite="oak-and-salt"></diner-form>';
const SETUP_PATH = /\/Customers\/Setup$/;
const libraryOf = (path) => readFile(`${ROOT}node_modules/${path}`, "utf8");
const javascript = (body) => ({ type: "text/javascript", body });

describe("<diner-form> on pages that are left, restored and framed", { timeout: SUITE_MS }, () => {
  const scope = suiteScope();
  const embedding = useEmbedding();
  const files = {};

  before(async () => {
    const [turbo, htmx, htmx2] = await Promise.all([
      libraryOf("@hotwired/turbo/dist/turbo.es2017-umd.js"),
      libraryOf("htmx.org/dist/htmx.min.js"),
      libraryOf("htmx2/dist/htmx.min.js"),
    ]);
    files["/turbo.js"] = javascript(turbo);
    files["/htmx.js"] = javascript(htmx);
    files["/htmx2.js"] = javascript(htmx2);
  });

  const setups = () => embedding.asked.filter((request) => SETUP_PATH.test(request)).length;

  /** Publishes a page with the gateway's script and these libraries; returns its address. */
  const publish = (body, { libraries = [], lang = "en", head = "", script } = {}) => {
    const scripts = libraries.map((name) => `<script src="/${name}.js" defer></script>`).join("");
    const ours = script ?? `<script type="module" src="${embedding.gateway}/dinerkit/diner-form.js"></script>`;
    return embedding.publish(
      `<!doctype html><html lang="${lang}"><head><title>Oak</title><link rel="icon" href="data:,">${head}${scripts}${ours}
        </head><body>${body}</body></html>`,
      {},
      files,
    );
  };

  const open = (address, test, options = {}) =>
    withPage(
      options.browser ?? embedding.browser,
      async (page) => {
        await page.addInitScript(() => {
          globalThis.ready = 0;
          document.addEventListener("diner-ready", () => (globalThis.ready += 1), true);
        });
        embedding.asked.length = 0;
        await options.prepare?.(page);
        await page.goto(address);
        await test(page);
      },
      options,
    );

  const isReady = (page, times = 1) => page.waitForFunction((least) => globalThis.ready >= least, times);

  const fill = async (scope, guest = GUEST) => {
    for (const [field, value] of Object.entries(guest)) await scope.locator(`[name=${field}]`).fill(value);
  };

  async function book(page, scope = page) {
    const end = nextEnd(page);
    await scope.getByRole("button", { name: SEND }).click();
    const { type, Id, issues } = await end;
    assert.deepEqual([type, issues], ["diner-created", undefined]);
    assert.equal((await recordIn(embedding.db, Id)).Surname, GUEST.Surname);
  }

  const surname = (scope) => scope.locator("[name=Surname]").inputValue();

  // ------------------------------------------------------------ Turbo

  const turbo = { libraries: ["turbo"] };

  it("is a working form when Turbo goes back to a page, and Turbo's cache holds nothing that was typed", () => {
    const other = publish('<h1 id="other">Other</h1>', turbo);
    return open(publish(`<a href="${other}">Leave</a>${FORM}`, turbo), async (page) => {
      await isReady(page);
      await fill(page);
      await page.getByText("Leave").click();
      await page.locator("#other").waitFor();
      const cached = await page.evaluate(async () => {
        const { snapshotCache } = globalThis.Turbo.session.view;
        while (snapshotCache.size === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        const forms = Object.values(snapshotCache.entries ?? snapshotCache.snapshots).flatMap(({ element }) => [
          ...element.querySelectorAll("diner-form"),
        ]);
        return forms.map((form) =>
          [...form.querySelectorAll("*")].flatMap(({ value, textContent }) => [value, textContent]).join(" "),
        );
      });
      assert.equal(cached.length, 1);
      for (const value of Object.values(GUEST)) assert.ok(!cached[0].includes(value), value);
      await page.goBack();
      await isReady(page, 2);
      assert.equal(await page.locator("diner-form form").count(), 1);
      assert.equal(await page.locator("[name=Surname]").count(), 1);
      await fill(page);
      await book(page);
    });
  });

  it("stays as it is in what Turbo keeps from page to page, without another Setup", () => {
    const kept = `<div id="kept" data-turbo-permanent>${FORM}</div>`;
    const other = publish(`<h1 id="other">Other</h1>${kept}`, turbo);
    return open(publish(`<a href="${other}">Leave</a>${kept}`, turbo), async (page) => {
      await isReady(page);
      await fill(page);
      await page.getByText("Leave").click();
      await page.locator("#other").waitFor();
      await page.waitForFunction(() => document.querySelector("#kept [name=Surname]"));
      assert.equal(await surname(page), GUEST.Surname);
      await book(page);
      assert.equal(setups(), 1);
    });
  });

  const OWN = '<div slot="before"><label>Party <input name="Party"></label></div>';

  it("keeps its form, what was typed and the focus when Turbo morphs the page", () => {
    const head = '<meta name="turbo-refresh-method" content="morph">';
    const body = `<main>${FORM.replace("></", `>${OWN}<div slot="after">After</div></`)}</main>`;
    return open(publish(body, { ...turbo, head }), async (page) => {
      await isReady(page);
      await fill(page);
      await page.locator("[name=Surname]").focus();
      await page.evaluate(async () => {
        const morphed = new Promise((resolve) =>
          document.addEventListener("turbo:morph", () => resolve(), { once: true }),
        );
        globalThis.Turbo.visit(location.href, { action: "replace" });
        await morphed;
      });
      assert.equal(await page.locator("diner-form form").count(), 1);
      assert.equal(await page.locator("[name=Party]").count(), 1);
      assert.equal(await surname(page), GUEST.Surname);
      await page.waitForFunction(() => document.activeElement.name === "Surname");
      await book(page);
      assert.equal(setups(), 1);
    });
  });

  // ------------------------------------------------------------ htmx

  /** Version 2 passes attributes on to descendants by itself; version 4 only if they say so. */
  const BOOST = 'hx-boost="true" hx-boost:inherited="true"';

  for (const [version, library, swaps] of [
    [4, "htmx", ["innerHTML", "innerMorph", "outerMorph"]],
    [2, "htmx2", ["innerHTML", "outerHTML"]],
  ]) {
    const htmx = { libraries: [library] };

    it(`sends nothing to the page's own host where htmx ${version} boosts every form`, () => {
      const asked = [];
      return open(publish(`<main ${BOOST} hx-target="main">${FORM}</main>`, htmx), async (page) => {
        await isReady(page);
        await page.evaluate(() => globalThis.htmx.process(document.body));
        await fill(page);
        page.on("request", (request) => asked.push(request.url()));
        await book(page);
        assert.deepEqual(
          asked.filter((url) => !url.startsWith(embedding.gateway)),
          [],
        );
      });
    });

    it(`is a working form when htmx ${version} goes back to a page, of which it has stored nothing that was typed`, () => {
      const other = publish('<h1 id="other">Other</h1>', htmx);
      const link = `<a href="${new URL(other).pathname}">Leave</a>`;
      return open(publish(`<div ${BOOST}>${link}</div>${FORM}`, htmx), async (page) => {
        await isReady(page);
        // The button that applies the advice has the whole address.
        await fill(page, { ...GUEST, Email: "zoe.obrien@gmial.com" });
        await page.locator("[name=Surname]").focus();
        await page.locator(".diner-use").waitFor();
        await page.getByText("Leave").click();
        await page.locator("#other").waitFor();
        const stored = await page.evaluate(() => {
          const all = [...Object.entries(localStorage), ...Object.entries(sessionStorage)];
          // What the widget itself keeps for the guest stands in docs/your-page.md.
          return JSON.stringify(all.filter(([name]) => !name.startsWith("dinerkit:")));
        });
        for (const value of ["gmial.com", "zoe.obrien", GUEST.Surname]) assert.ok(!stored.includes(value), value);
        await page.goBack();
        await page.locator("[name=Surname]").waitFor();
        assert.equal(await page.locator("diner-form form").count(), 1);
        assert.equal(await page.locator("[name=Surname]").count(), 1);
        await page.locator(".diner-consents").waitFor();
        await fill(page);
        await book(page);
      });
    });

    for (const swap of swaps) {
      it(`keeps what was typed and the focus where htmx ${version} swaps the same form in by ${swap}`, () => {
        const main = `<main>${FORM.replace("></", `>${OWN}</`)}</main>`;
        const inner = main.slice("<main>".length, -"</main>".length);
        const part = embedding.publish(swap.startsWith("inner") ? inner : main);
        const button = `<button id="swap" hx-get="${new URL(part).pathname}" hx-target="main" hx-swap="${swap}">Swap</button>`;
        return open(publish(main + button, htmx), async (page) => {
          await isReady(page);
          await fill(page);
          await page.evaluate(async () => {
            const swapped = new Promise((resolve) => {
              for (const name of ["htmx:after:swap", "htmx:afterSwap"]) document.addEventListener(name, resolve);
            });
            document.querySelector("[name=Surname]").focus();
            document.querySelector("#swap").dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
            await swapped;
          });
          await page.waitForFunction(() => document.activeElement.name === "Surname");
          assert.equal(await page.locator("diner-form form").count(), 1);
          assert.equal(await surname(page), GUEST.Surname);
          await isReady(page, swap.endsWith("HTML") ? 2 : 1);
          await book(page);
        });
      });
    }

    it(`stays as it is where htmx ${version} preserves it`, () => {
      const kept = `<div id="kept" hx-preserve>${FORM}</div>`;
      const part = embedding.publish(`<h1 id="other">Other</h1>${kept}`);
      const button = `<button id="swap" hx-get="${new URL(part).pathname}" hx-target="main">Swap</button>`;
      return open(publish(`${button}<main>${kept}</main>`, htmx), async (page) => {
        await isReady(page);
        await fill(page);
        await page.locator("#swap").click();
        await page.locator("#other").waitFor();
        await page.waitForFunction(() => document.querySelector("main #kept [name=Surname]"));
        assert.equal(await surname(page), GUEST.Surname);
        await book(page);
      });
    });
  }

  // ------------------------------------------------------------ the browser's history

  /** Opens a page, leaves it, and comes back to the same page as the browser has kept it. */
  async function leaveAndComeBack(body, { before, between = async () => {}, after }) {
    // Playwright turns this cache off, and a page with a route of Playwright's is not kept.
    const browser = await launch(scope, { ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    const context = await browser.newContext({ locale: "en-GB" });
    context.setDefaultTimeout(STEP_MS);
    const page = await context.newPage();
    await page.addInitScript(() => {
      globalThis.ready = 0;
      document.addEventListener("diner-ready", () => (globalThis.ready += 1), true);
      addEventListener("pageshow", ({ persisted }) => (globalThis.isRestored = persisted));
    });
    const other = publish('<h1 id="other">Other</h1>', { script: "" });
    embedding.asked.length = 0;
    await page.goto(publish(body));
    await isReady(page);
    await before(page);
    await page.goto(other);
    await between();
    await page.goBack({ waitUntil: "commit" });
    assert.equal(await page.evaluate(() => globalThis.isRestored), true, "the browser has kept the page");
    await after(page);
    await browser.close();
  }

  it("is the same form when the guest comes back to a page that the browser has kept", () =>
    leaveAndComeBack(FORM, {
      before: fill,
      after: async (page) => {
        assert.equal(await surname(page), GUEST.Surname);
        await book(page);
        assert.equal(setups(), 1);
      },
    }));

  it("ends a send that was under way when the guest left, and came back to the page as the browser has kept it", async () => {
    const { promise: held, resolve: letGo } = deferred();
    const slow = createServer(async (request, response) => {
      const { method, url, headers } = request;
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      if (method === "POST") await held;
      const passed = { ...headers };
      for (const name of ["host", "connection"]) delete passed[name];
      const body = chunks.length ? Buffer.concat(chunks) : undefined;
      const answer = await fetch(embedding.gateway + url, { method, headers: passed, body });
      const kept = Object.fromEntries(answer.headers);
      delete kept["content-encoding"];
      response.writeHead(answer.status, kept).end(Buffer.from(await answer.arrayBuffer()));
    });
    const address = await listen(scope, slow);
    const ends = [];
    await leaveAndComeBack(FORM.replace(" ", ` gateway="${address}" `), {
      before: async (page) => {
        await fill(page);
        await page.locator(".diner-button").click();
        await page.locator('.diner-button[aria-disabled="true"]').waitFor();
      },
      between: async () => letGo(),
      after: async (page) => {
        await page.locator('.diner-button[aria-disabled="true"]').waitFor({ state: "hidden" });
        ends.push(await page.locator(".diner-failure").innerText());
      },
    });
    assert.equal(ends.length, 1);
  });

  // ------------------------------------------------------------ frames

  const WITH_FALLBACK = FORM.replace("></", '><p slot="fallback"><a href="/elsewhere">Another way</a></p></');

  it("shows the guest another way in a sandboxed frame, whose origin no gateway knows", () => {
    const inside = publish(WITH_FALLBACK);
    return open(
      publish(`<iframe sandbox="allow-scripts allow-forms" src="${inside}" width="800" height="900"></iframe>`, {
        script: "",
      }),
      async (page) => {
        const frame = page.frameLocator("iframe");
        await frame.locator("[name=Surname]").fill(GUEST.Surname);
        await frame.getByText("Another way").waitFor();
        assert.match(await frame.locator(".diner-failure").innerText(), /could not be loaded/);
        assert.equal(await surname(frame), GUEST.Surname);
      },
      { expected: [/403|CORS|ERR_FAILED/, /^dinerkit: /] },
    );
  });

  for (const [what, frame] of [
    ["a frame by srcdoc", (inside) => `<iframe srcdoc="${inside.replaceAll('"', "&quot;")}" width="800" height="900">`],
    ["a frame of its own", (inside) => `<iframe src="${publish(inside)}" width="800" height="900">`],
  ]) {
    it(`takes a guest's details in ${what}`, () => {
      const inside = `<!doctype html><html lang="en"><title>Inside</title>
        <script type="module" src="${embedding.gateway}/dinerkit/diner-form.js"></script>${FORM}`;
      return open(publish(`${frame(inside)}</iframe>`, { script: "" }), async (page) => {
        await fill(page.frameLocator("iframe"));
        const [, child] = page.frames();
        await book(child);
      });
    });
  }

  it("stands in a frame that grows with it, by the line in docs/your-page.md", () => {
    const [line] = /new ResizeObserver.*?observe\(document\.body\)/.exec(textOf("docs/your-page.md"));
    const sized = `<script type="module">${line.replace("https://your.page", embedding.host)}</script>`;
    const grow = `<script>
      addEventListener("message", ({ data }) => (document.querySelector("iframe").style.height = data + "px"));</script>`;
    return open(publish(`${grow}<iframe src="${publish(FORM + sized)}"></iframe>`, { script: "" }), async (page) => {
      const frame = page.frameLocator("iframe");
      await frame.locator(".diner-consents").waitFor();
      await page.waitForFunction(() => document.querySelector("iframe").offsetHeight > 400);
      await page.waitForFunction(() => {
        const { offsetHeight, contentDocument } = document.querySelector("iframe");
        return offsetHeight >= contentDocument.documentElement.offsetHeight;
      });
    });
  });

  it("takes a guest's details where the browser keeps nothing for a frame", () =>
    open(
      publish(FORM),
      async (page) => {
        await isReady(page);
        assert.equal(
          await page.evaluate(() => typeof Object.getOwnPropertyDescriptor(globalThis, "localStorage").get),
          "function",
        );
        await fill(page);
        await book(page);
      },
      {
        prepare: (page) =>
          page.addInitScript(() => {
            for (const name of ["localStorage", "sessionStorage"]) {
              Object.defineProperty(globalThis, name, {
                get() {
                  throw new DOMException("planted", "SecurityError");
                },
              });
            }
          }),
      },
    ));

  // ------------------------------------------------------------ languages

  const MISSING = [/ERR_FAILED/, /status of 404/, /integrity/, /^dinerkit: no words/, /SyntaxError|Unexpected/];

  /** What the console says of the words, on a page whose language does not come; the form must work. */
  async function inEnglish(address, prepare = async () => {}) {
    const said = [];
    await open(
      address,
      async (page) => {
        await isReady(page);
        assert.equal(
          await page.locator("[name=Surname]").evaluate(({ labels }) => labels[0].firstChild.data),
          "Surname",
        );
        assert.equal(await page.locator(".diner-button").innerText(), SEND);
        await page.locator("[name=Email]").fill("zoe@");
        const refused = nextEnd(page);
        await page.locator(".diner-button").click();
        assert.equal((await refused).type, "diner-invalid");
        assert.match(await page.locator("[id$=Surname-error]").innerText(), /Enter your surname/);
        await fill(page);
        await book(page);
      },
      {
        expected: MISSING,
        prepare: async (page) => {
          page.on("console", (message) => said.push(message.text()));
          await prepare(page);
        },
      },
    );
    assert.equal(said.filter((text) => text.startsWith("dinerkit: no words")).length, 1, said.join("\n"));
  }

  const WAYS = {
    "are not there": (route) => route.fulfill({ status: 404, body: "" }),
    "are blocked": (route) => route.abort(),
    "are damaged": (route) => route.fulfill({ body: '{"labels":', contentType: "application/json" }),
  };
  for (const [what, respond] of Object.entries(WAYS)) {
    it(`is in English if the files of the language ${what}, by the gateway's script`, () =>
      inEnglish(publish(FORM, { lang: "de" }), (page) => page.route("**/dinerkit/de-*.json", respond)));
  }

  const OWN_FILES = {
    "are not there": undefined,
    "are damaged": "export default {",
    "have no words": "export const words = {};",
  };
  for (const [what, body] of Object.entries(OWN_FILES)) {
    it(`is in English if the files of the language ${what}, in the package's widget`, async () => {
      const { outputFiles } = await build({
        stdin: { contents: 'import "dinerkit/widget";', resolveDir: ROOT },
        bundle: true,
        format: "esm",
        conditions: ["production"],
        external: ["./words/*"],
        write: false,
        logLevel: "error",
      });
      const folder = `/npm-${Object.keys(OWN_FILES).indexOf(what)}`;
      const packaged = async (name) => ({ type: "application/wasm", body: await readFile(`${ROOT}pkg/dist/${name}`) });
      for (const name of ["guest_bg.wasm", "guest.bin"]) files[`${folder}/${name}`] = await packaged(name);
      files[`${folder}/widget.js`] = javascript(outputFiles[0].text);
      if (body) for (const part of ["first", "later"]) files[`${folder}/words/de-${part}.js`] = javascript(body);
      const form = FORM.replace(" ", ` gateway="${embedding.gateway}" `);
      const script = `<script type="module" src="${folder}/widget.js"></script>`;
      await inEnglish(publish(form, { lang: "de", script }));
    });
  }
});
