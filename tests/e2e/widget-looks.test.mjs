/** For whoever changes the widget's style: what a page can change, what it can't, and what other media get. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openPage } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { SAMPLES } from "../support/samples.mjs";
import { SUITE_MS } from "../support/widget.mjs";
import { wholeBooking } from "./pages/booking.mjs";
import { FORM, pageOf } from "./pages/document.mjs";
import { complaintsOfForm } from "./pages/looks.mjs";
import { dark } from "./pages/sheets.mjs";

describe("the widget's style", { timeout: SUITE_MS }, () => {
  const embedding = useEmbedding();

  /** Runs a test with a page that has this style, and the form in it. */
  async function open({ style = "", attributes = "", root = "", media, beside = "", around = ["", ""] }, test) {
    const script = `<script type="module" src="${embedding.gateway}/dinerkit/diner-form.js"></script>`;
    const element = FORM.replace("<diner-form", `<diner-form ${attributes}`);
    const form = around[0] + beside + element + around[1];
    const html = pageOf({ title: "Looks", head: `<style>${style}</style>${script}`, form });
    const { page, close } = await openPage(embedding.browser);
    try {
      if (media) await page.emulateMedia(media);
      await page.goto(embedding.publish(html.replace("<html", `<html ${root}`)));
      await test(page);
    } finally {
      await close();
    }
  }

  /** Runs a whole booking on such a page; `looks` says what is looked at when, by the stages' names. */
  const book = (options, looks) =>
    open(options, async (page) => {
      const styleOf = (selector, ...properties) =>
        page.locator(selector).evaluate((node, names) => names.map((name) => getComputedStyle(node)[name]), properties);
      await wholeBooking(page.mainFrame(), { surname: "Looks", at: (stage) => looks[stage]?.(styleOf, page) });
    });

  /** Has Chromium fill in an address, as it does when a guest chooses one of its suggestions at this field. */
  async function autofill(page, name, address) {
    const session = await page.context().newCDPSession(page);
    await session.send("DOM.enable");
    const { root } = await session.send("DOM.getDocument", { depth: 0 });
    const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector: `[name=${name}]` });
    const { node } = await session.send("DOM.describeNode", { nodeId });
    await session.send("Autofill.enable");
    const fields = Object.entries(address).map(([name, value]) => ({ name, value }));
    await session.send("Autofill.trigger", { fieldId: node.backendNodeId, address: { fields } });
  }

  const BUTTON = "diner-form .diner-button";
  const field = (name) => `diner-form [name="${name}"]`;

  /** The colours of the tick in the box that the guest has ticked, and of what is behind it. */
  const tickedBox = (page) =>
    page.locator(`${field("ReceiveRestaurantEmailMarketing")}:checked`).evaluate((box) => ({
      tick: getComputedStyle(box, "::before").borderBottomColor,
      behind: getComputedStyle(box).backgroundColor,
    }));

  it("gives way to the rules and properties that a page has for its form", () =>
    book(
      {
        style: `
          :root { --diner-accent: #004488; --diner-on-accent: #ffffee; --diner-radius: 3px; --diner-font: 300 20px serif; }
          diner-form { gap: 50px; }
          diner-form[microsite] .diner-button { text-transform: uppercase; border-radius: 0; }
          diner-form[microsite] [name="Email"] { background: rgb(1, 2, 3); }`,
      },
      {
        async ready(styleOf) {
          assert.deepEqual(await styleOf(BUTTON, "backgroundColor", "color", "textTransform", "borderRadius"), [
            "rgb(0, 68, 136)",
            "rgb(255, 255, 238)",
            "uppercase",
            "0px",
          ]);
          assert.deepEqual(await styleOf(field("Surname"), "borderRadius", "fontSize", "lineHeight"), [
            "3px",
            "20px",
            "30px",
          ]);
          assert.deepEqual(await styleOf("diner-form", "rowGap", "lineHeight", "fontWeight"), ["50px", "30px", "300"]);
          assert.deepEqual(await styleOf(field("Email"), "backgroundColor"), ["rgb(1, 2, 3)"]);
        },
      },
    ));

  it("gives way to the rules in docs/widget.md", () => {
    const [{ code: style }] = SAMPLES.filter(({ language }) => language === "css");
    return book(
      { style },
      {
        async ready(styleOf) {
          assert.deepEqual(await styleOf(BUTTON, "textTransform"), ["uppercase"]);
          const [columns] = await styleOf("diner-form .diner-fields", "gridTemplateColumns");
          assert.equal(columns.split(" ").length, 2, columns);
        },
        async thanks(styleOf) {
          assert.deepEqual(await styleOf("diner-form .diner-thanks", "borderTopStyle"), ["solid"]);
        },
      },
    );
  });

  it("keeps states, whatever a page does to hide them or to show what is hidden", () =>
    book(
      {
        style: `
          #book ~ diner-form *, #book ~ diner-form [data-state] { display: block; outline: none; visibility: visible; }
          #book ~ diner-form [aria-invalid] { border-color: rgb(9, 9, 9); box-shadow: none; }
          diner-form::part(thanks) { display: grid; }`,
      },
      {
        async ready(styleOf, page) {
          assert.deepEqual(await styleOf("diner-form .diner-summary", "display"), ["none"]);
          assert.deepEqual(await styleOf("diner-form .diner-status", "position", "clipPath"), [
            "absolute",
            "inset(50%)",
          ]);
          assert.deepEqual(await styleOf("diner-form .diner-thanks", "display"), ["none"]);
          await page.locator(field("Surname")).focus();
          assert.deepEqual(await styleOf(field("Surname"), "outlineStyle", "outlineWidth"), ["solid", "2px"]);
        },
        async wrong(styleOf) {
          assert.notDeepEqual(
            await styleOf(field("Email"), "borderBottomColor", "boxShadow"),
            await styleOf(field("Surname"), "borderBottomColor", "boxShadow"),
          );
        },
        async thanks(styleOf) {
          assert.deepEqual(await styleOf("diner-form .diner-thanks", "display"), ["grid"]);
        },
      },
    ));

  it("leaves all but states to a page that says so", () =>
    book(
      {
        attributes: "unstyled",
        beside: '<p><label>Plain <input id="plain"></label> <button id="act">Act</button></p>',
      },
      {
        async ready(styleOf, page) {
          const plain = ["borderTopStyle", "borderRadius", "backgroundColor", "fontSize", "paddingTop", "width"];
          assert.deepEqual(await styleOf(field("Surname"), ...plain), await styleOf("#plain", ...plain));
          assert.deepEqual(await styleOf(BUTTON, ...plain.slice(0, 5)), await styleOf("#act", ...plain.slice(0, 5)));
          assert.deepEqual(await styleOf("diner-form", "display"), ["block"]);
          assert.deepEqual(await styleOf("diner-form > p >> nth=0", "marginTop"), ["16px"]);
          assert.deepEqual(await styleOf("diner-form > p label >> nth=0", "display"), ["inline"]);
          assert.deepEqual(await styleOf("diner-form .diner-status", "position"), ["absolute"]);
          await page.locator(field("Surname")).focus();
          assert.deepEqual(await styleOf(field("Surname"), "outlineStyle"), ["solid"]);
        },
        async wrong(styleOf) {
          assert.match((await styleOf(field("Email"), "boxShadow"))[0], /inset/);
        },
      },
    ));

  it("leaves the rest of a shadow root that it is in as it was", () =>
    book(
      { beside: '<template shadowrootmode="open"><p id="own">Ours</p>', around: ["<div>", "</template></div>"] },
      {
        async ready(styleOf) {
          assert.deepEqual(await styleOf("#own", "marginTop", "marginBottom"), ["16px", "16px"]);
          assert.deepEqual(await styleOf("diner-form .diner-field > label >> nth=0", "display"), ["block"]);
        },
      },
    ));

  it("can be read, and its focus seen, in fields that the browser has filled in on a dark page", () =>
    open({ style: dark() }, async (page) => {
      await page.locator(field("ReceiveRestaurantEmailMarketing")).waitFor();
      await autofill(page, "FirstName", { NAME_FIRST: "Zoë", NAME_LAST: "Lee", EMAIL_ADDRESS: "zoe@example.com" });
      await page.waitForFunction(() => document.querySelectorAll(":autofill").length >= 3);
      assert.deepEqual(await complaintsOfForm(page), []);
    }));

  it("can be told apart in forced colours", () =>
    book(
      { media: { forcedColors: "active" } },
      {
        async wrong(styleOf, page) {
          assert.deepEqual(await styleOf(field("Email"), "borderBottomWidth"), ["3px"]);
          assert.deepEqual(await styleOf(field("Surname"), "borderBottomWidth", "borderBottomStyle"), ["1px", "solid"]);
          assert.deepEqual(await styleOf(BUTTON, "borderBottomStyle"), ["solid"]);
          const { behind, tick } = await tickedBox(page);
          assert.notEqual(tick, behind);
        },
      },
    ));

  it("has lines of the text's colour for guests who need more contrast", () =>
    book(
      { media: { contrast: "more" } },
      {
        async ready(styleOf) {
          const [line, ink] = await styleOf(field("Surname"), "borderBottomColor", "color");
          assert.equal(line, ink);
        },
      },
    ));

  it("is printed in the text's colour where backgrounds are not", () =>
    book(
      { media: { media: "print" } },
      {
        async wrong(styleOf, page) {
          const [ink] = await styleOf("diner-form", "color");
          assert.deepEqual(await styleOf(BUTTON, "color"), [ink]);
          assert.equal((await tickedBox(page)).tick, ink);
        },
      },
    ));

  it("turns a list's arrow round where the page runs from right to left", () =>
    book(
      { root: 'dir="rtl"' },
      {
        async ready(styleOf, page) {
          assert.match((await styleOf(field("MobileCountryCode"), "backgroundPosition"))[0], /^12px 50%/);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
        },
      },
    ));
});
