/** For whoever changes the form's fields: what a guest is asked for, in which order, and what the browser fills in. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barriers, focused, tabTo } from "../support/browser.mjs";
import { GUEST, openForm, typeGuest } from "../support/guest.mjs";
import { recordIn, reload, send, SETUP, SUITE_MS, useForm } from "../support/widget.mjs";

const NOTICE = "https://oak.example/privacy";

describe("<diner-form>: fields", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();

  /** The names of the form's controls in the order in which they are seen. */
  const order = (page) =>
    page.locator(".diner-fields :is(input, select)").evaluateAll((controls) => controls.map(({ name }) => name));
  const boxOf = (page, name) => page.locator(`[name=${name}]`).boundingBox();

  it("asks for the surname first where people say it first, also when the language changes", () =>
    withForm(async (page) => {
      assert.deepEqual((await order(page)).slice(0, 2), ["FirstName", "Surname"]);
      await page.locator("[name=Surname]").fill("Lee");
      for (const [lang, first] of [
        ["ja", "Surname"],
        ["zh-TW", "Surname"],
        ["de", "FirstName"],
        // There is no Hungarian locale: the words are English, and the order is the page's.
        ["hu", "Surname"],
        ["fi", "FirstName"],
      ]) {
        await reload(page, { lang });
        assert.equal((await order(page))[0], first, lang);
        assert.equal(await page.locator("[name=Surname]").inputValue(), "Lee");
      }
    }));

  it("puts the two names side by side if there is room, and below each other if not", () =>
    withForm(async (page) => {
      const [first, last] = [await boxOf(page, "FirstName"), await boxOf(page, "Surname")];
      assert.equal(first.y, last.y);
      await page.setViewportSize({ width: 320, height: 800 });
      const [above, below] = [await boxOf(page, "FirstName"), await boxOf(page, "Surname")];
      assert.ok(below.y > above.y + above.height);
    }));

  it("asks for the title after the guest's own details, on a first visit and on a second", () =>
    withForm(async (page) => {
      const first = await order(page);
      assert.ok(first.indexOf("Title") > first.indexOf("Mobile"), String(first));
      await openForm(page, site);
      assert.deepEqual(await order(page), first);
      assert.equal(await page.locator("[name=Title] option").first().innerText(), "Choose…");
    }));

  it("gives each part of a name and an address its token, its keyboard and no dictionary", () =>
    withForm(
      async (page) => {
        await reload(page, { fields: "FirstName Company Address Birthday Mobile Phone Field2" });
        const facts = await page
          .locator(".diner-fields :is(input, select)")
          .evaluateAll((controls) =>
            Object.fromEntries(
              controls.map((control) => [
                control.name,
                ["autocomplete", "autocapitalize", "autocorrect", "maxlength"].map((name) =>
                  control.getAttribute(name),
                ),
              ]),
            ),
          );
        for (const [name, expected] of Object.entries({
          FirstName: ["given-name", "words", "off", null],
          Surname: ["family-name", "words", "off", null],
          Company: ["organization", "words", "off", null],
          Email: ["email", null, null, null],
          MobileCountryCode: ["tel-country-code", null, null, null],
          Mobile: ["tel-national", null, null, null],
          Birthday: ["bday", null, null, null],
          "Address.House": ["address-line2", "words", "off", null],
          "Address.Street": ["address-line1", "words", "off", null],
          "Address.Town": ["address-level2", "words", "off", null],
          "Address.CountyRegion": ["address-level1", "words", "off", null],
          "Address.Country": ["country-name", null, null, null],
          "Address.Postcode": ["postal-code", "characters", "off", null],
        })) {
          assert.deepEqual(facts[name], expected, name);
        }
        assert.deepEqual(facts.Field2, [null, null, null, null], "the answer to a question is written as it comes");
      },
      { microsite: "harbour-room" },
    ));

  it("asks for a date in three parts, in the language's order, and sends it as one", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Birthday", dates: "parts", lang: "en-US" });
      const group = page.getByRole("group", { name: "Birthday" });
      const labels = () => page.locator(".diner-parts label").allInnerTexts();
      assert.deepEqual(await labels(), ["Month", "Day", "Year"]);
      await reload(page, { lang: "en-GB" });
      assert.deepEqual(await labels(), ["Day", "Month", "Year"]);
      for (const part of ["Day", "Month", "Year"]) {
        const input = group.getByRole("textbox", { name: part, exact: true });
        assert.equal(await input.getAttribute("autocomplete"), `bday-${part.toLowerCase()}`);
        assert.equal(await input.getAttribute("inputmode"), "numeric");
      }
      await group.getByLabel("Day").fill("1");
      await group.getByLabel("Year").fill("1990");
      await reload(page, { lang: "de" });
      assert.deepEqual(await labels(), ["Tag", "Monat", "Jahr"]);
      await reload(page, { lang: "ja" });
      const values = () => page.locator(".diner-parts input").evaluateAll((inputs) => inputs.map(({ value }) => value));
      assert.deepEqual(await values(), ["1990", "", "01"]);
      await reload(page, { lang: "en" });

      await typeGuest(page, { Surname: GUEST.Surname, Email: GUEST.Email, Mobile: GUEST.Mobile });
      const { type, issues } = await send(page);
      assert.deepEqual([type, issues.map(({ code }) => code)], ["diner-invalid", ["date_invalid"]]);
      await page.locator(".diner-summary a").click();
      assert.equal(await focused(page), "Birthday");
      assert.equal(await page.locator(".diner-parts input:focus").getAttribute("autocomplete"), "bday-month");
      assert.equal(await page.locator(".diner-parts input[aria-invalid=true]").count(), 3);
      assert.deepEqual(await barriers(page), []);
      await page.keyboard.type("５");
      assert.equal(await page.locator(".diner-parts input[aria-invalid=true]").count(), 0);
      const { Id } = await send(page);
      assert.match((await recordIn(site.db, Id)).Birthday, /^1990-05-01T/);
    }));

  it("reads a year of two digits in the parts where it can be one year only", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Birthday", dates: "parts", lang: "en-GB" });
      await typeGuest(page, { Surname: GUEST.Surname, Email: GUEST.Email, Mobile: GUEST.Mobile });
      const group = page.getByRole("group", { name: "Birthday" });
      await group.getByLabel("Day").fill("5");
      await group.getByLabel("Month").fill("6");
      await group.getByLabel("Year").fill("07");
      const { type, issues } = await send(page);
      assert.deepEqual([type, issues.map(({ code }) => code)], ["diner-invalid", ["date_ambiguous"]]);
      assert.match(await page.locator("[id$=Birthday-error]").innerText(), /1907.*2007/);
      await group.getByLabel("Year").fill("90");
      const { Id } = await send(page);
      assert.match((await recordIn(site.db, Id)).Birthday, /^1990-06-05T/);
    }));

  it("fills in the day that the page knows, and nothing for an instant, which names none", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Birthday" });
      for (const [given, shown] of [
        ["1990-05-31", "1990-05-31"],
        ["1990-05-31T00:00:00.0000000", "1990-05-31"],
        ["1990-05-31T00:00:00+02:00", "1990-05-31"],
        ["1990-05-31T22:00:00.000Z", ""],
        ["1990-05-31T23:30-05:00", ""],
      ]) {
        await page.locator("diner-form").evaluate((form, Birthday) => void (form.value = { Birthday }), given);
        assert.equal(await page.locator("[name=Birthday]").inputValue(), shown, given);
      }
    }));

  it("says nothing of a date while the guest is in its parts", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Birthday", dates: "parts", lang: "de" });
      await page.locator("#" + (await page.locator("[autocomplete=bday-day]").getAttribute("id"))).focus();
      await page.keyboard.type("1");
      await page.keyboard.press("Tab");
      const error = page.locator("[id$=Birthday-error]");
      assert.equal(await error.textContent(), "");
      await page.keyboard.press("Tab");
      await page.keyboard.type("1990");
      await page.keyboard.press("Tab");
      assert.notEqual(await error.textContent(), "");
    }));

  it("keeps the browser's own field for a date without the attribute", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Birthday" });
      assert.equal(await page.locator("[name=Birthday]").getAttribute("type"), "date");
      await page.locator("[name=Birthday]").fill("1990-05-01");
      await reload(page, { dates: "parts" });
      assert.deepEqual(
        await page.locator(".diner-parts input").evaluateAll((inputs) => inputs.map(({ value }) => value).toSorted()),
        ["01", "05", "1990"],
      );
    }));

  /** Runs a test on a page whose gateway names a privacy notice. */
  const withNotice = (notice, test) =>
    withForm(test, {
      prepare: async (page) => {
        await page.route(SETUP, async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, json: { ...(await response.json()), PrivacyNotice: notice } });
        });
        await openForm(page, site);
      },
    });

  it("links the privacy notice that the gateway names, in the form's language, above the button", () =>
    withNotice(NOTICE, async (page) => {
      const link = page.getByRole("link", { name: "Privacy notice" });
      assert.equal(await link.getAttribute("href"), NOTICE);
      const [above, below] = [await link.boundingBox(), await page.locator(".diner-button").boundingBox()];
      assert.ok(above.y + above.height <= below.y);
      await tabTo(page, "SpecialRequests");
      await page.keyboard.press("Tab");
      assert.equal(await link.evaluate((node) => node.matches(":focus")), true);
      await reload(page, { lang: "de" });
      await page.getByRole("link", { name: "Datenschutzhinweise" }).waitFor();
      assert.deepEqual(await barriers(page), []);
      // The page's own words are seen instead.
      await page.evaluate(() => {
        const own = Object.assign(document.createElement("p"), { slot: "privacy", textContent: "We keep little." });
        document.querySelector("diner-form").append(own);
      });
      assert.equal(await page.getByText("We keep little.").isVisible(), true);
      assert.equal(await page.getByRole("link", { name: "Datenschutzhinweise" }).count(), 0);
    }));

  it("links no address that is not one of the web's", () =>
    withNotice("javascript:alert(1)", async (page) => {
      assert.equal(await page.getByRole("link", { name: "Privacy notice" }).count(), 0);
    }));
});
