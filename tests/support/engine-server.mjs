/**
 * For the tests of many gateways with one state: Redis, with replicas, Sentinels and clusters, and PostgreSQL, each with
 * a folder and a port of its own, on 127.0.0.1. A server ends with its scope (see scope.mjs). Before that, a test can
 * stop, kill, pause and start it again: port and folder stay. Environment: REDIS_BIN and POSTGRES_BIN, paths of
 * redis-server and postgres; by default they are looked for where Debian has them.
 */
import { existsSync } from "node:fs";
import { chown, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { run, start, until } from "./program.mjs";
import { freePort } from "./server.mjs";

const HOST = "127.0.0.1";
/** How often a server is started anew, each time on another port, when another program has taken its port. */
const TRIES = 5;
/** How long a killed server's port and memory may be held by what it had started. */
const PAUSE_MS = 100;
/** How long a server may take to end by itself. */
const STOP_MS = 5_000;
/** How long a Sentinel may take for a failover before it begins another. */
const FAILOVER_MS = 10_000;
/** The slots of a cluster's keys. */
const SLOTS = 16_384;
/** The database in a PostgreSQL server that the tests use, and who owns it. */
const DATABASE = "postgres";
const OWNER = "dinerkit";

/** A server that was started: the same folder and port through all its lives. */
class Server {
  #launch;
  #stopSignal;

  /** `launch(begin, port)` starts the program by `begin`, as by `start`, and resolves when it takes connections. */
  constructor({ folder, port, launch, stopSignal = "SIGTERM" }) {
    Object.assign(this, { host: HOST, port, folder });
    this.#launch = launch;
    this.#stopSignal = stopSignal;
  }

  /** Starts it again after `stop` or `kill`. */
  async start() {
    // The server ends its programs itself, because one that is paused does not end by being told to.
    const begin = (...program) => (this.program = start({ after() {} }, ...program));
    await this.#launch(begin, this.port);
  }

  /** Ends it as an operator does: what is in memory is written. One that does not end, as without a disk, is killed. */
  async stop() {
    // A stopped process takes no other signal.
    this.resume();
    this.program.kill(this.#stopSignal);
    // Redis does not end while it writes its first file, and does not come back to it later.
    const again = setInterval(() => this.program.kill(this.#stopSignal), PAUSE_MS);
    const late = setTimeout(() => this.program.kill("SIGKILL"), STOP_MS);
    await this.program.ended.finally(() => clearInterval(again));
    clearTimeout(late);
  }

  /** Ends it as a power cut does, but that the machine's own memory, the file cache, stays. */
  async kill() {
    this.program.kill("SIGKILL");
    await this.program.ended;
  }

  /** Holds it: it keeps its connections and answers nothing. */
  pause() {
    this.program.kill("SIGSTOP");
  }

  /** Takes its folder away, as when a disk fails: what it has open stays, and it can make no file. */
  async loseFolder() {
    await rm(this.folder, { recursive: true });
  }

  /** Lets it go on after `pause`. */
  resume() {
    this.program.kill("SIGCONT");
  }
}

/**
 * Starts a server in a folder of its own, on a free port or on `port`. `launch(folder)` returns what `Server` takes.
 * Another program may take a free port in between, so more than once.
 */
async function opened(scope, name, port, launch) {
  const folder = await mkdtemp(join(tmpdir(), `dinerkit-${name}-`));
  let server;
  scope.after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: PAUSE_MS });
  });
  const way = await launch(folder);
  for (let tries = 1; ; tries += 1) {
    server = new Server({ folder, port: port ?? (await freePort()), ...way });
    try {
      await server.start();
      return server;
    } catch (error) {
      if (port !== undefined || tries === TRIES || !/in use/i.test(error.message)) throw error;
    }
  }
}

const REDIS = process.env.REDIS_BIN ?? "redis-server";
/** redis-cli is beside the server, unless only a link to the server is there. */
const CLI = join(dirname(REDIS), "redis-cli");
const redisCli = existsSync(CLI) ? CLI : "redis-cli";

/** What a server is told: a list of words for each setting. */
const asArguments = (settings) =>
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...(Array.isArray(value) ? value : [`${value}`])]);

