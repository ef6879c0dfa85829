/**
 * For `dinerkit check --report`, which goes on where a run was ended: the bytes of a file without the rows that are done.
 */
import { LineBytes } from "../raw.js";
import { definedOnly } from "./words.js";

/** Bytes above this one are not ASCII. */
const ASCII_MAX = 0x7f;

/**
 * Whether a run can go on within a file of this layout. Where a row of a JSON array begins, only reading all of it tells,
 * and so it is with lines of UTF-16.
 */
export const canSkip = ({ format, encoding }) => format !== "json" && !encoding.startsWith("utf-16");

/**
 * Reads a file from its line `line` on, below the lines before `first`, where its first row begins: those are the header.
 * Returns `{ source, options }`: the bytes, and what `checkMany` must be told that the rows left out would have told.
 */
export async function skipped(source, { layout, first, line }) {
  const { format, delimiter, encoding } = layout;
  const bytes = new LineBytes();
  bytes.layout = layout;
  const chunks = source[Symbol.asyncIterator]();
  const head = [];
  let isAscii = true;
  for (let isThere = false, isPastHead = false; !isThere;) {
    const { done, value } = await chunks.next();
    if (done) break;
    bytes.push(value);
    isAscii &&= value.every((byte) => byte <= ASCII_MAX);
    if (!isPastHead) {
      const taken = bytes.take(first);
      head.push(taken.bytes);
      isPastHead = taken.isThere;
    }
    if (isPastHead) ({ isThere } = bytes.take(line));
  }
  async function* rest() {
    yield* head;
    yield bytes.rest();
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  // The file may say only further on whether it is in UTF-8 or in Windows-1252.
  const options = { format, delimiter: delimiter ?? undefined, encoding: isAscii ? undefined : encoding };
  return { source: rest(), options: definedOnly(options) };
}
