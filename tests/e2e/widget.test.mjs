/** For whoever changes the widget: what a guest must always be able to do, in a real browser, down to the database. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { barriers, focused, STEP_MS, tabTo, withPage } from "../support/browser.mjs";
import { GUEST, GUEST_RECORD, nextEnd, openForm, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import { startSite, useSite } from "../support/site.mjs";

const SEND = "Send my details";
const CONSENTS = [
  "ReceiveEmailMarketing",
  "ReceiveSmsMarketing",
  "ReceiveRestaurantEmailMarketing",
  "ReceiveRestaurantSmsMarketing",
];
/** Long, for a machine that is busy with other things; each step has its own, short. */
const SUITE_MS = 600_000;
/** A read is tried four times, up to 1, 3 and 9 seconds apart, before the client gives up. */
const GIVE_UP_MS = STEP_MS + 13_000;
const CREATE = "**/Restaurant/*/Customer";
const SETUP = "**/Customers/Setup";
const PHONE_FORMATS = "**/phone-formats.bin";

describe("<diner-form>", { timeout: SUITE_MS }, () => {
  const site = useSite();

  /** Runs a test on a page with the form, or on what `prepare` makes of one. */
  function withForm(test, { microsite, prepare = (page) => openForm(page, site, microsite), ...options } = {}) {
    const prepared = async (page) => {
      await prepare(page);
      await test(page);
    };
    return withPage(site.browser, prepared, options);
  }

  async function send(page) {
    const end = nextEnd(page);
    await tabTo(page, SEND);
    await page.keyboard.press("Enter");
    return end;
  }

  let wording;
  /** Opens the form with a Setup of the test's own; `members` is asked at each load. */
  async function withSetup(page, members) {
    wording = "News by:";
    await page.route(SETUP, (route) =>
      route.fulfill({
        json: {
          Name: "Oak & Salt",
          CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: false }],
          ...members(),
        },
      }),
    );
    await openForm(page, site);
  }

  const recordOf = async (Id) => (await stored(site.db)).find(({ id }) => id === Id).record;
  const valueOf = (page, name) => page.locator(`[name=${name}]`).inputValue();
  /** Changes attributes and waits until the form has been loaded anew. */
  const reload = (page, attributes) =>
    page.evaluate(
      ([changes, ms]) =>
        new Promise((resolve, reject) => {
          const form = document.querySelector("diner-form");
          setTimeout(() => reject(new Error(`not ready within ${ms} ms`)), ms);
          form.addEventListener("diner-ready", () => resolve(), { once: true });
          for (const [name, value] of Object.entries(changes)) form.setAttribute(name, value);
        }),
      [attributes, STEP_MS],
    );
  /** Holds the requests to a URL back until they are let go; `asked` says when the first has come. */
  async function hold(page, url) {
    let letGo;
    const held = new Promise((resolve) => {
      letGo = resolve;
    });
    const asked = page.waitForRequest(url);
    await page.route(url, async (route) => {
      await held;
      await route.continue();
    });
    return { asked, letGo };
  }
  /** From now on nothing waits before it is tried again. */
  const retryAtOnce = (page) => page.evaluate(() => void (Math.random = () => 0));
  const failure = (page) => page.locator(".diner-failure").innerText();

  it("books a guest by keyboard alone, down to the database", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      const { type, Id } = await send(page);
      assert.equal(type, "diner-created");
      const record = await recordOf(Id);
      for (const [name, value] of Object.entries(GUEST_RECORD)) assert.equal(record[name], value, name);
      assert.match(await page.locator(".diner-thanks").innerText(), /Thank you/);
      assert.equal(await page.evaluate(() => document.activeElement.className), "diner-thanks");
    }));

  it("takes no consent that was not given", () =>
    withForm(async (page) => {
      for (const name of CONSENTS) assert.equal(await page.locator(`[name=${name}]`).isChecked(), false, name);
      await typeGuest(page, GUEST);
      const { Id, receipts } = await send(page);
      assert.deepEqual(receipts, []);
      const record = await recordOf(Id);
      for (const name of CONSENTS) assert.ok(!record[name], name);
      for (const name of Object.keys(record).filter((name) => name.endsWith("OptInText")))
        assert.ok(!record[name], name);
    }));

  it("sends a consent with the wording as the restaurant wrote it, and shows that wording's mark-up safely", () =>
    withForm(async (page) => {
      const setup = await (
        await fetch(`${site.url}/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customers/Setup`)
      ).json();
      const wording = setup.RestaurantSmsMarketingOptInText;
      assert.match(wording, /<strong>/);
      assert.equal(await page.locator(".diner-consents strong").last().innerText(), "Oak & Salt");
      await typeGuest(page, { ...GUEST, ReceiveRestaurantSmsMarketing: true });
      const start = Date.now();
      const { Id, receipts } = await send(page);
      const [{ time }] = receipts;
      assert.ok(start <= Date.parse(time) && Date.parse(time) <= Date.now());
      assert.deepEqual(receipts, [
        {
          field: "ReceiveRestaurantSmsMarketing",
          wordingField: "RestaurantSmsMarketingOptInText",
          wording,
          wordingHash: `sha-256:${createHash("sha256").update(wording).digest("hex")}`,
          locale: await page.evaluate(() => document.documentElement.lang),
          time,
        },
      ]);
      const record = await recordOf(Id);
      assert.equal(record.ReceiveRestaurantSmsMarketing, true);
      assert.equal(record.RestaurantSmsMarketingOptInText, wording);
      assert.ok(!record.ReceiveRestaurantEmailMarketing);
      assert.ok(!record.RestaurantEmailMarketingOptInText);
    }));

  it("fails no booking for a receipt that cannot be made", () =>
    withForm(
      async (page) => {
        await page.evaluate(() => {
          crypto.subtle.digest = () => Promise.reject(new Error("planted"));
        });
        await typeGuest(page, { ...GUEST, ReceiveRestaurantSmsMarketing: true });
        const { type, Id, receipts } = await send(page);
        assert.deepEqual([type, receipts], ["diner-created", []]);
        assert.equal((await recordOf(Id)).ReceiveRestaurantSmsMarketing, true);
      },
      { expected: [/planted/] },
    ));

  it("refuses an empty form, says why at each field, and takes the guest to the first", () =>
    withForm(async (page) => {
      const { type, issues } = await send(page);
      assert.equal(type, "diner-invalid");
      assert.deepEqual(
        issues.map(({ path }) => path[0]),
        ["Surname", "Email", "Mobile"],
      );
      assert.equal(await focused(page), "Surname");
      for (const [name, message] of [
        ["Surname", "Enter your surname."],
        ["Email", "Enter your email address."],
        ["Mobile", "Enter your mobile number."],
      ]) {
        const field = page.locator(`[name=${name}]`);
        assert.equal(await field.getAttribute("aria-invalid"), "true", name);
        assert.ok((await description(field)).includes(message), name);
      }
      const links = page.locator(".diner-summary a");
      assert.deepEqual(await links.allInnerTexts(), [
        "Surname: Enter your surname.",
        "Email address: Enter your email address.",
        "Mobile number: Enter your mobile number.",
      ]);
      await links.nth(1).focus();
      await page.keyboard.press("Enter");
      assert.equal(await focused(page), "Email");
    }));

  it("says nothing before the guest has left a field, and then keeps up with what they type", () =>
    withForm(async (page) => {
      const error = page.locator("[id$=Email-error]");
      await tabTo(page, "Email");
      await page.keyboard.type("zoe@");
      assert.equal(await error.innerText(), "");
      await page.keyboard.press("Tab");
      assert.equal(await error.innerText(), "Enter an email address like name@example.com.");
      assert.match(await page.locator(".diner-status").textContent(), /^Email address: /);
      await tabTo(page, "Email", "Shift+Tab");
      await page.keyboard.press("End");
      await page.keyboard.type("example.com");
      assert.equal(await error.innerText(), "");
      assert.equal(await page.locator("[name=Email]").getAttribute("aria-invalid"), "false");
    }));

  it("refuses nothing and loses nothing when the page's own field is wrong", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      await page.locator("[name=BookingDate]").evaluate((date) => {
        date.value = "2001-01-01";
      });
      const { type } = await send(page);
      assert.equal(type, "diner-invalid");
      assert.equal(await focused(page), "BookingDate");
      assert.notEqual(await description(page.locator("[name=BookingDate]")), "");
      assert.match(await page.locator(".diner-summary").innerText(), /One thing needs your attention:\s+Date: /);
      assert.equal(await valueOf(page, "Surname"), GUEST.Surname);
    }));

  it("creates once when Enter is pressed twice", () =>
    withForm(async (page) => {
      let release;
      const held = new Promise((resolve) => {
        release = resolve;
      });
      let sent = 0;
      await page.route(CREATE, async (route) => {
        sent += 1;
        await held;
        await route.continue();
      });
      await typeGuest(page, GUEST);
      const known = (await stored(site.db)).length;
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await page.getByText("Sending…").first().waitFor();
      await page.keyboard.press("Enter");
      release();
      assert.equal((await end).type, "diner-created");
      assert.equal(sent, 1);
      assert.equal((await stored(site.db)).length, known + 1);
    }));

  it("keeps what was typed when the network breaks, does not pretend to know, and sends again", () =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        await retryAtOnce(page);
        await page.route(CREATE, (route) => route.abort("connectionreset"));
        const { type, outcome, code } = await send(page);
        assert.deepEqual({ type, outcome, code }, { type: "diner-error", outcome: "unknown", code: "network" });
        assert.match(await failure(page), /cannot tell whether your details arrived/);
        assert.match(await page.locator(".diner-help").innerText(), /01632 960018/);
        for (const [name, value] of Object.entries(GUEST)) assert.equal(await valueOf(page, name), value, name);
        assert.deepEqual(await barriers(page), []);
        await page.unroute(CREATE);
        const end = nextEnd(page);
        await tabTo(page, "Send again anyway");
        await page.keyboard.press("Enter");
        assert.equal((await end).type, "diner-created");
      },
      { expected: [/ERR_CONNECTION_RESET/] },
    ));

  it("still cannot tell, whatever comes after, until a send succeeds", () =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        await retryAtOnce(page);
        await page.route(CREATE, (route) => route.abort("connectionreset"));
        assert.equal((await send(page)).outcome, "unknown");
        await page.unroute(CREATE);
        await page.route(CREATE, (route) => route.fulfill({ status: 403, json: { Message: "Closed." } }));
        const again = async () => {
          const end = nextEnd(page);
          await tabTo(page, "Send again anyway");
          await page.keyboard.press("Enter");
          return end;
        };
        assert.equal((await again()).outcome, "refused");
        assert.match(await failure(page), /cannot tell whether your details arrived/);
        await reload(page, { country: "FR" });
        assert.match(await failure(page), /cannot tell whether your details arrived/);
        await page.unroute(CREATE);
        assert.equal((await again()).type, "diner-created");
      },
      { expected: [/ERR_CONNECTION_RESET/, /status of 403/] },
    ));

  it("carries a consent over only to the same wording of the same restaurant, and no answer to another question", () =>
    withForm(
      async (page) => {
        const consent = page.locator("[name=ReceiveEmailMarketing]");
        await typeGuest(page, { FirstName: "Zoë", Field1: "No nuts", ReceiveEmailMarketing: true });
        await reload(page, { fields: "FirstName Field1 ReceiveEmailMarketing" });
        assert.equal(await consent.isChecked(), true);
        assert.equal(await valueOf(page, "Field1"), "No nuts");
        await reload(page, { microsite: "harbour-room" });
        assert.equal(await consent.isChecked(), false, "another restaurant");
        assert.equal(await valueOf(page, "Field1"), "");
        assert.equal(await valueOf(page, "FirstName"), "Zoë");
        await consent.check();
        wording = "Everything from everybody by:";
        await reload(page, { country: "FR" });
        assert.equal(await consent.isChecked(), false, "another wording");
      },
      { prepare: (page) => withSetup(page, () => ({ GroupEmailMarketingOptInText: wording })) },
    ));

  it("shows a consent's new words where the restaurant has changed them meanwhile, and asks again", () =>
    withForm(
      async (page) => {
        const consent = page.locator("[name=ReceiveEmailMarketing]");
        const legend = page.locator(".diner-consents fieldset", { has: consent }).locator("legend");
        await typeGuest(page, { ...GUEST, ReceiveEmailMarketing: true });
        assert.match(await legend.innerText(), /^Words of yesterday/);
        await page.unroute(SETUP);
        const { type, issues } = await send(page);
        assert.deepEqual([type, issues.map(({ path }) => path[0])], ["diner-invalid", ["ReceiveEmailMarketing"]]);
        assert.equal(await consent.isChecked(), false);
        assert.doesNotMatch(await legend.innerText(), /yesterday/);
        assert.equal(await focused(page), "ReceiveEmailMarketing");
        assert.match(await description(consent), /Read this text again/);
        assert.match(await page.locator(".diner-summary").innerText(), /Read this text again/);
        for (const [name, value] of Object.entries(GUEST)) assert.equal(await valueOf(page, name), value, name);
        assert.deepEqual(await barriers(page), []);
        await page.keyboard.press("Space");
        const { Id } = await send(page);
        const record = await recordOf(Id);
        assert.equal(record.ReceiveEmailMarketing, true);
        assert.doesNotMatch(record.GroupEmailMarketingOptInText, /yesterday/);
      },
      {
        prepare: async (page) => {
          await page.route(SETUP, async (route) => {
            const setup = await (await route.fetch()).json();
            await route.fulfill({ json: { ...setup, GroupEmailMarketingOptInText: "Words of yesterday, by:" } });
          });
          await openForm(page, site);
        },
        expected: [/status of 400/],
      },
    ));

  it("sends the same details under the same key, and others under another", () =>
    withForm(
      async (page) => {
        const keys = [];
        await typeGuest(page, GUEST);
        await page.route(CREATE, (route) => {
          keys.push(route.request().headers()["idempotency-key"]);
          return route.fulfill({ status: 502, json: { Message: "Nobody knows." } });
        });
        const again = async () => {
          const end = nextEnd(page);
          await tabTo(page, "Send again anyway");
          await page.keyboard.press("Enter");
          return end;
        };
        assert.equal((await send(page)).outcome, "unknown");
        await again();
        await reload(page, { country: "FR" });
        await again();
        await page.locator("[name=FirstName]").fill("Zoë Maria");
        await again();
        await page.locator("[name=FirstName]").fill(GUEST.FirstName);
        await again();
        assert.equal(keys.length, 5);
        assert.deepEqual([keys[1], keys[2], keys[4]], [keys[0], keys[0], keys[0]]);
        assert.notEqual(keys[3], keys[0]);
        assert.equal(keys.filter(Boolean).length, 5);
      },
      { expected: [/status of 502/] },
    ));

  it("makes one customer of details whose answers are lost", () =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        await retryAtOnce(page);
        const known = (await stored(site.db)).length;
        let lost = 0;
        await page.route(CREATE, async (route) => {
          // It arrives, and the answer does not.
          await route.fetch();
          lost += 1;
          await route.abort("connectionreset");
        });
        const end = nextEnd(page);
        await page.keyboard.press("Enter");
        assert.equal((await end).outcome, "unknown");
        assert.equal(lost, 4, "four attempts");
        await page.unroute(CREATE);
        const answered = nextEnd(page);
        await tabTo(page, "Send again anyway");
        await page.keyboard.press("Enter");
        assert.equal((await answered).type, "diner-created");
        assert.equal((await stored(site.db)).length, known + 1);
      },
      { expected: [/ERR_CONNECTION_RESET/] },
    ));

  it("says whose news a consent is for where the restaurant and its group share a wording", () =>
    withForm(
      async (page) => {
        const labels = await page.locator(".diner-consents label").allInnerTexts();
        assert.deepEqual(labels, ["Email (the restaurant’s group)", "Email (Oak & Salt)"]);
      },
      {
        prepare: (page) =>
          withSetup(page, () => ({
            GroupEmailMarketingOptInText: wording,
            RestaurantEmailMarketingOptInText: wording,
          })),
      },
    ));

  it("loses no answer and nothing typed to an attribute that changes while sending", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      const { asked, letGo } = await hold(page, CREATE);
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await asked;
      const reloaded = reload(page, { fields: "FirstName Surname Email Mobile Birthday" });
      await page.locator("[name=Surname]").fill("Typed meanwhile");
      letGo();
      assert.equal((await end).type, "diner-created");
      await reloaded;
      assert.equal(await valueOf(page, "Surname"), "Typed meanwhile");
    }));

  it("says what became of a send to a page that has removed it", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      const { asked, letGo } = await hold(page, CREATE);
      await page.keyboard.press("Enter");
      await asked;
      const created = page.evaluate(
        () =>
          new Promise((resolve) => {
            const form = document.querySelector("diner-form");
            form.addEventListener("diner-created", ({ detail }) => resolve(detail.Id));
            form.remove();
          }),
      );
      letGo();
      assert.equal((await recordOf(await created)).Surname, GUEST.Surname);
    }));

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
            await route.fulfill({ response, body: (await response.text()).replace('lang="en-GB"', 'lang="fi"') });
          });
          await page.route("**/demo/demo.js", async (route) => {
            const response = await route.fetch();
            const own = `
              import { locales } from "../widget/diner-form.js";
              const own = (send) => async () => ({ default: { ...(await locales.en()).default, send } });
              locales.fi = own("Lähetä tietoni");
              locales["zh-Hant"] = own("送出我的資料");`;
            await route.fulfill({ response, body: own + (await response.text()) });
          });
          await page.goto(site.demo);
        },
      },
    ));

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

  it("sends what the browser filled in without saying so", () =>
    withForm(async (page) => {
      await typeGuest(page, { ...GUEST, Surname: "x" });
      await page.locator("[name=Surname]").evaluate((control) => {
        control.value = "Filled In";
      });
      assert.equal((await recordOf((await send(page)).Id)).Surname, "Filled In");
    }));

  it("names a group of the page's own radio buttons once, and survives a control that fails", () =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        await page.evaluate(() => {
          class Broken extends HTMLElement {
            get willValidate() {
              throw new Error("broken by the test");
            }
          }
          customElements.define("broken-control", Broken);
          const seating = document.createElement("fieldset");
          seating.innerHTML = `<legend>Seating</legend><broken-control></broken-control>
            <label><input type="radio" name="Seat" value="in" required aria-describedby="date" /> Inside</label>
            <label><input type="radio" name="Seat" value="out" required /> Outside</label>`;
          document.querySelector("diner-form .booking").append(seating);
        });
        assert.equal((await send(page)).type, "diner-invalid");
        const links = await page.locator(".diner-summary a").allInnerTexts();
        assert.equal(links.length, 1);
        assert.match(links[0], /^Seating: ./);
        const inside = page.getByLabel("Inside");
        assert.equal(`Seating: ${(await description(inside)).trim()}`, links[0]);
        await inside.check();
        assert.equal(await inside.getAttribute("aria-describedby"), "date");
        assert.equal((await send(page)).type, "diner-created");
      },
      { expected: [/broken by the test/] },
    ));

  it("shows what the restaurant's system refuses at its field, until that field changes", () =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        const refusal = {
          Message: "Parameter 'request' has failed validation.",
          ValidationErrors: [
            { PropertyName: "request.Email", ErrorMessage: "The email address is not welcome." },
            { PropertyName: "Moon", ErrorMessage: "The moon is in the wrong phase." },
          ],
        };
        await page.route(CREATE, (route) => route.fulfill({ status: 400, json: refusal }));
        const { type } = await send(page);
        assert.equal(type, "diner-invalid");
        assert.equal(await focused(page), "Email");
        assert.notEqual(await page.locator("[id$=Email-error]").innerText(), "");
        assert.match(await page.locator(".diner-summary").innerText(), /The moon is in the wrong phase/);
        assert.equal(await valueOf(page, "Email"), GUEST.Email);
        await page.keyboard.press("End");
        await page.keyboard.type(".uk");
        assert.equal(await page.locator("[id$=Email-error]").innerText(), "");
      },
      { expected: [/status of 400/] },
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

  /** Goes to the mobile number and waits until the widget's rules know how numbers are grouped. */
  async function toMobile(page) {
    await tabTo(page, "Mobile");
    await page.evaluate(async () => (await import("dinerkit")).loadPhoneFormats());
  }
  const press = async (page, ...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const mobile = (page) => valueOf(page, "Mobile");
  const caret = (page) => page.locator("[name=Mobile]").evaluate((control) => control.selectionStart);

  it("groups a number while it is typed, without a word, and can be undone", () =>
    withForm(async (page) => {
      await toMobile(page);
      await page.evaluate(() => {
        const told = new MutationObserver((changes) => {
          globalThis.told = (globalThis.told ?? 0) + changes.length;
        });
        const options = { childList: true, characterData: true, subtree: true };
        for (const region of document.querySelectorAll("[role=status], [role=alert], [aria-live]"))
          told.observe(region, options);
      });
      const seen = [];
      for (const key of "07700900123") {
        await page.keyboard.press(key);
        seen.push(await mobile(page));
        assert.equal(await caret(page), seen.at(-1).length);
      }
      assert.deepEqual(seen.slice(4), [
        "07700",
        "07700 9",
        "07700 90",
        "07700 900",
        "07700 9001",
        "07700 90012",
        "07700 900123",
      ]);
      assert.equal(await page.evaluate(() => globalThis.told), undefined, "nothing is announced");
      const undone = [];
      for (let step = 0; step < 2; step++) {
        await press(page, "Control+z");
        undone.push(await mobile(page));
      }
      assert.deepEqual(undone, ["077009", ""], "the grouping is a step of its own");
      await page.keyboard.type("+33639980001");
      assert.equal(await mobile(page), "+33 6 39 98 00 01");
      await press(page, "Tab");
      assert.equal(await valueOf(page, "MobileCountryCode"), "+33");
      assert.equal(await mobile(page), "+33 6 39 98 00 01");
    }));

  it("leaves a number alone that is edited in the middle, taken back or composed, until it is left", () =>
    withForm(async (page) => {
      await toMobile(page);
      await page.keyboard.type("07700900123");
      await press(page, "Home", "ArrowRight", "ArrowRight", "ArrowRight", "5");
      assert.deepEqual([await mobile(page), await caret(page)], ["077500 900123", 4]);
      await press(page, "Backspace", "ArrowRight", "ArrowRight", "Delete");
      assert.deepEqual([await mobile(page), await caret(page)], ["07700900123", 5]);
      await press(page, "Delete", "8");
      assert.deepEqual([await mobile(page), await caret(page)], ["07700800123", 6]);
      await press(page, "Tab");
      assert.equal(await mobile(page), "07700 800123");
      await tabTo(page, "Mobile", "Shift+Tab");
      await press(page, "End", ...Array(6).fill("Backspace"));
      assert.equal(await mobile(page), "07700 ");
      await press(page, "Backspace", "Backspace");
      assert.equal(await mobile(page), "0770");
      await press(page, "Control+a", "Backspace");
      const session = await page.context().newCDPSession(page);
      await session.send("Input.imeSetComposition", { text: "0770090", selectionStart: 7, selectionEnd: 7 });
      assert.equal(await mobile(page), "0770090");
      await session.send("Input.insertText", { text: "0770090" });
      await page.keyboard.type("0");
      assert.equal(await mobile(page), "07700 900");
    }));

  it("groups what is pasted, and leaves what is no number", () =>
    withForm(async (page) => {
      await page.locator("[name=FirstName]").fill("(07700) 900-123");
      await press(page, "Control+a", "Control+c");
      await toMobile(page);
      await press(page, "Control+v");
      assert.equal(await mobile(page), "07700 900123");
      for (const typed of ["07700900123 ext 5", "٠٧٧٠٠٩٠٠١٢٣", "０７７００９００１２３"]) {
        await press(page, "Control+a", "Backspace");
        await page.keyboard.insertText(typed);
        assert.equal(await mobile(page), typed);
      }
    }));

  it("changes nothing while it does not know how numbers are grouped, or never learns it", () =>
    withForm(
      async (page) => {
        const { asked, letGo } = await hold(page, PHONE_FORMATS);
        await tabTo(page, "Mobile");
        await asked;
        await page.keyboard.type("07700900");
        assert.equal(await mobile(page), "07700900");
        letGo();
        await toMobile(page);
        await page.keyboard.type("1");
        assert.equal(await mobile(page), "07700 9001");

        await page.route(PHONE_FORMATS, (route) => route.abort());
        await openForm(page, site);
        await typeGuest(page, { ...GUEST, Mobile: "07700900123" });
        assert.equal(await mobile(page), "07700900123");
        assert.equal((await recordOf((await send(page)).Id)).Mobile, GUEST_RECORD.Mobile);
      },
      { expected: [/ERR_FAILED/] },
    ));

  it("lets the page stop a submit", () =>
    withForm(async (page) => {
      await page.evaluate(() => {
        document.addEventListener("diner-submit", (event) => {
          event.preventDefault();
          document.title = `stopped ${event.detail.request.Surname}`;
        });
      });
      await typeGuest(page, GUEST);
      const known = (await stored(site.db)).length;
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.title.startsWith("stopped"));
      assert.equal(await page.title(), `stopped ${GUEST.Surname}`);
      assert.equal((await stored(site.db)).length, known);
    }));

  for (const [what, url] of [
    ["the rules", "**/core_bg.wasm"],
    ["the Setup", SETUP],
    ["the words", "**/locales/en.js"],
  ]) {
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
          assert.equal(await focused(page), "Title");
        },
        {
          prepare: async (page) => {
            await page.route(url, (route) => route.abort());
            await page.goto(site.demo);
          },
          expected: [/ERR_FAILED/],
        },
      ));
  }

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

  it("keeps what was typed when the remote API is gone", async (context) => {
    const own = await startSite(context);
    await withForm(
      async (page) => {
        await openForm(page, own);
        await typeGuest(page, GUEST);
        await own.stopSandbox();
        const end = nextEnd(page);
        await page.keyboard.press("Enter");
        const { type, outcome } = await end;
        assert.equal(type, "diner-error");
        // Sent from the middle of a small screen: the message must come into view by itself.
        await page.waitForFunction(() => {
          const { top, bottom, height } = document.querySelector(".diner-failure").getBoundingClientRect();
          return height > 0 && top >= 0 && bottom <= innerHeight;
        });
        assert.notEqual(await failure(page), "");
        assert.match(await failure(page), outcome === "unknown" ? /cannot tell/ : /not|nothing was saved/);
        for (const [name, value] of Object.entries(GUEST)) assert.equal(await valueOf(page, name), value, name);
      },
      { prepare: () => {}, viewport: { width: 320, height: 640 }, expected: [/status of 50\d/] },
    );
  });
});

/** What a screen reader says after a control's name: the text of everything that describes it. */
function description(control) {
  return control.evaluate((node) =>
    node
      .getAttribute("aria-describedby")
      .split(" ")
      .map((id) => document.getElementById(id).textContent)
      .join(" "),
  );
}
