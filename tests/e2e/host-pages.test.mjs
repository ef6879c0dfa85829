/**
 * For whoever changes the widget: a whole booking on each page of tests/e2e/pages/. What the pages look like is kept in
 * target/e2e/screens/.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openPage } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { stored } from "../support/sandbox.mjs";
import { SUITE_MS } from "../support/widget.mjs";
import { wholeBooking } from "./pages/booking.mjs";
import { documentOf, PAGES } from "./pages/pages.mjs";

const SCREENS = fileURLToPath(new URL("../../target/e2e/screens/", import.meta.url));

describe("the widget on pages of others", { timeout: SUITE_MS }, () => {
  const embedding = useEmbedding();
  before(() => mkdir(SCREENS, { recursive: true }));

  for (const host of PAGES) {
    it(`takes a whole booking: ${host.name}`, async () => {
      const surname = host.name.replaceAll(/[^\w]+/g, " ").trim();
      const { html, files } = await documentOf(host, embedding.gateway);
      const url = embedding.publish(html, {}, files);
      const { page, problems, close } = await openPage(embedding.browser);
      try {
        if (host.open) await host.open(page, url);
        else await page.goto(url);
        await wholeBooking(host.root?.(page) ?? page.mainFrame(), { surname });
        const customers = (await stored(embedding.db)).filter(({ record }) => record.Surname === surname);
        assert.equal(customers.length, 1);
        const unexpected = problems.filter((text) => !host.expected?.some((pattern) => pattern.test(text)));
        assert.deepEqual(unexpected, []);
      } finally {
        await close();
      }
    });
  }
});
