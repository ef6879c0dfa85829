/** For whoever changes the widget's properties, methods and place in a form of the page: what a page does with them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barriers } from "../support/browser.mjs";
import { GUEST, nextEnd, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import { failure, recordIn, send, SUITE_MS, useForm, valueOf } from "../support/widget.mjs";

describe("<diner-form>: a page holds a send", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();

  /** Holds the next send until `globalThis.go()` or, with a reason, `globalThis.stop()`. */
  const holding = (page) =>
    page.evaluate(() =>
      document.addEventListener(
        "diner-submit",
        ({ detail }) =>
          detail.waitUntil(
            new Promise((resolve, reject) => {
              globalThis.go = () => resolve((detail.request.Company = "Oak & Sons"));
              globalThis.stop = () => reject(new Error("planted: no table"));
            }),
          ),
        { once: true },
      ),
    );

  it("until its promise is settled, with a word to the guest", () =>
    withForm(async (page) => {
      await holding(page);
      await typeGuest(page, GUEST);
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await page.locator("diner-form [role=status]", { hasText: "One moment, please" }).waitFor();
      const known = (await stored(site.db)).length;
      await page.evaluate(() => globalThis.go());
      const { type, Id } = await end;
      assert.equal(type, "diner-created");
      assert.equal((await stored(site.db)).length, known + 1);
      assert.equal((await recordIn(site.db, Id)).Company, "Oak & Sons");
    }));

  it("and prevents it by a rejection, which the guest and the page are told", () =>
    withForm(async (page) => {
      await holding(page);
      await typeGuest(page, GUEST);
      const known = (await stored(site.db)).length;
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => globalThis.stop);
      await page.evaluate(() => globalThis.stop());
      const { type, code, outcome } = await end;
      assert.deepEqual([type, code, outcome], ["diner-error", "abort", "notSent"]);
      const words = await failure(page);
      assert.match(words, /were not sent.*you can send them again/);
      assert.doesNotMatch(words, /planted/);
      assert.equal((await stored(site.db)).length, known);
      assert.equal(await valueOf(page, "Surname"), GUEST.Surname);
      assert.deepEqual(await barriers(page), []);
      assert.equal((await send(page)).type, "diner-created");
    }));
});
