/**
 * For the two scripts of the widget, the gateway's (served.js) and the package's (diner-form.js): the element itself.
 * What pages may rely on stands in diner-form.js.
 *
 * The element draws the fields and keeps what is typed into them. All that a guest needs once there are fields, the
 * checks, the messages and the sending, is in the later script (controller.js), so that the first field waits for as
 * few bytes as can be.
 *
 * The element has one owner for each child. A shadow root with nothing but slots decides where a child is seen; a child
 * that the page or its framework made stays where it is. The form itself is in *places*, children of the element's own
 * or empty ones that a framework's wrapper has written, because a framework that takes over a page's HTML removes what it
 * does not know.
 */
import { ROWS, VERSION, YES } from "../../pkg/dist/fields.js";
import { CALLING_CODES } from "../../pkg/dist/guest-data.js";
import { fieldsOf } from "../../pkg/lib/fields.js";
import { adoptStyle } from "./adopted-style.js";
import { LOADED_ATTRIBUTES, OTHER_ATTRIBUTES, reflect } from "./attributes.js";
import { likelyRegions } from "./calling-codes.js";
import { element } from "./dom.js";
import { DrawnFields } from "./drawn-fields.js";
import { EVENTS } from "./events.js";
import { caretOf, focusAgain } from "./focus.js";
import { keptSetup } from "./kept-setup.js";
import { knownLanguage, languageTag } from "./languages.js";
import { chosenRows, DEFAULT_FIELDS, layout, optInNodesOf } from "./layout.js";
import { HELP_MS } from "./patience.js";
import { beginSetup } from "./request.js";
import { PLACES, SLOTS, THANKS } from "./slots.js";
import { afterPaint, within } from "./waiting.js";

/** How long the form waits for its language before it is shown in English. */
const LANGUAGE_MS = 4000;
/** How long the form waits for the later script, without which it can't be sent. */
const LATER_MS = 30_000;
/** How long the form waits for the rules. After that, the gateway alone applies them. */
const RULES_MS = 10_000;
/** How long the button waits for the parts of the form that come with the Setup, so that it does not move. */
const BUTTON_MS = 4000;
/** How long the text of a removed element is for the one that a framework makes in its stead. */
const HANDED_OVER_MS = 3000;

/** The places among the element's children. */
const PLACE = ":scope > [data-diner-place]";

let instances = 0;

/**
 * The forms on the page, and those that were removed a moment ago, whose text is for the ones that are made in their stead.
 * A form may hear that it was removed after the new one hears that it was added, if the page sets HTML.
 */
const forms = new Set();

/**
 * Makes the element's class.
 *
 * - `gateway`: the gateway's address if the attribute names none; empty for the page's own origin.
 * - `locales`: for each tag a function that loads the language, and `en` among them. Those that are in two files have a
 *   function `first`, which loads the first of them alone.
 * - `english`: the words that are there at once.
 * - `later`: loads the later part of the widget, see later.js, with the function `loadRules`.
 * - `files`: what `loadRules` takes, if the files of the rules are fetched beside the later part.
 * - `hydrated`: resolves once no framework may be about to take over the page's HTML. The form is built then, or as soon
 *   as the wrapper's places are there. Without it, the form is built as soon as the element is there.
 */
