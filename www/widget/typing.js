/**
 * For the widget: what the guest types. The class holds the form's fields and their draft, asks the rules once for each
 * change, and shows the issues at the fields.
 */
import { CustomerForm, formatPhone, inspectPhone } from "dinerkit";
import { element } from "./dom.js";
import { fieldOf, issueText } from "./layout.js";
import { fill } from "./message.js";

export class Typing {
  /**
   * The form's fields by their names.
   * @type {Map<string, import("./field.js").Field>}
   */
  fields = new Map();
  #words;
  #setup = {};
  /** The microsite to which the Setup belongs. */
  #microsite = "";
  /**
   * The rules, with the draft of the form's fields.
   * @type {CustomerForm | null}
   */
  #form = null;
  /** The values of fields that are not on the form now, each with the question that it answers. */
  #aside = new Map();
  /** The first values of the fields that are being drawn. */
  #start = {};

  /** Called with each field that the guest changes. */
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  /** Begins to draw the form again. The values that were typed are kept until their fields are on the form again. */
  begin(microsite, setup, words) {
    const form = new CustomerForm({ setup });
    for (const [name, { row }] of this.fields) {
      const value = this.#form.get(name);
      if (value !== undefined) this.#aside.set(name, { value, question: this.#questionOf(row) });
    }
    this.#form?.free();
    this.fields.clear();
    this.#form = form;
    this.#microsite = microsite;
    this.#setup = setup;
    this.#words = words;
    this.#start = {};
  }

  /** Adds a field to the form. If the field asks the same question as before, it gets the value that was typed. */
  add(field) {
    const { name, kind } = field.row;
    this.fields.set(name, field);
    const before = this.#aside.get(name);
    if (before?.question === this.#questionOf(field.row)) {
      this.#aside.delete(name);
      field.value = before.value;
    } else if (kind !== "callingCode" || !field.value) return;
    // This includes the calling code that is selected at first.
    Object.assign(this.#start, this.#valuesOf(field));
  }

  /** Ends the drawing: gives the first values to the rules and shows their issues. */
  end() {
    this.#form.set(this.#start);
    this.show();
  }

  /** The question that a field's value answers: the restaurant's wording or custom question. Empty for all other fields. */
  #questionOf({ label, optInText }) {
    const question = optInText ? this.#setup[optInText] : label;
    return question === undefined ? "" : JSON.stringify([this.#microsite, question]);
  }

  /** The draft's members for a field. A consent is set together with its wording, so that the draft has both or neither. */
  #valuesOf({ row: { name, optInText }, value }) {
    return { [name]: value, ...(optInText && { [optInText]: value ? this.#setup[optInText] : "" }) };
  }

  /** Gives the values of changed fields to the rules, all at once. */
  #update(fields) {
    if (fields.length) this.#form.set(Object.assign({}, ...fields.map((field) => this.#valuesOf(field))));
  }

  /** The field of a control; undefined for a control of the page's own. */
  fieldOf(control) {
    const field = this.fields.get(control.name);
    return field?.control === control ? field : undefined;
  }

  /** Handles a change that the guest made to a field. */
  typed(field) {
    field.edited = true;
    this.#update([field]);
    this.show();
    this.#changed(field);
  }

  /** Handles that the guest leaves a field. Returns whether the field shows a new message. */
  left(field) {
    if (!field.edited) return false;
    field.seen = true;
    if (field.row.kind === "phone") {
      const changed = this.#followNumber(field);
      // An edit in the middle of the number was not grouped while it was typed.
      const text = this.#inGroups(field);
      if (text !== field.value) {
        field.value = text;
        changed.push(field);
      }
      this.#update(changed);
    }
    return this.show().has(field);
  }

  /** Handles values that the browser has filled in without an event. From here on every field may show a message. */
  finish() {
    const changed = [];
    for (const field of this.fields.values()) {
      const { row, value, blank } = field;
      field.seen = true;
      if (value === (this.#form.get(row.name) ?? blank)) continue;
      changed.push(field);
      if (row.kind === "phone") changed.push(...this.#followNumber(field));
    }
    this.#update(changed);
  }

  /** Shows issues of the restaurant's system like all others, each until the guest changes its field. */
  setServerIssues(issues) {
    this.#form.setServerIssues(issues);
    this.show();
  }

  /** The issues that block the form. */
  errors() {
    return this.#form.check().filter(isError);
  }

  request() {
    return this.#form.request();
  }

  /** The text of a phone number in groups. */
  #inGroups({ row, value }) {
    return formatPhone(this.fields.get(row.callingCode)?.value, value).text;
  }

  /**
   * Groups a phone number while it is typed, but only if the guest inserts text at its end: deleting, editing the
   * middle and composing with an input method must not be disturbed. Returns whether the text was changed, which
   * dispatches an `input` event of its own.
   */
  group(field, { inputType, isComposing }) {
    const { control } = field;
    if (field.row.kind !== "phone" || isComposing || !inputType?.startsWith("insert")) return false;
    if (control.selectionStart !== control.value.length || control !== document.activeElement) return false;
    const text = this.#inGroups(field);
    return text !== control.value && field.replace(text);
  }

  /**
   * Selects the country of a number that was typed with a calling code, so that the two agree. Returns the fields that
   * it has changed.
   */
  #followNumber({ row, value }) {
    const code = this.fields.get(row.callingCode);
    if (!code || !/^\s*(\+|00)/.test(value)) return [];
    const { callingCode } = inspectPhone(code.value, value);
    if (!callingCode || code.value === `+${callingCode}`) return [];
    code.value = `+${callingCode}`;
    return [code];
  }

  /** Shows the current issues. Returns the fields that show a new message. */
  show() {
    const changed = new Set();
    const issues = this.#form?.check() ?? [];
    for (const field of this.fields.values()) {
      const mine = field.seen ? issues.filter((issue) => this.at(issue) === field) : [];
      const error = mine.find(isError);
      const advice = error ? undefined : mine[0];
      const isNew = field.say(
        error && this.message(error),
        advice && this.message(advice),
        ...(advice?.params.suggestion ? [this.#suggestion(field, advice.params.suggestion)] : []),
      );
      if (isNew) changed.add(field);
    }
    return changed;
  }

  /** The field at which an issue is shown. */
  at(issue) {
    return fieldOf(issue, this.fields);
  }

  /** The message for an issue in the form's language. */
  message(issue) {
    return issueText(issue, this.at(issue), this.#words);
  }

  /** The button that applies a suggestion. The suggestion for an e-mail address is the corrected domain only. */
  #suggestion(field, suggestion) {
    const better = field.row.kind === "email" ? field.value.replace(/@[^@]*$/, `@${suggestion}`) : suggestion;
    const button = element("button", { class: "diner-use", type: "button" }, fill(this.#words.use, { value: better }));
    button.addEventListener("click", () => {
      field.value = better;
      field.control.focus();
      this.typed(field);
    });
    return button;
  }
}

function isError({ severity }) {
  return severity === "error";
}
