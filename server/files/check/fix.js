/**
 * For `dinerkit check --fix`: the file once more, with what the rules put right. Bytes of rows that have nothing to put right,
 * or that have an error, are written as they were read, so that the new file can stand for the old one.
 */
import { cellsOf, withChanges } from "../cells.js";
import { jsonLine } from "../csv.js";
import { encoderOf } from "../encoder.js";
import { FileError, shown } from "../errors.js";
import { LineBytes } from "../raw.js";

/** Writes the rows of one file into an output. */
export class Fix {
  #output;
  #rows;
  #bytes = new LineBytes();
  #encoder;
  #write;
  /** The last row, whose bytes end where the next one begins. */
  #last;
  /** How many rows were written otherwise than they were read. */
  changed = 0;

  /** `rows` are those of `fields()`. */
  constructor(output, rows) {
    this.#output = output;
    this.#rows = new Map(rows.map((row) => [row.name, row]));
  }

  /** Hands the bytes of the file on to `checkMany`. */
  read(source) {
    return this.#bytes.tee(source);
  }

  /** Takes the layout of the file, once it is known. `name` is the file's. */
  begin(layout, name) {
    if (layout.format === "json") {
      throw new FileError(
        `${shown(name)}: --fix writes CSV and NDJSON, and this is a JSON array: \`jq -c .[] FILE\` makes NDJSON of it`,
      );
    }
    this.#bytes.layout = layout;
    this.#encoder = encoderOf(layout.encoding);
    this.#write = layout.format === "csv" ? recordWriter(layout, this.#rows) : jsonWriter;
  }

  /** Writes the rows before the last of these, which `checkMany` gave in order. */
  async add(rows) {
    const pieces = rows.map(({ line }) => this.#bytes.take(line).bytes);
    const written = pieces.map((bytes, index) => this.#rowWritten(index === 0 ? this.#last : rows[index - 1], bytes));
    this.#last = rows.at(-1) ?? this.#last;
    await this.#output.write(Buffer.concat(written));
  }

  /** Writes the last row. */
  async end() {
    await this.#output.write(this.#rowWritten(this.#last, this.#bytes.rest()));
  }

  /** What is written of a row, or of what stands before the first one. */
  #rowWritten(row, bytes) {
    if (!row?.isSendable) return bytes;
    const text = this.#encoder.decode(bytes);
    const written = this.#write(text, row);
    if (written === text) return bytes;
    const encoded = this.#encoder.encode(written);
    // A text that the file's encoding lacks stays as it was.
    if (!encoded) return bytes;
    this.changed += 1;
    return encoded;
  }
}

/** What writes a record of CSV anew: its text if nothing differs. */
function recordWriter({ delimiter, columns }, rows) {
  const taken = columns.map(({ field }, index) => [index, field]).filter(([, field]) => field);
  const fields = new Set(taken.map(([, field]) => field));
  return (text, { value }) => {
    const record = cellsOf(text, delimiter);
    if (!record) return text;
    const changes = taken
      .map(([index, field]) => [index, cellText(rows.get(field), value, fields)])
      .filter(([index, now]) => now !== undefined && !says(record.cells[index], now));
    return changes.length === 0 ? text : withChanges(record, changes, delimiter);
  };
}

/** Whether a cell says a text already. */
const says = (cell, text) => (cell?.text ?? "") === text;

/**
 * What a cell says of a member; undefined if the request has none, whose cell then stays as it was. `row` is that of the
 * rule table, and `fields` are those that have a column.
 */
export function cellText({ name, kind, callingCode: code }, value, fields) {
  const [first, part] = name.split(".");
  const member = part === undefined ? value[first] : value[first]?.[part];
  if (member === undefined || member === null) return undefined;
  if (Array.isArray(member)) return member.join("|");
  if (typeof member === "object") return member.Id === undefined ? undefined : String(member.Id);
  // A calendar date, which has no time.
  if (kind === "date") return member.slice(0, "YYYY-MM-DD".length);
  // A calling code stands in a column of its own, or else before its number.
  if (code && !fields.has(code) && value[code] !== undefined) return `+${value[code]} ${member}`;
  return String(member);
}

/** Writes a row of NDJSON anew: its text if nothing differs but spaces and the order of members. */
function jsonWriter(text, { value, json }) {
  const [, , end] = /^([^]*?)(\s*)$/.exec(text) ?? [];
  if (isSame(JSON.parse(text), value)) return text;
  return json + (end || jsonLine("").slice(-1));
}

/** Whether two values of JSON say the same. A member that is null says nothing. */
function isSame(one, other) {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return (one ?? null) === (other ?? null);
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}
