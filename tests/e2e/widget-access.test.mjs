/** For whoever changes the widget: nobody is kept out, on any screen, in any direction of writing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barriers, focused, lost, tabTo } from "../support/browser.mjs";
import { GUEST, nextEnd, typeGuest } from "../support/guest.mjs";
import { followFirstProblem, reload, send, SUITE_MS, useForm } from "../support/widget.mjs";

const PHONE = { width: 360, height: 640 };

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

  it("gives the list of problems the focus, named and in view, on a phone too", () =>
    withForm(
      async (page) => {
        await send(page);
        const list = page.getByRole("group", { name: "3 things need your attention:" });
        assert.equal(await list.evaluate((node) => node === document.activeElement), true);
        const { top, bottom } = await list.evaluate((node) => node.getBoundingClientRect().toJSON());
        assert.ok(top >= 0 && bottom <= PHONE.height, `${top} to ${bottom}`);
        // Nothing else may say the same a second time.
        assert.equal(await page.locator("diner-form :is([role=alert], [aria-live])").count(), 0);
        assert.equal(await page.locator(".diner-status").textContent(), "");
        await followFirstProblem(page);
        assert.equal(await focused(page), "Surname");
      },
      { viewport: PHONE, reducedMotion: "reduce" },
    ));

  it("takes what is mended off the list, under the hands of a guest who types", () =>
    withForm(
      async (page) => {
        await send(page);
        const list = page.locator(".diner-summary");
        const items = list.locator("li");
        const topOf = (name) => page.locator(`[name=${name}]`).evaluate((node) => node.getBoundingClientRect().top);
        await tabTo(page, "Surname");
        const before = await topOf("Surname");
        await page.keyboard.type("L");
        await list.getByText("2 things need your attention:").waitFor();
        assert.deepEqual(await items.allInnerTexts(), [
          "Email address: Enter your email address.",
          "Mobile number: Enter your mobile number.",
        ]);
        assert.equal(await topOf("Surname"), before, "the field that is typed into has not moved");
        await tabTo(page, "Email");
        await page.keyboard.type("zoe@");
        assert.match(await items.first().innerText(), /^Email address: Enter an email address like/);
        await page.keyboard.type("example.com");
        await list.getByText("One thing needs your attention:").waitFor();
        await page.locator("[name=Mobile]").fill(GUEST.Mobile);
        await list.waitFor({ state: "hidden" });
        assert.equal(await list.textContent(), "");
      },
      { viewport: PHONE, reducedMotion: "reduce" },
    ));

  it("takes the page's own controls off the list too", () =>
    withForm(async (page) => {
      const date = page.locator("[name=BookingDate]");
      const day = await date.inputValue();
      await date.fill("2001-01-01");
      await send(page);
      const list = page.locator(".diner-summary");
      assert.match(await list.innerText(), /Date: /);
      await date.fill(day);
      await list.getByText("Date: ").waitFor({ state: "detached" });
    }));

  it("says a message once, and keeps none that is mended", () =>
    withForm(async (page) => {
      await page.evaluate(() => {
        globalThis.said = [];
        const status = document.querySelector(".diner-status");
        const hear = () => status.textContent && globalThis.said.push(status.textContent);
        new MutationObserver(hear).observe(status, { childList: true, characterData: true, subtree: true });
      });
      const said = () => page.evaluate(() => globalThis.said);
      const message = "Email address: Enter an email address like name@example.com.";
      await tabTo(page, "Email");
      await page.keyboard.type("zoe@");
      await page.keyboard.press("Tab");
      assert.deepEqual(await said(), [message]);
      await tabTo(page, "Email", "Shift+Tab");
      await page.keyboard.press("Tab");
      assert.deepEqual(await said(), [message], "nothing is new");
      await tabTo(page, "Email", "Shift+Tab");
      await page.keyboard.press("End");
      await page.keyboard.type("example.com");
      assert.equal(await page.locator(".diner-status").textContent(), "");
    }));

  it("shows that the address opens, and keeps it open", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Surname Email Address" });
      const address = page.locator("diner-form details");
      assert.equal(await address.locator("summary").evaluate((node) => getComputedStyle(node).display), "list-item");
      await address.locator("summary").press("Enter");
      await reload(page, { lang: "fr" });
      assert.equal(await address.evaluate(({ open }) => open), true);
    }));

  for (const width of [320, 360]) {
    it(`keeps everything in view with letters twice as large, ${width} pixels wide`, () =>
      withForm(
        async (page) => {
          await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
          await reload(page, { fields: "Title FirstName Surname Email Mobile Birthday Address" });
          await page.locator("diner-form summary").press("Enter");
          await typeGuest(page, { Email: "zoe.obrien@gmial.com" });
          await send(page);
          assert.deepEqual(await lost(page), []);
        },
        { viewport: { width, height: 640 } },
      ));
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
