/**
 * For restaurants' web pages: the personal-details step of a booking.
 *
 * ```html
 * <link rel="stylesheet" href="diner-form.css" />
 * <script type="module" src="diner-form.js"></script>
 * <diner-form microsite="oak-and-salt" gateway="https://booking.example"></diner-form>
 * ```
 *
 * It asks for what the restaurant's Setup asks for, checks while the guest types, creates the customer through a
 * gateway and says what became of it. It lives in the light DOM, so that autofill, password managers and the page's
 * own styles reach it. Nothing that was typed is ever lost to an error.
 *
 * Attributes
 * - `microsite` (required): the restaurant's microsite name.
 * - `gateway`: where the gateway is, an origin with an optional path. Default: the page's own origin.
 * - `fields`: what to ask for, separated by spaces, out of the rule table's names; `Address` stands for its six parts,
 *   `Mobile` and `Phone` bring their calling code. Default: DEFAULT_FIELDS. A title only where the Setup has titles,
 *   a custom field only where the Setup lists it, a consent only where the Setup has its wording. Whatever the remote
 *   API insists on is asked for even when it is not named. The order is the rule table's.
 * - `country`: the region, such as `GB`, whose calling code is chosen at first. Default: as the browser's language says.
 * - `lang`: the language, here or on an ancestor; what has no locale file gets English. See `locales`.
 *
 * Events (all bubble; names in `EVENTS`)
 * - `diner-ready`: the form can be filled in. `detail.setup`.
 * - `diner-change`: the guest changed a field. `detail.name`.
 * - `diner-invalid`: a submit was refused, by the rules or by the restaurant. `detail.issues`.
 * - `diner-submit`: about to create the customer; `preventDefault()` stops that. `detail.request` may be changed.
 * - `diner-created`: done. `detail.Id`.
 * - `diner-error`: it could not load or send. `detail.error`, a CustomerApiError as a rule; `detail.during` is "load" or "submit".
 *
 * Slots: children of the element with a `slot` attribute
 * - `before`, `after`: the page's own fields, such as date and party size, kept in the same form before and after the
 *   guest's details. Their native constraints (`required`, `min` …) are honoured. Never sent to the gateway.
 * - `thanks`: shown in place of the widget's own words of thanks.
 * - `help`: shown whenever something went wrong that the guest cannot mend, such as a telephone number to call.
 *
 * Custom properties, to be set on `diner-form` or above: `--diner-accent`, `--diner-on-accent`, `--diner-text`,
 * `--diner-muted`, `--diner-surface`, `--diner-border`, `--diner-error`, `--diner-advice`, `--diner-radius`,
 * `--diner-gap`, `--diner-font`. All rules are in `@layer dinerkit`, so that any rule of the page wins over them.
 */
import init, { CustomerClient, CustomerForm, fields, inspectPhone, loadPhones, optInNodes } from "dinerkit";
import { callingCodes, likelyRegion } from "./calling-codes.js";
import { element, fill, optInContent } from "./dom.js";
import { EVENTS } from "./events.js";
import { Field } from "./field.js";

export { EVENTS };

/** What is asked for when the page does not say. Every field more costs a restaurant guests. */
export const DEFAULT_FIELDS =
  "Title FirstName Surname Email Mobile Field1 Field2 Field3 Field4 Field5 ReceiveEmailMarketing ReceiveSmsMarketing " +
  "ReceiveRestaurantEmailMarketing ReceiveRestaurantSmsMarketing";

/** The languages there are, each loaded when it is needed. A page may add its own. */
export const locales = { en: () => import("./locales/en.js") };

/** Said when not even the words could be loaded. */
const WITHOUT_WORDS = { loadFailed: "The form could not be loaded.", retry: "Try again" };

/** The calling code that belongs to a number's field. */
const CALLING_CODE_OF = { Mobile: "MobileCountryCode", Phone: "PhoneCountryCode" };

let instances = 0;

export class DinerForm extends HTMLElement {
  static observedAttributes = ["microsite", "gateway", "fields", "country", "lang"];

  #prefix = `diner-${++instances}`;
  #words = WITHOUT_WORDS;
  /** @type {Map<string, Field>} */
  #fields = new Map();
  /** What the guest has typed, by field name: outlives the form's state when the form is drawn anew. */
  #draft = {};
  #setup = {};
  /** What the restaurant's system refused, until the guest changes that field. */
  #refused = [];
  #sending = false;
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
    queueMicrotask(() => this.isConnected || this.#release());
  }

