/**
 * For restaurants' web pages: the personal-details step of a booking.
 *
 * ```html
 * <link rel="stylesheet" href="/dinerkit/dist/widget.css" />
 * <script type="importmap">{ "imports": { "dinerkit": "/dinerkit/entry/browser.js" } }</script>
 * <script type="module" src="/dinerkit/dist/widget.js"></script>
 * <diner-form microsite="oak-and-salt" gateway="https://booking.example"></diner-form>
 * ```
 *
 * The element shows the fields that the restaurant's Setup asks for, checks them while the guest types, creates the
 * customer through a gateway (only once, however often the guest sends the same details) and shows the result. It is in
 * the light DOM, so that autofill, password managers and the page's own styles reach its fields. No error deletes what
 * the guest has typed.
 *
 * Attributes
 * - `microsite` (required): the restaurant's microsite name.
 * - `gateway`: the address of the gateway, an origin with an optional path. Default: the page's own origin.
 * - `fields`: the names of the fields to show, out of the rule table, separated by spaces or commas. `Address` stands
 *   for its six parts; `Mobile` and `Phone` bring their calling code. Default: DEFAULT_FIELDS. The title is shown only
 *   if the Setup has titles, a custom field only if the Setup lists it, a consent only if the Setup has its wording.
 *   Fields that the remote API requires are always shown. The order is the rule table's.
 * - `country`: the region, such as `GB`, whose calling code is selected at first. Default: the region of the browser's
 *   language.
 * - `lang`: the language, on this element or on an ancestor. A language without a locale file gets English. See
 *   `locales`. The direction of writing is that of the page (`dir`).
 *
 * If an attribute changes, the form is loaded again, after a send that is running has ended. What was typed stays, but
 * a consent stays only if its wording is the same, and the answer to a custom field only if the question is the same.
 *
 * Events (all bubble; names in `EVENTS`, exported by `dinerkit/widget`)
 * - `diner-ready`: the form can be filled in. `detail.setup`.
 * - `diner-change`: the guest changed a field. `detail.name`.
 * - `diner-invalid`: the rules or the restaurant's system refused a submit. `detail.issues`.
 * - `diner-submit`: the customer is about to be created; `preventDefault()` prevents it. The page may change
 *   `detail.request`.
 * - `diner-created`: the customer was created. `detail.Id`; `detail.receipts`, one for each consent: see
 *   docs/consent.md.
 * - `diner-error`: the form could not be loaded or sent. `detail.error`, usually a CustomerApiError; `detail.during` is
 *   "load" or "submit".
 *
 * Slots: children of the element with a `slot` attribute
 * - `before`, `after`: the page's own fields, such as date and party size. They are put into the same form, before and
 *   after the guest's details. Their native constraints (`required`, `min` …) are checked. They are never sent to the
 *   gateway.
 * - `thanks`: shown instead of the widget's own words of thanks.
 * - `help`: such as a telephone number; shown if something fails that the guest cannot correct.
 * - `fallback`: a link to the gateway's own page with the form, see docs/widget.md. It is shown if the element does not
 *   run or cannot load.
 *
 * Custom properties, to be set on `diner-form` or an ancestor: `--diner-accent`, `--diner-on-accent`, `--diner-text`,
 * `--diner-muted`, `--diner-surface`, `--diner-border`, `--diner-error`, `--diner-advice`, `--diner-radius`,
 * `--diner-gap`, `--diner-font`. All rules are in `@layer dinerkit`, so that every rule of the page has priority.
 */
import init, { callingCodes, CustomerClient, fields, loadPhoneFormats, loadPhones, optInNodes } from "dinerkit";
import { likelyRegion, namedRegions } from "./calling-codes.js";
import { element } from "./dom.js";
import { EVENTS } from "./events.js";
import { knownLanguage, languageTag } from "./languages.js";
import { chosenRows, DEFAULT_FIELDS, layout, thanksText } from "./layout.js";
import { fill } from "./message.js";
import { OwnControls } from "./own-controls.js";
import { Sending } from "./sending.js";
import { Typing } from "./typing.js";

export { DEFAULT_FIELDS, EVENTS };

