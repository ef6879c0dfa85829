/**
 * For the commands about files: counts what is wrong with the rows of a file, by kind, with some line numbers as examples.
 * It holds nothing of what stands in the rows.
 */
import { EXAMPLES, counted, lineList, number } from "./phrases.js";

/** How much of a column's name is shown. */
const HEADER_MAX = 40;
/** Errors of rows that could not be read as a record begin so. */
const NO_RECORD = "row_";

/** How the rows stand: each row counts in one of these. */
const STANDINGS = {
  good: "good",
  withAdvice: "with advice only",
  withErrors: "with errors",
  noRecord: "that can't be read",
};

/** In which of STANDINGS a row counts, by its issues. */
export function standingOf(issues) {
  if (issues.length === 0) return "good";
  if (issues.some(({ code }) => code.startsWith(NO_RECORD))) return "noRecord";
  return issues.some(({ severity }) => severity === "error") ? "withErrors" : "withAdvice";
}

/** What an issue is about: a field's name, or nothing where it is the whole row. `known` are the fields' names. */
export function fieldOf({ path }, known) {
  const name = path.join(".");
  // A member's name that is no field's comes from the file, and may be anything.
  return known.has(name) || known.has(path[0]) ? name : "";
}

/** The counts of one file. */
export class Summary {
  #known;
  #kinds = new Map();
  rows = 0;
  duplicates = 0;
  counts = { good: 0, withAdvice: 0, withErrors: 0, noRecord: 0 };

  /** `known` are the names of all fields, `counted` what an earlier run has counted: see `state`. */
  constructor(known, counted) {
    this.#known = known;
    if (!counted) return;
    this.rows = counted.rows;
    this.duplicates = counted.duplicates;
    this.counts = counted.counts;
    for (const kind of counted.kinds) this.#kinds.set(keyOf(kind), kind);
  }

  /** Counts a row of `checkMany`, which begins in this line of the file. */
  note({ issues }, line) {
    this.rows += 1;
    this.counts[standingOf(issues)] += 1;
    if (issues.length === 0) return;
    // A row may have both the e-mail address and the number of another.
    if (issues.some(({ code }) => code === "duplicate")) this.duplicates += 1;
    const found = issues.map(({ code, severity, path }) => ({
      severity,
      code,
      field: fieldOf({ path }, this.#known),
    }));
    // A row counts once for each kind, such as the duplicate of an address and of a number.
    const kinds = new Map(found.map((kind) => [keyOf(kind), kind]));
    for (const [key, kind] of kinds) this.#noteKind(key, kind, line);
  }

  #noteKind(key, found, line) {
    let kind = this.#kinds.get(key);
    if (!kind) this.#kinds.set(key, (kind = { ...found, count: 0, lines: [] }));
    kind.count += 1;
    if (kind.lines.length < EXAMPLES) kind.lines.push(line);
  }

  /** The kinds of what is wrong: errors first, then the most frequent first. */
  get kinds() {
    return [...this.#kinds.values()].sort(
      (one, other) =>
        (one.severity === "advice") - (other.severity === "advice") ||
        other.count - one.count ||
        (keyOf(one) < keyOf(other) ? -1 : 1),
    );
  }

  /** Whether nothing keeps the rows from being sent: neither what is in them nor how the file was read. */
  isWell({ problems = [] }) {
    const isRead = problems.every(({ severity }) => severity !== "error");
    return isRead && this.counts.withErrors + this.counts.noRecord === 0;
  }

  /** All that was counted, for `constructor`. */
  get state() {
    const { rows, duplicates, counts, kinds } = this;
    return structuredClone({ rows, duplicates, counts, kinds });
  }

  /** What `--json` shows. `layout` is that of `checkMany`. */
  toObject(layout) {
    const { format, encoding, delimiter, problems = [] } = layout;
    const columns = columnsOf(layout);
    const { rows, counts, duplicates, kinds } = this;
    return { format, encoding, delimiter, columns, problems, rows, ...counts, duplicates, kinds };
  }

