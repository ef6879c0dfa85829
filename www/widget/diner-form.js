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
import init, {
  callingCodes,
  consentReceipts,
  CustomerClient,
  CustomerForm,
  fields,
  formatPhone,
  inspectPhone,
  loadPhoneFormats,
  loadPhones,
  optInNodes,
  randomKey,
} from "dinerkit";
import { likelyRegion, namedRegions } from "./calling-codes.js";
import { element } from "./dom.js";
import { EVENTS } from "./events.js";
import { knownLanguage, languageTag } from "./languages.js";
import {
  CALLING_CODE_OF,
  chosenRows,
  DEFAULT_FIELDS,
  fieldOf,
  layout,
  problemList,
  said,
  thanksText,
} from "./layout.js";
import { fill } from "./message.js";

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

/** What may have become of a send, as errors say it; the locales' words for it have the same names. */
const OUTCOMES = ["notSent", "refused", "unknown"];
const UNKNOWN = "unknown";

/** Said when not even the words could be loaded. */
const WITHOUT_WORDS = { loadFailed: "The form could not be loaded.", stillHere: "", retry: "Try again" };

let instances = 0;

export class DinerForm extends HTMLElement {
  static observedAttributes = ["microsite", "gateway", "fields", "country", "lang"];

  #prefix = `diner-${++instances}`;
  #words = WITHOUT_WORDS;
  /** @type {Map<string, import("./field.js").Field>} */
  #fields = new Map();
  /**
   * What the guest has typed, by field name, and what it answers: outlives the form's state when the form is drawn anew.
   * @type {Map<string, { value: string | boolean, asked: string }>}
   */
  #draft = new Map();
  #setup = {};
  /** The microsite that the Setup is of. */
  #microsite = "";
  /** What takes back that one of the page's own controls was called wrong. */
  #pardons = new Map();
  #sending = false;
  /** True when an attribute changed while sending: the load waits, so that the answer still finds its client. */
  #isStale = false;
  /** What became of a send that failed. Unknown stays unknown until one succeeds: the details may have arrived. */
  #outcome = "";
  /** What was sent, each with the key under which the gateway knows it: sent again, it is not created again. */
  #keys = new Map();
  /** Ends the load that is under way. */
  #loading = null;
  /** @type {CustomerForm | null} */
  #state = null;
  /** @type {CustomerClient | null} */
  #client = null;
  /** The nodes that stay for the element's life. */
  #parts = null;

