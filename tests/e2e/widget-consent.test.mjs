/** For whoever changes the widget: a consent is given by the guest alone, to words that were shown, and is on record. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { barriers, focused } from "../support/browser.mjs";
import { GUEST, openForm, typeGuest } from "../support/guest.mjs";
import {
  description,
  followFirstProblem,
  recordIn,
  reload,
  send,
  SETUP,
  SUITE_MS,
  useForm,
  valueOf,
} from "../support/widget.mjs";

const CONSENTS = [
  "ReceiveEmailMarketing",
  "ReceiveSmsMarketing",
  "ReceiveRestaurantEmailMarketing",
  "ReceiveRestaurantSmsMarketing",
];

describe("<diner-form>: consent", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();
  const recordOf = (Id) => recordIn(site.db, Id);

  let wording;
  /** Opens the form with a Setup of the test's own; `texts` gives its opt-in texts at each load. */
  async function withSetup(page, texts) {
    wording = "News by:";
    await page.route(SETUP, (route) =>
      route.fulfill({
        json: withTexts(
          { Name: "Oak & Salt", CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: false }] },
          texts(),
        ),
      }),
    );
    await openForm(page, site);
  }

  /** A Setup with these plain opt-in texts, as a gateway gives it. */
  const withTexts = (setup, texts) => {
    const nodes = Object.entries(texts).map(([name, text]) => [name, [{ text }]]);
    return { ...setup, ...texts, OptInNodes: { ...setup.OptInNodes, ...Object.fromEntries(nodes) } };
  };

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
        await followFirstProblem(page);
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
            await route.fulfill({
              json: withTexts(setup, { GroupEmailMarketingOptInText: "Words of yesterday, by:" }),
            });
          });
          await openForm(page, site);
        },
        expected: [/status of 400/],
      },
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
});
