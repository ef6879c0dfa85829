/** For the tests that need a remote API: the sandbox, each time with a database of its own, and a look into that. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, start } from "./program.mjs";

const SANDBOX =
  process.env.SANDBOX_BIN ?? fileURLToPath(new URL("../../target/debug/dinerkit-sandbox", import.meta.url));

/** The sandbox's account. */
export const ACCOUNT = { username: "demo", password: "demo" };

/**
 * Starts the sandbox, without its limit of requests a minute unless `more` has one. Returns its `url`, the path `db` of its database, which
 * stays until the scope ends, and `stop()`.
 */
export async function startSandbox(scope, ...more) {
  const folder = await mkdtemp(join(tmpdir(), "dinerkit-sandbox-"));
  const db = join(folder, "customers.db");
  const account = ["--username", ACCOUNT.username, "--password", ACCOUNT.password];
  const limit = more.includes("--rate-per-minute") ? [] : ["--rate-per-minute", "0"];
  const program = start(scope, SANDBOX, ["--port", "0", "--db", db, ...limit, ...account, ...more]);
  scope.after(async () => {
    await program.stop();
    await rm(folder, { recursive: true });
  });
  return { ...(await program.ready()), stop: () => program.stop() };
}

/** Starts a sandbox that takes faults, with the calls of its administration. */
export async function startFaultySandbox(scope) {
  const sandbox = await startSandbox(scope, "--faults");
  const ask = async (path, options) => {
    const response = await fetch(`${sandbox.url}/sandbox/${path}`, options);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  return {
    ...sandbox,
    arm: (rules) => ask("faults", { method: "POST", body: JSON.stringify(rules) }),
    armed: () => ask("faults"),
    disarm: () => ask("faults", { method: "DELETE" }),
    requests: () => ask("requests"),
  };
}

/**
 * Reads a database that another process is writing, write-ahead log included. Python's sqlite3 does it, because Node 20
 * has none, and every machine that runs the contract tests has Python.
 */
const READ = `
import json, sqlite3, sys
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
db.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in db.execute("SELECT * FROM customers ORDER BY id")]))
`;

/** Gives a customer in a sandbox's database a booking until a time, as `2030-01-01`. */
export const book = (db, id, until) => run("python3", ["-c", BOOK, db, `${id}`, until]);

const BOOK = `
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=5) as db:
    db.execute("UPDATE customers SET booked_until = ? WHERE id = ?", (sys.argv[3], int(sys.argv[2])))
`;

/** Every row of the customers in a sandbox's database, each with its `record` as an object. */
export async function stored(db) {
  const { stdout } = await run("python3", ["-c", READ, db]);
  return JSON.parse(stdout).map((row) => ({ ...row, record: JSON.parse(row.record) }));
}
