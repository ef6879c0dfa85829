/**
 * For pages, servers and edge runtimes: the client's loop. It does what the module says (send, wait, ask for a
 * token) and reports what came of it; what to say, what an answer means and when to give up is decided there.
 */
import * as core from "../dist/core.js";
import { errorFrom } from "./errors.js";
import { exchange, Interruption, within } from "./exchange.js";
import { checkCustomer, requestFrom } from "./rules.js";

const now = () => Date.now();
const random = () => Math.floor(Math.random() * 2 ** 32);

/** The result of a call, or its error; an abort's cause is the caller's own reason, as it was given. */
function finish({ value, error }, signal) {
  if (error) throw errorFrom(error, error.code === "abort" ? signal?.reason : undefined);
  return value ?? undefined;
}

export class CustomerClient {
  #session;
  #token;
  #fetch;
  /** Calls that wait for another call's token: functions that let them look again. */
  #waiting = new Set();

  constructor({ token, fetch, baseUrl, ...options }) {
    this.#token = token;
    this.#fetch = fetch;
    const plain = { ...options, baseUrl: new URL(baseUrl, globalThis.location?.href).href };
    if (typeof token !== "function") plain.token = token;
    this.#session = new core.Session(JSON.stringify(plain), typeof token === "function");
  }

  setup(options) {
    return this.#call("setup", {}, options);
  }
  get(id, options) {
    return this.#call("get", { id }, options);
  }
  async create(draft, options) {
    return this.#call("create", { request: requestFrom(checkCustomer(draft)) }, options);
  }
  async update(id, draft, options) {
    return this.#call("update", { id, request: requestFrom(checkCustomer(draft)) }, options);
  }
  merge({ into, from }, options) {
    return this.#call("merge", { into, from }, options);
  }
  unsubscribe({ ids, mode, ipAddress }, options) {
    return this.#call("unsubscribe", { ids, mode, ipAddress }, options);
  }
  scheduleDeletion(ids, options) {
    return this.#call("scheduleDeletion", { ids }, options);
  }

  async #call(operation, callArguments, { signal } = {}) {
    const session = this.#session;
    const call = new core.Call(operation, JSON.stringify(callArguments));
    try {
      let action = signal?.aborted
        ? call.failed(session, "abort", now(), random())
        : call.start(session, now(), random());
      for (;;) {
        this.#wakeOthers();
        const [kind, detail, timeoutMs] = action;
        if (kind === "done") return finish(JSON.parse(detail), signal);
        action = await this.#act(call, kind, detail, timeoutMs, signal);
      }
    } finally {
      call.free();
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
          const { response, body } = await exchange(this.#fetch, detail, timeoutMs, signal);
          return call.response(session, response, body, now(), random());
        }
        case "token": {
          const token = await within(detail, signal, async () => this.#token());
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

  free() {
    this.#session.free();
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}
