/**
 * For whoever changes the engine of Redis: against real servers, with both clients that people have. Environment:
 * REDIS_BIN, see engine-server.mjs.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { explain } from "../../pkg/lib/gateway/engines/explain.js";
import { redisEngine } from "../../pkg/lib/gateway/engines/redis.js";
import { startClusterReplica, startRedis, startRedisCluster, startSentinel } from "../support/engine-server.mjs";
import { until } from "../support/program.mjs";
import { suiteScope } from "../support/scope.mjs";
import { freePort } from "../support/server.mjs";
import { claimOf, conforms, DURABLE, examined, reasonOf, someKey, strangeKey, tellsOnly } from "./engines.mjs";

/** A durable swap waits so long in the tests where no replica answers. */
const WAIT_MS = 1500;
/** The slots of the first of three servers of a cluster, rounded down. */
const OWN_SLOTS = 5000;
/** Holds the marker that no output of the tests may have. */
const PASSWORD = "planted-marker-of-redis";

/** Two ways to make a client of one server: an open client, by what makes it, which ends with the scope. */
const CLIENTS = {
  async redis(scope, { url }, options = {}) {
    const client = createClient({ url, ...options });
    client.on("error", () => {});
    scope.after(() => client.isOpen && client.destroy());
    return client.connect();
  },
  async ioredis(scope, { url }) {
    const client = new Redis(url, { maxRetriesPerRequest: 1 });
    client.on("error", () => {});
    scope.after(() => client.disconnect());
    return client;
  },
};

/** How often a server has run a command. */
async function calls(server, command) {
  const statistics = await server.info("commandstats");
  return Number(/calls=(\d+)/.exec(statistics[`cmdstat_${command}`] ?? "calls=0")[1]);
}

/** Runs `work` and says how often the server has run each command meanwhile. */
async function counted(server, commands, work) {
  const count = async () => Promise.all(commands.map((command) => calls(server, command)));
  const before = await count();
  await work();
  const after = await count();
  return Object.fromEntries(commands.map((command, index) => [command, after[index] - before[index]]));
}

const redisOne = suiteScope();
const one = await startRedis(redisOne, { appendonly: true });

