/**
 * For operators: stores, in which the gateway remembers what became of a request with an `Idempotency-Key`. A store has
 * three functions. `putIfAbsent(key, text, seconds)` stores a claim and answers with nothing; if there is a text under
 * the key, it answers with that instead. `put(key, text, seconds)` stores an outcome over the claim. `delete(key)` gives
 * a claim back. Texts hold no personal data and no capability.
 */

/** The most outcomes, and the most claims, in memory: more than an hour's at 150 creates a minute, the guests' share. */
const MEMORY_MAX = 10_000;

/** How long a process waits while another writes to the same database; SQLite itself does not wait. */
const BUSY_MS = 5000;
/** A key-value namespace takes one write a second for each key. This is a little more than that second. */
const WRITE_PAUSE_MS = 1100;
/** How often SQLite tries to take a claim that other processes take and give back. */
const TRIES = 10;

/** Texts by key, so many at most: the oldest is dropped first. */
class BoundedMap {
  /** The oldest first: a Map keeps the order of insertion. */
  #kept = new Map();
  #max;

  constructor(max) {
    this.#max = max;
  }

  get(key) {
    const { text, until } = this.#kept.get(key) ?? {};
    return until > Date.now() ? text : undefined;
  }

  put(key, text, seconds) {
    this.#kept.delete(key);
    this.#kept.set(key, { text, until: Date.now() + seconds * 1000 });
    if (this.#kept.size > this.#max) this.#kept.delete(this.#kept.keys().next().value);
  }

  delete(key) {
    this.#kept.delete(key);
  }
}

/** The store in the memory of this process: the default. */
export function memoryStore({ max = MEMORY_MAX } = {}) {
  // In two maps, so that claims cannot push outcomes out: anybody can claim, while an outcome costs a request of the
  // account's quota.
  const claims = new BoundedMap(max);
  const outcomes = new BoundedMap(max);
  return {
    putIfAbsent(key, text, seconds) {
      const found = outcomes.get(key) ?? claims.get(key);
      if (found === undefined) claims.put(key, text, seconds);
      return found;
    },
    put(key, text, seconds) {
      claims.delete(key);
      outcomes.put(key, text, seconds);
    },
    delete(key) {
      claims.delete(key);
      outcomes.delete(key);
    },
  };
}

/**
 * The store in a key-value namespace of Cloudflare's shape (`get`, `put` with `expirationTtl`, `delete`). Such a
 * namespace cannot take a claim atomically, and other locations see a write after a while only: a request that is
 * repeated at another location within that time creates the customer twice. Within one isolate it is exact.
 */
export function kvStore(namespace, { prefix = "dinerkit:" } = {}) {
  // Under two keys: a namespace takes one write a second for each key, and most creates are done sooner. Besides, a claim
  // that comes late can then neither overwrite an outcome nor delete it.
  const claimAt = (key) => prefix + key;
  const outcomeAt = (key) => `${prefix}${key}:outcome`;
  const put = (name, text, seconds) => patiently(() => namespace.put(name, text, { expirationTtl: seconds }));
  return {
    async putIfAbsent(key, text, seconds) {
      const [outcome, claim] = await Promise.all([outcomeAt(key), claimAt(key)].map((name) => namespace.get(name)));
      const found = outcome ?? claim ?? undefined;
      if (found === undefined) await put(claimAt(key), text, seconds);
      return found;
    },
    put: (key, text, seconds) => put(outcomeAt(key), text, seconds),
    delete: (key) => patiently(() => namespace.delete(claimAt(key))),
  };
}

/** Writes; and once more after a pause if the namespace refuses, as it does too soon after another write. */
async function patiently(write) {
  try {
    await write();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, WRITE_PAUSE_MS));
    await write();
  }
}

/**
 * The store in SQLite, for processes on one machine and not for a network's file system: a database of `node:sqlite`
 * (`DatabaseSync`), `bun:sqlite` or better-sqlite3. Each claim deletes the texts whose time is over.
 */
export function sqliteStore(database, { table = "dinerkit_requests" } = {}) {
  if (!/^[A-Za-z_]\w*$/.test(table)) throw new TypeError("give table as a word of letters, digits and _");
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  try {
    // So that a write does not keep other processes from reading.
    database.exec("PRAGMA journal_mode = WAL");
  } catch {
    // Fails in a transaction, and while another process changes the mode: then the mode stays as it is.
  }
  // The column `place` holds the key: databases of earlier versions have it.
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (place TEXT PRIMARY KEY, text TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS ${table}_until ON ${table} (until)`,
  );
  const forget = database.prepare(`DELETE FROM ${table} WHERE until <= ?`);
  const insert = database.prepare(`INSERT INTO ${table} (place, text, until) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`);
  const select = database.prepare(`SELECT text FROM ${table} WHERE place = ?`);
  const replace = database.prepare(`INSERT OR REPLACE INTO ${table} (place, text, until) VALUES (?, ?, ?)`);
  const remove = database.prepare(`DELETE FROM ${table} WHERE place = ?`);
  const until = (seconds) => Date.now() + seconds * 1000;
  return {
    putIfAbsent(key, text, seconds) {
      forget.run(Date.now());
      for (let tries = 0; tries < TRIES; tries += 1) {
        // One statement decides, so that of two processes one takes the claim.
        const { changes } = insert.run(key, text, until(seconds));
        if (Number(changes) === 1) return undefined;
        // Without a text, another process has given the claim back in between: try again.
        const found = select.get(key);
        if (found) return found.text;
      }
      throw new Error("this request is claimed and given back elsewhere all the time: try again");
    },
    put(key, text, seconds) {
      replace.run(key, text, until(seconds));
    },
    delete(key) {
      remove.run(key);
    },
  };
}
