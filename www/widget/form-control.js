/**
 * For the element: what it is to a page as a control of a form. It has a value and a validity, it can be off, and it
 * tells what became of a send, also to a form of the page that it stands in.
 */
import { errorFrom } from "../../pkg/lib/errors.js";
import { jsonOf, parsed } from "../../pkg/lib/plain.js";
import { EVENTS } from "./events.js";
import { sayMistakesInValue } from "./for-developers.js";
import { prevented } from "./holding.js";

/** The name under which a form of the page posts the Id, if the element has no attribute `name`. */
const NAME = "CustomerId";

export class FormControl {
  #host;
  #internals;
  #parts;
  #typing;
  #ownControls;
  /** The value that the page has set last, as JSON. */
  #given;
  /** What became of the last send: `{ created }` or `{ error }`. */
  #end;
  /** The draft that is being sent, and the one that the customer was created from, each as JSON with the microsite. */
  #sending;
  #sent;
  /** Whether the fields are disabled or read-only. */
  #isLocked = false;
  /** True once the host's submit has gone through after a hold. */
  #hasGone = false;

  /** `host` is the element, `internals` its ElementInternals, which not every DOM has. */
  constructor({ host, internals, parts, typing, ownControls }) {
    this.#host = host;
    this.#internals = internals;
    this.#parts = parts;
    this.#typing = typing;
    this.#ownControls = ownControls;
  }

  // ------------------------------------------------------------ value and validity

  get value() {
    return this.#typing.draft();
  }

  /** A value equal to the last one changes nothing: frameworks set it anew whenever they render. */
  set value(value) {
    this.fill(value);
  }

  /** Fills in a value; one that the page has set before the form could take it comes late (`isLate`). */
  fill(value, isLate = false) {
    const json = JSON.stringify(value ?? {});
    if (json === this.#given) return;
    this.#given = json;
    sayMistakesInValue(value ?? {});
    this.#typing.fill(parsed(json), isLate);
  }

  checkValidity() {
    return !this.#typing.errors().length && this.#ownControls.areRight();
  }

  /** Forgets the guest: what was typed, given and created. */
  forget() {
    this.#given = undefined;
    this.#typing.clear();
    this.forgetCreated();
  }

  /** Forgets the customer that was created: the host's form posts no Id until there is another. */
  forgetCreated() {
    this.#sent = undefined;
    this.#internals?.setFormValue?.(null);
  }

  // ------------------------------------------------------------ off

  /** Whether the element or a `<fieldset>` around it is disabled. */
  get isDisabled() {
    return this.#host.disabled || this.#host.matches(":disabled");
  }

  /** Makes the drawn fields and the button as the element is: disabled, or for reading only. */
  lock() {
    const { isDisabled } = this;
    const isFixed = isDisabled || this.#host.readOnly;
    if (!isFixed && !this.#isLocked) return;
    this.#isLocked = isFixed;
    this.#parts.button.disabled = isFixed;
    for (const control of this.#parts.list.querySelectorAll("input, select, button")) {
      // Of these, only what holds text can be read-only.
      const isText = control.localName === "input" && control.type !== "checkbox";
      control.readOnly = isText && isFixed;
      control.disabled = isDisabled || (isFixed && !isText);
    }
  }

  // ------------------------------------------------------------ what became of a send

  /** Takes note that a send begins. If nothing is heard of it, the page has prevented it. */
  begin() {
    this.#end = { error: prevented() };
  }

  /** Takes note of an event that the page is about to get. */
  heard(name, detail) {
    if (name === EVENTS.submit) this.#sending = this.#draft;
    else if (name === EVENTS.created || name === EVENTS.edited) {
      this.#end = { created: detail };
      this.#sent = this.#sending;
      this.#offer(detail.Id);
    } else if (name === EVENTS.invalid) {
      const message = "what is wrong is listed in the form";
      this.#end = { error: errorFrom({ code: "validation", message, outcome: "notSent", issues: detail.issues }) };
    } else if (name === EVENTS.error) this.#end = detail;
  }

  /** What the send gave, or throws what it failed by. */
  get result() {
    if (this.#end.created) return this.#end.created;
    throw this.#end.error;
  }

  // ------------------------------------------------------------ the form of the page

  /** Gives the host's form the customer's Id, and nothing else. */
  #offer(Id) {
    if (!this.#internals?.setFormValue) return;
    const data = new FormData();
    data.set(this.#host.name || NAME, Id);
    // Without a state of its own the browser would keep the Id for a page that is restored.
    this.#internals.setFormValue(data, "");
  }

  get #draft() {
    return jsonOf([this.#host.microsite, this.value]);
  }

  /** Whether there is a customer of what the form holds now. */
  get #isSent() {
    return !this.#parts.thanks.hidden || this.#sent === this.#draft;
  }

  /** Whether a submit of the host's form may go through now. */
  letsThrough() {
    return (this.#hasGone = this.#isSent);
  }

  /** Submits the host's form, which was held meanwhile, as its guest has done. */
  goOn(form, submitter) {
    if (this.#hasGone) return;
    form.requestSubmit(submitter?.form === form ? submitter : null);
  }
}
