/**
 * For the client and the gateway: the loop that awaits. The module decides what to send, what an answer means and when
 * to give up; this does what the module's output says (send, wait, ask for a token) and hands it what happened. The
 * docs of `src/client` teach the loop.
 */
import { BODY_MAX } from "../dist/slots.js";
import { exchange, Interruption, within } from "./exchange.js";
import { ownNames } from "./names.js";
import { parsed } from "./plain.js";

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

const exchangeOf = (_, ...request) => exchange(...request);

export class Driver {
  #instance;
  #open;
  /** The session in the running instance, with that instance's glue. */
  #session;
  #glue;
  #fetch;
  #askForToken;
  #hooks;
  #stepped;
  #sends;
  #toll;
  #signIn;
  /** For each call that waits for another, by its number: a function by which it takes its turn. */
  #waiting = {};
  /** Counts the calls. */
  #begun = 0;
  /** Counts the wakes, so that a call does not miss one that comes just before it begins to wait. */
  #wakes = 0;
  #running = 0;
  #isFreed = false;

  /**
   * `open` makes the session with the glue of an instance: once now, and once in each new instance after a fault. `stepped`
   * is called with the session after each step that went well. `send` sends what `exchange` would: it gets the operation and
   * the facts of `run` before the arguments of `exchange`. `toll` is asked before each request whether it may be sent
   * (`pay`), and told when the request has ended (`paid`): it gets the call, and a function that asks the module in the
   * call's instance. `signIn` finds a token before the session signs in by itself (`find`), and is told the token that
   * the session has got (`tell`).
   */
  constructor(instance, open, { fetch, askForToken, hooks = {}, stepped = () => {}, send = exchangeOf, toll, signIn }) {
    this.#instance = instance;
    this.#open = open;
    this.#fetch = fetch;
    this.#askForToken = askForToken;
    this.#hooks = hooks;
    this.#stepped = stepped;
    this.#sends = send;
    this.#toll = toll;
    this.#signIn = signIn;
    this.session();
  }

  /** The session. It is made anew in a new instance; the calls of the old one that wait are woken, so that they end. */
  session() {
    const { glue } = this.#instance;
    if (glue !== this.#glue) {
      this.#session = this.#instance.call(this.#open);
      this.#glue = glue;
      this.#wake();
    }
    return this.#session;
  }

  /**
   * Runs a call to its end, and resolves to its `result`. `call` was just made in the running instance. `operation` is its
   * name, for the hooks, and `facts` are for `send`. If the instance ends before the call does, nobody asks the remote API
   * again for this call.
   */
  async run(call, { signal, operation, facts, result = () => "{}" } = {}) {
    if (this.#isFreed) throw new TypeError("make a new client: this one was freed");
    const number = this.#begun++;
    const run = { number, call, signal, operation, facts, glue: this.#instance.glue, outcome: "notSent" };
    let isDone = false;
    this.#running += 1;
    try {
      let output = this.#handle(run, signal?.aborted ? "abort" : "start");
      while (output.kind !== "done") output = await this.#perform(run, output);
      isDone = true;
      return this.#step(run, result);
    } finally {
      // A call that ends by an error of ours must give back what other calls wait for.
      if (!isDone && this.#instance.isRunning(run.glue)) this.#handle(run, "abort");
      this.#running -= 1;
      if (this.#isFreed) this.free();
    }
  }

  /** Frees the session once the calls under way have ended. */
  free() {
    this.#isFreed = true;
    if (this.#running === 0) this.#session.free();
  }

  /** Asks the module in a call's own instance. */
  #step(run, work) {
    const { outcome } = run;
    this.#check(run);
    const session = this.session();
    const json = this.#instance.call(() => {
      const answer = work(session);
      this.#stepped(session);
      return answer;
    }, outcome);
    return parsed(json);
  }

  /** Throws if a call's instance has ended. */
  #check({ glue, outcome }) {
    if (this.#instance.isRunning(glue)) return;
    this.#wake();
    throw this.#instance.failure(outcome);
  }

  /** Hands the call an input; returns its output. */
  #handle(run, input, token = "") {
    return this.#read(run, (session) => run.call.handle(session, input, token, now(), random()));
  }

  /** Reads an output. Wakes the waiting calls in the same turn, so that no call can begin to wait in between. */
  #read(run, work) {
    const output = this.#step(run, work);
    if (output.wake) this.#wake();
    return { ...output, wakes: this.#wakes };
  }

  /** Has the waiting calls take their turns now, in the order in which they began. */
  #wake() {
    this.#wakes += 1;
    const waiting = this.#waiting;
    this.#waiting = {};
    // Whole numbers are in ascending order (ECMA-262 §10.1.11.1).
    for (const number of ownNames(waiting)) waiting[number]();
  }

