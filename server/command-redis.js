/**
 * For the command: a client of Redis or Valkey, for one server or for a cluster. Bundled with its library into
 * pkg/dist/command-redis.js, which is loaded only where it is needed.
 */
import { Cluster, Redis } from "ioredis";

/** A gateway gives an engine five seconds. */
const ANSWER_MS = 4000;
const RETRY_MS = 2000;
const RETRY_STEP_MS = 100;
/** A server that is a replica so soon after the connection was made was one before. */
const FRESH_MS = 2000;

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
};

/**
 * The client for a URL: `{ connect, lost, close }`. `connect` resolves to the client, which is made for what the server
 * says it is. `lost` says why there is no connection, if there is none.
 */
export function clientFor(url) {
  let lost;
  let readyAt = 0;
  const options = {
    ...OF_ONE,
    // A primary that has become a replica: its name may lead to another server by now.
    reconnectOnError: ({ message }) => message.startsWith("READONLY") && Date.now() - readyAt > FRESH_MS,
  };
  const watched = (client) =>
    client
      .on("error", (error) => (lost = error))
      .on("ready", () => {
        lost = undefined;
        readyAt = Date.now();
      });
  let client = watched(new Redis(url, options));
  let known;

  /** Asks the server what it is. Of a cluster, it is the address of one server of many. */
  async function recognised() {
    const info = await client.info("cluster");
    if (!/cluster_enabled:1/.test(info)) return client;
    const { host, port, username, password, tls } = client.options;
    client.disconnect();
    const redisOptions = { ...options, username, password, tls };
    // Without the delay, what was sent to a server that is lost fails too: its script may have run.
    const ofCluster = { redisOptions, clusterRetryStrategy: OF_ONE.retryStrategy, retryDelayOnFailover: 0 };
    client = watched(new Cluster([{ host, port }], ofCluster));
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