  attributeChangedCallback(_name, before, after) {
    if (this.#parts && before !== after) this.#load();
  }

  /** Lays out the parts, the page's own fields in their places among them. */
  #build() {
    const slotted = (name) => [...this.querySelectorAll(`:scope > [slot="${name}"]`)];
    const [before, after] = [slotted("before"), slotted("after")];
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
    this.#parts = { form, summary, failure, help, list, button, status, thanks, own: [...before, ...after] };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.addEventListener("input", ({ target }) => this.#typed(target));
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
    this.#release();
    const load = new AbortController();
    this.#loading = load;
    const { failure, form, help } = this.#parts;
    try {
      const words = await loadWords(this.closest("[lang]")?.lang ?? "");
      if (load.signal.aborted) return;
      this.#words = words;
      form.dataset.state = "loading";
      this.#tell(words.loading);
      await init();
      const client = new CustomerClient({
        baseUrl: new URL(this.getAttribute("gateway") || "/", document.baseURI).href,
        microsite: this.getAttribute("microsite") ?? "",
      });
      // Owned by the element from here on, so that a release frees it.
      if (load.signal.aborted) return client.free();
      this.#client = client;
      const setup = await client.setup({ signal: load.signal });
      if (load.signal.aborted) return;
      this.#state = new CustomerForm({ setup });
      this.#setup = setup;
      this.#draw();
      const retried = failure.contains(document.activeElement);
      failure.replaceChildren();
      help.hidden = true;
      if (retried) this.#fields.values().next().value?.control.focus();
      this.#emit(EVENTS.ready, { setup });
    } catch (error) {
      if (load.signal.aborted) return;
      const retry = element("button", { class: "diner-retry", type: "button" }, this.#words.retry);
      retry.addEventListener("click", () => this.#load());
      const hadFocus = failure.contains(document.activeElement);
      failure.replaceChildren(element("p", null, this.#words.loadFailed), retry);
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
    const { list, button, thanks } = this.#parts;
    this.#fields.clear();
    const rows = chosenRows(setup, this.getAttribute("fields") ?? DEFAULT_FIELDS);
    const nodes = [];
    for (const row of rows) {
      if (row.optInText || row.path.length > 1) continue;
      const field = this.#field(row, rows);
      if (row.kind === "phone") {
        // The country stands before its number, in one line where there is room.
        const code = this.#fields.get(CALLING_CODE_OF[row.name]);
        nodes.push(element("div", { class: "diner-pair" }, code ? code.node : null, field.node));
      } else if (row.kind !== "callingCode") nodes.push(field.node);
    }
    const address = rows.filter((row) => row.path.length > 1);
    if (address.length) nodes.push(this.#address(address));
    const consents = rows.filter((row) => row.optInText);
    if (consents.length) nodes.push(this.#consents(consents));
    list.replaceChildren(...nodes);
    button.textContent = words.send;
    button.hidden = false;
    if (!thanks.children.length) {
      const text = fill(words.thanksText, { restaurant: setup.Name || words.restaurant });
      thanks.append(element("p", { class: "diner-thanks-title" }, words.thanks), element("p", null, text));
    }
    this.#show();
  }

  #field(row, rows = [row]) {
    const words = this.#words;
    const isEither = row.required === "oneOf" && rows.filter(({ kind }) => kind === "phone").length > 1;
    const isRequired = row.required === "always" || (row.kind === "phone" && row.required === "oneOf" && !isEither);
    const field = new Field(isRequired ? { ...row, required: "always" } : row, {
      id: `${this.#prefix}-${row.name.replace(".", "-")}`,
      label: row.label ?? words.labels[row.name] ?? row.name,
      hint: (isEither && words.eitherPhone) || words.hints[row.name],
      mark: isRequired ? words.required : "",
      options: this.#options(row),
    });
    this.#enlist(field);
    if (row.kind === "callingCode" && !field.control.selectedIndex) {
      const region = this.getAttribute("country") ?? likelyRegion();
      const chosen = field.control.querySelector(`[data-region="${region}"]`);
      if (chosen) {
        chosen.selected = true;
        this.#keep(field);
      }
    }
    return field;
  }

  /** From now on the field is checked; it starts with what the guest had typed before. */
  #enlist(field) {
    this.#fields.set(field.row.name, field);
    if (!(field.row.name in this.#draft)) return;
    field.value = this.#draft[field.row.name];
    this.#keep(field);
  }

  #options({ kind, name }) {
    const words = this.#words;
    if (kind === "callingCode") {
      const regions = callingCodes(this.#language()).map(({ region, code, name }) =>
        element("option", { value: `+${code}`, "data-region": region }, `${name} (+${code})`),
      );
      return [element("option", { value: "" }, words.choose), ...regions];
    }
    const titles = name === "Title" && this.#setup.Titles;
    if (titles?.length) {
      return [element("option", { value: "" }, words.none), ...titles.map((title) => element("option", null, title))];
    }
    return undefined;
  }

  #address(rows) {
    const words = this.#words;
    const parts = rows.map((row) => this.#field(row).node);
    const isOpen = rows.some(({ name, required }) => this.#draft[name] || required === "always");
    const mark = element("span", { class: "diner-mark" }, words.optional);
    // A fieldset names the group for those who hear it; the summary is its visible name.
    return element(
      "details",
      { class: "diner-address", open: isOpen },
      element("summary", null, words.labels.Address, " ", mark),
      element("fieldset", { "aria-label": words.labels.Address }, ...parts),
    );
  }

  /** One group per wording: e-mail and SMS mostly share theirs, which is then shown once, with two boxes. */
  #consents(rows) {
    const words = this.#words;
    const wordings = new Map();
    for (const row of rows) {
      const wording = this.#setup[row.optInText];
      wordings.set(wording, [...(wordings.get(wording) ?? []), row]);
    }
    const groups = [...wordings].map(([wording, group]) => {
      const boxes = group.map((row) => this.#field(row).node);
      return element("fieldset", null, element("legend", null, ...optInContent(optInNodes(wording))), ...boxes);
    });
    return element("fieldset", { class: "diner-consents" }, element("legend", null, words.consents), ...groups);
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
      if (control.validity?.valid) control.removeAttribute("aria-invalid");
      return;
    }
    field.edited = true;
    this.#refused = this.#refused.filter((issue) => issue.path.join(".") !== field.row.name);
    this.#keep(field);
    this.#show();
    this.#emit(EVENTS.change, { name: field.row.name });
  }

  /** Hands a field's value to the rules, and a consent's wording with it: the one cannot go without the other. */
  #keep({ row, value }) {
    this.#draft[row.name] = value;
    this.#state.set(row.name, value);
    if (row.optInText) this.#state.set(row.optInText, value ? this.#setup[row.optInText] : "");
  }

  /** Which numbers exist is loaded when the first one is about to be typed. Without it there is no advice, no more. */
  #entered(control) {
    if (this.#fieldOf(control)?.row.kind === "phone")
      loadPhones().then(
        () => this.#show(),
        () => {},
      );
  }

  #left(control) {
    const field = this.#fieldOf(control);
    if (!field?.edited) return;
    field.seen = true;
    if (field.row.kind === "phone") this.#followNumber(field);
    // Whoever hears the page has moved on: the message must come after them.
    if (this.#show().has(field)) this.#tell(`${field.name}: ${field.message}`);
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

  /** Brings the messages up to date; returns the fields that now say something new. */
  #show() {
    const issues = this.#issues();
    const changed = new Set();
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

  #issues() {
    return [...this.#state.check(), ...this.#refused];
  }

  /** The field at which an issue is shown: a consent's wording has none of its own. */
  #at({ path }) {
    const name = path.join(".");
    return this.#fields.get(name) ?? [...this.#fields.values()].find(({ row }) => row.optInText === name);
  }

  #message(issue) {
    const { messages } = this.#words;
    const isOnlyPhone = issue.code === "phone_required" && this.#at(issue)?.row.required === "always";
    const code = isOnlyPhone ? "required" : issue.code;
    return fill(messages[`${code}.${issue.path.join(".")}`] ?? messages[code] ?? issue.message, issue.params);
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
    if (this.#sending || !this.#state) return;
    const { button, failure, help, summary } = this.#parts;
    for (const field of this.#fields.values()) field.seen = true;
    this.#refused = [];
    failure.replaceChildren();
    help.hidden = true;
    this.#show();
    const issues = this.#issues().filter(({ severity }) => severity === "error");
    const own = this.#ownProblems();
    if (issues.length || own.length) return this.#refuse(issues, own);
    summary.replaceChildren();
    const request = this.#state.request();
    if (!this.#emit(EVENTS.submit, { request }, true)) return;

    this.#sending = true;
    button.setAttribute("aria-disabled", "true");
    button.textContent = this.#words.sending;
    this.#tell(this.#words.sending);
    let label = this.#words.send;
    try {
      const { Id } = await this.#client.create(request);
      this.#thank();
      this.#emit(EVENTS.created, { Id });
    } catch (error) {
      this.#tell("");
      if (error?.outcome === "unknown") label = this.#words.sendAgain;
      if (error?.code === "validation") this.#answered(error);
      else {
        failure.replaceChildren(element("p", null, this.#words[error?.outcome] ?? this.#words.unknown));
        help.hidden = false;
        // Whoever sent from a field in the middle of a small screen would not see it otherwise.
        failure.scrollIntoView({ block: "nearest" });
        this.#emit(EVENTS.error, { error, during: "submit" });
      }
    } finally {
      this.#sending = false;
      button.removeAttribute("aria-disabled");
      button.textContent = label;
    }
  }

  /** The restaurant's system has its own opinion: shown like any other, until the guest changes that field. */
  #answered({ issues, unmapped }) {
    this.#refused = issues;
    this.#show();
    this.#refuse(
      issues,
      unmapped.map(({ ErrorMessage }) => ({ text: ErrorMessage })),
    );
  }

  /** The page's own fields that the browser finds wrong, in its words. */
  #ownProblems() {
    const controls = this.#parts.own.flatMap((node) => [node, ...node.querySelectorAll("input, select, textarea")]);
    return controls
      .filter((control) => control.willValidate && !control.validity.valid)
      .map((control) => {
        control.setAttribute("aria-invalid", "true");
        control.id ||= `${this.#prefix}-own-${control.name}`;
        const label = control.labels[0]?.textContent.trim() ?? control.name;
        return { control, text: `${label}: ${control.validationMessage}` };
      });
  }

  /** Lists what is wrong, in the order of the page, each with a link, and takes the guest to the first. */
  #refuse(issues, others) {
    const mine = issues.map((issue) => {
      const field = this.#at(issue);
      const text = this.#message(issue);
      return { control: field?.control, text: field ? `${field.name}: ${text}` : text };
    });
    const problems = [...mine, ...others];
    const place = ({ control }) => control ?? this.#parts.summary;
    problems.sort((a, b) => (place(a).compareDocumentPosition(place(b)) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1));
    const words = this.#words.problems;
    const title = words[new Intl.PluralRules(this.#language()).select(problems.length)] ?? words.other;
    const items = problems.map(({ control, text }) => {
      if (!control) return element("li", null, text);
      const link = element("a", { href: `#${control.id}` }, text);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        reveal(control);
      });
      return element("li", null, link);
    });
    this.#parts.summary.replaceChildren(
      element("p", null, fill(title, { count: problems.length })),
      element("ul", null, ...items),
    );
    const first = problems.find(({ control }) => control);
    if (first) reveal(first.control);
    this.#emit(EVENTS.invalid, { issues });
  }

  #thank() {
    const { form, thanks } = this.#parts;
    form.hidden = true;
    thanks.hidden = false;
    thanks.focus();
  }

  // ------------------------------------------------------------ telling

  #tell(text) {
    this.#parts.status.textContent = text;
  }

  #emit(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable, detail }));
  }

  #language() {
    return this.closest("[lang]")?.lang || "en";
  }
}

/** The rows to ask for: named by the page or insisted on by the remote API, and possible with this Setup. */
function chosenRows(setup, named) {
  const names = new Set(named.split(/\s+/));
  const rows = fields(setup).filter(({ writableBy }) => writableBy === "guest");
  const asksPhone = rows.some(({ kind, name }) => kind === "phone" && names.has(name));
  if (!asksPhone && rows.some(({ required }) => required === "oneOf")) names.add("Mobile");
  for (const [phone, code] of Object.entries(CALLING_CODE_OF)) if (names.has(phone)) names.add(code);
  return rows.filter((row) => {
    if (row.required === "always") return true;
    if (row.optInText) return names.has(row.name) && setup[row.optInText];
    if (row.name === "Title" && !setup.Titles?.length) return false;
    return names.has(row.name) || (row.path.length > 1 && names.has(row.path[0]));
  });
}

async function loadWords(tag) {
  const load = locales[tag] ?? locales[tag.split("-")[0]] ?? locales.en;
  return (await load()).default;
}

/** Takes the guest to a control, also one inside a closed `<details>`. */
function reveal(control) {
  const details = control.closest("details");
  if (details) details.open = true;
  control.focus();
}

customElements.define("diner-form", DinerForm);