  /** Does what an output says; returns the next. */
  async #perform(run, output) {
    const { kind, ms, wakes } = output;
    const { signal } = run;
    try {
      switch (kind) {
        case "send":
          return await this.#send(run, output, run.operation);
        case "authenticate":
          return await (this.#signIn ? this.#signInOnce(run, output) : this.#send(run, output, kind));
        case "token": {
          const token = await within(ms, signal, async () => this.#askForToken());
          return this.#handle(run, "token", typeof token === "string" ? token : "");
        }
        case "waitForWake":
          if (wakes === this.#wakes) return await this.#waitForWake(run, ms);
          break;
        default:
          await within(ms, signal, () => new Promise(() => {}));
      }
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      // A wait that ends after its time has not failed.
      if (reason.kind !== "timeout" || kind === "token") return this.#handle(run, reason.kind);
    }
    return this.#handle(run, "woken");
  }

  /** Signs in, unless another program of the account has a token. */
  async #signInOnce(run, output) {
    const given = await this.#signIn.find();
    if (given) {
      const { text, renewAtMs } = given;
      return this.#read(run, (session) => run.call.handleToken(session, text, renewAtMs, now(), random()));
    }
    const before = this.#session.generation;
    const next = await this.#send(run, output, "authenticate");
    const { generation, token, renewAtMs } = this.#session;
    await this.#signIn.tell(generation === before ? undefined : { text: token, renewAtMs });
    return next;
  }

  /**
   * Sends a request and tells the hooks about it. A hook never gets headers, a body or a query, because they hold the
   * token and personal data.
   */
  async #send(run, output, operation) {
    const { onRequest, onResponse, onRetry } = this.#hooks;
    const { call, signal } = run;
    const { attempt, ms, url, init } = output;
    const step = (work) => (this.#check(run), work());
    if (this.#toll && !(await this.#toll.pay(call, step))) return this.#handle(run, "unsent");
    notify(onRequest, { operation, attempt, method: init.method, url: url.split("?")[0] });
    // The hook itself may have aborted the call.
    if (signal?.aborted) return this.#handle(run, "unsent");
    // A read changes nothing, so that its outcome is never unknown.
    if (output.kind === "send" && !["GET", "HEAD"].includes(init.method)) run.outcome = "unknown";
    const start = now();
    let next;
    let failure;
    try {
      const about = { operation, facts: run.facts };
      const answer = this.#sends(about, this.#fetch, output, ms, BODY_MAX, signal);
      const { status, headers, body } = await (this.#toll ? this.#toll.paid(call, step, answer) : answer);
      failure = { reason: "http", status };
      next = this.#read(run, (session) => call.handleResponse(session, status, headers, body, now(), random()));
      notify(onResponse, { operation, attempt, status, ms: now() - start });
    } catch (reason) {
      if (!(reason instanceof Interruption)) throw reason;
      failure = { reason: reason.kind };
      next = this.#handle(run, reason.kind);
    }
    if (next.kind === "retry") notify(onRetry, { operation, attempt, delayMs: next.ms, ...failure });
    return next;
  }

  /** Waits for another call. It has its turn before any call that begins once it is woken: else it might wait for ever. */
  async #waitForWake(run, ms) {
    const { turn } = await within(
      ms,
      run.signal,
      (stop) =>
        new Promise((resolve) => {
          this.#waiting[run.number] = () => resolve({ turn: (async () => this.#handle(run, "woken"))() });
          // A wait that was aborted needs no wake. It is taken off the list here, because the request that wakes others may
          // not ask for their signals: workerd refuses that.
          stop.addEventListener("abort", () => delete this.#waiting[run.number]);
        }),
    );
    return turn;
  }
}
