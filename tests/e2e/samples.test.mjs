/**
 * For readers of README.md and docs/: the HTML that they copy from there takes a guest's details. Each sample is a page of
 * another host. The other samples are run by tests/consumers/samples.test.mjs.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withPage } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { GUEST, nextEnd } from "../support/guest.mjs";
import { SAMPLES } from "../support/samples.mjs";
import { SEND, SUITE_MS } from "../support/widget.mjs";

/** For a sample that leaves it to another one. */
const SCRIPT = '<script type="module" src="https://booking.example/dinerkit/diner-form.js"></script>';
/** For a field of the page's own. */
const SOME_DAY = "2030-01-01";

describe("HTML of README.md and docs/", { timeout: SUITE_MS }, () => {
  const embedding = useEmbedding();
  const samples = SAMPLES.filter(({ language, reason }) => language === "html" && !reason);

  for (const { name, code } of samples) {
    it(`takes a guest's details: ${name}`, () =>
      withPage(embedding.browser, async (page) => {
        const body = (code.includes("<script") ? "" : SCRIPT) + code;
        const html = `<!doctype html><html lang="en"><title>Oak</title><link rel="icon" href="data:,">${body}</html>`;
        await page.goto(embedding.publish(embedding.real(html)));
        for (const [field, value] of Object.entries(GUEST)) await page.locator(`[name=${field}]`).fill(value);
        const own = page.locator("[name=BookingDate]");
        if (await own.count()) await own.fill(SOME_DAY);
        const end = nextEnd(page);
        await page.getByRole("button", { name: SEND }).click();
        assert.deepEqual([(await end).type, (await end).issues], ["diner-created", undefined]);
      }));
  }

  it("has links to the form without JavaScript that lead there", async () => {
    const links = samples.flatMap(({ code }) => [...code.matchAll(/<a href="(https:[^"]*)"/g)]);
    assert.ok(links.length);
    for (const [, href] of links) {
      const response = await fetch(embedding.real(href.replaceAll("&amp;", "&")));
      assert.equal(response.status, 200);
      assert.match(await response.text(), /name="Surname"/);
    }
  });
});
