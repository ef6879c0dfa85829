/** For Node, Deno and Bun: runs all cases; prints one line of JSON for each. */
import "./package.mjs";
import "./bulk.mjs";
import "./gateway.mjs";
import "./faults.mjs";
import "./stand-in.mjs";
import { results } from "./cases.mjs";
import { openDatabase } from "./sqlite.mjs";

for await (const result of results({ openDatabase, settings: process.env })) console.log(JSON.stringify(result));
