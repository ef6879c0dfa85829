/**
 * For the host pages: those that do something to the element. Frameworks take it over, scripts swap pages in and restore
 * them, and it stands in a dialog, a shadow root or a frame. The rows are as pages.mjs describes them.
 */
import { readFile } from "node:fs/promises";
import { bundle, rendered } from "../../support/frameworks.mjs";
import { ROOT, textOf } from "../../support/samples.mjs";
import { FORM, pageOf } from "./document.mjs";
import { plain } from "./sheets.mjs";

const common = { colours: "light", sheets: [plain] };
const javascript = (body) => ({ type: "text/javascript", body });
const library = async (path) => javascript(await readFile(`${ROOT}node_modules/${path}`, "utf8"));

/** A page that a framework has rendered on a server, and takes over as soon as its script is there. */
const framework = (title, name) => ({
  ...common,
  name: title,
  script: false,
  async files() {
    const packaged = async (file) => ({ type: "application/wasm", body: await readFile(`${ROOT}pkg/dist/${file}`) });
    return {
      [`/${name}/app.js`]: javascript(`${await bundle(name, "browser")}\nglobalThis.hydrate();`),
      [`/${name}/guest_bg.wasm`]: await packaged("guest_bg.wasm"),
      [`/${name}/guest.bin`]: await packaged("guest.bin"),
    };
  },
  async html({ gateway, head, ...parts }) {
    const form = `<div id="root">${await rendered(name, gateway)}</div>`;
    const scripts = `<script>globalThis.gatewayOfPage = "${gateway}";</script>
      <script type="module" src="/${name}/app.js"></script>`;
    return pageOf({ ...parts, head: head + scripts, form });
  },
});

const START = "/turbo/start";

/** The guest comes by a visit of Turbo, looks at another page, and comes back to the page that Turbo has kept. */
const turbo = {
  ...common,
  name: "Turbo",
  head: '<script src="/turbo/turbo.js"></script>',
  files: async (gateway) => ({
    "/turbo/turbo.js": await library("@hotwired/turbo/dist/turbo.es2017-umd.js"),
    [START]: {
      type: "text/html",
      body: `<!doctype html><html lang="en"><title>Start</title><link rel="icon" href="data:,">
        <script src="/turbo/turbo.js"></script>
        <script type="module" src="${gateway}/dinerkit/diner-form.js"></script><h1 id="start">Start</h1>`,
    },
  }),
  async open(page, url) {
    // To its end: Turbo shows the page that it has kept before, and a visit that is cancelled then ends in an error of its own.
    const visit = (address) =>
      page.evaluate(async (to) => {
        const loaded = new Promise((resolve) => document.addEventListener("turbo:load", resolve, { once: true }));
        globalThis.Turbo.visit(to);
        await loaded;
      }, address);
    await page.goto(new URL(START, url).href);
    await visit(url);
    await page.locator("[name=Surname]").waitFor();
    await visit(START);
    await page.locator("#start").waitFor();
    await page.goBack();
    await page.locator("[name=Surname]").waitFor();
  },
};

/** The form comes as a part of a page in which htmx boosts every form. */
const htmx = {
  ...common,
  name: "htmx",
  head: '<script src="/htmx/htmx.js"></script>',
  files: async () => ({
    "/htmx/htmx.js": await library("htmx.org/dist/htmx.min.js"),
    "/htmx/form": { type: "text/html", body: FORM },
  }),
  html: (parts) =>
    pageOf({ ...parts, form: '<div id="form" hx-get="/htmx/form" hx-trigger="load"></div>' }).replace(
      "<body",
      '<body hx-boost:inherited="true"',
    ),
};

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
/** The frame grows with its page, by the line in docs/your-page.md. */
const [TELL_HEIGHT] = /new ResizeObserver.*?observe\(document\.body\)/.exec(textOf("docs/your-page.md"));
const iframe = {
  ...common,
  name: "iframe",
  script: false,
  files: async (gateway) => ({
    [INSIDE]: {
      type: "text/html",
      body: pageOf({
        title: "Inside",
        head: `<style>${plain()}</style><script type="module" src="${gateway}/dinerkit/diner-form.js"></script>
          <script type="module">${TELL_HEIGHT.replace('"https://your.page"', "location.origin")}</script>`,
      }),
    },
  }),
  html: (parts) =>
    pageOf({
      ...parts,
      form: `<script>addEventListener("message", ({ data }) => (document.querySelector("iframe").height = data));</script>
        <iframe src="${INSIDE}" title="Your table" style="border: 0; width: 100%"></iframe>`,
    }),
  root: (page) => page.frames().find((frame) => frame.url().endsWith(INSIDE)),
};

/** What libraries of old do to the built-ins: Prototype.js 1.6 and 1.7, MooTools, plugins of that age. Runs on the page. */
function changeBuiltIns() {
  const { stringify, parse } = JSON;
  const { fetch } = globalThis;
  const list = function () {
    return `[${Array.prototype.map.call(this, (one) => stringify(one)).join(", ")}]`;
  };
  Object.assign(Array.prototype, { toJSON: list, entries: Array.prototype.slice, each() {}, first: null, size: 3 });
  Object.assign(String.prototype, { toJSON: () => "a text", strip() {}, gsub() {} });
  Object.assign(Number.prototype, { toJSON: () => "a number" });
  Object.assign(Date.prototype, { toJSON: () => '"a date"', format() {} });
  Object.assign(Function.prototype, { extend: (own) => own, argumentNames: () => [] });
  Object.assign(Object.prototype, { each() {}, extend: (object) => object, extra: "x", count: 7, writable: true });
  Array.from = (given) => (given ? Array.prototype.slice.call(given) : []);
  // Pages that make dates of texts, and that add a header to each request.
  JSON.parse = (text, change) =>
    parse(text, change ?? ((_, value) => (/^\d{4}-\d\d-\d\d(T|$)/.test(value) ? new Date(value) : value)));
  globalThis.fetch = (url, init = {}) => fetch(url, { ...init, headers: { ...init.headers, Accept: "*/*" } });
  globalThis.Request = class Request {};
  // In Prototype.js, which asks for a parent, and which gives elements more functions than these.
  Element.prototype.remove = function () {
    this.parentNode.removeChild(this);
    return this;
  };
  for (const name of "clone down hide insert next previous show up update visible wrap".split(" ")) {
    Element.prototype[name] = () => null;
  }
}

/** Scripts of the page have changed the built-ins before the form is there; Zone.js, of Angular, replaces promises. */
const changedBuiltIns = {
  ...common,
  name: "changed built-ins",
  head: `<script src="/zone/zone.js"></script><script>(${changeBuiltIns})();</script>`,
  files: async () => ({ "/zone/zone.js": await library("zone.js/bundles/zone.umd.js") }),
};

export const APPS = [
  framework("React", "react"),
  framework("Vue", "vue"),
  framework("Svelte", "svelte"),
  turbo,
  htmx,
  dialog,
  shadowRoot,
  iframe,
  changedBuiltIns,
];
