/**
 * For the commands about files: writes CSV as RFC 4180 has it, safe from spreadsheets' formulas, and NDJSON.
 */

/**
 * A cell that a spreadsheet would compute: one that begins with `=`, `@`, a tab or a line's end, also in the wide forms that
 * are typed in Japanese, and one that begins with `+` or `-` unless it is nothing but digits and what stands between those
 * of a telephone number: `+1+cmd|...` begins like one. `src/bulk/read` takes the apostrophe off again that `guarded` puts
 * before such a cell.
 */
const FORMULA = /^(?:[=@\t\r\n＝＠＋－]|[+-](?![\d ()/.-]*$))/;

/** The text with an apostrophe before it if it would be a formula. */
export const guarded = (text) => (FORMULA.test(text) ? `'${text}` : text);

/** The text without such an apostrophe, or one that somebody typed so that a number stays a text. */
export const unguarded = (text) => text.replace(/^'(?=[=@+\t\r\n＝＠＋－-])/, "");

/** A text as a cell: quoted where it has to be. */
export function csvCell(text, delimiter) {
  const safe = guarded(text);
  const isPlain = !safe.includes(delimiter) && !/["\r\n]/.test(safe);
  return isPlain ? safe : `"${safe.replaceAll('"', '""')}"`;
}

/** A record of CSV with its line's end. */
export function csvLine(cells, { delimiter = ",", newline = "\r\n" } = {}) {
  // An empty line is no record, so a single empty cell is quoted.
  if (cells.length === 1 && cells[0] === "") return `""${newline}`;
  return cells.map((cell) => csvCell(cell, delimiter)).join(delimiter) + newline;
}

/** A record of NDJSON with its line's end. */
export const jsonLine = (value) => `${JSON.stringify(value)}\n`;
