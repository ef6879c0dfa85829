/**
 * For whoever changes the widget: when the network, the gateway or the restaurant's system fails, the guest is told the
 * truth at once, nothing waits in silence, and one guest becomes one customer, down to the database.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barriers, focused, tabTo } from "../support/browser.mjs";
import { GUEST, nextEnd as endWithin, openForm, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import {
  CREATE,
  failure,
  GATEWAYS,
  hold,
  keysOf,
  loseAnswers,
  recordIn,
  retryAtOnce,
  send,
  SUITE_MS,
  useForm,
} from "../support/widget.mjs";

const EDIT = "**/Restaurant/*/Customer/*";
const AGAIN = "Try again";
const CANNOT_TELL = /cannot tell whether your details arrived/;
/** The page's time runs ahead in these tests, that of the patience for an end too. */
const nextEnd = (page) => endWithin(page, 3_600_000);
/** The browser's own words for requests that the tests let fail. */
const expected = [/ERR_/, /status of 4\d\d/, /status of 50\d/];

describe("<diner-form>: truth in failures", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();
  const progress = (page) => page.locator(".diner-progress");
  const told = (page) => page.locator(".diner-failure");
  const count = async () => (await stored(site.db)).length;

  /** Runs a test on a filled form whose time the test moves, and checks that it makes so many customers. */
  const story = (made, test, options) =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        const known = await count();
        await test(page);
        assert.equal((await count()) - known, made, "customers");
      },
      {
        expected,
        prepare: async (page) => {
          await page.clock.install();
          await openForm(page, site);
        },
        ...options,
      },
    );

  const press = async (page) => {
    const end = nextEnd(page);
    await page.keyboard.press("Enter");
    return end;
  };

  it("says at once that the guest is offline, and sends when the guest says so", () =>
    story(1, async (page) => {
      await page.context().setOffline(true);
      const { type, code, outcome, mayHaveArrived } = await press(page);
      assert.deepEqual([type, code, outcome, mayHaveArrived], ["diner-error", "network", "notSent", false]);
      assert.match(await failure(page), /^You are offline\. Your details were not sent\. They are still here/);
      assert.deepEqual(await barriers(page), []);
      const known = await count();
      await page.context().setOffline(false);
      await told(page).getByText("You are online again: you can send your details now.").waitFor();
      assert.equal(await count(), known, "nothing is sent unasked");
      assert.equal((await send(page)).type, "diner-created");
    }));

  it("says at once that the network went away before the answer came, and cannot tell", () =>
    story(1, async (page) => {
      const { letGo, lost } = await loseAnswers(page, { hold: true });
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await lost;
      await page.context().setOffline(true);
      const { code, outcome } = await end;
      assert.deepEqual({ code, outcome }, { code: "network", outcome: "unknown" });
      assert.match(await failure(page), /^You are offline\. There is no answer yet/);
      letGo();
      await page.unroute(CREATE);
      await page.context().setOffline(false);
      await told(page).getByText("You are online again").waitFor();
      assert.match(await failure(page), CANNOT_TELL);
      assert.equal((await send(page, AGAIN)).type, "diner-created");
    }));

  /** Books while the gateway answers by `answer` so many times before it creates: all attempts have the same key. */
  const asksAgain = (times, answer) =>
    story(1, async (page) => {
      await retryAtOnce(page);
      const keys = keysOf(page);
      let left = times;
      await page.route(CREATE, (route) => (left-- > 0 ? answer(route) : route.fallback()));
      assert.equal((await press(page)).type, "diner-created");
      assert.equal(keys.length, times + 1);
      assert.equal(new Set(keys).size, 1);
    });

  for (const [what, answer] of [
    ["resets", (route) => route.abort("connectionreset")],
    ["is busy (503)", (route) => route.fulfill({ status: 503 })],
    ["has a proxy that waits too little (504)", (route) => route.fulfill({ status: 504 })],
    ["has a proxy without its gateway (502)", (route) => route.fulfill({ status: 502 })],
    ["limits requests (429)", (route) => route.fulfill({ status: 429, headers: { "Retry-After": "0" } })],
  ]) {
    it(`tries again under the same key when the gateway ${what}`, () => asksAgain(3, answer));
  }

  it("asks after a create that is under way for as long as the gateway may take", () =>
    asksAgain(8, (route) => route.fulfill({ status: 409, headers: { ...GATEWAYS, "Retry-After": "0" } })));

  it("asks after what takes more than 30 seconds, under its key", () =>
    story(1, async (page) => {
      await retryAtOnce(page);
      const keys = keysOf(page);
      const { letGo, lost } = await loseAnswers(page, { hold: true, times: 1 });
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await lost;
      await page.clock.fastForward(30_000);
      assert.equal((await end).type, "diner-created");
      letGo();
      assert.equal(keys.length, 2);
      assert.equal(keys[0], keys[1]);
    }));

  it("has a word after 5 seconds, help after 8, and a way to stop that tells the truth", () =>
    story(1, async (page) => {
      const help = page.locator("diner-form [slot=help]");
      const { letGo, lost } = await loseAnswers(page, { hold: true, times: 1 });
      const keys = keysOf(page);
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await lost;
      assert.equal(await progress(page).innerText(), "");
      await page.clock.fastForward(5000);
      await progress(page).getByText("Still sending…").waitFor();
      assert.equal(await help.isVisible(), false);
      await page.clock.fastForward(3000);
      await help.waitFor();
      assert.deepEqual(await barriers(page), []);
      await tabTo(page, "Stop waiting");
      await page.keyboard.press("Enter");
      const { type, code, outcome, mayHaveArrived } = await end;
      assert.deepEqual([type, code, outcome, mayHaveArrived], ["diner-error", "abort", "unknown", true]);
      assert.match(await failure(page), CANNOT_TELL);
      assert.match(await failure(page), /safely try again: you will be registered only once/);
      assert.equal(await focused(page), AGAIN);
      assert.equal(await progress(page).innerText(), "");
      letGo();
      assert.equal((await send(page, AGAIN)).type, "diner-created");
      assert.equal(new Set(keys).size, 1);
    }));

  it("counts down how long the restaurant's system asks to wait, and can be stopped before anything was sent", () =>
    story(1, async (page) => {
      await retryAtOnce(page);
      const headers = { ...GATEWAYS, "Retry-After": "40" };
      await page.route(CREATE, (route) => route.fulfill({ status: 429, headers }));
      let end = nextEnd(page);
      await page.keyboard.press("Enter");
      await progress(page)
        .getByText(/busy\. Next attempt in (40|39) s\./)
        .waitFor();
      await page.clock.fastForward(25_000);
      await progress(page)
        .getByText(/Next attempt in 1\d s\./)
        .waitFor();
      await page.getByRole("button", { name: "Stop waiting" }).click();
      assert.equal((await end).outcome, "notSent");
      assert.match(await failure(page), /^Your details were not sent/);
      end = nextEnd(page);
      await tabTo(page, "Send my details");
      await page.keyboard.press("Enter");
      await progress(page)
        .getByText(/Next attempt in/)
        .waitFor();
      await page.unroute(CREATE);
      await page.clock.fastForward(40_000);
      assert.equal((await end).type, "diner-created");
    }));

  it("ends every wait: a gateway that never answers is given up after four attempts", () =>
    story(0, async (page) => {
      await retryAtOnce(page);
      let asked = 0;
      await page.route(CREATE, () => void (asked += 1));
      const end = nextEnd(page);
      let next = page.waitForRequest(CREATE);
      await page.keyboard.press("Enter");
      for (const attempt of [1, 2, 3, 4]) {
        await next;
        next = attempt < 4 && page.waitForRequest(CREATE);
        await page.clock.fastForward(30_000);
      }
      assert.equal((await end).code, "timeout");
      assert.equal(asked, 4);
      assert.match(await failure(page), CANNOT_TELL);
    }));

  it("sends to the restaurant only where the gateway could not learn the end, and keeps the key", () =>
    story(0, async (page) => {
      const keys = keysOf(page);
      await page.route(CREATE, (route) => route.fulfill({ status: 502, headers: GATEWAYS, json: { Message: "?" } }));
      assert.equal((await press(page)).outcome, "unknown");
      assert.match(await failure(page), /Please ask the restaurant/);
      assert.equal((await send(page, AGAIN)).outcome, "unknown");
      assert.equal(keys.length, 2, "the gateway's last word is not asked for again");
      assert.equal(keys[0], keys[1]);
    }));

  it("makes one customer of details that are corrected after their answer was lost: the change is an edit", () =>
    story(1, async (page) => {
      await retryAtOnce(page);
      await loseAnswers(page);
      assert.equal((await press(page)).outcome, "unknown");
      await page.unroute(CREATE);
      await page.locator("[name=Surname]").fill("Corrected");
      await page.locator("[name=ReceiveRestaurantEmailMarketing]").check();
      const { type, Id, isChanged } = await send(page, AGAIN);
      assert.deepEqual({ type, isChanged }, { type: "diner-created", isChanged: false });
      const record = await recordIn(site.db, Id);
      assert.equal(record.Surname, "Corrected");
      assert.equal(record.ReceiveRestaurantEmailMarketing, true);
      assert.equal(record.FirstName, GUEST.FirstName);
      await page.locator(".diner-thanks").waitFor();
    }));

  it("makes one customer of details that are corrected after they never arrived", () =>
    story(1, async (page) => {
      await retryAtOnce(page);
      const keys = keysOf(page);
      await page.route(CREATE, (route) => route.abort("connectionreset"));
      assert.equal((await press(page)).outcome, "unknown");
      await page.unroute(CREATE);
      await page.locator("[name=Surname]").fill("Corrected");
      const { Id } = await send(page, AGAIN);
      assert.equal((await recordIn(site.db, Id)).Surname, "Corrected");
      assert.equal(new Set(keys).size, 1);
    }));

  it("tells the truth about a correction that the gateway takes no edit for", () =>
    story(1, async (page) => {
      await retryAtOnce(page);
      await loseAnswers(page);
      assert.equal((await press(page)).outcome, "unknown");
      await page.unroute(CREATE);
      await withoutCapability(page);
      await page.locator("[name=Surname]").fill("Corrected");
      const { type, Id, isChanged } = await send(page, AGAIN);
      assert.deepEqual({ type, isChanged }, { type: "diner-created", isChanged: true });
      assert.equal((await recordIn(site.db, Id)).Surname, GUEST.Surname);
      const note = page.getByText(
        "The restaurant has the details that you sent first, but not what you changed since.",
      );
      await note.waitFor();
      await page.getByText("Please tell the restaurant what has changed.").waitFor();
      assert.equal(await page.locator("diner-form [slot=help]").isVisible(), true);
      assert.deepEqual(await barriers(page), []);
    }));

  it("keeps what is changed while sending, says so, and sends it when the guest says so", () =>
    story(1, async (page) => {
      const { asked, letGo } = await hold(page, CREATE);
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await asked;
      await page.locator("[name=Surname]").fill("Changed meanwhile");
      letGo();
      const { type, Id, isChanged } = await end;
      assert.deepEqual({ type, isChanged }, { type: "diner-created", isChanged: true });
      assert.match(await failure(page), /^The restaurant has the details that you sent first/);
      assert.equal(await page.locator("[name=Surname]").inputValue(), "Changed meanwhile");
      assert.deepEqual(await barriers(page), []);
      const edited = page.evaluate(
        () =>
          new Promise((resolve) => {
            document.addEventListener("diner-edited", ({ detail }) => resolve(detail), { once: true });
          }),
      );
      await tabTo(page, "Send the change");
      await page.keyboard.press("Enter");
      assert.deepEqual(await edited, { Id, receipts: [] });
      assert.equal((await recordIn(site.db, Id)).Surname, "Changed meanwhile");
      await page.locator(".diner-thanks").waitFor();
    }));

  it("offers a change again that could not be sent, and tells of the restaurant", () =>
    story(1, async (page) => {
      const { asked, letGo } = await hold(page, CREATE);
      const end = nextEnd(page);
      await page.keyboard.press("Enter");
      await asked;
      await page.locator("[name=Surname]").fill("Changed meanwhile");
      letGo();
      const { Id } = await end;
      await page.route(EDIT, (route) => route.fulfill({ status: 424, headers: GATEWAYS, json: { Message: "no" } }));
      assert.equal((await send(page, "Send the change")).type, "diner-error");
      assert.match(await failure(page), /not what you changed since\. Please tell the restaurant/);
      await page.unroute(EDIT);
      await tabTo(page, "Send the change");
      await page.keyboard.press("Enter");
      await page.locator(".diner-thanks").waitFor();
      assert.equal((await recordIn(site.db, Id)).Surname, "Changed meanwhile");
    }));
});

/** Has the gateway give no capability, as one without keys does. */
const withoutCapability = (page) =>
  page.route(CREATE, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), Capability: undefined } });
  });
