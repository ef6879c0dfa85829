/**
 * For `dinerkit unsubscribe` and `dinerkit schedule-deletion`: reads lists of Ids: one a line, a column `Id` of CSV, or a
 * member `Id` of NDJSON. Rows are counted as in `dinerkit import`: from 1, without the header.
 */
import { ID_MAX } from "../../words.js";
import { cellsOf } from "../cells.js";
import { FileError } from "../errors.js";

const DELIMITERS = [",", ";", "\t", "|"];
/** The column or the member that has the Id. */
const COLUMN = "id";
/** Cells may have line breaks, but not that many characters: a quote was left open. */
const RECORD_MAX = 1024 * 1024;

/** The Ids of a text that comes in chunks: `{ row, line, id }`, where `id` is undefined for a row that has none. */
export async function* idsIn(chunks, name) {
  let read;
  let row = 0;
  for await (const { line, text } of recordsIn(chunks)) {
    if (!read) {
      const first = readerFor(text, name);
      ({ read } = first);
      if (first.isHeader) continue;
    }
    row += 1;
    yield { row, line, id: idOf(read(text)) };
  }
}

/** What finds the text of the Id in each record, by the first one, and whether that is a header. */
function readerFor(first, name) {
  if (first.startsWith("{")) return { read: memberOf, isHeader: false };
  if (idOf(first) !== undefined) return { read: (text) => text, isHeader: false };
  for (const delimiter of DELIMITERS) {
    const headers = cellsOf(first, delimiter)?.cells.map(({ text }) => text.trim().toLowerCase()) ?? [];
    const index = headers.indexOf(COLUMN);
    if (index >= 0) return { read: (text) => cellsOf(text, delimiter)?.cells[index]?.text, isHeader: true };
  }
  throw new FileError(`${name}: it takes one Id a line, or a column or a member of the name Id`);
}

function memberOf(text) {
  try {
    const { Id } = JSON.parse(text);
    return typeof Id === "number" ? String(Id) : Id;
  } catch {
    return undefined;
  }
}

/** The Id that a text is; undefined for any other text. */
export function idOf(text) {
  if (typeof text !== "string" || !/^\s*[1-9]\d{0,9}\s*$/.test(text)) return undefined;
  const id = Number(text);
  return id <= ID_MAX ? id : undefined;
}

/** The records: lines that are not empty, joined while a quote is open. */
async function* recordsIn(chunks) {
  let texts = [];
  let length = 0;
  let quotes = 0;
  let begun;
  // To join and to look through the record with each line takes hours for a quote that was left open.
  const taken = () => {
    const record = { line: begun, text: texts.join("\n") };
    texts = [];
    length = quotes = 0;
    return record;
  };
  for await (const { line, text } of linesIn(chunks)) {
    if (texts.length === 0) begun = line;
    texts.push(text);
    length += text.length + 1;
    quotes += text.match(/"/g)?.length ?? 0;
    const isOpen = quotes % 2 === 1 && !texts[0].startsWith("{");
    if (isOpen && length < RECORD_MAX) continue;
    const record = taken();
    if (record.text.trim() !== "") yield record;
  }
  const record = taken();
  if (record.text.trim() !== "") yield record;
}

async function* linesIn(chunks) {
  const decoder = new TextDecoder();
  let rest = "";
  let line = 1;
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop();
    for (const text of lines) yield { line: line++, text };
  }
  rest += decoder.decode();
  if (rest !== "") yield { line, text: rest.replace(/\r$/, "") };
}