/** The languages, each loaded when it is needed. A page may add its own. */
export const locales = {
  en: () => import("./locales/en.js"),
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
// Readers of any kind of Norwegian get Bokmål, which they read better than English.
locales.no = locales.nn = locales.nb;

/** The words that are used if the locale could not be loaded. */
const WITHOUT_WORDS = { loadFailed: "The form could not be loaded.", stillHere: "", retry: "Try again" };

let instances = 0;

export class DinerForm extends HTMLElement {
  static observedAttributes = ["microsite", "gateway", "fields", "country", "lang"];

  #prefix = `diner-${++instances}`;
  #words = WITHOUT_WORDS;
  #typing = new Typing(({ row }) => this.#emit(EVENTS.change, { name: row.name }));
  /** The nodes that are made once and kept. */
  #parts = null;
  /** @type {OwnControls} */
  #ownControls;
  /** @type {Sending} */
  #sending;
  /** @type {CustomerClient | null} */
  #client = null;
  /** Aborts the load that is running. */
  #loading = null;
  /** True while the form can be sent: it is loaded, and is not being loaded again. */
  #isLoaded = false;
  /** True if an attribute changed during a send. The form is loaded again after the send, which needs its client. */
  #isStale = false;

  connectedCallback() {
    if (!this.#parts) this.#build();
    this.#load();
  }

  disconnectedCallback() {
    // Moving the element disconnects it for a moment, which must not abort a load.
    queueMicrotask(() => this.isConnected || this.#sending.isUnderWay || this.#release());
  }

  attributeChangedCallback(_name, before, after) {
    if (this.#parts && this.isConnected && before !== after) this.#load();
  }

  /** Makes the parts of the element and puts the page's own fields among them. */
  #build() {
    const slotted = (name) => [...this.querySelectorAll(`:scope > [slot="${name}"]`)];
    const [before, after, fallback] = [slotted("before"), slotted("after"), slotted("fallback")];
    for (const node of fallback) node.remove();
    const help = element("div", { class: "diner-help", hidden: true }, ...slotted("help"));
    const summary = element("div", { class: "diner-summary", role: "alert" });
    const failure = element("div", { class: "diner-failure", role: "alert" });
    const list = element("div", { class: "diner-fields" });
    const button = element("button", { class: "diner-button", type: "submit", hidden: true });
    const status = element("p", { class: "diner-status", role: "status" });
    const form = element(
      "form",
      { class: "diner-body", novalidate: true },
      summary,
      ...before,
      list,
      ...after,
      failure,
      help,
      status,
      button,
    );
    const thanks = element("div", { class: "diner-thanks", tabindex: "-1", hidden: true }, ...slotted("thanks"));
    this.#parts = { form, summary, failure, help, list, button, status, thanks, fallback };
    this.#ownControls = new OwnControls([...before, ...after], this.#prefix);
    this.#sending = new Sending({
      parts: this.#parts,
      typing: this.#typing,
      ownControls: this.#ownControls,
      emit: (...event) => this.#emit(...event),
    });
    this.#listen();
    this.append(form, thanks);
  }

  #listen() {
    const { form, button, status } = this.#parts;
    const typing = this.#typing;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.addEventListener("input", (event) => {
      const field = typing.fieldOf(event.target);
      if (!field) this.#ownControls.changed(event.target);
      else if (!typing.group(field, event)) typing.typed(field);
    });
    form.addEventListener("focusin", ({ target }) => {
      if (typing.fieldOf(target)?.row.kind === "phone") this.#loadPhones();
    });
    form.addEventListener("focusout", ({ target, relatedTarget }) => {
      const field = typing.fieldOf(target);
      // A new message would move the button away from the pointer. The submit shows the message anyway.
      if (!field || relatedTarget === button) return;
      // A user of a screen reader is at the next field already, so the status line announces the message.
      if (typing.left(field)) status.textContent = fill(this.#words.about, field) + field.message;
    });
  }

  #release() {
    this.#isLoaded = false;
    this.#loading?.abort();
    this.#loading = null;
    this.#client?.free();
    this.#client = null;
  }

  // ------------------------------------------------------------ loading

  async #load() {
    this.#isStale = this.#sending.isUnderWay;
    if (this.#isStale) return;
    this.#release();
    const load = new AbortController();
    this.#loading = load;
    const { failure, form, status } = this.#parts;
    const microsite = this.getAttribute("microsite") ?? "";
    try {
      const words = await loadWords(this.#language());
      if (load.signal.aborted) return;
      this.#words = words;
      form.dataset.state = "loading";
      status.textContent = words.loading;
      await init();
      const client = new CustomerClient({
        baseUrl: new URL(this.getAttribute("gateway") || "/", document.baseURI).href,
        microsite,
      });
      // From here on the element owns the client, and `#release` frees it.
      if (load.signal.aborted) return client.free();
      this.#client = client;
      const setup = await client.setup({ signal: load.signal });
      if (load.signal.aborted) return;
      const retried = failure.contains(document.activeElement);
      this.#draw(microsite, setup);
      this.#isLoaded = true;
      this.#sending.showOutcome(words);
      if (retried) this.#typing.fields.values().next().value?.control.focus();
      this.#emit(EVENTS.ready, { setup });
    } catch (error) {
      if (load.signal.aborted) return;
      this.#offerRetry();
      this.#emit(EVENTS.error, { error, during: "load" });
    } finally {
      if (!load.signal.aborted) {
        form.dataset.state = "";
        status.textContent = "";
      }
    }
  }

  #offerRetry() {
    const { failure, fallback, help } = this.#parts;
    const { loadFailed, retry, stillHere } = this.#words;
    const button = element("button", { class: "diner-retry", type: "button" }, retry);
    button.addEventListener("click", () => this.#load());
    const hadFocus = failure.contains(document.activeElement);
    failure.replaceChildren(element("p", null, `${loadFailed} ${stillHere}`), button, ...fallback);
    if (hadFocus) button.focus();
    help.hidden = false;
  }

  #draw(microsite, setup) {
    const words = this.#words;
    const typing = this.#typing;
    const { list, button, summary, thanks } = this.#parts;
    const focused = list.contains(document.activeElement) ? document.activeElement.name : "";
    const named = this.getAttribute("fields") ?? DEFAULT_FIELDS;
    typing.begin(microsite, setup, words);
    const nodes = layout({
      element,
      onField: (field) => typing.add(field),
      words,
      setup,
      rows: chosenRows({ rows: fields(setup), setup, named, optInNodes }),
      prefix: this.#prefix,
      regions: () => namedRegions(callingCodes(), this.#language()),
      country: this.getAttribute("country") ?? likelyRegion(),
      optInNodes,
    });
    summary.replaceChildren();
    list.replaceChildren(...nodes);
    typing.fields.get(focused)?.control.focus();
    button.hidden = false;
    if (!thanks.children.length) {
      const title = element("p", { class: "diner-thanks-title" }, words.thanks);
      thanks.append(title, element("p", null, thanksText(setup, words)));
    }
    typing.end();
  }

  /**
   * Loads the tables of the phone numbers that exist and of their groups, once the guest enters a phone field. If that
   * fails, phone numbers get no advice and no groups, and the form works.
   */
  #loadPhones() {
    loadPhoneFormats().catch(() => {});
    loadPhones().then(
      () => this.#typing.show(),
      () => {},
    );
  }

  // ------------------------------------------------------------ sending

  async #submit() {
    const sending = this.#sending;
    if (sending.isUnderWay) return;
    // If the form could not be loaded, there is a button that loads it again.
    if (!this.#isLoaded) return this.#parts.failure.querySelector("button")?.focus();
    let refusal;
    try {
      refusal = await sending.submit(this.#client, this.#words, this.#language());
      // If the refusal is about a consent, the restaurant may have changed its wording: the form is loaded again.
      this.#isStale ||= refusal?.issues.some((issue) => this.#typing.at(issue)?.row.optInText) ?? false;
    } finally {
      if (!this.isConnected) this.#release();
      else if (this.#isStale) await this.#load();
    }
    if (refusal) sending.showRefusal(refusal, this.#words);
  }

  #emit(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable, detail }));
  }

  /** The page's language. If it is not a valid tag, English. */
  #language() {
    return languageTag(this.closest("[lang]")?.lang ?? "") ?? "en";
  }
}

async function loadWords(tag) {
  // Forms on the page load while this module is evaluated, before the page that imports it can add its own locales.
  await null;
  return (await (locales[knownLanguage(tag, locales)] ?? locales.en)()).default;
}

customElements.define("diner-form", DinerForm);
