/** For the gateway's loop: work that is under way, so that several requests wait for it once. */
import { within } from "../exchange.js";

const now = () => Date.now();

/**
 * Work under way, by name. Other requests wait for it, but not for long: a runtime that ends with its request ends the
 * request's work without a word. So all who wait are woken, in the order in which they came, and look again: the turn
 * is not handed to one of them, who may have ended too.
 */
export class UnderWay {
  #ms;
  /** The oldest first: a Map keeps the order of insertion. */
  #entries = new Map();

  /** Work that is waited for `ms` at most. */
  constructor(ms) {
    this.#ms = ms;
  }

  /** The entry of the work with that name, if it is under way. */
  get(name) {
    for (const [old, entry] of this.#entries) {
      if (this.#remains(entry) > 0) break;
      this.#drop(old, entry);
    }
    return this.#entries.get(name);
  }

  /** Notes that work begins. Resolves at its end, without its result. */
  begin(name, work) {
    const entry = { at: now(), waiting: 0 };
    // Not by `finally`, which the promises of some libraries do not have.
    const end = () => this.#drop(name, entry);
    entry.done = work.then(end, end);
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.done;
  }

  /** Waits for the end of the work. The entry is dropped if the end does not come in time. */
  async join(name, entry) {
    entry.waiting += 1;
    try {
      await within(this.#remains(entry), undefined, () => entry.done);
    } catch {
      this.#drop(name, entry);
    } finally {
      entry.waiting -= 1;
    }
  }

  /** How long the work is still waited for. Not at all if it began later than now: the clock was set back. */
  #remains({ at }) {
    const age = now() - at;
    return age < 0 ? 0 : this.#ms - age;
  }

  #drop(name, entry) {
    if (this.#entries.get(name) === entry) this.#entries.delete(name);
  }
}
