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
 * Attributes, properties, methods, events, slots, parts and custom properties are described in pkg/custom-elements.json,
 * once for editors, types and docs/widget.md. Tests hold the description to the element. What it does not say:
 *
 * - If an attribute changes that says what is asked for, the form is loaded again, after a send that is running has ended.
 *   What was typed stays, but a consent stays only if its wording is the same, and the answer to a custom field only if the
 *   question is the same.
 * - `fields`: the title is shown only if the Setup has titles, a custom field only if the Setup lists it, a consent only if
 *   the Setup has its wording. Fields that the remote API requires are always shown. What only the Setup brings comes last.
 * - A language without a locale file gets English. The direction of writing is that of the page (`dir`).
 * - All events bubble and are composed.
 * - Slotted children may come and go at any time. The element shows each in its place, and never moves or removes it.
 * - All rules of the style are in `@layer dinerkit`, so that every rule of the page has priority, but for those that carry
 *   a state.
 */
import { EVENTS } from "./events.js";
import { define, makeDinerForm } from "./element.js";
import { DEFAULT_FIELDS } from "./layout.js";
import { once } from "./files.js";
import { fromTwoFiles } from "./two-files.js";
import words from "guest-words";

export { DEFAULT_FIELDS, EVENTS };

const loadEnglish = async () => ({ default: words });

/** The languages, each loaded when it is needed. A page may add its own, which may be in one file. */
export const locales = {
  en: loadEnglish,
  fr: fromTwoFiles(
    () => import("./words/fr-first.js"),
    () => import("./words/fr-later.js"),
  ),
  de: fromTwoFiles(
    () => import("./words/de-first.js"),
    () => import("./words/de-later.js"),
  ),
  es: fromTwoFiles(
    () => import("./words/es-first.js"),
    () => import("./words/es-later.js"),
  ),
  it: fromTwoFiles(
    () => import("./words/it-first.js"),
    () => import("./words/it-later.js"),
  ),
  nl: fromTwoFiles(
    () => import("./words/nl-first.js"),
    () => import("./words/nl-later.js"),
  ),
  pt: fromTwoFiles(
    () => import("./words/pt-first.js"),
    () => import("./words/pt-later.js"),
  ),
  pl: fromTwoFiles(
    () => import("./words/pl-first.js"),
    () => import("./words/pl-later.js"),
  ),
  sv: fromTwoFiles(
    () => import("./words/sv-first.js"),
    () => import("./words/sv-later.js"),
  ),
  nb: fromTwoFiles(
    () => import("./words/nb-first.js"),
    () => import("./words/nb-later.js"),
  ),
  da: fromTwoFiles(
    () => import("./words/da-first.js"),
    () => import("./words/da-later.js"),
  ),
  ar: fromTwoFiles(
    () => import("./words/ar-first.js"),
    () => import("./words/ar-later.js"),
  ),
  "zh-Hans": fromTwoFiles(
    () => import("./words/zh-Hans-first.js"),
    () => import("./words/zh-Hans-later.js"),
  ),
  ja: fromTwoFiles(
    () => import("./words/ja-first.js"),
    () => import("./words/ja-later.js"),
  ),
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