  /** The lines that are shown to people. */
  lines(name, layout) {
    return [
      `${name}: ${counted(this.rows, "row")} (${kindOf(layout)})`,
      ...this.#standing(),
      ...columnLines(columnsOf(layout)),
      ...problemLines(layout),
      ...this.#kindLines(),
    ];
  }

  #standing() {
    const entries = Object.entries(STANDINGS).map(([key, words]) => [this.counts[key], words]);
    const duplicates = this.duplicates === 1 ? "duplicate" : "duplicates";
    const all = [...entries, [this.duplicates, `${duplicates} of a row before`]].filter(
      ([count, words]) => count > 0 || words === STANDINGS.good,
    );
    const width = Math.max(...all.map(([count]) => number(count).length));
    return all.map(([count, words]) => `  ${number(count).padStart(width)} ${words}`);
  }

  #kindLines() {
    const { kinds } = this;
    if (kinds.length === 0) return [];
    const cells = kinds.map(({ severity, code, field, count, lines }) => [
      severity,
      code,
      field || "the row",
      number(count),
      lineList(lines, count),
    ]);
    const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((cell) => cell[column].length)));
    return [
      "",
      ...cells.map(
        ([severity, code, field, count, lines]) =>
          `  ${severity.padEnd(widths[0])}  ${code.padEnd(widths[1])}  ${field.padEnd(widths[2])}  ${count.padStart(widths[3])}  ${lines}`,
      ),
    ];
  }
}

const keyOf = ({ severity, code, field }) => `${severity} ${code} ${field}`;

/** What kind of file it is, in words. */
function kindOf({ format, encoding, delimiter }) {
  const names = { csv: "CSV", ndjson: "NDJSON", json: "a JSON array" };
  const between = { "\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars" };
  return [names[format] ?? format, encoding, format === "csv" && `${between[delimiter] ?? delimiter} between cells`]
    .filter(Boolean)
    .join(", ");
}

/** What stands in the cells of guests, and in no name of a column: an e-mail address, or the digits of a number or a date. */
const OF_GUEST = /@|\d{5}|\d+[-/.]\d+[-/.]\d+|\d{2,} \d{2,}/;

/**
 * The columns and the field that each was taken for. Where none was taken for any, the first line is hardly one of names
 * but a guest's, so it is not shown; nor where a guest is called as a column is, such as Handy or Title.
 */
function columnsOf({ columns = [] }) {
  const isHeader = columns.some(({ field }) => field) && !columns.some(({ header }) => OF_GUEST.test(header));
  return columns.map(({ header, field }, index) => ({
    header: isHeader ? headerShown(header) : `column ${index + 1}`,
    field: field ?? null,
  }));
}

function headerShown(header) {
  const plain = header.replaceAll(/\p{C}/gu, " ").trim();
  return plain.length > HEADER_MAX ? `${plain.slice(0, HEADER_MAX)}…` : plain;
}

function columnLines(columns) {
  const taken = columns.filter(({ field }) => field);
  if (taken.length === 0) return [];
  const others = columns.filter(({ field }) => !field).map(({ header }) => header || "(no name)");
  return [
    "",
    ...taken.map(({ header, field }) => `  column ${header} is ${field}`),
    ...(others.length > 0 ? [`  no field: ${others.join(", ")}`] : []),
  ];
}

/** What was not guessed of the file: the reader's own sentences, which hold nothing of the file. */
function problemLines({ problems = [] }) {
  if (problems.length === 0) return [];
  const width = (name) => Math.max(...problems.map((problem) => problem[name].length));
  const [severities, codes] = [width("severity"), width("code")];
  return [
    "",
    ...problems.map(
      ({ severity, code, message }) => `  ${severity.padEnd(severities)}  ${code.padEnd(codes)}  ${message}`,
    ),
  ];
}
