/**
 * For the command: reads a TOML file and the environment into what to do, or says in one line what is wrong with them
 * and where. What a value of the gateway's own may be, the gateway judges.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { basename, dirname, resolve } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { environmentName, KEY_MEMBERS, OPTIONS } from "./options.js";

const PORT_MAX = 65_535;
/** A name of the environment that is as near to one of ours is a slip; others may be somebody else's. */
const SLIP = 3;
const MASK = "***";

/** What is wrong with the configuration, in one line. */
export class ConfigError extends Error {}

/** What each kind of value is: how it reads as text, which values are right, and what to say of others. */
const KINDS = {
  text: { read: String, fits: (value) => typeof value === "string" && value !== "", is: "text" },
  path: { read: String, fits: (value) => typeof value === "string" && value !== "", is: "the path of a file" },
  url: { read: String, fits: isBaseUrl, is: "http(s)://host, with a port and a path if need be, and nothing more" },
  integer: { read: Number, fits: (value) => Number.isSafeInteger(value) && value >= 0, is: "a whole number" },
  port: { read: Number, fits: (value) => Number.isInteger(value) && value >= 0 && value <= PORT_MAX, is: "a port" },
  flag: {
    read: (text) => ({ true: true, false: false })[text],
    fits: (value) => typeof value === "boolean",
    is: "true or false",
  },
  texts: { read: words, fits: isTexts, is: "a list of texts" },
  networks: {
    read: words,
    fits: (value) => isTexts(value) && value.every(isNetwork),
    is: "a list of addresses and networks, such as 10.0.0.0/8",
  },
  table: { fits: isTable, is: "a table" },
  keys: {
    read: (text) =>
      words(text).map((pair) => {
        const [, id, secret] = /^([^:]*):(.*)$/.exec(pair) ?? [];
        return { id, secret };
      }),
    fits: (value) =>
      Array.isArray(value) && value.every((key) => isTable(key) && [key.id, key.secret].every(KINDS.text.fits)),
    is: "tables of id and secret; in the environment as id:secret",
  },
};

/**
 * Reads the file, if there is one, and the environment, which goes before it. Gives the values by their keys, nested as
 * in the file; those that are not given and have no default are left out.
 */
export function readConfig(file, environment) {
  const source = file === undefined ? new Source() : Source.read(file);
  refuseSlips(environment);
  const values = {};
  for (const option of OPTIONS) {
    const value = fromEnvironment(option, environment) ?? source.value(option) ?? standardOf(option, values);
    if (value !== undefined) set(values, option.key, value);
    else if (option.required) {
      throw new ConfigError(
        source.at(undefined, `give ${option.key}, ${source.place} or as ${environmentName(option)}`),
      );
    }
  }
  return { values, at: (message, table) => source.atNameIn(message, table) };
}

/** The same values with nothing secret in them. */
export function masked(values) {
  const copy = structuredClone(values);
  for (const { key, secret } of OPTIONS) if (secret && get(copy, key) !== undefined) set(copy, key, MASK);
  copy.capabilityKeys = copy.capabilityKeys.map(({ id }) => ({ id, secret: MASK }));
  return copy;
}

/** A TOML file, with the lines of its keys. */
class Source {
  #name;
  #folder = ".";
  #tree = {};
  /** Lines by path, `a.0.b`. */
  #lines = new Map();

