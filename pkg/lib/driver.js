/**
 * For the client and the gateway: the loop that awaits. The module decides what to send, what an answer means and when
 * to give up; this does what the module's output says (send, wait, ask for a token) and hands it what happened. The
 * docs of `src/client` teach the loop.
 */
import { exchange, Interruption, within } from "./exchange.js";

const now = () => Date.now();
const random = () => Math.floor(Math.random() * 2 ** 32);

/**
 * Calls a hook. A call neither waits for a hook nor fails with it, so that no hook can lose the outcome of a write.
 * What a hook throws, or rejects with, goes where the platform reports the errors of event listeners.
 */
async function notify(hook, facts) {
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
  /** A function to wake each call that waits for another. */
  #waiting = new Set();
  /** Counts the wakes, so that a call does not miss one that comes just before it begins to wait. */
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

  /** Runs a call to its end, after which it has a result. `operation` is its name, for the hooks. */
  async run(call, signal, operation) {
    if (this.#isFreed) throw new TypeError("make a new client: this one was freed");
    let isDone = false;
    this.#running += 1;
    try {
      let output = this.#handle(call, signal?.aborted ? "abort" : "start");
      while (output.kind !== "done") output = await this.#perform(call, output, signal, operation);
      isDone = true;
    } finally {
      // A call that ends by an error of ours must give back what other calls wait for.
      if (!isDone) this.#handle(call, "abort");
      this.#running -= 1;
      if (this.#isFreed) this.free();
    }
  }

  /** Frees the session once the calls under way have ended. */
  free() {
    this.#isFreed = true;
    if (this.#running === 0) this.#session.free();
  }

  /** Hands the call an input; returns its output. */
  #handle(call, input, token = "") {
    return this.#read(call.handle(this.#session, input, token, now(), random()));
  }

  /** Reads an output. Wakes the waiting calls in the same turn, so that no call can begin to wait in between. */
  #read(json) {
    const output = JSON.parse(json);
    if (output.wake) {
      this.#wakes += 1;
      for (const wakeUp of this.#waiting) wakeUp();
      this.#waiting.clear();
    }
    return { ...output, wakes: this.#wakes };
  }

  /** Does what an output says; returns the next. */
  async #perform(call, output, signal, operation) {
    const { kind, ms, wakes } = output;
    try {
      switch (kind) {
        case "send":
          return await this.#send(call, output, signal, operation);
        case "authenticate":
          return await this.#send(call, output, signal, kind);
        case "token": {
          const token = await within(ms, signal, async () => this.#askForToken());
          return this.#handle(call, "token", typeof token === "string" ? token : "");
        }
        case "waitForWake":
          if (wakes === this.#wakes) await this.#waitForWake(ms, signal);
          break;
        default:
          await within(ms, signal, () => new Promise(() => {}));
      }
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      // A wait that ends after its time has not failed.
      if (reason.kind !== "timeout" || kind === "token") return this.#handle(call, reason.kind);
    }
    return this.#handle(call, "woken");
  }

  /**
   * Sends a request and tells the hooks about it. A hook never gets headers, a body or a query, because they hold the
   * token and personal data.
   */
  async #send(call, output, signal, operation) {
    const { onRequest, onResponse, onRetry } = this.#hooks;
    const { attempt, ms, url, init } = output;
    notify(onRequest, { operation, attempt, method: init.method, url: url.split("?")[0] });
    // The hook itself may have aborted the call.
    if (signal?.aborted) return this.#handle(call, "unsent");
    const start = now();
    let next;
    let failure;
    try {
      const { status, headers, body } = await exchange(this.#fetch, output, ms, this.#bodyMax, signal);
      failure = { reason: "http", status };
      next = this.#read(call.handleResponse(this.#session, status, headers, body, now(), random()));
      notify(onResponse, { operation, attempt, status, ms: now() - start });
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      failure = { reason: reason.kind };
      next = this.#handle(call, reason.kind);
    }
    if (next.kind === "retry") notify(onRetry, { operation, attempt, delayMs: next.ms, ...failure });
    return next;
  }

  async #waitForWake(ms, signal) {
    let wake;
    try {
      await within(ms, signal, () => new Promise((resolve) => this.#waiting.add((wake = resolve))));
    } finally {
      this.#waiting.delete(wake);
    }
  }
}
