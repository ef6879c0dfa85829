/**
 * For the widget: what screen readers say without being asked, by one polite live region. Two texts that come in the same
 * moment cut each other short, and a text that stays is met again by a guest who reads the page from top to bottom. So
 * texts wait for each other, and the region is empty again once its text was spoken or is no longer true.
 */

/** The time to speak a character, at the speed of a screen reader that was never adjusted. */
const CHARACTER_MS = 65;
/** The shortest time for a text: a screen reader may be saying something else when the text comes. */
const LEAST_MS = 2000;

export class Announcer {
  #region;
  /** The texts that wait: `[about, text]`. */
  #queue = [];
  /** What was said last about each thing, as long as it is true. */
  #said = new Map();
  /** What the text in the region is about; undefined if the region is empty. */
  #current;
  #timer;

  /** `region` is a node with `role="status"`. */
  constructor(region) {
    this.#region = region;
  }

  /**
   * Says `text` once, however often it is given. `about` is what the text is about, of any type. A text replaces an
   * earlier one about the same, which is no longer true.
   */
  say(about, text) {
    if (this.#said.get(about) === text) return;
    if (!text) return void this.retract(about);
    const isNews = this.#current === about;
    this.#forget(about);
    this.#said.set(about, text);
    this.#queue[isNews ? "unshift" : "push"]([about, text]);
    if (isNews || this.#current === undefined) this.#next();
  }

  /** Takes back what was said about this, because it is no longer true. What was not spoken yet is not spoken. */
  retract(about) {
    this.#forget(about);
    if (this.#current === about) this.#next();
  }

  /** Takes everything back. */
  clear() {
    this.#said.clear();
    this.#queue = [];
    this.#next();
  }

  #forget(about) {
    this.#said.delete(about);
    this.#queue = this.#queue.filter(([queued]) => queued !== about);
  }

  #next() {
    clearTimeout(this.#timer);
    const [about, text = ""] = this.#queue.shift() ?? [];
    this.#current = about;
    // A text that is replaced by the same would be spoken again.
    if (this.#region.textContent !== text) this.#region.textContent = text;
    if (text) this.#timer = setTimeout(() => this.#next(), Math.max(LEAST_MS, text.length * CHARACTER_MS));
  }
}
