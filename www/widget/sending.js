/**
 * For the widget: what happens when the guest sends the form. The class lists the problems, or creates the customer,
 * and shows the result. The same details create only one customer, however often they are sent.
 */
import { randomKey } from "../../pkg/lib/key.js";
import { consentReceipts } from "../../pkg/lib/receipts.js";
import { element } from "./dom.js";
import { EVENTS } from "./events.js";
import { create } from "./gateway.js";
import { askPage } from "./holding.js";

/** The outcome of a send that may have arrived. The locales' texts have the names of the outcomes. */
const UNKNOWN = "unknown";
/** The outcome of a send that the page held and then prevented. */
const HELD_BACK = "heldBack";

/** What is said aloud of a send is about one of these. */
const [SEND, OUTCOME] = ["send", "outcome"];

export class Sending {
  isUnderWay = false;
  #parts;
  #typing;
  #ownControls;
  #problems;
  #announcer;
  #emit;
  #thank;
  /** The outcome of the last send that failed. Unknown stays until a send succeeds, because the details may have arrived. */
  #outcome = "";
  /** The `Idempotency-Key` of each request that was sent. The same request is sent with the same key. */
  #keys = new Map();

  /**
   * `parts` are the element's nodes, `problems` is the list of problems. `emit` dispatches an event, and returns false if the
   * page prevented it. `thank` shows the thanks instead of the form.
   */
  constructor({ parts, typing, ownControls, problems, announcer, emit, thank }) {
    this.#parts = parts;
    this.#typing = typing;
    this.#ownControls = ownControls;
    this.#problems = problems;
    this.#announcer = announcer;
    this.#emit = emit;
    this.#thank = thank;
  }

  /**
   * Sends the form to the gateway at `base`; `words` and `locale` are those of its language. If the answer refuses the
   * details, it returns the ValidationError, which `showRefusal` then shows.
   */
  async submit(base, microsite, words, locale) {
    const typing = this.#typing;
    const { button, failure, help } = this.#parts;
    if (this.#outcome !== UNKNOWN) this.#setOutcome("", words);
    if (!this.report(words)) return undefined;
    const request = typing.request();

    // From here on, no change that the page makes to the element may end the send.
    this.isUnderWay = true;
    try {
      const asked = askPage(this.#emit, request);
      if (!asked) return undefined;
      button.setAttribute("aria-disabled", "true");
      failure.replaceChildren();
      help.hidden = true;
      if (asked !== true) this.#announcer.say(SEND, words.holding);
      await asked;
      button.textContent = words.sending ?? words.send;
      this.#announcer.say(SEND, words.sending);
      // The receipts are made before the answer comes, because they are about what the guest agreed to now.
      const receipts = consentReceipts(request, { locale });
      // A failure to make the receipts must not fail the booking.
      const settled = receipts.catch((error) => (globalThis.reportError?.(error), []));
      const Id = await create(base, microsite, request, this.#keyOf(request));
      this.#setOutcome("", words);
      this.#thank();
      this.#emit(EVENTS.created, { Id, receipts: await settled });
    } catch (error) {
      if (error.code === "validation") {
        this.#setOutcome(this.#outcome, words);
        return error;
      }
      const outcome = error.code === "abort" ? HELD_BACK : (error.outcome ?? UNKNOWN);
      this.#setOutcome(this.#outcome === UNKNOWN ? UNKNOWN : outcome, words);
      // On a small screen, a guest who sends from a field in the middle of the form would not see the message.
      failure.scrollIntoView?.({ block: "nearest" });
      this.#emit(EVENTS.error, { error, during: "submit" });
    } finally {
      this.isUnderWay = false;
      button.removeAttribute("aria-disabled");
      this.#announcer.retract(SEND);
    }
    return undefined;
  }

  /** Whether the form can be sent as it is. If not, it lists why, and moves to the list. */
  report(words) {
    this.#typing.finish();
    const issues = this.#typing.errors();
    const own = this.#ownControls.problems();
    if (issues.length || own.length) this.#listProblems(issues, own, words);
    else this.#problems.clear();
    return !issues.length && !own.length;
  }

  /** Forgets what was sent and what came of it, for the next guest. */
  forget(words) {
    this.#keys.clear();
    this.#problems.clear();
    this.#setOutcome("", words);
  }

  /** Shows the issues of an answer that refused the details. */
  showRefusal({ issues, unmapped = [] }, words) {
    this.#typing.finish(issues);
    const others = unmapped.map(({ ErrorMessage }) => ({ message: () => ErrorMessage }));
    this.#listProblems(issues, others, words);
  }

  /** The `Idempotency-Key` of a request: the same for the same details. */
  #keyOf(request) {
    const sent = JSON.stringify(request);
    const key = this.#keys.get(sent) ?? randomKey();
    this.#keys.set(sent, key);
    return key;
  }

  /** Lists the issues of the details and the `others` together, and tells the page. */
  #listProblems(issues, others, words) {
    const mine = issues.map((issue) => {
      const field = this.#typing.at(issue);
      const text = this.#typing.message(issue);
      return { control: field?.control, name: field?.name, message: () => (field ? field.error.textContent : text) };
    });
    this.#problems.list([...mine, ...others], words);
    this.#emit(EVENTS.invalid, { issues });
  }

  #setOutcome(outcome, words) {
    this.#outcome = outcome;
    this.showOutcome(words);
  }

  /** Shows the outcome of the last send, if it failed, and what the button does then. */
  showOutcome(words) {
    const { button, failure, help } = this.#parts;
    const text = words[this.#outcome] ?? this.#outcome;
    failure.replaceChildren(...(text ? [element("p", null, text)] : []));
    this.#announcer.say(OUTCOME, text);
    help.hidden = !text;
    button.textContent = this.#outcome === UNKNOWN ? (words.sendAgain ?? words.send) : words.send;
  }
}
