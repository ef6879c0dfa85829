/**
 * For inline.rs: makes the scripts that have files of the package inside. inline.rs says which.
 *
 * `node inline.mjs files PKG PLAIN` writes the files as scripts, with the plain table of phone numbers from PLAIN,
 * `node inline.mjs web PKG` those that are served to pages, and `node inline.mjs bundles PKG` bundles what imports these.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ALONE, SIGNS } from "../../../pkg/lib/printable.js";
import { WEB_PLATFORM } from "./web-platform.mjs";

const FILES = {
  core: "core_bg.wasm",
  fast: "fast_bg.wasm",
  phones: "phones.bin",
  "phone-formats": "phone-formats.bin",
  bulk: "bulk_bg.wasm",
  gateway: "gateway_bg.wasm",
  guest: "guest_bg.wasm",
  "guest-tables": "guest.bin",
};

/** What `require` finds: the export's name in package.json, and the module that is bundled. */
const COMMON = {
  index: "entry/server.js",
  gateway: "gateway/server.js",
  conformance: "gateway/conformance.js",
  durable: "gateway/durable.js",
  bulk: "bulk/index.js",
  testing: "testing/index.js",
  staff: "dist/staff.js",
  widget: "dist/widget-inline.js",
  react: "frameworks/react.js",
  vue: "frameworks/vue.js",
  locales: "lib/locales.js",
  message: "dist/message.js",
};

/** The names of files in a folder that have this ending, without it. */
const stems = async (folder, ending) =>
  (await readdir(folder)).filter((name) => name.endsWith(ending)).map((name) => basename(name, ending));

/**
 * A bundler that takes a module of the package for one of its own, as webpack does by a rule for every .wasm, looks for
 * NAME_bg.js beside it. What that imports becomes the bundler's message.
 */
const ADVICE = 'import "./exclude dinerkit from the rule for .wasm, or import dinerkit/inline";\n';

const base64 = async (file) => (await readFile(file)).toString("base64");

/** The scripts that no page imports: those are decoded with what the runtime has for it. */
const FOR_PROGRAMS = ["fast", "phones-plain", "bulk", "gateway"];
/** The modules that pages load. The tables are compressed already. */
const FOR_PAGES = ["core", "guest"];

/** The arguments of `bytesOf` in pkg/lib/printable.js for these bytes. */
function printable(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  const order = [...counts.keys()].sort((one, other) => counts[other] - counts[one]);
  const written = [];
  order.forEach((byte, rank) => {
    const pair = rank - ALONE;
    const first = SIGNS[ALONE + Math.floor(pair / SIGNS.length)];
    written[byte] = pair < 0 ? SIGNS[rank] : first + SIGNS[pair % SIGNS.length];
  });
  return [Buffer.from(order).toString("base64"), Array.from(bytes, (byte) => written[byte]).join("")];
}

/** How a script writes a file: the name of the decoder, and its arguments. */
async function coded(name, file) {
  if (FOR_PAGES.includes(name)) return ["printable", printable(await readFile(file))];
  return [FOR_PROGRAMS.includes(name) ? "base64-quick" : "base64", [await base64(file)]];
}

async function files(pkg, plain) {
  const dist = join(pkg, "dist");
  const folder = join(dist, "inline");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, file] of Object.entries({ ...FILES, "phones-plain": resolve(plain) })) {
    const [decoder, texts] = await coded(name, resolve(dist, file));
    // Outside of the function, so that an engine reads the text once: a function's body is read again when it is called.
    const script = `import{bytesOf}from"../../lib/${decoder}.js";const texts=${JSON.stringify(texts)};export default()=>bytesOf(...texts);\n`;
    await writeFile(join(folder, `${name}.js`), script);
    if (file.endsWith(".wasm")) await writeFile(join(dist, file.replace(/wasm$/, "js")), ADVICE);
  }
}

/** The widget's files for the web, by their encodings: what can be decompressed has no plain form besides. */
async function web(pkg) {
  const dist = join(pkg, "dist");
  const folder = join(dist, "web", "dinerkit");
  const listed = JSON.parse(await readFile(join(dist, "web", "files.json"), "utf8"));
  const written = [];
  for (const { name, type } of listed) {
    const file = join(folder, name);
    const forms = { br: `${file}.br`, gzip: `${file}.gz` };
    if (!existsSync(forms.br)) forms.identity = file;
    const texts = Object.entries(forms).filter(([, form]) => existsSync(form));
    const coded = await Promise.all(texts.map(async ([encoding, form]) => [encoding, await base64(form)]));
    written.push({ name, type, ...Object.fromEntries(coded) });
  }
  await writeFile(join(dist, "inline", "web.js"), `export default ${JSON.stringify(written)};\n`);
}

