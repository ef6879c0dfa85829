/**
 * For operators: the shared state in PostgreSQL. A function in the database does a swap, so that it is one statement, and
 * one round trip. It locks the keys of its swap only, so that others go on.
 */
import { checked } from "./entries.js";
import { examined } from "./examined.js";
import { EngineError } from "./explain.js";

const NAME = "postgres";
/** The first version that has all that the function uses. */
const OLDEST_VERSION = 11;
/** One in so many swaps deletes texts whose time is over, so many at most. */
const SWAPS_A_CLEANING = 100;
const CLEANED_MAX = 1000;
/** Locks of the same number by another program would only make both wait. */
const LOCK = 7_263_549_082_614_537n;
/** What is not there before the first swap: the function, or a part of it that somebody has deleted. */
const MISSING = new Set(["42883", "42P01"]);

/**
 * The table, and the function with the version of its meaning in its name: so that gateways of two versions work side by
 * side. Under locks of the keys' hashes, in their order, so that no two swaps wait for each other. Each statement of the
 * function sees what was committed before it, at the isolation level `read committed` only.
 */
const CREATE = `
DO $create$
BEGIN
  PERFORM pg_advisory_xact_lock(${LOCK});
  CREATE TABLE IF NOT EXISTS dinerkit_shared (key text PRIMARY KEY, text text NOT NULL, until timestamptz NOT NULL);
  CREATE INDEX IF NOT EXISTS dinerkit_shared_until ON dinerkit_shared (until);
  CREATE OR REPLACE FUNCTION dinerkit_swap_v1(entries text, is_durable boolean) RETURNS text LANGUAGE plpgsql AS $swap$
  DECLARE
    asked jsonb := entries;
    at timestamptz;
    texts jsonb;
    is_done boolean;
  BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'the isolation level is not read committed' USING ERRCODE = 'DK001';
    END IF;
    IF is_durable AND current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    PERFORM pg_advisory_xact_lock(hash) FROM (
      SELECT DISTINCT hashtextextended(entry ->> 'key', ${LOCK}) AS hash FROM jsonb_array_elements(asked) AS entry
      ORDER BY hash
    ) AS hashes;
    at := clock_timestamp();
    SELECT jsonb_agg(kept.text ORDER BY place),
      bool_and(NOT jsonb_exists(entry, 'expected') OR kept.text IS NOT DISTINCT FROM entry ->> 'expected')
      INTO texts, is_done
      FROM jsonb_array_elements(asked) WITH ORDINALITY AS listed (entry, place)
      LEFT JOIN dinerkit_shared AS kept ON kept.key = entry ->> 'key' AND kept.until > at;
    IF is_done THEN
      DELETE FROM dinerkit_shared WHERE key IN (
        SELECT entry ->> 'key' FROM jsonb_array_elements(asked) AS entry WHERE entry -> 'text' = 'null'
      );
      INSERT INTO dinerkit_shared AS kept (key, text, until)
        SELECT entry ->> 'key', entry ->> 'text', at + make_interval(secs => (entry ->> 'seconds')::float8)
        FROM jsonb_array_elements(asked) AS entry WHERE jsonb_typeof(entry -> 'text') = 'string'
        ON CONFLICT (key) DO UPDATE SET text = excluded.text, until = excluded.until;
    END IF;
    IF random() * ${SWAPS_A_CLEANING} < 1 THEN
      DELETE FROM dinerkit_shared WHERE key IN (
        SELECT key FROM dinerkit_shared WHERE until < at LIMIT ${CLEANED_MAX} FOR UPDATE SKIP LOCKED
      );
    END IF;
    RETURN jsonb_build_object('isDone', is_done, 'texts', texts, 'nowMs', floor(extract(epoch FROM at) * 1000));
  END
  $swap$;
END
$create$`;

const SWAP = "SELECT dinerkit_swap_v1($1::text, $2::boolean) AS reply";

/** What is set up, and who stands by. */
const SETTINGS = `
SELECT current_setting('server_version_num')::int / 10000 AS version, pg_is_in_recovery() AS "isStandby",
  current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
  current_setting('synchronous_standby_names') AS synchronous, (SELECT count(*) FROM pg_stat_replication)::int AS standbys`;

/**
 * A shared state in PostgreSQL: by a client or a pool with `query(text, values)`, as those of `pg`. The table and the
 * function are made at the first swap, if they are not there.
 */
export function postgresEngine(client) {
  if (typeof client?.query !== "function")
    throw new TypeError("postgresEngine takes a client that has query(text, values)");
  let creating;

  /** Makes the table and the function; once, however many swaps need them. */
  async function create() {
    creating ??= client.query(CREATE, []).finally(() => (creating = undefined));
    await creating;
  }

  async function ask(values) {
    const { rows } = await client.query(SWAP, values);
    if (typeof rows?.[0]?.reply !== "string") {
      throw new EngineError("its client answers in another form: give it one whose query answers with { rows }");
    }
    return JSON.parse(rows[0].reply);
  }

  async function swap(entries, { durable = false } = {}) {
    const values = [JSON.stringify(checked(entries)), durable];
    let reply;
    try {
      reply = await ask(values);
    } catch (error) {
      // Nothing has been done: the function is not there, or its table.
      if (!MISSING.has(error?.code)) throw error;
      await create();
      reply = await ask(values);
    }
    const { isDone, texts, nowMs } = reply;
    return { isDone, texts, nowMs };
  }

  return { name: NAME, swap, examine: () => examined(NAME, swap, () => findings(client)) };
}

/** What is set up wrongly, and what this PostgreSQL cannot promise. */
async function findings(client) {
  const { rows } = await client.query(SETTINGS, []);
  const [{ version, isStandby, fsync, commit, synchronous, standbys }] = rows;
  const found = [];
  const tell = (isWrong, text) => found.push({ isWrong, text: `${NAME}: ${text}` });
  if (version < OLDEST_VERSION) tell(true, `it is too old: use PostgreSQL ${OLDEST_VERSION} or later`);
  if (isStandby) tell(true, "it is a standby, which takes no writes: give the client the address of the primary");
  if (fsync === "off") tell(true, "fsync is off: a power cut may damage the database: set it to on");
  if (commit === "off") {
    tell(false, "synchronous_commit is off: a crash takes the last moment's counts and outcomes with it, but no claim");
  }
  if (standbys > 0 && synchronous === "") {
    tell(
      false,
      "no standby is synchronous: a failover takes the last moment's claims with it: set synchronous_standby_names",
    );
  }
  if (standbys === 0 && !isStandby) tell(false, "it has no standby: while it is down, nothing is created under a key");
  return found;
}