  connectedCallback() {
    if (!this.#parts) this.#build();
    this.#load();
  }

  disconnectedCallback() {
    // Moving the element disconnects it too; that must not end a load.
    queueMicrotask(() => this.isConnected || this.#sending || this.#release());
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
    this.#parts = { form, summary, failure, help, list, button, status, thanks, fallback, own: [...before, ...after] };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.addEventListener("input", (event) => {
      if (!this.#grouped(event)) this.#typed(event.target);
    });
    form.addEventListener("focusin", ({ target }) => this.#entered(target));
    form.addEventListener("focusout", ({ target, relatedTarget }) => {
      // A message that appears now would move the button from under the pointer; submitting shows it anyway.
      if (relatedTarget !== button) this.#left(target);
    });
    this.append(form, thanks);
  }

  #release() {
    this.#loading?.abort();
    this.#loading = null;
    this.#state?.free();
    this.#state = null;
    this.#client?.free();
    this.#client = null;
  }

  // ------------------------------------------------------------ loading

  async #load() {
    this.#isStale = this.#sending;
    if (this.#isStale) return;
    this.#release();
    const load = new AbortController();
    this.#loading = load;
    const { failure, fallback, form, help } = this.#parts;
    const microsite = this.getAttribute("microsite") ?? "";
    try {
      const words = await loadWords(this.#language());
      if (load.signal.aborted) return;
      this.#words = words;
      form.dataset.state = "loading";
      this.#tell(words.loading);
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
      this.#state = new CustomerForm({ setup });
      this.#setup = setup;
      this.#microsite = microsite;
      const retried = failure.contains(document.activeElement);
      this.#draw();
      this.#showOutcome();
      if (retried) this.#fields.values().next().value?.control.focus();
      this.#emit(EVENTS.ready, { setup });
    } catch (error) {
      if (load.signal.aborted) return;
      const retry = element("button", { class: "diner-retry", type: "button" }, this.#words.retry);
      retry.addEventListener("click", () => this.#load());
      const hadFocus = failure.contains(document.activeElement);
      const { loadFailed, stillHere } = this.#words;
      failure.replaceChildren(element("p", null, `${loadFailed} ${stillHere}`), retry, ...fallback);
      if (hadFocus) retry.focus();
      help.hidden = false;
      this.#emit(EVENTS.error, { error, during: "load" });
    } finally {
      if (!load.signal.aborted) {
        form.dataset.state = "";
        this.#tell("");
      }
    }
  }

  // ------------------------------------------------------------ drawing

  #draw() {
    const words = this.#words;
    const setup = this.#setup;
    const { list, button, summary, thanks } = this.#parts;
    const focused = list.contains(document.activeElement) ? document.activeElement.name : "";
    this.#fields.clear();
    summary.replaceChildren();
    const named = this.getAttribute("fields") ?? DEFAULT_FIELDS;
    const nodes = layout({
      element,
      enlist: (field) => this.#enlist(field),
      words,
      setup,
      rows: chosenRows({ rows: fields(setup), setup, named, optInNodes }),
      prefix: this.#prefix,
      regions: () => namedRegions(callingCodes(), this.#language()),
      country: this.getAttribute("country") ?? likelyRegion(),
      optInNodes,
    });
    list.replaceChildren(...nodes);
    this.#fields.get(focused)?.control.focus();
    button.hidden = false;
    if (!thanks.children.length) {
      const title = element("p", { class: "diner-thanks-title" }, words.thanks);
      thanks.append(title, element("p", null, thanksText(setup, words)));
    }
    this.#show();
  }

  /** From now on the field is checked; it starts with what the guest had typed before, if it still asks the same. */
  #enlist(field) {
    const { row } = field;
    this.#fields.set(row.name, field);
    const kept = this.#draft.get(row.name);
    if (kept?.asked === this.#asked(row)) field.value = kept.value;
    // The country that is chosen at first.
    else if (row.kind !== "callingCode" || !field.value) return;
    this.#keep(field);
  }

  /** What a field's value answers: this restaurant's wording or question; nothing in particular for all other fields. */
  #asked(row) {
    const question = row.optInText ? this.#setup[row.optInText] : row.label;
    return question === undefined ? "" : JSON.stringify([this.#microsite, question]);
  }

  // ------------------------------------------------------------ typing

  #fieldOf(control) {
    const field = this.#fields.get(control.name);
    return field?.control === control ? field : undefined;
  }

  #typed(control) {
    const field = this.#fieldOf(control);
    if (!field) {
      // One of the page's own: it is no longer wrong once the browser accepts it.
      const key = ownKey(control);
      if (isWrong(control)) return;
      this.#pardons.get(key)?.();
      this.#pardons.delete(key);
      return;
    }
    field.edited = true;
    this.#keep(field);
    this.#show();
    this.#emit(EVENTS.change, { name: field.row.name });
  }

  /**
   * Hands a field's value to the rules, and a consent's wording with it: the one cannot go without the other.
   * While the form is loaded anew there are none to hand it to: they get it when the field is drawn.
   */
  #keep({ row, value }) {
    this.#draft.set(row.name, { value, asked: this.#asked(row) });
    this.#state?.set(row.name, value);
    if (row.optInText) this.#state?.set(row.optInText, value ? this.#setup[row.optInText] : "");
  }

  /**
   * Which numbers exist and how they are grouped is loaded when the first one is about to be typed. Without it there
   * is no advice and no grouping, no more.
   */
  #entered(control) {
    if (this.#fieldOf(control)?.row.kind !== "phone") return;
    loadPhoneFormats().catch(() => {});
    loadPhones().then(
      () => this.#show(),
      () => {},
    );
  }

  /** A number as printed: its text in groups. */
  #inGroups({ row, value }) {
    return formatPhone(this.#fields.get(CALLING_CODE_OF[row.name])?.value, value).text;
  }

  /**
   * Groups a number while it is typed, but only at its end and only what was put in: whoever edits the middle, takes
   * something back or composes is left alone. True when the text has changed, which is an input of its own.
   */
  #grouped({ target, inputType, isComposing }) {
    const field = this.#fieldOf(target);
    if (field?.row.kind !== "phone" || isComposing || !inputType?.startsWith("insert")) return false;
    if (target.selectionStart !== target.value.length || target !== document.activeElement) return false;
    const text = this.#inGroups(field);
    return text !== target.value && field.replace(text);
  }

  #left(control) {
    const field = this.#fieldOf(control);
    if (!field?.edited) return;
    field.seen = true;
    if (field.row.kind === "phone") {
      this.#followNumber(field);
      // What was edited in the middle has waited for this.
      const text = this.#inGroups(field);
      if (text !== field.value) {
        field.value = text;
        this.#keep(field);
      }
    }
    // Whoever hears the page has moved on: the message must come after them.
    if (this.#show().has(field)) this.#tell(this.#about(field.name) + field.message);
  }

  /** A number that was typed with its own calling code chooses the country, so that the two never disagree. */
  #followNumber({ row, value }) {
    const code = this.#fields.get(CALLING_CODE_OF[row.name]);
    if (!code || !/^\s*(\+|00)/.test(value)) return;
    const { callingCode } = inspectPhone(code.value, value);
    if (!callingCode || code.value === `+${callingCode}`) return;
    code.value = `+${callingCode}`;
    this.#keep(code);
  }

