/** For Node, Deno and Bun: runs all cases; prints one line of JSON for each. */
import "./package.mjs";
import "./gateway.mjs";
import { results } from "./cases.mjs";

/** SQLite in memory, where the runtime brings it: Node 20 does not. */
async function openDatabase() {
  if (globalThis.Bun) return new (await import("bun:sqlite")).Database(":memory:");
  const sqlite = process.getBuiltinModule("node:sqlite");
  return sqlite && new sqlite.DatabaseSync(":memory:");
}

for await (const result of results({ openDatabase, settings: process.env })) console.log(JSON.stringify(result));
