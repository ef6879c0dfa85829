/**
 * For the widget and the page without JavaScript: one field of the form, with its label, its control, and the two texts
 * below the control. A field holds a value and shows messages; the rules decide whether the value is right.
 */
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
  #said = "";

  /**
   * @param {import("../../pkg/types/index.js").FieldRow} row
   * @param {{ element: typeof import("./dom.js").element, id: string, label: string, hint?: string, mark?: string,
   *   options?: HTMLOptionElement[] }} words
   */
  constructor(row, { element, id, label, hint = "", mark = "", options }) {
    this.row = row;
    this.element = element;
    this.name = label;
    this.isFlag = row.kind === "flag";
    /** The value of an empty field. */
    this.blank = this.isFlag ? false : "";
    this.control = this.#control(id, options);
    this.advice = element("div", { class: "diner-advice", id: `${id}-advice` });
    this.error = element("p", { class: "diner-error", id: `${id}-error` });
    const text = element("label", { for: id }, label);
    if (mark) text.append(" ", element("span", { class: "diner-mark", "aria-hidden": "true" }, mark));
    const note = hint ? element("p", { class: "diner-hint", id: `${id}-hint` }, hint) : null;
    this.control.setAttribute("aria-describedby", `${note ? `${id}-hint ` : ""}${id}-error ${id}-advice`);
    this.node = element(
      "div",
      { class: `diner-field diner-${row.kind}` },
      ...(this.isFlag ? [this.control, text] : [text, this.control, note]),
      this.error,
      this.advice,
    );
  }

  #control(id, options) {
    const { element } = this;
    const { html, kind, min, name, required } = this.row;
    const isDate = kind === "date";
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
      max: isDate && today(),
      spellcheck: kind === "text" && "false",
    });
  }

  get value() {
    if (this.isFlag) return this.control.checked;
    return this.control.validity.badInput ? PART_OF_A_DATE : this.control.value;
  }

  set value(value) {
    if (this.isFlag) this.control.checked = value === true;
    else this.control.value = value ?? "";
  }

  /**
   * Replaces the text of the control, which has the focus, as one step that the guest can undo. Setting `value` instead
   * would delete the browser's list of steps to undo. `execCommand` is deprecated, but has no successor, and every
   * browser has it. If it fails, nothing is replaced.
   * @returns {boolean} whether the text was replaced; the control has then dispatched an `input` event
   */
  replace(text) {
    const { selectionStart, selectionEnd } = this.control;
    this.control.select();
    const isReplaced = document.execCommand?.("insertText", false, text);
    if (!isReplaced) this.control.setSelectionRange(selectionStart, selectionEnd);
    return isReplaced;
  }

  /**
   * Shows an error or a piece of advice, with buttons (`actions`). Without both, it removes the message.
   * @returns {boolean} whether the field now shows a new message
   */
  say(error = "", advice = "", ...actions) {
    const { element } = this;
    const next = element("div", null, ...(advice ? [element("span", null, advice), ...actions] : []));
    const said = error + next.textContent;
    if (this.#said === said) return false;
    this.#said = said;
    this.message = error || advice;
    this.control.setAttribute("aria-invalid", String(error !== ""));
    this.error.textContent = error;
    this.advice.replaceChildren(...next.childNodes);
    return this.message !== "";
  }
}

/** The device's calendar date: the guest's own day, not UTC's. */
export function today() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
