/**
 * For the widget and the page without JavaScript: one field, that is a label, a control, and the two texts that may stand below it.
 * It knows how it looks and what it holds; what is right or wrong with that, the rules decide.
 */
/** Stands for a date of which the guest has typed only a part: it is never a valid date, so the rules refuse it. */
const PART_OF_A_DATE = "-";

export class Field {
  /** True once the guest has changed it. */
  edited = false;
  /** True once the guest may be told about it: they have changed it and left, or tried to submit. */
  seen = false;

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
    /** The value of a field that nobody has filled in. */
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
      inputmode: html.inputmode,
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
   * Replaces the text of the control, which has the focus, as one step that the guest can undo: setting the value
   * would empty the browser's list of such steps. `execCommand` is deprecated, but nothing replaces it; if it fails,
   * the text stays.
   * @returns {boolean} whether it was replaced; the control has then reported an input
   */
  replace(text) {
    const { selectionStart, selectionEnd } = this.control;
    this.control.select();
    const isReplaced = document.execCommand("insertText", false, text);
    if (!isReplaced) this.control.setSelectionRange(selectionStart, selectionEnd);
    return isReplaced;
  }

  /**
   * Shows a message for an error, a piece of advice, or (with both left out) that there is nothing to say.
   * @returns {boolean} whether something is now said that was not said before
   */
  say(error = "", advice = "", ...actions) {
    const { element } = this;
    const next = element("div", null, ...(advice ? [element("span", null, advice), ...actions] : []));
    if (this.error.textContent === error && this.advice.textContent === next.textContent) return false;
    this.control.setAttribute("aria-invalid", String(error !== ""));
    this.error.textContent = error;
    this.advice.replaceChildren(...next.childNodes);
    return this.message !== "";
  }

  /** What is now said about the field; empty when there is nothing to say. */
  get message() {
    return this.error.textContent || this.advice.firstChild?.textContent || "";
  }
}

/** The device's calendar date. The rules have a function of their own for it, which the package does not export. */
function today() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
