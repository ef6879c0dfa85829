/** For whoever changes the widget: nobody is kept out, on any screen, in any direction of writing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barriers } from "../support/browser.mjs";
import { GUEST, nextEnd, typeGuest } from "../support/guest.mjs";
import { reload, send, SUITE_MS, useForm } from "../support/widget.mjs";

describe("<diner-form>: access", { timeout: SUITE_MS }, () => {
  const { withForm } = useForm();

  it("speaks Arabic from right to left, on a small screen too", () =>
    withForm(
      async (page) => {
        await page.evaluate(() => Object.assign(document.documentElement, { lang: "ar", dir: "rtl" }));
        await reload(page, { lang: "ar", fields: "FirstName Surname Email Mobile Phone Birthday Address" });
        const texts = await page.locator(".diner-fields :is(label, .diner-hint, summary)").allTextContents();
        assert.ok(texts.length > 0);
        for (const text of texts) assert.match(text, /\p{Script=Arabic}/u);
        // The sign stays before the digits of a calling code.
        assert.equal(await page.locator("[data-region=CY]").first().innerText(), "قبرص (\u200e+357)");

        const end = nextEnd(page);
        await page.locator("[name=Email]").fill("zoe@");
        await page.keyboard.press("Enter");
        assert.equal((await end).type, "diner-invalid");
        const summary = page.locator(".diner-summary");
        assert.match(await summary.innerText(), /^3 أمور تحتاج إلى مراجعتك:/);
        for (const text of await summary.locator("li").allTextContents())
          assert.match(text, /^[\p{Script=Arabic} ]+: /u);

        const styles = await page.locator("[name=Email], [name=Mobile]").evaluateAll((all) =>
          all.map((control) => {
            const { direction, textAlign } = getComputedStyle(control);
            return `${direction} ${textAlign}`;
          }),
        );
        assert.deepEqual(styles, ["ltr right", "ltr right"]);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
        assert.deepEqual(await barriers(page), []);
      },
      { viewport: { width: 320, height: 640 } },
    ));

  for (const microsite of ["oak-and-salt", "harbour-room", "little-lantern"]) {
    for (const colorScheme of ["light", "dark"]) {
      it(`keeps nobody out: ${microsite}, ${colorScheme}`, () =>
        withForm(
          async (page) => {
            assert.deepEqual(await barriers(page), [], "at first");
            await send(page);
            assert.deepEqual(await barriers(page), [], "with errors");
            await typeGuest(page, { ...GUEST, ...(microsite === "harbour-room" && { Field2: "A friend" }) });
            assert.equal((await send(page)).type, "diner-created");
            assert.deepEqual(await barriers(page), [], "when thanking");
          },
          { microsite, colorScheme, reducedMotion: "reduce" },
        ));
    }
  }

  it("fits 320 pixels, with errors, without scrolling sideways", () =>
    withForm(
      async (page) => {
        await send(page);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
        const small = await page
          .locator("diner-form :is(input, select, button):visible")
          .evaluateAll((all) =>
            all
              .filter((control) => control.type !== "checkbox" && control.getBoundingClientRect().height < 44)
              .map(({ name, textContent }) => name || textContent),
          );
        assert.deepEqual(small, [], "smaller than a fingertip");
      },
      { viewport: { width: 320, height: 640 } },
    ));
});
