/** For the gateways suite: the servers of the engines of shared state, as a test starts them. */
import { startPostgres, startRedis } from "../support/engine-server.mjs";

/** Each engine that has a server: starts one. */
const KINDS = {
  redis: (scope) => startRedis(scope, { appendonly: true }),
  postgres: (scope) => startPostgres(scope),
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
