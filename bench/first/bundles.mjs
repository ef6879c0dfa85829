/** For the benchmarks: the contenders as esbuild bundles them, with nothing but its usual options. */
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { FORMS } from "../contenders.mjs";

const BENCH = fileURLToPath(new URL("..", import.meta.url));
const OUT = fileURLToPath(new URL("../../target/bench/bundles/", import.meta.url));

const bundle = (options) =>
  build({ bundle: true, minify: true, format: "esm", target: "es2022", logLevel: "warning", ...options });

/** Bundles each contender for Node; returns the files by name. */
export async function bundlesForNode() {
  const files = {};
  for (const [name, file] of Object.entries(FORMS)) {
    const outfile = `${OUT}${name.replace(/\W/g, "-")}.mjs`;
    await bundle({
      entryPoints: [BENCH + file],
      platform: "node",
      outfile,
      // What libraries of the older kind call.
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
      },
    });
    files[name] = outfile;
  }
  return files;
}

/** The script of a page that checks the form, and then sets `globalThis.checkedAt` to the time since the navigation. */
const pageScript = (file, form) => `
import { checkForm } from ${JSON.stringify(`./${file}`)};
const { issues } = checkForm(${JSON.stringify(form)});
globalThis.checkedAt = issues.length ? -1 : performance.now();
`;

/** Bundles each of these contenders for a page with this form; returns the scripts by name. */
export async function bundlesForPages(names, form) {
  const scripts = {};
  for (const name of names) {
    const { outputFiles } = await bundle({
      stdin: { contents: pageScript(FORMS[name], form), resolveDir: BENCH },
      platform: "browser",
      write: false,
    });
    scripts[name] = Buffer.from(outputFiles[0].contents);
  }
  return scripts;
}
