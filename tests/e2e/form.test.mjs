/**
 * For whoever changes the form or the gateway: what a guest without JavaScript must always be able to do, in a real
 * browser, down to the database; and that the page says and asks what the widget does.
 */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { describe, it } from "node:test";
import { barriersOfCopy, focused, openPage, tabTo, withPage } from "../support/browser.mjs";
import { GUEST, GUEST_RECORD, nextEnd, openForm, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import { startSite, useSite } from "../support/site.mjs";
import { reload, SEND, SETUP, SUITE_MS } from "../support/widget.mjs";

const LINK = "on a page of its own";
const ALL =
  "Title FirstName Surname Company Email Mobile Phone Birthday Anniversary IsDrinkingAge Address Field1 Field2 " +
  "ReceiveEmailMarketing ReceiveSmsMarketing ReceiveRestaurantEmailMarketing ReceiveRestaurantSmsMarketing";
const PHONE = { javaScriptEnabled: false, viewport: { width: 320, height: 640 } };

describe("the form without JavaScript", { timeout: SUITE_MS }, () => {
  const site = useSite();

  const formUrl = (query, microsite = "oak-and-salt") =>
    new URL(`/api/ConsumerApi/v1/Restaurant/${microsite}/form?${new URLSearchParams(query)}`, site.url).href;

  /** Runs a test on a small page. */
  const onPhone = (test, options) => withPage(site.browser, test, { ...PHONE, ...options });

  /** Sends by keyboard alone; waits for the page that answers. */
  async function send(page, button = SEND) {
    await tabTo(page, button);
    const [response] = await Promise.all([page.waitForResponse(/\/form/), shown(page), page.keyboard.press("Enter")]);
    // The element that says what became of the post has the focus once the page is loaded.
    await page.locator("[autofocus]:focus").waitFor();
    return response.status();
  }

  const barriersOf = (page) => barriersOfCopy(page, { viewport: PHONE.viewport });
  const isWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  const surnames = async (surname) => (await stored(site.db)).filter(({ record }) => record.Surname === surname);

  it("books a guest from the restaurant's page by keyboard alone, down to the database", () =>
    onPhone(async (page) => {
      await page.goto(site.demo);
      assert.equal(await page.locator("[slot=thanks]").isVisible(), false, "nobody is thanked for nothing");
      await tabTo(page, LINK);
      await Promise.all([page.waitForURL(/\/form\?/), page.keyboard.press("Enter")]);
      assert.match(await page.title(), /^Send my details – Oak & Salt$/);
      assert.equal(await page.getAttribute("html", "lang"), "en");
      assert.equal(await page.locator("input[type=checkbox]:checked").count(), 0);
      assert.equal(await isWide(page), false);
      assert.deepEqual(await barriersOf(page), []);

      await typeGuest(page, { ...GUEST, Surname: "Plain", ReceiveRestaurantSmsMarketing: true });
      assert.equal(await send(page), 200);
      assert.match(await page.title(), /^Thank you – /);
      assert.equal(await focused(page), "Thank you");
      assert.deepEqual(await barriersOf(page), []);
      // The browser posts the same again: the guest is thanked again and stored once.
      const again = await page.reload();
      assert.equal(again.request().method(), "POST");
      assert.match(await page.title(), /^Thank you – /);

      const [{ record }, ...others] = await surnames("Plain");
      assert.deepEqual(others, []);
      for (const [name, value] of Object.entries({ ...GUEST_RECORD, Surname: "Plain" })) {
        assert.equal(record[name], value, name);
      }
      const setup = await (await fetch(formUrl({}).replace(/form\?$/, "Customers/Setup"))).json();
      assert.equal(record.ReceiveRestaurantSmsMarketing, true);
      assert.equal(record.RestaurantSmsMarketingOptInText, setup.RestaurantSmsMarketingOptInText);
      assert.ok(!record.ReceiveRestaurantEmailMarketing && !record.RestaurantEmailMarketingOptInText);
    }));

  it("says what is wrong beside each value, and keeps them", () =>
    onPhone(
      async (page) => {
        await page.goto(formUrl({ lang: "en", country: "GB" }));
        await typeGuest(page, { FirstName: '"><b>', Email: "zoe@", ReceiveRestaurantEmailMarketing: true });
        await page.locator("[name=MobileCountryCode]").selectOption("+44 GG");
        assert.equal(await send(page), 400);
        assert.match(await page.title(), /^3 things need your attention: Send my details/);
        assert.match(await focused(page), /^3 things need your attention/);
        assert.equal(await isWide(page), false);
        assert.deepEqual(await barriersOf(page), []);
        const valueOf = (name) => page.locator(`[name=${name}]`).inputValue();
        assert.equal(await valueOf("FirstName"), '"><b>');
        assert.equal(await valueOf("Email"), "zoe@");
        assert.equal(await valueOf("MobileCountryCode"), "+44 GG", "and the country among those that share its code");
        assert.equal(await page.locator("[name=ReceiveRestaurantEmailMarketing]").isChecked(), true);
        for (const [name, message] of [
          ["Surname", "Enter your surname."],
          ["Email", "Enter an email address like name@example.com."],
          ["Mobile", "Enter your mobile number."],
        ]) {
          const field = page.locator(`[name=${name}]`);
          assert.equal(await field.getAttribute("aria-invalid"), "true", name);
          assert.ok((await description(field)).includes(message), name);
        }
        // The summary links to the field.
        await tabTo(page, "Email address: Enter an email address like name@example.com.");
        await page.keyboard.press("Enter");
        assert.equal(await focused(page), "Email");

        await page.keyboard.press("Control+A");
        await page.keyboard.type(GUEST.Email);
        await tabTo(page, "Surname", "Shift+Tab");
        await page.keyboard.type("Mended");
        await typeGuest(page, { Mobile: GUEST.Mobile });
        assert.equal(await send(page), 200);
        const [{ record }, ...others] = await surnames("Mended");
        assert.deepEqual([record.Email, record.ReceiveRestaurantEmailMarketing, others], [GUEST.Email, true, []]);
        assert.equal(record.MobileCountryCode, 44);
      },
      { expected: [/status of 400/] },
    ));

  it("asks what was sent to be sent again only where that is safe", async (context) => {
    const own = await startSite(context);
    await onPhone(
      async (page) => {
        await page.goto(`${own.url}/api/ConsumerApi/v1/Restaurant/oak-and-salt/form?country=GB`);
        await typeGuest(page, GUEST);
        const key = await page.locator("[name=Idempotency-Key]").inputValue();
        await own.stopSandbox();
        const status = await send(page);
        const told = await page.locator(".diner-failure").innerText();
        assert.match(told, status === 502 ? /cannot tell/ : /nothing was saved/);
        assert.equal(await focused(page), told);
        assert.equal(await page.locator("[name=Idempotency-Key]").inputValue(), key);
        for (const [name, value] of Object.entries(GUEST)) {
          assert.equal(await page.locator(`[name=${name}]`).inputValue(), value, name);
        }
        assert.deepEqual(await barriersOf(page), []);
      },
      { expected: [/status of (424|502)/] },
    );
  });

  it("reads from right to left where its language does", () =>
    onPhone(async (page) => {
      await page.goto(formUrl({ lang: "ar", fields: ALL }));
      assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("h1")).direction), "rtl");
      assert.equal(await isWide(page), false);
      assert.deepEqual(await barriersOf(page), []);
    }));

  it("looks like the widget, by a style that its policy knows", () =>
    onPhone(async (page) => {
      await page.goto(formUrl({}));
      const height = await page.locator(".diner-button").evaluate((button) => button.getBoundingClientRect().height);
      assert.ok(height >= 44, `${height}`);
    }));

  it("gives way to the widget, which shows a page's own way out where it cannot load", async () => {
    await onPhone(
      async (page) => {
        await openForm(page, site);
        assert.equal(await page.getByText(LINK).count(), 0);
      },
      { javaScriptEnabled: true },
    );
    await onPhone(
      async (page) => {
        await page.route(SETUP, (route) => route.fulfill({ status: 403, json: { Message: "no" } }));
        await page.goto(`${site.demo}?microsite=harbour-room`);
        const retry = page.getByRole("button", { name: "Try again" });
        await retry.waitFor();
        await page.evaluate(() => {
          const fallback = Object.assign(document.createElement("p"), {
            slot: "fallback",
            textContent: "By telephone",
          });
          document.querySelector("diner-form").append(fallback);
        });
        await page.getByText("By telephone").waitFor();
        await page.unroute(SETUP);
        await retry.click();
        await page.locator("diner-form button[type=submit]").waitFor();
        assert.equal(await page.getByText("By telephone").isVisible(), false);
        assert.equal(await page.getByText(LINK).count(), 0);
      },
      { javaScriptEnabled: true, expected: [/status of 403/, /dinerkit: the form could not be loaded/] },
    );
  });

  it("says by the gateway's own words what only the gateway finds missing, with JavaScript too", () =>
    onPhone(
      async (page) => {
        // This page does not know yet that the restaurant insists on an answer.
        await page.route(SETUP, async (route) => {
          const response = await route.fetch();
          const setup = await response.json();
          const CustomFields = setup.CustomFields.map((field) => ({ ...field, IsRequired: false }));
          await route.fulfill({ response, json: { ...setup, CustomFields } });
        });
        await openForm(page, site, "harbour-room");
        await reload(page, { lang: "de" });
        await typeGuest(page, GUEST);
        const end = nextEnd(page);
        await page.locator("diner-form button[type=submit]").click();
        const { type, issues } = await end;
        assert.deepEqual(
          [type, issues.map(({ code, path }) => [code, path])],
          ["diner-invalid", [["required", ["Field2"]]]],
        );
        assert.match(await description(page.locator("[name=Field2]")), /Bitte füllen Sie dieses Feld aus/);
      },
      { javaScriptEnabled: true, expected: [/status of 400/] },
    ));

  it("asks and says what the widget does, in every language", async () => {
    const files = await readdir(new URL("../../www/widget/locales/", import.meta.url));
    const tags = files.map((file) => file.replace(/\.js$/, ""));
    assert.ok(tags.length > 1);
    const drafts = [
      {},
      {
        FirstName: "x".repeat(101),
        Surname: "Lee",
        Email: "lee@gmial.com",
        Mobile: "1",
        Birthday: "1899-12-31",
        "Address.Postcode": "x".repeat(21),
      },
      {
        Surname: "Lee",
        Email: "lee@example,com",
        Phone: "020 7946 0000",
        Birthday: "2999-01-01",
        ReceiveEmailMarketing: true,
      },
    ];
    const { page: widget, close: closeWidget } = await openPage(site.browser);
    const { page, close } = await openPage(site.browser, { javaScriptEnabled: false });
    try {
      for (const draft of drafts) {
        await openForm(widget, site);
        await reload(widget, { fields: ALL, keep: "none" });
        await widget.locator("details").evaluate((details) => {
          details.open = true;
        });
        for (const [name, value] of Object.entries(draft)) {
          const field = widget.locator(`[name="${name}"]`);
          await (value === true ? field.check() : field.fill(value));
        }
        // The page cannot know what the guest has opened; both open what holds a value.
        await widget.locator("details").evaluate((details) => {
          details.open = false;
        });
        for (const lang of tags) {
          await reload(widget, { lang });
          const end = nextEnd(widget);
          await widget.locator("diner-form button[type=submit]").click();
          assert.equal((await end).type, "diner-invalid");

          await page.goto(formUrl({ lang, fields: ALL, country: "GB" }));
          const body = new URLSearchParams({ MobileCountryCode: "+44", PhoneCountryCode: "+44" });
          for (const [name, value] of Object.entries(draft)) {
            const field = page.locator(`[name="${name}"]`);
            body.set(name, value === true ? await field.getAttribute("value") : value);
          }
          const answer = await fetch(page.url(), { method: "POST", headers: { Origin: site.url }, body });
          assert.equal(answer.status, 400);
          await page.setContent(await answer.text());
          assert.equal(await page.getAttribute("html", "lang"), lang);
          assert.deepEqual(await picture(page), await picture(widget), `${lang} ${JSON.stringify(draft)}`);
        }
      }
    } finally {
      await Promise.all([close(), closeWidget()]);
    }
  });
});

