/**
 * For the benchmarks: made-up guest lists of any length, as NDJSON and as CSV, and the right answer of each row. They are
 * the same in every run. One row in twenty-five has a fault. Each file is written once, and kept in target/bench.
 */
import { createWriteStream, existsSync, mkdirSync, renameSync } from "node:fs";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { drawer, mobileNumbers, names } from "../inputs.mjs";

const FOLDER = fileURLToPath(new URL("../../target/bench/", import.meta.url));
/** Raised when the rows change, so that no older file is taken for these. */
const EDITION = 1;
const NUMBERS = 5000;
const WRITTEN_AT_ONCE = 1000;

/** The columns, in their order. CSV has them as its header. */
const COLUMNS = [
  "Title",
  "FirstName",
  "Surname",
  "Email",
  "MobileCountryCode",
  "Mobile",
  "Birthday",
  "Address.Street",
  "Address.Town",
  "Address.Postcode",
  "Address.Country",
  "IsVip",
  "Comments",
  "MembershipId",
  "ReceiveEmailMarketing",
  "GroupEmailMarketingOptInText",
];
const WORDING = "Oak & Salt may write to me about <strong>offers</strong>, at most once a month.";

/** What can be wrong with a row, and the field that is then wrong. */
const FAULTS = [
  ["Email", (row) => (row.Email = row.Email.replace("@", " at "))],
  ["Surname", (row) => (row.Surname = "")],
  ["Mobile", (row) => (row.Mobile = row.Mobile.trim().slice(0, 3))],
  ["Birthday", (row) => (row.Birthday = "1990-02-30")],
];

/** The rows one after another: `{ row, expected }`, where `row` has the columns' cells by name. */
function* rows(count) {
  const { random, pick, day } = drawer(count);
  const numbers = mobileNumbers(NUMBERS);
  for (let index = 0; index < count; index++) {
    const number = pick(numbers);
    const cells = {
      Title: pick(names.titles),
      FirstName: pick(names.first),
      Surname: pick(names.last),
      Email: `${pick(names.locals)}${index}@${pick(names.domains)}`,
      MobileCountryCode: number.callingCode,
      Mobile: number.typed,
      Birthday: random(3) ? day(1940, 60) : "",
      "Address.Street": `${1 + random(200)} ${pick(names.streets)}`,
      "Address.Town": pick(names.towns),
      "Address.Postcode": pick(["BA1 1AA", "75001", "50667", "1000"]),
      "Address.Country": pick(["United Kingdom", "France", "Deutschland"]),
      IsVip: random(20) === 0,
      Comments: random(4) ? "" : pick(names.notes),
      MembershipId: `M-${index}`,
      ReceiveEmailMarketing: random(2) === 0,
      GroupEmailMarketingOptInText: WORDING,
    };
    const [wrong, spoil] = random(25) ? [] : pick(FAULTS);
    const expected = wrong ? [wrong] : recordOf({ ...cells, Mobile: number.national });
    spoil?.(cells);
    yield { cells, expected };
  }
}

/** The record that a right row becomes. */
function recordOf(cells) {
  const record = {};
  for (const [name, value] of Object.entries(cells)) {
    const tidy = typeof value === "string" ? value.trim() : value;
    if (tidy === "") continue;
    const [member, part] = name.split(".");
    if (part) (record[member] ??= {})[part] = tidy;
    else record[member] = tidy;
  }
  if (record.Birthday) {
    record.Birthday += "T00:00:00";
    record.IsDrinkingAge = true;
  }
  return record;
}

/** The same row as an object. What is empty is not in it. */
const nested = (cells) => {
  const row = {};
  for (const [name, value] of Object.entries(cells)) {
    if (value === "") continue;
    const [member, part] = name.split(".");
    if (part) (row[member] ??= {})[part] = value;
    else row[member] = value;
  }
  return row;
};

const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : String(cell));

/** How a row is written in each format. */
const FORMATS = {
  ndjson: { head: "", line: (cells) => `${JSON.stringify(nested(cells))}\n` },
  csv: {
    head: `${COLUMNS.join(",")}\r\n`,
    line: (cells) => `${COLUMNS.map((name) => quoted(cells[name])).join(",")}\r\n`,
  },
};

/** The path of the file of so many rows; it is written if it is not there yet. */
export async function guestList(format, count) {
  const path = `${FOLDER}guests-${EDITION}-${count}.${format}`;
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const { head, line } = FORMATS[format];
  const unfinished = `${path}.part`;
  const file = createWriteStream(unfinished);
  let text = head;
  let waiting = 0;
  for (const { cells } of rows(count)) {
    text += line(cells);
    waiting += 1;
    if (waiting < WRITTEN_AT_ONCE) continue;
    if (!file.write(text)) await once(file, "drain");
    [text, waiting] = ["", 0];
  }
  file.end(text);
  await once(file, "finish");
  renameSync(unfinished, path);
  return path;
}

/** The right answers of the file of so many rows: the record of a right row, the fields that are wrong of any other. */
export const answersOf = (count) => [...rows(count)].map(({ expected }) => expected);
