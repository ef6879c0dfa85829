/**
 * For the widget: what it remembers of a form beside what its controls hold: under which key it is sent, and what was sent
 * under that key without a known end. The tab keeps the most of it, for a reload and for an element that a framework makes
 * anew (kept-details.js).
 */
import { ROWS } from "../../pkg/lib/fields.js";
import { randomKey } from "../../pkg/lib/key.js";
import { isSame } from "../../pkg/lib/plain.js";
import {
  forgetDetails,
  keepDetails,
  keptDetails,
  keptName,
  requestToKeep,
  tabStorage,
  withBoxesOf,
  withoutBoxes,
} from "./kept-details.js";

export class Memory {
  /** What the guest is told of the last send, as names of texts. */
  told = [];
  /** The customer, if what was sent first has arrived and a change has not: `{ Id, Capability, request }`. */
  created;
  #host;
  #drawn;
  #name = "";
  /** Where the element is on the page, which tells its form from others. */
  #place;
  #key;
  /** The requests that were sent under the key, each with whether it was kept without its boxes. */
  #sent = [];
  /** What was kept of each field and is not in it yet. */
  #typed = new Map();

  /** `host` is the element, `drawn` its fields. */
  constructor(host, drawn) {
    this.#host = host;
    this.#drawn = drawn;
  }

  /** The tab's storage; undefined if the page wants nothing kept. */
  get #storage() {
    return this.#host.getAttribute("keep") === "none" ? undefined : tabStorage();
  }

  /** Forgets what the tab has kept, if the page wants nothing kept. */
  obey() {
    if (!this.#storage) forgetDetails(tabStorage(), this.#name);
  }

  /** Remembers from now on the form of this microsite. */
  open(base, microsite) {
    // Once: a form takes nothing of another one if that is removed before it.
    this.#place ??= placeOf(this.#host);
    const name = keptName(base, microsite, this.#place);
    if (name === this.#name) return;
    this.#name = name;
    this.obey();
    const kept = keptDetails(this.#storage, name, Date.now()) ?? {};
    const { key, sent = [], told } = kept;
    this.#recall({ key, told, sent: sent.map((request) => ({ request, isKept: true })) });
    this.#typed = new Map(kept.typed);
    this.restore();
    // What was typed before this script was there.
    if ([...this.#drawn.byName.values()].some(({ edited }) => edited)) this.keep();
  }

  #recall({ key = randomKey(), sent = [], told = [] }) {
    this.#key = key;
    this.#sent = sent;
    this.told = told;
    this.created = undefined;
  }

  /** Puts what was kept into the fields that the guest has not changed since, as far as they are drawn. */
  restore() {
    for (const [name, kept] of this.#typed) {
      const field = this.#drawn.byName.get(name);
      if (!field) continue;
      const isFree = !field.edited && this.#drawn.questionOf(field.row) === kept.question;
      if (isFree) field.kept = kept.value;
      // The list of countries may still be empty.
      if (!isFree || field.kept === kept.value) this.#typed.delete(name);
    }
  }

  /** Keeps what is typed and remembered now. */
  keep() {
    const [key, told] = [this.#key, this.told];
    const typed = withoutBoxes(new Map([...this.#typed, ...this.#drawn.typedValues()]));
    const sent = this.#sent.map(({ request }) => requestToKeep(request, ROWS));
    keepDetails(this.#storage, this.#name, { typed, key, sent, told }, Date.now());
  }

  /**
   * Forgets what the tab has kept, because the restaurant has it. The form still knows its customer, so that sending it
   * once more makes no other.
   */
  settle() {
    const { created } = this;
    this.forget();
    this.created = created;
  }

  /** Forgets everything. The next send has a key of its own. */
  forget() {
    forgetDetails(tabStorage(), this.#name);
    this.#typed.clear();
    this.#recall({});
  }

  /** The `Idempotency-Key` of this form. */
  get key() {
    return this.#key;
  }

  /** True if something was sent and its end is not known. */
  get hasOpenSend() {
    return this.#sent.length > 0;
  }

  /** The requests that the key may belong to, besides `request`, with its boxes where they were not kept. */
  earlierThan(request) {
    const sent = this.#sent.map((one) => (one.isKept ? withBoxesOf(request, one.request, ROWS) : one.request));
    return sent.filter((one) => !isSame(one, request));
  }

  /** Notes that a request is sent. Returns false if it was sent before and its end is not known. */
  sends(request) {
    const isFirst = !this.#sent.some((one) => isSame(one.request, request));
    if (isFirst) this.#sent.push({ request });
    this.keep();
    return isFirst;
  }

  /** Notes that a request was not carried out. */
  wasNotMade(request) {
    this.#sent = this.#sent.filter((one) => one.isKept || !isSame(one.request, request));
    this.keep();
  }
}

/** Where an element is among those of its name: "1" for the second one, or "1.0" for the first inside its shadow root. */
function placeOf(element) {
  const root = element.getRootNode();
  const place = [...root.querySelectorAll(element.localName)].indexOf(element);
  return root.host ? `${placeOf(root.host)}.${place}` : place;
}
