/**
 * For whoever changes the widget: it is at home in pages of React, Vue and Svelte. Each page is rendered on a server, is
 * typed into, and is then taken over by its framework.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { focused } from "../support/browser.mjs";
import { bundle, rendered } from "../support/frameworks.mjs";
import { GUEST, nextEnd, typeGuest } from "../support/guest.mjs";
import { followFirstProblem, send, SUITE_MS, useForm, valueOf } from "../support/widget.mjs";

/** Beside the package's files, which the widget looks for next to its own script. */
const SCRIPT = "/pkg/dist/app-of-this-test.js";
const PAGE = "/demo/framework.html";

describe("<diner-form> in frameworks", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();
  const pages = {};

  before(async () => {
    for (const name of ["react", "vue", "svelte", "plain"]) {
      pages[name] = { html: await rendered(name), script: await bundle(name, "browser") };
    }
  });

  /** Opens the page of a framework, which `globalThis.hydrate()` then takes over. `head` stands in its head. */
  const whenRendered = (name, head, test, options) =>
    withForm(test, {
      prepare: async (page) => {
        const { html, script } = pages[name];
        const body = `<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="/demo/icon.svg">${head}
          <div id="root">${html}</div><script type="module" src="${SCRIPT}"></script></html>`;
        await page.route(`**${PAGE}`, (route) => route.fulfill({ contentType: "text/html", body }));
        await page.route(`**${SCRIPT}`, (route) => route.fulfill({ contentType: "text/javascript", body: script }));
        await page.goto(new URL(PAGE, site.demo).href);
        await page.locator("[name=Surname]").waitFor();
      },
      ...options,
    });

  const SCRIPTS = {
    "the package's widget": "",
    "the gateway's script": '<script type="module" src="/dinerkit/diner-form.js"></script>',
    "the gateway's script, blocking": '<script src="/dinerkit/diner-form.js"></script>',
  };
  /** What the package's widget says then, which the page's bundle has as well. */
  const SECOND = [/^dinerkit: another copy/];

  for (const name of ["react", "vue", "svelte"]) {
    for (const [what, head] of Object.entries(SCRIPTS)) {
      it(`keeps its form and what was typed when ${name} takes the page over, with ${what}`, () =>
        whenRendered(
          name,
          head,
          async (page) => {
            await page.locator("[name=Surname]").focus();
            await page.keyboard.type("O’Bri");
            await page.evaluate(() => globalThis.hydrate());
            await page.waitForFunction(() => globalThis.setExtra);
            await page.keyboard.type("en");
            assert.equal(await focused(page), "Surname");
            assert.equal(await valueOf(page, "Surname"), "O’Brien");
            assert.equal(await page.locator("diner-form form").count(), 1);
          },
          { expected: head ? SECOND : [] },
        ));
    }

    it(`takes properties of ${name}, as the page is taken over and later`, () =>
      whenRendered(name, "", async (page) => {
        await page.evaluate(() => globalThis.hydrate());
        await page.waitForFunction(() => globalThis.setProperties);
        await page.evaluate(() => document.querySelector("diner-form").setAttribute("fields", "Surname Company"));
        await page.waitForFunction(() => document.querySelector("diner-form").value?.Company === "Oak");
        await page.evaluate(() => globalThis.setProperties({ value: { Surname: "Lee" }, disabled: true }));
        await page.waitForFunction(() => document.querySelector("[name=Surname]").disabled);
        assert.equal(await valueOf(page, "Surname"), "Lee");
        await page.evaluate(() => globalThis.setProperties({ value: { Surname: "Lee" }, disabled: false }));
        await page.waitForFunction(() => !document.querySelector("[name=Surname]").disabled);
        // The same value anew, as whenever a page is rendered, takes nothing from the guest.
        await page.locator("[name=Surname]").fill("Li");
        await page.evaluate(() => globalThis.setProperties({ value: { Surname: "Lee" }, readOnly: true }));
        await page.waitForFunction(() => document.querySelector("[name=Surname]").readOnly);
        assert.equal(await valueOf(page, "Surname"), "Li");
      }));

    it(`sees what ${name} puts into it later in its place, and lets it go again`, () =>
      whenRendered(name, "", async (page) => {
        await page.evaluate(() => globalThis.hydrate());
        await page.waitForFunction(() => globalThis.setExtra);
        await typeGuest(page, GUEST);
        await page.evaluate(() => globalThis.setExtra(true));
        const extra = page.locator("#extra");
        await extra.waitFor();
        const [above, below] = await Promise.all([extra.boundingBox(), page.locator("[name=FirstName]").boundingBox()]);
        assert.ok(above.y < below.y);
        assert.equal((await send(page)).type, "diner-invalid");
        await followFirstProblem(page);
        assert.equal(await focused(page), "Day");
        await page.evaluate(() => globalThis.setExtra(false));
        await extra.waitFor({ state: "detached" });
        assert.equal((await send(page)).type, "diner-created");
      }));
  }

  it("comes back with its text where a framework makes the element anew", () =>
    whenRendered(
      "plain",
      SCRIPTS["the gateway's script"],
      async (page) => {
        await page.locator("[name=Surname]").focus();
        await page.keyboard.type("O’Bri");
        await page.evaluate(() => globalThis.hydrate());
        await page.waitForFunction(() => document.querySelector("diner-form form"));
        await page.waitForTimeout(500);
        assert.equal(await page.locator("diner-form form").count(), 1);
        assert.equal(await valueOf(page, "Surname"), "O’Bri");
        await page.keyboard.type("en");
        assert.equal(await valueOf(page, "Surname"), "O’Brien");
      },
      { expected: [/[Hh]ydrat/, ...SECOND] },
    ));

  it("takes children that come late, and honours their constraints", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      const end = nextEnd(page);
      await page.evaluate(() => {
        const input = Object.assign(document.createElement("input"), { name: "Late", required: true, slot: "after" });
        document.querySelector("diner-form").append(input);
      });
      await page.locator("[name=Late]").focus();
      await page.keyboard.press("Enter");
      assert.equal((await end).type, "diner-invalid");
      // The list of problems has the focus.
      assert.match(await focused(page), /Late: /);
    }));
});
