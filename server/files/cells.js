/** For the commands that write rows of a file again: the cells of one record of CSV as they stand there, and changes to them. */
import { csvCell, unguarded } from "./csv.js";

/** White space that may stand around quotes. */
const SPACES = /[ \t]*/y;

/**
 * The cells of a record of CSV: of each the text with all that is around it (`raw`), and the text alone. `rest` is what
 * follows the last cell: the line's end, and whatever comes after. Undefined for a record that RFC 4180 does not have, such
 * as one with text after a closing quote: `src/bulk/read` makes something of it, but only there.
 */
export function cellsOf(record, delimiter) {
  const cells = [];
  for (let at = 0; ; at += 1) {
    const cell = cellAt(record, at, delimiter);
    if (!cell) return undefined;
    cells.push(cell);
    at += cell.raw.length;
    if (record[at] !== delimiter) return { cells, rest: record.slice(at) };
  }
}

/** The cell that begins at a place. A quote counts where it is the cell's first character but for spaces. */
function cellAt(record, from, delimiter) {
  const isEnd = (at) => at >= record.length || record[at] === delimiter || isLineEnd(record, at);
  const open = afterSpaces(record, from, delimiter);
  let at = from;
  if (record[open] !== '"') {
    while (!isEnd(at)) at += 1;
    const raw = record.slice(from, at);
    // A CR within a line ends it in some files.
    return raw.includes("\r") ? undefined : { raw, text: tidy(raw) };
  }
  let close = open;
  do {
    close = record.indexOf('"', close + 1);
    if (close < 0) return undefined;
    // Two quotes are one within the text.
  } while (record[close + 1] === '"' && (close += 1));
  at = afterSpaces(record, close + 1, delimiter);
  if (!isEnd(at)) return undefined;
  return { raw: record.slice(from, at), text: tidy(record.slice(open + 1, close).replaceAll('""', '"')) };
}

/** Whether a line ends at a place, or nothing but ends of lines follow. */
function isLineEnd(record, at) {
  while (record[at] === "\r") at += 1;
  return record[at] === "\n" || (at >= record.length && record[at - 1] === "\r");
}

function afterSpaces(record, at, delimiter) {
  SPACES.lastIndex = at;
  const [spaces] = SPACES.exec(record);
  const first = spaces.indexOf(delimiter);
  return at + (first < 0 ? spaces.length : first);
}

/** The text without what keeps a spreadsheet from computing it, as `src/bulk/read` takes it off. */
function tidy(text) {
  const [, number] = /^="([^"]*)"$/.exec(text) ?? [];
  return number ?? unguarded(text);
}

/**
 * The record with other texts in some cells: `changes` are `[index, text]`. A cell that the record lacks is added. What
 * is not changed stays as it was, with its quotes.
 */
export function withChanges({ cells, rest }, changes, delimiter) {
  const raws = cells.map(({ raw }) => raw);
  for (const [index, text] of changes) {
    while (raws.length <= index) raws.push("");
    raws[index] = csvCell(text, delimiter);
  }
  return raws.join(delimiter) + rest;
}
