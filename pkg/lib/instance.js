/**
 * For the rules, the client and the gateway: the running instance of a WebAssembly module.
 *
 * After a trap nothing in an instance's memory can be relied on, so that the next call gets a new instance. Each has a
 * glue of its own: an object of an old instance, and its finalizer, reach the old memory only.
 */
import facts from "../dist/build.js";
import { InternalError } from "./errors.js";
import { parsed } from "./plain.js";
import { read } from "./source.js";

/** True for what a fault in a module throws: a trap, or a used-up stack, for which Firefox has an error of its own. */
const isFault = (error) =>
  [WebAssembly.RuntimeError, RangeError, globalThis.InternalError].some((Fault) => Fault && error instanceof Fault);

/** wasm-bindgen's names for the one module that an instance imports, which is its glue. */
const imports = (glue) => ({ "./core_bg.js": glue, "./bulk_bg.js": glue, "./gateway_bg.js": glue });

/** Compiles what `init` takes, where that is no compiled module. */
export async function compiled(source) {
  const { bytes, refuse } = await read(source, "init");
  // Not while it is downloaded: that takes a type of the server's, and gains nothing for a module of this size.
  return WebAssembly.compile(bytes).catch((cause) => refuse(cause.message, cause));
}

/** In place of an instance that has failed: to free what is left of its objects, also by a finalizer, does nothing. */
const GONE = new Proxy({}, { get: () => () => {} });

export class Instance {
  /** The glue of the running instance; undefined before there is one and after a fault. */
  #running;
  /** The compiled module. */
  #module;
  #make;
  #begun;
  #build;

  /** `make` makes a glue. `begun` is called with the glue of each new instance, before anything else is asked of it. */
  constructor(make, begun = () => {}) {
    this.#make = make;
    this.#begun = begun;
  }

  /** Loads the module from what `init` takes. */
  async load(source) {
    // A compiled module may be of another realm, as in Next's edge runtime.
    const isModule = {}.toString.call(source) === "[object WebAssembly.Module]";
    const module = isModule ? source : await compiled(source);
    const glue = this.#make();
    this.#begin(glue, await WebAssembly.instantiate(module, imports(glue)));
    this.#module = module;
    // The module says its own version, so that a module of another release shows.
    this.#build = { ...parsed(glue.ask("buildInfo", "", "", 0)), ...facts };
  }

  #begin(glue, { exports }) {
    glue.__wbg_set_wasm(exports);
    glue.memory = exports.memory;
    exports.__wbindgen_start();
    this.#begun(glue);
    this.#running = glue;
  }

  /** The facts of the module's build. */
  get build() {
    return this.glue && this.#build;
  }

  /** The glue of the running instance, which is made anew after a fault. */
  get glue() {
    if (!this.#module) throw new TypeError("call and await init() first");
    if (!this.#running) {
      const glue = this.#make();
      // A page's main thread in Chromium before 115 refuses this: there the module stays as it is until a reload.
      this.#guard(glue, () => this.#begin(glue, new WebAssembly.Instance(this.#module, imports(glue))));
    }
    return this.#running;
  }

  /** True if this is the glue of the running instance. */
  isRunning(glue) {
    return glue === this.#running;
  }

  /**
   * Calls `work` with the glue. A fault ends the instance and is thrown as an InternalError with this outcome. `work`
   * calls no function of the caller's, whose faults are the caller's own.
   */
  call(work, outcome) {
    const { glue } = this;
    return this.#guard(glue, () => work(glue), outcome);
  }

  #guard(glue, work, outcome) {
    try {
      return work();
    } catch (error) {
      // At once, because what follows may fail as well while the stack is used up.
      this.#running = undefined;
      if (isFault(error)) {
        glue.__wbg_set_wasm(GONE);
        throw this.failure(outcome, error);
      }
      this.#running = glue;
      throw error;
    }
  }

  /** The error for what a fault has ended. It holds nothing of what was asked. */
  failure(outcome = "notSent", cause = undefined) {
    const facts = {
      message: `try again: dinerkit ${this.#build?.version} has failed`,
      code: "internal",
      outcome,
      build: this.#build,
    };
    return new InternalError(facts, { cause });
  }
}
