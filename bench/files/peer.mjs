/**
 * For bench/files.mjs: a file checked with one of the contenders, as a developer would write it in an hour. NDJSON is
 * split at its line breaks, which is faster than Node's `readline`. CSV is read by csv-parse. Arguments: CONTENDER FORMAT
 * FILE [answers].
 */
import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { Fold, report } from "./fold.mjs";

const [, , contender, format, file, answers] = process.argv;
const { checkForm } = await import(new URL(`../${contender}`, import.meta.url));
const fold = new Fold();

/** Checks one row. */
function take(draft) {
  const { value, issues } = checkForm(draft);
  if (answers) process.stdout.write(`${JSON.stringify(issues.length ? issues.map(({ field }) => field) : value)}\n`);
  else if (issues.length === 0) fold.right(value);
  else fold.refused(issues.length);
}

async function ndjson() {
  let rest = "";
  for await (const text of createReadStream(file, { encoding: "utf8", highWaterMark: 256 * 1024 })) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) take(JSON.parse(line));
  }
  if (rest) take(JSON.parse(rest));
}

const FLAGS = { true: true, false: false };
const orAbsent = (cell) => (cell === "" ? undefined : cell);
const flag = (cell) => (cell === "" ? undefined : (FLAGS[cell] ?? cell));
const number = (cell) => (cell === "" ? undefined : Number(cell));

/** The draft of a row of cells, which are texts. */
function draftOf([
  Title,
  FirstName,
  Surname,
  Email,
  MobileCountryCode,
  Mobile,
  Birthday,
  Street,
  Town,
  Postcode,
  Country,
  IsVip,
  Comments,
  MembershipId,
  ReceiveEmailMarketing,
  GroupEmailMarketingOptInText,
]) {
  return {
    Title,
    FirstName,
    Surname,
    Email,
    MobileCountryCode: number(MobileCountryCode),
    Mobile,
    Birthday: orAbsent(Birthday),
    Address: { Street, Town, Postcode, Country },
    IsVip: flag(IsVip),
    Comments,
    MembershipId,
    ReceiveEmailMarketing: flag(ReceiveEmailMarketing),
    GroupEmailMarketingOptInText,
  };
}

async function csv() {
  // Lists of cells take less time than objects by header, and events less than asynchronous iteration or its `sync`.
  const parser = createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(parse({ from_line: 2 }));
  await new Promise((resolve, reject) => {
    parser.on("data", (cells) => take(draftOf(cells)));
    parser.on("end", resolve);
    parser.on("error", reject);
  });
}

await { ndjson, csv }[format]();
if (!answers) report(fold);
