/**
 * For `import`, `unsubscribe` and `schedule-deletion`: what is known of each row of a list, by the lines of its journal.
 * Pure decisions and a table in memory: no files here.
 */

/** What a row can be in. A row that the journal does not name is `fresh`. */
const STATES = ["fresh", "sending", "created", "done", "refused", "notSent", "unknown"];
const CODE = Object.fromEntries(STATES.map((state, code) => [state, code]));

/** The states that end a `sending`. */
export const ENDS = ["created", "done", "refused", "notSent", "unknown"];

/**
 * Whether a row in this state may be sent. `mayRepeat` says that sending twice has the same effect as once: then a row
 * whose answer was lost is sent again.
 */
export function maySend(state, { mayRepeat }) {
  return state === "fresh" || state === "notSent" || (mayRepeat && (state === "sending" || state === "unknown"));
}

/** Whether a line with `state` can come after those that have brought the row to `before`. */
function follows(before, state, about) {
  if (state === "sending") return maySend(before, about);
  return ENDS.includes(state) && before === "sending";
}

/** How many hexadecimal digits of a digest are kept: enough to notice a row that was changed, and eight bytes. */
export const DIGEST_DIGITS = 16;

/** The first size of the table; it doubles. */
const FIRST_ROWS = 1024;

/** The state and the digest of each row, in nine bytes a row, because a list may have millions. */
export class Rows {
  #codes = new Uint8Array(FIRST_ROWS);
  #digests = new BigUint64Array(FIRST_ROWS);
  #about;
  /** How many rows are in each state, `fresh` left out. */
  counts = { sending: 0, created: 0, done: 0, refused: 0, notSent: 0, unknown: 0 };
  /** Why rows were refused, by their numbers. */
  reasons = new Map();
  /** The highest row that the journal names. */
  last = 0;

  /** `about.mayRepeat`: see `maySend`. */
  constructor(about) {
    this.#about = about;
  }

  stateOf(row) {
    return STATES[this.#codes[row] ?? 0];
  }

  /** The digest of a row that may have been sent; undefined for others, which may be mended in their place. */
  digestOf(row) {
    return ["fresh", "notSent"].includes(this.stateOf(row)) ? undefined : digestText(this.#digests[row]);
  }

  maySend(row) {
    return maySend(this.stateOf(row), this.#about);
  }

  /** True if the row can be the one that was sent under this number. */
  isSame(row, digest) {
    const known = this.digestOf(row);
    return known === undefined || known === digest;
  }

  /** Takes what a line says. Returns false if no journal can say it there. */
  take({ row, digest, state, reasons }) {
    const before = this.stateOf(row);
    if (!follows(before, state, this.#about)) return false;
    if (state === "sending" && !this.isSame(row, digest)) return false;
    this.#reserve(row);
    if (state === "sending") this.#digests[row] = BigInt(`0x${digest}`);
    if (before !== "fresh") this.counts[before] -= 1;
    this.counts[state] += 1;
    this.#codes[row] = CODE[state];
    if (state === "refused") this.reasons.set(row, reasons ?? []);
    this.last = Math.max(this.last, row);
    return true;
  }

  /** The numbers of the rows in one of these states, the lowest first. */
  *in(...states) {
    const codes = states.map((state) => CODE[state]);
    for (let row = 1; row <= this.last; row += 1) if (codes.includes(this.#codes[row])) yield row;
  }

  #reserve(row) {
    if (row < this.#codes.length) return;
    const length = Math.max(row + 1, this.#codes.length * 2);
    const [codes, digests] = [new Uint8Array(length), new BigUint64Array(length)];
    codes.set(this.#codes);
    digests.set(this.#digests);
    [this.#codes, this.#digests] = [codes, digests];
  }
}

const digestText = (number) => number.toString(16).padStart(DIGEST_DIGITS, "0");
