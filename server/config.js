/**
 * For the command: collects the options from a TOML file and from the environment, with the place of each, and says
 * where every wrong one stands. What a value may be is in the table of options; its reader is handed in.
 */
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { environmentNames, valueOf } from "./options.js";

/** A variable this similar to one of ours is misspelt; others that begin like ours may belong to something else. */
const SLIP = 3;

/** What is wrong with the configuration: a line for each thing. */
export class ConfigError extends Error {}

/**
 * Reads the file, if there is one, and the environment, which has precedence. `rows` are the command's options, and
 * `read(options)` returns `{ issues, values, shown }` by their table.
 *
 * Returns the values with their defaults, the same `shown` without secrets, and `at(path, text)`: a text with the place
 * of an option before it.
 */
export function readConfig({ rows, read }, file, environment) {
  const source = new Source(file);
  source.readFiles(rows);
  source.readEnvironment(rows, environment);
  const { issues, values, shown } = read(source.options);
  for (const { path, name, message } of issues.filter(({ path }) => !source.isUnread(path))) {
    const row = rows.find((row) => row.name === name);
    const isMissing = get(source.options, path) === undefined && row?.environment;
    const hint = isMissing ? `; give it ${source.here} or as ${row.environment}` : "";
    source.refuse(path, `${name} ${message}${hint}`);
  }
  source.throwProblems();
  return { values, shown, at: (path, text) => source.at(path, text) };
}

/** The options as they were given, and the place of each. */
class Source {
  options = {};
  #name;
  #folder = ".";
  /** Lines of the file, and names of variables, by the path of the option: `a.0.b`. */
  #places = new Map();
  /** `{ line, text }` of each problem. */
  #problems = [];
  /** The paths of options whose files could not be read. */
  #unread = new Set();

  constructor(file) {
    if (file === undefined) return;
    this.#name = basename(file);
    this.#folder = dirname(file);
    try {
      const program = parseTOML(readText(file));
      this.options = getStaticTOMLValue(program);
      this.#noteLines(program.body[0], []);
    } catch (error) {
      if (error.lineNumber === undefined) throw error;
      throw new ConfigError(`${this.#name}:${error.lineNumber}: ${error.message}`);
    }
  }

  /** Where an option would be given. */
  get here() {
    return this.#name ? "here" : "in a file (--config FILE)";
  }

  /** Notes the line of each key below a node. */
  #noteLines(node, path) {
    const { line } = node.loc.start;
    if (node.type === "TOMLKeyValue") {
      for (const key of node.key.keys) {
        path = [...path, key.type === "TOMLBare" ? key.name : key.value];
        this.#places.set(keyOf(path), line);
      }
      this.#noteLines(node.value, path);
    } else if (node.type === "TOMLArray") {
      node.elements.forEach((element, index) => {
        this.#places.set(keyOf([...path, index]), element.loc.start.line);
        this.#noteLines(element, [...path, index]);
      });
    } else if (node.body) {
      if (node.resolvedKey) path = node.resolvedKey;
      path.forEach((_, index) => {
        const key = keyOf(path.slice(0, index + 1));
        // A list of tables begins at its first one.
        if (!this.#places.has(key) || index === path.length - 1) this.#places.set(key, line);
      });
      for (const part of node.body) this.#noteLines(part, path);
    }
  }

