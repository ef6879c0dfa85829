/** For operators: the shared state in SQLite, for the gateways of one machine. */
import { areEqual, checked, untilOf } from "./entries.js";
import { examined } from "./examined.js";

const NAME = "sqlite";
/** How long a process waits while another writes to the same database; SQLite itself does not wait. */
const BUSY_MS = 5000;
/** Each swap deletes so many texts at most whose time is over. */
const CLEANED_MAX = 10;

/**
 * A shared state in SQLite, for processes on one machine and not for a network's file system: a database of
 * `node:sqlite` (`DatabaseSync`), `bun:sqlite` or better-sqlite3. No other transaction may be open on it.
 */
export function sqliteEngine(database, { table = "dinerkit_shared" } = {}) {
  if (!/^[A-Za-z_]\w*$/.test(table)) throw new TypeError("give table as a word of letters, digits and _");
  if (typeof database?.exec !== "function" || typeof database.prepare !== "function") {
    throw new TypeError("sqliteEngine takes a database of node:sqlite, bun:sqlite or better-sqlite3");
  }
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  // So that a power cut takes no claim with it: some builds have less by default.
  database.exec("PRAGMA synchronous = FULL");
  try {
    // So that a write does not keep other processes from reading.
    database.exec("PRAGMA journal_mode = WAL");
  } catch {
    // Fails in a transaction, and while another process changes the mode: then the mode stays as it is.
  }
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, text TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS ${table}_until ON ${table} (until)`,
  );
  const select = database.prepare(`SELECT text FROM ${table} WHERE key = ? AND until > ?`);
  const replace = database.prepare(`INSERT OR REPLACE INTO ${table} (key, text, until) VALUES (?, ?, ?)`);
  const remove = database.prepare(`DELETE FROM ${table} WHERE key = ?`);
  const forget = database.prepare(
    `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} WHERE until <= ? LIMIT ${CLEANED_MAX})`,
  );

  function decide(entries) {
    const nowMs = Date.now();
    const texts = entries.map(({ key }) => select.get(key, nowMs)?.text ?? null);
    const isDone = areEqual(entries, texts);
    if (isDone) for (const entry of entries) write(entry, nowMs);
    return { isDone, texts, nowMs };
  }

  function write(entry, nowMs) {
    const { key, text } = entry;
    if (text === null) remove.run(key);
    else if (text !== undefined) replace.run(key, text, untilOf(entry, nowMs));
  }

  function swap(entries) {
    checked(entries);
    // Takes the right to write at once, because another process may not change what is read before it is written.
    database.exec("BEGIN IMMEDIATE");
    try {
      const reply = decide(entries);
      forget.run(reply.nowMs);
      database.exec("COMMIT");
      return reply;
    } catch (error) {
      rollBack(database);
      throw error;
    }
  }

  return { name: NAME, swap, examine: () => examined(NAME, swap, () => findings(database)) };
}

/** Ends a transaction that has failed. SQLite has ended some by itself, as on a full disk. */
function rollBack(database) {
  try {
    database.exec("ROLLBACK");
  } catch {
    // There is none any more.
  }
}

/** What this database cannot promise. */
function findings(database) {
  const { file } = database.prepare("PRAGMA database_list").get() ?? {};
  const text = file
    ? "only the processes of this machine can share the database: never put it on a network's file system"
    : "the database is in memory, and no other process has it: give it a file";
  return [{ isWrong: false, text: `${NAME}: ${text}` }];
}
