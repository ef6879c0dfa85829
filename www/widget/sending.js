/**
 * For the widget: what happens when the guest sends the form. The class lists the problems, or creates the customer,
 * and shows the result. A form creates only one customer, however often it is sent and whatever is changed in between.
 */
import { forError } from "../../pkg/lib/errors.js";
import { jsonOf } from "../../pkg/lib/plain.js";
import { consentReceipts } from "../../pkg/lib/receipts.js";
import { createOnce, whatIsLeft } from "./create-once.js";
import { element } from "./dom.js";
import { EVENTS } from "./events.js";
import { create, edit, failureOf } from "./gateway.js";
import { askPage } from "./holding.js";
import { hasCustomer, isBarred, isBusy, isDone, isOfOtherDetails, isRefusal } from "./next-step.js";
import { Progress } from "./progress.js";
import { actOf, toldOfCreate, toldOfEdit, toldOnline } from "./told.js";

/** What is told of a send that the page held and then prevented. */
const HELD_BACK = ["heldBack"];

/** What is said aloud of a send is about one of these. */
const [SEND, OUTCOME] = ["send", "outcome"];

export class Sending {
  isUnderWay = false;
  #parts;
  #typing;
  #ownControls;
  #memory;
  #problems;
  #announcer;
  #emit;
  #thank;
  #challenge;
  #progress;

  /**
   * `parts` are the element's nodes, `memory` is what the widget remembers of the form, `problems` the list of problems.
   * `emit` dispatches an event, and returns false if the page prevented it. `thank` shows the thanks instead of the form,
   * with what else is to be told, and returns false if the page wants no thanks. `challenge` resolves to what a challenge
   * has given the page, if it has.
   */
  constructor({ parts, typing, ownControls, memory, problems, announcer, emit, thank, challenge }) {
    this.#parts = parts;
    this.#typing = typing;
    this.#ownControls = ownControls;
    this.#memory = memory;
    this.#problems = problems;
    this.#announcer = announcer;
    this.#emit = emit;
    this.#thank = thank;
    this.#challenge = challenge;
    const { button, help, progress } = parts;
    this.#progress = new Progress({ node: progress, help, button, say: (text) => announcer.say(SEND, text) });
  }

