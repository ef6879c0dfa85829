/** For the engines: what every swap has to hold before anything is sent, and how an engine compares. */

/** The most texts of one swap, which engines with a limit of their own still take at once. */
const MOST = 8;
/** The longest text, in bytes of UTF-8: the smallest limit of an engine's value is 64 KiB. */
const LONGEST_BYTES = 60_000;
/** UTF-8 takes three bytes at most for each unit of a string, so that most texts need not be measured. */
const BYTES_OF_UNIT = 3;

const encoder = new TextEncoder();

/** The entries, if a swap may have them. Throws a TypeError otherwise, which names no key and no text. */
export function checked(entries) {
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MOST) {
    throw new TypeError(`a swap takes a list of 1 to ${MOST} entries`);
  }
  if (new Set(entries.map(({ key }) => key)).size !== entries.length) {
    throw new TypeError("a swap takes each key once");
  }
  for (const { key, expected, text, seconds } of entries) {
    if (typeof key !== "string" || key === "") throw new TypeError("the key of an entry is a text");
    if (!isTextOrNone(expected)) throw new TypeError("expected is a text, null, or left out");
    if (!isTextOrNone(text)) throw new TypeError("text is a text, null, or left out");
    if (typeof text !== "string") continue;
    if (!(seconds > 0 && seconds < Infinity)) throw new TypeError("a text that is put needs its seconds, above 0");
    if (text.length * BYTES_OF_UNIT > LONGEST_BYTES && encoder.encode(text).length > LONGEST_BYTES) {
      throw new TypeError(`a text has at most ${LONGEST_BYTES} bytes`);
    }
  }
  return entries;
}

const isTextOrNone = (value) => value === undefined || value === null || typeof value === "string";

/** Whether all that is expected is there. */
export const areEqual = (entries, texts) =>
  entries.every(({ expected }, index) => expected === undefined || expected === texts[index]);

/** When a text's time is over, in milliseconds, if it is put at `nowMs`. */
export const untilOf = ({ seconds }, nowMs) => nowMs + Math.ceil(seconds * 1000);

/** The part of a key in braces: what may be in one swap has the same. */
export const tagOf = (key) => /\{([^}]+)\}/.exec(key)?.[1] ?? key;
