/** For `dinerkit check`: its words. */
import { DELIMITERS, ENCODINGS, FORMATS } from "../../../pkg/lib/bulk/options.js";
import { UsageError } from "../../words.js";

export const OPTIONS = {
  fix: { type: "string" },
  report: { type: "string" },
  duplicates: { type: "boolean" },
  setup: { type: "string" },
  microsite: { type: "string" },
  config: { type: "string", short: "c" },
  map: { type: "string" },
  locale: { type: "string" },
  "time-zone": { type: "string" },
  strict: { type: "boolean" },
  workers: { type: "string" },
  format: { type: "string" },
  encoding: { type: "string" },
  delimiter: { type: "string" },
  json: { type: "boolean" },
};

export const HELP = `dinerkit check FILE...     say which rows of a file of guests are wrong

A file is CSV, NDJSON or a JSON array; - is standard input, and .gz and .zst are unpacked. What is wrong is counted by kind,
with lines as examples; nothing of what stands in the file is shown.

  --fix OUT           write the file again with what the rules put right; rows with errors stay as they are
  --report OUT        write each thing that is wrong as a line of NDJSON or, if OUT ends with .csv, of CSV
  --duplicates        say as well which rows have the e-mail address or the phone number of a row before
  --setup FILE        check by this restaurant's Setup: JSON, as the remote API gives it
  --microsite NAME    the same, but the Setup is asked for; --config FILE is the gateway's configuration
  --map FILE          which column is which field, as JSON or TOML: { "Kundennachname": "Surname", "Nr": null }
  --locale TAG        the language of the dates: 3/4/1990 is in April with en-GB, and in March with en-US
  --time-zone ZONE    the restaurant's time zone, such as Europe/London, for the drinking age
  --strict            advice about phone numbers counts as an error
  --workers N         check in N more threads
  --format FORMAT     csv, ndjson or json; --encoding ENCODING: utf-8, utf-16le, utf-16be or windows-1252;
                      --delimiter CHARACTER: , or ; or | or tab. All three are found out if they are not given
  --json              the summary as one JSON object

OUT is a new file, or - for standard output; a file that is there already is never written over.

Exit status: 0 no row has an error, 1 some have, 2 the command's words or its files are wrong.
`;

/** How a tab is written where a real one is hard to type. */
const TAB_WORDS = ["\\t", "tab"];
const WORKERS_MAX = 64;

/** What the words ask for. Wrong ones are a UsageError. */
export function askedOf(values, files) {
  if (files.length === 0) throw new UsageError("name a file of guests, or - for standard input; --help tells more");
  const { fix, report, setup, microsite, config } = values;
  if (fix !== undefined && files.length > 1) throw new UsageError("--fix takes one file at a time");
  if (setup !== undefined && microsite !== undefined) throw new UsageError("give --setup or --microsite, not both");
  if (microsite !== undefined && config === undefined) {
    throw new UsageError("--microsite needs --config FILE, the gateway's configuration");
  }
  if (config !== undefined && microsite === undefined) throw new UsageError("--config goes with --microsite");
  if (fix === "-" && values.json) throw new UsageError("--json and --fix - both write to standard output");
  if (report === "-" && values.json) throw new UsageError("--json and --report - both write to standard output");
  if (fix !== undefined && fix === report) throw new UsageError("--fix and --report can't write to the same file");
  for (const [name, value] of Object.entries({ fix, report, setup, map: values.map })) {
    if (value === "") throw new UsageError(`--${name} takes the name of a file`);
  }
  return {
    files,
    fix,
    report,
    setup,
    microsite,
    config,
    map: values.map,
    isJson: values.json ?? false,
    check: definedOnly({
      duplicates: values.duplicates,
      locale: localeOf(values.locale),
      timeZone: timeZoneOf(values["time-zone"]),
      strict: values.strict,
      workers: workersOf(values.workers),
      format: oneOf(FORMATS, values.format, "--format"),
      encoding: oneOf(ENCODINGS, values.encoding?.toLowerCase(), "--encoding"),
      delimiter: delimiterOf(values.delimiter),
    }),
  };
}

/** The options that were given. */
export const definedOnly = (options) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

function oneOf(known, value, option) {
  if (value === undefined || known.includes(value)) return value;
  throw new UsageError(`${option} takes ${known.slice(0, -1).join(", ")} or ${known.at(-1)}`);
}

function delimiterOf(text) {
  if (text === undefined) return undefined;
  if (TAB_WORDS.includes(text)) return "\t";
  if (DELIMITERS.includes(text)) return text;
  throw new UsageError("--delimiter takes , or ; or | or tab");
}

function workersOf(text) {
  if (text === undefined) return undefined;
  if (/^\d{1,2}$/.test(text) && Number(text) <= WORKERS_MAX) return Number(text);
  throw new UsageError(`--workers takes a whole number, ${WORKERS_MAX} at most`);
}

function localeOf(tag) {
  if (tag === undefined) return undefined;
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    throw new UsageError("--locale takes a language with its country, such as en-GB or de-DE");
  }
}

function timeZoneOf(name) {
  if (name === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone && name;
  } catch {
    throw new UsageError("--time-zone takes the name of a time zone, such as Europe/London");
  }
}
