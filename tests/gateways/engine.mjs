/** For the gateways of this suite: the engine of shared state that a test names, with a client of its own. */

/** Each kind of engine: what connects to `url`. */
const KINDS = {};

/** Connects to an engine. Resolves to the option `shared` of `createGateway`. */
export async function connectEngine({ kind, url }) {
  const connect = KINDS[kind];
  if (!connect) throw new Error(`there is no engine "${kind}" in tests/gateways/engine.mjs`);
  return connect(url);
}
