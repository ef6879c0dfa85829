/**
 * For operators: where the gateway remembers what became of a request with an `Idempotency-Key`. A store has
 * `putIfAbsent(place, text, seconds)`, which answers with the text that is there, or with nothing after it has put its
 * own; `put(place, text, seconds)`, an outcome in its place; and `delete(place)`, which gives a claim back. Texts hold no personal data and no capability.
 */

/** The most outcomes, and the most claims, that memory holds: at 150 creates a minute, the guests' part of the account, more than an hour's. */
const MEMORY_MAX = 10_000;

/** How long a process waits while another writes to the same database; SQLite itself does not wait. */
const BUSY_MS = 5000;
/** How long a key-value namespace takes no second write to a key, and a little more. */
const WRITE_PAUSE_MS = 1100;
/** How often a claim is tried for while others take it and give it back. */
const TRIES = 10;

/** So many texts by place; the oldest is given up first. */
class Shelf {
  /** The oldest first: Maps keep the order of insertion. */
  #kept = new Map();
  #max;

  constructor(max) {
    this.#max = max;
  }

  get(place) {
    const { text, until } = this.#kept.get(place) ?? {};
    return until > Date.now() ? text : undefined;
  }

  put(place, text, seconds) {
    this.#kept.delete(place);
    this.#kept.set(place, { text, until: Date.now() + seconds * 1000 });
    if (this.#kept.size > this.#max) this.#kept.delete(this.#kept.keys().next().value);
  }

  delete(place) {
    this.#kept.delete(place);
  }
}

/** In this process' memory: the default. */
export function memoryStore({ max = MEMORY_MAX } = {}) {
  // Apart, since anybody can claim, while an outcome costs a request of the account's budget: requests that are refused
  // push out no outcome.
  const claims = new Shelf(max);
  const outcomes = new Shelf(max);
  return {
    putIfAbsent(place, text, seconds) {
      const found = outcomes.get(place) ?? claims.get(place);
      if (found === undefined) claims.put(place, text, seconds);
      return found;
    },
    put(place, text, seconds) {
      claims.delete(place);
      outcomes.put(place, text, seconds);
    },
    delete(place) {
      claims.delete(place);
      outcomes.delete(place);
    },
  };
}

/**
 * In a key-value namespace of Cloudflare's shape (`get`, `put` with `expirationTtl`, `delete`). Such a namespace takes
 * no claim atomically and shows a write elsewhere only after a while: a repetition that reaches another place of the
 * world within that time is created twice. Within one isolate it is exact.
 */
export function kvStore(namespace, { prefix = "dinerkit:" } = {}) {
  // Apart, since a namespace takes one write a second for a key, and most creates are done within that; and so that a
  // claim which comes late can neither overwrite an outcome nor, when it is given back, take it away.
  const claimAt = (place) => prefix + place;
  const outcomeAt = (place) => `${prefix}${place}:outcome`;
  const put = (name, text, seconds) => patiently(() => namespace.put(name, text, { expirationTtl: seconds }));
  return {
    async putIfAbsent(place, text, seconds) {
      const [outcome, claim] = await Promise.all([outcomeAt(place), claimAt(place)].map((name) => namespace.get(name)));
      const found = outcome ?? claim ?? undefined;
      if (found === undefined) await put(claimAt(place), text, seconds);
      return found;
    },
    put: (place, text, seconds) => put(outcomeAt(place), text, seconds),
    delete: (place) => patiently(() => namespace.delete(claimAt(place))),
  };
}

/** Writes; once more after a pause where that is refused, as it is too soon after another write. */
async function patiently(write) {
  try {
    await write();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, WRITE_PAUSE_MS));
    await write();
  }
}

/**
 * In SQLite, for processes on one machine, not on a network's file system: a database of `node:sqlite`
 * (`DatabaseSync`), `bun:sqlite` or better-sqlite3. What is over its time goes whenever something is put.
 */
export function sqliteStore(database, { table = "dinerkit_requests" } = {}) {
  if (!/^[A-Za-z_]\w*$/.test(table)) throw new TypeError("give table as a word of letters, digits and _");
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  try {
    // A write then keeps nobody from reading.
    database.exec("PRAGMA journal_mode = WAL");
  } catch {
    // Not in a transaction, nor while another process changes it: the mode it has will do.
  }
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
    putIfAbsent(place, text, seconds) {
      forget.run(Date.now());
      for (let tries = 0; tries < TRIES; tries += 1) {
        // One statement decides, so that of two processes one takes the claim.
        const { changes } = insert.run(place, text, until(seconds));
        if (Number(changes) === 1) return undefined;
        // Where there is none, whoever had taken it has given it back meanwhile.
        const found = select.get(place);
        if (found) return found.text;
      }
      throw new Error("this request is claimed and given back elsewhere all the time: try again");
    },
    put(place, text, seconds) {
      replace.run(place, text, until(seconds));
    },
    delete(place) {
      remove.run(place);
    },
  };
}
