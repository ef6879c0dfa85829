/** For `checkMany`: its options, as the module takes them. A wrong one is refused by name. */
import { ROWS } from "../../dist/fields.js";
import { dateOrder, restaurantDay, today } from "../calendar.js";
import { knownOnly, meant, ownNames } from "../names.js";
import { isObject, text } from "../plain.js";

/** The options of a check, which the rules read. */
const OF_RULES = ["limits", "locale", "setup", "strict", "timeZone", "today"];
/** The options that say how a file is read. */
const OF_READING = ["format", "encoding", "delimiter", "map"];
const OWN = ["duplicates", "onProgress", "signal", "workers"];

/** What the options of reading take. The command takes the same. */
export const FORMATS = ["csv", "ndjson", "json"];
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252"];
export const DELIMITERS = [",", ";", "\t", "|"];

/** The most workers: more than any machine has processors for. */
const MOST_WORKERS = 256;

function refuse(name, takes) {
  throw new TypeError(`options.${name} takes ${takes}`);
}

/** Refuses an option that is none of a list. */
function oneOf(options, name, list) {
  if (options[name] === undefined || list.includes(options[name])) return;
  const known = list.map((value) => JSON.stringify(value));
  refuse(name, `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`);
}

/** Refuses a map that names no fields. */
function checkMap(map) {
  if (map === undefined) return;
  if (!isObject(map)) refuse("map", "an object of headers and the names of their fields");
  const names = ROWS.map(({ name }) => name);
  for (const header of ownNames(map)) {
    const field = map[header];
    if (field === null || names.includes(field)) continue;
    refuse("map", `the names of fields(), and not ${meant(String(field), names)}`);
  }
}

/** What of `options` has one of these names and was given. */
const only = (options, names) =>
  Object.fromEntries(names.map((name) => [name, options[name]]).filter(([, value]) => value !== undefined));

/** Reads the options. `hasWorkers` is true where the runtime may have workers. */
export function optionsOf(given, hasWorkers) {
  const options = given ?? {};
  if (!isObject(options)) throw new TypeError("options takes an object");
  knownOnly(options, [...OF_RULES, ...OF_READING, ...OWN]);
  const { duplicates = false, onProgress, signal, workers = 0 } = options;
  oneOf(options, "format", FORMATS);
  oneOf(options, "encoding", ENCODINGS);
  oneOf(options, "delimiter", DELIMITERS);
  checkMap(options.map);
  if (typeof duplicates !== "boolean") refuse("duplicates", "true or false");
  if (onProgress !== undefined && typeof onProgress !== "function") refuse("onProgress", "a function");
  if (signal && typeof signal.addEventListener !== "function") refuse("signal", "an AbortSignal");
  if (!Number.isInteger(workers) || workers < 0 || workers > MOST_WORKERS) {
    refuse("workers", `a whole number from 0 to ${MOST_WORKERS}`);
  }
  if (workers > 0 && !hasWorkers) refuse("workers", "0 here: this runtime has no workers");
  const day = options.today ?? today();
  const read = { today: day, restaurantDay: restaurantDay(options, day), dateOrder: dateOrder(options.locale) };
  return {
    rules: text({ ...only(options, OF_RULES), ...read }, "options"),
    reading: text(only(options, OF_READING), "options"),
    duplicates,
    onProgress,
    signal: signal ?? undefined,
    workers,
  };
}
