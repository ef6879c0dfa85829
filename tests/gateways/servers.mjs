/** For the gateways suite: the servers of the engines of shared state, as a test starts them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres, startRedis } from "../support/engine-server.mjs";
import { until } from "../support/program.mjs";

/** Each engine that has a server: starts one. */
const KINDS = {
  redis: (scope) => startRedis(scope, { appendonly: true }),
  postgres: (scope) => startPostgres(scope),
  // These have none: workerd keeps the objects, and Deno's gateways have a file.
  durable: () => ({ url: undefined }),
  async "deno-kv"(scope) {
    const folder = await mkdtemp(join(tmpdir(), "dinerkit-deno-kv-"));
    scope.after(() => rm(folder, { recursive: true, maxRetries: 10, retryDelay: 100 }));
    return { url: join(folder, "shared.db") };
  },
};

/**
 * Starts the server of an engine. Resolves to the server, with `engine`: what `startGateways` takes, which leads there;
 * `through(proxy)` is the same, but leads through a proxy.
 */
export async function startEngine(scope, kind) {
  const server = await KINDS[kind](scope);
  return withEngine(kind, server);
}

/** A server that is there already, as `startEngine` returns it. */
export function withEngine(kind, server) {
  const through = ({ port }) => {
    const url = new URL(server.url);
    url.port = port;
    return { kind, url: url.href };
  };
  return Object.assign(server, { engine: { kind, url: server.url }, through });
}

/**
 * A Redis and its replica. `failOver()` kills the one that is the primary, makes the other one the primary, as a failover
 * manager does, and sends the proxies in `proxies` there. `repair()` starts the killed one as the replica of the other.
 */
export async function startPair(scope) {
  const primary = await startRedis(scope, { appendonly: true });
  const replica = await startRedis(scope, { appendonly: true, replicaOf: primary });
  const pair = {
    primary,
    replica,
    proxies: [],
    async failOver() {
      await pair.primary.kill();
      await pair.replica.command("replicaof", "no", "one");
      [pair.primary, pair.replica] = [pair.replica, pair.primary];
      for (const proxy of pair.proxies) proxy.retarget(pair.primary.port);
    },
    async repair() {
      await pair.replica.start();
      await pair.replica.command("replicaof", pair.primary.host, pair.primary.port);
      await until(
        async () => /state=online/.test(await pair.primary.command("info", "replication")),
        () => "the replica did not come back",
      );
    },
  };
  return pair;
}
