/**
 * For the command: a client of PostgreSQL. Bundled with its library into pkg/dist/command-postgres.js, which is loaded
 * only where it is needed.
 */
import pg from "pg";

/** A gateway gives an engine five seconds. */
const ANSWER_MS = 4000;

/** The client for a URL: see `command-redis.js`. */
export function clientFor(url) {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    application_name: "dinerkit",
  });
  // A connection that is lost while nobody uses it: the next use makes another, or says why not.
  pool.on("error", () => {});
  return { connect: async () => pool, lost: () => undefined, close: () => pool.end() };
}
