/**
 * For `dinerkit import`: how the rows that were not created are written, to be mended and given again. They are written as
 * they stand in the file, because what the rules make of a row lacks what was wrong with it.
 */
import { cellsOf, withChanges } from "../cells.js";
import { csvLine, jsonLine } from "../csv.js";
import { encoderOf } from "../encoder.js";
import { REASON_COLUMN, ROW_COLUMN } from "./rows.js";

/** The end of the name of the file: CSV for CSV, NDJSON for JSON of any kind. */
export const endingOf = ({ format }) => (format === "csv" ? "csv" : "ndjson");

/** What writes rows in the form of the file that they come from; `layout` is that of `checkMany`. */
export const refusedRows = (layout) => (layout.format === "csv" ? new Cells(layout) : new Objects(layout));

class Cells {
  #delimiter;
  #headers;
  #places;
  #encoder;

  constructor({ delimiter, columns, encoding }) {
    this.#delimiter = delimiter;
    this.#headers = columns.map(({ header }) => header);
    this.#encoder = encoderOf(encoding);
    // A file that was mended has the two columns already.
    let next = columns.length;
    this.#places = [ROW_COLUMN, REASON_COLUMN].map((name) => {
      const index = this.#headers.indexOf(name);
      return index < 0 ? next++ : index;
    });
  }

  /** What the file begins with: `bytes` are those before its first row. */
  head(bytes) {
    return this.#with(this.#encoder.decode(bytes), [ROW_COLUMN, REASON_COLUMN]) ?? this.#line([...this.#headers]);
  }

  /** The row with this number, whose bytes are given, with the reasons. */
  row({ row }, bytes, reasons) {
    const about = [String(row), reasons.join("; ")];
    // A row that is no record would damage those after it.
    return this.#with(this.#encoder.decode(bytes), about) ?? this.#line([], about);
  }

  #with(text, about) {
    const record = cellsOf(text, this.#delimiter);
    if (!record || record.cells.length > this.#headers.length) return undefined;
    const changes = about.map((cell, index) => [this.#places[index], cell]);
    const isEnded = /[\r\n]$/.test(text);
    return this.#encoder.encode(withChanges(record, changes, this.#delimiter) + (isEnded ? "" : "\r\n"));
  }

  #line(cells, [row, reason] = [ROW_COLUMN, REASON_COLUMN]) {
    cells[this.#places[0]] = row;
    cells[this.#places[1]] = reason;
    const whole = Array.from(cells, (cell) => cell ?? "");
    return this.#encoder.encode(csvLine(whole, { delimiter: this.#delimiter }));
  }
}

class Objects {
  #isLines;

  constructor({ format }) {
    this.#isLines = format === "ndjson";
  }

  head() {
    return "";
  }

  row({ row, value = {} }, bytes, reasons) {
    // An element of an array has no line of its own.
    const found = this.#isLines ? objectIn(bytes) : value;
    return jsonLine({ ...found, [ROW_COLUMN]: row, [REASON_COLUMN]: reasons.join("; ") });
  }
}

/** The object in a line; an empty one for a line that is none. */
function objectIn(bytes) {
  try {
    const value = JSON.parse(bytes.toString("utf8").trim());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
