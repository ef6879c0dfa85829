/**
 * For the command: a client of Redis or Valkey, for one server or for a cluster. Bundled with its library into
 * pkg/dist/command-redis.js, which is loaded only where it is needed.
 */
import { Cluster, Redis } from "ioredis";

/** A gateway gives an engine five seconds. */
const ANSWER_MS = 4000;
const RETRY_MS = 2000;
const RETRY_STEP_MS = 100;

/**
 * What is sent while there is no connection waits for the next try and fails with it: nothing is sent again that may have
 * been done.
 */
const OF_ONE = {
  connectTimeout: ANSWER_MS,
  commandTimeout: ANSWER_MS,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  retryStrategy: (times) => Math.min(times * RETRY_STEP_MS, RETRY_MS),
  // A primary that has become a replica: its name may lead to another server by now.
  reconnectOnError: ({ message }) => message.startsWith("READONLY"),
};

/**
 * The client for a URL: `{ connect, lost, close }`. `connect` resolves to the client, which is made for what the server
 * says it is. `lost` says why there is no connection, if there is none.
 */
export function clientFor(url) {
  let lost;
  const watched = (client) => client.on("error", (error) => (lost = error)).on("ready", () => (lost = undefined));
  let client = watched(new Redis(url, OF_ONE));
  let known;

  /** Asks the server what it is. Of a cluster, it is the address of one server of many. */
  async function recognised() {
    const info = await client.info("cluster");
    if (!/cluster_enabled:1/.test(info)) return client;
    const { host, port, username, password, tls } = client.options;
    client.disconnect();
    const redisOptions = { ...OF_ONE, username, password, tls };
    client = watched(new Cluster([{ host, port }], { redisOptions, clusterRetryStrategy: OF_ONE.retryStrategy }));
    return client;
  }

  return {
    connect() {
      known ??= recognised().catch((error) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    lost: () => lost,
    close: () => client.disconnect(),
  };
}
