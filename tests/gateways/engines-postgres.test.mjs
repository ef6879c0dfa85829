/**
 * For whoever changes the engine of PostgreSQL: against real servers. Environment: POSTGRES_BIN, see engine-server.mjs.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import pg from "pg";
import { explain } from "../../pkg/lib/gateway/engines/explain.js";
import { postgresEngine } from "../../pkg/lib/gateway/engines/postgres.js";
import { startPostgres } from "../support/engine-server.mjs";
import { until } from "../support/program.mjs";
import { suiteScope } from "../support/scope.mjs";
import { freePort } from "../support/server.mjs";
import { claimOf, conforms, DURABLE, examined, reasonOf, someKey, tellsOnly } from "./engines.mjs";

/** How many processes start at once. */
const PROCESSES = 8;
/** More than one cleaning is sure to find, of texts that end at once. */
const ENDED = 50;

const scope = suiteScope();
const server = await startPostgres(scope);

/** A pool of connections, which ends with its scope. */
function poolOf(scope, { url } = server, options = {}) {
  const pool = new pg.Pool({ connectionString: url, ...options });
  // A connection that breaks while nobody uses it.
  pool.on("error", () => {});
  scope.after(() => pool.end());
  return pool;
}

/** One connection, which ends with its scope. */
async function clientOf(scope, options) {
  const client = new pg.Client({ connectionString: server.url, ...options });
  client.on("error", () => {});
  await client.connect();
  scope.after(() => client.end());
  return client;
}

/** An address of the server with other parts. */
const urlWith = (parts) => Object.assign(new URL(server.url), parts).href;

describe("the engine of PostgreSQL, first", () => {
  it("makes its table and its function once, when many processes start together", async (context) => {
    const pools = Array.from({ length: PROCESSES }, () => poolOf(context));
    // Connected before, so that all of them find nothing.
    await Promise.all(pools.map((pool) => pool.query("SELECT 1")));
    const key = someKey();
    const replies = await Promise.all(pools.map((pool) => postgresEngine(pool).swap(claimOf(key), DURABLE)));
    assert.equal(replies.filter(({ isDone }) => isDone).length, 1);
  });
});

describe("the engine of PostgreSQL, by pools", () => conforms([poolOf(scope), poolOf(scope)].map(postgresEngine)));

describe("the engine of PostgreSQL, by one connection", async () => {
  const client = await clientOf(scope);
  conforms([postgresEngine(client)]);
});

describe("the engine of PostgreSQL", () => {
  let pool;
  let engine;
  before(async () => {
    pool = poolOf(scope);
    engine = postgresEngine(pool);
    await engine.swap(claimOf(someKey()));
  });

  it("sends one statement for each swap", async () => {
    const sent = [];
    const watched = postgresEngine({ query: (text, values) => (sent.push(text), pool.query(text, values)) });
    for (let index = 0; index < 10; index += 1) await watched.swap(claimOf(someKey()), { durable: index % 2 === 0 });
    assert.deepEqual([sent.length, new Set(sent).size], [10, 1]);
  });

  it("makes its function again when somebody has deleted it", async () => {
    await pool.query("DROP FUNCTION dinerkit_swap_v1; DROP TABLE dinerkit_shared");
    const replies = await Promise.all([0, 1, 2].map(() => engine.swap(claimOf(someKey()))));
    assert.deepEqual(
      replies.map(({ isDone }) => isDone),
      [true, true, true],
    );
  });

  it("waits for a swap of the same key, and for no other", async (context) => {
    const holder = await clientOf(context);
    const key = someKey();
    await holder.query("BEGIN");
    await postgresEngine(holder).swap(claimOf(key, "first"));
    let hasAnswered = false;
    const same = engine.swap(claimOf(key, "second")).finally(() => (hasAnswered = true));
    const isWaiting = async () => {
      const { rows } = await pool.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
      return rows.length > 0;
    };
    await until(isWaiting, () => "nobody waits for the lock");
    assert.equal((await engine.swap(claimOf(someKey()))).isDone, true);
    assert.equal(hasAnswered, false);
    await holder.query("COMMIT");
    const { isDone, texts } = await same;
    assert.deepEqual([isDone, texts], [false, ["first"]]);
  });

  it("deletes texts whose time is over", async () => {
    const ended = Array.from({ length: ENDED }, () => [{ key: someKey(), text: "short", seconds: 0.001 }]);
    await Promise.all(ended.map((entries) => engine.swap(entries)));
    const left = async () => {
      await Promise.all(Array.from({ length: ENDED }, () => engine.swap([{ key: someKey() }])));
      const { rows } = await pool.query("SELECT count(*)::int AS left FROM dinerkit_shared WHERE text = 'short'");
      return rows[0].left;
    };
    await until(
      async () => (await left()) === 0,
      () => "texts whose time is over are still there",
    );
  });

  it("keeps a claim when the server is killed, whatever synchronous_commit says", async (context) => {
    const own = await startPostgres(context, { settings: { synchronous_commit: "off" } });
    const engine = postgresEngine(poolOf(context, own));
    const keys = Array.from({ length: 20 }, someKey);
    await engine.swap(claimOf(someKey()));
    await Promise.all(keys.map((key) => engine.swap(claimOf(key, "first"), DURABLE)));
    await own.kill();
    assert.match(explain(await reasonOf(engine.swap(claimOf(someKey()))), "postgres"), /^postgres: .*: /);
    await own.start();
    let replies;
    await until(
      async () => (replies = await Promise.all(keys.map((key) => engine.swap(claimOf(key)))).catch(() => undefined)),
      () => "the server is not back",
    );
    assert.deepEqual([...new Set(replies.map(({ isDone, texts }) => `${isDone} ${texts}`))], ["false first"]);
    assert.match((await examined(engine)).told, /synchronous_commit is off: .*, but no claim/);
  });
});