async function bundles(pkg) {
  const dist = join(pkg, "dist");
  const shared = {
    bundle: true,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    sourcemap: "external",
    sourcesContent: false,
  };
  const common = join(dist, "cjs");
  await rm(common, { recursive: true, force: true });
  const locales = await stems(join(dist, "locales"), ".js");
  const entries = {
    ...COMMON,
    ...Object.fromEntries(locales.map((tag) => [`locales/${tag}`, `dist/locales/${tag}.js`])),
  };
  await build({
    ...shared,
    entryPoints: Object.entries(entries).map(([out, file]) => ({ in: join(pkg, file), out })),
    outdir: common,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["react", "vue", "dinerkit/*"],
    inject: ["web-platform.mjs", "common-js.mjs"].map((name) => fileURLToPath(new URL(name, import.meta.url))),
    define: {
      ...Object.fromEntries(WEB_PLATFORM.map((name) => [name, `webPlatform.${name}`])),
      "import.meta.url": "placeOfBundle",
    },
  });
  await build({
    ...shared,
    // Stacks name functions as the sources do.
    minify: false,
    entryPoints: [join(pkg, "entry/server.js")],
    outfile: join(dist, "server.js"),
    format: "esm",
    target: "node20",
    // The one part that programs compare by identity, and that the gateway has too.
    external: [join(pkg, "lib/errors.js")],
  });
  // Beside the bundle, where it looks for the worker's script.
  await writeFile(join(common, "worker.js"), 'import "../../lib/bulk/worker.js";\n');
  await types(pkg);
  await editors(pkg);
  await build({
    ...shared,
    entryPoints: [join(pkg, "entry/inline.js")],
    outfile: join(dist, "inline.global.js"),
    format: "iife",
    globalName: "dinerkit",
  });
}

/** Types of what nobody can `require`: a component that the page's own build compiles, and a classic script. */
const ONLY_IMPORTED = new Set(["svelte", "inline.global"]);

/** The types for `require`, made of those for `import`: TypeScript takes every `.d.ts` of this package for an ES module's. */
async function types(pkg) {
  const folder = join(pkg, "dist", "cjs", "types");
  await mkdir(folder, { recursive: true });
  for (const name of (await stems(join(pkg, "types"), ".d.ts")).filter((name) => !ONLY_IMPORTED.has(name))) {
    const text = await readFile(join(pkg, "types", `${name}.d.ts`), "utf8");
    await writeFile(join(folder, `${name}.d.cts`), text.replaceAll(/(from "\.\/[\w.-]+)\.js"/g, '$1.cjs"'));
  }
}

/**
 * What editors complete of `<diner-form>` in HTML, in the two forms that some read instead of custom-elements.json:
 * JetBrains' web-types, and VS Code's custom data.
 */
async function editors(pkg) {
  const json = async (...path) => JSON.parse(await readFile(join(pkg, ...path), "utf8"));
  const { name, version } = await json("package.json");
  const { modules } = await json("custom-elements.json");
  const elements = modules.flatMap(({ declarations }) => declarations).filter(({ customElement }) => customElement);
  const webTypes = {
    $schema: "https://json.schemastore.org/web-types",
    name,
    version,
    "description-markup": "markdown",
    contributions: {
      html: {
        elements: elements.map(({ tagName, description, attributes, events, slots, cssParts, cssProperties }) => ({
          name: tagName,
          description,
          attributes: attributes.map(({ name, description }) => ({ name, description, value: { type: "string" } })),
          slots,
          js: { events: events.map(({ name, description }) => ({ name, description })) },
          css: { parts: cssParts, properties: cssProperties },
        })),
      },
    },
  };
  const customData = {
    version: 1.1,
    tags: elements.map(({ tagName, description, attributes }) => ({
      name: tagName,
      description,
      attributes: attributes.map(({ name, description }) => ({ name, description })),
    })),
  };
  await writeFile(join(pkg, "dist", "web-types.json"), JSON.stringify(webTypes));
  await writeFile(join(pkg, "dist", "html-custom-data.json"), JSON.stringify(customData));
}

const [task, pkg, plain] = process.argv.slice(2);
await { files, web, bundles }[task](resolve(pkg), plain);
