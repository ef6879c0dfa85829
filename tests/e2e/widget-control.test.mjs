/** For whoever changes the widget's properties, methods and place in a form of the page: what a page does with them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { focused } from "../support/browser.mjs";
import { GUEST, nextEnd, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import { CREATE, failure, hold, recordIn, send, SETUP, SUITE_MS, useForm, valueOf } from "../support/widget.mjs";

const PAGE = "/demo/page-of-this-test.html";
const SCRIPT = '<script type="module" src="/dinerkit/diner-form.js"></script>';
const ELEMENT = '<diner-form microsite="oak-and-salt" country="GB"></diner-form>';
/** The element, in an expression for the page. */
const FORM = "document.querySelector('diner-form')";

/** A guest whom the restaurant knows, as a record of the API has them. */
const KNOWN = {
  FirstName: "Zoë",
  Surname: "O’Brien-Łukasz",
  Email: "zoe.obrien@example.com",
  MobileCountryCode: 33,
  Mobile: "6 12 34 56 78",
};

/** What an expression gives in the page; `form` is the element. */
const ask = (page, expression) => page.evaluate(`(async (form) => ${expression})(${FORM})`);
/** How a promise ends in the page: `{ value }` or `{ name, code, outcome }`. */
const endOf = (page, expression) =>
  ask(page, `(${expression}).then((value) => ({ value }), ({ name, code, outcome }) => ({ name, code, outcome }))`);
const fill = (page, value) => ask(page, `void (form.value = ${JSON.stringify(value)})`);

const { site, withForm } = useForm();
const known = async () => (await stored(site.db)).length;

/** Opens a page of the test's own, and waits until its form is loaded. */
async function open(page, body = ELEMENT + SCRIPT) {
  await page.addInitScript(() => document.addEventListener("diner-ready", () => (globalThis.isReady = true)));
  const html = `<!doctype html><html lang="en"><title>Oak</title><link rel="icon" href="data:,"><body>${body}</body></html>`;
  await page.route(`**${PAGE}`, (route) => route.fulfill({ contentType: "text/html", body: html }));
  await page.goto(new URL(PAGE, site.demo).href);
  await page.waitForFunction(() => globalThis.isReady);
}

/** Runs a test on a page of its own. */
const onPage = (body, test, options) => withForm(test, { prepare: (page) => open(page, body), ...options });
const onForm = (test, options) => onPage(undefined, test, options);

describe("<diner-form>: a page holds a send", { timeout: SUITE_MS }, () => {
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
    onForm(async (page) => {
      await holding(page);
      await typeGuest(page, GUEST);
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await page.locator("diner-form [role=status]", { hasText: "One moment, please" }).waitFor();
      const before = await known();
      await page.evaluate(() => globalThis.go());
      const { type, Id } = await end;
      assert.equal(type, "diner-created");
      assert.equal(await known(), before + 1);
      assert.equal((await recordIn(site.db, Id)).Company, "Oak & Sons");
    }));

  it("and prevents it by a rejection, which the guest and the page are told", () =>
    onForm(async (page) => {
      await holding(page);
      await typeGuest(page, GUEST);
      const before = await known();
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => globalThis.stop);
      await page.evaluate(() => globalThis.stop());
      const { type, code, outcome } = await end;
      assert.deepEqual([type, code, outcome], ["diner-error", "abort", "notSent"]);
      const words = await failure(page);
      assert.match(words, /were not sent.*you can send them again/);
      assert.doesNotMatch(words, /planted/);
      assert.equal(await known(), before);
      assert.equal(await valueOf(page, "Surname"), GUEST.Surname);
      assert.equal((await send(page)).type, "diner-created");
    }));
});

