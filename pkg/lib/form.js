/** For every runtime: a live form. It keeps the draft and asks the rules about all of it, once for each change. */
import { fieldNameOf, isYes, ROWS } from "./fields.js";
import { copyOf, isObject, text } from "./plain.js";
import { checkBy, noteChecked, optionsText, phoneTables, requestFrom } from "./rules.js";

/** The index of each field's row. */
const INDEXES = new Map(ROWS.map(({ name }, index) => [name, index]));

export class CustomerForm {
  /** The options as the module takes them. */
  #settings;
  /** True where the options are no laxer than the client's own check. */
  #isStrict;
  /** What was typed, as JSON holds it; undefined once the form is freed. */
  #draft;
  /** The answer of the rules to the draft, and the number of the phone table that they had. */
  #checked;
  /** What the remote API said of fields that were not set anew since. */
  #serverIssues = [];

  constructor({ draft = {}, ...options } = {}) {
    const { limits, setup, today } = options;
    const typed = JSON.parse(text(draft, "draft"));
    for (const { name, optInText } of ROWS) {
      // A consent is worth nothing under another wording than the one it was given to.
      if (optInText && setup && isYes(typed?.[name]) && typed[optInText] !== setup[optInText]) {
        delete typed[name];
        delete typed[optInText];
      }
    }
    this.#settings = optionsText(options);
    this.#isStrict = (limits ?? today ?? null) === null;
    this.#take(typed);
  }

  set(name, value) {
    const values = isObject(name) ? name : { [String(name)]: value };
    const draft = { ...this.#alive() };
    const set = new Set();
    const affected = new Set();
    for (const [name, value] of Object.entries(values)) {
      const row = ROWS[INDEXES.get(name)];
      if (!row) throw new TypeError("name takes a name that fields() lists");
      put(draft, row.path, JSON.parse(text(value ?? null, "value")));
      set.add(name);
      for (const other of [name, ...row.affects]) affected.add(other);
    }
    this.#take(draft);
    this.#serverIssues = this.#serverIssues.filter((issue) => !set.has(fieldNameOf(issue)));
    return this.check().filter((issue) => affected.has(fieldNameOf(issue)));
  }

  get(name) {
    const draft = this.#alive();
    if (!INDEXES.has(name)) return undefined;
    const [member, part] = name.split(".");
    return copyOf(part === undefined ? draft[member] : draft[member]?.[part]);
  }

  check() {
    const issues = [...copyOf(this.#answer().issues), ...this.#serverIssues];
    // What is about no field comes last.
    const index = (issue) => INDEXES.get(fieldNameOf(issue)) ?? INDEXES.size;
    return issues.sort((a, b) => index(a) - index(b));
  }

  request() {
    const request = inFormOrder(requestFrom(copyOf(this.#answer())));
    return this.#isStrict ? noteChecked(request) : request;
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
    return copyOf(this.#alive());
  }

  /** The draft, while there is one. */
  #alive() {
    if (!this.#draft) throw new TypeError("make a new CustomerForm: this one was freed");
    return this.#draft;
  }

  /** Takes a draft that the rules can read; where they throw, the form stays as it was. */
  #take(draft) {
    this.#checked = { ...checkBy(this.#settings, draft), phoneTables };
    this.#draft = draft;
  }

  /** What the rules say of the draft: they are asked again only where a phone table has come since. */
  #answer() {
    const draft = this.#alive();
    if (this.#checked.phoneTables !== phoneTables) this.#take(draft);
    return this.#checked;
  }

  free() {
    this.#draft = undefined;
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}

/** Sets a field of a draft, whose own address stays as it is. */
function put(draft, [member, part], value) {
  draft[member] = part === undefined ? value : { ...(isObject(draft[member]) && draft[member]), [part]: value };
}

/** A request in form order: the same details are the same JSON, whichever was typed first. */
function inFormOrder(request) {
  const ordered = sorted(request, 0);
  if (isObject(ordered.Address)) ordered.Address = sorted(ordered.Address, 1);
  return ordered;
}

/** A record with the members that stand at this depth of the rows' paths first. */
function sorted(record, depth) {
  const first = {};
  for (const { path } of ROWS) {
    const name = path[depth];
    if (name !== undefined && Object.hasOwn(record, name)) first[name] = record[name];
  }
  return { ...first, ...record };
}
