/** For pages, servers and edge runtimes: the client of the Customer API, or of a gateway before it. */
import * as core from "../dist/core.js";
import { Driver } from "./driver.js";
import { errorFrom } from "./errors.js";
import { checkCustomer, checkedPatch, requestFrom } from "./rules.js";

export class CustomerClient {
  #driver;

  constructor({ token, fetch, baseUrl, ...options }) {
    const askForToken = typeof token === "function" ? token : undefined;
    const plain = { ...options, baseUrl: new URL(baseUrl, globalThis.location?.href).href };
    if (!askForToken) plain.token = token;
    const session = new core.Session(JSON.stringify(plain), askForToken !== undefined);
    this.#driver = new Driver(session, { bodyMax: core.bodyMax(), fetch, askForToken });
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
  async edit(id, patch, { appendComment, ...options } = {}) {
    return this.#call("edit", { id, patch: checkedPatch(patch), appendComment }, options);
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
    const call = new core.Call(operation, JSON.stringify(callArguments));
    try {
      await this.#driver.run(call, signal);
      const { value, error } = JSON.parse(call.outcome());
      // An abort's cause is the caller's own reason, as it was given.
      if (error) throw errorFrom(error, error.code === "abort" ? signal?.reason : undefined);
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