describe("<diner-form>: value", { timeout: SUITE_MS }, () => {
  it("is what the form holds, as typed, by the names of the API", () =>
    onForm(async (page) => {
      await typeGuest(page, { ...GUEST, ReceiveRestaurantSmsMarketing: true });
      const { RestaurantSmsMarketingOptInText, ...value } = await ask(page, "form.value");
      assert.match(RestaurantSmsMarketingOptInText, /<strong>/);
      assert.deepEqual(value, { ...GUEST, MobileCountryCode: "+44", ReceiveRestaurantSmsMarketing: true });
    }));

  it("fills in what the page knows of a guest, who only has to send it", () =>
    onForm(async (page) => {
      await fill(page, KNOWN);
      assert.equal(await valueOf(page, "MobileCountryCode"), "+33");
      assert.equal(await page.locator(".diner-error:not(:empty)").count(), 0);
      const { Id } = await send(page);
      const { Surname, MobileCountryCode, Mobile } = await recordIn(site.db, Id);
      assert.deepEqual([Surname, MobileCountryCode, Mobile], [KNOWN.Surname, 33, "612345678"]);
    }));

  it("can be set before the element is defined, and before its fields are there", () =>
    onPage(
      `<diner-form microsite="oak-and-salt" country="GB" fields="Company Birthday Address"></diner-form>
      <script>
        ${FORM}.value = { Company: "Oak", Birthday: "1980-02-29T00:00:00", Address: { Town: "Rye" }, Phone: "1 234" };
      </script>${SCRIPT}`,
      async (page) => {
        const { MobileCountryCode, ...value } = await ask(page, "form.value");
        assert.deepEqual(value, { Company: "Oak", Birthday: "1980-02-29", Address: { Town: "Rye" } });
        assert.equal(MobileCountryCode, "+44");
        await ask(page, 'form.setAttribute("fields", "Phone Company")');
        await page.waitForFunction(`${FORM}.value.Phone === "1 234"`);
        assert.equal(await valueOf(page, "Company"), "Oak");
      },
    ));

  it("leaves what the guest has typed before the form could take the value", () =>
    withForm(
      async (page) => {
        const body = `<!doctype html><html lang="en"><title>Oak</title><link rel="icon" href="data:,">${ELEMENT}${SCRIPT}`;
        const later = await hold(page, "**/later-*.js");
        await page.route(`**${PAGE}`, (route) => route.fulfill({ contentType: "text/html", body }));
        await page.goto(new URL(PAGE, site.demo).href, { waitUntil: "commit" });
        await page.locator("[name=Surname]").fill("Li");
        await fill(page, { Surname: "Lee", FirstName: "Zoë" });
        later.letGo();
        await page.waitForFunction(() => document.querySelector("[name=FirstName]").value === "Zoë");
        assert.equal(await valueOf(page, "Surname"), "Li");
      },
      { prepare: () => {} },
    ));

  it("ticks no box, and leaves one that the guest has ticked", () =>
    onForm(async (page) => {
      await typeGuest(page, { ReceiveEmailMarketing: true });
      await fill(page, { Surname: "Lee", ReceiveEmailMarketing: false, ReceiveRestaurantSmsMarketing: true });
      assert.equal(await page.locator("[name=ReceiveEmailMarketing]").isChecked(), true);
      assert.equal(await page.locator("[name=ReceiveRestaurantSmsMarketing]").isChecked(), false);
      assert.equal(await valueOf(page, "Surname"), "Lee");
    }));

  it("leaves what the guest has typed since, where a framework sets the same value anew", () =>
    onForm(async (page) => {
      await fill(page, { Surname: "Lee" });
      await page.locator("[name=Surname]").fill("Li");
      await fill(page, { Surname: "Lee" });
      assert.equal(await valueOf(page, "Surname"), "Li");
      await fill(page, { Surname: null, Company: "Oak" });
      assert.equal(await valueOf(page, "Surname"), "");
    }));

  it("names what is no field of a guest in the console", () =>
    onForm(
      async (page) => {
        const said = page.waitForEvent("console");
        await fill(page, { Surname: "Lee", Emial: "planted-marker" });
        assert.equal((await said).text(), "dinerkit: value has no guest's field Emial: did you mean Email?");
        assert.equal(await valueOf(page, "Surname"), "Lee");
      },
      { expected: [/Emial/] },
    ));
});