export function makeDinerForm({ gateway, locales, english, later, files, hydrated }) {
  // Readers of any kind of Norwegian get Bokmål, which they read better than English.
  locales.no = locales.nn = locales.nb;
  class DinerForm extends (globalThis.HTMLElement ?? class {}) {
    static formAssociated = true;
    static observedAttributes = [...LOADED_ATTRIBUTES, ...OTHER_ATTRIBUTES];
    /** The languages. A page may add its own. */
    static locales = locales;

    #prefix = `diner-${++instances}`;
    #words = english.words;
    #drawn = new DrawnFields();
    /** What checks and sends the form; undefined until the later script is there. */
    #controller;
    /** The nodes that are made once and kept. */
    #parts = null;
    /** The nodes of each place. */
    #contents;
    /** The slots by their names. */
    #slots = new Map();
    /** What the later script exports, once it is there. */
    #later = {};
    /** What the look of the drawn fields depends on: for the whole form, and for each field by its name. */
    #looks = { form: "", fields: new Map() };
    /** The invisible copy of the consents, in the space that they will take. */
    #reserved = [];
    /** The control of this form that had the focus last, if it has not been left. */
    #focused = null;
    /** Aborts the load that is running. */
    #loading = null;
    /** The timer that shows the button, if the Setup is late. */
    #late;
    /** The timer that shows the page's help, if the form is late. */
    #patience;
    /** The load that was begun last. */
    #load = Promise.resolve();
    /** True while the form can be sent: it is loaded, and is not being loaded again. */
    #isLoaded = false;
    /** True while a submit waits for the form to be loaded. */
    #isWaiting = false;
    /** The result of the send that is under way, or that waits for the form to be loaded. */
    #result;
    /** Ends the wait of a submit for the form to be built. */
    #whenBegun;
    /** Why the form could not be loaded. */
    #failure;
    /** The value that the page has set while there was no controller. */
    #given;
    /** ElementInternals, which not every DOM has. */
    #internals = this.attachInternals?.();
    /** The page's form that the element takes part in. */
    #hostForm = null;
    /** True if an attribute changed during a send. The form is loaded again after the send, which needs its address. */
    #isStale = false;
    /** True until the form is whole for the first time: what an element held that was removed is for a new one. */
    #isNew = true;
    /** The language in which the form was loaded last. */
    #spoken;
    /** Sees the attribute `lang` of the element and of its ancestors. */
    #ancestors = new MutationObserver(() => this.#follow());
    /** Sees what the page does to the places. */
    #places = new MutationObserver(() => this.#settle());

    constructor() {
      super();
      // A copy of the element has copies of its nodes, with what was typed. Turbo keeps such a copy of the page, and counts
      // the lists of choices in it.
      for (const place of this.querySelectorAll(PLACE)) place.replaceChildren(...place.querySelectorAll("select"));
    }

    connectedCallback() {
      // What a page has set before the element was defined hides the properties of the class.
      for (const name of Object.keys(this)) {
        const value = this[name];
        if (name in DinerForm.prototype && delete this[name]) this[name] = value;
      }
      adoptStyle(this.getRootNode());
      this.#ancestors.disconnect();
      for (let node = this; node; node = node.parentNode ?? node.host) {
        this.#ancestors.observe(node, { attributeFilter: ["lang"] });
      }
      if (this.#parts) {
        this.#house();
        adoptStyle(this.shadowRoot);
        if (forms.has(this) && this.#focused) focusAgain(this.#focused, caretOf(this.#focused));
        forms.add(this);
        if (this.#isLoaded || this.#loading) this.#follow();
        else this.#reload();
        return;
      }
      if (!hydrated || this.#placeOf("fields")) this.#begin();
      else hydrated().then(() => this.#parts || !this.isConnected || this.#begin());
    }

    disconnectedCallback() {
      if (!this.#parts) return;
      setTimeout(() => this.isConnected || forms.delete(this), HANDED_OVER_MS);
      // Moving the element disconnects it for a moment, which must not abort a load.
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#house();
        if (this.#loading && !this.#isSending) this.#release();
      });
    }

    attributeChangedCallback(name, before, after) {
      if (!this.#parts || before === after) return;
      this.#controller?.attributeChanged();
      if (!LOADED_ATTRIBUTES.includes(name)) return;
      if (this.isConnected) this.#reload();
      else if (!this.#isSending) this.#release();
    }

    /** Loads the form anew if the page has another language now. */
    #follow() {
      if (this.#parts && this.isConnected && this.#language() !== this.#spoken) this.#reload();
    }

    // ---------------------------------------------------------- a control of a form

    get form() {
      return this.#hostForm;
    }

    get value() {
      return this.#controller ? this.#controller.formControl.value : (this.#given ?? {});
    }

    set value(value) {
      if (this.#controller) this.#controller.formControl.value = value;
      else this.#given = value;
    }

    checkValidity() {
      return this.#isLoaded && this.#controller.formControl.checkValidity();
    }

    reportValidity() {
      return this.#isLoaded && this.#controller.report();
    }

    /** A page may set a function or a text of its own in its place. */
    challenge() {}

    submit() {
      return (this.#result ??= this.#send().finally(() => (this.#result = undefined)));
    }

    reset() {
      const again = () => this.reset();
      if (this.#result) return void this.#result.then(again, again);
      this.#given = undefined;
      if (this.#controller) this.#controller.reset();
      else this.#parts?.form.reset();
    }

    formResetCallback() {
      this.reset();
    }

    formDisabledCallback() {
      this.#controller?.formControl.lock();
    }

    formAssociatedCallback(form) {
      this.#hostForm?.removeEventListener("submit", this.#hold, true);
      this.#hostForm = form;
      form?.addEventListener("submit", this.#hold, true);
    }

    /** Holds the submit of the host's form until the customer is created. */
    #hold = (event) => {
      const { currentTarget, submitter } = event;
      if (this.matches(":disabled") || this.#controller?.formControl.letsThrough()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.submit().then(
        () => this.#controller.formControl.goOn(currentTarget, submitter),
        // The guest reads what is wrong.
        () => {},
      );
    };

    // ---------------------------------------------------------- building

    #begin() {
      forms.add(this);
      this.#build();
      this.#settle();
      this.#places.observe(this, { childList: true });
      this.#listen();
      this.#reload();
      this.#whenBegun?.();
    }

    /** Makes the parts of the element, and the shadow root that shows each child in its place. */
    #build() {
      const summary = element("div", { class: "diner-summary" });
      const list = element("div", { class: "diner-fields" });
      const form = element("form", { class: "diner-body", id: `${this.#prefix}-form`, novalidate: true });
      const failure = element("div", { class: "diner-failure" });
      const loading = element("p", { class: "diner-loading" });
      const status = element("p", { class: "diner-status", role: "status" });
      const progress = element("div", { class: "diner-progress" });
      const button = element("button", { class: "diner-button", type: "submit", form: form.id });
      this.#contents = { start: [summary], end: [failure, loading, progress, status, button] };

      const own = [element("h2"), element("p")];
      const thanksSlot = element("slot", { name: THANKS }, ...own);
      const note = element("p");
      const thanks = element(
        "div",
        { class: "diner-thanks", part: "thanks", tabindex: "-1", hidden: true },
        thanksSlot,
        note,
      );
      thanks.style.outline = "none";
      for (const name of SLOTS) this.#slots.set(name, element("slot", { name: name || null }));
      const root = this.attachShadow({ mode: "open" });
      adoptStyle(root);
      root.append(...this.#slots.values(), thanks);
      const [help, fallback] = [this.#slots.get("help"), this.#slots.get("fallback")];
      help.hidden = fallback.hidden = true;

      const slots = this.#slots;
      const body = element("div", { class: "diner-body" });
      const messages = { summary, failure, loading, progress, status, note, own };
      this.#parts = { ...messages, form, body, help, fallback, list, button, thanks, slots };
      this.#house();
    }

    /**
     * Puts the fields into the form or, within a form of the page, into a mere box: HTML has no form in a form. The fields
     * then belong to the form, which is elsewhere, by their attribute.
     */
    #house() {
      const { body, form, list } = this.#parts;
      const root = this.getRootNode();
      const home = root.body ?? root;
      const isNested = this.closest("form") !== null;
      const box = isNested ? body : form;
      if (list.parentNode !== box) {
        list.parentNode?.replaceWith(box);
        box.append(list);
      }
      this.#contents.fields = [box];
      form.style.display = isNested ? "none" : "";
      if (!isNested) return;
      if (!this.isConnected) form.remove();
      else if (form.parentNode !== home) home.append(form);
      for (const control of list.querySelectorAll("input, select")) control.setAttribute("form", form.id);
    }

    /** The place of this name; one that a wrapper wrote has priority over the element's own. */
    #placeOf(name) {
      const places = [...this.querySelectorAll(PLACE)].filter(({ dataset }) => dataset.dinerPlace === name);
      return places.find((place) => !place.isOwn) ?? places[0];
    }

    /** Puts the element's nodes into their places, also into those that a framework has made anew. */
    #settle() {
      const focused = this.#focused;
      const caret = focused && caretOf(focused);
      let hasMoved = false;
      for (const name of PLACES) {
        let place = this.#placeOf(name);
        if (!place) {
          place = element("div", { "data-diner-place": name, slot: `diner-${name}` });
          place.isOwn = true;
          this.append(place);
        }
        const nodes = this.#contents[name];
        const before = nodes[0].parentNode;
        if (nodes.every(({ parentNode }) => parentNode === place)) continue;
        place.replaceChildren(...nodes);
        // A page that is morphed may empty a place, or make it a node of its own.
        this.#places.observe(place, { childList: true, attributeFilter: ["data-diner-place"] });
        if (before !== place && before?.isOwn) before.remove();
        hasMoved = true;
      }
      // Moving takes the focus away.
      if (hasMoved && focused) focusAgain(focused, caret);
    }

    #listen() {
      this.#parts.form.addEventListener("submit", (event) => {
        event.preventDefault();
        // What a guest has typed is nothing for the page's scripts: htmx would send it to the page's own host.
        event.stopImmediatePropagation();
        // What failed is told in the form, and by an event.
        this.submit().catch(() => {});
      });
      this.addEventListener("input", ({ target }) => {
        const field = this.#controller ? undefined : this.#drawn.of(target);
        if (field) this.#changed(field);
      });
      this.addEventListener("focusin", ({ target }) => {
        this.#focused = this.#drawn.of(target) ? target : null;
      });
      this.addEventListener("focusout", ({ target }) => {
        // A control that is removed has not been left: its focus comes back with it.
        setTimeout(() => {
          if (this.#focused === target && this.isConnected && !target.matches(":focus")) this.#focused = null;
        });
      });
    }

    /** Handles a change that the guest made to a field. */
    #changed(field) {
      field.edited = true;
      this.#emit(EVENTS.change, { name: field.row.name });
    }

    #release() {
      this.#isLoaded = false;
      clearTimeout(this.#late);
      clearTimeout(this.#patience);
      this.#loading?.abort();
      this.#loading = null;
    }

    // ---------------------------------------------------------- loading

    get #microsite() {
      return this.getAttribute("microsite") ?? "";
    }

    /** The countries that the guest is likely to be from, the likeliest first. */
    get #likely() {
      return likelyRegions(this.getAttribute("country"), [...navigator.languages, this.#language()]);
    }

    /** The address of the gateway, with a slash at its end. */
    get #base() {
      return new URL(this.getAttribute("gateway") || gateway || "/", document.baseURI).href.replace(/\/?$/, "/");
    }

    /** Loads the form anew, or after the send that is under way. */
    #reload() {
      this.#isStale = this.#isSending;
      if (!this.#isStale) this.#load = this.#loadAll();
      return this.#load;
    }

    /** Loads words, later script, rules and Setup side by side, and shows each as soon as it is there. */
    async #loadAll() {
      this.#release();
      const load = new AbortController();
      this.#loading = load;
      this.#spoken = this.#language();
      const { fallback } = this.#parts;
      const [microsite, base] = [this.#microsite, this.#base];
      const script = within(LATER_MS, later()).then((exports) => {
        exports.takeFacts({ CALLING_CODES, ROWS, VERSION, YES });
        return exports;
      });
      const given = files?.();
      const begun = microsite && beginSetup(base, microsite, load.signal);
      const ofRules = script.then(({ loadRules }) => within(RULES_MS, loadRules(given))).catch(withoutRules);
      script.catch(() => {});
      const locale = this.#localeOf();
      const isEnglish = locale === english.load;
      // Asked for before the drawing, like the rules and the Setup, and not in the next microtask, which comes after it.
      const whole = (async () => locale())();
      whole.catch(() => {});
      // Once the form has said something, it must be able to say the same in the new language.
      const toDraw = this.#controller ? whole : (locale.first?.() ?? whole);
      try {
        const words = (!isEnglish && (await this.#wordsOf(toDraw))) || english.words;
        if (load.signal.aborted) return;
        this.#words = words;
        const kept = keptSetup(base, microsite);
        this.#draw(microsite, kept, { isFresh: false });
        this.#await(kept === undefined);
        const { fetchSetup, keepSetup } = await this.#control(script);
        if (load.signal.aborted) return;
        this.#controller.open(base, microsite);
        ofRules.then((rules) => load.signal.aborted || this.#controller.takeRules(rules ?? null));
        const taken = this.#allWords(words, whole).then((all) => load.signal.aborted || this.#takeWords(all));
        if (!microsite) throw new TypeError("give microsite");
        const setup = await fetchSetup(base, microsite, load.signal, begun);
        if (load.signal.aborted) return;
        keepSetup(base, microsite, setup);
        this.#draw(microsite, setup, { isFresh: true });
        this.#sayLoading("");
        fallback.hidden = true;
        await Promise.all([taken, ofRules]);
        if (load.signal.aborted) return;
        this.#nameCountries();
        this.#controller.restore();
        clearTimeout(this.#patience);
        this.#controller.showOutcome();
        this.#isLoaded = true;
        this.#emit(EVENTS.ready, { setup });
      } catch (error) {
        if (load.signal.aborted) return;
        this.#failure = error;
        this.#offerRetry();
        this.#emit(EVENTS.error, { error, during: "load" });
      } finally {
        if (!load.signal.aborted) {
          this.#loading = null;
          this.#showLoading("");
        }
      }
    }

    /** The words that are being loaded; undefined if they do not come in time. */
    async #wordsOf(loading) {
      try {
        const { default: words } = await within(LANGUAGE_MS, loading);
        if (!words?.labels) throw new Error("none");
        return words;
      } catch (error) {
        warn("words", error);
        return undefined;
      }
    }

    /** All words of the language of which these are the first; English ones for those that do not come. */
    async #allWords(first, whole) {
      const all = first !== english.words && (await this.#wordsOf(whole));
      return all || { ...(await english.load()).default, ...first };
    }

    /** Makes what checks and sends the form, once the later script is there. Returns the script's exports. */
    async #control(script) {
      const exports = await script;
      if (!this.#controller) {
        this.#controller = new exports.Controller({
          host: this,
          internals: this.#internals,
          parts: this.#parts,
          drawn: this.#drawn,
          prefix: this.#prefix,
          emit: (...event) => this.#emit(...event),
          changed: (field) => this.#changed(field),
          failed: withoutRules,
          base: () => this.#base,
        });
        this.#controller.begin(this.#words);
        this.#later = exports;
        afterPaint(() => this.#nameCountries());
        if (this.#given) this.#controller.formControl.fill(this.#given, true);
      }
      return exports;
    }

    #takeWords(words) {
      this.#words = words;
      this.#controller.takeWords(words);
      // If the load has failed meanwhile, that is what the guest must read.
      if (this.#loading) this.#controller.showOutcome();
    }

    #localeOf() {
      return locales[knownLanguage(this.#language(), locales)] ?? locales.en;
    }

    /**
     * Says that the form is being loaded, if the Setup is not known yet. The space below the fields and the button wait
     * for what comes with the Setup, so that nothing moves that the guest sees.
     */
    #await(isUnknown) {
      const { button, failure, help } = this.#parts;
      const isRetry = failure.contains(this.getRootNode().activeElement);
      failure.replaceChildren();
      help.hidden = true;
      button.textContent = this.#words.send;
      this.#controller?.showOutcome();
      this.#patience = setTimeout(() => (help.hidden = false), HELP_MS);
      if (isRetry) this.#drawn.byName.values().next().value?.control.focus();
      if (!isUnknown || this.#isWaiting) return;
      this.#sayLoading("loading");
      button.dataset.state = "loading";
      this.#late = setTimeout(() => (button.dataset.state = ""), BUTTON_MS);
    }

    /** Shows and says that the form is being loaded, or with an empty state no longer. */
    #sayLoading(state) {
      this.#say(this.#showLoading(state));
    }

    /** Shows that the form is being loaded, or with an empty state no longer. Returns the text. */
    #showLoading(state) {
      const { loading } = this.#parts;
      loading.dataset.state = state;
      return (loading.textContent = state && this.#words.loading);
    }

    /** Says aloud what becomes of the loading. */
    #say(text) {
      if (this.#controller) this.#controller.sayOfLoading(text);
      else this.#parts.status.textContent = text;
    }

    #offerRetry() {
      const { failure, fallback, help } = this.#parts;
      const { loadFailed, retry, stillHere } = this.#words;
      const button = element("button", { class: "diner-retry", type: "button" }, retry);
      button.addEventListener("click", () => this.#reload());
      const text = `${loadFailed} ${stillHere ?? ""}`;
      failure.replaceChildren(element("p", null, text), button);
      this.#say(text);
      // Both may have the same telephone number.
      fallback.hidden = false;
      help.hidden = this.querySelector(':scope > [slot="fallback"]') !== null;
    }

    /**
     * Draws the fields for a Setup. Fields that stay as they are stay where they are, so that nothing moves while the
     * guest types; what comes with the Setup is added after them. A Setup that is not fresh, or none, shows no consent:
     * a consent is given to today's words.
     */
    #draw(microsite, setup, { isFresh }) {
      const words = this.#words;
      const drawn = this.#drawn;
      const { button, list } = this.#parts;
      const likely = this.#likely;
      const language = this.#language();
      const named = this.getAttribute("fields") ?? DEFAULT_FIELDS;
      const optInNodes = optInNodesOf(setup);
      const isInParts = this.getAttribute("dates") === "parts";
      const dateParts = isInParts ? this.#later.dateParts : undefined;
      const all = chosenRows({ rows: fieldsOf(setup), setup: setup ?? {}, named, language, isInParts, optInNodes });
      const isReady = ({ kind, optInText }) =>
        (isFresh || !optInText) && (kind !== "date" || isInParts === !!dateParts);
      const rows = all.filter(isReady);
      const lookOf = ({ label, required, choices, optInText }) =>
        JSON.stringify([label, required, setup?.[choices], setup?.[optInText]]);
      const looks = new Map(rows.map((row) => [row.name, lookOf(row)]));
      const form = JSON.stringify([words.language, language, microsite, likely, named, isInParts]);

      const { activeElement } = this.getRootNode();
      const before = [...forms].find((host) => this.#isNew && host.id === this.id && host.#mayHandOver(microsite));
      forms.delete(before);
      const focused = before?.#focused ?? (list.contains(activeElement) ? activeElement : null);
      const caret = focused && caretOf(focused);
      for (const node of this.#reserved) node.remove();
      this.#reserved = [];
      const isSame =
        !before &&
        this.#looks.form === form &&
        [...this.#looks.fields].every(([name, look]) => looks.get(name) === look);
      const isOpen = list.querySelector("details")?.open;
      if (!isSame) {
        drawn.putAside();
        this.#looks = { form, fields: new Map() };
        list.replaceChildren();
      }
      // The parts of a date are put together with the year first, as in Swedish. A form without dates asks for no order:
      // to look it up takes a slow phone some milliseconds.
      const hasDates = all.some(({ kind }) => kind === "date");
      drawn.begin(microsite, setup, hasDates ? (isInParts ? "sv" : language) : undefined);
      if (before) drawn.aside = new Map([...before.#drawn.typedValues(), ...drawn.aside]);

      const drawRows = (rows, onField) =>
        layout({
          element,
          onField,
          words,
          setup: setup ?? {},
          rows,
          prefix: this.#prefix,
          likely,
          dateParts,
          language,
          optInNodes,
          isOpen,
        });
      list.append(
        ...drawRows(
          rows.filter(({ name }) => !this.#looks.fields.has(name)),
          (field) => drawn.add(field),
        ),
      );
      this.#looks.fields = looks;
      this.#reserved = drawRows(
        all.filter((row) => !rows.includes(row)),
        () => {},
      );
      for (const node of this.#reserved) node.dataset.state = "reserved";
      list.append(...this.#reserved);
      this.#house();
      // The names of 245 countries take a slow phone a quarter of a second: the first form does without them.
      if (this.#isNew && !isFresh) afterPaint(() => this.#nameCountries());
      else this.#nameCountries();
      if (isFresh) {
        this.#isNew = false;
        button.dataset.state = "";
        clearTimeout(this.#late);
      }
      const back = drawn.byName.get(focused?.name)?.control;
      if (back) focusAgain(back, caret);
      this.#controller?.begin(words);
    }

    /** Whether what was typed is for the next element of this microsite. It is not once it was sent, nor on a kiosk. */
    #mayHandOver(microsite) {
      const isKept = this.getAttribute("keep") !== "none" && this.#parts.thanks.hidden;
      return isKept && !this.isConnected && this.#microsite === microsite;
    }

    #nameCountries() {
      this.#later.nameCountries?.({
        element,
        fields: this.#drawn.byName.values(),
        words: this.#words,
        language: this.#language(),
        country: this.getAttribute("country"),
        likely: this.#likely,
      });
    }

    // ---------------------------------------------------------- sending

    get #isSending() {
      return this.#controller?.isUnderWay ?? false;
    }

    async #send() {
      if (!this.#parts) await new Promise((resolve) => (this.#whenBegun = resolve));
      if (!this.#isLoaded) await this.#wait();
      if (!this.#isLoaded) {
        // There is a button that loads the form again.
        this.#parts?.failure.querySelector("button")?.focus();
        throw this.#failure ?? new Error("the form was removed");
      }
      const controller = this.#controller;
      let refusal;
      try {
        refusal = await controller.submit(this.#base, this.#microsite, this.#language());
        // If the refusal is about a consent, the restaurant may have changed its wording: the form is loaded again.
        this.#isStale ||= refusal ? controller.isAboutConsent(refusal) : false;
      } finally {
        if (!this.isConnected) this.#release();
        else if (this.#isStale) await this.#reload();
      }
      if (!refusal) return controller.formControl.result;
      controller.showRefusal(refusal);
      throw refusal;
    }

    /** Waits, with a word to the guest, until the form is loaded or has failed to load. */
    async #wait() {
      this.#isWaiting = true;
      this.#sayLoading("waiting");
      // An attribute that changes meanwhile begins another load.
      for (let load; load !== this.#load;) await (load = this.#load);
      this.#isWaiting = false;
    }

    #emit(name, detail, cancelable = false) {
      return this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, cancelable, detail }));
    }

    /** The page's language, also if the element is in a shadow root. If it is not a valid tag, English. */
    #language() {
      let near;
      for (let node = this; node && !near; node = node.getRootNode().host) near = node.closest("[lang]");
      return languageTag(near?.lang ?? "") ?? "en";
    }
  }
  // `lang` is a property of every element.
  for (const name of DinerForm.observedAttributes) if (name !== "lang") reflect(DinerForm.prototype, name);
  return DinerForm;
}

/** Defines the element, unless this is a server. Returns false if another copy of the widget has done so. */
export function define(DinerForm) {
  const registry = globalThis.customElements;
  if (registry && !registry.get("diner-form")) registry.define("diner-form", DinerForm);
  return !registry || registry.get("diner-form") === DinerForm;
}

/** Tells the page's developer why the form is not at its best. */
// eslint-disable-next-line no-console -- the guest can do nothing about it
const warn = (missing, { message }) => console.warn(`dinerkit: no ${missing} (${message})`);

const withoutRules = (error) => warn("rules: the gateway checks", error);
