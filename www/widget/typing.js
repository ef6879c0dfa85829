/**
 * For the widget: what the guest types. It holds the fields on the form with their draft, asks the rules once for each
 * change, and shows at each field what they say.
 */
import { CustomerForm, formatPhone, inspectPhone } from "dinerkit";
import { element } from "./dom.js";
import { fieldOf, said } from "./layout.js";
import { fill } from "./message.js";

export class Typing {
  /**
   * The fields on the form, by their names.
   * @type {Map<string, import("./field.js").Field>}
   */
  fields = new Map();
  #words;
  #setup = {};
  /** The microsite that the Setup is of. */
  #microsite = "";
  /**
   * The rules, with the draft of the fields on the form.
   * @type {CustomerForm | null}
   */
  #form = null;
  /** What was typed into fields that are not on the form now, each with the question that it answers. */
  #aside = new Map();
  /** What the fields that are being drawn start with. */
  #start = {};

  /** What is told of each field that the guest changes. */
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  /** Begins to draw the form anew: what was typed waits until its field is on the form again. */
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

  /** Takes a field onto the form. It starts with what the guest typed before, if it still asks the same. */
  add(field) {
    const { name, kind } = field.row;
    this.fields.set(name, field);
    const before = this.#aside.get(name);
    if (before?.question === this.#questionOf(field.row)) {
      this.#aside.delete(name);
      field.value = before.value;
    } else if (kind !== "callingCode" || !field.value) return;
    // Also the country that is chosen at first.
    Object.assign(this.#start, this.#valuesOf(field));
  }

  /** Ends the drawing: from now on the rules know what stands on the form. */
  end() {
    this.#form.set(this.#start);
    this.show();
  }

  /** What a field's value answers: this restaurant's wording or question; nothing in particular for all other fields. */
  #questionOf({ label, optInText }) {
    const question = optInText ? this.#setup[optInText] : label;
    return question === undefined ? "" : JSON.stringify([this.#microsite, question]);
  }

  /** What the draft holds for a field. A consent goes with its wording, so that neither is there without the other. */
  #valuesOf({ row: { name, optInText }, value }) {
    return { [name]: value, ...(optInText && { [optInText]: value ? this.#setup[optInText] : "" }) };
  }

  /** Tells the rules of changed fields, all at once. */
  #take(fields) {
    if (fields.length) this.#form.set(Object.assign({}, ...fields.map((field) => this.#valuesOf(field))));
  }

  /** The field of a control; undefined for one of the page's own. */
  fieldOf(control) {
    const field = this.fields.get(control.name);
    return field?.control === control ? field : undefined;
  }

  /** Takes what was typed into a field. */
  typed(field) {
    field.edited = true;
    this.#take([field]);
    this.show();
    this.#changed(field);
  }

  /** Takes what has changed when the guest leaves a field; returns whether the field says something new. */
  left(field) {
    if (!field.edited) return false;
    field.seen = true;
    if (field.row.kind === "phone") {
      const changed = this.#followNumber(field);
      // What was edited in the middle has waited for this.
      const text = this.#inGroups(field);
      if (text !== field.value) {
        field.value = text;
        changed.push(field);
      }
      this.#take(changed);
    }
    return this.show().has(field);
  }

  /** Takes what the browser has filled in without an event. From here on every field may be called wrong. */
  finish() {
    const changed = [];
    for (const field of this.fields.values()) {
      const { row, value, blank } = field;
      field.seen = true;
      if (value === (this.#form.get(row.name) ?? blank)) continue;
      changed.push(field);
      if (row.kind === "phone") changed.push(...this.#followNumber(field));
    }
    this.#take(changed);
  }

  /** What the restaurant's system found, shown like any other issue until the guest changes that field. */
  setServerIssues(issues) {
    this.#form.setServerIssues(issues);
    this.show();
  }

  /** All that is wrong. */
  errors() {
    return this.#form.check().filter(isError);
  }

  request() {
    return this.#form.request();
  }

  /** A number as printed: its text in groups. */
  #inGroups({ row, value }) {
    return formatPhone(this.fields.get(row.callingCode)?.value, value).text;
  }

  /**
   * Groups a number while it is typed, but only at its end and only what was put in: whoever edits the middle, takes
   * something back or composes is left alone. Returns whether the text has changed, which is an input of its own.
   */
  group(field, { inputType, isComposing }) {
    const { control } = field;
    if (field.row.kind !== "phone" || isComposing || !inputType?.startsWith("insert")) return false;
    if (control.selectionStart !== control.value.length || control !== document.activeElement) return false;
    const text = this.#inGroups(field);
    return text !== control.value && field.replace(text);
  }

  /**
   * Chooses the country of a number that was typed with its own calling code, so that the two never disagree. Returns
   * the fields that it has changed.
   */
  #followNumber({ row, value }) {
    const code = this.fields.get(row.callingCode);
    if (!code || !/^\s*(\+|00)/.test(value)) return [];
    const { callingCode } = inspectPhone(code.value, value);
    if (!callingCode || code.value === `+${callingCode}`) return [];
    code.value = `+${callingCode}`;
    return [code];
  }

  /** Brings the messages up to date; returns the fields that now say something new. */
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

  /** An issue in the words of the page. */
  message(issue) {
    return said(issue, this.at(issue), this.#words);
  }

  /** One tap takes the suggestion. An e-mail suggestion is the corrected domain. */
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
