/** For the gateways of this suite: the engine of shared state that a test names, with a client of its own. */

/** Each kind of engine: what connects to `url`, with the client that its users have. */
const KINDS = {
  async redis(url) {
    const [{ redisEngine }, { Redis }] = await Promise.all([import("../../pkg/gateway/server.js"), import("ioredis")]);
    // A command is sent once: nobody knows whether one that got no answer was done.
    const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => RETRY_MS });
    client.on("error", () => {});
    return redisEngine(client);
  },
  async postgres(url) {
    const [{ postgresEngine }, { default: pg }] = await Promise.all([
      import("../../pkg/gateway/server.js"),
      import("pg"),
    ]);
    const pool = new pg.Pool({ connectionString: url });
    pool.on("error", () => {});
    return postgresEngine(pool);
  },
  async "deno-kv"(file) {
    const { denoKvEngine } = await import("../../pkg/gateway/server.js");
    return denoKvEngine(await globalThis.Deno.openKv(file));
  },
};
/** How long a client waits before it connects anew. */
const RETRY_MS = 200;

/** Connects to an engine. Resolves to the option `shared` of `createGateway`. */
export async function connectEngine({ kind, url }) {
  const connect = KINDS[kind];
  if (!connect) throw new Error(`there is no engine "${kind}" in tests/gateways/engine.mjs`);
  return connect(url);
}