for (const [name, open] of Object.entries(CLIENTS)) {
  describe(`the engine of one Redis, by ${name}`, async () => {
    const scope = suiteScope();
    const clients = [await open(scope, one), await open(scope, one)];
    const engines = clients.map((client) => redisEngine(client));
    conforms(engines);

    it("sends one command for each swap", async () => {
      const [engine] = engines;
      await engine.swap(claimOf(someKey()));
      await engine.swap(claimOf(someKey()), DURABLE);
      const sent = await counted(one, ["evalsha", "eval", "wait", "script|load"], async () => {
        for (let index = 0; index < 10; index += 1) await engine.swap(claimOf(someKey()), { durable: index % 2 === 0 });
      });
      assert.deepEqual(sent, { evalsha: 10, eval: 0, wait: 0, "script|load": 0 });
    });

    it("sends its script again when the server has lost it", async () => {
      await one.command("script", "flush");
      const replies = await Promise.all([0, 1, 2].map(() => engines[0].swap(claimOf(someKey()))));
      assert.deepEqual(
        replies.map(({ isDone }) => isDone),
        [true, true, true],
      );
    });

    it("leaves nothing behind that has no end", async () => {
      await engines[0].examine();
      assert.match((await one.info("keyspace")).db0, /^keys=(\d+),expires=\1,/);
    });
  });

  describe(`the engine of a Redis with a replica, by ${name}`, async () => {
    const scope = suiteScope();
    const primary = await startRedis(scope, { appendonly: true });
    const replica = await startRedis(scope, { appendonly: true, replicaOf: primary });
    const clients = [await open(scope, primary), await open(scope, primary)];
    const engines = clients.map((client) => redisEngine(client, { waitMs: WAIT_MS }));
    conforms(engines);

    it("waits for the replica with a durable swap only, in the same round trip", async () => {
      const [engine] = engines;
      await engine.swap(claimOf(someKey()), DURABLE);
      const usual = await counted(primary, ["evalsha", "wait"], () => engine.swap(claimOf(someKey())));
      assert.deepEqual(usual, { evalsha: 1, wait: 0 });
      const key = someKey();
      const sent = await counted(primary, ["evalsha", "wait"], () => engine.swap(claimOf(key), DURABLE));
      assert.deepEqual(sent, { evalsha: 1, wait: 1 });
      assert.equal(await replica.command("get", key), "claim");
    });

    it("waits once for all durable swaps that come together", async () => {
      const sent = await counted(primary, ["evalsha", "wait"], () =>
        Promise.all(Array.from({ length: 100 }, () => engines[0].swap(claimOf(someKey()), DURABLE))),
      );
      assert.equal(sent.evalsha, 100);
      assert.ok(sent.wait <= 3, `${sent.wait}`);
    });

    it("refuses a durable swap that no replica has, and goes on when one answers", async () => {
      const [engine] = engines;
      replica.pause();
      const key = someKey();
      const held = [key, someKey(), someKey()].map((key) => engine.swap(claimOf(key), DURABLE));
      for (const { status, reason } of await Promise.allSettled(held)) {
        assert.equal(status, "rejected");
        assert.match(explain(reason, engine.name), /^redis: no replica has the write in time/);
      }
      // What is not durable goes on, and so does what a durable swap reads.
      assert.equal((await engine.swap(claimOf(someKey()))).isDone, true);
      assert.equal((await engine.swap(claimOf(key), DURABLE)).isDone, false);
      replica.resume();
      await until(
        () =>
          engine.swap(claimOf(someKey()), DURABLE).then(
            ({ isDone }) => isDone,
            () => false,
          ),
        () => "no durable swap after the replica is back",
      );
    });

    it("goes on alone when the primary has no replica any more, and waits again when one comes", async () => {
      const [engine] = engines;
      await replica.kill();
      await until(
        async () => (await primary.info("replication")).connected_slaves === "0",
        () => "the primary keeps a replica that is dead",
      );
      for (let tries = 0; tries < 2; tries += 1) {
        assert.equal((await engine.swap(claimOf(someKey()), DURABLE)).isDone, true);
      }
      assert.match((await examined(engine)).told, /it has no replica/);
      await replica.start();
      await until(
        async () => (await primary.info("replication")).slave0?.includes("state=online"),
        () => "the replica does not come back",
      );
      const key = someKey();
      const { wait } = await counted(primary, ["wait"], () => engine.swap(claimOf(key), DURABLE));
      assert.deepEqual([wait, await replica.command("get", key)], [1, "claim"]);
    });
  });
}

describe("the engine of Redis behind Sentinel", () => {
  const makers = {
    async redis(scope, { host, port }) {
      const client = createSentinel({ name: "primary", sentinelRootNodes: [{ host, port }] });
      client.on("error", () => {});
      scope.after(() => client.destroy());
      return client.connect();
    },
    async ioredis(scope, { host, port }) {
      const client = new Redis({ sentinels: [{ host, port }], name: "primary", maxRetriesPerRequest: 1 });
      client.on("error", () => {});
      scope.after(() => client.disconnect());
      return client;
    },
  };
  for (const [name, open] of Object.entries(makers)) {
    it(`keeps a durable claim when the primary is killed, by ${name}`, async (context) => {
      const primary = await startRedis(context, { appendonly: true });
      const replica = await startRedis(context, { appendonly: true, replicaOf: primary });
      const sentinel = await startSentinel(context, primary);
      const engine = redisEngine(await open(context, sentinel));
      const keys = Array.from({ length: 20 }, someKey);
      await Promise.all(keys.map((key) => engine.swap(claimOf(key, "first"), DURABLE)));
      await primary.kill();
      // A replica that is promoted ends its connections, also the one that asks.
      const isPromoted = async () => (await replica.info("replication").catch(() => ({}))).role === "master";
      await until(isPromoted, () => `no failover\n${sentinel.program.log}`);
      const again = () => Promise.all(keys.map((key) => engine.swap(claimOf(key, "second"), DURABLE)));
      let replies;
      await until(
        async () => (replies = await again().catch(() => undefined)),
        () => "the client does not find the new primary",
      );
      assert.deepEqual([...new Set(replies.map(({ isDone, texts }) => `${isDone} ${texts}`))], ["false first"]);
    });
  }
});