  /** Puts what stands in files of their own into the place of their paths: `passwordFile` becomes `password`. */
  readFiles(rows) {
    for (const row of rows.filter(({ file }) => file)) {
      for (const { holder, path, member } of holders(this.options, row.name)) {
        const fileMember = `${member}File`;
        const filePath = [...path, fileMember];
        const file = holder[fileMember];
        if (file === undefined) continue;
        if (holder[member] !== undefined) {
          this.refuse(filePath, `give ${member} or ${fileMember}, not both`);
        } else if (typeof file !== "string" || file === "") {
          this.refuse(filePath, `${fileMember} takes the path of a file`);
        } else {
          holder[member] = this.#valueIn(resolve(this.#folder, file), row, filePath);
        }
        delete holder[fileMember];
        this.#places.set(keyOf([...path, member]), this.#places.get(keyOf(filePath)));
      }
    }
    for (const { name } of rows.filter(({ text }) => text === "path")) {
      for (const { holder, member } of holders(this.options, name)) {
        if (typeof holder[member] === "string") holder[member] = resolve(this.#folder, holder[member]);
      }
    }
  }

  /** Puts the environment's options over the file's. An empty variable says nothing. */
  readEnvironment(rows, environment) {
    this.#refuseSlips(rows, environment);
    for (const row of rows.filter((row) => row.environment)) {
      const text = environment[row.environment];
      const fileName = row.file && `${row.environment}_FILE`;
      const file = fileName && environment[fileName];
      if (!text && !file) continue;
      const path = row.name.split(".");
      this.#forget(path);
      this.#places.set(keyOf(path), file ? fileName : row.environment);
      if (text && file) {
        this.#problems.push({ text: `give ${row.environment} or ${fileName}, not both` });
      }
      set(this.options, path, file ? this.#valueIn(file, row, path) : valueOf(row, text));
    }
  }

  #refuseSlips(rows, environment) {
    const known = environmentNames(rows);
    for (const name of Object.keys(environment)) {
      if (!name.startsWith("DINERKIT_") || known.includes(name)) continue;
      const nearest = closest(name, known);
      if (distance(name, nearest) <= SLIP) {
        this.#problems.push({ text: `${name} is not known: did you mean ${nearest}?` });
      }
    }
  }

  /** The value in a file; undefined, with a problem noted, where it cannot be read. */
  #valueIn(file, row, path) {
    try {
      return valueOf(row, secretIn(file));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.refuse(path, error.message);
      this.#unread.add(row.name);
      return undefined;
    }
  }

  /** Whether an option is missing only because its file could not be read, which is a problem by itself. */
  isUnread(path) {
    const name = path.map((step) => (typeof step === "number" ? "[]" : step)).join(".");
    return this.#unread.has(name.replaceAll(".[]", "[]"));
  }

  /** Drops the places of an option and of all below it. */
  #forget(path) {
    const key = keyOf(path);
    for (const place of this.#places.keys()) {
      if (place === key || place.startsWith(`${key}.`)) this.#places.delete(place);
    }
  }

  /** The place of an option, or of what holds it. */
  #place(path) {
    for (let length = path.length; length > 0; length -= 1) {
      const place = this.#places.get(keyOf(path.slice(0, length)));
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** A text with the place of an option before it. */
  at(path, text) {
    const place = this.#place(path);
    if (typeof place === "string") return `${place}: ${text}`;
    const parts = [this.#name, place].filter((part) => part !== undefined);
    return this.#name ? `${parts.join(":")}: ${text}` : text;
  }

  /** Notes what is wrong with an option. */
  refuse(path, text) {
    const place = this.#place(path);
    this.#problems.push({ line: typeof place === "number" ? place : Infinity, text: this.at(path, text) });
  }

  throwProblems() {
    if (this.#problems.length === 0) return;
    const inOrder = this.#problems.toSorted((one, other) => (one.line ?? Infinity) - (other.line ?? Infinity));
    throw new ConfigError([...new Set(inOrder.map(({ text }) => text))].join("\n"));
  }
}

/** Every object that can hold the option `a.b`, `a[].b` or `a.{name}.b`, with the way to it. */
function holders(options, name) {
  const segments = name.split(".");
  const member = segments.pop();
  let found = [{ holder: options, path: [] }];
  for (const segment of segments) {
    found = found.flatMap(({ holder, path }) => {
      if (segment.startsWith("{"))
        return Object.entries(holder).map(([key, one]) => ({ holder: one, path: [...path, key] }));
      const key = segment.replace("[]", "");
      const below = { holder: holder[key], path: [...path, key] };
      if (!segment.endsWith("[]")) return [below];
      const items = Array.isArray(below.holder) ? below.holder : [];
      return items.map((one, index) => ({ holder: one, path: [...below.path, index] }));
    });
    found = found.filter(({ holder }) => isTable(holder));
  }
  return found.map((one) => ({ ...one, member }));
}

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${file} can't be read (${error.code})`);
  }
}

/** The text of a file, without the line's end that editors and `echo` leave. */
function secretIn(file) {
  const text = readText(file).replace(/\r?\n$/, "");
  if (text === "") throw new ConfigError(`${file} is empty`);
  return text;
}

const keyOf = (path) => path.join(".");

function isTable(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value at a path; undefined where there is none. */
function get(tree, path) {
  return path.reduce(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name) ? value[name] : undefined,
    tree,
  );
}

/** Sets the value at a path. What is in the way and holds no members is replaced. */
function set(tree, path, value) {
  const last = path.at(-1);
  let at = tree;
  for (const name of path.slice(0, -1)) {
    if (!isTable(at[name])) at[name] = {};
    at = at[name];
  }
  at[last] = value;
}
