/**
 * For a runtime that has an engine of its own, SQLite or Deno KV: `report.mjs KIND FILE` runs the cases of every engine on
 * two handles of one database, and prints one line of JSON for each; `report.mjs KIND FILE claims` is one of several
 * processes that share it, and prints how many of the claims it has taken. By hand, `report.mjs KIND FILE time` prints how
 * many milliseconds half of the swaps take at most.
 */
import { engineCases } from "../../../pkg/gateway/conformance.js";
import { denoKvEngine } from "../../../pkg/lib/gateway/engines/deno-kv.js";
import { sqliteEngine } from "../../../pkg/lib/gateway/engines/sqlite.js";
import { openDatabase } from "../../consumers/runtimes/sqlite.mjs";

const CLAIMS = 50;
const SECONDS = 100;
const SWAPS = 200;

const KINDS = {
  sqlite: async (file) => sqliteEngine(await openDatabase(file)),
  "deno-kv": async (file) => denoKvEngine(await globalThis.Deno.openKv(file)),
};

const [kind, file, task = "cases"] = (globalThis.Deno?.args ?? process.argv.slice(2)).slice(0);
const engines = [await KINDS[kind](file), await KINDS[kind](file)];
const print = (line) => console.log(JSON.stringify(line));
const claimOf = (number) => [
  { key: `dinerkit:{account}:claim:${number}`, expected: null, text: "claim", seconds: SECONDS },
];

const TASKS = {
  async cases() {
    let next = 0;
    for (const { name, run } of engineCases(() => engines[(next += 1) % engines.length])) {
      const error = await run().then(
        () => undefined,
        (error) => error.stack ?? String(error),
      );
      print({ name, error });
    }
    print({ name: "examines itself", findings: await engines[0].examine() });
  },
  async claims() {
    let taken = 0;
    for (let number = 0; number < CLAIMS; number += 1) {
      // As between requests: SQLite's lock is no queue, and whoever never lets go of it starves the others.
      await new Promise((resolve) => setTimeout(resolve, 10));
      if ((await engines[0].swap(claimOf(number), { durable: true })).isDone) taken += 1;
    }
    print({ taken, of: CLAIMS });
  },
  async time() {
    const times = [];
    for (let number = 0; number < SWAPS; number += 1) {
      const begun = performance.now();
      await engines[0].swap(claimOf(`time ${number}`), { durable: true });
      times.push(performance.now() - begun);
    }
    print({ ms: times.sort((one, other) => one - other)[SWAPS / 2] });
  },
};
await TASKS[task]();
// Deno KV keeps the runtime waiting as long as it is open.
if (globalThis.Deno) globalThis.Deno.exit();