describe("the engine of a Redis cluster", async () => {
  const scope = suiteScope();
  const nodes = await startRedisCluster(scope, 3, { appendonly: true });
  const makers = {
    async redis() {
      const client = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) });
      client.on("error", () => {});
      scope.after(() => client.destroy());
      return client.connect();
    },
    async ioredis() {
      const client = new Cluster(nodes.map(({ host, port }) => ({ host, port })));
      client.on("error", () => {});
      scope.after(() => client.disconnect());
      return client;
    },
  };
  for (const [name, open] of Object.entries(makers)) {
    describe(`by ${name}`, async () => conforms([redisEngine(await open()), redisEngine(await open())]));
  }

  it("waits for a replica at the server of the keys", async (context) => {
    const [node, ...others] = nodes;
    const replica = await startClusterReplica(context, node);
    const mine = async () => {
      for (;;) {
        const key = strangeKey();
        if (Number(await node.command("cluster", "keyslot", key)) < OWN_SLOTS) return key;
      }
    };
    for (const open of Object.values(makers)) {
      const engine = redisEngine(await open(), { waitMs: WAIT_MS });
      const key = await mine();
      assert.equal((await engine.swap(claimOf(key), DURABLE)).isDone, true);
      // The second swap of these keys sends its wait along.
      assert.equal((await engine.swap([{ key, text: "outcome", seconds: 60 }], DURABLE)).isDone, true);
      replica.pause();
      const lost = await reasonOf(engine.swap([{ key, text: "later", seconds: 60 }], DURABLE));
      assert.match(explain(lost, "redis"), /no replica has the write in time/);
      replica.resume();
    }
    assert.deepEqual(await Promise.all(others.map((other) => calls(other, "wait"))), [0, 0]);
  });

  it("says when the client is for one server", async (context) => {
    const engine = redisEngine(await CLIENTS.redis(context, nodes[0]));
    const { wrong } = await examined(engine);
    assert.match(wrong, /^redis: it is a cluster, and the client is for one server: .*createCluster/m);
    const errors = await Promise.allSettled(Array.from({ length: 20 }, () => engine.swap(claimOf(strangeKey()))));
    const { reason } = errors.find(({ status }) => status === "rejected");
    assert.match(explain(reason, "redis"), /^redis: the client and the server differ .* \(MOVED\)$/);
  });
});

it("the engine of Redis takes a pool of connections, whose waits stay with their swaps", async (context) => {
  const primary = await startRedis(context);
  const replica = await startRedis(context, { replicaOf: primary });
  const pool = await createClientPool({ url: primary.url }, { minimum: 3, maximum: 3 }).connect();
  pool.on("error", () => {});
  context.after(() => pool.destroy());
  const engine = redisEngine(pool, { waitMs: WAIT_MS });
  assert.equal((await engine.swap(claimOf(someKey()), DURABLE)).isDone, true);
  replica.pause();
  await assert.rejects(engine.swap(claimOf(someKey()), DURABLE));
  replica.resume();
});

