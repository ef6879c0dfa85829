/**
 * For whoever changes the widget: axe finds no barrier, whatever the state, the language, the device's colours, the theme
 * and the page. Every pair of these is tried once; every combination with `cargo xtask test e2e --all`.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { barriers, openPage } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { GUEST } from "../support/guest.mjs";
import { pairwise, product } from "../support/pairs.mjs";
import { CREATE, SETUP, SUITE_MS } from "../support/widget.mjs";
import { documentOf, PAGES } from "./pages/pages.mjs";

/** How many pages are looked at side by side. */
const AT_ONCE = 3;
const RIGHT_TO_LEFT = ["ar"];
const LOCALES = new URL("../../www/widget/locales/", import.meta.url);

const answer = (status) => (page) => page.route(CREATE, (route) => route.fulfill({ status, json: { Message: "No." } }));
const shows = (selector) => (page) => page.locator(`diner-form ${selector}`).first().waitFor();
const filled = async (page) => {
  for (const [name, value] of Object.entries(GUEST)) await page.locator(`[name=${name}]`).fill(value);
  await page.locator("[name=BookingDate]").fill("2030-01-15");
  await page.locator(".diner-button").press("Enter");
};

/** For each state of the form: what is done before the page is opened, what the guest does, and by what it is known. */
const STATES = {
  loading: { before: (page) => page.route(SETUP, () => {}), known: shows(".diner-loading:not(:empty)") },
  empty: {},
  wrong: { act: (page) => page.locator(".diner-button").press("Enter"), known: shows(".diner-summary a") },
  sending: {
    before: (page) => page.route(CREATE, () => {}),
    act: filled,
    known: shows(".diner-button[aria-disabled=true]"),
  },
  refused: { before: answer(403), act: filled, known: shows(".diner-failure p") },
  unknown: { before: answer(502), act: filled, known: shows(".diner-failure p") },
  offline: {
    async act(page) {
      await page.context().setOffline(true);
      await filled(page);
    },
    known: shows("[role=status] ~ *, .diner-failure p"),
  },
  thanked: { act: filled, known: shows(".diner-thanks") },
  "not loaded": { before: (page) => page.route(SETUP, (route) => route.abort()), known: shows(".diner-retry") },
};

const FACTORS = {
  state: Object.keys(STATES),
  language: readdirSync(LOCALES).map((file) => file.replace(/\.js$/, "")),
  device: ["light", "dark"],
  theme: ["", 'theme="soft"', 'theme="line"', 'theme="bold"', "unstyled"],
  // A page that is about behaviour has no looks of its own, and a page of a theme is a theme.
  host: PAGES.filter(({ isApp, name }) => !isApp && !name.startsWith("theme ")),
};

describe("axe finds no barrier", { timeout: SUITE_MS, concurrency: AT_ONCE }, () => {
  const embedding = useEmbedding();
  const rows = (process.env.ALL ? product : pairwise)(FACTORS);
  for (const { state, language, device, theme, host } of rows) {
    it([state, language, device, theme || "no theme", host.name].join(", "), async () => {
      const { html, files } = await documentOf(host, embedding.gateway);
      const direction = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
      const spoken = html
        .replace('lang="en-GB"', `lang="${language}" dir="${direction}"`)
        .replace("<diner-form", `<diner-form ${theme}`);
      const { page, close } = await openPage(embedding.browser, { colorScheme: device, reducedMotion: "reduce" });
      try {
        const { before, act, known } = STATES[state];
        await before?.(page);
        await page.goto(embedding.publish(spoken, {}, files));
        if (state !== "loading" && state !== "not loaded") await shows("[name=ReceiveRestaurantEmailMarketing]")(page);
        await act?.(page);
        await known?.(page);
        assert.deepEqual(await barriers(page, "diner-form"), []);
      } finally {
        await close();
      }
    });
  }
});
