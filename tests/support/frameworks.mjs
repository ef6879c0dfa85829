/** For the browser tests: pages of React, Vue and Svelte, rendered on a server and bundled for the browser. */
import { readFile, unlink, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { compile } from "svelte/compiler";

/** The pages, each with `App` and `hydrate(root)`. */
const here = (path) => fileURLToPath(new URL(`../e2e/frameworks/${path}`, import.meta.url));

/** Compiles Svelte's components, as its plugins for bundlers do. */
const svelte = (generate) => ({
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, "utf8"), { generate, filename: path });
      return { contents: js.code, loader: "js" };
    });
  },
});

/**
 * Bundles a page. For the "browser" it is a script with `globalThis.hydrate()`, which looks for its other files beside
 * itself; for "node" it is a module with `App`.
 */
export async function bundle(name, platform) {
  const isBrowser = platform === "browser";
  const { outputFiles } = await build({
    stdin: {
      contents: isBrowser
        ? `import { hydrate } from "./${name}.mjs"; globalThis.hydrate = () => void hydrate(document.querySelector("#root"));`
        : `export { App } from "./${name}.mjs"; ${name === "svelte" ? 'export { render } from "svelte/server";' : ""}`,
      resolveDir: here("."),
    },
    bundle: true,
    format: "esm",
    platform,
    conditions: ["svelte", "production", ...(isBrowser ? ["browser"] : [])],
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    external: isBrowser ? ["./words/*"] : ["react", "react-dom/*", "vue", "./words/*"],
    loader: { ".css": "text" },
    plugins: [svelte(isBrowser ? "client" : "server")],
    logLevel: "error",
    write: false,
    outdir: here("."),
  });
  return outputFiles[0].text;
}

/** The HTML of a page, as its framework renders it on a server. Its elements name this gateway. */
export async function rendered(name, gateway) {
  const file = here(`.${name}-${process.pid}.mjs`);
  await writeFile(file, await bundle(name, "node"));
  globalThis.gatewayOfPage = gateway;
  try {
    const { App, render } = await import(file);
    if (render) return render(App).body;
    if (name !== "vue") return renderToString(createElement(App));
    const [{ createSSRApp }, server] = await Promise.all([import("vue"), import("vue/server-renderer")]);
    return await server.renderToString(createSSRApp(App));
  } finally {
    delete globalThis.gatewayOfPage;
    await unlink(file);
  }
}
