/**
 * For the widget: what the guest types. The form's controls hold the draft. The class reads it from them, asks the rules
 * once for each change, and shows the issues at the fields. Until the rules are there, and without them, the only issues
 * are those of the gateway.
 */
import { ROWS } from "../../pkg/lib/fields.js";
import { copyOf, jsonOf } from "../../pkg/lib/plain.js";
import { element } from "./dom.js";
import { fieldOf, issueText } from "./layout.js";
import { fill } from "./message.js";
import { say } from "./say.js";

/** A time that is not midnight, in a time zone: it names no day. */
const INSTANT = /T[^Z+-]*[1-9].*[Z+-]/;

export class Typing {
  /** @type {import("./drawn-fields.js").DrawnFields} */
  #drawn;
  #words;
  /** The rules; null until they are there, and without them. */
  #rules = null;
  /** The result of the last check, with the JSON of the draft that was checked. */
  #checked = {};
  /** The issues of the gateway, without those of fields that were changed afterwards. */
  #serverIssues = [];
  #changed;
  #failed;

  /**
   * `drawn` are the form's fields. `changed` is called with each field that the guest changes; `failed` with the error if
   * the rules break down.
   */
  constructor({ drawn, changed, failed }) {
    this.#drawn = drawn;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** The form's fields by their names. */
  get #fields() {
    return this.#drawn.byName;
  }

  /** Takes the words of the form, whose fields were drawn anew. */
  begin(words) {
    this.#words = words;
    this.#checked = {};
  }

  /** Takes the words of the form's language, of which only the first were there before. */
  takeWords(words) {
    this.#words = words;
    this.show();
  }

  /** Takes the rules, or null to go on without them. */
  takeRules(rules) {
    this.#rules = rules;
    this.#checkAnew();
    // Without the tables, phone numbers get no advice and no groups, and the form works.
    rules?.phones.then(
      () => this.#checkAnew(),
      () => {},
    );
  }