describe("<diner-form>: methods", { timeout: SUITE_MS }, () => {
  const OWN = '<p slot="before"><label>Date <input type="date" name="BookingDate" required></label></p>';
  const WITH_OWN = `<diner-form microsite="oak-and-salt">${OWN}</diner-form>${SCRIPT}`;

  it("say whether the form could be sent, and show why not", () =>
    onPage(WITH_OWN, async (page) => {
      await fill(page, KNOWN);
      assert.equal(await ask(page, "form.checkValidity()"), false);
      assert.equal(await page.locator(".diner-summary").innerText(), "");
      const end = nextEnd(page);
      assert.equal(await ask(page, "form.reportValidity()"), false);
      assert.equal((await end).type, "diner-invalid");
      assert.match(await focused(page), /^One thing needs your attention:/);
      await page.locator("[name=BookingDate]").fill("2030-01-01");
      assert.equal(await ask(page, "form.checkValidity()"), true);
      assert.equal(await ask(page, "form.reportValidity()"), true);
      assert.equal(await page.locator(".diner-summary").innerText(), "");
    }));

  it("send the form: submit() gives what diner-created gives, once however often it is called", () =>
    onForm(async (page) => {
      await fill(page, KNOWN);
      const before = await known();
      const end = nextEnd(page);
      const [first, second] = await ask(page, "Promise.all([form.submit(), form.submit()])");
      const { Id, receipts, isChanged } = await end;
      assert.deepEqual(first, { Id, receipts, isChanged });
      assert.deepEqual(second, first);
      assert.deepEqual(await ask(page, "form.submit()"), first, "after the thanks");
      assert.equal(await known(), before + 1);
    }));

  it("send the form as soon as it is loaded", () =>
    withForm(
      async (page) => {
        const setup = await hold(page, SETUP);
        await page.route(`**${PAGE}`, (route) => route.fulfill({ contentType: "text/html", body: ELEMENT + SCRIPT }));
        await page.goto(new URL(PAGE, site.demo).href);
        await page.locator("[name=Surname]").waitFor();
        await fill(page, KNOWN);
        const sent = ask(page, "form.submit()");
        await setup.asked;
        setup.letGo();
        assert.ok((await sent).Id > 0);
      },
      { prepare: () => {} },
    ));

  it("reject with the reason: what is wrong, what the page prevented, what failed", () =>
    onForm(
      async (page) => {
        assert.deepEqual(await endOf(page, "form.submit()"), {
          name: "ValidationError",
          code: "validation",
          outcome: "notSent",
        });
        await fill(page, KNOWN);
        await ask(page, 'form.addEventListener("diner-submit", (event) => event.preventDefault(), { once: true })');
        assert.deepEqual(await endOf(page, "form.submit()"), { name: "AbortError", code: "abort", outcome: "notSent" });
        await page.route(CREATE, (route) => route.fulfill({ status: 424, json: { Message: "planted" } }));
        const { name, code } = await endOf(page, "form.submit()");
        assert.deepEqual([name, code], ["HttpError", "http"]);
        await page.unroute(CREATE);
        // The guest's own click rejects nothing that nobody handles: the page would complain.
        await page.locator("[name=Surname]").fill("");
        assert.equal((await send(page)).type, "diner-invalid");
      },
      { expected: [/status of 424/] },
    ));

  it("begin anew: reset() empties the form, the page's own fields too, and leaves the thanks", () =>
    onPage(WITH_OWN, async (page) => {
      await page.locator("[name=BookingDate]").fill("2030-01-01");
      await typeGuest(page, { ...GUEST, ReceiveRestaurantSmsMarketing: true });
      await page.locator("[name=MobileCountryCode]").selectOption("+44");
      const { Id } = await send(page);
      await page.locator("diner-form").getByText("Thank you").waitFor();
      await ask(page, "form.reset()");
      assert.equal(await page.locator("diner-form").getByText("Thank you").isVisible(), false);
      for (const name of [...Object.keys(GUEST), "BookingDate"]) assert.equal(await valueOf(page, name), "", name);
      assert.equal(await page.locator("[name=ReceiveRestaurantSmsMarketing]").isChecked(), false);
      assert.equal(await page.locator(".diner-error:not(:empty)").count(), 0);
      // The focus was in the thanks.
      assert.equal(
        await page.evaluate(() => document.activeElement.closest("diner-form .diner-fields") !== null),
        true,
      );
      await page.locator("[name=BookingDate]").fill("2030-01-01");
      await typeGuest(page, GUEST);
      const next = await send(page);
      assert.equal(next.type, "diner-created");
      assert.notEqual(next.Id, Id);
    }));

  it("begin anew after a send that is under way", () =>
    onForm(async (page) => {
      await fill(page, KNOWN);
      const create = await hold(page, CREATE);
      const sent = ask(page, "form.submit()");
      await create.asked;
      await ask(page, "form.reset()");
      assert.equal(await valueOf(page, "Surname"), KNOWN.Surname);
      create.letGo();
      assert.ok((await sent).Id > 0);
      await page.waitForFunction(() => document.querySelector("[name=Surname]").value === "");
      assert.equal(await page.locator("[name=Surname]").isVisible(), true);
    }));
});

