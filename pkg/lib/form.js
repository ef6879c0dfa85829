/** For every runtime: a live form. It keeps the draft, and checks the whole draft once for each change. */
import { withDay, withDays } from "./dates.js";
import { fieldNameOf, isYes, ROWS } from "./fields.js";
import { knownOnly, ownNames } from "./names.js";
import { copyOf, isObject, parsed, plainDraft, put, text } from "./plain.js";
import { checkBy, noteChecked, OPTIONS, optionsText, phoneTables, requestFrom, rowOf } from "./rules.js";

/** The position of each field in form order. */
const POSITIONS = new Map(ROWS.map(({ name }, position) => [name, position]));

export class CustomerForm {
  /** The options as the module takes them. */
  #settings;
  /** How a Date is read: the option. */
  #dates;
  /** True if the options are at least as strict as the client's own check. */
  #isStrict;
  /** What was typed, as plain data; undefined once the form is freed. */
  #draft;
  /** The result of checking the draft, with the count of phone tables that were loaded before the check. */
  #checked;
  /** The issues of the remote API, without those of fields that were set afterwards. */
  #serverIssues = [];

  constructor({ draft = {}, ...options } = {}) {
    knownOnly(options, [...OPTIONS, "draft"]);
    const { dates, limits, setup, today } = options;
    const typed = parsed(text(withDays(plainDraft(draft), dates), "draft"));
    for (const { name, optInText } of ROWS) {
      // A consent is dropped if the Setup has another wording than the one to which it was given.
      if (optInText && setup && isYes(typed?.[name]) && typed[optInText] !== setup[optInText]) {
        delete typed[name];
        delete typed[optInText];
      }
    }
    this.#settings = optionsText(options);
    this.#dates = dates;
    this.#isStrict = (limits ?? today ?? null) === null;
    this.#replace(typed);
  }

  set(name, value) {
    const values = isObject(name) ? name : { [String(name)]: value };
    const draft = { ...this.#alive() };
    const set = new Set();
    const affected = new Set();
    for (const name of ownNames(values)) {
      const row = rowOf(name);
      put(draft, row.path, parsed(text(withDay(row, values[name], this.#dates) ?? null, "value")));
      set.add(name);
      for (const other of [name, ...row.affects]) affected.add(other);
    }
    this.#replace(draft);
    this.#serverIssues = this.#serverIssues.filter((issue) => !set.has(fieldNameOf(issue)));
    return this.check().filter((issue) => affected.has(fieldNameOf(issue)));
  }

  get(name) {
    const draft = this.#alive();
    if (!POSITIONS.has(name)) return undefined;
    const [member, part] = name.split(".");
    return copyOf(part === undefined ? draft[member] : draft[member]?.[part]);
  }

  check() {
    const issues = [...copyOf(this.#answer().issues), ...this.#serverIssues];
    // Issues without a field come last.
    const position = (issue) => POSITIONS.get(fieldNameOf(issue)) ?? POSITIONS.size;
    return issues.sort((a, b) => position(a) - position(b));
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

  /** The draft. Throws if the form was freed. */
  #alive() {
    if (!this.#draft) throw new TypeError("make a new CustomerForm: this one was freed");
    return this.#draft;
  }

  /** Checks a draft and makes it the form's. If the check throws, the form stays as it was. */
  #replace(draft) {
    this.#checked = { ...checkBy(this.#settings, draft), phoneTables };
    this.#draft = draft;
  }

  /** The result of checking the draft. The draft is checked again only if a phone table was loaded since the last check. */
  #answer() {
    const draft = this.#alive();
    if (this.#checked.phoneTables !== phoneTables) this.#replace(draft);
    return this.#checked;
  }

  free() {
    this.#draft = undefined;
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}

/** A request in form order, so that the same details make the same JSON, whichever was typed first. */
function inFormOrder(request) {
  const ordered = sorted(request, 0);
  if (isObject(ordered.Address)) ordered.Address = sorted(ordered.Address, 1);
  return ordered;
}

/** A record with its known members first and in form order. `depth` is 0 for a request and 1 for its address. */
function sorted(record, depth) {
  const first = {};
  for (const { path } of ROWS) {
    const name = path[depth];
    if (name !== undefined && Object.hasOwn(record, name)) first[name] = record[name];
  }
  return { ...first, ...record };
}
