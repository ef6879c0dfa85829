/** For whoever changes the widget: details are sent once, down to the database, and what became of them is told. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barriers, focused, tabTo } from "../support/browser.mjs";
import { GUEST, GUEST_RECORD, nextEnd, openForm, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import { startSite } from "../support/site.mjs";
import {
  checks,
  CREATE,
  failure,
  followFirstProblem,
  GATEWAYS,
  hold,
  phonesLoaded,
  recordIn,
  reload,
  retryAtOnce,
  SEND,
  send,
  SUITE_MS,
  useForm,
  valueOf,
} from "../support/widget.mjs";

describe("<diner-form>: sending", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();
  const recordOf = (Id) => recordIn(site.db, Id);

  it("books a guest by keyboard alone, down to the database", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      const { type, Id } = await send(page);
      assert.equal(type, "diner-created");
      const record = await recordOf(Id);
      for (const [name, value] of Object.entries(GUEST_RECORD)) assert.equal(record[name], value, name);
      assert.match(await page.locator("diner-form [slot=thanks]").innerText(), /Thank you/);
      assert.equal(
        await page.evaluate(() => document.activeElement.shadowRoot.activeElement.className),
        "diner-thanks",
        "the thanks have the focus",
      );
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
        assert.match(await page.locator("diner-form [slot=help]").innerText(), /01632 960018/);
        for (const [name, value] of Object.entries(GUEST)) assert.equal(await valueOf(page, name), value, name);
        assert.deepEqual(await barriers(page), []);
        await page.unroute(CREATE);
        const end = nextEnd(page);
        await tabTo(page, "Try again");
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
          await tabTo(page, "Try again");
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
      { expected: [/ERR_CONNECTION_RESET/, /status of 403/, /could not be sent \(http 403\)/] },
    ));

  it("sends all that a form sends under one key, until there is a customer", () =>
    withForm(
      async (page) => {
        const keys = [];
        await typeGuest(page, GUEST);
        await page.route(CREATE, (route) => {
          keys.push(route.request().headers()["idempotency-key"]);
          return route.fulfill({ status: 502, headers: GATEWAYS, json: { Message: "Nobody knows." } });
        });
        const again = async () => {
          const end = nextEnd(page);
          await tabTo(page, "Try again");
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
        assert.equal(new Set(keys).size, 1);
        assert.ok(keys[0]);
        await page.unroute(CREATE);
        assert.equal((await again()).type, "diner-created");
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
        await tabTo(page, "Try again");
        await page.keyboard.press("Enter");
        assert.equal((await answered).type, "diner-created");
        assert.equal((await stored(site.db)).length, known + 1);
      },
      { expected: [/ERR_CONNECTION_RESET/] },
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

  it("sends what the browser filled in without saying so", () =>
    withForm(async (page) => {
      await typeGuest(page, { ...GUEST, Surname: "x" });
      await page.locator("[name=Surname]").evaluate((control) => {
        control.value = "Filled In";
      });
      assert.equal((await recordOf((await send(page)).Id)).Surname, "Filled In");
    }));

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
        await followFirstProblem(page);
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

  it("asks the rules once for each key press, and at most once for a submit", () =>
    withForm(async (page) => {
      await typeGuest(page, { ...GUEST, Surname: "x" });
      // A phone table that comes later would be one more reason to ask.
      await phonesLoaded(page);
      await tabTo(page, "Surname", "Shift+Tab");
      await checks(page);
      await page.keyboard.press("y");
      assert.equal(await checks(page), 1, "a letter");
      await tabTo(page, "ReceiveRestaurantSmsMarketing");
      await checks(page);
      await page.keyboard.press("Space");
      assert.equal(await checks(page), 1, "a consent with its wording");
      await tabTo(page, SEND);
      await page.locator("[name=Surname]").evaluate((control) => {
        control.value = "Filled In";
      });
      await checks(page);
      assert.equal((await send(page)).type, "diner-created");
      assert.equal(await checks(page), 1, "a submit with what the browser has filled in");
    }));

  it("shows what the gateway finds in a request that the page has changed before it is sent", () =>
    withForm(
      async (page) => {
        await page.evaluate(() => {
          document.addEventListener("diner-submit", ({ detail }) => (detail.request.Surname = " "), { once: true });
        });
        await typeGuest(page, GUEST);
        const { type, issues } = await send(page);
        assert.deepEqual([type, issues[0].code], ["diner-invalid", "required"]);
        assert.match(await page.locator(".diner-summary").innerText(), /Surname: Enter your surname/);
        assert.equal((await send(page)).type, "diner-created");
      },
      { expected: [/status of 400/] },
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
