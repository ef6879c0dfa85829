/** For whoever changes the widget: the form works whatever of its files comes late, comes damaged or never comes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { focused } from "../support/browser.mjs";
import { GUEST, GUEST_RECORD, nextEnd, typeGuest } from "../support/guest.mjs";
import { failure, hold, recordIn, send, SETUP, SUITE_MS, useForm, valueOf } from "../support/widget.mjs";

const MODULE = "**/dinerkit/guest-*.wasm";
const TABLES = "**/dinerkit/guest-*.bin";
const LATER = "**/dinerkit/later-*.js";
const GERMAN = "**/dinerkit/de-*.json";
const GERMAN_FIRST = "**/dinerkit/de-first-*.json";
const GERMAN_LATER = "**/dinerkit/de-later-*.json";
const GERMAN_SEND = "Meine Angaben senden";
const CONSENT = "ReceiveRestaurantEmailMarketing";
/** What the console says of a file that did not come, and the widget of what follows from it. */
const MISSING = [/ERR_FAILED/, /integrity/, /dinerkit: no /];

/** How long the form waits for the rules before the gateway alone applies them. */
const RULES_MS = 10_000;

describe("<diner-form>: orders of loading", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();

  /** Runs a test on the demo once its first field is there; `prepare` is called before the page is opened. */
  const whenDrawn = (prepare, test, options) =>
    withForm(test, {
      prepare: async (page) => {
        await prepare(page);
        await page.goto(site.demo);
        await page.locator("[name=Surname]").waitFor();
      },
      ...options,
    });

  /** Sends the guest's details and looks for them in the database. */
  async function book(page) {
    const { type, Id } = await send(page);
    assert.equal(type, "diner-created");
    const record = await recordIn(site.db, Id);
    for (const [name, value] of Object.entries(GUEST_RECORD)) assert.equal(record[name], value, name);
  }

  for (const [what, url] of [
    ["the rules are", MODULE],
    ["the Setup is", SETUP],
    ["the later script is", LATER],
  ]) {
    it(`takes what is typed while ${what} late, and sends it once they are there`, () => {
      let late;
      return whenDrawn(
        async (page) => (late = await hold(page, url)),
        async (page) => {
          await typeGuest(page, GUEST);
          const end = nextEnd(page);
          await page.keyboard.press("Enter");
          await page.locator(".diner-loading", { hasText: "Loading the form…" }).waitFor();
          assert.equal(await focused(page), "Mobile");
          late.letGo();
          const { type, Id } = await end;
          assert.equal(type, "diner-created");
          assert.equal((await recordIn(site.db, Id)).Surname, GUEST.Surname);
        },
      );
    });
  }

  for (const [what, respond] of [
    ["does not come", (route) => route.abort()],
    ["is a web page", (route) => route.fulfill({ body: "<!doctype html><p>Not here", contentType: "text/html" })],
    [
      "is cut off",
      async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.body()).subarray(0, 999) });
      },
    ],
  ]) {
    it(`lets the gateway check the form if the module ${what}`, () =>
      whenDrawn(
        (page) => page.route(MODULE, respond),
        async (page) => {
          const { type, issues } = await send(page);
          assert.equal(type, "diner-invalid");
          assert.deepEqual(
            issues.map(({ code, path }) => [code, path[0]]),
            [
              ["required", "Surname"],
              ["required", "Email"],
              ["phone_required", "Mobile"],
            ],
          );
          assert.equal(await page.locator(".diner-summary").evaluate((list) => list.matches(":focus")), true);
          assert.equal(await page.locator("[id$=Surname-error]").innerText(), "Enter your surname.");
          await typeGuest(page, { ...GUEST, [CONSENT]: true });
          await book(page);
        },
        { expected: [...MISSING, /status of 400/] },
      ));
  }

  it("waits ten seconds for a module that hangs, and says so in the console", () => {
    const warnings = [];
    return whenDrawn(
      async (page) => {
        page.on("console", (message) => warnings.push(message.text()));
        await page.route(MODULE, () => {});
      },
      async (page) => {
        await typeGuest(page, GUEST);
        const end = nextEnd(page, RULES_MS + 10_000);
        await page.keyboard.press("Enter");
        assert.equal((await end).type, "diner-created");
        assert.deepEqual(
          warnings.filter((text) => text.startsWith("dinerkit: no rules")),
          ["dinerkit: no rules: the gateway checks (too late)"],
        );
      },
      { expected: MISSING },
    );
  });

  it("keeps what was typed if the later script does not come, and loads it again when the guest asks", () => {
    let isThere = false;
    return whenDrawn(
      (page) => page.route(LATER, (route) => (isThere ? route.continue() : route.abort())),
      async (page) => {
        await typeGuest(page, GUEST);
        await page.getByRole("button", { name: "Try again" }).waitFor();
        assert.equal(await page.locator("[slot=help]").isVisible(), true);
        isThere = true;
        const ready = page.evaluate(
          () => new Promise((resolve) => document.addEventListener("diner-ready", () => resolve(), { once: true })),
        );
        await page.getByRole("button", { name: "Try again" }).click();
        await ready;
        assert.equal(await valueOf(page, "Surname"), GUEST.Surname);
        await book(page);
      },
      { expected: MISSING },
    );
  });

  it("does without tables and storage", () =>
    whenDrawn(
      async (page) => {
        await page.route(TABLES, (route) => route.abort());
        await page.addInitScript(() =>
          Object.defineProperty(window, "localStorage", {
            get() {
              throw new DOMException("planted", "SecurityError");
            },
          }),
        );
      },
      async (page) => {
        await typeGuest(page, GUEST);
        await book(page);
      },
      { expected: MISSING },
    ));

  const german = (page) =>
    page.route("**/demo/", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('lang="en-GB"', 'lang="de"') });
    });

  it("speaks English if the language does not come", () =>
    whenDrawn(
      async (page) => {
        await german(page);
        await page.route(GERMAN, (route) => route.abort());
      },
      async (page) => {
        await page.getByText("Surname").first().waitFor();
        await typeGuest(page, GUEST);
        await book(page);
      },
      { expected: MISSING },
    ));

  it("shows the form in its language, and in no other before, and asks for both files of it at once", () => {
    let late;
    let later;
    return withForm(
      async (page) => {
        await Promise.all([late.asked, later]);
        assert.equal(await page.locator("[name=Surname]").count(), 0);
        late.letGo();
        await page.getByText("Nachname").first().waitFor();
      },
      {
        prepare: async (page) => {
          await german(page);
          late = await hold(page, GERMAN_FIRST);
          later = page.waitForRequest(GERMAN_LATER);
          await page.goto(site.demo);
        },
      },
    );
  });

  it("draws the form in its language while the later words are late, and says in it what is wrong", () => {
    let late;
    const asked = [];
    return whenDrawn(
      async (page) => {
        await german(page);
        page.on("request", (request) => /de-\w+-/.test(request.url()) && asked.push(request.url()));
        late = await hold(page, GERMAN_LATER);
      },
      async (page) => {
        await page.getByText("Nachname").first().waitFor();
        await page.locator("[name=Email]").fill("zoe@");
        await page.getByRole("button", { name: GERMAN_SEND }).waitFor();
        const end = nextEnd(page);
        await page.keyboard.press("Enter");
        await page.locator(".diner-loading", { hasText: "Das Formular wird geladen…" }).waitFor();
        late.letGo();
        assert.equal((await end).type, "diner-invalid");
        assert.equal(await page.locator("[id$=Surname-error]").innerText(), "Bitte geben Sie Ihren Nachnamen an.");
        assert.match(
          await page.locator(".diner-summary").innerText(),
          /^Bitte sehen Sie sich 3 Angaben noch einmal an:/,
        );
        assert.equal(asked.length, 2, asked.join());
      },
    );
  });

  const withoutDigests = (page) =>
    page.addInitScript(() => Object.defineProperty(crypto, "subtle", { value: undefined }));
  const otherWords = (route) => route.fulfill({ body: '{"messages":{}}', contentType: "application/json" });
  for (const [what, respond, prepare = () => {}] of [
    ["do not come", (route) => route.abort()],
    ["hang", () => {}],
    ["are a web page", (route) => route.fulfill({ body: "<!doctype html><p>Not here", contentType: "text/html" })],
    ["are others", otherWords],
    ["are others, on a page that can make no digest", otherWords, withoutDigests],
  ]) {
    it(`says in English what is wrong if the later words ${what}`, () =>
      whenDrawn(
        async (page) => {
          await german(page);
          await prepare(page);
          await page.route(GERMAN_LATER, respond);
        },
        async (page) => {
          await page.getByText("Nachname").first().waitFor();
          const { type } = await send(page, GERMAN_SEND);
          assert.equal(type, "diner-invalid");
          assert.equal(await page.locator("[id$=Surname-error]").innerText(), "Enter your surname.");
          await typeGuest(page, GUEST);
          const { Id } = await send(page, GERMAN_SEND);
          assert.equal((await recordIn(site.db, Id)).Surname, GUEST.Surname);
        },
        { expected: MISSING },
      ));
  }

  it("reads the later words on a page that can make no digest", () =>
    whenDrawn(
      async (page) => {
        await german(page);
        await withoutDigests(page);
      },
      async (page) => {
        await send(page, GERMAN_SEND);
        assert.equal(await page.locator("[id$=Surname-error]").innerText(), "Bitte geben Sie Ihren Nachnamen an.");
      },
    ));

  it("says what became of a send until it can say so in the new language of the page", () => {
    let late;
    return whenDrawn(
      async (page) => (late = await hold(page, GERMAN_LATER)),
      async (page) => {
        await page.evaluate(() =>
          document.addEventListener("diner-submit", ({ detail }) =>
            detail.waitUntil(Promise.reject(new Error("planted"))),
          ),
        );
        await typeGuest(page, GUEST);
        assert.equal((await send(page)).type, "diner-error");
        await page.evaluate(() => (document.documentElement.lang = "de"));
        await late.asked;
        assert.match(await failure(page), /^Your details were not sent/);
        late.letGo();
        await page.getByRole("button", { name: GERMAN_SEND }).waitFor();
        assert.match(await failure(page), /^Ihre Angaben wurden nicht gesendet/);
      },
    );
  });

  for (const width of [390, 1280]) {
    it(`moves nothing that is seen when a Setup comes three seconds late, at ${width} pixels`, () =>
      whenDrawn(
        async (page) => {
          await page.addInitScript(() => {
            globalThis.shift = 0;
            const add = (list) => list.getEntries().forEach(({ value }) => (globalThis.shift += value));
            new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
          });
          await page.route("**/demo/", async (route) => {
            const response = await route.fetch();
            const html = `<!doctype html><html lang="en"><title>Two lines</title>
              <script type="module" src="/dinerkit/diner-form.js"></script>
              <diner-form microsite="oak-and-salt"></diner-form></html>`;
            await route.fulfill({ response, body: html });
          });
          await page.route(SETUP, async (route) => {
            await new Promise((resolve) => setTimeout(resolve, 3000));
            await route.continue();
          });
        },
        async (page) => {
          await page.locator("[name=Email]").focus();
          const before = await page.locator("[name=Email]").boundingBox();
          await page.locator(`[name=${CONSENT}]`).waitFor();
          const shift = await page.evaluate(() => globalThis.shift);
          assert.ok(shift <= 0.02, `shift ${shift}`);
          assert.deepEqual(await page.locator("[name=Email]").boundingBox(), before);
          assert.equal(await focused(page), "Email");
        },
        { viewport: { width, height: 844 } },
      ));
  }

  it("shows at once what it saw at the last visit, but a consent only in today's words", () =>
    withForm(async (page) => {
      const late = await hold(page, SETUP);
      await page.reload();
      await page.locator("[name=Title]").waitFor();
      await late.asked;
      assert.equal(await page.locator(`[name=${CONSENT}]`).isVisible(), false);
      const { y } = await page.locator(".diner-button").boundingBox();
      late.letGo();
      await page.locator(`[name=${CONSENT}]`).waitFor();
      assert.equal((await page.locator(".diner-button").boundingBox()).y, y);
      assert.equal(await valueOf(page, "Title"), "");
    }));
});
