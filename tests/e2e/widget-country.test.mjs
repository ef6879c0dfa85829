/** For whoever changes the lists of countries: the guest's own country, which several share a calling code with. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tabTo } from "../support/browser.mjs";
import { GUEST } from "../support/guest.mjs";
import { hold, phonesLoaded, recordIn, reload, send, SETUP, SUITE_MS, useForm } from "../support/widget.mjs";

const CODE = "[name=MobileCountryCode]";

describe("<diner-form>: the guest's country", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();

  /** The region of the country that the guest sees. */
  const region = (page, code = CODE) =>
    page.locator(code).evaluate(({ selectedOptions: [option] }) => option.dataset.region ?? option.textContent);
  /** Chooses a country as guests do. */
  const choose = (page, value) => page.locator(CODE).selectOption(value);

  for (const [chosen, others] of [
    ["+44 GG", { country: "US" }],
    ["+44", { country: "GG" }],
    ["+1 CA", { country: "US" }],
    ["+7 KZ", { country: "RU" }],
    ["+39 VA", { country: "IT" }],
  ]) {
    it(`stays ${chosen}, whatever is drawn anew`, () =>
      withForm(async (page) => {
        await choose(page, chosen);
        const before = await region(page);
        for (const change of [
          others,
          { lang: "de" },
          { lang: "ja" },
          { lang: "en" },
          { fields: "Title FirstName Surname Email Mobile Phone Birthday" },
          { fields: "Surname Mobile" },
          { microsite: "harbour-room" },
          { microsite: "oak-and-salt" },
        ]) {
          await reload(page, change);
          assert.equal(await region(page), before, JSON.stringify(change));
        }
        // A field that is off the form for a while.
        await reload(page, { fields: "Phone" });
        await reload(page, { fields: "Mobile" });
        assert.equal(await region(page), before);
        // A move, and an element that a framework makes anew.
        await page.evaluate(() => {
          const form = document.querySelector("diner-form");
          document.body.append(form);
        });
        assert.equal(await region(page), before);
        const ready = page.evaluate(
          () => new Promise((resolve) => document.addEventListener("diner-ready", () => resolve(), { once: true })),
        );
        await page.evaluate(() => {
          const form = document.querySelector("diner-form");
          const made = document.createElement("diner-form");
          for (const { name, value } of form.attributes) made.setAttribute(name, value);
          form.replaceWith(made);
        });
        await ready;
        assert.equal(await region(page), before);
      }));
  }

  it("is the main one of a number's code, unless another one with this code was chosen", () =>
    withForm(async (page) => {
      await tabTo(page, "Mobile");
      await phonesLoaded(page);
      const number = page.locator("[name=Mobile]");
      const paste = async (text) => {
        await number.fill(text);
        await page.keyboard.press("Tab");
      };
      for (const [text, expected] of [
        ["+1 201 555 0123", "US"],
        ["+44 7700 900123", "GB"],
        ["+7 495 123 45 67", "RU"],
        ["+39 06 698 12345", "IT"],
        ["+47 22 00 00 00", "NO"],
        ["+61 491 570 006", "AU"],
        ["+212 522 223 344", "MA"],
        ["+262 262 12 34 56", "RE"],
        ["+358 9 123 4567", "FI"],
        ["+590 590 12 34 56", "GP"],
        ["+599 9 123 4567", "CW"],
        // copied with marks of direction, typed in full width, and with an extension, which is refused
        ["\u2066+33 6 12 34 56 78\u2069", "FR"],
        ["\uff0b81 90 1234 5678", "JP"],
        ["+43 1 5880112 Kl. 12", "AT"],
      ]) {
        await tabTo(page, "Mobile", "Shift+Tab");
        await paste(text);
        assert.equal(await region(page), expected, text);
      }
      await choose(page, "+44 JE");
      await tabTo(page, "Mobile");
      await paste("+44 7700 900123");
      assert.equal(await region(page), "JE");
      await reload(page, { lang: "de" });
      assert.equal(await region(page), "JE");
    }));

  it("may be named in any case, and by its common name", () =>
    withForm(
      async (page) => {
        for (const [country, expected] of [
          ["us", "US"],
          ["uk", "GB"],
          [" je ", "JE"],
          ["United Kingdom", "GB"],
          ["jersey", "JE"],
          // The browser's language says en-GB.
          ["Atlantis", "GB"],
          ["", "GB"],
        ]) {
          await reload(page, { country });
          await page.waitForFunction(() => document.querySelector("[name=MobileCountryCode]").length > 200);
          assert.equal(await region(page), expected, country);
        }
      },
      { expected: [/country takes a region/] },
    ));

  it("is taken from the page's records as they have it, and sent by code and English name", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Address Mobile", lang: "de" });
      await page.evaluate(
        ([guest]) => Object.assign(document.querySelector("diner-form"), { value: guest }),
        [
          {
            Surname: "Lee",
            Email: "ann@example.com",
            MobileCountryCode: "Jersey",
            Mobile: "07797 712345",
            Address: { Country: "Österreich" },
          },
        ],
      );
      await page.waitForFunction(() => document.querySelector("[name=MobileCountryCode]").length > 200);
      assert.equal(await region(page), "JE");
      assert.equal(await region(page, "[name='Address.Country']"), "AT");
      const { type, Id } = await send(page, "Meine Angaben senden");
      assert.equal(type, "diner-created");
      const { MobileCountryCode, Mobile, Address } = await recordIn(site.db, Id);
      assert.deepEqual(
        { MobileCountryCode, Mobile, Country: Address.Country },
        { MobileCountryCode: 44, Mobile: "7797712345", Country: "Austria" },
      );
    }));

  it("is on top of the list, with the others that are likely", () =>
    withForm(
      async (page) => {
        await reload(page, { country: "je", lang: "fr-CH" });
        const top = await page
          .locator(CODE)
          .evaluate(({ children }) =>
            [...children].slice(1, 5).map(({ dataset, localName }) => dataset.region ?? localName),
          );
        assert.deepEqual(top, ["JE", "AT", "CH", "hr"]);
      },
      { locale: "de-AT" },
    ));

  it("moves with the page's country until the guest has chosen, or has typed a number", () =>
    withForm(async (page) => {
      await reload(page, { country: "FR" });
      assert.equal(await region(page), "FR");
      await page.locator("[name=Surname]").fill("Lee");
      await reload(page, { country: "CA" });
      assert.equal(await region(page), "CA");
      await page.locator("[name=Mobile]").fill("201 555 0123");
      await reload(page, { country: "GB" });
      assert.equal(await region(page), "CA", "the number was typed for this country");
      await page.locator("[name=Mobile]").fill("");
      await reload(page, { country: "DE" });
      assert.equal(await region(page), "CA", "a number was there");
    }));

  it("is there as a code before the countries have their names, and is sent", () =>
    withForm(
      async (page) => {
        const { asked, letGo } = await hold(page, SETUP);
        await page.goto(`${site.demo}?microsite=oak-and-salt`);
        await asked;
        await page.waitForFunction(() => document.querySelector("[name=MobileCountryCode]")?.length > 200);
        assert.equal(await region(page), "GB");
        await choose(page, "+44 GG");
        letGo();
        await page.waitForFunction(() => document.querySelector("[name=ReceiveRestaurantEmailMarketing]"));
        assert.equal(await region(page), "GG");
        for (const [name, value] of Object.entries(GUEST)) await page.locator(`[name=${name}]`).fill(value);
        const { type, Id } = await send(page);
        assert.equal(type, "diner-created");
        assert.equal((await recordIn(site.db, Id)).MobileCountryCode, 44);
      },
      { prepare: () => {} },
    ));

  it("of the address is chosen from a list too, and sent by its English name", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Mobile Address", lang: "de" });
      await page.locator("summary").click();
      const country = page.getByLabel("Land", { exact: true });
      await country.selectOption({ label: "Österreich" });
      await reload(page, { lang: "fr" });
      assert.equal(await page.locator("[name='Address.Country'] option:checked").innerText(), "Autriche");
      await reload(page, { lang: "en" });
      for (const [name, value] of Object.entries(GUEST).slice(1)) await page.locator(`[name=${name}]`).fill(value);
      const { Id } = await send(page);
      assert.equal((await recordIn(site.db, Id)).Address.Country, "Austria");
    }));

  it("can be told from that of the other number", () =>
    withForm(async (page) => {
      await reload(page, { fields: "Mobile Phone" });
      for (const number of ["Mobile number", "Landline number"]) {
        const group = page.getByRole("group").filter({ has: page.getByLabel(number, { exact: true }) });
        assert.equal(await group.count(), 1, "one control has this label, and one group the control");
        const code = group.getByRole("combobox", { name: `Country code (${number})`, exact: true });
        assert.equal(await code.count(), 1);
      }
    }));
});
