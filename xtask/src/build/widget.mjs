/**
 * For build.rs: bundles the package's widget, `node widget.mjs ROOT DIST`. `dist/widget.js` draws the form and imports
 * `widget-later.js` when it is needed, and each language, whose two files are in `dist/words`. `widget-inline.js` and
 * `widget-inline-later.js` are the same for bundlers that follow no addresses of files.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build, transform } from "esbuild";
import { inTwo } from "../../../www/widget/first-words.js";

const [root, dist] = process.argv.slice(2).map((folder) => resolve(folder));
const widget = join(root, "www", "widget");

/** The two ways in which the widget finds the files of its rules. */
const VARIANTS = { widget: "files-beside.js", "widget-inline": "files-inside.js" };

/** Resolves imports by their exact names. */
const resolved = (modules) => ({
  name: "resolved",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) => (kind === "entry-point" ? undefined : modules(path)));
  },
});

const bundle = (entry, outfile, modules) =>
  build({
    entryPoints: [join(widget, entry)],
    outfile: join(dist, outfile),
    bundle: true,
    minify: true,
    format: "esm",
    logLevel: "warning",
    external: ["./words/*"],
    loader: { ".css": "text" },
    // build.rs takes the maps away. They name the sources, which whoever reads them has.
    sourcemap: "external",
    sourcesContent: false,
    plugins: [resolved(modules)],
  });

/** Writes the two files of each language. English, which the widget has inside, needs none. */
async function languages() {
  const [locales, folder] = [join(widget, "locales"), join(dist, "words")];
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of await readdir(locales)) {
    const tag = basename(file, ".js");
    if (tag === "en") continue;
    const { default: words } = await import(pathToFileURL(join(locales, file)));
    for (const [part, texts] of Object.entries(inTwo(words))) {
      const { code } = await transform(`export default ${JSON.stringify(texts)}`, { minify: true, charset: "utf8" });
      await writeFile(join(folder, `${tag}-${part}.js`), code);
    }
  }
}

await languages();
for (const [name, files] of Object.entries(VARIANTS)) {
  const later = `./${name}-later.js`;
  await bundle("diner-form.js", `${name}.js`, (path) => {
    if (path === "./package-later.js") return { path: later, external: true };
    // The package's own English is whole: pages take it as the model of other languages.
    return path === "guest-words" ? { path: join(widget, "locales", "en.js") } : undefined;
  });
  await bundle("package-later.js", later, (path) => {
    if (/\/dist\/(fields|guest-data)\.js$/.test(path)) return { path: join(widget, "facts-of-first.js") };
    return path === "guest-files" ? { path: join(widget, files) } : undefined;
  });
}
