/** For pages, servers and edge runtimes: the client of the Customer API, or of a gateway in front of it. */
import { Driver } from "./driver.js";
import { errorFrom, isCustomerApiError } from "./errors.js";
import { randomKey } from "./key.js";
import { knownOnly } from "./names.js";
import { copyOf, isObject, text } from "./plain.js";
import { core } from "./core.js";
import { checkedPatch, optionsText, requestOf } from "./rules.js";

/**
 * The absolute URL, or an empty text for what is no URL: the module then says what to give. The platform's own error
 * would repeat the text.
 */
function absolute(url) {
  try {
    return new URL(url, globalThis.location?.href).href;
  } catch {
    return "";
  }
}

/** The names of a client's options. */
const OPTIONS = [
  "baseUrl",
  "microsite",
  "token",
  "credentials",
  "authentication",
  "dates",
  "encoding",
  "timeoutMs",
  "totalTimeoutMs",
  "requestsPerMinute",
  "idempotencyKeys",
  "locale",
  "fetch",
  "names",
  "onRequest",
  "onResponse",
  "onRetry",
];

/** Returns a method's failure as a value. A TypeError, which is the program's own mistake, is still thrown. */
async function settled(method, client, methodArguments) {
  try {
    return { ok: true, value: await method.apply(client, methodArguments) };
  } catch (error) {
    if (isCustomerApiError(error)) return { ok: false, error };
    throw error;
  }
}

export class CustomerClient {
  #driver;
  /** The options by which the rules check what is written. */
  #rules;
  /** True if the server creates a customer only once per `Idempotency-Key`. */
  #takesKeys;
  safe = {};

  constructor(given) {
    if (!isObject(given)) throw new TypeError("give options with baseUrl and microsite at least");
    knownOnly(given, OPTIONS);
    const { token, fetch, baseUrl, onRequest, onResponse, onRetry, dates, locale, ...options } = given;
    this.#rules = copyOf({ dates, locale });
    optionsText(this.#rules);
    const askForToken = typeof token === "function" ? token : undefined;
    const plain = { ...options, baseUrl: baseUrl && absolute(baseUrl) };
    if (!askForToken) plain.token = token;
    const json = text(plain, "options");
    const hooks = { onRequest, onResponse, onRetry };
    const open = ({ Session }) => new Session(json, askForToken !== undefined);
    this.#driver = new Driver(core, open, { fetch, askForToken, hooks });
    this.#takesKeys = this.#driver.session().takesKeys;
    for (const name of METHODS) {
      this.safe[name] = (...methodArguments) => settled(this[name], this, methodArguments);
    }
  }

  async setup(options) {
    return this.#call("setup", {}, options);
  }
  async get(id, options) {
    return this.#call("get", { id }, options);
  }
  async create(draft, { idempotencyKey, ...options } = {}) {
    if (this.#takesKeys) idempotencyKey ??= randomKey();
    else if (idempotencyKey !== undefined) {
      throw new TypeError("give idempotencyKey where idempotencyKeys is true");
    }
    return this.#call("create", { request: requestOf(draft, this.#rules), idempotencyKey }, options, "idempotencyKey");
  }
  async update(id, draft, options) {
    return this.#call("update", { id, request: requestOf(draft, this.#rules) }, options);
  }
  async edit(id, patch, { appendComment, ...options } = {}) {
    const patched = { id, patch: checkedPatch(patch, this.#rules), appendComment };
    return this.#call("edit", patched, options, "appendComment");
  }
  async merge({ into, from }, options) {
    return this.#call("merge", { into, from }, options);
  }
  async unsubscribe({ ids, mode, ipAddress }, options) {
    return this.#call("unsubscribe", { ids, mode, ipAddress }, options);
  }
  async scheduleDeletion(ids, options) {
    return this.#call("scheduleDeletion", { ids }, options);
  }
  async raw(method, path, body, options) {
    return this.#call("raw", { method, path, body }, options);
  }

  /** `own` is the name of an option that only this operation has, and that was taken out of the options. */
  async #call(operation, callArguments, options = {}, own = "signal") {
    knownOnly(options, ["signal", own]);
    const { signal } = options;
    if (signal && typeof signal.addEventListener !== "function") throw new TypeError("give signal as an AbortSignal");
    const json = text(callArguments, operation);
    const call = core.call(({ Call }) => new Call(operation, json));
    try {
      const result = () => call.result();
      const { value, error } = await this.#driver.run(call, { signal, operation, result });
      // The cause of an abort is the reason that the caller gave.
      if (error) throw errorFrom(error, error.code === "abort" ? { cause: signal?.reason } : undefined);
      return value ?? undefined;
    } finally {
      call.free();
    }
  }

  free() {
    this.#driver.free();
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}

/** The methods that have a twin in `safe`: all that ask the API. */
const METHODS = Object.getOwnPropertyNames(CustomerClient.prototype).filter(
  (name) => name !== "constructor" && name !== "free",
);
