/**
 * For the element: all that happens to the form once its fields are drawn. The class checks what the guest types, shows
 * messages, and sends the form. It is in the later script, so that the first field does not wait for it.
 */
import { Announcer } from "./announce.js";
import { element } from "./dom.js";
import { sayMistakes, watch, watchPolicy } from "./for-developers.js";
import { FormControl } from "./form-control.js";
import { fill } from "./message.js";
import { thanksText } from "./layout.js";
import { Memory } from "./memory.js";
import { Press } from "./press.js";
import { OwnControls } from "./own-controls.js";
import { Problems } from "./problems.js";
import { Sending } from "./sending.js";
import { Typing } from "./typing.js";

/** What is said aloud of the loading is about this. */
const LOAD = "load";

export class Controller {
  #host;
  #parts;
  #drawn;
  #typing;
  #ownControls;
  #memory;
  #announcer;
  #problems;
  #sending;
  #words;
  /** What the guest is told besides the thanks, as names of texts. */
  #note = [];
  /** The microsite whose customer the thanks are for. */
  #thankedFor;
  /** True while `reset` resets the controls. */
  #isResetting = false;
  /** What the element is to a page as a control of a form. */
  formControl;

  /**
   * `host` is the element, `internals` are its ElementInternals, `parts` its nodes, `drawn` its fields. `prefix` begins
   * the ids that are made. `emit` dispatches an event, and returns false if the page prevented it. `changed` is called
   * with each field that the guest changes; `failed` with the error if the rules break down. `base` gives the address of
   * the gateway.
   */
  constructor({ host, internals, parts, drawn, prefix, emit, changed, failed, base }) {
    this.#host = host;
    this.#parts = parts;
    this.#drawn = drawn;
    this.#memory = new Memory(host, drawn);
    this.#announcer = new Announcer(parts.status);
    // What the first script has said.
    this.sayOfLoading(parts.status.textContent);
    this.#problems = new Problems(parts.summary, parts.form.id);
    const hasChanged = (field) => {
      changed(field);
      this.#hasChanged(field);
    };
    this.#typing = new Typing({ drawn, changed: hasChanged, failed });
    this.#ownControls = new OwnControls(host, prefix);
    const [typing, ownControls] = [this.#typing, this.#ownControls];
    this.formControl = new FormControl({ host, internals, parts, typing, ownControls });
    this.#sending = new Sending({
      parts,
      typing,
      ownControls,
      memory: this.#memory,
      problems: this.#problems,
      announcer: this.#announcer,
      emit: (name, detail, ...more) => {
        this.formControl.heard(name, detail);
        return emit(name, detail, ...more);
      },
      thank: (told) => this.#thank(told),
      challenge: async () => (typeof host.challenge === "function" ? host.challenge() : host.challenge),
    });
    this.#listen();
    watch(host, base);
  }

  #listen() {
    const { button, form } = this.#parts;
    const [typing, own, drawn] = [this.#typing, this.#ownControls, this.#drawn];
    const listen = (type, listener, capture) => this.#host.addEventListener(type, listener, capture);
    listen("input", (event) => {
      const field = drawn.of(event.target);
      if (!field) {
        own.changed(event.target);
        this.#problems.review();
      } else if (!typing.group(field, event)) typing.typed(field);
    });
    form.addEventListener("reset", () => {
      // The browser resets the controls only after the event.
      if (!this.#isResetting) setTimeout(() => this.#forget());
    });
    listen("click", ({ target }) => own.join(form, target), true);
    const press = new Press(this.#host.ownerDocument);
    listen("focusin", ({ target }) => own.join(form, target));
    listen("focusout", ({ target, relatedTarget }) => {
      const field = drawn.of(target);
      // The submit shows the message anyway.
      if (field && relatedTarget !== button && drawn.of(relatedTarget) !== field) {
        press.over(() => {
          // A user of a screen reader is at the next field already, so the message is said aloud.
          if (typing.left(field)) this.#announcer.say(field, fill(this.#words.about, field) + field.message);
        });
      }
    });
  }

  /** Handles a change that the guest made to a field. */
  #hasChanged(field) {
    if (!field.message) this.#announcer.retract(field);
    this.#problems.review();
    this.#memory.keep();
  }

  /** Says aloud what becomes of the loading, or with an empty text nothing more of it. */
  sayOfLoading(text) {
    this.#announcer.say(LOAD, text);
  }

  /** True while a send is under way. */
  get isUnderWay() {
    return this.#sending.isUnderWay;
  }

  /** Takes the fields that were drawn anew, and the words that they are drawn in. */
  begin(words) {
    this.#words = words;
    this.#typing.begin(words);
    this.restore();
    this.#typing.show();
    this.#problems.review(words);
    this.#wordThanks();
    this.formControl.lock();
    // Thanks in the name of one restaurant are none in another's.
    if (this.#isThanking && this.#host.microsite !== this.#thankedFor) {
      this.#endThanks();
      this.formControl.forgetCreated();
    }
  }

  /** Remembers from now on the form of this microsite, and puts what the tab has kept of it into the fields. */
  open(base, microsite) {
    watchPolicy(base);
    this.#memory.open(base, microsite);
  }

  /** Puts what the tab has kept into the fields that it could not be put into before. */
  restore() {
    this.#memory.restore();
  }

  /** Takes all words of the form's language, of which only the first may have been there before. */
  takeWords(words) {
    this.#words = words;
    this.#typing.takeWords(words);
    this.#wordThanks();
  }

  #wordThanks() {
    const [title, text] = this.#parts.own;
    title.textContent = this.#words.thanks;
    text.textContent = thanksText(this.#drawn.setup ?? {}, this.#words);
    this.#parts.note.textContent = this.#note.map((name) => this.#words[name]).join(" ");
    this.#linkPrivacy();
  }

  /** Links the privacy notice that the gateway names. What the page has put into the slot is seen instead. */
  #linkPrivacy() {
    const { PrivacyNotice: href } = this.#drawn.setup ?? {};
    const { privacy } = this.#words;
    const link = element("a", { href, part: "privacy", target: "_blank", rel: "noopener noreferrer" }, privacy);
    const isKnown = privacy && String(href).startsWith("https://");
    this.#parts.slots.get("privacy").replaceChildren(...(isKnown ? [link] : []));
  }

  /** Takes the rules, or null to go on without them. */
  takeRules(rules) {
    this.#typing.takeRules(rules);
  }

  /** Shows the outcome of the last send, if it failed, and what the button does then. */
  showOutcome() {
    this.#sending.showOutcome(this.#words);
  }

  /**
   * Sends the form to the gateway at `base`; `locale` is the form's language. If the answer refuses the details, it
   * returns the ValidationError, which `showRefusal` then shows.
   */
  async submit(base, microsite, locale) {
    // The customer is created already: what the send gave is still there.
    if (this.#isThanking) return undefined;
    this.formControl.begin();
    if (this.formControl.isDisabled) return undefined;
    this.#ownControls.join(this.#parts.form);
    // The list of problems, or the outcome, says what is still true.
    this.#announcer.clear();
    return this.#sending.submit(base, microsite, this.#words, locale);
  }

  /** Whether a refusal is about a consent: the restaurant may have changed its wording. */
  isAboutConsent(refusal) {
    return refusal.issues.some((issue) => this.#typing.at(issue)?.row.optInText);
  }

  showRefusal(refusal) {
    this.#sending.showRefusal(refusal, this.#words);
  }

  /** Takes note of a change to the element's attributes. */
  attributeChanged() {
    this.formControl.lock();
    this.#memory.obey();
    sayMistakes(this.#host);
  }

  /** Lists what is wrong, and returns whether nothing is. */
  report() {
    return this.#sending.report(this.#words);
  }

  /** Begins anew, for the next guest. */
  reset() {
    this.#isResetting = true;
    this.#parts.form.reset();
    this.#isResetting = false;
    this.#forget();
  }

  /** Forgets the guest, and what was sent for them. */
  #forget() {
    this.#endThanks();
    this.#sending.forget(this.#words);
    this.formControl.forget();
  }

  get #isThanking() {
    return !this.#parts.thanks.hidden;
  }

  /** Shows the form again instead of the thanks. */
  #endThanks() {
    if (!this.#isThanking) return;
    const { fallback, help, list, slots, thanks } = this.#parts;
    const hadFocus = this.#host.matches(":focus-within");
    for (const slot of slots.values()) slot.hidden = slot === help || slot === fallback;
    thanks.hidden = true;
    if (hadFocus) list.querySelector("input, select")?.focus();
  }

  /**
   * Shows the thanks instead of the form; below them, what else the guest is `told`, with the page's help. Returns false
   * if the page goes on by itself.
   */
  #thank(told) {
    if (this.#host.thanks === "none") return false;
    this.#thankedFor = this.#host.microsite;
    this.#note = told;
    this.#wordThanks();
    const { help, slots, thanks } = this.#parts;
    for (const slot of slots.values()) slot.hidden = slot !== help || !told.length;
    thanks.hidden = false;
    thanks.focus();
    return true;
  }
}