describe("what is wrong with a PostgreSQL", () => {
  it("nothing, but that it is alone", async (context) => {
    const { wrong, told } = await examined(postgresEngine(poolOf(context)));
    assert.equal(wrong, "");
    assert.match(told, /^postgres: it has no standby: .*$/);
  });

  it("a standby, and standbys that follow later", async (context) => {
    // The password of a standby is the owner's.
    const standby = await startPostgres(context, { standbyOf: server });
    const found = await examined(postgresEngine(poolOf(context, standby)));
    assert.match(found.wrong, /it is a standby.*\(25006\)|it is a standby, which takes no writes/);
    const primary = await examined(postgresEngine(poolOf(context)));
    assert.equal(primary.wrong, "");
    assert.match(primary.told, /no standby is synchronous: .*: set synchronous_standby_names/);
  });

  it("fsync off", async (context) => {
    const careless = await startPostgres(context, { settings: { fsync: "off" } });
    assert.match((await examined(postgresEngine(poolOf(context, careless)))).wrong, /fsync is off: .*: set it to on/);
  });

  it("a user who may not create what is needed", async (context) => {
    const pool = poolOf(context);
    await pool.query("CREATE DATABASE other");
    await pool.query("CREATE ROLE guest LOGIN PASSWORD 'planted-marker-of-a-guest'");
    const url = urlWith({ username: "guest", password: "planted-marker-of-a-guest", pathname: "/other" });
    const { wrong } = await examined(postgresEngine(poolOf(context, { url })));
    assert.match(wrong, /the user may not do what is needed: GRANT CREATE ON SCHEMA .*\(42501\)/);
  });

  it("another level of isolation", async (context) => {
    const options = "-c default_transaction_isolation=serializable";
    const { wrong } = await examined(postgresEngine(poolOf(context, server, { options })));
    assert.match(wrong, /set default_transaction_isolation to read committed \(DK001\)/);
  });

  it("no connection left, no time, no way to the server, without telling any of it", async (context) => {
    const { host, port, password, user } = server;
    const slow = poolOf(context, server, { statement_timeout: 1 });
    const cases = [
      [
        { url: urlWith({ password: "planted-marker-wrong" }) },
        /refuses the name or the password: correct them \(28P01\)/,
      ],
      [{ url: urlWith({ pathname: "/planted-marker" }) }, /the database is not there: create it, .*\(3D000\)/],
      [{ url: urlWith({ port: await freePort() }) }, /nothing listens at its address: .*\(ECONNREFUSED\)/],
      [{ url: `${server.url}?sslmode=require` }, /does not speak TLS at this port/],
      [{ url: urlWith({ hostname: "planted-marker.invalid" }) }, /the host in its address is not known: .*\(E/],
    ];
    for (const [where, expected] of cases) {
      const error = await reasonOf(postgresEngine(poolOf(context, where)).swap(claimOf(someKey())));
      tellsOnly(explain(error, "postgres"), expected, ["planted-marker", password, host, `${port}`, user]);
    }
    const late = await reasonOf(slow.query("SELECT pg_sleep(1)"));
    tellsOnly(explain(late, "postgres"), /did not answer in time: check its load, .*\(57014\)/, []);
  });

  it("a client of another shape", async () => {
    for (const client of [undefined, {}, { sql() {} }]) {
      assert.throws(() => postgresEngine(client), { name: "TypeError", message: /has query\(text, values\)/ });
    }
    const error = await reasonOf(postgresEngine({ query: async () => [] }).swap(claimOf(someKey())));
    assert.match(explain(error, "postgres"), /^postgres: its client answers in another form: .*\{ rows \}$/);
  });
});
