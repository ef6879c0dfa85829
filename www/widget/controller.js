/**
 * For the element: all that happens to the form once its fields are drawn. The class checks what the guest types, shows
 * messages, and sends the form. It is in the later script, so that the first field does not wait for it.
 */
import { fill } from "./message.js";
import { thanksText } from "./layout.js";
import { Memory } from "./memory.js";
import { Press } from "./press.js";
import { OwnControls } from "./own-controls.js";
import { Sending } from "./sending.js";
import { Typing } from "./typing.js";

export class Controller {
  #host;
  #parts;
  #drawn;
  #typing;
  #ownControls;
  #memory;
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
    this.#memory = new Memory(host, drawn);
    const kept = (field) => {
      changed(field);
      this.#memory.keep();
    };
    this.#typing = new Typing({ drawn, changed: kept, failed });
    this.#ownControls = new OwnControls(host, prefix);
    this.#sending = new Sending({
      parts,
      typing: this.#typing,
      ownControls: this.#ownControls,
      memory: this.#memory,
      emit,
      thank: (told) => this.#thank(told),
    });
    this.#listen();
  }

  #listen() {
    const { button, form, status } = this.#parts;
    const [typing, own, drawn] = [this.#typing, this.#ownControls, this.#drawn];
    const listen = (type, listener, capture) => this.#host.addEventListener(type, listener, capture);
    listen("input", (event) => {
      const field = drawn.of(event.target);
      if (!field) own.changed(event.target);
      else if (!typing.group(field, event)) typing.typed(field);
    });
    listen("click", ({ target }) => own.join(form, target), true);
    const press = new Press(this.#host.ownerDocument);
    listen("focusin", ({ target }) => own.join(form, target));
    listen("focusout", ({ target, relatedTarget }) => {
      const field = drawn.of(target);
      // The submit shows the message anyway.
      if (field && relatedTarget !== button) {
        press.over(() => {
          // A user of a screen reader is at the next field already, so the status line announces the message.
          if (typing.left(field)) status.textContent = fill(this.#words.about, field) + field.message;
        });
      }
    });
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
  }

  /** Remembers from now on the form of this microsite, and puts what the tab has kept of it into the fields. */
  open(base, microsite) {
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
    return this.#sending.submit(base, microsite, this.#words, locale);
  }

  /** Whether a refusal is about a consent: the restaurant may have changed its wording. */
  isAboutConsent(refusal) {
    return refusal.issues.some((issue) => this.#typing.at(issue)?.row.optInText);
  }

  showRefusal(refusal) {
    this.#sending.showRefusal(refusal, this.#words);
  }

  /** Shows the thanks instead of the form; below them, what else the guest is told, with the page's help. */
  #thank(told) {
    const { note, slots, thanks } = this.#parts;
    for (const [name, slot] of slots) slot.hidden = name !== "help" || !told.length;
    note.textContent = told.map((name) => this.#words[name]).join(" ");
    thanks.hidden = false;
    thanks.focus();
  }
}
