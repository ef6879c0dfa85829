/** For the command: the engine of the shared state that `[shared]` names, whose client comes with the command. */
import { postgresEngine, redisEngine } from "dinerkit/gateway";
import { explain } from "../pkg/lib/gateway/engines/explain.js";

/** For each scheme: what loads the module that has the client, what makes an engine of it, and the engine's name. */
const redis = { load: () => import("./command-redis.js"), engineOf: redisEngine, name: "redis" };
const postgres = { load: () => import("./command-postgres.js"), engineOf: postgresEngine, name: "postgres" };
const KINDS = { redis, rediss: redis, postgres, postgresql: postgres };

/** What to do where an engine has thrown nothing, by `SharedEvent.reason`. */
const ADVICE = {
  timeout: "it did not answer in time: check the network, the firewall and its load",
  reply: "its answers are not understood: see that nothing but this version of dinerkit writes there",
  version:
    "it holds the state of another version of dinerkit: end the gateways of that version, or give these another database",
};
/** How often an engine that is down at the start is asked again. */
const AGAIN_MS = 1000;
/** A key that nobody writes. */
const START = [{ key: "dinerkit:{start}" }];

/**
 * The engine at the URL. It is made without asking the server, which may be down: a gateway starts all the same. Its
 * errors are those by which `explain` knows what to do.
 */
export async function engineAt(url) {
  const { load, engineOf, name } = KINDS[url.slice(0, url.indexOf("://"))];
  const { clientFor } = await load();
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

/** What is wrong with a shared state, and what to do, by the gateway's event; undefined where nothing new is known. */
export const wrongOf = ({ engine, reason, message }) => message ?? (ADVICE[reason] && `${engine}: ${ADVICE[reason]}`);

/**
 * How the shared state is, told once for each change by `tell(event)`, whoever notices it: the gateway, once requests
 * use the state, or `watch` before the first.
 */
export class SharedWatch {
  state = "well";
  #tell;
  #since = Date.now();

  constructor(tell) {
    this.#tell = tell;
  }

  /** Takes an event of the gateway's. */
  note(event) {
    const { engine, state, ms, reason } = event;
    if (state === this.state) return;
    this.state = state;
    this.#since = Date.now();
    const message = wrongOf(event);
    this.#tell({ engine, state, ms, ...(reason && { reason }), ...(message && { message }) });
  }

  /** Asks the engine until it has answered once. Resolves to what it then finds about itself. */
  async watch(engine) {
    for (;;) {
      const ms = Date.now() - this.#since;
      try {
        await engine.swap(START);
        this.note({ engine: engine.name, state: "well", ms });
        return await engine.examine();
      } catch (error) {
        this.note({
          engine: engine.name,
          state: "failing",
          ms,
          reason: "thrown",
          message: explain(error, engine.name),
        });
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
    }
  }
}
