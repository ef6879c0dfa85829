/**
 * For the probe: adds names to a configuration file in TOML. Everything else in the file stays as it is, to the byte, and the
 * file is replaced as a whole or not at all.
 */
import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { UsageError } from "../words.js";

const TABLE = "names";

/** Refuses a file to which no names could be added, before any name is known. */
export function checkFile(file) {
  about(file, () => withNames(textOf(file), []));
}

/** Adds names, `[[key, name]]`, to a file; returns a sentence about it. What can't be done is a UsageError. */
export function addNames(file, names) {
  return about(file, (name) => {
    if (names.length === 0) return `${name} is left as it is: no name has to change`;
    const text = textOf(file);
    const changed = withNames(text, names);
    if (changed === text) return `${name} is left as it is: it has these names already`;
    replace(realpathSync(file), changed);
    return `${name} has ${names.length === 1 ? "the name" : `the ${names.length} names`} now`;
  });
}

/** Runs what is done with a file; what is wrong with the file becomes a UsageError. */
function about(file, work) {
  const name = basename(file);
  try {
    return work(name);
  } catch (error) {
    if (error instanceof NamesError)
      throw new UsageError(`${name}${error.line ? `:${error.line}` : ""}: ${error.message}`);
    if (error.code === undefined) throw error;
    throw new UsageError(
      `${name} can't be ${error.syscall === "open" && error.path === file ? "read" : "changed"} (${error.code})`,
    );
  }
}

function textOf(file) {
  const bytes = readFileSync(file);
  const text = bytes.toString();
  if (!Buffer.from(text).equals(bytes)) throw new NamesError("is not UTF-8");
  return text;
}

/** Why names can't be added to a text; `line` is where. */
export class NamesError extends Error {
  constructor(message, line) {
    super(message);
    this.line = line;
  }
}

/** A TOML text with these names, `[[key, name]]`, added; everything else stays as it is. Throws a NamesError. */
export function withNames(text, names) {
  const { tree, value: before } = read(text);
  const { entries, table, inline, dotted } = placesOf(tree);
  const added = names.filter(([key, name]) => {
    const entry = entries.find((one) => one.key === key);
    if (entry === undefined) return true;
    if (entry.value === name) return false;
    throw new NamesError(`names.${key} is there with another value: take it out, or keep it`, entry.line);
  });
  if (added.length === 0) return text;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = added.map(([key, name]) => `${key} = ${JSON.stringify(name)}`);
  let changed;
  if (inline) {
    const place = inline.body.at(-1)?.range[1] ?? inline.range[0] + 1;
    const separated = lines.map((line) => (inline.body.length > 0 ? `, ${line}` : line));
    const more = inline.body.length > 0 ? separated.join("") : ` ${lines.join(", ")} `;
    changed = text.slice(0, place) + more + text.slice(place);
  } else if (table || dotted) {
    const prefix = table ? "" : `${TABLE}.`;
    const last = table ? (table.body.at(-1) ?? table.key) : dotted;
    changed = insertLines(
      text,
      last.range[1],
      lines.map((line) => prefix + line),
      end,
    );
  } else {
    const isEnded = text === "" || /\n$/.test(text);
    const gap = text === "" ? "" : end;
    changed = `${text}${isEnded ? "" : end}${gap}[${TABLE}]${end}${lines.join(end)}${end}`;
  }
  // Whatever the parser says of the places: nothing but the names may have changed.
  const { value: after } = read(changed);
  const expected = { ...before, [TABLE]: { ...before[TABLE], ...Object.fromEntries(names) } };
  if (!isDeepStrictEqual(after, expected)) {
    throw new NamesError("the names can't be added without changing something else: add them by hand");
  }
  return changed;
}

function read(text) {
  try {
    const tree = parseTOML(text);
    return { tree, value: getStaticTOMLValue(tree) };
  } catch (error) {
    if (error.lineNumber === undefined) throw error;
    throw new NamesError("is no TOML from here on", error.lineNumber);
  }
}

/** Where a file has names: as a table, as an inline table, or as keys such as `names.mergePath`. */
function placesOf(tree) {
  const [{ body }] = tree.body;
  const found = { entries: [], table: undefined, inline: undefined, dotted: undefined };
  const keyOf = ({ keys }) => keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
  const enter = (node, path) => {
    const value = node.value.type === "TOMLValue" ? node.value.value : undefined;
    found.entries.push({ key: path.join("."), value, line: node.loc.start.line });
  };
  for (const node of body) {
    if (node.type === "TOMLTable" && node.resolvedKey.length === 1 && node.resolvedKey[0] === TABLE) {
      if (node.kind === "array") throw new NamesError("names takes one table, [names]", node.loc.start.line);
      found.table = node;
      for (const entry of node.body) enter(entry, keyOf(entry.key));
    } else if (node.type === "TOMLKeyValue") {
      const [first, ...rest] = keyOf(node.key);
      if (first !== TABLE) continue;
      if (rest.length > 0) {
        found.dotted = node;
        enter(node, rest);
      } else if (node.value.type === "TOMLInlineTable") {
        found.inline = node.value;
        for (const entry of node.value.body) enter(entry, keyOf(entry.key));
      } else throw new NamesError("names takes a table", node.loc.start.line);
    }
  }
  return found;
}

/** Adds lines after the one that holds a place. */
function insertLines(text, place, lines, end) {
  const stop = text.indexOf("\n", place);
  const more = lines.join(end) + end;
  if (stop === -1) return `${text}${end}${more}`;
  return text.slice(0, stop + 1) + more + text.slice(stop + 1);
}

/** Replaces a file by another that is written beside it first; it keeps its owner and its permissions. */
function replace(file, text) {
  const { mode, uid, gid } = statSync(file);
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
  let handle;
  try {
    handle = openSync(beside, "wx", 0o600);
    writeFileSync(handle, text);
    fchmodSync(handle, mode & 0o7777);
    fsyncSync(handle);
    closeSync(handle);
    handle = undefined;
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) chownSync(beside, uid, gid);
    renameSync(beside, file);
  } catch (error) {
    if (handle !== undefined) closeSync(handle);
    rmSync(beside, { force: true });
    throw error;
  }
}
