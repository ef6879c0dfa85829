/**
 * For `cargo xtask`: makes `pkg/dist/web`, the files that a gateway serves to guests' browsers under `/dinerkit/`.
 *
 * - `dinerkit/diner-form.js`, the script of the form, has the only name that pages know. It is revalidated.
 * - Everything else is data that the script asks for: the rules (`guest-HASH.wasm`), the phone tables (`guest-HASH.bin`)
 *   and the words (`TAG-HASH.json`). HASH is the whole SHA-256 of the content, in base64url. The script holds the names,
 *   and makes from each the `integrity` that the browser checks.
 * - Each file lies there compressed too: `.br` at level 11 and `.gz` at level 9.
 * - `files.json` lists the files with their media types and the values for the attribute `integrity`.
 *
 * Usage: node web.mjs SOURCE DIST, the folders of the widget's source and of the built package.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const [source, dist] = process.argv.slice(2).map((path) => resolve(path));
const folder = join(dist, "web", "dinerkit");
const TYPES = {
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".bin": "application/octet-stream",
};

const load = (path) => import(pathToFileURL(join(source, path)).href);
const { CODES_OF_PROGRAMS, FIRST_WORDS } = await load("first-words.js");

/** The words of a language that guests can meet. */
async function wordsOf(tag) {
  const { default: words } = await load(`locales/${tag}.js`);
  const messages = Object.entries(words.messages).filter(([code]) => !CODES_OF_PROGRAMS.includes(code));
  return { ...words, messages: Object.fromEntries(messages) };
}

const pick = (words, isPicked) => Object.fromEntries(Object.entries(words).filter(([name]) => isPicked(name)));

const files = [];

/** Writes a file and its compressed copies; returns its name. */
function write(name, bytes) {
  const path = join(folder, name);
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(path, bytes);
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, brotli));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  const integrity = `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
  files.push({ name, type: TYPES[extname(name)], integrity });
  return name;
}

/** Writes a file under a name with its hash. */
function writeHashed(stem, extension, bytes) {
  const hash = createHash("sha256").update(bytes).digest("base64url");
  return write(`${stem}-${hash}${extension}`, bytes);
}

rmSync(join(dist, "web"), { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const english = await wordsOf("en");
const names = {
  module: writeHashed("guest", ".wasm", readFileSync(join(dist, "guest_bg.wasm"))),
  tables: writeHashed("guest", ".bin", readFileSync(join(dist, "guest.bin"))),
  english: writeHashed("en", ".json", json(pick(english, (name) => !FIRST_WORDS.includes(name)))),
  languages: {},
};
for (const file of readdirSync(join(source, "locales")).sort()) {
  const tag = basename(file, ".js");
  if (tag !== "en") names.languages[tag] = writeHashed(tag, ".json", json(await wordsOf(tag)));
}

/** Gives the script its first English words, which are a part of a file of the source. */
const firstWords = {
  name: "first words",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^guest-words$/ }, ({ path }) => ({ path, namespace: "words" }));
    onLoad({ filter: /.*/, namespace: "words" }, () => ({
      contents: JSON.stringify(pick(english, (name) => FIRST_WORDS.includes(name))),
      loader: "json",
    }));
  },
};

const { outputFiles } = await build({
  entryPoints: [join(source, "served.js")],
  bundle: true,
  charset: "utf8",
  define: { __FILES__: JSON.stringify(names) },
  format: "iife",
  loader: { ".css": "text" },
  logLevel: "warning",
  minify: true,
  plugins: [firstWords],
  write: false,
});
// terser makes esbuild's bundle 4 % smaller.
const { code } = await minify(outputFiles[0].text, { compress: { passes: 3 }, ecma: 2022, toplevel: true });
write("diner-form.js", Buffer.from(code));
writeFileSync(join(dist, "web", "files.json"), `${JSON.stringify(files, null, 2)}\n`);

function json(value) {
  return Buffer.from(JSON.stringify(value));
}