/**
 * Starts a Redis. Options, all optional:
 * - `port`: default a free one;
 * - `appendonly`: whether each write is on the disk before it is answered. Default false: a killed server has forgotten
 *   everything;
 * - `password` of the default user;
 * - `replicaOf`: the server, as this function returns it, whose replica this one is. Resolves when the replica has all;
 * - `settings`: any others, by their names in redis.conf, such as `{ maxmemory: "2mb" }`.
 *
 * Returns what `Server` has, and `{ url, password, command(...words), info(section) }`.
 * `command` resolves to the text that redis-cli prints, and rejects for an error; `info` to the values of `INFO` by name.
 */
export async function startRedis(scope, { port, appendonly = false, password, replicaOf, settings = {} } = {}) {
  const launch = (folder) => async (begin, port) => {
    const more = {
      port,
      bind: HOST,
      dir: folder,
      save: "",
      appendonly: appendonly ? "yes" : "no",
      appendfsync: "always",
      "repl-diskless-sync-delay": 0,
      "shutdown-timeout": 0,
      "enable-debug-command": "yes",
      ...(password && { requirepass: password }),
      ...(replicaOf && { replicaof: [HOST, `${replicaOf.port}`] }),
      ...(replicaOf?.password && { masterauth: replicaOf.password }),
      ...settings,
    };
    const program = begin(REDIS, asArguments(more), { cwd: folder });
    await program.find(() => program.log.includes("Ready to accept connections"), "that it is ready");
  };
  const server = await opened(scope, "redis", port, (folder) => ({ launch: launch(folder) }));
  const auth = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
  const command = async (...words) => {
    const env = password === undefined ? {} : { REDISCLI_AUTH: password };
    const { stdout } = await run(redisCli, ["-e", "-h", HOST, "-p", `${server.port}`, ...words.map(String)], { env });
    return stdout.trimEnd();
  };
  const info = async (section) => {
    const lines = (await command("info", section)).split(/\r?\n/).filter((line) => line.includes(":"));
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
    );
  };
  Object.assign(server, { password, url: `redis://${auth}${HOST}:${server.port}`, command, info });
  if (replicaOf) {
    await until(
      async () => (await info("replication")).master_link_status === "up",
      () => `the replica has no link to its primary\n${server.program.log}`,
    );
  }
  return server;
}

/**
 * Starts a cluster of so many primaries, without replicas. Resolves, when each knows all slots, to the list of servers,
 * as `startRedis` returns them.
 */
export async function startRedisCluster(scope, count = 3, { settings, ...options } = {}) {
  const nodes = [];
  for (let index = 0; index < count; index += 1) {
    const more = { "cluster-enabled": "yes", "cluster-port": await freePort(), ...settings };
    const node = await startRedis(scope, { ...options, settings: more });
    nodes.push(Object.assign(node, { clusterPort: more["cluster-port"] }));
  }
  const [first, ...others] = nodes;
  for (const node of others) await first.command("cluster", "meet", HOST, node.port, node.clusterPort);
  for (const [index, node] of nodes.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / count));
    await node.command("cluster", "addslotsrange", from, to - 1);
  }
  for (const node of nodes) {
    await until(
      async () => {
        const state = await node.command("cluster", "info");
        return state.includes("cluster_state:ok") && state.includes(`cluster_known_nodes:${count}`);
      },
      () => `the cluster did not come together\n${node.program.log}`,
    );
  }
  return nodes;
}

/** Starts a replica of one server of a cluster; resolves when it has all. */
export async function startClusterReplica(scope, node) {
  const more = { "cluster-enabled": "yes", "cluster-port": await freePort() };
  const replica = await startRedis(scope, { settings: more });
  await replica.command("cluster", "meet", HOST, node.port, node.clusterPort);
  const id = await node.command("cluster", "myid");
  // It must hear of that server first.
  const follows = () =>
    replica.command("cluster", "replicate", id).then(
      () => true,
      () => false,
    );
  await until(follows, () => `the replica does not know its primary\n${replica.program.log}`);
  await until(
    async () => (await node.info("replication")).slave0?.includes("state=online"),
    () => `the primary does not know its replica\n${node.program.log}`,
  );
  return replica;
}

/**
 * Starts a Sentinel that watches a primary under the name `primary`, and promotes its replica `downMs` after it was
 * last heard. Resolves when it knows a replica. Returns what `startRedis` returns.
 */
