/**
 * For web.rs: makes `dist/web`, the widget's files as a web server hands them out. web.rs says what is in it.
 *
 * `node web.mjs make ROOT DIST` makes the folder anew. `node web.mjs keep DIST OLD` adds the hashed files of the package
 * that is unpacked in OLD.
 */
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import {
  BASE_MARK,
  FOLDER,
  HEADERS,
  IMMUTABLE,
  REVALIDATED,
  SCRIPT,
  SCRIPT_TYPE,
} from "../../../pkg/lib/gateway/widget-script.js";
import { CODES_OF_PROGRAMS, FIELDS_OF_STAFF, inTwo } from "../../../www/widget/first-words.js";

/** The length of a SHA-256 in base64url. */
const HASH_LENGTH = 43;

const TYPES = {
  ".wasm": "application/wasm",
  ".bin": "application/octet-stream",
  ".json": "application/json",
  ".js": SCRIPT_TYPE,
};

const lines = (headers) => Object.entries(headers).map(([name, value]) => `  ${name}: ${value}\n`);
/** `_headers`, for Cloudflare's static assets: https://developers.cloudflare.com/workers/static-assets/headers/ */
const ASSET_HEADERS = [
  `/${FOLDER}*\n`,
  ...lines({ ...HEADERS, "Cache-Control": IMMUTABLE }),
  `/${FOLDER}${SCRIPT}\n  ! Cache-Control\n`,
  ...lines({ "Cache-Control": REVALIDATED }),
].join("");

const brotliBest = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
const [compressBrotli, compressGzip] = [promisify(brotliCompress), promisify(gzip)];

const digest = (algorithm, bytes, encoding) => createHash(algorithm).update(bytes).digest(encoding);
const typeOf = (name) => TYPES[extname(name)];

/** The words of a language without the messages that no guest meets. */
async function wordsOf(locales, tag) {
  const { default: words } = await import(pathToFileURL(join(locales, `${tag}.js`)));
  const messages = Object.entries(words.messages).filter(([key]) => !CODES_OF_PROGRAMS.includes(key.split(".")[0]));
  const labels = pick(words.labels, (name) => !FIELDS_OF_STAFF.includes(name));
  return { ...words, labels, messages: Object.fromEntries(messages) };
}

const pick = (words, isPicked) => Object.fromEntries(Object.entries(words).filter(([name]) => isPicked(name)));

/** Writes a file and those of its compressed forms that are smaller: a table of random bits has none. */
async function write(folder, name, bytes) {
  await writeFile(join(folder, name), bytes);
  const forms = [
    [".br", await compressBrotli(bytes, brotliBest)],
    [".gz", await compressGzip(bytes, { level: 9 })],
  ];
  for (const [ending, compressed] of forms) {
    if (compressed.length < bytes.length) await writeFile(join(folder, name + ending), compressed);
  }
}

const integrityOf = (bytes) => `sha256-${digest("sha256", bytes, "base64")}`;

/** Writes a file under a name that holds a hash, mostly that of its bytes; returns what files.json says of it. */
async function writeHashed(folder, stem, extension, bytes, hash = digest("sha256", bytes, "base64url")) {
  const name = `${stem}-${hash}.${extension}`;
  await write(folder, name, bytes);
  return { name, type: typeOf(name), integrity: integrityOf(bytes) };
}

/**
 * Writes the two files of a language; returns what files.json says of them. The first one holds the digest of the later
 * one, so that its hash stands for both and is in both names: the script has one hash for each language.
 */
async function writeLanguage(folder, tag, words) {
  const { first, later } = inTwo(words);
  const laterBytes = Buffer.from(JSON.stringify(later));
  const firstBytes = Buffer.from(JSON.stringify({ default: first, integrity: integrityOf(laterBytes) }));
  const firstFile = await writeHashed(folder, `${tag}-first`, "json", firstBytes);
  return [firstFile, await writeHashed(folder, `${tag}-later`, "json", laterBytes, hashIn(firstFile))];
}

/** Gives a script its English words, which are a part of a file of the source, and `facts` in place of the rule table. */
const guestsOnly = (words, facts) => ({
  name: "guests only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /[\\/]dist[\\/](fields|guest-data)\.js$/ }, () => ({ path: facts }));
    onResolve({ filter: /^guest-words$/ }, ({ path }) => ({ path, namespace: "words" }));
    onLoad({ filter: /.*/, namespace: "words" }, () => ({ contents: JSON.stringify(words), loader: "json" }));
  },
});

/** The hash in a name, which stands before the extension. */
const hashIn = ({ name }) => name.slice(-HASH_LENGTH - extname(name).length, -extname(name).length);

/**
 * Texts of a hash's length that stand for the hashes while a script is minified. The minifier's names are of the letters
 * that a script has most, so that with hashes in it, which change with every build, its size would change by chance.
 */
class Fillers {
  #hashes = new Map();

  /** The filler of a hash. */
  of(hash) {
    const filler = `~${this.#hashes.size}`.padEnd(HASH_LENGTH, "~");
    this.#hashes.set(filler, hash);
    return filler;
  }

