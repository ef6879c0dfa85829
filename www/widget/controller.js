/**
 * For the element: all that happens to the form once its fields are drawn. The class checks what the guest types, shows
 * messages, and sends the form. It is in the later script, so that the first field does not wait for it.
 */
import { Announcer } from "./announce.js";
import { fill } from "./message.js";
import { thanksText } from "./layout.js";
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
  #announcer;
  #problems;
  #sending;
  #words;

  /**
   * `host` is the element, `parts` are its nodes, `drawn` its fields. `prefix` begins the ids that are made. `emit`
   * dispatches an event, and returns false if the page prevented it. `changed` is called with each field that the guest
   * changes; `failed` with the error if the rules break down.
   */
  constructor({ host, parts, drawn, prefix, emit, changed, failed }) {
    this.#host = host;
    this.#parts = parts;
    this.#drawn = drawn;
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
    this.#sending = new Sending({
      parts,
      typing: this.#typing,
      ownControls: this.#ownControls,
      problems: this.#problems,
      announcer: this.#announcer,
      emit,
      thank: () => this.#thank(),
    });
    this.#listen();
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
    listen("click", ({ target }) => own.join(form, target), true);
    const press = new Press(this.#host.ownerDocument);
    listen("focusin", ({ target }) => own.join(form, target));
    listen("focusout", ({ target, relatedTarget }) => {
      const field = drawn.of(target);
      // The submit shows the message anyway.
      if (field && relatedTarget !== button) {
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
    this.#typing.show();
    this.#problems.review(words);
  }

  /** Takes all words of the form's language, of which only the first may have been there before. */
  takeWords(words) {
    this.#words = words;
    this.#typing.takeWords(words);
    const [title, text] = this.#parts.own;
    title.textContent = words.thanks;
    text.textContent = thanksText(this.#drawn.setup ?? {}, words);
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

  /** Shows the thanks instead of the form. */
  #thank() {
    const { slots, thanks } = this.#parts;
    for (const slot of slots.values()) slot.hidden = true;
    thanks.hidden = false;
    thanks.focus();
  }
}
