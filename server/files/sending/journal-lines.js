/**
 * For `import`, `unsubscribe` and `schedule-deletion`: how the lines of a journal are written and read. A journal holds
 * no personal data: numbers of rows, keyed digests, times, states, codes and Ids.
 */
import { createHmac } from "node:crypto";
import { ID_MAX } from "../../words.js";
import { DIGEST_DIGITS, ENDS } from "./states.js";

/** The version of the format. A journal of another one is refused. */
const VERSION = 1;
const ROW_MAX = 2 ** 31 - 1;
const DIGEST = new RegExp(`^[0-9a-f]{${DIGEST_DIGITS}}$`);
/** A reason is a code, or a field's name and a code. */
const REASON = /^[A-Za-z0-9_.:[\] ]{1,80}$/;

/** The journal can't be used; the message says why and what to do. */
export class JournalError extends Error {}

/** The first line: what the journal is for. `key` is what the rows' digests are made with, in base64. */
export function headerLine({ command, upstream, microsite, mode, key }) {
  return line({ journal: "dinerkit", version: VERSION, command, upstream, microsite, mode, key });
}

/** True for what a process may leave that ends while it writes the first line. */
export const isTornHeader = (text) => BEGINNING.startsWith(text) || text.startsWith(BEGINNING);
const BEGINNING = '{"journal":"dinerkit",';

/** The line that is in the file before a row is sent. `withheld` are the consents that are sent as false. */
export const sendingLine = ({ row, digest, withheld }, at) => line({ row, state: "sending", digest, withheld, at });

/** The line that says what has become of it: `{ row, state, id, status, reasons }`. */
export const endLine = ({ row, state, id, status, reasons }, at) =>
  line({ row, state, id, status, reasons: reasons?.map((reason) => (isReason(reason) ? reason : UNNAMED)), at });
/** Stands for a reason that no code is. What was written must be readable, or else nothing more is ever sent. */
const UNNAMED = "other";

const line = (members) => `${JSON.stringify(members)}\n`;

/** What the first line says. Throws a JournalError if it is none of ours. */
export function readHeader(text) {
  const header = parsed(text);
  if (header?.journal !== "dinerkit") throw new JournalError("it is no journal of dinerkit");
  if (header.version !== VERSION) throw new JournalError("another version of dinerkit has written it");
  return header;
}

/** What a later line says: `{ row, state, … }`; undefined for a line that no journal has. */
export function readLine(text) {
  const found = parsed(text);
  if (!isNumber(found?.row, ROW_MAX)) return undefined;
  const { row, state, digest, id, reasons } = found;
  if (state === "sending") return isDigest(digest) ? { row, state, digest } : undefined;
  if (!ENDS.includes(state)) return undefined;
  if (id !== undefined && !isNumber(id, ID_MAX)) return undefined;
  const areReasons = reasons === undefined || (Array.isArray(reasons) && reasons.every(isReason));
  return areReasons ? { row, state, id, reasons } : undefined;
}

const isNumber = (value, max) => Number.isInteger(value) && value > 0 && value <= max;
const isDigest = (value) => typeof value === "string" && DIGEST.test(value);
const isReason = (value) => typeof value === "string" && REASON.test(value);

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Makes the digests of one journal: the same value has another digest in another journal. */
export function digester(key) {
  const bytes = Buffer.from(key, "base64");
  return (text) => createHmac("sha256", bytes).update(text).digest("hex").slice(0, DIGEST_DIGITS);
}

/**
 * Splits what a file's chunks of bytes hold into whole lines. `whole` is how many bytes of the file those are: what comes
 * after is a line that was being written when the process ended.
 */
export class Lines {
  whole = 0;
  #rest = [];

  /** The beginning of a line that does not end. */
  get rest() {
    return Buffer.concat(this.#rest).toString("utf8");
  }

  /** The lines that end in this chunk. */
  *of(chunk) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const bytes = Buffer.concat([...this.#rest, chunk.subarray(from, end)]);
      this.#rest = [];
      this.whole += bytes.length + 1;
      from = end + 1;
      yield bytes.toString("utf8");
    }
    if (from < chunk.length) this.#rest.push(Buffer.from(chunk.subarray(from)));
  }
}
