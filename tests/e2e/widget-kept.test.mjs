/**
 * For whoever changes the widget: a reload and the Back button lose nothing that the guest has typed or sent, and make no
 * second customer.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GUEST, nextEnd, openForm, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import {
  CREATE,
  failure,
  keysOf,
  loseAnswers,
  recordIn,
  retryAtOnce,
  send,
  SUITE_MS,
  useForm,
  valueOf,
} from "../support/widget.mjs";

const AGAIN = "Try again";
const CONSENT = "ReceiveRestaurantEmailMarketing";
const expected = [/ERR_/, /status of 4\d\d/];

describe("<diner-form>: what the tab keeps", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();
  const count = async () => (await stored(site.db)).length;
  const kept = (page) =>
    page.evaluate(() => Object.entries(sessionStorage).filter(([name]) => name.startsWith("dinerkit:kept")));

  const isReady = (page) => page.waitForFunction(() => globalThis.isReady);
  async function comeBack(page) {
    await page.reload();
    await isReady(page);
  }

  /** Sends details whose answer is lost, and loads the page again. */
  async function loseAndReload(page) {
    await typeGuest(page, { ...GUEST, [CONSENT]: true });
    await retryAtOnce(page);
    const lost = await loseAnswers(page);
    const end = nextEnd(page);
    await page.locator(".diner-button").click();
    assert.equal((await end).outcome, "unknown");
    await page.unroute(CREATE);
    await comeBack(page);
    return lost;
  }

  async function assertTyped(page, guest) {
    for (const [name, value] of Object.entries(guest)) assert.equal(await valueOf(page, name), value, name);
  }

  it("keeps what was typed over a reload, but no consent", () =>
    withForm(async (page) => {
      await page.locator("[name=MobileCountryCode]").selectOption({ label: "France (+33)" });
      const code = await valueOf(page, "MobileCountryCode");
      await typeGuest(page, { ...GUEST, Mobile: "0612345678", [CONSENT]: true });
      await comeBack(page);
      await assertTyped(page, { ...GUEST, Mobile: "06 12 34 56 78", MobileCountryCode: code });
      assert.equal(await page.locator(`[name=${CONSENT}]`).isChecked(), false);
      const [[, text]] = await kept(page);
      assert.doesNotMatch(text, /Marketing|OptIn|true/);
      assert.equal((await send(page)).type, "diner-created");
      assert.deepEqual(await kept(page), [], "nothing is kept after the thanks");
      await comeBack(page);
      assert.equal(await valueOf(page, "Surname"), "");
    }));

  it("keeps what was typed over the Back button", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      await page.goto(`${site.url}/desk/`);
      await page.goBack();
      await isReady(page);
      await assertTyped(page, GUEST);
    }));

  it("lets the guest change what was kept, and does not put it back", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      await comeBack(page);
      await page.locator("[name=Surname]").fill("");
      await page.locator("[name=FirstName]").fill("Ann");
      await comeBack(page);
      await assertTyped(page, { ...GUEST, Surname: "", FirstName: "Ann" });
    }));

  it("still tells after a reload that a send has no known end, and sends it under its key", () =>
    withForm(
      async (page) => {
        const known = await count();
        const keys = keysOf(page);
        await loseAndReload(page);
        assert.match(await failure(page), /cannot tell whether your details arrived/);
        await page.locator(`[name=${CONSENT}]`).check();
        const { type, Id } = await send(page, AGAIN);
        assert.equal(type, "diner-created");
        assert.equal((await recordIn(site.db, Id))[CONSENT], true);
        assert.equal(new Set(keys).size, 1);
        assert.equal(await count(), known + 1);
        assert.deepEqual(await kept(page), []);
      },
      { expected },
    ));

  it("makes one customer of details that are corrected after a reload", () =>
    withForm(
      async (page) => {
        const known = await count();
        await loseAndReload(page);
        await page.locator(`[name=${CONSENT}]`).check();
        await page.locator("[name=Surname]").fill("Corrected");
        const { type, Id } = await send(page, AGAIN);
        assert.equal(type, "diner-created");
        assert.equal((await recordIn(site.db, Id)).Surname, "Corrected");
        assert.equal(await count(), known + 1);
      },
      { expected },
    ));

  it("tells the truth after a reload if it can't learn to whom the key belongs", () =>
    withForm(
      async (page) => {
        const known = await count();
        await loseAndReload(page);
        // The consent that was sent is not kept, and the guest does not give it again.
        await page.locator("[name=Surname]").fill("Corrected");
        const { type, outcome, mayHaveArrived } = await send(page, AGAIN);
        assert.deepEqual(
          { type, outcome, mayHaveArrived },
          { type: "diner-error", outcome: "refused", mayHaveArrived: true },
        );
        assert.match(await failure(page), /other details from here before.*Please tell the restaurant/);
        assert.equal(await count(), known + 1);
        await page.locator(`[name=${CONSENT}]`).check();
        const { Id } = await send(page, AGAIN);
        assert.equal((await recordIn(site.db, Id)).Surname, "Corrected");
        assert.equal(await count(), known + 1);
      },
      { expected },
    ));

  it("is wiped by reset(), with the key of a send without a known end", () =>
    withForm(
      async (page) => {
        await loseAndReload(page);
        const known = await count();
        assert.equal((await kept(page)).length, 1);
        await page.evaluate(() => document.querySelector("diner-form").reset());
        assert.deepEqual(await kept(page), []);
        assert.equal(await failure(page), "");
        await comeBack(page);
        await assertTyped(page, { Surname: "" });
        await typeGuest(page, { ...GUEST, Surname: "Next" });
        assert.equal((await send(page)).type, "diner-created");
        assert.equal(await count(), known + 1, "another guest, another customer");
      },
      { expected },
    ));

  it('keeps nothing with keep="none", and forgets what was kept', () =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        assert.equal((await kept(page)).length, 1);
        await page.addInitScript(() =>
          document.addEventListener("DOMContentLoaded", () =>
            document.querySelector("diner-form").setAttribute("keep", "none"),
          ),
        );
        await comeBack(page);
        await assertTyped(page, { Surname: "" });
        await typeGuest(page, { Surname: "Lee" });
        assert.deepEqual(await kept(page), []);
      },
      { expected },
    ));

  it("works where the browser gives no storage", () =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        assert.equal((await send(page)).type, "diner-created");
      },
      {
        prepare: async (page) => {
          await page.addInitScript(() => {
            for (const name of ["localStorage", "sessionStorage"]) {
              Object.defineProperty(globalThis, name, {
                get() {
                  throw new DOMException("denied", "SecurityError");
                },
              });
            }
          });
          await openForm(page, site);
        },
      },
    ));
});
