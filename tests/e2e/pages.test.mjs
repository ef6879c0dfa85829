/**
 * For whoever changes the pages that the gateway draws: that everybody can use them, by keyboard, on a small screen, by
 * day and by night, in the restaurant's colours and without. The browser gets each page from the built gateway itself,
 * with its headers, so that the page's policy holds.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import locales from "../../pkg/lib/locales.js";
import { createStandIn } from "../../pkg/testing/index.js";
import { barriersOfCopy, focused, launch, tabTo, withPage } from "../support/browser.mjs";
import { HOST, MICROSITE, openGateway, pageUrl } from "../support/gateway.mjs";
import { suiteScope } from "../support/scope.mjs";

const SETUP = { Name: "Oak & Salt", CustomFields: [], RestaurantEmailMarketingOptInText: "News by email" };
const LINKS = { site: "https://oak.example/", privacy: "https://oak.example/privacy" };
const LIGHT = { accent: "#7a3b1d", onAccent: "#fff", text: "#221d19", surface: "#fdf8f0" };
const DARK = { accent: "#e8b48f", onAccent: "#22150d", text: "#f1ebe4", surface: "#14213d" };
const SCREEN = { javaScriptEnabled: false, viewport: { width: 320, height: 640 } };

describe("the gateway's pages", () => {
  const scope = suiteScope();
  let browser;
  before(async () => {
    browser = await launch(scope);
  });

  let customers = 0;

  /** Runs a test with a page that is answered by a gateway with these colours, and the addresses of its pages. */
  async function withGateway(colours, test, options) {
    const gateway = await openGateway({ createStandIn, locales }, SETUP, {
      capabilityKeys: [{ id: "k", secret: "a-key-of-at-least-thirty-two-bytes" }],
      pages: { [MICROSITE]: { ...LINKS, ...colours } },
      answer: () => new Response(null, { status: 204 }),
    });
    const open = async (page) => {
      await page.route(`${HOST}/**`, async (route) => {
        const request = route.request();
        const answer = await gateway.fetch(
          new Request(request.url(), {
            method: request.method(),
            headers: await request.allHeaders(),
            body: request.postData() || undefined,
          }),
        );
        const body = await answer.text();
        await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body });
      });
      await gateway.fetch(new Request(pageUrl("Customers/Setup")));
      const link = () => gateway.unsubscribeLink({ microsite: MICROSITE, id: (customers += 1) });
      await test(page, link);
    };
    return withPage(browser, open, { ...SCREEN, ...options });
  }

  const isWide = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

  it("unsubscribe by keyboard alone, and lead back to the restaurant", () =>
    withGateway({}, async (page, link) => {
      await page.goto(link());
      assert.equal(await page.title(), "Unsubscribe – Oak & Salt");
      await tabTo(page, "Unsubscribe");
      await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
      await page.locator("[autofocus]:focus").waitFor();
      assert.equal(await focused(page), "You are unsubscribed");
      await tabTo(page, "Back to the restaurant’s website");
      assert.equal(await page.locator("a:focus").getAttribute("href"), LINKS.site);
      await tabTo(page, "Privacy notice");
      assert.equal(await page.locator("a:focus").getAttribute("href"), LINKS.privacy);
    }));

  it("have the theme that the query names, and no borders of the plain one", () =>
    withGateway({}, async (page) => {
      const bordersOf = async (query) => {
        await page.goto(pageUrl(`form${query}`));
        return page.locator("[name=Surname]").evaluate((field) => getComputedStyle(field).borderWidth);
      };
      assert.equal(await bordersOf(""), "1px");
      assert.equal(await bordersOf("?theme=line"), "0px 0px 1px");
    }));

  const link = (query) => (unsubscribe) => unsubscribe() + query;
  const ALL = [
    link(""),
    link("&lang=ar"),
    () => pageUrl("unsubscribe?token=x&lang=de"),
    () => pageUrl("form"),
    () => pageUrl("form", "nowhere"),
  ];

  for (const [what, colours, colorScheme, addresses] of [
    ["on a light screen", {}, "light", ALL],
    ["on a dark screen", {}, "dark", ALL],
    // The restaurant's colours are the same on every screen: what they leave out must follow them and not the screen.
    ["in light colours on a dark screen", LIGHT, "dark", [link(""), () => pageUrl("form")]],
    ["in dark colours on a light screen", DARK, "light", [link(""), () => pageUrl("form")]],
  ]) {
    it(`can be read and used by everybody ${what}`, () =>
      withGateway(
        colours,
        async (page, unsubscribe) => {
          for (const address of addresses) {
            await page.goto(address(unsubscribe));
            assert.equal(await isWide(page), false, page.url());
            assert.deepEqual(await barriersOfCopy(page, { colorScheme, viewport: SCREEN.viewport }), [], page.url());
          }
        },
        { colorScheme, expected: [/status of 40[34]/] },
      ));
  }
});