describe("<diner-form>: disabled and readOnly", { timeout: SUITE_MS }, () => {
  const states = (page) =>
    ask(
      page,
      `["[name=Surname]", "[name=MobileCountryCode]", "[name=ReceiveEmailMarketing]", ".diner-button"].map((name) => {
        const { disabled, readOnly } = form.querySelector(name);
        return disabled ? "off" : readOnly ? "read" : "on";
      })`,
    );
  const ON = ["on", "on", "on", "on"];
  const OFF = ["off", "off", "off", "off"];

  it("turn the form off and make it one to read, also after it is drawn anew", () =>
    onForm(async (page) => {
      assert.deepEqual(await states(page), ON);
      await ask(page, "(form.disabled = true)");
      assert.deepEqual(await states(page), OFF);
      assert.equal(await page.locator("diner-form[disabled]").count(), 1);
      assert.equal((await endOf(page, "form.submit()")).code, "abort");
      await ask(
        page,
        '(form.setAttribute("lang", "de"), new Promise((done) => (form.addEventListener("diner-ready", done))))',
      );
      assert.deepEqual(await states(page), OFF);
      await ask(page, "(form.disabled = false)");
      assert.deepEqual(await states(page), ON);
      await ask(page, "(form.readOnly = true)");
      assert.deepEqual(await states(page), ["read", "off", "off", "off"]);
      await ask(page, 'form.removeAttribute("readonly")');
      assert.deepEqual(await states(page), ON);
    }));

  it("follow a <fieldset> of the page", () =>
    onPage(`<form><fieldset disabled>${ELEMENT}</fieldset></form>${SCRIPT}`, async (page) => {
      assert.deepEqual(await states(page), OFF);
      await page.evaluate(() => (document.querySelector("body > form > fieldset").disabled = false));
      assert.deepEqual(await states(page), ON);
    }));
});

describe("<diner-form>: thanks", { timeout: SUITE_MS }, () => {
  const booked = async (page) => {
    await fill(page, KNOWN);
    await ask(page, "form.submit()");
  };

  it("speak the current language, and end when the microsite changes", () =>
    onForm(async (page) => {
      await booked(page);
      const thanks = page.locator("diner-form").getByText("has your details");
      assert.match(await thanks.innerText(), /Oak & Salt/);
      await ask(page, 'form.setAttribute("lang", "de")');
      await page.locator("diner-form").getByText("Vielen Dank").waitFor();
      assert.equal(await page.locator("[name=Surname]").isVisible(), false);
      await ask(page, '(form.microsite = "harbour-room")');
      await page.locator("[name=Surname]").waitFor();
      assert.equal(await page.locator("diner-form").getByText("Vielen Dank").isVisible(), false);
      assert.equal(await valueOf(page, "Surname"), KNOWN.Surname);
    }));

  it("are silent where the page says so: the form stays, and sends the same details once", () =>
    onPage(`<diner-form microsite="oak-and-salt" thanks="none"></diner-form>${SCRIPT}`, async (page) => {
      await fill(page, KNOWN);
      const before = await known();
      const { Id } = await ask(page, "form.submit()");
      assert.equal(await page.locator("[name=Surname]").isVisible(), true);
      assert.equal((await ask(page, "form.submit()")).Id, Id);
      assert.equal(await known(), before + 1);
    }));
});

