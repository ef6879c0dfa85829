/**
 * For whoever changes the engines that come with a runtime: memory, SQLite in Node, Bun and Deno, Deno KV, and Durable
 * Objects in workerd, each in that runtime itself.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { engineCases } from "../../pkg/gateway/conformance.js";
import { durableEngine } from "../../pkg/gateway/durable.js";
import { denoKvEngine } from "../../pkg/lib/gateway/engines/deno-kv.js";
import { explain } from "../../pkg/lib/gateway/engines/explain.js";
import { memoryEngine } from "../../pkg/lib/gateway/engines/memory.js";
import { sqliteEngine } from "../../pkg/lib/gateway/engines/sqlite.js";
import { start } from "../support/program.mjs";
import { BUN, DENO, NEWER_NODE } from "../support/runtimes.mjs";
import { workerModules } from "../support/worker-modules.mjs";
import { claimOf, conforms, someKey } from "./engines.mjs";

/** How long a runtime may take for all cases. */
const LONGEST_MS = 120_000;
const PROCESSES = 3;
const NAMES = engineCases(memoryEngine).map(({ name }) => name);

const REPORT = fileURLToPath(new URL("engines/report.mjs", import.meta.url));
const WORKER = fileURLToPath(new URL("engines/worker.mjs", import.meta.url));

/** A folder that goes with the scope. */
async function folderOf(scope) {
  const folder = await mkdtemp(join(tmpdir(), "dinerkit-engine-"));
  scope.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe("the engine in memory", () => conforms([memoryEngine()]));

/** The kinds of engine, each in a runtime: the program and the words before the module's name. */
const RUNTIMES = [
  ...(NEWER_NODE ? [["sqlite", "a newer Node", NEWER_NODE, ["--no-warnings"]]] : []),
  ["sqlite", "Bun", BUN, []],
  ["sqlite", "Deno", DENO, ["run", "--allow-all"]],
  ["deno-kv", "Deno", DENO, ["run", "--allow-all", "--unstable-kv"]],
];

for (const [kind, runtime, program, words] of RUNTIMES) {
  /** Runs the cases, or a task, on a database in `folder`; resolves to what is printed. */
  async function report(context, folder, ...task) {
    const args = [...words, REPORT, kind, join(folder, "shared.db"), ...task];
    const env = { DENO_DIR: join(folder, ".deno"), DENO_NO_UPDATE_CHECK: "1" };
    const ran = start(context, program, args, { cwd: folder, env, lifetimeMs: LONGEST_MS });
    const { status, stderr } = await ran.ended;
    assert.equal(status, 0, stderr);
    return ran.events;
  }

  describe(`the engine ${kind} in ${runtime}`, () => {
    it("does what every engine does", async (context) => {
      const lines = await report(context, await folderOf(context));
      assert.deepEqual(
        lines.filter(({ error }) => error),
        [],
      );
      const { findings } = lines.pop();
      assert.equal(findings.length, 1);
      assert.deepEqual(
        lines.map(({ name }) => name),
        NAMES,
      );
    });

    it("lets one of several processes take each claim", async (context) => {
      const folder = await folderOf(context);
      // The first one makes the tables.
      const runs = await Promise.all(Array.from({ length: PROCESSES }, () => report(context, folder, "claims")));
      const [{ of }] = runs[0];
      assert.equal(
        runs.flat().reduce((sum, { taken }) => sum + taken, 0),
        of,
      );
    });
  });
}

/** Starts a Worker with the object, on a storage of its kind. */
async function startWorker(scope, { useSQLite, ...options }) {
  const worker = new Miniflare({
    ...(await workerModules(WORKER)),
    compatibilityDate: "2024-09-23",
    durableObjects: { STATE: { className: "SharedState", useSQLite } },
    cf: false,
    ...options,
  });
  scope.after(() => worker.dispose().catch(() => {}));
  return worker;
}

describe("the engine of Durable Objects in workerd", () => {
  for (const useSQLite of [true, false]) {
    it(`does what every engine does, ${useSQLite ? "on SQLite" : "on keys and values"}`, async (context) => {
      const worker = await startWorker(context, { useSQLite });
      const response = await worker.dispatchFetch("http://worker.example/", {
        signal: AbortSignal.timeout(LONGEST_MS),
      });
      const { results, findings } = await response.json();
      assert.deepEqual(
        results.filter(({ error }) => error),
        [],
      );
      assert.deepEqual(
        results.map(({ name }) => name),
        NAMES,
      );
      assert.deepEqual(
        findings.map(({ isWrong }) => isWrong),
        [false],
      );
    });
  }

  it("keeps a claim when the object is started anew", async (context) => {
    const options = { useSQLite: true, durableObjectsPersist: await folderOf(context) };
    const body = JSON.stringify(claimOf(someKey()));
    const replies = [];
    for (let lives = 0; lives < 2; lives += 1) {
      const worker = await startWorker(context, options);
      const response = await worker.dispatchFetch("http://worker.example/", { method: "POST", body });
      replies.push(await response.json());
      await worker.dispose();
    }
    assert.deepEqual(
      replies.map(({ isDone }) => isDone),
      [true, false],
    );
  });
});

describe("an engine that is given something else", () => {
  const MAKERS = { sqliteEngine, denoKvEngine, durableEngine };
  for (const [name, make] of Object.entries(MAKERS)) {
    it(name, () => {
      for (const value of [undefined, {}, "dinerkit.db"]) {
        assert.throws(() => make(value), { name: "TypeError", message: new RegExp(`^${name} takes `) });
      }
    });
  }
});

describe("what an error means", () => {
  const SECRETS = "redis://user:planted-marker@host.example:6379/0 dinerkit:{planted-marker}:token";
  const cases = {
    "a code that no engine knows": ["redis", { code: "EWHATEVER", message: SECRETS }, /not known here.*\(EWHATEVER\)$/],
    "a message alone": ["postgres", new Error(SECRETS), /^postgres: it failed in a way that is not known here[^()]*$/],
    "a text": ["sqlite", SECRETS, /not known here/],
    nothing: ["durable", undefined, /not known here/],
    "an engine of somebody else": [
      "planets",
      { code: "ECONNREFUSED" },
      /^planets: nothing listens .*\(ECONNREFUSED\)$/,
    ],
    "a part of several errors": [
      "redis",
      new AggregateError([Object.assign(new Error(SECRETS), { code: "ECONNREFUSED" })], SECRETS),
      /nothing listens/,
    ],
    "a cause": ["postgres", new Error(SECRETS, { cause: { code: "53100" } }), /make room there \(53100\)$/],
    "a cause of itself": [
      "redis",
      Object.assign(new Error(), {
        get cause() {
          return this;
        },
      }),
      /not known here/,
    ],
    "node:sqlite's number": ["sqlite", { code: "ERR_SQLITE_ERROR", errcode: 13 }, /the disk is full: make room/],
    "an object that is overloaded": [
      "durable",
      new Error("Durable Object is overloaded."),
      /more requests than it can/,
    ],
    "a permission": ["deno-kv", { name: "NotCapable", message: SECRETS }, /--allow-read/],
  };
  for (const [name, [engine, error, expected]] of Object.entries(cases)) {
    it(name, () => {
      const text = explain(error, engine);
      assert.match(text, expected);
      assert.doesNotMatch(text, /planted-marker|:\/\/|host\.example|[\r\n]/);
    });
  }
});