export async function startSentinel(scope, primary, { downMs = 1000 } = {}) {
  const server = await opened(scope, "sentinel", undefined, async (folder) => {
    const file = join(folder, "sentinel.conf");
    await writeFile(
      file,
      `sentinel monitor primary ${HOST} ${primary.port} 1
       sentinel down-after-milliseconds primary ${downMs}
       sentinel failover-timeout primary ${FAILOVER_MS}
       ${primary.password ? `sentinel auth-pass primary ${primary.password}` : ""}`,
    );
    const launch = async (begin, port) => {
      const words = asArguments({ port, bind: HOST, dir: folder, "protected-mode": "no" });
      const program = begin(REDIS, [file, "--sentinel", ...words], { cwd: folder });
      await program.find(() => /Sentinel ID is/.test(program.log), "that it is ready");
    };
    return { launch };
  });
  const command = async (...words) => {
    const { stdout } = await run(redisCli, ["-e", "-h", HOST, "-p", `${server.port}`, ...words.map(String)]);
    return stdout.trimEnd();
  };
  Object.assign(server, { url: `redis://${HOST}:${server.port}`, command });
  await until(
    async () => (await command("sentinel", "replicas", "primary")) !== "",
    () => `the Sentinel knows no replica\n${server.program.log}`,
  );
  return server;
}

/** Where Debian has PostgreSQL's programs, which are not on PATH. */
const DEBIAN = "/usr/lib/postgresql";

async function postgresProgram() {
  if (process.env.POSTGRES_BIN) return process.env.POSTGRES_BIN;
  const versions = await readdir(DEBIAN).catch(() => []);
  const newest = versions.sort((one, other) => Number(other) - Number(one))[0];
  return newest === undefined ? "postgres" : join(DEBIAN, newest, "bin", "postgres");
}

/** Who runs PostgreSQL: it refuses root. Nobody else where this is not root. */
async function unprivileged() {
  if (userInfo().uid !== 0) return {};
  const ids = async (user) => {
    const [uid, gid] = await Promise.all(["-u", "-g"].map((word) => run("id", [word, user])));
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  };
  return ids("postgres").catch(() => ids("nobody"));
}

/**
 * Starts a PostgreSQL with an empty database. Options, all optional: `port`, default a free one; `settings`, by their
 * names in postgresql.conf, such as `{ synchronous_commit: "off" }`; `standbyOf`: the server, as this function returns
 * it, whose hot standby this one is.
 *
 * Returns what `Server` has, and `{ user, database, password, url }`. `stop`
 * ends the connections too. `kill` kills the server's first process; the others notice and end. `pause` holds the first
 * process: no new connection is taken, and those that there are go on.
 */
export async function startPostgres(scope, { port, settings = {}, standbyOf } = {}) {
  const [postgres, who] = await Promise.all([postgresProgram(), unprivileged()]);
  const beside = (name) => (postgres.includes("/") ? join(dirname(postgres), name) : name);
  const password = "dinerkit-of-the-tests";
  const server = await opened(scope, "postgres", port, async (folder) => {
    if (who.uid !== undefined) await chown(folder, who.uid, who.gid);
    const data = join(folder, "data");
    const options = { cwd: folder, env: { PGPASSWORD: password, LC_ALL: "C" }, ...who };
    if (standbyOf) {
      const words = ["-h", HOST, "-p", `${standbyOf.port}`, "-U", OWNER, "-D", data, "-R", "-c", "fast", "--no-sync"];
      await run(beside("pg_basebackup"), words, options);
    } else {
      const file = join(folder, "password");
      await writeFile(file, password);
      const words = ["--no-sync", "-E", "UTF8", "--locale=C", "-U", OWNER, "--auth=scram-sha-256", `--pwfile=${file}`];
      await run(beside("initdb"), ["-D", data, ...words], options);
    }
    const launch = async (begin, port) => {
      const more = {
        port,
        listen_addresses: HOST,
        unix_socket_directories: "",
        shared_buffers: "16MB",
        jit: "off",
        ...settings,
      };
      const words = Object.entries(more).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
      for (let tries = 1; ; tries += 1) {
        const program = begin(postgres, ["-D", data, ...words], options);
        try {
          await program.find(() => /ready to accept (read-only )?connections/.test(program.log), "that it is ready");
          return;
        } catch (error) {
          // The processes of one that was killed end a moment later.
          if (tries === TRIES || !/still in use|lock file/.test(error.message)) throw error;
          await delay(PAUSE_MS * tries);
        }
      }
    };
    // SIGINT is PostgreSQL's "fast" end; at SIGTERM it waits for its clients.
    return { launch, stopSignal: "SIGINT" };
  });
  const url = `postgres://${OWNER}:${password}@${HOST}:${server.port}/${DATABASE}`;
  return Object.assign(server, { user: OWNER, database: DATABASE, password, url });
}
