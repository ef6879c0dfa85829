/** For the commands that write rows of a file again: the cells of one record of CSV as they stand there, and changes to them. */
import { csvCell } from "./csv.js";

/**
 * The cells of the first record of a text: of each the text with all its quotes (`raw`), and the same without (`text`).
 * `rest` is what follows the last cell: the line's end, and whatever comes after.
 */
export function cellsOf(record, delimiter) {
  const cells = [];
  let at = 0;
  for (;;) {
    const [raw, text] = cellAt(record, at, delimiter);
    cells.push({ raw, text });
    at += raw.length;
    if (record[at] !== delimiter) return { cells, rest: record.slice(at) };
    at += 1;
  }
}

/** The cell that begins at a place: all of it, and its text. A quote counts where it is the cell's first character. */
function cellAt(record, from, delimiter) {
  let at = from;
  let text = "";
  if (record[at] === '"') {
    at += 1;
    for (;;) {
      const quote = record.indexOf('"', at);
      if (quote < 0) return [record.slice(from), text + record.slice(at)];
      text += record.slice(at, quote);
      at = quote + 1;
      if (record[at] !== '"') break;
      text += '"';
      at += 1;
    }
  }
  const start = at;
  while (at < record.length && record[at] !== delimiter && record[at] !== "\n" && record[at] !== "\r") at += 1;
  return [record.slice(from, at), text + record.slice(start, at)];
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