  /**
   * Sends the form to the gateway at `base`; `words` and `locale` are those of its language. If the answer refuses the
   * details, it returns the ValidationError, which `showRefusal` then shows.
   */
  async submit(base, microsite, words, locale) {
    const { button, failure, help } = this.#parts;
    const before = this.#memory.told;
    if (actOf(before) === "send") this.#tell([], words);
    if (!this.report(words)) return undefined;
    const [draft, request] = [this.#draft(), this.#typing.request()];

    // From here on, no change that the page makes to the element may end the send.
    this.isUnderWay = true;
    const stop = new AbortController();
    const end = () => stop.abort();
    try {
      const asked = askPage(this.#emit, request);
      if (!asked) return undefined;
      button.setAttribute("aria-disabled", "true");
      failure.replaceChildren();
      help.hidden = true;
      if (asked !== true) this.#announcer.say(SEND, words.holding);
      await asked;
      button.textContent = words.sending ?? words.send;
      this.#progress.begin(words, end);
      // A network that goes away while the answer is on its way is not noticed by the request itself.
      globalThis.addEventListener?.("offline", end);
      const waiting = (ms, answer) => this.#progress.pause(ms, isBusy(answer));
      const sent = await this.#settle({ base, microsite, request, locale }, { signal: stop.signal, waiting });
      this.#progress.end();
      return await this.#finish(sent, { before, draft, words });
    } catch (error) {
      this.#fail(error, error.code === "abort" ? HELD_BACK : ["noAnswer"], words);
    } finally {
      globalThis.removeEventListener?.("offline", end);
      this.#progress.end();
      this.isUnderWay = false;
      button.removeAttribute("aria-disabled");
      this.showOutcome(words);
    }
    return undefined;
  }

  /**
   * Creates the customer, if that is not done yet, and writes what has changed since. Resolves to the last `answer`, with
   * `isCreate` if there is no customer, else its `Id` and `receipts`: `isNew` if it was created now, `isEdited` if a change
   * was written, `left` if one was not.
   */
  async #settle({ base, microsite, request, locale }, options) {
    const memory = this.#memory;
    // The receipts are made before the answer comes, because they are about what the guest agreed to now.
    const receipts = receiptsOf(request, locale);
    const sent = { receipts };
    if (!memory.created) {
      const post = (one) => this.#post(base, microsite, one, options);
      const { made, answer } = await createOnce(request, memory.earlierThan(request), post);
      if (!hasCustomer(answer)) return { answer, isCreate: true };
      memory.created = { ...answer.json, request: made };
      Object.assign(sent, { answer, isNew: true });
    }
    const { created } = memory;
    sent.Id = created.Id;
    const left = whatIsLeft(created, request);
    if (!left) return sent;
    sent.answer = left.canEdit ? await edit(base, microsite, created, left.changes, options) : undefined;
    if (sent.answer && isDone(sent.answer)) {
      created.request = request;
      sent.isEdited = true;
    } else Object.assign(sent, { left, receipts: receiptsOf(created.request, locale) });
    return sent;
  }

  /** Asks for a customer, and remembers the request as long as its end is not known. */
  async #post(base, microsite, request, options) {
    const memory = this.#memory;
    const isFirst = memory.sends(request);
    const answer = await create(base, microsite, request, memory.key, { ...options, challenge: this.#challenge });
    const isKnown = answer.isUnsent || (isRefusal(answer) && !answer.isUnknown) || isOfOtherDetails(answer);
    if (isFirst && isKnown) memory.wasNotMade(request);
    return answer;
  }

  /** Shows and tells the page what became of a send. If the details were refused, returns the ValidationError. */
  async #finish({ answer, isCreate, isNew, isEdited, Id, left, receipts }, { before, draft, words }) {
    const memory = this.#memory;
    if (isCreate) return this.#fail(failureOf(answer), toldOfCreate(answer, memory.hasOpenSend ? before : []), words);
    const isChanged = Boolean(left) || this.#hasChangedSince(draft);
    const isOpen = isChanged && memory.created.Capability && !isBarred(answer);
    const told = isChanged ? ["sentFirst", ...(isOpen ? [] : ["tellRestaurant"])] : [];
    if (isOpen) this.#tell(told, words);
    else if (this.#thank(told)) memory.forget();
    else {
      memory.settle();
      this.#tell(told, words);
    }
    if (isNew || !(left || isEdited)) this.#emit(EVENTS.created, { Id, receipts: await receipts, isChanged });
    else if (isEdited) this.#emit(EVENTS.edited, { Id, receipts: await receipts });
    return isOpen && left ? this.#fail(failureOf(answer), toldOfEdit(answer), words) : undefined;
  }

  /** What is typed now, and the request that comes of it. */
  #draft() {
    return [this.#typing.draft(), this.#typing.request()].map(jsonOf);
  }

  /** True if the guest has changed something. Rules that have come since, or grouped a number, change only one of the two. */
  #hasChangedSince(draft) {
    return this.#draft().every((part, index) => part !== draft[index]);
  }

  /** Shows and tells the page that a send failed. If the details were refused, returns the ValidationError. */
  #fail(error, told, words) {
    if (error.code === "validation") return error;
    this.#tell(told, words);
    // On a small screen, a guest who sends from a field in the middle of the form would not see the message.
    this.#parts.failure.scrollIntoView?.({ block: "nearest" });
    this.#emit(EVENTS.error, { error, during: "submit", mayHaveArrived: this.#memory.hasOpenSend });
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
    this.#memory.forget();
    this.#problems.clear();
    this.showOutcome(words);
  }

  /** Shows the issues of an answer that refused the details. */
  showRefusal({ issues, unmapped = [] }, words) {
    this.#typing.finish(issues);
    const others = unmapped.map(({ ErrorMessage }) => ({ message: () => ErrorMessage }));
    this.#listProblems(issues, others, words);
  }

  /** Lists the issues of the details and the `others` together, and tells the page. */
  #listProblems(issues, others, words) {
    const mine = issues.map((issue) => {
      const field = this.#typing.at(issue);
      const text = this.#typing.message(issue);
      return { control: field?.control, name: field?.name, message: () => (field ? field.error.textContent : text) };
    });
    this.#problems.list([...mine, ...others], words);
    this.#emit(EVENTS.invalid, { issues: issues.map(forError) });
  }

  /** Tells the guest what the named texts say. */
  #tell(told, words) {
    const memory = this.#memory;
    memory.told = told;
    memory.keep();
    this.showOutcome(words);
    if (told[0] !== "offline") return;
    const isBack = () => memory.told === told && this.#tell(toldOnline(told), words);
    globalThis.addEventListener?.("online", isBack, { once: true });
  }

  /** Shows what became of the last send, if it failed, and what the button does then. */
  showOutcome(words) {
    const { button, failure, help, thanks } = this.#parts;
    if (!thanks.hidden) return;
    const { told } = this.#memory;
    const text = told
      .map((name) => words[name] ?? "")
      .join(" ")
      .trim();
    failure.replaceChildren(...(text ? [element("p", null, text)] : []));
    this.#announcer.say(OUTCOME, text);
    help.hidden = !text;
    button.textContent = words[actOf(told)] ?? words.send;
  }
}

/** The receipts of a request. A failure to make them must not fail the booking. */
const receiptsOf = (request, locale) =>
  consentReceipts(request, { locale }).catch((error) => (globalThis.reportError?.(error), []));
