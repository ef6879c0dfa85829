/** For one of several processes that share a database: takes whatever claims are left; prints how many it took. */
import { sqliteStore } from "dinerkit/gateway";
import { openDatabase } from "./sqlite.mjs";

const CLAIMS = 50;
const SECONDS = 100;

const store = sqliteStore(await openDatabase("claims.db"));
let taken = 0;
for (let number = 0; number < CLAIMS; number += 1) {
  const place = `place ${number}`;
  // As between requests: SQLite's lock is no queue, and whoever never lets go of it starves the others.
  await new Promise((resolve) => setTimeout(resolve, 10));
  if ((await store.putIfAbsent(place, "claimed", SECONDS)) !== undefined) continue;
  await store.put(place, "done", SECONDS);
  taken += 1;
}
console.log(JSON.stringify({ taken, of: CLAIMS }));
