/** For `dinerkit import`: how the rows that were not created are written, to be mended and given again. */
import { csvLine, jsonLine } from "../csv.js";
import { REASON_COLUMN, ROW_COLUMN } from "./rows.js";

/** Spreadsheets take a file for UTF-8 by this. */
const BOM = "\ufeff";
/** Where a number's calling code stands. */
const CALLING_CODES = { Mobile: "MobileCountryCode", Phone: "PhoneCountryCode" };

/** The end of the name of the file: CSV for CSV, NDJSON for JSON of any kind. */
export const endingOf = ({ format }) => (format === "csv" ? "csv" : "ndjson");

/** Writes rows in the form of the file that they come from. */
export class RefusedRows {
  #layout;
  #columns;

  /** `layout` is that of `checkMany`. */
  constructor(layout) {
    this.#layout = layout;
    this.#columns = (layout.columns ?? []).filter(({ header }) => header !== ROW_COLUMN && header !== REASON_COLUMN);
  }

  /** What the file begins with. */
  head() {
    if (this.#layout.format !== "csv") return "";
    const headers = this.#columns.map(({ header }) => header);
    return BOM + this.#line([...headers, ROW_COLUMN, REASON_COLUMN]);
  }

  /** A row of `checkMany`, with the reasons. */
  row({ row, value = {}, other = {} }, reasons) {
    const why = reasons.join("; ");
    if (this.#layout.format !== "csv") return jsonLine({ ...value, [ROW_COLUMN]: row, [REASON_COLUMN]: why });
    const known = new Set(this.#columns.map(({ field }) => field));
    const cells = this.#columns.map(({ header, field }) =>
      field ? cellOf(value, field, known) : textOf(other[header]),
    );
    return this.#line([...cells, String(row), why]);
  }

  #line(cells) {
    return csvLine(cells, { delimiter: this.#layout.delimiter });
  }
}

/** The text of a field. A number whose calling code has no column of its own gets it back. */
function cellOf(value, field, known) {
  const text = textOf(field.split(".").reduce((part, name) => part?.[name], value));
  const code = CALLING_CODES[field];
  if (!code || text === "" || known.has(code) || !value[code] || text.startsWith("+")) return text;
  return `+${value[code]} ${text}`;
}

function textOf(value) {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(textOf).join("|");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
