/** For `dinerkit import`: its words, and the sentences that it says. */
import { UsageError } from "../../words.js";
import { askedOf as checkWords } from "../check/words.js";
import { counted, estimate, lineList, number } from "../phrases.js";
import { perMinuteOf } from "../sending/words.js";

export const OPTIONS = {
  config: { type: "string", short: "c" },
  microsite: { type: "string" },
  yes: { type: "boolean", short: "y" },
  "per-minute": { type: "string" },
  duplicates: { type: "string" },
  map: { type: "string" },
  locale: { type: "string" },
  "time-zone": { type: "string" },
  strict: { type: "boolean" },
  format: { type: "string" },
  encoding: { type: "string" },
  delimiter: { type: "string" },
};

export const HELP = `dinerkit import FILE --config gateway.toml     create the guests of a file, each at most once

First the file is checked, and it says how many rows will be created and how long that takes. Nothing is sent before you have
said yes. What was sent stands in FILE.dinerkit-journal: the same command again goes on where it ended, whatever ended it.

  --config FILE       the configuration of the gateway: account, microsites, and [shared] if gateways run
  --microsite NAME    the restaurant, if the configuration has more than one
  --yes               do not ask; needed where nobody can answer
  --per-minute N      how many requests a minute are sent at most
  --duplicates send   send also the rows that have the e-mail address or the phone number of a row before
  --map FILE, --locale TAG, --time-zone ZONE, --strict, --format FORMAT, --encoding ENCODING, --delimiter CHARACTER
                      how the file is read: see dinerkit check --help

Rows that were not created are left in FILE.refused.csv (.ndjson for JSON), with the reason, to be mended and imported in turn.

Exit status: 0 every row was created, 1 not all were, 2 the command's words or its files are wrong, 130 or 143 it was
interrupted.
`;

/** What of the words says how the file is read. */
const OF_CHECK = ["map", "locale", "time-zone", "strict", "format", "encoding", "delimiter"];

/** What the words ask for. Wrong ones are a UsageError. */
export function askedOf(values, files) {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) throw new UsageError("import takes one file of guests; --help tells more");
  if (file === "-")
    throw new UsageError("import takes a file, beside which its journal is kept, and not standard input");
  if (!values.config) throw new UsageError("import needs --config FILE, the configuration of the gateway");
  const { duplicates } = values;
  if (duplicates !== undefined && duplicates !== "send") throw new UsageError("--duplicates takes send");
  const { map, check } = checkWords(Object.fromEntries(OF_CHECK.map((name) => [name, values[name]])), files);
  return {
    file,
    config: values.config,
    microsite: values.microsite,
    isAgreed: values.yes ?? false,
    perMinute: perMinuteOf(values["per-minute"]),
    sendsDuplicates: duplicates === "send",
    map,
    check,
  };
}

/** What would be done, in lines. `plan` is that of the list, `reason` says why it is sent at this pace. */
export function planLines({ plan, microsite, perMinute, reason }) {
  const { rows, toSend, leftOut, duplicates, before, withheld } = plan;
  const lines = [];
  const done = before.created + before.refused + before.unknown;
  if (done > 0) {
    lines.push(
      `the journal has ${counted(done, "row")} of earlier runs: ${number(before.created)} created, ${number(before.refused)} refused, ${number(before.unknown)} unknown`,
    );
  }
  const out = leftOut + duplicates;
  lines.push(
    `${number(toSend)} of ${counted(rows, "row")} will be created at ${microsite}, ${number(out)} ${out === 1 ? "is" : "are"} left out (${number(leftOut)} with errors, ${counted(duplicates, "duplicate")} of a row before)`,
  );
  for (const { name, count, lines: at } of withheld) lines.push(withheldLine(name, count, at));
  if (toSend > 0)
    lines.push(`about ${estimate((toSend * 60_000) / perMinute)} at ${number(perMinute)} a minute: ${reason}`);
  return lines;
}

const withheldLine = (name, count, at) =>
  `${name} is sent as false in ${counted(count, "row")}, for want of the wording that the Setup has today: ${lineList(at, count)}`;

/** How an unknown row is looked for. */
export const UNKNOWN =
  "the remote API has no search. Look in ResDiary for the name or the e-mail address of each: if the guest is there, the row is done; if not, put it into a file of its own and import that";

/** The end, in lines. */
export function endLines({ counts, unknown, toGo, refusedFile, stopped, isInterrupted }) {
  const lines = [
    `created ${number(counts.created)}, refused ${number(counts.refused)}, unknown ${number(counts.unknown)}, left out ${number(counts.leftOut)}`,
  ];
  if (unknown.length > 0)
    lines.push(`unknown: ${rowsOf(unknown)}`, `their answers were lost, and they are never sent again: ${UNKNOWN}`);
  if (refusedFile) lines.push(`what was not created, and why, is in ${refusedFile}: mend it and import that file`);
  if (stopped) lines.push(stopLine(stopped));
  if (toGo > 0) {
    const why = isInterrupted ? "interrupted: " : "";
    lines.push(`${why}${counted(toGo, "row")} to go: the same command goes on`);
  }
  return lines;
}

/** Rows by their numbers, all of them: somebody has to look for each. */
const rowsOf = (rows) => `row${rows.length === 1 ? "" : "s"} ${rows.join(", ")}`;

const stopLine = ({ status }) =>
  `stopped: the remote API ${status === undefined ? "gives no answer" : `answers ${status}`} to row after row: \`dinerkit gateway check\` tells what is wrong with the account or the microsite`;
