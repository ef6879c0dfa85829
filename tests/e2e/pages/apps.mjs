/**
 * For the host pages: those on which the element stands in a dialog, a shadow root or a frame. The rows are as pages.mjs describes them.
 */
import { FORM, pageOf } from "./document.mjs";
import { plain } from "./sheets.mjs";

const common = { colours: "light", sheets: [plain] };
const dialog = {
  ...common,
  name: "dialog",
  html: (parts) =>
    pageOf({
      ...parts,
      form: `<button id="open" onclick="document.querySelector('dialog').showModal()">Book a table</button>
        <dialog>${FORM}</dialog>`,
    }),
  async open(page, url) {
    await page.goto(url);
    await page.locator("#open").click();
  },
};

const shadowRoot = {
  ...common,
  name: "shadow root",
  html: (parts) =>
    pageOf({ ...parts, form: `<div><template shadowrootmode="open"><section>${FORM}</section></template></div>` }),
};

const INSIDE = "/frame/inside";
const iframe = {
  ...common,
  name: "iframe",
  script: false,
  files: async (gateway) => ({
    [INSIDE]: {
      type: "text/html",
      body: pageOf({
        title: "Inside",
        head: `<style>${plain()}</style><script type="module" src="${gateway}/dinerkit/diner-form.js"></script>`,
      }),
    },
  }),
  html: (parts) =>
    pageOf({
      ...parts,
      form: `<iframe src="${INSIDE}" title="Your table" style="border: 0; height: 90rem; width: 100%"></iframe>`,
    }),
  root: (page) => page.frames().find((frame) => frame.url().endsWith(INSIDE)),
};

export const APPS = [dialog, shadowRoot, iframe];
