/** For whoever changes the demo: it keeps what a guest books, and each of its restaurants does as it says. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { barriers, lost, tabTo, withPage } from "../support/browser.mjs";
import { GUEST, openForm } from "../support/guest.mjs";
import { useSite } from "../support/site.mjs";
import { followFirstProblem } from "../support/widget.mjs";
import { clock, dayInWords, firstDay, later } from "../../www/demo/hours.js";
import { RESTAURANTS } from "../../www/demo/restaurants.js";

const SUITE_MS = 600_000;
const BOOKINGS = "**/demo/bookings";
/** A guest's phone, the narrowest that is supported, and a desk. */
const WIDTHS = [320, 360, 1280];

describe("the demo", { timeout: SUITE_MS }, () => {
  const site = useSite();

  const withDemo = (test, { microsite, ...options } = {}) =>
    withPage(
      site.browser,
      async (page) => {
        await openForm(page, site, microsite);
        await test(page);
      },
      options,
    );

  async function fillIn(page, guest = GUEST) {
    for (const [name, value] of Object.entries(guest)) await page.locator(`[name=${name}]`).fill(value);
  }
  const send = (page) => page.locator("diner-form button[type=submit]").click();
  const said = (page, text) => page.locator("[data-outcome]").getByText(text).waitFor();
  const rows = (page) =>
    page
      .locator("[data-booked] > div")
      .evaluateAll((all) =>
        Object.fromEntries(all.map(({ children: [title, text] }) => [title.innerText, text.innerText])),
      );
  /** The first day from `day` on that is this day of the week; 0 is Sunday. */
  const next = (weekday, day) => {
    const days = Array.from({ length: 7 }, (_, index) => later(day, index));
    return days.find((each) => new Date(each).getUTCDay() === weekday);
  };

  it("keeps the table and shows it with the guest's details, and the way to another", () =>
    withDemo(async (page) => {
      const friday = next(5, later(clock(new Date()).day, 1));
      await page.getByLabel("Date").fill(friday);
      await page.getByLabel("Time", { exact: true }).selectOption("12:30");
      await page.getByLabel("Guests").selectOption("3");
      await page.getByLabel("Anything we should know?").fill("A quiet corner");
      await fillIn(page);
      const [answer] = await Promise.all([page.waitForResponse(BOOKINGS), send(page)]);
      const { customer, number } = await answer.json();
      await said(page, `Your booking number is ${number}.`);
      assert.deepEqual(await rows(page), {
        Table: `${dayInWords(friday)} at 12:30`,
        Guests: "3",
        "You told us": "A quiet corner",
        "Booking number": String(number),
        "Guest number": String(customer),
        Name: "Zoë O’Brien-Łukasz",
        Email: GUEST.Email,
        Mobile: "+44 7700900123",
      });
      assert.deepEqual(await barriers(page), []);
      await page.getByRole("link", { name: "Back to the page" }).click();
      await page.getByRole("button", { name: "Book another table" }).click();
      await page.locator("diner-form [name=Surname]").waitFor();
      await page.locator("[slot=thanks]").waitFor({ state: "hidden" });
      assert.equal(await page.getByLabel("Anything we should know?").inputValue(), "");
    }));

  it("offers the times of the day, and takes no day on which the restaurant is closed", () =>
    withDemo(async (page) => {
      const today = clock(new Date()).day;
      const offered = () => page.getByLabel("Time", { exact: true }).locator("option").allInnerTexts();
      assert.equal(
        await page.getByLabel("Date").inputValue(),
        firstDay(RESTAURANTS["oak-and-salt"].hours, clock(new Date())),
      );
      await page.getByLabel("Time", { exact: true }).selectOption({ index: 0 });
      await page.getByLabel("Date").fill(next(5, later(today, 1)));
      assert.deepEqual([(await offered())[0], (await offered()).length], ["12:00", 20]);
      await page.getByLabel("Date").fill(next(0, later(today, 1)));
      assert.deepEqual((await offered()).at(-1), "15:30");
      await page.getByLabel("Date").fill(next(1, later(today, 1)));
      await page.getByText("We are closed on Mondays: choose another day.").first().waitFor();
      assert.equal(await page.getByLabel("Time", { exact: true }).isDisabled(), true);
      assert.deepEqual(await barriers(page), []);
      await fillIn(page);
      await send(page);
      await page.getByRole("link", { name: /Date.*closed on Mondays/ }).waitFor();
      await followFirstProblem(page);
      assert.equal(await page.evaluate(() => document.activeElement.name), "BookingDate");
      await page.getByLabel("Date").fill(next(2, later(today, 1)));
      assert.equal(await page.getByLabel("Date").getAttribute("aria-invalid"), null);
      await send(page);
      await said(page, "Your table is booked.");
    }));

  it("does not say that a table is booked where it is not, and books it when it is tried again", () =>
    withDemo(
      async (page) => {
        await fillIn(page);
        await page.route(BOOKINGS, (route) => route.abort());
        await send(page);
        await said(page, "Your details have arrived, but your table is not booked. We could not be reached");
        assert.deepEqual(Object.keys(await rows(page)), ["Name", "Email", "Mobile"]);
        await page.unroute(BOOKINGS);
        await page.getByRole("button", { name: "Try again" }).click();
        await said(page, "Your table is booked.");
        assert.equal(await page.getByRole("button", { name: "Try again" }).isVisible(), false);
      },
      { expected: [/ERR_FAILED/] },
    ));

  it("says what the booking system says against a table", () =>
    withDemo(
      async (page) => {
        await fillIn(page);
        // Midnight has passed since the page was opened.
        await page.route(BOOKINGS, async (route) => {
          const sent = { ...route.request().postDataJSON(), day: "2020-01-01" };
          await route.continue({ postData: JSON.stringify(sent) });
        });
        await send(page);
        await said(page, "your table is not booked. This day is over: choose another.");
      },
      { expected: [/status of 422/] },
    ));

  for (const microsite of Object.keys(RESTAURANTS)) {
    it(`loses nothing at any width, with text of twice the size, in either scheme: ${microsite}`, async () => {
      for (const colorScheme of ["light", "dark"]) {
        await withDemo(
          async (page) => {
            assert.equal(await page.title(), RESTAURANTS[microsite].name);
            const prices = await page.locator(".courses dd").allInnerTexts();
            assert.equal(prices.length, 9);
            for (const price of prices) assert.match(price, /^£\d+$/);
            for (const width of WIDTHS) {
              await page.setViewportSize({ width, height: 800 });
              for (const size of ["100%", "200%"]) {
                await page.evaluate((value) => void (document.documentElement.style.fontSize = value), size);
                assert.deepEqual(await lost(page), [], `${width} px, ${size}`);
              }
            }
            await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));
            assert.deepEqual(await barriers(page), []);
          },
          { microsite, colorScheme },
        );
      }
    });
  }

  it("asks for no table where no script would send it", () =>
    withPage(
      site.browser,
      async (page) => {
        await page.goto(site.demo);
        assert.equal(await page.getByLabel("Date").isVisible(), false);
        await tabTo(page, "on a page of its own");
      },
      { javaScriptEnabled: false },
    ));
});
