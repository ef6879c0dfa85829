/**
 * For the widget and the page without JavaScript: one field of the form, with its label, its control, and the two texts
 * below the control. A field holds a value and shows messages; the rules decide whether the value is right.
 */
import { localDay } from "../../pkg/lib/calendar.js";
import { codeOf } from "./calling-codes.js";

/** The value of a date that the guest has typed only in part. It is not a date, so the rules refuse it. */
const PART_OF_A_DATE = "-";

export class Field {
  /** True once the guest has changed the field. */
  edited = false;
  /** True once messages may be shown: the guest has changed and left the field, or has tried to submit the form. */
  seen = false;
  /** The message that the field shows; empty if it shows none. On the page it may be a translator's. */
  message = "";
  /** All texts that the field shows below its control. */
  said = "";
  /**
   * The value of the option that a text names in a list of countries; undefined if it names none. It comes with the names
   * of the countries.
   * @type {((text: string) => string | undefined) | undefined}
   */
  optionOf;
  #isCode;
  #isList;

  /**
   * @param {import("../../pkg/types/index.js").FieldRow} row
   * @param {{ element: typeof import("./dom.js").element, id: string, label: string, name?: string, hint?: string,
   *   mark?: string, options?: HTMLElement[], group?: HTMLFieldSetElement, initial?: string }} words `name` is what the
   *   field is called where its neighbours are not seen; `group` is a control of several, in its `inputs`; `initial` is the
   *   value that it has before the guest gives it one
   */
  constructor(row, { element, id, label, name = label, hint = "", mark = "", options, group, initial }) {
    this.row = row;
    this.element = element;
    this.name = name;
    this.isFlag = row.kind === "flag";
    this.#isCode = row.kind === "callingCode";
    this.#isList = Boolean(options);
    /** The value of an empty field. */
    this.blank = this.isFlag ? false : "";
    /** The value of a field that nobody has touched. */
    this.initial = initial ?? this.blank;
    this.control = group ?? this.#control(id, options);
    if (initial) this.kept = initial;
    if (name !== label) this.control.setAttribute("aria-label", name);
    this.advice = element("div", { class: "diner-advice", id: `${id}-advice` });
    this.error = element("p", { class: "diner-error", id: `${id}-error` });
    const text = group ? element("legend", null, label) : element("label", { for: id }, label);
    group?.prepend(text);
    if (mark) text.append(" ", element("span", { class: "diner-mark" }, mark));
    const note = hint ? element("p", { class: "diner-hint", id: `${id}-hint` }, hint) : null;
    this.control.setAttribute("aria-describedby", `${note ? `${id}-hint ` : ""}${id}-error ${id}-advice`);
    this.node = element(
      "div",
      { class: `diner-field diner-${row.kind}` },
      ...(this.isFlag ? [this.control, text] : [group ? null : text, this.control, note]),
      this.error,
      this.advice,
    );
  }

  #control(id, options) {
    const { element } = this;
    const { html, kind, min, name, required } = this.row;
    const isDate = kind === "date";
    const isText = kind === "text";
    // A name or a part of an address is no word of the keyboard's dictionary.
    const isProper = isText && html.autocomplete;
    const common = {
      id,
      name,
      autocomplete: html.autocomplete,
      required: required === "always",
      "aria-invalid": "false",
    };
    if (options) return element("select", common, ...options);
    return element("input", {
      ...common,
      type: this.isFlag ? "checkbox" : isDate ? "date" : (html.type ?? "text"),
      min,
      max: isDate && localDay(new Date()),
      spellcheck: isText && "false",
      autocapitalize: isProper && (html.autocomplete === "postal-code" ? "characters" : "words"),
      autocorrect: isProper && "off",
    });
  }

  get value() {
    const { kept } = this;
    return this.#isCode ? codeOf(kept) : kept;
  }

  set value(value) {
    const code = this.#isCode ? String(value).replace(/^(\+|00)?(?=\d)/, "+") : value;
    // Of the countries that share a code, the one that is selected stays.
    if (code !== this.value) this.kept = code;
  }

  /** As `value`, but with a calling code goes its country: what the field gets back when it is drawn anew. */
  get kept() {
    const { checked, validity, value } = this.control;
    if (this.isFlag) return checked;
    return validity.badInput ? PART_OF_A_DATE : value;
  }

  set kept(value) {
    const { control } = this;
    if (this.isFlag) {
      control.checked = value === true;
      return;
    }
    const text = value ?? "";
    control.value = text;
    // No value is lost because a list does not have it, or does not have it yet.
    if (this.#isList && control.value !== text) {
      const known = this.optionOf?.(text);
      if (!known) control.append(this.element("option", { value: text }, this.#isCode ? codeOf(text) : text));
      control.value = known ?? text;
    }
  }
}
