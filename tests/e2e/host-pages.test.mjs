/**
 * For whoever changes the widget: a whole booking on each page of tests/e2e/pages/. What the pages look like is kept in
 * target/e2e/screens/.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { openPage } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { GUEST_RECORD } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import { SUITE_MS } from "../support/widget.mjs";
import { wholeBooking } from "./pages/booking.mjs";
import { coloursOf, complaintsOfForm, complaintsOfThanks } from "./pages/looks.mjs";
import { documentOf, PAGES } from "./pages/pages.mjs";

/** The devices on which each page is looked at, and those of which a screenshot is kept. */
const DEVICES = [
  { colorScheme: "light", width: 1280, isKept: true },
  { colorScheme: "light", width: 360 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "dark", width: 360, isKept: true },
];
const HEIGHT = 900;
const SCREENS = fileURLToPath(new URL("../../target/e2e/screens/", import.meta.url));

describe("the widget on pages of others", { timeout: SUITE_MS }, () => {
  const embedding = useEmbedding();
  before(() => mkdir(SCREENS, { recursive: true }));

  /** Looks at the form on each device; answers what is wrong with its looks. */
  async function complaintsAt(page, root, host, stage) {
    const complaints = [];
    const colours = new Set();
    const devices = DEVICES.filter(({ isKept }) => isKept || !host.isApp);
    for (const { colorScheme, width, isKept } of devices) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: HEIGHT });
      const device = `${stage}, ${colorScheme} device, ${width} px`;
      const found = await (stage === "thanks" ? complaintsOfThanks : complaintsOfForm)(root);
      complaints.push(...found.map((what) => `${device}: ${what}`));
      colours.add(await coloursOf(root));
      if (isKept) await page.screenshot({ path: join(SCREENS, `${host.name}, ${device}.png`), fullPage: true });
    }
    if (host.colours) assert.equal(colours.size, host.colours === "device" ? 2 : 1, [...colours].join(" | "));
    return complaints;
  }

  for (const host of PAGES) {
    it(`takes a whole booking: ${host.name}`, async () => {
      const surname = host.name.replaceAll(/[^\w]+/g, " ").trim();
      const { html, files } = await documentOf(host, embedding.gateway);
      const url = embedding.publish(html, {}, files);
      const { page, problems, close } = await openPage(embedding.browser);
      try {
        if (host.open) await host.open(page, url);
        else await page.goto(url);
        const root = host.root?.(page) ?? page.mainFrame();
        const complaints = [];
        const look = async (stage) => complaints.push(...(await complaintsAt(page, root, host, stage)));
        await wholeBooking(root, { surname, at: look });
        assert.deepEqual(complaints, []);
        const customers = (await stored(embedding.db)).filter(({ record }) => record.Surname === surname);
        assert.equal(customers.length, 1);
        const { record } = customers[0];
        for (const name of ["FirstName", "Email", "MobileCountryCode", "Mobile"]) {
          assert.equal(record[name], GUEST_RECORD[name], name);
        }
        const unexpected = problems.filter((text) => !host.expected?.some((pattern) => pattern.test(text)));
        assert.deepEqual(unexpected, []);
      } finally {
        await close();
      }
    });
  }
});
