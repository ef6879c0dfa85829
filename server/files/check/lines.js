/** For `dinerkit check`: the lines of a report. They say where something is wrong and what, and nothing that stands there. */
import { csvLine, jsonLine } from "../csv.js";
import { fieldOf } from "../summary.js";

const COLUMNS = ["file", "row", "line", "code", "field", "severity", "message"];
/** Parameters of messages that were made from what stands in the row. */
const OF_THE_ROW = ["suggestion", "first", "second"];

/** How a report of this name is written: its first line, and the line of a record. */
export function writerOf(name) {
  const isCsv = /\.csv$/i.test(name);
  return {
    head: isCsv ? csvLine(COLUMNS) : "",
    record: isCsv ? (record) => csvLine(COLUMNS.map((column) => String(record[column] ?? ""))) : jsonLine,
  };
}

/** What a report says of the row of a file with these numbers: a record for each issue. `known` are the names of all fields. */
export function recordsOf(file, { row, line }, issues, known) {
  return issues.map((issue) => ({
    file,
    row,
    line,
    code: issue.code,
    field: fieldOf(issue, known) || null,
    severity: issue.severity,
    message: messageOf(issue),
  }));
}

/** The English message, with an ellipsis where it would say what was probably meant. */
function messageOf({ message, params = {} }) {
  return OF_THE_ROW.filter((name) => typeof params[name] === "string" && params[name] !== "").reduce(
    (text, name) => text.replaceAll(params[name], "…"),
    message,
  );
}
