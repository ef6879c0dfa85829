/**
 * For the probe: reads the vendor's specification from a file that an operator has downloaded: OpenAPI 3 or Swagger 2, as JSON
 * or YAML, or a documentation page in Markdown with such fragments. The file is not trusted: it is bounded, nothing in it names
 * another file or an address that is followed, and its members are only looked up as an object's own.
 */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseDocument } from "yaml";
import { UsageError } from "../words.js";

const LONGEST = 4 * 1024 * 1024;
const MOST_FRAGMENTS = 200;
const DEEPEST = 500;
/** Aliases in YAML repeat what they name: more of them than this are an attack. */
const MOST_ALIASES = 100;

/** The documents in a file, each an object with `paths`. What is wrong with the file is a UsageError. */
export function readSpec(file) {
  const name = basename(file);
  const text = textOf(file, name);
  let documents;
  try {
    documents = documentsIn(text);
  } catch (error) {
    // A parser that recurses ends so on a file that is nested too deep.
    if (error instanceof RangeError) throw new UsageError(`${name} is nested too deep to be a specification`);
    throw new UsageError(`${name} ${error.message}`);
  }
  if (!documents.some((document) => isTable(own(document, "paths")))) {
    throw new UsageError(
      `${name} holds no OpenAPI document with paths: give --spec the vendor's specification as JSON, YAML or Markdown`,
    );
  }
  return documents;
}

function textOf(file, name) {
  let handle;
  try {
    handle = openSync(file, "r");
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw new UsageError(`${name} is no file`);
    if (stat.size > LONGEST)
      throw new UsageError(`${name} is longer than ${LONGEST / 1024 / 1024} MB, as no specification is`);
    return readFileSync(handle, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name} can't be read (${error.code})`);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** The documents in a text. Throws an Error whose message follows the file's name. */
function documentsIn(text) {
  const blocks = fencedIn(text).filter((block) => /["']?(paths|components|definitions)["']?\s*:/.test(block));
  if (blocks.length === 0) return [parsed(text)].filter(isDocument);
  if (blocks.length > MOST_FRAGMENTS) throw new Error(`has more than ${MOST_FRAGMENTS} fragments`);
  // A page has other code too: what can't be read there is none of ours.
  const found = blocks.flatMap((block) => {
    try {
      return [parsed(block)].filter(isDocument);
    } catch (error) {
      if (error instanceof RangeError) throw error;
      return [];
    }
  });
  if (found.length === 0) throw new Error("has fragments of a specification, but none that can be read");
  return found;
}

/** The blocks of code of a page in Markdown. */
function fencedIn(text) {
  const blocks = [];
  let fence;
  let block = [];
  for (const line of text.split(/\r?\n/)) {
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined && mark) {
      fence = mark;
      block = [];
    } else if (fence !== undefined && mark?.startsWith(fence) && line.trim() === mark) {
      blocks.push(block.join("\n"));
      fence = undefined;
    } else if (fence !== undefined) block.push(line);
  }
  return blocks;
}

function parsed(text) {
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML may begin so too, and it says where it is wrong.
    }
  }
  refuseDepth(text);
  const document = parseDocument(text, { logLevel: "silent", schema: "core", stringKeys: true, prettyErrors: true });
  const [error] = document.errors;
  if (error)
    throw new Error(`is neither JSON nor YAML${error.linePos ? ` from line ${error.linePos[0].line} on` : ""}`);
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new Error("has more aliases than a specification needs", { cause: error });
  }
}

/** The parser of YAML takes very long for brackets in brackets before it gives up. */
function refuseDepth(text) {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    if (depth > DEEPEST) throw new RangeError("nested too deep");
  }
}

export const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** An object's own member; undefined for all else. */
export const own = (object, name) =>
  typeof object === "object" && object !== null && Object.hasOwn(object, name) ? object[name] : undefined;

/** A fragment may hold schemas alone, to which others refer. */
const PARTS = ["paths", "components", "definitions"];
const isDocument = (value) => isTable(value) && PARTS.some((part) => isTable(own(value, part)));
