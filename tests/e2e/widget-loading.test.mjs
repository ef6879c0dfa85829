/** For whoever changes the widget: what the form asks for, in which language, and what happens when it cannot load. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barriers, focused, STEP_MS, tabTo } from "../support/browser.mjs";
import { GUEST, typeGuest } from "../support/guest.mjs";
import {
  failure,
  followFirstProblem,
  hold,
  recordIn,
  reload,
  send,
  SEND,
  SETUP,
  SUITE_MS,
  useForm,
  valueOf,
} from "../support/widget.mjs";

/** A read is tried four times, up to 1, 3 and 9 seconds apart, before the client gives up. */
const GIVE_UP_MS = STEP_MS + 13_000;

describe("<diner-form>: loading", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();
  const recordOf = (Id) => recordIn(site.db, Id);

  it("keeps what is typed while it is loaded anew", () =>
    withForm(async (page) => {
      const { asked, letGo } = await hold(page, SETUP);
      const reloaded = reload(page, { country: "FR" });
      await asked;
      await page.locator("[name=Email]").fill("zoe@");
      await page.locator("[name=Surname]").fill(GUEST.Surname);
      await page.keyboard.press("Enter");
      letGo();
      await reloaded;
      assert.equal(await valueOf(page, "Email"), "zoe@");
      assert.equal(await valueOf(page, "Surname"), GUEST.Surname);
    }));

  it("reads a language tag with an underscore, and English where there is none", () =>
    withForm(async (page) => {
      for (const lang of ["en_GB", "no language at all"]) {
        await reload(page, { lang });
        assert.equal(await page.locator("[data-region=CY]").innerText(), "Cyprus (+357)", lang);
      }
    }));

  it("speaks the language nearest to the page's, never in another script", () =>
    withForm(async (page) => {
      const nearest = {
        "fr-CA": "fr",
        "de-CH-1996": "de",
        "pt-BR": "pt",
        "sv-FI": "sv",
        nb: "nb",
        nn: "nb",
        "no-NO": "nb",
        zh: "zh-Hans",
        "zh-CN": "zh-Hans",
        "zh-SG": "zh-Hans",
        "zh-Hans-HK": "zh-Hans",
        "zh-TW": "en",
        "zh-HK": "en",
        "zh-Hant": "en",
        ru: "en",
      };
      const button = page.locator(".diner-button");
      for (const [lang, tag] of Object.entries(nearest)) {
        const { default: words } = await import(`../../www/widget/locales/${tag}.js`);
        await reload(page, { lang });
        assert.equal(await button.innerText(), words.send, lang);
      }
    }));

  it("speaks a language that the page brings itself, from the first load on", () =>
    withForm(
      async (page) => {
        const button = page.locator(".diner-button");
        await button.filter({ hasText: "Lähetä tietoni" }).waitFor();
        await reload(page, { lang: "zh-HK" });
        assert.equal(await button.innerText(), "送出我的資料");
      },
      {
        prepare: async (page) => {
          await page.route("**/demo/", async (route) => {
            const response = await route.fetch();
            const html = (await response.text()).replace('lang="en-GB"', 'lang="fi"');
            // The package's widget, which a page can import.
            await route.fulfill({ response, body: html.replace("/dinerkit/diner-form.js", "/pkg/dist/widget.js") });
          });
          await page.route("**/demo/demo.js", async (route) => {
            const response = await route.fetch();
            const own = `
              import { locales } from "/pkg/dist/widget.js";
              const own = (send) => async () => ({ default: { ...(await locales.en()).default, send } });
              locales.fi = own("Lähetä tietoni");
              locales["zh-Hant"] = own("送出我的資料");`;
            await route.fulfill({ response, body: own + (await response.text()) });
          });
          await page.goto(site.demo);
        },
      },
    ));

  it("asks for a restaurant's own fields, and only there", () =>
    withForm(
      async (page) => {
        assert.equal(await page.locator("[name=Field1]").count(), 1);
        await typeGuest(page, { ...GUEST, Field1: "No nuts, please" });
        assert.deepEqual(
          (await send(page)).issues.map(({ path }) => path[0]),
          ["Field2"],
        );
        await followFirstProblem(page);
        assert.equal(await focused(page), "Field2");
        await page.keyboard.type("From Łukasz");
        const record = await recordOf((await send(page)).Id);
        assert.equal(record.Field1, "No nuts, please");
        assert.equal(record.Field2, "From Łukasz");
      },
      { microsite: "harbour-room" },
    ));

  it("asks for no title and no consent where the restaurant has neither", () =>
    withForm(
      async (page) => {
        const names = await page.locator(".diner-fields [name]").evaluateAll((all) => all.map(({ name }) => name));
        assert.deepEqual(names, ["FirstName", "Surname", "Email", "MobileCountryCode", "Mobile"]);
      },
      { microsite: "little-lantern" },
    ));

  it("asks for what the page names, follows a number's own calling code and finds the country by its name", () =>
    withForm(async (page) => {
      const ready = page.evaluate(
        () => new Promise((resolve) => document.addEventListener("diner-ready", () => resolve(true), { once: true })),
      );
      await page.evaluate(() =>
        document.querySelector("diner-form").setAttribute("fields", "FirstName Phone Birthday Address"),
      );
      await ready;
      const names = await page.locator(".diner-fields [name]").evaluateAll((all) => all.map(({ name }) => name));
      assert.deepEqual(names, [
        "FirstName",
        "Surname",
        "Email",
        "PhoneCountryCode",
        "Phone",
        "Birthday",
        "Address.House",
        "Address.Street",
        "Address.Town",
        "Address.CountyRegion",
        "Address.Country",
        "Address.Postcode",
      ]);
      await typeGuest(page, { Surname: "Ng", Email: "ng@example.com" });
      await tabTo(page, "PhoneCountryCode");
      await page.keyboard.type("Cyprus");
      assert.equal(await valueOf(page, "PhoneCountryCode"), "+357");
      await typeGuest(page, { Phone: "+44 20 7946 0123" });
      await page.keyboard.press("Tab");
      assert.equal(await valueOf(page, "PhoneCountryCode"), "+44");
      await page.locator(".diner-address").evaluate((details) => {
        details.open = true;
      });
      await typeGuest(page, { "Address.Town": "Łódź" });
      const record = await recordOf((await send(page)).Id);
      assert.equal(record.PhoneCountryCode, 44);
      assert.equal(record.Phone, "2079460123");
      assert.equal(record.Address.Town, "Łódź");
    }));

  for (const [what, url] of [["the Setup", SETUP]]) {
    it(`offers to try again when ${what} cannot be loaded, and loses nothing`, () =>
      withForm(
        async (page) => {
          const retry = page.getByRole("button", { name: "Try again" });
          await retry.waitFor({ timeout: GIVE_UP_MS });
          assert.match(await failure(page), /The form could not be loaded/);
          assert.deepEqual(await barriers(page), []);
          await tabTo(page, "SpecialRequests");
          await page.keyboard.type("A quiet corner");
          await page.unroute(url);
          await tabTo(page, "Try again");
          await page.keyboard.press("Enter");
          await page.getByRole("button", { name: SEND }).waitFor();
          assert.equal(await valueOf(page, "SpecialRequests"), "A quiet corner");
          assert.equal(await failure(page), "");
          assert.equal(await focused(page), "FirstName");
        },
        {
          prepare: async (page) => {
            await page.route(url, (route) => route.abort());
            await page.goto(site.demo);
          },
          expected: [/ERR_FAILED/, /dinerkit: the gateway \S+ does not answer/],
        },
      ));
  }
});
