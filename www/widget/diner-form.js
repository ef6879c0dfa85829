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
 * It asks for what the restaurant's Setup asks for, checks while the guest types, creates the customer through a
 * gateway (once, however often the same details are sent) and says what became of it. It lives in the light DOM, so
 * that autofill, password managers and the page's own styles reach it. Nothing that was typed is ever lost to an error.
 *
 * Attributes
 * - `microsite` (required): the restaurant's microsite name.
 * - `gateway`: where the gateway is, an origin with an optional path. Default: the page's own origin.
 * - `fields`: what to ask for, separated by spaces or commas, out of the rule table's names; `Address` stands for its
 *   six parts, `Mobile` and `Phone` bring their calling code. Default: DEFAULT_FIELDS. A title only where the Setup has
 *   titles, a custom field only where the Setup lists it, a consent only where the Setup has its wording. Whatever the
 *   remote API insists on is asked for even when it is not named. The order is the rule table's.
 * - `country`: the region, such as `GB`, whose calling code is chosen at first. Default: as the browser's language says.
 * - `lang`: the language, here or on an ancestor; what has no locale file gets English. See `locales`. The direction of
 *   writing is the page's (`dir`).
 *
 * A change of an attribute loads the form anew, after a send that is under way. What was typed stays; a consent stays
 * only with the very wording it was given to, an answer only with the restaurant's own question.
 *
 * Events (all bubble; names in `EVENTS`, exported by `dinerkit/widget`)
 * - `diner-ready`: the form can be filled in. `detail.setup`.
 * - `diner-change`: the guest changed a field. `detail.name`.
 * - `diner-invalid`: a submit was refused, by the rules or by the restaurant. `detail.issues`.
 * - `diner-submit`: about to create the customer; `preventDefault()` stops that. `detail.request` may be changed.
 * - `diner-created`: done. `detail.Id`; `detail.receipts`, one per consent given: see docs/consent.md.
 * - `diner-error`: it could not load or send. `detail.error`, a CustomerApiError as a rule; `detail.during` is "load" or "submit".
 *
 * Slots: children of the element with a `slot` attribute
 * - `before`, `after`: the page's own fields, such as date and party size, kept in the same form before and after the
 *   guest's details. Their native constraints (`required`, `min` …) are honoured. Never sent to the gateway.
 * - `thanks`: shown in place of the widget's own words of thanks.
 * - `help`: shown whenever something went wrong that the guest cannot mend, such as a telephone number to call.
 * - `fallback`: shown where the element does not run, and where it cannot load: a link to the gateway's own page with the
 *   form, see docs/widget.md.
 *
 * Custom properties, to be set on `diner-form` or above: `--diner-accent`, `--diner-on-accent`, `--diner-text`,
 * `--diner-muted`, `--diner-surface`, `--diner-border`, `--diner-error`, `--diner-advice`, `--diner-radius`,
 * `--diner-gap`, `--diner-font`. All rules are in `@layer dinerkit`, so that any rule of the page wins over them.
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

/** The languages there are, each loaded when it is needed. A page may add its own. */
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
// Who reads Norwegian of any kind reads Bokmål better than English.
locales.no = locales.nn = locales.nb;

/** Said when not even the words could be loaded. */
const WITHOUT_WORDS = { loadFailed: "The form could not be loaded.", stillHere: "", retry: "Try again" };

let instances = 0;

export class DinerForm extends HTMLElement {
  static observedAttributes = ["microsite", "gateway", "fields", "country", "lang"];

  #prefix = `diner-${++instances}`;
  #words = WITHOUT_WORDS;
  #typing = new Typing(({ row }) => this.#emit(EVENTS.change, { name: row.name }));
  /** The nodes that stay for the element's life. */
  #parts = null;
  /** @type {OwnControls} */
  #ownControls;
  /** @type {Sending} */
  #sending;
  /** @type {CustomerClient | null} */
  #client = null;
  /** Ends the load that is under way. */
  #loading = null;
  /** True while the form is there to be sent: it was loaded, and is not being loaded anew. */
  #isLoaded = false;
  /** True when an attribute changed while sending: the load waits, so that the answer still finds its client. */
  #isStale = false;

  connectedCallback() {
    if (!this.#parts) this.#build();
    this.#load();
  }

  disconnectedCallback() {
    // Moving the element disconnects it too; that must not end a load.
    queueMicrotask(() => this.isConnected || this.#sending.isUnderWay || this.#release());
  }

  attributeChangedCallback(_name, before, after) {
    if (this.#parts && this.isConnected && before !== after) this.#load();
  }

  /** Lays out the parts, the page's own fields in their places among them. */
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
      // A message that appears now would move the button from under the pointer; submitting shows it anyway.
      if (!field || relatedTarget === button) return;
      // Whoever hears the page has moved on: the message must come after them.
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
      // Owned by the element from here on, so that a release frees it.
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
      enlist: (field) => typing.add(field),
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
   * Loads which numbers exist and how they are grouped, when the first one is about to be typed. Without that there is
   * no advice and no grouping, no more.
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
    // There may be a button that tries again to load the form.
    if (!this.#isLoaded) return this.#parts.failure.querySelector("button")?.focus();
    let refusal;
    try {
      refusal = await sending.submit(this.#client, this.#words, this.#language());
      // A consent may have been to words that the restaurant has changed since: those of now are loaded.
      this.#isStale ||= refusal?.issues.some((issue) => this.#typing.at(issue)?.row.optInText) ?? false;
    } finally {
      if (!this.isConnected) this.#release();
      else if (this.#isStale) await this.#load();
    }
    if (refusal) sending.refused(refusal, this.#words);
  }

  #emit(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable, detail }));
  }

  /** The page's language; what is no tag at all is English. */
  #language() {
    return languageTag(this.closest("[lang]")?.lang ?? "") ?? "en";
  }
}

async function loadWords(tag) {
  // Forms on the page load while this module is evaluated; the one that imports it adds its own locales right after.
  await null;
  return (await (locales[knownLanguage(tag, locales)] ?? locales.en)()).default;
}

customElements.define("diner-form", DinerForm);
