/**
 * For the client and the gateway: the loop that awaits. It does what a call says (send, wait, ask for a token) and
 * reports what came of it; what to say, what an answer means and when to give up is decided in the module.
 */
import { exchange, Interruption, within } from "./exchange.js";

const now = () => Date.now();
const random = () => Math.floor(Math.random() * 2 ** 32);

/**
 * Tells a hook. It only looks on: a call neither waits for it nor fails with it, lest the outcome of a write be lost.
 * What it throws, or rejects with, goes where the platform reports the errors of event listeners.
 */
async function tell(hook, facts) {
  try {
    await hook?.(facts);
  } catch (cause) {
    const report = globalThis.reportError ?? globalThis.process?.emitWarning;
    report?.(new Error("dinerkit: a hook of the client failed", { cause }));
  }
}

export class Driver {
  #session;
  #bodyMax;
  #fetch;
  #askForToken;
  #hooks;
  /** Calls that wait for what another call holds: functions that let them look again. */
  #waiting = new Set();
  /** Counts the wakes, so that one that comes just before a call begins to wait is not slept through. */
  #wakes = 0;
  #running = 0;
  #isFreed = false;

  constructor(session, { bodyMax, fetch, askForToken, hooks = {} }) {
    this.#session = session;
    this.#bodyMax = bodyMax;
    this.#fetch = fetch;
    this.#askForToken = askForToken;
    this.#hooks = hooks;
  }

  /** Runs a call to its end, after which it has an outcome. `operation` is its name, for the hooks. */
  async run(call, signal, operation) {
    if (this.#isFreed) throw new TypeError("make a new client: this one was freed");
    let isDone = false;
    this.#running += 1;
    try {
      let step = this.#step(call, signal?.aborted ? "abort" : "start");
      while (step.kind !== "done") step = await this.#act(call, step, signal, operation);
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
  #stepped(json) {
    const step = JSON.parse(json);
    if (step.wake) {
      this.#wakes += 1;
      for (const wakeUp of this.#waiting) wakeUp();
      this.#waiting.clear();
    }
    return { ...step, wakes: this.#wakes };
  }

  /** Does what a step says; answers with the next. */
  async #act(call, step, signal, operation) {
    const { kind, ms, wakes } = step;
    try {
      switch (kind) {
        case "send":
          return await this.#send(call, step, signal, operation);
        case "authenticate":
          return await this.#send(call, step, signal, kind);
        case "token": {
          const token = await within(ms, signal, async () => this.#askForToken());
          return this.#step(call, "token", typeof token === "string" ? token : "");
        }
        case "waitForToken":
          if (wakes === this.#wakes) await this.#wakeUp(ms, signal);
          break;
        default:
          await within(ms, signal, () => new Promise(() => {}));
      }
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      // A wait that ends by its own time is no failure.
      if (reason.kind !== "timeout" || kind === "token") return this.#step(call, reason.kind);
    }
    return this.#step(call, "woken");
  }

  /** Sends a request and tells the hooks of it: never its headers or its body, nor a query, which is the caller's. */
  async #send(call, step, signal, operation) {
    const { onRequest, onResponse, onRetry } = this.#hooks;
    const { attempt, ms, url, init } = step;
    tell(onRequest, { operation, attempt, method: init.method, url: url.split("?")[0] });
    // The hook may have been what aborts.
    if (signal?.aborted) return this.#step(call, "unsent");
    const start = now();
    let next;
    let failure;
    try {
      const { status, headers, body } = await exchange(this.#fetch, step, ms, this.#bodyMax, signal);
      failure = { reason: "http", status };
      next = this.#stepped(call.response(this.#session, status, headers, body, now(), random()));
      tell(onResponse, { operation, attempt, status, ms: now() - start });
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      failure = { reason: reason.kind };
      next = this.#step(call, reason.kind);
    }
    if (next.kind === "retry") tell(onRetry, { operation, attempt, delayMs: next.ms, ...failure });
    return next;
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
