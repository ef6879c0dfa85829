/**
 * For whoever reads the stack of a fault in the field. This script and the files beside it are made with one release of
 * dinerkit and know its functions and scripts by their names in the sources:
 *
 *     node names.mjs < stack.txt
 *
 * prints the text again, with the name behind each `wasm-function[123]` and the place in the sources behind each line and
 * column of a script of `dist/`. `--public-url URL` is needed for a stack of a guest's page if the gateway has the option
 * `publicUrl`.
 *
 * Safari gives neither a module's address nor a position, so each module that has the function is named.
 */
import { readFileSync, readdirSync } from "node:fs";
import { SourceMap } from "node:module";
import { basename, join, posix } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const ENDING = ".functions";
/** The script into which a gateway writes its address, in place of the mark. */
const SERVED = "web/dinerkit/diner-form.js";
const MARK = "%DINERKIT_GATEWAY%";

/** A frame in WebAssembly: what stands before it without a space, the function's number and the position. */
const WASM_FRAME = /(\S*)wasm-function\[(\d+)\](?::0x([\da-f]+))?/g;
const MODULE = /\b(core|guest|gateway)[\w.-]*\.wasm\b/;
/** A frame in a script: its address, line and column. */
const SCRIPT_FRAME = /([^\s("'@]+\.c?js)(?:\?[^\s:]*)?:(\d+):(\d+)/g;

const { values: options } = parseArgs({ options: { "public-url": { type: "string" } } });

const modules = readdirSync(FOLDER)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => ({ module: file.slice(0, -ENDING.length), functions: functionsIn(join(FOLDER, file)) }));
const maps = new Map();
const marks = JSON.parse(readFileSync(join(FOLDER, "marks.json"), "utf8"));

/** The functions of a module by their numbers: where their bodies are in the file, and their names. */
function functionsIn(file) {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return new Map(
    lines.map((line) => {
      const [index, start, end, name] = line.split("\t");
      return [Number(index), { start: Number(start), end: Number(end), name }];
    }),
  );
}

/** The names that a frame's function has: one, or one for each module that it may be in. */
function namesOf(address, index, position) {
  const [, named] = MODULE.exec(address) ?? [];
  const candidates = modules.flatMap(({ module, functions }) => {
    const found = functions.get(index);
    return found && (!named || named === module) ? [{ module, ...found }] : [];
  });
  const exact = candidates.filter(({ start, end }) => start <= position && position < end);
  return (exact.length > 0 ? exact : candidates).map(({ module, name }) => `${module}: ${name}`);
}

/** The map of a script in `dist`, or undefined if it has none. */
function mapOf(script) {
  if (!maps.has(script)) {
    let map;
    try {
      map = new SourceMap(JSON.parse(readFileSync(join(FOLDER, "maps", `${script}.map`), "utf8")));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    maps.set(script, map);
  }
  return maps.get(script);
}

/** The column in the script as it was built, of one that a gateway has served. */
function builtColumn(address, column) {
  const base = options["public-url"]?.replace(/\/*$/, "/") ?? `//${new URL(address).host}/`;
  const mark = marks[SERVED];
  return column < mark + base.length ? column : column - base.length + MARK.length;
}

/** Where in the sources a place in a script of the package is. Lines and columns are counted from 1. */
function placeOf(address, line, column) {
  let script = address.split("/dist/").at(-1);
  if (script === address) {
    // A gateway's own script.
    script = `web/dinerkit/${basename(address)}`;
    if (script === SERVED) column = builtColumn(address, column);
  }
  return origin(script, line, column);
}

function origin(script, line, column) {
  const { originalSource, originalLine, originalColumn } = mapOf(script)?.findEntry(line - 1, column - 1) ?? {};
  if (originalSource === undefined) return undefined;
  const source = posix.join("pkg/dist", posix.dirname(script), originalSource);
  const place = [originalLine + 1, originalColumn + 1];
  // A script may be bundled of others that were built before it.
  return origin(source.replace("pkg/dist/", ""), ...place) ?? [source, ...place].join(":");
}

const behind = (found, more) => (more.length > 0 ? `${found} {${more.join(" or ")}}` : found);

const stack = await text(process.stdin);
process.stdout.write(
  stack
    .replaceAll(WASM_FRAME, (found, address, index, position) =>
      behind(found, namesOf(address, Number(index), Number.parseInt(position, 16))),
    )
    .replaceAll(SCRIPT_FRAME, (found, address, line, column) =>
      behind(found, [placeOf(address, Number(line), Number(column))].filter(Boolean)),
    ),
);
