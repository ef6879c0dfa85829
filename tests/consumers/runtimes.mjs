/**
 * For runtimes.test.mjs: the runtimes that the package says it runs on, as npm brings them. Their packages carry the
 * programs; none needs its install script.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { start } from "../support/program.mjs";
import { BUN, DENO, NEWER_NODE } from "../support/runtimes.mjs";
import { workerModules } from "../support/worker-modules.mjs";

const EXAMPLES = new URL("../../examples/", import.meta.url);
/** How long a runtime may take for all of its cases, and how long a server may run: one that hangs is ended. */
const LONGEST_MS = 300_000;

/** A program that runs JavaScript. */
class Process {
  /** `run` and `serve` are arguments before a module's name: to run it to its end, or the module `server`. */
  constructor(name, file, { run = () => [], server, serve = () => [], hasSqlite = true }) {
    Object.assign(this, { name, file, run, server, serveArguments: serve, hasSqlite });
  }

  /** Runs the cases; yields the result of each. */
  results(scope, project, env) {
    return this.lines(scope, project, "report.mjs", env);
  }

  /** Runs a module of the project; yields the value of each line, which is JSON. */
  async *lines(scope, project, module, env) {
    const program = this.#start(scope, project, [...this.run(env), module], env);
    const { status } = await program.ended;
    yield* program.events;
    if (status !== 0) throw new Error(`${this.name} ended with ${status}\n${program.stderr}`);
  }

  /** Starts the server. */
  async serve(scope, project, env) {
    const args = [...this.serveArguments(env), await project.adopt(this.server)];
    const program = this.#start(scope, project, args, env);
    const url = await program.find(() => /Listening on (http:\S+)\s/.exec(program.log)?.[1], "where it listens");
    return { url, log: () => program.log };
  }

  #start(scope, project, args, more) {
    // Deno gets a cache of its own, so that nothing of this machine takes part.
    const env = { DENO_DIR: join(project.folder, ".deno"), DENO_NO_UPDATE_CHECK: "1", ...more };
    return start(scope, this.file, args, { cwd: project.folder, env, lifetimeMs: LONGEST_MS });
  }
}

/** workerd, as `wrangler dev` runs it. */
class Workerd {
  name = "workerd";

  async *results(scope, project, bindings) {
    const worker = new Miniflare({
      ...(await bundle(join(project.folder, "worker.mjs"))),
      // For node:assert; without the globals that come along by default.
      compatibilityFlags: ["nodejs_compat", "no_nodejs_compat_v2"],
      bindings,
    });
    scope.after(() => worker.dispose());
    const signal = AbortSignal.timeout(LONGEST_MS);
    const response = await worker.dispatchFetch("http://worker.example/", { signal });
    if (!response.ok) throw new Error(await response.text());
    yield* await response.json();
  }

  async serve(scope, project, bindings) {
    let log = "";
    const worker = new Miniflare({
      ...(await bundle(join(project.folder, await project.adopt(new URL("wrangler/src/worker.js", EXAMPLES))))),
      bindings,
      assets: assets(project),
      durableObjects: Object.fromEntries(
        wrangler.durable_objects.bindings.map(({ name, class_name: className }) => [
          name,
          {
            className,
            useSQLite: wrangler.migrations.some(({ new_sqlite_classes: classes }) => classes.includes(className)),
          },
        ]),
      ),
      handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.on("data", (data) => (log += data))),
    });
    scope.after(() => worker.dispose());
    return { url: (await worker.ready).href, log: () => log };
  }
}

/** The example's wrangler.toml. */
const wrangler = getStaticTOMLValue(parseTOML(readFileSync(new URL("wrangler/wrangler.toml", EXAMPLES), "utf8")));

/** The example's static assets, as wrangler hands them to Miniflare. */
function assets({ folder }) {
  const { directory, binding, run_worker_first } = wrangler.assets;
  const routerConfig = { has_user_worker: true, static_routing: { user_worker: run_worker_first } };
  return { workerName: wrangler.name, directory: join(folder, directory), binding, routerConfig };
}

/** A worker of one file for Miniflare, with what the example's wrangler.toml says. */
async function bundle(file) {
  return {
    ...(await workerModules(file)),
    compatibilityDate: wrangler.compatibility_date,
    kvNamespaces: ["REQUESTS"],
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
  // With `node:sqlite`.
  ...(NEWER_NODE ? [new Process("node-24", NEWER_NODE, node)] : []),
  new Process("deno", DENO, {
    run: ({ SANDBOX_URL }) => [
      "run",
      "--allow-env",
      `--allow-net=${new URL(SANDBOX_URL).host}`,
      "--allow-read=claims.db",
      "--allow-write=claims.db",
    ],
    server: new URL("deno/gateway.js", EXAMPLES),
    serve: denoPermissions,
  }),
  new Process("bun", BUN, { server: new URL("bun/gateway.js", EXAMPLES) }),
  new Workerd(),
];
