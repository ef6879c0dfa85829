/** For every runtime: the state of a live form, over the WebAssembly module. */
import * as core from "../dist/core.js";
import { fields, optionsText, requestFrom, text } from "./rules.js";

export class CustomerForm {
  #form;
  #typed = new Map();

  constructor({ draft = {}, ...options } = {}) {
    this.#form = new core.Form(text(draft, "draft"), optionsText(options));
    for (const { name, path } of fields()) {
      const value = path.reduce((record, member) => record?.[member], draft);
      if (value !== undefined) this.#typed.set(name, value);
    }
  }

  set(name, value) {
    const issues = JSON.parse(this.#form.set(name, text(value ?? null, "value")));
    this.#typed.set(name, value);
    return issues;
  }

  get(name) {
    return this.#typed.get(name);
  }

  check() {
    return this.#checked().issues;
  }

  request() {
    return requestFrom(this.#checked());
  }

  #checked() {
    return JSON.parse(this.#form.check());
  }

  free() {
    this.#form.free();
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}
