/** For the commands about files: the configuration of the gateway, and what they take from it. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fields } from "dinerkit";
import init from "dinerkit/gateway";
import { closest } from "fastest-levenshtein";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { readSetup } from "../check.js";
import { readConfig } from "../config.js";
import { ofTheCommand } from "../options.js";
import { optionsReader } from "../table.js";
import { UsageError } from "../words.js";
import { FileError, asFileError, shown } from "./errors.js";

/** What no file that people write reaches, in bytes: a file of guests that was named by mistake is not read whole. */
const SMALL = 4 * 1024 * 1024;

/**
 * The configuration in a file and in the environment, as `readConfig` returns it, with `options` for a gateway of the
 * account. Throws a ConfigError.
 */
export async function readAccount(file) {
  await init();
  const reader = optionsReader();
  const config = readConfig(reader, file, process.env);
  const own = ofTheCommand(reader.rows);
  const options = Object.entries(config.values).filter(([name]) => !own.has(name) && name !== "staff");
  return { ...config, options: Object.fromEntries(options) };
}

/** Refuses a microsite that is none of the configuration. */
export function refuseUnknownMicrosite(microsite, { values: { microsites } }) {
  if (microsites.includes(microsite)) return;
  throw new UsageError(`${microsite} is none of the configuration's microsites: ${microsites.join(", ")}`);
}

/** The Setup of a microsite, from the remote API. */
export async function fetchSetup(microsite, config) {
  refuseUnknownMicrosite(microsite, config);
  const { setup, text } = await readSetup(config.options, microsite);
  if (text) throw new FileError(text);
  return setup;
}

/** The Setup in a file of JSON. What its members mean, the rules say when they read it. */
export function readSetupFile(file) {
  const setup = readData(file, ["json"]);
  if (!isTable(setup)) throw new FileError(`${shown(file)}: a Setup is one JSON object, as the remote API gives it`);
  return setup;
}

/**
 * What the columns of a file are: `{ "Kundennachname": "Surname", "x": null }`, in JSON or TOML, where `false` stands for
 * null, which TOML lacks.
 */
export function readMap(file) {
  const map = readData(file, ["json", "toml"]);
  if (!isTable(map)) throw new FileError(`${shown(file)}: a map is one object: a field's name for each column's name`);
  const known = fields().map(({ name }) => name);
  const lines = linesOf(file);
  const wrong = [];
  const entries = Object.entries(map).map(([header, field]) => {
    if (field === null || field === false) return [header, null];
    if (!known.includes(field)) wrong.push(at(lines, file, header) + unknown(header, field, known));
    return [header, field];
  });
  const twice = entries.filter(
    ([, field], index) => field !== null && entries.findIndex((entry) => entry[1] === field) < index,
  );
  for (const [header, field] of twice.filter(([, field]) => known.includes(field))) {
    wrong.push(`${at(lines, file, header)}${field} is there twice: a field has one column`);
  }
  if (wrong.length > 0) throw new FileError(wrong.join("\n"));
  return Object.fromEntries(entries);
}

function unknown(header, field, known) {
  if (typeof field !== "string") return `${JSON.stringify(header)} takes the name of a field, or null for no field`;
  return `there is no field ${JSON.stringify(field)}: did you mean ${closest(field, known)}? docs/fields.md has them all`;
}

/** The lines of a map that people wrote, to say where a column's name stands. */
const linesOf = (file) => readText(file).split("\n");

function at(lines, file, header) {
  const quoted = JSON.stringify(header);
  const index = lines.findIndex((line) => line.includes(quoted) || line.trimStart().startsWith(`${header} `));
  return `${basename(shown(file))}${index < 0 ? "" : `:${index + 1}`}: `;
}

/** What is in a small file, by the end of its name. */
function readData(file, kinds) {
  const text = readText(file);
  const isToml = /\.toml$/i.test(file);
  if (isToml && !kinds.includes("toml")) throw new FileError(`${shown(file)}: this takes JSON`);
  try {
    return isToml ? getStaticTOMLValue(parseTOML(text)) : JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    // The platform's message shows a piece of the file.
    const line = isToml ? error.lineNumber : lineOf(error, text);
    const place = line === undefined ? "" : `:${line}`;
    throw new FileError(`${basename(shown(file))}${place}: this is no ${isToml ? "TOML" : "JSON"}`);
  }
}

/** The line of an error of `JSON.parse`, which says a position in most cases. */
function lineOf({ message }, text) {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return position === undefined ? undefined : text.slice(0, Number(position)).split("\n").length;
}

function readText(file) {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > SMALL) throw new FileError(`${shown(file)}: it is far too large for such a file`);
    return bytes.toString("utf8");
  } catch (error) {
    throw asFileError(error, file);
  }
}

const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
