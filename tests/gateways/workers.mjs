/** For the gateways suite: several workers in one workerd, each with a gateway, before one Durable Object. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));
/** The class of the object, as the worker exports it, and the date whose workerd is asked for. */
const CLASS = "SharedState";
const COMPATIBILITY_DATE = "2026-01-01";

/** Starts a worker for each of the settings; resolves to their addresses. */
export async function startWorkers(scope, settings) {
  const modules = await bundled();
  const name = (index) => `gateway-${index}`;
  const miniflare = new Miniflare({
    // No look-ups of where this machine stands.
    cf: false,
    workers: settings.map((one, index) => ({
      name: name(index),
      modules,
      modulesRoot: "/",
      compatibilityDate: COMPATIBILITY_DATE,
      bindings: { SETTINGS: JSON.stringify(one) },
      // The object lives in the first worker, and all have it.
      durableObjects: { SHARED: { className: CLASS, ...(index > 0 && { scriptName: name(0) }) } },
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    })),
  });
  scope.after(() => miniflare.dispose());
  await miniflare.ready;
  const urls = await Promise.all(settings.map((_, index) => miniflare.unsafeGetDirectURL(name(index))));
  return urls.map(({ origin }) => origin);
}

/** The worker with the modules that it imports. */
async function bundled() {
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
    entryPoints: [WORKER],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    external: ["node:*", "cloudflare:*"],
    plugins: [asModules],
    write: false,
  });
  return [{ type: "ESModule", path: "worker.js", contents: outputFiles[0].text }, ...modules];
}
