/**
 * For restaurants' web pages: the personal-details step of a booking.
 *
 * ```html
 * <script type="module" src="https://booking.example/dinerkit/diner-form.js"></script>
 * <diner-form microsite="oak-and-salt"></diner-form>
 * ```
 *
 * This file is the entry of the npm package, `dinerkit/widget`, and of pages that host its files themselves. The script
 * above, which a gateway serves, is served.js.
 *
 * The element shows the fields at once, adds those that the restaurant's Setup asks for, checks them while the guest
 * types, creates the customer through a gateway (only once, however often the guest sends the same details) and shows the
 * result. Its fields are in the light DOM, so that autofill, password managers and the page's own styles reach them. No
 * error deletes what the guest has typed. Without WebAssembly the form is the same, and the gateway alone checks it.
 *
 * The package's widget builds the form into the empty places that a wrapper (`dinerkit/react`, `dinerkit/vue`,
 * `dinerkit/svelte`) has written; without them it waits until the page is loaded and idle. On a server, importing it
 * does nothing.
 *
 * Attributes
 * - `microsite` (required): the restaurant's microsite name.
 * - `gateway`: the address of the gateway, an origin with an optional path. Default: the gateway that served the
 *   script; for any other copy of the widget, the page's own origin.
 * - `fields`: the names of the fields to show, out of the rule table, separated by spaces or commas. `Address` stands
 *   for its six parts; `Mobile` and `Phone` bring their calling code. Default: DEFAULT_FIELDS. The title is shown only
 *   if the Setup has titles, a custom field only if the Setup lists it, a consent only if the Setup has its wording.
 *   Fields that the remote API requires are always shown. The order is the rule table's.
 * - `country`: the region, such as `GB`, whose calling code is selected at first. Default: the region of the browser's
 *   language.
 * - `keep`: `none` if the tab must not keep what was typed for a reload and the Back button. Give it where guests share a
 *   device. Default: it is kept for half an hour at most, without consents and the drinking age, until the thanks.
 * - `lang`: the language, on this element or on an ancestor, and followed as it changes. A language without a locale file
 *   gets English. See `locales`. The direction of writing is that of the page (`dir`).
 *
 * In the package's widget `microsite`, `gateway`, `fields` and `country` are properties too, which reflect the attributes,
 * and the console says which names in `fields` and `country` are not known.
 *
 * If an attribute changes, the form is loaded again, after a send that is running has ended. What was typed stays, but
 * a consent stays only if its wording is the same, and the answer to a custom field only if the question is the same.
 *
 * Events (all bubble and are composed; names in `EVENTS`, exported by `dinerkit/widget`)
 * - `diner-ready`: the form can be filled in. `detail.setup`.
 * - `diner-change`: the guest changed a field. `detail.name`.
 * - `diner-invalid`: the rules or the restaurant's system refused a submit. `detail.issues`.
 * - `diner-submit`: the customer is about to be created; `preventDefault()` prevents it. The page may change
 *   `detail.request`.
 * - `diner-created`: the customer was created. `detail.Id`; `detail.receipts`, one for each consent: see
 *   docs/consent.md; `detail.isChanged`: true if the guest has changed something that the restaurant does not have yet.
 * - `diner-edited`: the customer has what the guest had changed while the customer was created. `detail.Id`;
 *   `detail.receipts`, which replace those of `diner-created`.
 * - `diner-error`: the form could not be loaded or sent. `detail.error`, usually a CustomerApiError; `detail.during` is
 *   "load" or "submit"; `detail.mayHaveArrived`: true if the customer may have been created.
 *
 * Slots: children of the element with a `slot` attribute. They may come and go at any time. The element shows each in its
 * place, and never moves or removes it.
 * - `before`, `after`: the page's own fields, such as date and party size, seen before and after the guest's details.
 *   Children without a slot are seen before them too. Their native constraints (`required`, `min` …) are checked. They
 *   are never sent to the gateway.
 * - `thanks`: shown instead of the widget's own words of thanks.
 * - `help`: such as a telephone number; shown if something fails that the guest cannot correct.
 * - `fallback`: another way to the restaurant, shown if the form cannot load. For browsers without JavaScript, put a link
 *   to the gateway's own page into `<noscript>`, see docs/widget.md.
 *
 * Looks: the attribute `theme` ("soft", "line" or "bold") chooses a look other than the plain one, and `unstyled` leaves
 * the looks to the page. Neither is observed: both are for the style alone. docs/widget.md says how a page changes the
 * looks, and lists the classes that stay as they are.
 *
 * Parts, for `::part()`: `thanks`, the box around the thanks.
 *
 * Custom properties, to be set on `diner-form` or an ancestor: `--diner-accent`, `--diner-on-accent`, `--diner-text`,
 * `--diner-muted`, `--diner-surface`, `--diner-border`, `--diner-error`, `--diner-advice`, `--diner-focus`,
 * `--diner-radius`, `--diner-gap`, `--diner-font`.
 */
import { EVENTS } from "./events.js";
import { define, makeDinerForm } from "./element.js";
import { DEFAULT_FIELDS } from "./layout.js";
import { once } from "./files.js";
import words from "guest-words";

export { DEFAULT_FIELDS, EVENTS };

const loadEnglish = async () => ({ default: words });

/** The languages, each loaded when it is needed. A page may add its own. */
export const locales = {
  en: loadEnglish,
  fr: () => import("./locales/fr.js"),
  de: () => import("./locales/de.js"),
  es: () => import("./locales/es.js"),
  it: () => import("./locales/it.js"),
  nl: () => import("./locales/nl.js"),
  pt: () => import("./locales/pt.js"),
  pl: () => import("./locales/pl.js"),
  sv: () => import("./locales/sv.js"),
  nb: () => import("./locales/nb.js"),
  da: () => import("./locales/da.js"),
  ar: () => import("./locales/ar.js"),
  "zh-Hans": () => import("./locales/zh-Hans.js"),
  ja: () => import("./locales/ja.js"),
};

/** Resolves once the page is loaded and has nothing to do. Until then a framework may be taking over the page's HTML. */
async function hydrated() {
  if (document.readyState !== "complete")
    await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  await new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve));
}

/** The element's class. */
export const DinerForm = makeDinerForm({
  gateway: "",
  locales,
  english: { load: loadEnglish, words },
  later: once(() => import("./package-later.js")),
  hydrated,
});
if (!define(DinerForm)) {
  // eslint-disable-next-line no-console -- the guest can do nothing about it
  console.warn("dinerkit: another copy of the widget has defined <diner-form>, so that this one is not used");
}