  /** Browsers may fill a field in without an event. */
  #takeFilled(field) {
    const { row, value, blank } = field;
    if (value === (this.#state.get(row.name) ?? blank)) return;
    this.#keep(field);
    if (row.kind === "phone") this.#followNumber(field);
  }

  /** Brings the messages up to date, where there are rules to ask; returns the fields that now say something new. */
  #show() {
    const changed = new Set();
    if (!this.#state) return changed;
    const issues = this.#state.check();
    for (const field of this.#fields.values()) {
      const mine = field.seen ? issues.filter((issue) => this.#at(issue) === field) : [];
      const error = mine.find(({ severity }) => severity === "error");
      const advice = error ? undefined : mine[0];
      const isNew = field.say(
        error && this.#message(error),
        advice && this.#message(advice),
        ...(advice?.params.suggestion ? [this.#suggestion(field, advice.params.suggestion)] : []),
      );
      if (isNew) changed.add(field);
    }
    return changed;
  }

  #at(issue) {
    return fieldOf(issue, this.#fields);
  }

  #message(issue) {
    return said(issue, this.#at(issue), this.#words);
  }

  #about(name) {
    return fill(this.#words.about, { name });
  }

  /** One tap takes the suggestion. An e-mail suggestion is the corrected domain. */
  #suggestion(field, suggestion) {
    const better = field.row.kind === "email" ? field.value.replace(/@[^@]*$/, `@${suggestion}`) : suggestion;
    const button = element("button", { class: "diner-use", type: "button" }, fill(this.#words.use, { value: better }));
    button.addEventListener("click", () => {
      field.value = better;
      field.control.focus();
      this.#typed(field.control);
    });
    return button;
  }

  // ------------------------------------------------------------ sending

  async #submit() {
    if (this.#sending) return;
    const { button, failure, help, summary } = this.#parts;
    // Not loaded: there may be a button that tries again.
    if (!this.#state) return failure.querySelector("button")?.focus();
    for (const field of this.#fields.values()) {
      field.seen = true;
      this.#takeFilled(field);
    }
    this.#state.setServerIssues([]);
    if (this.#outcome !== UNKNOWN) {
      this.#outcome = "";
      this.#showOutcome();
    }
    this.#show();
    const issues = this.#state.check().filter(({ severity }) => severity === "error");
    const own = this.#ownProblems();
    if (issues.length || own.length) return this.#refuse(issues, own);
    summary.replaceChildren();
    const request = this.#state.request();

    // From here on nothing that the page does to the element may end the send.
    this.#sending = true;
    let answer;
    try {
      if (!this.#emit(EVENTS.submit, { request }, true)) return;
      button.setAttribute("aria-disabled", "true");
      button.textContent = this.#words.sending;
      failure.replaceChildren();
      help.hidden = true;
      this.#tell(this.#words.sending);
      // What the guest agreed to is on record as of now: the page may be another when the answer comes.
      const receipts = consentReceipts(request, { locale: this.#language() });
      // No booking fails for its receipts.
      const settled = receipts.catch((error) => (reportError(error), []));
      const sent = JSON.stringify(request);
      const idempotencyKey = this.#keys.get(sent) ?? randomKey();
      this.#keys.set(sent, idempotencyKey);
      const { Id } = await this.#client.create(request, { idempotencyKey });
      this.#outcome = "";
      this.#showOutcome();
      this.#thank();
      this.#emit(EVENTS.created, { Id, receipts: await settled });
    } catch (error) {
      const isAnswer = error?.code === "validation";
      if (!isAnswer && this.#outcome !== UNKNOWN)
        this.#outcome = OUTCOMES.includes(error?.outcome) ? error.outcome : UNKNOWN;
      this.#showOutcome();
      if (isAnswer) {
        answer = error;
        // A consent may have been to words that the restaurant has changed since: those of now are loaded.
        this.#isStale ||= error.issues.some((issue) => this.#at(issue)?.row.optInText);
      } else {
        // Whoever sent from a field in the middle of a small screen would not see it otherwise.
        failure.scrollIntoView({ block: "nearest" });
        this.#emit(EVENTS.error, { error, during: "submit" });
      }
    } finally {
      this.#sending = false;
      button.removeAttribute("aria-disabled");
      this.#tell("");
      if (!this.isConnected) this.#release();
      else if (this.#isStale) await this.#load();
    }
    if (answer) this.#answered(answer);
  }

  /** The restaurant's system has its own opinion: shown like any other, until the guest changes that field. */
  #answered({ issues, unmapped = [] }) {
    for (const field of this.#fields.values()) field.seen = true;
    this.#state?.setServerIssues(issues);
    this.#show();
    this.#refuse(
      issues,
      unmapped.map(({ ErrorMessage }) => ({ text: ErrorMessage })),
    );
  }

  /** The page's own controls that the browser finds wrong, in its words; radio buttons of one name are one. */
  #ownProblems() {
    for (const pardon of this.#pardons.values()) pardon();
    this.#pardons.clear();
    const wrong = new Map();
    for (const control of this.#parts.own.flatMap((node) => [node, ...node.querySelectorAll("*")]).filter(isWrong)) {
      const key = ownKey(control);
      wrong.set(key, [...(wrong.get(key) ?? []), control]);
    }
    return [...wrong].map(([key, controls], index) => {
      const [control] = controls;
      const id = `${this.#prefix}-own-${index}`;
      control.id ||= id;
      const messageId = `${id}-message`;
      const pardons = controls.map((each) => blame(each, messageId));
      this.#pardons.set(key, () => pardons.forEach((pardon) => pardon()));
      const legend = isRadio(control) && control.closest("fieldset")?.querySelector("legend");
      const name = (legend || control.labels?.[0])?.textContent.trim() || control.name;
      return { control, name, text: control.validationMessage, messageId };
    });
  }

  /** Lists what is wrong, in the order of the page, each with a link, and takes the guest to the first. */
  #refuse(issues, others) {
    const mine = issues.map((issue) => {
      const field = this.#at(issue);
      const text = this.#message(issue);
      return { control: field?.control, name: field?.name, text };
    });
    const problems = [...mine, ...others];
    const place = ({ control }) => control ?? this.#parts.summary;
    problems.sort((a, b) => (place(a).compareDocumentPosition(place(b)) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1));
    const { summary } = this.#parts;
    const linked = problems.filter(({ control }) => control);
    summary.replaceChildren(
      ...problemList(
        element,
        problems.map((problem) => ({ ...problem, id: problem.control?.id })),
        this.#words,
      ),
    );
    summary.querySelectorAll("a").forEach((link, index) =>
      link.addEventListener("click", (event) => {
        event.preventDefault();
        reveal(linked[index].control);
      }),
    );
    if (linked.length) reveal(linked[0].control);
    this.#emit(EVENTS.invalid, { issues });
  }

  #thank() {
    const { form, thanks } = this.#parts;
    form.hidden = true;
    thanks.hidden = false;
    thanks.focus();
  }

  // ------------------------------------------------------------ telling

  /** What became of the last send, if it failed, and what the button then does. */
  #showOutcome() {
    const { button, failure, help } = this.#parts;
    const words = this.#words;
    const text = words[this.#outcome];
    failure.replaceChildren(...(text ? [element("p", null, text)] : []));
    help.hidden = !text;
    button.textContent = this.#outcome === UNKNOWN ? words.sendAgain : words.send;
  }

  #tell(text) {
    this.#parts.status.textContent = text;
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

function isRadio({ type }) {
  return type === "radio";
}

/** What one of the page's own controls is called wrong as: itself or, for radio buttons, all of its name. */
function ownKey(control) {
  return isRadio(control) ? control.name : control;
}

/** Whether the browser finds a control wrong. One that fails when asked is the page's to mend, and stops no guest. */
function isWrong(control) {
  try {
    return control.willValidate === true && !control.validity.valid;
  } catch (error) {
    reportError(error);
    return false;
  }
}

/** Marks a control as wrong, described by a message; returns what takes that back. */
function blame(control, messageId) {
  const described = control.getAttribute("aria-describedby");
  control.setAttribute("aria-describedby", described ? `${described} ${messageId}` : messageId);
  // ARIA knows no invalid radio button, only a group of them.
  if (!isRadio(control)) control.setAttribute("aria-invalid", "true");
  return () => {
    control.removeAttribute("aria-invalid");
    if (described === null) control.removeAttribute("aria-describedby");
    else control.setAttribute("aria-describedby", described);
  };
}

/** Takes the guest to a control, also one inside a closed `<details>`. */
function reveal(control) {
  const details = control.closest("details");
  if (details) details.open = true;
  control.focus();
}

customElements.define("diner-form", DinerForm);
