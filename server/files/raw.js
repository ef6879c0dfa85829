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

  /** Says how the file's characters are written; before the first bytes are taken. */
  set encoding(name) {
    if (!Object.hasOwn(WIDE, name)) return;
    this.#width = 2;
    this.#low = WIDE[name];
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
    const bytes = this.#bytes;
    const [width, low] = [this.#width, this.#low];
    // With characters of one byte, there is no other byte that must be zero.
    const isWide = width === 2;
    const last = bytes.length - (bytes.length % width);
    let at = this.#at;
    while (this.#line < line && at < last) {
      const byte = bytes[at + low];
      const isEnd = (byte === LF || byte === CR) && !(isWide && bytes[at + 1 - low] !== 0);
      if (isEnd && byte === CR && this.#isCr !== false) {
        if (at + width >= last) break;
        // Of CR and LF together, the LF ends the line.
        const isFollowed = bytes[at + width + low] === LF && !(isWide && bytes[at + width + 1 - low] !== 0);
        this.#isCr ??= !isFollowed;
        if (!isFollowed) this.#line += 1;
      } else if (isEnd && byte === LF) {
        this.#isCr ??= false;
        this.#line += 1;
      }
      at += width;
    }
    this.#at = at;
  }
}