  static read(file) {
    const source = new Source();
    source.#name = basename(file);
    source.#folder = dirname(file);
    let program;
    try {
      program = parseTOML(readText(file));
      source.#tree = getStaticTOMLValue(program);
    } catch (error) {
      if (error.lineNumber === undefined) throw error;
      throw new ConfigError(`${source.#name}:${error.lineNumber}: ${error.message}`);
    }
    source.#note(program.body[0], []);
    for (const path of source.#lines.keys()) source.#refuseUnknown(path);
    return source;
  }

  /** Notes the line of each key below a node. */
  #note(node, path) {
    const { line } = node.loc.start;
    if (node.type === "TOMLKeyValue") {
      for (const key of node.key.keys) {
        path = [...path, key.type === "TOMLBare" ? key.name : key.value];
        this.#lines.set(path.join("."), line);
      }
      this.#note(node.value, path);
    } else if (node.type === "TOMLArray") {
      node.elements.forEach((element, index) => this.#note(element, [...path, index]));
    } else if (node.body) {
      if (node.resolvedKey) path = node.resolvedKey;
      path.forEach((_, index) => this.#lines.set(path.slice(0, index + 1).join("."), line));
      for (const part of node.body) this.#note(part, path);
    }
  }

  /** A name that nobody knows, with the nearest that somebody does; and a value where there has to be a table. */
  #refuseUnknown(path) {
    const refuse = (text) => {
      throw new ConfigError(this.at(path, text));
    };
    // The place in a list is no name.
    const name = path.replace(/\.\d+(?=\.|$)/g, "");
    if (OPTIONS.some(({ key }) => key.startsWith(`${name}.`))) {
      if (!isTable(get(this.#tree, path))) refuse(`give ${name} as a table: [${name}]`);
      return;
    }
    if (OPTIONS.some(({ key, kind }) => kind === "table" && name.startsWith(`${key}.`))) return;
    const tables = OPTIONS.find(({ key, kind }) => kind === "keys" && name.startsWith(`${key}.`));
    const names = tables
      ? KEY_MEMBERS.map((member) => `${tables.key}.${member}`)
      : OPTIONS.flatMap(({ key, file }) => [...key.split(".").slice(0, -1), key, ...(file ? [`${key}File`] : [])]);
    if (!names.includes(name)) refuse(`${name} is not known: did you mean ${closest(name, names)}?`);
  }

  /** Where one of its keys would be. */
  get place() {
    return this.#name ? "here" : "in a file (--config FILE)";
  }

  /** A message with the place in the file that it is about. */
  at(path, text) {
    const line = this.#lines.get(path);
    return [this.#name, line].filter((part) => part !== undefined).join(":") + (this.#name ? `: ${text}` : text);
  }

  /** The same for a message that names keys, of a table if it is said: at the one that it names first. */
  atNameIn(message, table = "") {
    const said = message.split(/\W+/);
    const named = [...this.#lines.keys()]
      .filter((path) => path.startsWith(table))
      .map((path) => ({ path, index: said.indexOf(path.split(".").at(-1)) }))
      .filter(({ index }) => index >= 0)
      .sort((one, other) => one.index - other.index);
    return this.at(named[0]?.path ?? table, message);
  }

  /** What the file says of an option. */
  value(option) {
    const { key, kind, file } = option;
    const fileKey = `${key}File`;
    const given = get(this.#tree, key);
    const path = file ? get(this.#tree, fileKey) : undefined;
    const refuse = (text, where = key) => {
      throw new ConfigError(this.at(where, text));
    };
    if (given !== undefined && path !== undefined) refuse(`give ${key} or ${fileKey}, not both`);
    if (path !== undefined) {
      if (!KINDS.path.fits(path)) refuse(`give ${fileKey} as ${KINDS.path.is}`, fileKey);
      return fromText(option, this.#secret(path, fileKey), (text) => refuse(text, fileKey));
    }
    if (given === undefined) return undefined;
    const value = kind === "keys" ? this.#keys(given, key) : given;
    if (!KINDS[kind].fits(value)) refuse(`give ${key} as ${KINDS[kind].is}`);
    return kind === "path" ? resolve(this.#folder, value) : value;
  }

  /** Tables of keys, with the secrets that stand in files. */
  #keys(tables, key) {
    if (!Array.isArray(tables)) return tables;
    return tables.map((table, index) => {
      if (table.secretFile === undefined) return table;
      const where = `${key}.${index}.secretFile`;
      if (table.secret !== undefined) throw new ConfigError(this.at(where, "give secret or secretFile, not both"));
      return { id: table.id, secret: this.#secret(table.secretFile, where) };
    });
  }

  #secret(path, where) {
    return secretIn(resolve(this.#folder, String(path)), (text) => this.at(where, text));
  }
}

function refuseSlips(environment) {
  const known = OPTIONS.flatMap((option) => {
    const name = environmentName(option);
    return name === undefined ? [] : option.file ? [name, `${name}_FILE`] : [name];
  });
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("DINERKIT_") || known.includes(name)) continue;
    const nearest = closest(name, known);
    if (distance(name, nearest) <= SLIP) throw new ConfigError(`${name} is not known: did you mean ${nearest}?`);
  }
}

/** What the environment says of an option, itself or by a file. An empty variable says nothing. */
function fromEnvironment(option, environment) {
  const name = environmentName(option);
  const text = name && environment[name];
  const path = name && option.file && environment[`${name}_FILE`];
  if (text && path) throw new ConfigError(`give ${name} or ${name}_FILE, not both`);
  const at = (where) => (problem) => `${where}: ${problem}`;
  const refuse = (problem) => {
    throw new ConfigError(`${path ? `${name}_FILE` : name}: ${problem}`);
  };
  if (path) return fromText(option, secretIn(path, at(`${name}_FILE`)), refuse);
  return text ? fromText(option, text, refuse) : undefined;
}

function fromText({ key, kind }, text, refuse) {
  const value = KINDS[kind].read(text);
  return KINDS[kind].fits(value) ? value : refuse(`give ${key} as ${KINDS[kind].is}`);
}

const standardOf = ({ standard }, values) => (typeof standard === "function" ? standard(values) : standard);

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${file} can't be read (${error.code})`);
  }
}

/** The text of a file, without the line's end that editors and `echo` leave. */
function secretIn(file, at) {
  let text;
  try {
    text = readText(file).replace(/\r?\n$/, "");
  } catch (error) {
    throw new ConfigError(at(error.message));
  }
  if (text === "") throw new ConfigError(at(`${file} is empty`));
  return text;
}

function isBaseUrl(value) {
  try {
    const { protocol, username, password, search, hash } = new URL(value);
    return ["https:", "http:"].includes(protocol) && [username, password, search, hash].every((part) => part === "");
  } catch {
    return false;
  }
}

function isNetwork(text) {
  const [address, bits, ...more] = text.split("/");
  const most = { 4: 32, 6: 128 }[isIP(address)];
  return (
    most !== undefined && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

function words(text) {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

function isTexts(value) {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isTable(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value at `a.b`; undefined where there is none. */
function get(tree, key) {
  return key
    .split(".")
    .reduce((value, name) => (isTable(value) && Object.hasOwn(value, name) ? value[name] : undefined), tree);
}

function set(tree, key, value) {
  const names = key.split(".");
  const last = names.pop();
  names.reduce((at, name) => (at[name] ??= {}), tree)[last] = value;
}
