/**
 * For operators: where the gateway remembers what became of a request with an `Idempotency-Key`. A store has
 * `putIfAbsent(place, text, seconds)`, which answers with the text that is there, or with nothing after it has put its
 * own; `put(place, text, seconds)`; and `delete(place)`. Texts hold no personal data and no capability.
 */

/** The most that memory holds: at 150 creates a minute, the guests' part of the account, more than an hour's. */
const MEMORY_MAX = 10_000;

/** How long a process waits while another writes to the same database; SQLite itself does not wait. */
const BUSY_MS = 5000;

/** In this process' memory: the default. The oldest goes first. */
export function memoryStore({ max = MEMORY_MAX } = {}) {
  const kept = new Map();
  const put = (place, text, seconds) => {
    // Again at the end: Maps keep the order of insertion.
    kept.delete(place);
    kept.set(place, { text, until: Date.now() + seconds * 1000 });
    if (kept.size > max) kept.delete(kept.keys().next().value);
  };
  return {
    async putIfAbsent(place, text, seconds) {
      const found = kept.get(place);
      if (found && found.until > Date.now()) return found.text;
      put(place, text, seconds);
      return undefined;
    },
    async put(place, text, seconds) {
      put(place, text, seconds);
    },
    async delete(place) {
      kept.delete(place);
    },
  };
}

/**
 * In a key-value namespace of Cloudflare's shape (`get`, `put` with `expirationTtl`, `delete`). Such a namespace takes
 * no claim atomically and shows a write elsewhere only after a while: a repetition that reaches another place of the
 * world within that time is created twice. Within one isolate it is exact.
 */
export function kvStore(namespace, { prefix = "dinerkit:" } = {}) {
  const put = (place, text, seconds) => namespace.put(prefix + place, text, { expirationTtl: seconds });
  return {
    async putIfAbsent(place, text, seconds) {
      const found = await namespace.get(prefix + place);
      if (found !== null && found !== undefined) return found;
      await put(place, text, seconds);
      return undefined;
    },
    put,
    delete: (place) => namespace.delete(prefix + place),
  };
}

/**
 * In SQLite, for processes on one machine: a database of `node:sqlite` (`DatabaseSync`), `bun:sqlite` or
 * better-sqlite3. What is over its time goes whenever something is put.
 */
export function sqliteStore(database, { table = "dinerkit_requests" } = {}) {
  if (!/^[A-Za-z_]\w*$/.test(table)) throw new TypeError("give table as a word of letters, digits and _");
  database.exec(
    `PRAGMA busy_timeout = ${BUSY_MS};
     CREATE TABLE IF NOT EXISTS ${table} (place TEXT PRIMARY KEY, text TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS ${table}_until ON ${table} (until)`,
  );
  const forget = database.prepare(`DELETE FROM ${table} WHERE until <= ?`);
  const insert = database.prepare(`INSERT INTO ${table} (place, text, until) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`);
  const select = database.prepare(`SELECT text FROM ${table} WHERE place = ?`);
  const replace = database.prepare(`INSERT OR REPLACE INTO ${table} (place, text, until) VALUES (?, ?, ?)`);
  const remove = database.prepare(`DELETE FROM ${table} WHERE place = ?`);
  const until = (seconds) => Date.now() + seconds * 1000;
  return {
    async putIfAbsent(place, text, seconds) {
      forget.run(Date.now());
      // One statement decides, so that of two processes one takes the claim.
      const { changes } = insert.run(place, text, until(seconds));
      return Number(changes) === 1 ? undefined : select.get(place)?.text;
    },
    async put(place, text, seconds) {
      replace.run(place, text, until(seconds));
    },
    async delete(place) {
      remove.run(place);
    },
  };
}
