/**
 * For the widget: what happens when the guest sends the form. It refuses what is wrong, creates the customer, once however
 * often the same details are sent, and tells what became of it.
 */
import { consentReceipts, randomKey } from "dinerkit";
import { element } from "./dom.js";
import { EVENTS } from "./events.js";
import { problemList } from "./layout.js";

/** What may have become of a send, as errors say it; the locales' words for it have the same names. */
const OUTCOMES = ["notSent", "refused", "unknown"];
const UNKNOWN = "unknown";

export class Sending {
  isUnderWay = false;
  #parts;
  #typing;
  #ownControls;
  #emit;
  /** What became of a send that failed. Unknown stays unknown until one succeeds: the details may have arrived. */
  #outcome = "";
  /** What was sent, each with the key under which the gateway knows it: sent again, it is not created again. */
  #keys = new Map();

  /** `parts` are the element's nodes; `emit` dispatches its events, and returns false where the page stopped one. */
  constructor({ parts, typing, ownControls, emit }) {
    this.#parts = parts;
    this.#typing = typing;
    this.#ownControls = ownControls;
    this.#emit = emit;
  }

  /**
   * Sends the form; `words` and `locale` are of its language. Returns the ValidationError of an answer that refused the
   * details, for `refused` to show.
   */
  async submit(client, words, locale) {
    const typing = this.#typing;
    const { button, failure, help, status, summary } = this.#parts;
    typing.finish();
    typing.setServerIssues([]);
    if (this.#outcome !== UNKNOWN) this.#became("", words);
    const issues = typing.errors();
    const own = this.#ownControls.problems();
    if (issues.length || own.length) return void this.#refuse(issues, own, words);
    summary.replaceChildren();
    const request = typing.request();

    // From here on nothing that the page does to the element may end the send.
    this.isUnderWay = true;
    try {
      if (!this.#emit(EVENTS.submit, { request }, true)) return undefined;
      button.setAttribute("aria-disabled", "true");
      button.textContent = words.sending;
      failure.replaceChildren();
      help.hidden = true;
      status.textContent = words.sending;
      // What the guest agreed to is on record as of now: the page may be another when the answer comes.
      const receipts = consentReceipts(request, { locale });
      // No booking fails for its receipts.
      const settled = receipts.catch((error) => (reportError(error), []));
      const { Id } = await client.create(request, { idempotencyKey: this.#keyOf(request) });
      this.#became("", words);
      this.#thank();
      this.#emit(EVENTS.created, { Id, receipts: await settled });
    } catch (error) {
      if (error?.code === "validation") {
        this.#became(this.#outcome, words);
        return error;
      }
      const outcome = OUTCOMES.includes(error?.outcome) ? error.outcome : UNKNOWN;
      this.#became(this.#outcome === UNKNOWN ? UNKNOWN : outcome, words);
      // Whoever sent from a field in the middle of a small screen would not see it otherwise.
      failure.scrollIntoView({ block: "nearest" });
      this.#emit(EVENTS.error, { error, during: "submit" });
    } finally {
      this.isUnderWay = false;
      button.removeAttribute("aria-disabled");
      status.textContent = "";
    }
    return undefined;
  }

  /** Shows what the restaurant's system refuses, like any other issue. */
  refused({ issues, unmapped = [] }, words) {
    this.#typing.finish();
    this.#typing.setServerIssues(issues);
    const others = unmapped.map(({ ErrorMessage }) => ({ text: ErrorMessage }));
    this.#refuse(issues, others, words);
  }

  /** The key of a request: the same for the same details. */
  #keyOf(request) {
    const sent = JSON.stringify(request);
    const key = this.#keys.get(sent) ?? randomKey();
    this.#keys.set(sent, key);
    return key;
  }

  /** Lists what is wrong, in the order of the page, each with a link, and takes the guest to the first. */
  #refuse(issues, others, words) {
    const { summary } = this.#parts;
    const mine = issues.map((issue) => {
      const field = this.#typing.at(issue);
      return { control: field?.control, name: field?.name, text: this.#typing.message(issue) };
    });
    const problems = [...mine, ...others];
    const place = ({ control }) => control ?? summary;
    problems.sort((a, b) => (place(a).compareDocumentPosition(place(b)) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1));
    const linked = problems.filter(({ control }) => control);
    const listed = problems.map((problem) => ({ ...problem, id: problem.control?.id }));
    summary.replaceChildren(...problemList(element, listed, words));
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

  #became(outcome, words) {
    this.#outcome = outcome;
    this.showOutcome(words);
  }

  /** Says what became of the last send, if it failed, and what the button then does. */
  showOutcome(words) {
    const { button, failure, help } = this.#parts;
    const text = words[this.#outcome];
    failure.replaceChildren(...(text ? [element("p", null, text)] : []));
    help.hidden = !text;
    button.textContent = this.#outcome === UNKNOWN ? words.sendAgain : words.send;
  }
}

/** Takes the guest to a control, also one inside a closed `<details>`. */
function reveal(control) {
  const details = control.closest("details");
  if (details) details.open = true;
  control.focus();
}
