/** For every runtime: the state of a live form, over the WebAssembly module. */
import * as core from "../dist/core.js";
import { affects, fields, isYes, judgeBy, optionsText, requestFrom, text } from "./rules.js";

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const nameOf = ({ path }) => path.join(".");

export class CustomerForm {
  #form;
  #options;
  /** What was typed, as JSON holds it. */
  #draft;
  /** The fields' names, in form order. */
  #names;
  /** What the remote API said of fields that were not set anew since. */
  #serverIssues = [];

  constructor({ draft = {}, ...options } = {}) {
    const { setup } = options;
    const typed = JSON.parse(text(draft, "draft"));
    const rows = fields();
    for (const { name, optInText } of rows) {
      // A consent is worth nothing under another wording than the one it was given to.
      if (optInText && setup && isYes(typed?.[name]) && typed[optInText] !== setup[optInText]) {
        delete typed[name];
        delete typed[optInText];
      }
    }
    this.#options = optionsText(options);
    this.#draft = typed;
    this.#form = this.#filled();
    this.#names = rows.map(({ name }) => name);
  }

  set(name, value) {
    // The module takes text only: anything else would leave what was passed before it behind.
    name = String(name);
    const json = text(value ?? null, "value");
    const issues = this.#ask((form) => form.set(name, json));
    this.#keep(name.split("."), JSON.parse(json));
    this.#serverIssues = this.#serverIssues.filter((issue) => nameOf(issue) !== name);
    return this.#withServer(issues, (issue) => affects(name, nameOf(issue)));
  }

  get(name) {
    const draft = this.snapshot();
    if (!this.#names.includes(name)) return undefined;
    const [member, part] = name.split(".");
    return part === undefined ? draft[member] : draft[member]?.[part];
  }

  check() {
    return this.#withServer(this.#checked().issues, () => true);
  }

  request() {
    return requestFrom(this.#checked());
  }

  setServerIssues(issues) {
    this.#alive();
    const list = issues?.issues ?? issues;
    if (!Array.isArray(list) || !list.every((issue) => Array.isArray(issue?.path))) {
      throw new TypeError("setServerIssues takes issues, or the ValidationError that holds them");
    }
    this.#serverIssues = [...list];
  }

  snapshot() {
    this.#alive();
    return JSON.parse(JSON.stringify(this.#draft));
  }

  /** The form in the module, while there is one. */
  #alive() {
    if (!this.#form) throw new TypeError("make a new CustomerForm: this one was freed");
    return this.#form;
  }

  #checked() {
    return this.#ask((form) => form.check());
  }

  /** A form in the module with what was typed. */
  #filled() {
    const draft = JSON.stringify(this.#draft);
    judgeBy(this.#options);
    return new core.Form(draft);
  }

  #ask(question) {
    const form = this.#alive();
    try {
      return JSON.parse(question(form));
    } catch (error) {
      this.#form = this.#filled();
      try {
        form.free();
      } catch {
        // What the platform failed in the midst of a question stays locked, and is lost.
      }
      throw error;
    }
  }

  #keep([member, part], value) {
    if (part === undefined) this.#draft[member] = value;
    else {
      if (!isObject(this.#draft[member])) this.#draft[member] = {};
      this.#draft[member][part] = value;
    }
  }

  /** The rules' issues and those of the server's that fit, in form order. */
  #withServer(issues, fits) {
    // What is about no field (-1) comes last.
    const place = (issue) => this.#names.indexOf(nameOf(issue)) >>> 0;
    return [...issues, ...this.#serverIssues.filter(fits)].sort((a, b) => place(a) - place(b));
  }

  free() {
    this.#form?.free();
    this.#form = undefined;
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}
