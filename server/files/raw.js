/**
 * For the commands that write rows of a file again: the bytes of each row as they stand in the file. They go by lines, which
 * `checkMany` names for each row, so that nothing of a row that is not understood is lost, whatever its encoding.
 */

const LF = 10;
const CR = 13;
/** How many bytes each character of a line's end has, and which of them is not zero, by the encoding. */
const WIDE = { "utf-16le": 0, "utf-16be": 1 };

/**
 * The bytes of a file, cut at the beginnings of lines. As in `src/bulk/read`, a line ends with LF, before which a CR may
 * stand; in a file whose first line ends with a CR alone, each CR ends one.
 */
export class LineBytes {
  /** The bytes that were not taken yet, and the chunks that follow them. */
  #bytes = Buffer.alloc(0);
  #chunks = [];
  /** The line that begins or goes on where the bytes begin, and how far lines were counted. */
  #line = 1;
  #at = 0;
  #width = 1;
  #low = 0;
  /** Whether a CR alone ends a line; undefined before the first line has ended. */
  #isCr;

  /** Says how the file is written, which `checkMany` finds out; before the first bytes are taken. */
  set layout({ format, encoding }) {
    if (format !== "csv") this.#isCr = false;
    if (!Object.hasOwn(WIDE, encoding)) return;
    this.#width = 2;
    this.#low = WIDE[encoding];
  }

  /** Takes the next bytes of the file. */
  push(chunk) {
    this.#chunks.push(chunk);
  }

  /** Hands the bytes on that go by. */
  async *tee(source) {
    for await (const chunk of source) {
      this.push(chunk);
      yield chunk;
    }
  }

  /**
   * Takes the bytes up to where a line begins, or as many as are there for certain. `isThere` says whether that line was
   * reached.
   */
  take(line) {
    this.#join();
    this.#goTo(line);
    const bytes = this.#bytes.subarray(0, this.#at);
    this.#bytes = this.#bytes.subarray(this.#at);
    this.#at = 0;
    return { bytes, isThere: this.#line >= line };
  }

  /** The bytes that were not taken. */
  rest() {
    this.#join();
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    return bytes;
  }

  #join() {
    if (this.#chunks.length === 0) return;
    this.#bytes = Buffer.concat([this.#bytes, ...this.#chunks]);
    this.#chunks = [];
  }

  /** Goes to where a line begins; at most before a line's end that may go on in the next chunk. */
  #goTo(line) {
    const end = this.#bytes.length - (this.#bytes.length % this.#width);
    let at = this.#at;
    while (this.#line < line && at < end) {
      if (this.#isCr === false && this.#width === 1) {
        const found = this.#bytes.indexOf(LF, at);
        at = found < 0 ? end : found + 1;
        if (found >= 0) this.#line += 1;
        continue;
      }
      const character = this.#characterAt(at);
      if (character === CR && this.#isCr !== false) {
        const after = this.#afterReturns(at, end);
        // What follows says more, and is not there yet.
        if (after === end) break;
        this.#isCr ??= this.#characterAt(after) !== LF;
        // Of CR and LF together, the LF ends the line.
        if (this.#isCr && this.#characterAt(at + this.#width) !== LF) this.#line += 1;
      } else if (character === LF) {
        this.#isCr ??= false;
        this.#line += 1;
      }
      at += this.#width;
    }
    this.#at = at;
  }

  /** The place after a CR and those that follow it; where they must be told apart, only the first one counts. */
  #afterReturns(at, end) {
    do at += this.#width;
    while (this.#isCr === undefined && at < end && this.#characterAt(at) === CR);
    return at;
  }

  /** The character at a place, if it may end a line. */
  #characterAt(at) {
    if (this.#width === 1) return this.#bytes[at];
    return this.#bytes[at + 1 - this.#low] === 0 ? this.#bytes[at + this.#low] : undefined;
  }
}
