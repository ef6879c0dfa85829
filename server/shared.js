/** For the command: the engine of the shared state that `[shared]` names, whose client comes with the command. */
import { postgresEngine, redisEngine } from "dinerkit/gateway";
import { explain } from "../pkg/lib/gateway/engines/explain.js";

/** For each scheme: the module beside this one that has the client, what makes an engine of it, and the engine's name. */
const redis = { module: "./command-redis.js", engineOf: redisEngine, name: "redis" };
const postgres = { module: "./command-postgres.js", engineOf: postgresEngine, name: "postgres" };
const KINDS = { redis, rediss: redis, postgres, postgresql: postgres };

/**
 * The engine at the URL. It is made without asking the server, which may be down: a gateway starts all the same. Its
 * errors are those by which `explain` knows what to do.
 */
export async function engineAt(url) {
  const { module, engineOf, name } = KINDS[url.slice(0, url.indexOf("://"))];
  const { clientFor } = await import(new URL(module, import.meta.url));
  const { connect, lost, close } = clientFor(url);
  let engine;

  /** Does some work with the engine once it has its client. */
  async function connected(work) {
    try {
      const client = await connect();
      engine ??= engineOf(client);
      return await work(engine);
    } catch (error) {
      // The client itself only says that it has no connection.
      throw lost() ?? error;
    }
  }

  return {
    name,
    swap: (...args) => connected((engine) => engine.swap(...args)),
    async examine() {
      try {
        return await connected((engine) => engine.examine());
      } catch (error) {
        return [{ isWrong: true, text: explain(error, name) }];
      }
    },
    close,
  };
}
