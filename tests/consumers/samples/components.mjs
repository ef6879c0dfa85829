/** Renders the components of a page as their frameworks do on a server. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { compile } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";

/** What the samples take for given. */
const GIVEN = { asksForDate: true, book: () => {}, guest: { Surname: "Lee" }, reserve: async () => {} };

/** What makes a module with an export `html()` of a sample. */
const ENTRIES = {
  jsx: (code) => {
    const [imports, element] = code.split(/\n\n(?=<)/);
    return `${imports}
      import { renderToString } from "react-dom/server";
      export const html = () => renderToString(${element});`;
  },
  vue: () => `
    import { createSSRApp } from "vue";
    import { renderToString } from "vue/server-renderer";
    import App from "./sample.vue";
    export const html = (given) => {
      const app = createSSRApp(App);
      Object.assign(app.config.globalProperties, given);
      return renderToString(app);
    };`,
  svelte: () => `
    import { render } from "svelte/server";
    import App from "./sample.svelte";
    export const html = () => render(App).body;`,
};

const PLUGIN = {
  name: "components",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, "utf8"), { generate: "server", filename: path });
      return { contents: js.code, loader: "js" };
    });
    onLoad({ filter: /\.vue$/ }, async ({ path }) => {
      const { descriptor } = parse(await readFile(path, "utf8"), { filename: path });
      const isCustomElement = (tag) => tag.includes("-");
      const options = { id: "sample", inlineTemplate: true, templateOptions: { compilerOptions: { isCustomElement } } };
      return { contents: compileScript(descriptor, options).content, loader: "js" };
    });
  },
};

/** Renders a sample. Its HTML must have the element, the places of its form, and what the page puts in between. */
export async function renderComponent(project, { language, code }) {
  await writeFile(join(project.folder, `sample.${language}`), code);
  const outfile = join(project.folder, `sample-${language}.mjs`);
  await build({
    stdin: { contents: ENTRIES[language](code), resolveDir: project.folder, loader: "jsx" },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    jsx: "automatic",
    conditions: ["svelte"],
    external: ["react", "react/*", "react-dom/*", "vue", "vue/*"],
    plugins: [PLUGIN],
    logLevel: "error",
  });
  Object.assign(globalThis, GIVEN);
  const { html } = await import(pathToFileURL(outfile));
  const text = await html(GIVEN);
  for (const part of ['<diner-form microsite="oak-and-salt"', 'data-diner-place="fields"', 'name="BookingDate"']) {
    assert.ok(text.includes(part), `${part} is not in ${text}`);
  }
}
