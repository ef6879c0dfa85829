/**
 * For the client and the gateway: the loop that awaits. It does what a call says (send, wait, ask for a token) and
 * reports what came of it; what to say, what an answer means and when to give up is decided in the module.
 */
import { exchange, Interruption, within } from "./exchange.js";

const now = () => Date.now();
const random = () => Math.floor(Math.random() * 2 ** 32);

export class Driver {
  #session;
  #fetch;
  #askForToken;
  /** Calls that wait for another call's token: functions that let them look again. */
  #waiting = new Set();

  constructor(session, { fetch, askForToken } = {}) {
    this.#session = session;
    this.#fetch = fetch;
    this.#askForToken = askForToken;
  }

  /** Runs a call to its end, after which it has an outcome. */
  async run(call, signal) {
    const session = this.#session;
    try {
      let action = signal?.aborted
        ? call.failed(session, "abort", now(), random())
        : call.start(session, now(), random());
      for (;;) {
        this.#wakeOthers();
        const [kind, detail, timeoutMs] = action;
        if (kind === "done") return;
        action = await this.#act(call, kind, detail, timeoutMs, signal);
      }
    } finally {
      this.#wakeOthers();
    }
  }

  /** Does one action; answers with the next. */
  async #act(call, kind, detail, timeoutMs, signal) {
    const session = this.#session;
    let failure;
    try {
      switch (kind) {
        case "send": {
          const { response, body } = await exchange(this.#fetch, detail, timeoutMs, session.bodyMax, signal);
          return call.response(session, response, body, now(), random());
        }
        case "token": {
          const token = await within(detail, signal, async () => this.#askForToken());
          return call.token(session, String(token), now(), random());
        }
        case "wait":
          await within(detail, signal, () => new Promise(() => {}));
          break;
        default:
          await within(detail, signal, () => new Promise((wake) => this.#waiting.add(wake)));
      }
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      failure = reason.kind;
    }
    // A wait that ends by its own time is no failure.
    if (failure === undefined || (failure === "timeout" && kind.startsWith("wait"))) {
      return call.woken(session, now(), random());
    }
    return call.failed(session, failure, now(), random());
  }

  #wakeOthers() {
    if (!this.#session.takeWake()) return;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