describe("<diner-form> in a form of the page", { timeout: SUITE_MS }, () => {
  /** A form that posts to the page itself, with a field of its own in the element and one beside it. */
  const host = (attributes = "") => `
    <form id="host" method="post" action="${PAGE}">
      <input name="Party" value="2">
      <diner-form microsite="oak-and-salt" country="GB" ${attributes}>
        <p slot="before"><label>Date <input type="date" name="BookingDate" required></label></p>
      </diner-form>
      <button name="how" value="by-button">Book</button>
    </form>${SCRIPT}
    <script>
      globalThis.heard = [];
      const host = document.querySelector("#host");
      host.addEventListener("submit", () => heard.push("submit"));
      document.addEventListener("submit", ({ target }) => heard.push("document " + target.id), true);
      document.addEventListener("submit", ({ target }) => heard.push("document " + target.id));
    </script>`;
  const book = (page) => page.getByRole("button", { name: "Book" }).click();
  /** What the host's form has posted. */
  const posted = async (page, act) => {
    const request = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith(PAGE));
    await act();
    return Object.fromEntries(new URLSearchParams((await request).postData()));
  };

  it("is held until the customer is created, and then posts the Id and nothing personal", () =>
    onPage(host(), async (page) => {
      await page.locator("[name=BookingDate]").fill("2030-01-01");
      await typeGuest(page, GUEST);
      const { CustomerId, ...body } = await posted(page, () => book(page));
      assert.deepEqual(body, { Party: "2", BookingDate: "2030-01-01", how: "by-button" });
      assert.equal((await recordIn(site.db, Number(CustomerId))).Surname, GUEST.Surname);
    }));

  it("is left unsent by a failure, and goes through once when it is mended", () =>
    onPage(
      host('name="guest"'),
      async (page) => {
        await page.locator("[name=BookingDate]").fill("2030-01-01");
        const end = nextEnd(page);
        await book(page);
        assert.equal((await end).type, "diner-invalid");
        assert.match(await focused(page), /^3 things need your attention:/);
        await fill(page, KNOWN);
        await page.route(CREATE, (route) => route.fulfill({ status: 500, json: { Message: "planted" } }));
        const failed = nextEnd(page);
        await book(page);
        assert.equal((await failed).type, "diner-error");
        await page.unroute(CREATE);
        assert.deepEqual(await page.evaluate(() => globalThis.heard.filter((what) => what === "submit")), []);
        const { guest, ...body } = await posted(page, () => book(page));
        assert.ok(Number(guest) > 0);
        assert.deepEqual(body, { Party: "2", BookingDate: "2030-01-01", how: "by-button" });
      },
      { expected: [/status of 500/] },
    ));

  it("keeps its own fields, has none of the guest's, and hears nothing of the guest's submit", () =>
    onPage(host('thanks="none"'), async (page) => {
      const names = "[...new FormData(document.querySelector('#host')).keys()]";
      await page.locator("[name=BookingDate]").fill("2030-01-01");
      await fill(page, KNOWN);
      assert.deepEqual(await ask(page, names), ["Party", "BookingDate"]);
      assert.equal(await page.locator("form form").count(), 0);
      const before = await known();
      const end = nextEnd(page);
      await page.locator("[name=Surname]").press("Enter");
      assert.equal((await end).type, "diner-created");
      assert.equal(await known(), before + 1);
      assert.deepEqual(await ask(page, names), ["Party", "CustomerId", "BookingDate"]);
      const heard = await page.evaluate(() => globalThis.heard);
      assert.ok(!heard.includes("submit") && !heard.includes("document host"), heard.join());
      assert.equal(page.url(), new URL(PAGE, site.demo).href);
      // The customer is there: the host's form goes through at once.
      const body = await posted(page, () => book(page));
      assert.ok(Number(body.CustomerId) > 0);
      assert.equal(await known(), before + 1);
    }));

  it("resets the guest's details with its own, and goes through without them where they are disabled", () =>
    onPage(host(), async (page) => {
      await fill(page, KNOWN);
      await page.evaluate(() => document.querySelector("#host").reset());
      assert.equal(await valueOf(page, "Surname"), "");
      await page.locator("[name=BookingDate]").fill("2030-01-01");
      await ask(page, "(form.disabled = true)");
      const body = await posted(page, () => book(page));
      assert.deepEqual(body, { Party: "2", BookingDate: "2030-01-01", how: "by-button" });
    }));

  it("keeps the guest's form outside, and takes it along when the element moves or goes", () =>
    onPage(host(), async (page) => {
      const outside = page.locator("body > form:not(#host)");
      assert.equal(await outside.count(), 1);
      await fill(page, KNOWN);
      await ask(page, "document.body.append(form)");
      assert.equal(await outside.count(), 0);
      assert.equal(await page.locator("diner-form form [name=Surname]").inputValue(), KNOWN.Surname);
      await ask(page, "document.querySelector('#host').append(form)");
      assert.equal(await outside.count(), 1);
      assert.equal(await page.locator("form form").count(), 0);
      await ask(page, "form.remove()");
      assert.equal(await outside.count(), 0);
    }));
});

