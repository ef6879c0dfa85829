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
  /** Calls that wait for what another call holds: functions that let them look again. */
  #waiting = new Set();
  /** Counts the wakes, so that one that comes just before a call begins to wait is not slept through. */
  #wakes = 0;
  #running = 0;
  #isFreed = false;

  constructor(session, { bodyMax, fetch, askForToken }) {
    this.#session = session;
    this.#bodyMax = bodyMax;
    this.#fetch = fetch;
    this.#askForToken = askForToken;
  }

  /** Runs a call to its end, after which it has an outcome. */
  async run(call, signal) {
    if (this.#isFreed) throw new TypeError("make a new client: this one was freed");
    let isDone = false;
    this.#running += 1;
    try {
      let step = this.#step(call, signal?.aborted ? "abort" : "start");
      while (step.kind !== "done") step = await this.#act(call, step, signal);
      isDone = true;
    } finally {
      // A call that is given up must not keep from others what it holds.
      if (!isDone) this.#step(call, "abort");
      this.#running -= 1;
      if (this.#isFreed) this.free();
    }
  }

  /** Frees the session once the calls under way have come to their end. */
  free() {
    this.#isFreed = true;
    if (this.#running === 0) this.#session.free();
  }

  /** Tells the call what happened; answers with what to do next. */
  #step(call, event, token = "") {
    return this.#stepped(call.step(this.#session, event, token, now(), random()));
  }

  /** What to do next. Wakes the others first: in the same turn as the step, so that no wake is lost between. */
  #stepped([kind, request, ms, wake]) {
    if (wake) {
      this.#wakes += 1;
      for (const wakeUp of this.#waiting) wakeUp();
      this.#waiting.clear();
    }
    return { kind, request, ms, wakes: this.#wakes };
  }

  /** Does what a step says; answers with the next. */
  async #act(call, { kind, request, ms, wakes }, signal) {
    try {
      switch (kind) {
        case "send": {
          const { response, body } = await exchange(this.#fetch, request, ms, this.#bodyMax, signal);
          return this.#stepped(call.response(this.#session, response, body, now(), random()));
        }
        case "token": {
          const token = await within(ms, signal, async () => this.#askForToken());
          return this.#step(call, "token", typeof token === "string" ? token : "");
        }
        case "wait":
          await within(ms, signal, () => new Promise(() => {}));
          break;
        default:
          if (wakes === this.#wakes) await this.#wakeUp(ms, signal);
      }
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      // A wait that ends by its own time is no failure.
      if (reason.kind !== "timeout" || !kind.startsWith("wait")) return this.#step(call, reason.kind);
    }
    return this.#step(call, "woken");
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
