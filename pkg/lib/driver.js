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
  /** Calls that wait for what another call holds: functions that let them look again. */
  #waiting = new Set();
  /** Counts the wakes, so that one that comes just before a call begins to wait is not slept through. */
  #wakes = 0;
  #running = 0;
  #isFreed = false;

  constructor(session, { fetch, askForToken } = {}) {
    this.#session = session;
    this.#fetch = fetch;
    this.#askForToken = askForToken;
  }

  /** Runs a call to its end, after which it has an outcome. */
  async run(call, signal) {
    if (this.#isFreed) throw new TypeError("make a new client: this one was freed");
    const session = this.#session;
    let isDone = false;
    this.#running += 1;
    try {
      let step = this.#stepped(
        signal?.aborted ? call.failed(session, "abort", now(), random()) : call.start(session, now(), random()),
      );
      while (step.kind !== "done") step = await this.#act(call, step, signal);
      isDone = true;
    } finally {
      // A call that is given up must not keep from others what it holds.
      if (!isDone) this.#stepped(call.failed(session, "abort", now(), random()));
      this.#running -= 1;
      if (this.#isFreed) this.free();
    }
  }

  /** Frees the session once the calls under way have come to their end. */
  free() {
    this.#isFreed = true;
    if (this.#running === 0) this.#session.free();
  }

  /** What to do next. Wakes the others first: in the same turn as the step, so that no wake is lost between. */
  #stepped([kind, detail, timeoutMs]) {
    if (this.#session.takeWake()) {
      this.#wakes += 1;
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    }
    return { kind, detail, timeoutMs, wakes: this.#wakes };
  }

  /** Does what a step says; answers with the next. */
  async #act(call, { kind, detail, timeoutMs, wakes }, signal) {
    const session = this.#session;
    let failure;
    try {
      switch (kind) {
        case "send": {
          const { response, body } = await exchange(this.#fetch, detail, timeoutMs, session.bodyMax, signal);
          return this.#stepped(call.response(session, response, body, now(), random()));
        }
        case "token": {
          const token = await within(detail, signal, async () => this.#askForToken());
          return this.#stepped(call.token(session, typeof token === "string" ? token : "", now(), random()));
        }
        case "wait":
          await within(detail, signal, () => new Promise(() => {}));
          break;
        default:
          if (wakes === this.#wakes) await this.#wakeUp(detail, signal);
      }
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      failure = reason.kind;
    }
    // A wait that ends by its own time is no failure.
    if (failure === undefined || (failure === "timeout" && kind.startsWith("wait"))) {
      return this.#stepped(call.woken(session, now(), random()));
    }
    return this.#stepped(call.failed(session, failure, now(), random()));
  }

  async #wakeUp(ms, signal) {
    let wake;
    try {
      await within(ms, signal, () => new Promise((resolve) => this.#waiting.add((wake = resolve))));
    } finally {
      this.#waiting.delete(wake);
    }
  }
}