  /** The script with the hashes in it. */
  filled(code) {
    return [...this.#hashes].reduce((text, [filler, hash]) => text.replace(filler, hash), code);
  }
}

/** A script and its source map, `{ code, map }`. `define` are esbuild's replacements of names. */
async function script({ entry, outfile, words, facts, define, format }) {
  const { metafile, outputFiles, warnings } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format,
    charset: "utf8",
    legalComments: "none",
    define,
    loader: { ".css": "text" },
    plugins: [guestsOnly(words, facts)],
    metafile: true,
    outfile,
    sourcemap: "external",
    sourcesContent: false,
    write: false,
  });
  const name = basename(outfile);
  const [bundled, map] = [name, `${name}.map`].map((name) => outputFiles.find(({ path }) => basename(path) === name));
  // terser makes esbuild's bundle 4 % smaller.
  const sourceMap = { content: map.text, filename: name };
  const made = await minify(bundled.text, {
    // Sequences are shorter, but compress worse. Functions that stand together compress better.
    compress: { passes: 3, sequences: false, hoist_funs: true },
    ecma: 2022,
    module: format === "esm",
    toplevel: true,
    sourceMap,
  });
  // A classic script has no `import` but the function. esbuild only warns about `import.meta`, and lets an import through
  // that it can't find.
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  if (warnings.length > 0 || imports.length > 0 || /\bimport\b(?!\()/.test(made.code)) {
    throw new Error(`${name} must do without import and import.meta: see esbuild's warnings above`);
  }
  return made;
}

async function make(root, dist) {
  const widget = join(root, "www", "widget");
  const web = join(dist, "web");
  const folder = join(web, "dinerkit");
  await rm(web, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });

  const module = await writeHashed(folder, "guest", "wasm", await readFile(join(dist, "guest_bg.wasm")));
  const tables = await writeHashed(folder, "guest", "bin", await readFile(join(dist, "guest.bin")));
  const locales = join(widget, "locales");
  const languages = {};
  for (const file of (await readdir(locales)).sort()) {
    const tag = basename(file, ".js");
    if (tag === "en") continue;
    languages[tag] = await writeLanguage(folder, tag, await wordsOf(locales, tag));
  }
  const english = inTwo(await wordsOf(locales, "en"));
  const later = await script({
    entry: join(widget, "served-later.js"),
    outfile: join(folder, "later.js"),
    format: "esm",
    words: english.later,
    facts: join(widget, "facts-of-first.js"),
  });
  const laterFile = await writeHashed(folder, "later", "js", Buffer.from(later.code));
  await writeFile(join(folder, `${laterFile.name}.map`), later.map);
  const fillers = new Fillers();
  const fillerOf = (file) => fillers.of(hashIn(file));
  const hashes = {
    module: fillerOf(module),
    tables: fillerOf(tables),
    later: fillerOf(laterFile),
    words: Object.fromEntries(Object.entries(languages).map(([tag, [first]]) => [tag, fillerOf(first)])),
  };
  const { code: minified, map } = await script({
    entry: join(widget, "served.js"),
    outfile: join(folder, SCRIPT),
    format: "iife",
    words: english.first,
    facts: join(dist, "guest-data.js"),
    define: { __HASHES__: JSON.stringify(hashes) },
  });
  const code = fillers.filled(minified);
  const marks = code.split(BASE_MARK).length - 1;
  if (marks !== 1) throw new Error(`${SCRIPT} has ${BASE_MARK} ${marks} times instead of once`);
  await write(folder, SCRIPT, Buffer.from(code));
  await writeFile(join(folder, `${SCRIPT}.map`), map);

  const listed = [
    { name: SCRIPT, type: typeOf(SCRIPT) },
    laterFile,
    module,
    tables,
    ...Object.values(languages).flat(),
  ];
  await writeFile(join(web, "files.json"), `${JSON.stringify(listed, null, 2)}\n`);
  await writeFile(join(web, "_headers"), ASSET_HEADERS);
}

/**
 * Adds the hashed files that the old package has made itself, so that a page which was opened before the release still
 * finds them. Those that it had kept of the package before it are not kept a second time.
 */
async function keep(dist, old) {
  const web = join(dist, "web");
  const oldWeb = join(old, "dist", "web");
  const read = async (folder) => JSON.parse(await readFile(join(folder, "files.json"), "utf8"));
  const files = await read(web);
  const { version } = JSON.parse(await readFile(join(old, "package.json"), "utf8"));
  const names = new Set(files.map(({ name }) => name));
  const oldNames = await readdir(join(oldWeb, "dinerkit"));
  for (const file of await read(oldWeb)) {
    const { name, integrity, keptFrom } = file;
    if (!integrity || keptFrom || names.has(name)) continue;
    for (const form of oldNames.filter((form) => [name, `${name}.br`, `${name}.gz`].includes(form))) {
      await copyFile(join(oldWeb, "dinerkit", form), join(web, "dinerkit", form));
    }
    files.push({ ...file, keptFrom: version });
  }
  await writeFile(join(web, "files.json"), `${JSON.stringify(files, null, 2)}\n`);
}

const [task, ...folders] = process.argv.slice(2);
await { make, keep }[task](...folders.map((folder) => resolve(folder)));
