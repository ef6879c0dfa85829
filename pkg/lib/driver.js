/**
 * For the client and the gateway: the loop that awaits. It does what a call says (send, wait, ask for a token) and
 * reports what came of it; what to say, what an answer means and when to give up is decided in the module.
 */
import { exchange, Interruption, within } from "./exchange.js";

const now = () => Date.now();
const random = () => Math.floor(Math.random() * 2 ** 32);

export class Driver {
  #session;
  #bodyMax;
  #fetch;
  #askForToken;
  /** Calls that wait for another call's token: functions that let them look again. */
  #waiting = new Set();

  constructor(session, { bodyMax, fetch, askForToken }) {
    this.#session = session;
    this.#bodyMax = bodyMax;
    this.#fetch = fetch;
    this.#askForToken = askForToken;
  }

  /** Runs a call to its end, after which it has an outcome. */
  async run(call, signal) {
    let action = this.#step(call, signal?.aborted ? "abort" : "start");
    for (;;) {
      const [kind, request, ms, wake] = action;
      if (wake) this.#wakeOthers();
      if (kind === "done") return;
      action = await this.#act(call, kind, request, ms, signal);
    }
  }

  #step(call, event, token = "") {
    return call.step(this.#session, event, token, now(), random());
  }

  /** Does one action; answers with the next. */
  async #act(call, kind, request, ms, signal) {
    try {
      switch (kind) {
        case "send": {
          const { response, body } = await exchange(this.#fetch, request, ms, this.#bodyMax, signal);
          return call.response(this.#session, response, body, now(), random());
        }
        case "token": {
          const token = await within(ms, signal, async () => this.#askForToken());
          return this.#step(call, "token", String(token));
        }
        case "wait":
          await within(ms, signal, () => new Promise(() => {}));
          break;
        default:
          await within(ms, signal, () => new Promise((wake) => this.#waiting.add(wake)));
      }
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      // A wait that ends by its own time is no failure.
      if (reason.kind !== "timeout" || !kind.startsWith("wait")) return this.#step(call, reason.kind);
    }
    return this.#step(call, "woken");
  }

  #wakeOthers() {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