/** Waits for the next page. */
const shown = (page) => page.waitForEvent("load");

/** A form's markup, line by line, without what must differ between the two: ids, values and marks of the browser. */
function picture(page) {
  return page.evaluate(() => {
    const parts = document.querySelectorAll("diner-form :is(.diner-summary > *, .diner-fields)");
    return [...parts].flatMap((part) => {
      const copy = part.cloneNode(true);
      // The button that takes a suggestion needs a script.
      for (const button of copy.querySelectorAll("button")) button.remove();
      for (const control of copy.querySelectorAll("input, option")) {
        for (const name of ["max", "checked", "selected"]) control.removeAttribute(name);
        if (control.localName === "input") control.removeAttribute("value");
      }
      // Node and the browser name and order countries by their own data, which are of different versions.
      for (const select of copy.querySelectorAll("select:has([data-region])")) {
        const countries = [...select.querySelectorAll("[data-region]")];
        for (const country of countries) {
          if (!country.value.startsWith("+")) country.setAttribute("value", country.dataset.region);
          country.textContent = country.value;
        }
        select.append(...countries.sort((a, b) => (a.dataset.region < b.dataset.region ? -1 : 1)));
      }
      return copy.outerHTML
        .replaceAll(/diner-\d+-/g, "diner-")
        .replaceAll("><", ">\n<")
        .split("\n");
    });
  });
}

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
