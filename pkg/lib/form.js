/**
 * For every runtime: a live form. It keeps the draft, and what is wrong with it. After a change of one field only the
 * rules that read it are asked again; the request is made when somebody asks for it.
 */
import { withDay, withDays } from "./dates.js";
import { fieldNameOf, isYes, ROWS } from "./fields.js";
import { isOwn, knownOnly, ownNames } from "./names.js";
import { hasOnlyFields, judgePress } from "./packed.js";
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
  /** The checked value of the draft; undefined after a change of one field, until somebody asks for it. */
  #value;
  /** What is wrong with the draft. */
  #issues;
  /** The count of phone tables that were loaded before the draft was checked. */
  #phoneTables;
  /** True if the draft has no members besides those of the table. */
  #hasOnlyFields;
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
    this.#alive();
    const given = isObject(name) ? ownNames(name).map((each) => [each, name[each]]) : [[name, value]];
    const changes = given.map(([name, value]) => {
      const row = rowOf(name);
      return { row, value: dataOf(withDay(row, value, this.#dates) ?? null) };
    });
    if (changes.length !== 1 || !this.#press(changes[0])) {
      const draft = { ...this.#alive() };
      for (const { row, value } of changes) put(draft, row.path, value);
      this.#replace(draft);
    }
    const isSet = (field) => changes.some(({ row }) => row.name === field);
    const isAffected = (field) => isSet(field) || changes.some(({ row }) => row.affects.includes(field));
    this.#serverIssues = this.#serverIssues.filter((issue) => !isSet(fieldNameOf(issue)));
    return this.check().filter((issue) => isAffected(fieldNameOf(issue)));
  }

  /**
   * Changes one field and asks only the rules that read it. Returns false, and changes nothing, where the whole draft must
   * be checked.
   */
  #press({ row, value }) {
    if (!this.#hasOnlyFields || this.#phoneTables !== phoneTables) return false;
    const draft = this.#alive();
    const judged = judgePress(row, (other) => (other === row ? value : valueAt(draft, other)), this.#settings);
    if (!judged) return false;
    put(draft, row.path, value);
    this.#value = undefined;
    const kept = this.#issues.filter((issue) => !judged.about.includes(fieldNameOf(issue)));
    this.#issues = kept.concat(judged.issues);
    return true;
  }

  get(name) {
    const draft = this.#alive();
    return POSITIONS.has(name) ? copyOf(valueAt(draft, rowOf(name))) : undefined;
  }

  check() {
    this.#update();
    const issues = [...this.#issues.map(copyOfIssue), ...this.#serverIssues];
    // Issues without a field come last.
    const position = (issue) => POSITIONS.get(fieldNameOf(issue)) ?? POSITIONS.size;
    return issues.sort((a, b) => position(a) - position(b));
  }

  request() {
    this.#update();
    if (!this.#value) this.#replace(this.#draft);
    const checked = { value: copyOf(this.#value), issues: this.#issues.map(copyOfIssue) };
    const request = inFormOrder(requestFrom(checked));
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
    const { value, issues } = checkBy(this.#settings, draft);
    this.#value = value;
    this.#issues = issues;
    this.#phoneTables = phoneTables;
    this.#hasOnlyFields = hasOnlyFields(draft);
    this.#draft = draft;
  }

  /** Checks the draft again if a phone table was loaded since the last check. */
  #update() {
    const draft = this.#alive();
    if (this.#phoneTables !== phoneTables) this.#replace(draft);
  }

  free() {
    this.#draft = undefined;
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}

/** A value as plain data, which the caller may change afterwards. */
const dataOf = (value) => (typeof value === "string" ? value : parsed(text(value, "value")));

/** The value of a field of a draft; undefined if it has none of its own. */
function valueAt(draft, { path: [member, part] }) {
  const value = isOwn(draft, member) ? draft[member] : undefined;
  if (part === undefined) return value;
  return isObject(value) && isOwn(value, part) ? value[part] : undefined;
}

/** An issue for a caller to change. */
const copyOfIssue = ({ code, path, params, severity, message }) => {
  return { code, path: [...path], params: { ...params }, severity, message };
};

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