describe("what is wrong with a Redis", () => {
  /** Settings, what the engine finds wrong, and what it only tells. */
  const SETTINGS = {
    "appendonly off": [{}, /^$/, /appendonly is off: .*: set appendonly to yes/],
    "a memory that forgets": [
      { settings: { maxmemory: "100mb", "maxmemory-policy": "allkeys-lru" } },
      /claims too: set maxmemory-policy to noeviction/,
      /./,
    ],
    "a disk that is written later": [
      { appendonly: true, settings: { appendfsync: "everysec" } },
      /^$/,
      /appendfsync is not always/,
    ],
    "a full memory": [{ settings: { maxmemory: "1" } }, /its memory is full: raise maxmemory \(OOM\)/, /./],
    "too few replicas": [{ settings: { "min-replicas-to-write": 1 } }, /fewer replicas than .*\(NOREPLICAS\)/, /./],
  };
  for (const [name, [options, wrong, told]] of Object.entries(SETTINGS)) {
    it(`${name}`, async (context) => {
      const server = await startRedis(context, options);
      const found = await examined(redisEngine(await CLIENTS.redis(context, server)));
      assert.match(found.wrong, wrong);
      assert.match(found.told, told);
    });
  }

  it("a replica", async (context) => {
    const replica = await startRedis(context, { replicaOf: one });
    for (const open of Object.values(CLIENTS)) {
      const { wrong } = await examined(redisEngine(await open(context, replica)));
      assert.match(wrong, /it is a replica, which takes no writes: .* \(READONLY\)/);
    }
  });

  it("a disk that cannot be written to", async (context) => {
    const server = await startRedis(context, { settings: { save: "1 1" } });
    const engine = redisEngine(await CLIENTS.redis(context, server));
    await server.loseFolder();
    await engine.swap(claimOf(someKey()));
    await until(
      async () => (await server.info("persistence")).rdb_last_bgsave_status === "err",
      () => "the server can still write",
    );
    const { wrong } = await examined(engine);
    assert.match(wrong, /it cannot write to its disk, and takes no writes: .* \(MISCONF\)/);
    // Otherwise it does not end without having written.
    await server.command("config", "set", "save", "");
  });

  it("a user who may not do enough, or not ask for settings", async (context) => {
    const server = await startRedis(context, { appendonly: true });
    const url = `redis://some:${PASSWORD}@${server.host}:${server.port}`;
    await server.command("acl", "setuser", "some", "on", `>${PASSWORD}`, "~dinerkit:*", "+@all", "-config");
    const open = () => CLIENTS.redis(context, { url });
    const managed = await examined(redisEngine(await open()));
    assert.equal(managed.wrong, "");
    assert.match(managed.told, /does not say how soon it writes to its disk/);
    await server.command("acl", "setuser", "some", "-evalsha");
    const limited = await examined(redisEngine(await open()));
    assert.match(limited.wrong, /its user may not do what is needed: allow .* \(NOPERM\)/);
  });

  it("a password that is wrong or missing, or nobody there, without telling any of it", async (context) => {
    const server = await startRedis(context, { password: PASSWORD });
    const { host, port } = server;
    const closed = await freePort();
    const cases = [
      [`redis://:${PASSWORD}-wrong@${host}:${port}`, /refuses the name or the password: correct them \(WRONGPASS\)/],
      [`redis://${host}:${port}`, /wants a password: give it to the client \(NOAUTH\)/],
      [`redis://:${PASSWORD}@${host}:${closed}`, /nothing listens at its address: .* \(ECONNREFUSED\)/],
      [
        `rediss://:${PASSWORD}@${host}:${port}`,
        /does not speak TLS at this port|the connection to it is lost|did not answer in time/,
      ],
    ];
    for (const [url, expected] of cases) {
      const opened = CLIENTS.redis(context, { url }, { socket: { reconnectStrategy: false, connectTimeout: 2000 } });
      const error = await reasonOf(opened.then((client) => redisEngine(client).swap(claimOf(someKey()))));
      tellsOnly(explain(error, "redis"), expected, [PASSWORD, host, `${port}`]);
    }
  });

  it("a client of another shape", () => {
    for (const client of [undefined, {}, { get() {}, set() {} }]) {
      assert.throws(() => redisEngine(client), { name: "TypeError", message: /npm package redis or ioredis/ });
    }
  });
});