  /** Checks the draft once more, because there is more to check it by. */
  #checkAnew() {
    this.#checked = {};
    this.show();
  }

  /**
   * Fills in what the page knows of the guest: at once, or when the field is on the form. Boxes are the guest's own, and
   * with `isLate` so is each field that the guest has changed meanwhile.
   */
  fill(draft, isLate) {
    const { Address, ...others } = draft;
    const parts = Object.entries(Address ?? {}).map(([part, value]) => [`Address.${part}`, value]);
    for (const [name, value] of [...Object.entries(others), ...parts]) {
      const row = ROWS.find((row) => row.name === name);
      if (!row || row.kind === "flag" || (typeof value === "object" && value !== null)) continue;
      const given = String(value ?? "");
      const text = row.kind !== "date" ? given : INSTANT.test(given) ? "" : given.slice(0, "YYYY-MM-DD".length);
      const field = this.#fields.get(name);
      if (isLate && field?.edited) continue;
      if (field) field.value = text;
      else this.#drawn.aside.set(name, { value: text });
    }
    this.show();
  }

  /** Forgets all that is known of the guest. */
  clear() {
    this.#drawn.aside.clear();
    this.#serverIssues = [];
    for (const field of this.#fields.values()) {
      field.kept = field.initial;
      field.edited = field.seen = false;
    }
    this.show();
  }

  /** The draft: what the controls hold, also what the browser has filled in without an event. */
  draft() {
    const draft = {};
    for (const { row, value, blank } of this.#fields.values()) {
      if (value === blank) continue;
      const [member, part] = row.path;
      if (part === undefined) draft[member] = value;
      else draft[member] = { ...draft[member], [part]: value };
      // A consent is given to its wording: the draft has both or neither.
      if (row.optInText) draft[row.optInText] = this.#drawn.setup[row.optInText];
    }
    return draft;
  }

  /** The result of the rules for the draft. Asks them only if the draft has changed since. */
  #check() {
    const draft = this.draft();
    const json = jsonOf(draft);
    if (this.#checked.json === json) return this.#checked;
    const unchecked = { value: draft, issues: [] };
    const checked =
      this.#rules && this.#asked(() => this.#rules.check(draft, this.#drawn.setup, this.#drawn.dateLocale), unchecked);
    return (this.#checked = { ...(checked ?? unchecked), json });
  }

  /** Asks the rules. If their module breaks down, the form goes on without the answer. */
  #asked(question, otherwise) {
    try {
      return question();
    } catch (error) {
      this.#failed(error);
      return otherwise;
    }
  }

  /** All issues, in the order of the form. Issues without a field come last. */
  #issues() {
    const names = [...this.#fields.keys()];
    const place = (issue) => {
      const field = this.at(issue);
      return field ? names.indexOf(field.row.name) : names.length;
    };
    return [...this.#check().issues, ...this.#serverIssues].sort((a, b) => place(a) - place(b));
  }

  /** Handles a change that the guest made to a field. */
  typed(field) {
    this.#serverIssues = this.#serverIssues.filter((issue) => this.at(issue) !== field);
    this.show();
    this.#changed(field);
  }

  /** Handles that the guest leaves a field. Returns whether the field shows a new message. */
  left(field) {
    if (!field.edited) return false;
    field.seen = true;
    if (field.row.kind === "phone") {
      this.#followNumber(field);
      // An edit in the middle of the number was not grouped while it was typed.
      const text = this.#inGroups(field);
      if (text !== field.value) field.value = text;
    }
    return this.show().has(field);
  }

  /** Prepares a submit: from here on every field may show a message, and the gateway's issues are those of this submit. */
  finish(serverIssues = []) {
    for (const field of this.#fields.values()) {
      field.seen = true;
      if (field.row.kind === "phone") this.#followNumber(field);
    }
    this.#serverIssues = serverIssues;
    this.show();
  }

  /** The issues that block the form. */
  errors() {
    return this.#issues().filter(isError);
  }

  /** The request for the gateway: as the rules have it or, without them, as it was typed. The caller may change it. */
  request() {
    return copyOf(this.#check().value);
  }

  /** The text of a phone number in groups. */
  #inGroups({ row, value }) {
    const code = this.#fields.get(row.callingCode)?.value ?? "";
    return this.#rules ? this.#asked(() => this.#rules.formatPhone(code, value), value) : value;
  }

  /**
   * Groups a phone number while it is typed, but only if the guest inserts text at its end: deleting, editing the
   * middle and composing with an input method must not be disturbed. Returns whether the text was changed, which
   * dispatches an `input` event of its own.
   */
  group(field, { inputType, isComposing }) {
    const { control } = field;
    if (field.row.kind !== "phone" || isComposing || !inputType?.startsWith("insert")) return false;
    if (control.selectionStart !== control.value.length || !control.matches(":focus")) return false;
    const text = this.#inGroups(field);
    return text !== control.value && replaced(control, text);
  }

  /**
   * Selects the country of a number that was typed with a calling code, so that the two agree. For any other number the
   * rules answer with the code that is selected already.
   */
  #followNumber({ row, value }) {
    const code = this.#fields.get(row.callingCode);
    if (!code || !this.#rules) return;
    const { callingCode } = this.#asked(() => this.#rules.inspectPhone(code.value, value), {});
    if (callingCode) code.value = callingCode;
  }

  /** Shows the current issues. Returns the fields that show a new message. */
  show() {
    const changed = new Set();
    const issues = this.#issues();
    for (const field of this.#fields.values()) {
      const mine = field.seen ? issues.filter((issue) => this.at(issue) === field) : [];
      const error = mine.find(isError);
      const advice = error ? undefined : mine[0];
      const isNew = say(
        field,
        error && this.message(error),
        advice && this.message(advice),
        ...this.#suggestion(field, error ?? advice),
      );
      if (isNew) changed.add(field);
    }
    return changed;
  }

  /** The field at which an issue is shown. */
  at(issue) {
    return fieldOf(issue, this.#fields);
  }

  /** The message for an issue in the form's language. */
  message(issue) {
    return issueText(issue, this.at(issue), this.#words);
  }

  /** The button that puts what an issue suggests into the field, in a list; an empty list if it suggests nothing. */
  #suggestion(field, issue) {
    const suggestion = issue?.params.suggestion;
    if (!suggestion) return [];
    // For a slip, the suggestion is the domain only. Of an address that was typed with a name, the rules have the address.
    const typed = this.#check().value[field.row.name] ?? field.value;
    const better = issue.code === "email_typo" ? typed.replace(/@.*/s, `@${suggestion}`) : suggestion;
    const button = element(
      "button",
      { class: "diner-use", type: "button" },
      fill(this.#words.use ?? "{value}", { value: better }),
    );
    button.addEventListener("click", () => {
      field.value = better;
      field.control.focus();
      this.typed(field);
    });
    return [button];
  }
}

function isError({ severity }) {
  return severity === "error";
}

/**
 * Replaces the text of a control, which has the focus, as one step that the guest can undo. Setting `value` instead would
 * delete the browser's list of steps to undo. `execCommand` is deprecated, but has no successor, and every browser has it.
 * If it fails, nothing is replaced. Returns whether the text was replaced; the control has then dispatched an `input`
 * event.
 */
function replaced(control, text) {
  const { selectionStart, selectionEnd } = control;
  control.select();
  const isReplaced = document.execCommand?.("insertText", false, text);
  if (!isReplaced) control.setSelectionRange(selectionStart, selectionEnd);
  return isReplaced;
}
