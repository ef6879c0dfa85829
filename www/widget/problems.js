/**
 * For the widget: the list of what keeps the form from being sent, above the fields. Each problem links to its control,
 * and leaves the list once it is mended.
 *
 * The list itself gets the focus, not the first wrong control: GOV.UK's error summary does the same. On a phone a control
 * with the focus would bring up the keyboard and scroll the list away. A screen reader says once how many problems there
 * are, because that is the name of what gets the focus; a live region would say it a second time.
 */
import { jsonOf } from "../../pkg/lib/plain.js";
import { element, filled } from "./dom.js";
import { problemList } from "./layout.js";
import { SLOTS } from "./slots.js";

/** `Node.DOCUMENT_POSITION_PRECEDING` */
const PRECEDING = 2;

/**
 * A problem. `message()` is its text now, and empty once the problem is mended. A problem without a control is known to
 * the restaurant's system only, so it stays until the next submit.
 * @typedef {{ control?: HTMLElement, name?: string, message: () => string, messageId?: string }} Problem
 */

export class Problems {
  #summary;
  #titleId;
  #words;
  /** @type {Problem[]} */
  #problems = [];
  /** What the list shows, as text. */
  #shown = "";

  /** `summary` is the node of the list, `formId` the form's id, which begins that of the title. */
  constructor(summary, formId) {
    this.#summary = summary;
    this.#titleId = `${formId}-problems`;
  }

  /** Lists the problems in the order in which they are seen, one for each control, and moves the focus to the list. */
  list(problems, words) {
    const summary = this.#summary;
    const place = ({ control }) => control ?? summary;
    const slot = (problem) => SLOTS.indexOf(place(problem).closest("diner-form > *").slot);
    const isAfter = (a, b) => place(a).compareDocumentPosition(place(b)) & PRECEDING;
    const isFirst = ({ control }, index) => !control || problems.findIndex((one) => one.control === control) === index;
    this.#problems = problems.filter(isFirst).sort((a, b) => slot(a) - slot(b) || (isAfter(a, b) ? 1 : -1));
    this.#shown = "";
    this.#show(words);
    summary.focus({ preventScroll: true });
    this.#scrollIntoView();
    // Firefox may yet scroll by the height of the list, to keep in place what was in view.
    globalThis.requestAnimationFrame?.(() => this.#scrollIntoView());
  }

  /**
   * Takes what is mended off the list, once the browser has shown what was typed: WebKit scrolls then to where the control
   * was before.
   */
  review(words = this.#words) {
    const afterPaint = globalThis.requestAnimationFrame ?? setTimeout;
    afterPaint(() => setTimeout(() => this.#review(words)));
  }

  /** The control that the guest is in stays where it is seen. */
  #review(words) {
    const focused = this.#summary.getRootNode().activeElement;
    const top = () => focused?.getBoundingClientRect().top;
    const before = top();
    this.#show(words);
    if (top() !== before) globalThis.scrollBy({ top: top() - before, behavior: "instant" });
  }

  #scrollIntoView() {
    const isShort = this.#summary.offsetHeight < globalThis.innerHeight / 2;
    // What is taller than the window would otherwise show its end.
    this.#summary.scrollIntoView?.({ block: isShort ? "nearest" : "start", behavior: "instant" });
  }

  clear() {
    this.#problems = [];
    this.#show();
  }

  #show(words) {
    this.#words = words;
    this.#problems = this.#problems.filter(({ control, message }) => control?.isConnected !== false && message());
    const problems = this.#problems.map(({ control, name, message, messageId }) => {
      return { id: control?.id, name, text: message(), messageId };
    });
    const shown = problems.length ? jsonOf([words.language, problems]) : "";
    if (shown === this.#shown) return;
    this.#shown = shown;
    const summary = this.#summary;
    summary.replaceChildren(...(shown ? problemList(element, problems, words, this.#titleId) : []));
    filled(summary, { role: "group", tabindex: "-1", "aria-labelledby": this.#titleId }, []);
    const linked = this.#problems.filter(({ control }) => control);
    summary.querySelectorAll("a").forEach((link, index) =>
      link.addEventListener("click", (event) => {
        event.preventDefault();
        reveal(linked[index].control);
      }),
    );
  }
}

/** Moves the focus to a control, even if it is in a closed `<details>`. */
function reveal(control) {
  const details = control.closest("details");
  if (details) details.open = true;
  control.focus({ preventScroll: true });
  // WebKit does not always bring what gets the focus into view. In the middle, label and message are seen too.
  control.scrollIntoView?.({ block: "center", behavior: "instant" });
}
