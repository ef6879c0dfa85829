/** For tests that run a worker in workerd, by Miniflare. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

/** A worker of one file, with the modules that it imports, for Miniflare: what wrangler would upload. */
export async function workerModules(file) {
  const modules = [];
  const types = { ".wasm": "CompiledWasm", ".bin": "Data" };
  const asModules = {
    name: "modules",
    setup({ onResolve }) {
      onResolve({ filter: /\.(wasm|bin)$/ }, ({ path, resolveDir }) => {
        const type = types[path.slice(path.lastIndexOf("."))];
        modules.push({ type, path: basename(path), contents: readFileSync(join(resolveDir, path)) });
        return { path: `./${basename(path)}`, external: true };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    external: ["node:*", "cloudflare:*"],
    plugins: [asModules],
    write: false,
  });
  const worker = { type: "ESModule", path: "worker.js", contents: outputFiles[0].text };
  return { modules: [worker, ...modules], modulesRoot: "/" };
}
