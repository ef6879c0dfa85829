/** For whoever changes the desk: each operation of staff, through the page and the gateway, down to the database. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { describe, it } from "node:test";
import { barriers, withPage } from "../support/browser.mjs";
import { GUEST_RECORD } from "../support/guest.mjs";
import { book, stored } from "../support/sandbox.mjs";
import { DESK_TOKEN, useSite } from "../support/site.mjs";

/** Long, for a machine that is busy with other things; each step has its own, short. */
const SUITE_MS = 600_000;
const MICROSITE = "oak-and-salt";
const NAME = `${GUEST_RECORD.FirstName} ${GUEST_RECORD.Surname}`;
/** An Id that no customer has. */
const NOBODY = 2_000_000_000;

describe("the desk", { timeout: SUITE_MS }, () => {
  const site = useSite();

  /** A customer to work on, as staff elsewhere have created it: of a guest, only the restaurant's own words are taken. */
  async function newCustomer(more = {}) {
    const response = await fetch(`${site.url}/api/ConsumerApi/v1/Restaurant/${MICROSITE}/Customer`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${DESK_TOKEN}` },
      body: JSON.stringify({ ...GUEST_RECORD, ...more }),
    });
    assert.equal(response.status, 200);
    return (await response.json()).Id;
  }

  /** Changes a record as somebody at another desk would. */
  async function changeElsewhere(Id, more) {
    const response = await fetch(`${site.url}/api/ConsumerApi/v1/Restaurant/${MICROSITE}/Customer/${Id}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${DESK_TOKEN}` },
      body: JSON.stringify({ ...GUEST_RECORD, ...more }),
    });
    assert.equal(response.status, 200);
  }

  const rowOf = async (Id) => (await stored(site.db)).find(({ id }) => id === Id);

  const withDesk = (test, { token = DESK_TOKEN, ...options } = {}) =>
    withPage(
      site.browser,
      async (page) => {
        const desk = {
          page,
          said: (text) => page.locator("#status").getByText(text).waitFor(),
          warned: (text) => page.locator("#alert").getByText(text).first().waitFor(),
          async find(Id) {
            await page.getByLabel("Customer Id").fill(String(Id));
            await page.getByRole("button", { name: "Find" }).click();
          },
          async open(Id) {
            await desk.find(Id);
            await page.getByRole("heading", { name: `Customer ${Id}`, exact: true }).waitFor();
          },
          async confirm(button) {
            await page.getByRole("button", { name: `${button}…` }).click();
            await page.getByRole("dialog").getByRole("button", { name: button }).click();
          },
        };
        await page.goto(site.desk);
        assert.deepEqual(await barriers(page), []);
        await page.getByLabel("Desk token").fill(token);
        await page.getByRole("button", { name: "Open the desk" }).click();
        if (token === DESK_TOKEN) await desk.said("Signed in at Oak & Salt.");
        await test(desk);
      },
      options,
    );

  it("edits a record and clears nothing else", async () => {
    const Id = await newCustomer({ Birthday: "1990-02-28T00:00:00", Address: { Town: "Łódź", Postcode: "90-001" } });
    await withDesk(async ({ page, open, said }) => {
      await open(Id);
      assert.deepEqual(await barriers(page), []);
      assert.equal(await page.getByLabel("Birthday").inputValue(), "1990-02-28");
      await page.getByLabel("Surname").fill("Ó Briain");
      await page.getByLabel("Comments").fill("Prefers the window.");
      await page.getByLabel("Is vip").check();
      await page.getByLabel("Customer codes").fill("11, 12");
      await page.getByRole("button", { name: "Save" }).click();
      await said("Saved.");
    });
    const { record } = await rowOf(Id);
    assert.equal(record.Surname, "Ó Briain");
    assert.equal(record.Comments, "Prefers the window.");
    assert.equal(record.IsVip, true);
    assert.deepEqual(record.CustomerCodes, [11, 12]);
    assert.equal(record.FirstName, GUEST_RECORD.FirstName);
    assert.equal(record.Mobile, GUEST_RECORD.Mobile);
    assert.equal(record.Birthday.slice(0, 10), "1990-02-28");
    assert.equal(record.Address.Town, "Łódź");
    assert.equal(record.Address.Postcode, "90-001");
  });

  it("sends only what was changed, a cleared field as nothing, and never another wording", async () => {
    const wording = "News from us";
    const Id = await newCustomer({
      ReceiveEmailMarketing: true,
      GroupEmailMarketingOptInText: wording,
      Birthday: "1990-02-28T00:00:00",
    });
    await withDesk(async ({ page, open, said, warned }) => {
      await open(Id);
      await page.getByRole("button", { name: "Save" }).click();
      await said("Nothing was changed, so nothing was sent.");
      assert.equal(await page.getByLabel("Group email marketing opt in text").isEditable(), false);
      await page.getByLabel("Birthday").focus();
      await page.keyboard.press("Delete");
      await page.getByRole("button", { name: "Save" }).click();
      await warned("Birthday: enter the whole date");
      assert.equal(await page.getByLabel("Birthday").evaluate((field) => field === document.activeElement), true);
      await page.getByLabel("Birthday").fill("");
      await page.getByLabel("Surname").fill("Ó Briain");
      await changeElsewhere(Id, { FirstName: "Changed meanwhile", GroupEmailMarketingOptInText: wording });
      await page.getByRole("button", { name: "Save" }).click();
      await said("Saved.");
    });
    const { record } = await rowOf(Id);
    assert.equal(record.Surname, "Ó Briain");
    assert.equal(record.FirstName, "Changed meanwhile");
    assert.equal(record.Birthday, null);
    assert.equal(record.GroupEmailMarketingOptInText, wording);
  });

  it("says in words which field was not accepted, and writes nothing", async () => {
    const Id = await newCustomer();
    await withDesk(async ({ page, open, warned }) => {
      await open(Id);
      await page.getByLabel("Email", { exact: true }).fill("nobody@");
      await page.getByRole("button", { name: "Save" }).click();
      await warned("This was not accepted, and nothing was changed:");
      await warned(/^Email: /);
      const email = page.getByLabel("Email", { exact: true });
      assert.equal(await email.evaluate((field) => field === document.activeElement), true);
      assert.equal(await email.evaluate(isInView), true);
      assert.equal(await email.getAttribute("aria-invalid"), "true");
      assert.match(await email.evaluate(descriptionOf), /^Email: write the e-mail address/);
      assert.deepEqual(await barriers(page), []);
      await email.fill("nobody@example.com");
      assert.equal(await email.getAttribute("aria-invalid"), null);
      assert.equal(await email.evaluate(descriptionOf), "");
    });
    assert.equal((await rowOf(Id)).record.Email, GUEST_RECORD.Email);
  });

  it("merges, but only once that is confirmed", async () => {
    const [Id, other] = [await newCustomer(), await newCustomer()];
    await withDesk(async ({ page, open, said, confirm }) => {
      await open(Id);
      await page.getByLabel("Ids to merge").fill(String(other));
      await page.getByRole("button", { name: "Merge…" }).click();
      await page.getByText(`Merge ${NAME} (${other}) into ${NAME} (${Id})? This cannot be undone.`).waitFor();
      assert.deepEqual(await barriers(page), []);
      await page.getByRole("button", { name: "Cancel" }).click();
      assert.equal((await rowOf(other)).merged_into, null);
      await confirm("Merge");
      await said(`Merged ${NAME} (${other}) into this customer.`);
    });
    assert.equal((await rowOf(other)).merged_into, Id);
  });

  it("names all Ids that are unknown before it merges, and does nothing", async () => {
    const [Id, other] = [await newCustomer(), await newCustomer()];
    await withDesk(
      async ({ page, open, warned }) => {
        await open(Id);
        const ids = page.getByLabel("Ids to merge");
        for (const [typed, says] of [
          [`${other} ${NOBODY} ${NOBODY + 1}`, new RegExp(`There is no customer ${NOBODY} or ${NOBODY + 1}\\.`)],
          [`${other} ${Id}`, new RegExp(`Ids: ${Id} is the customer that the others are merged into`)],
          ["1 2 3 4 5 6 7 8 9 10 11", /Ids: name at most 10/],
          ["99999999999", /whole numbers/],
        ]) {
          await ids.fill(typed);
          await page.getByRole("button", { name: "Merge…" }).click();
          await warned(says);
          assert.equal(await page.getByRole("dialog").isVisible(), false);
          assert.equal(await ids.evaluate((field) => field === document.activeElement), true);
          assert.match(await ids.evaluate(descriptionOf), says);
        }
      },
      { expected: [/status of 404/] },
    );
    assert.equal((await rowOf(other)).merged_into, null);
  });

  it("asks before any act drops what is not saved", async () => {
    const [Id, other] = [await newCustomer(), await newCustomer()];
    await withDesk(async ({ page, open, said, find }) => {
      await open(Id);
      const surname = page.getByLabel("Surname");
      const lost = "Not saved, and lost then: Surname and Is vip.";
      const dialog = page.getByRole("dialog");
      await surname.fill("Half done");
      await page.getByLabel("Is vip").check();
      await page.getByLabel("Ids to merge").fill(String(other));
      for (const act of [
        () => find(other),
        () => page.getByRole("button", { name: "Merge…" }).click(),
        () => page.getByRole("button", { name: "Unsubscribe…" }).click(),
        () => page.getByRole("button", { name: "Schedule deletion…" }).click(),
        () => page.getByRole("button", { name: "Sign out" }).click(),
      ]) {
        await act();
        await dialog.getByText(lost).waitFor();
        assert.deepEqual(await barriers(page), []);
        await dialog.getByRole("button", { name: "Cancel" }).click();
        assert.equal(await surname.inputValue(), "Half done");
      }
      // The page waits for the answer, and so would whatever has it reload.
      page.once("dialog", (asked) => asked.dismiss());
      const asked = page.waitForEvent("dialog");
      await page.evaluate(() => void setTimeout(() => location.reload()));
      assert.equal((await asked).type(), "beforeunload");
      assert.equal(await surname.inputValue(), "Half done");

      await page.getByRole("button", { name: "Save" }).click();
      await said("Saved.");
      await open(other);
      await surname.fill("Given up");
      await find(Id);
      await dialog.getByRole("button", { name: "Leave without saving" }).click();
      await page.getByRole("heading", { name: `Customer ${Id}`, exact: true }).waitFor();
      assert.equal(await surname.inputValue(), "Half done");
    });
    assert.equal((await rowOf(other)).record.Surname, GUEST_RECORD.Surname);
    assert.deepEqual([(await rowOf(other)).merged_into, (await rowOf(Id)).deletion_scheduled_at], [null, null]);
  });

  it("asks for the token again in place once it has expired, and goes on with what was typed", async () => {
    const Id = await newCustomer();
    await withDesk(
      async ({ page, open, said, warned }) => {
        await open(Id);
        await page.getByLabel("Surname").fill("Kept");
        // From now on the gateway takes another token only.
        const FRESH = "fresh";
        await page.route("**/Restaurant/**", async (route) => {
          const headers = { ...route.request().headers() };
          const isFresh = headers.authorization === `Bearer ${FRESH}`;
          headers.authorization = `Bearer ${isFresh ? DESK_TOKEN : "expired"}`;
          await route.continue({ headers });
        });
        const again = page.getByRole("dialog", { name: "Sign in again" });
        const save = () => page.getByRole("button", { name: "Save" }).click();
        await save();
        await again.waitFor();
        assert.deepEqual(await barriers(page), []);
        await again.getByRole("button", { name: "Cancel" }).click();
        await warned("You are not signed in, so nothing was done.");
        assert.equal(await page.getByLabel("Surname").inputValue(), "Kept");
        await save();
        await again.getByLabel("Token").fill("wrong");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => document.querySelector("#again [name=token]").value === "");
        await again.getByLabel("Token").fill(FRESH);
        await page.keyboard.press("Enter");
        await said("Saved.");
        assert.equal(await again.isVisible(), false);
        assert.equal(await page.locator("#new-token").inputValue(), "");
      },
      { expected: [/status of 401/] },
    );
    assert.equal((await rowOf(Id)).record.Surname, "Kept");
  });

  it("shows nobody after signing out", async () => {
    const Id = await newCustomer();
    await withDesk(async ({ page, open, said }) => {
      await open(Id);
      await page.getByRole("button", { name: "Sign out" }).click();
      await said("Signed out.");
      assert.equal(await page.locator("#fields *").count(), 0);
      assert.equal(await page.getByLabel("Customer Id").isVisible(), false);
      assert.equal(await page.evaluate(() => document.activeElement.id), "token");
      await page.getByLabel("Desk token").fill(DESK_TOKEN);
      await page.keyboard.press("Enter");
      await said("Signed in at Oak & Salt.");
    });
  });

  it("unsubscribes from one kind of news", async () => {
    const wording = "News from us";
    const Id = await newCustomer({
      ReceiveEmailMarketing: true,
      GroupEmailMarketingOptInText: wording,
      ReceiveSmsMarketing: true,
      GroupSmsMarketingOptInText: wording,
    });
    await withDesk(async ({ page, open, said, confirm }) => {
      await open(Id);
      await page.getByLabel("From").selectOption("email");
      await confirm("Unsubscribe");
      await said("Unsubscribed from email.");
      assert.equal(await page.getByLabel("Receive email marketing").isChecked(), false);
    });
    const { record } = await rowOf(Id);
    assert.equal(record.ReceiveEmailMarketing, false);
    assert.equal(record.ReceiveSmsMarketing, true);
  });

  it("schedules deletion, and says so when the remote API skips it", async () => {
    const Id = await newCustomer();
    await withDesk(async ({ open, said, warned, confirm }) => {
      await open(Id);
      await confirm("Schedule deletion");
      await said(`Customer ${Id} is scheduled for deletion, and may be found for seven days more.`);
      await open(Id);
      await confirm("Schedule deletion");
      await warned(/skipped this customer/);
    });
    assert.notEqual((await rowOf(Id)).deletion_scheduled_at, null);
  });

  it("says why a customer is likely skipped: by a booking that is still to come", async () => {
    const Id = await newCustomer();
    await book(site.db, Id, "2999-01-01");
    await withDesk(async ({ open, warned, confirm }) => {
      await open(Id);
      await confirm("Schedule deletion");
      await warned(/skipped this customer.*Most likely a booking is still to come/);
    });
    assert.equal((await rowOf(Id)).deletion_scheduled_at, null);
  });

  it("says in words that there is no such customer", () =>
    withDesk(
      async ({ find, warned, page }) => {
        await find(NOBODY);
        await warned("There is no customer with this Id.");
        assert.equal(await page.locator("#customer").isVisible(), false);
        assert.equal(await page.getByLabel("Customer Id").getAttribute("aria-invalid"), "true");
        await page.getByLabel("Customer Id").fill("1");
        assert.equal(await page.getByLabel("Customer Id").getAttribute("aria-invalid"), null);
      },
      { expected: [/status of 404/] },
    ));

  it("lets nobody in with a wrong token", () =>
    withDesk(
      async ({ warned, page }) => {
        await warned("The desk token is not accepted. Check it, and sign in again.");
        assert.equal(await page.getByLabel("Customer Id").isVisible(), false);
        assert.equal(await page.getByLabel("Desk token").isVisible(), true);
      },
      { token: "wrong", expected: [/status of 401/] },
    ));

  it("keeps the token out of the address without its script", () =>
    withPage(
      site.browser,
      async (page) => {
        await page.goto(site.desk);
        await page.getByLabel("Desk token").fill(DESK_TOKEN);
        const [request] = await Promise.all([page.waitForRequest(/desk/), page.keyboard.press("Enter")]);
        assert.ok(!request.url().includes(DESK_TOKEN), request.url());
      },
      { javaScriptEnabled: false, expected: [/status of 40[45]/] },
    ));

  it("answers to its own names only", async () => {
    const { port } = new URL(site.url);
    const ask = async (host) => {
      const [response] = await once(get(site.desk, { headers: { host } }), "response");
      response.resume();
      return response.statusCode;
    };
    assert.equal(await ask(`localhost:${port}`), 200);
    assert.equal(await ask(`evil.example:${port}`), 421);
  });

  it("keeps the token out of the browser's storage", () =>
    withDesk(async ({ page }) => {
      const kept = await page.evaluate(() =>
        JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
      );
      assert.equal(kept, JSON.stringify([{}, {}, ""]));
      assert.equal(await page.locator("#token").inputValue(), "");
    }));
});

/** For a page: whether an element is in view. */
function isInView(node) {
  const { bottom, top } = node.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

/** For a page: what a screen reader says after a control's name. */
function descriptionOf(node) {
  return document.getElementById(node.getAttribute("aria-describedby"))?.textContent ?? "";
}