describe("<diner-form>: properties", { timeout: SUITE_MS }, () => {
  it("reflect the attributes", () =>
    onForm(async (page) => {
      const found = await page.evaluate(() => {
        const form = document.createElement("diner-form");
        form.microsite = "oak-and-salt";
        form.readOnly = true;
        form.setAttribute("fields", "Surname");
        const before = [form.outerHTML, form.fields, form.readOnly, form.disabled, form.country];
        form.microsite = null;
        form.readOnly = false;
        return [...before, form.outerHTML];
      });
      assert.deepEqual(found, [
        '<diner-form microsite="oak-and-salt" readonly="" fields="Surname"></diner-form>',
        "Surname",
        true,
        false,
        null,
        '<diner-form fields="Surname"></diner-form>',
      ]);
    }));
});

describe("<diner-form>: mistakes of the page", { timeout: SUITE_MS }, () => {
  for (const [what, element, expected] of [
    ["a microsite that is missing", '<diner-form micro-site="oak">', [/attribute microsite/, /micro-site: did you/]],
    ["a microsite that the gateway lacks", '<diner-form microsite="nowhere">', [/option microsites/]],
    ["an unknown field", '<diner-form microsite="oak-and-salt" fields="Emial">', [/Emial: did you mean Email/]],
  ]) {
    it(`are each told once in the console: ${what}`, () =>
      withForm(
        async (page) => {
          const said = [];
          page.on("console", (message) => message.text().startsWith("dinerkit") && said.push(message.text()));
          await page.addInitScript(() => {
            for (const type of ["diner-ready", "diner-error"]) {
              document.addEventListener(type, () => (globalThis.isOver = true));
            }
          });
          const body = `<!doctype html><title>Oak</title><link rel="icon" href="data:,">${element}</diner-form>${element}</diner-form>${SCRIPT}`;
          await page.route(`**${PAGE}`, (route) => route.fulfill({ contentType: "text/html", body }));
          await page.goto(new URL(PAGE, site.demo).href);
          await page.waitForFunction(() => globalThis.isOver);
          assert.equal(said.length, expected.length, said.join("\n"));
          expected.forEach((pattern, index) => assert.match(said[index], pattern));
        },
        { prepare: () => {}, expected: [/dinerkit/, /status of 404/] },
      ));
  }

  it("tell what the page's policy must allow", () =>
    withForm(
      async (page) => {
        const said = [];
        page.on(
          "console",
          (message) => message.text().startsWith("dinerkit: the page's policy") && said.push(message.text()),
        );
        const html = `<!doctype html><html lang="en"><title>Oak</title><link rel="icon" href="data:,">${ELEMENT}${SCRIPT}`;
        const headers = { "Content-Security-Policy": "script-src 'self'; style-src 'self'" };
        await page.route(`**${PAGE}`, (route) => route.fulfill({ contentType: "text/html", body: html, headers }));
        await page.goto(new URL(PAGE, site.demo).href);
        await page.waitForFunction(() => document.querySelector("diner-form").checkValidity !== undefined);
        await typeGuest(page, GUEST);
        assert.equal((await send(page)).type, "diner-created");
        assert.equal(said.length, 1);
        assert.match(said[0], /'wasm-unsafe-eval' to script-src/);
      },
      { prepare: () => {}, expected: [/policy|rules|Content Security/i] },
    ));
});
