/**
 * For the widget: the page's own controls in the form, such as date and party size. The browser checks their native
 * constraints; the widget lists their problems together with those of the guest's details.
 */
import { SLOTS_OF_CONTROLS } from "./slots.js";

/** What submits a form, by itself or by Enter. */
const SUBMITS = "button, input, select, textarea";

export class OwnControls {
  #host;
  #prefix;
  /** For each control, or group of radio buttons, that is marked as wrong: the function that removes the mark. */
  #unmark = new Map();

  /** `host` is the element whose children hold the controls. `prefix` begins the ids that are made for controls. */
  constructor(host, prefix) {
    this.#host = host;
    this.#prefix = prefix;
    // In a copy of an element, the page's controls are copies too, and have what another form has given them.
    for (const control of this.#controls()) forget(control);
  }

  /** The controls that are in the page's children of the element now, whenever they came. */
  #controls() {
    const children = [...this.#host.children].filter(({ slot }) => SLOTS_OF_CONTROLS.includes(slot));
    return children.flatMap((child) => [child, ...child.querySelectorAll("*")]);
  }

  /**
   * Makes the controls, or `only` one, part of `form`, so that Enter and the page's own buttons submit it. The controls
   * of a form of the page stay that form's. Not before a control is used: a framework that takes over a page's HTML
   * compares the attributes.
   */
  join(form, only) {
    for (const control of this.#controls()) {
      const isMeant = (only ?? control) === control && control.matches(SUBMITS);
      if (isMeant && control.form === null) control.setAttribute("form", form.id);
    }
  }

  /** Whether the browser finds nothing wrong. */
  areRight() {
    return !this.#controls().some(isWrong);
  }

  /** Marks the controls that the browser finds wrong and returns a problem for each, or for each group of radio buttons. */
  problems() {
    for (const unmark of this.#unmark.values()) unmark();
    this.#unmark.clear();
    const wrong = new Map();
    for (const control of this.#controls().filter(isWrong)) {
      const key = keyOf(control);
      wrong.set(key, [...(wrong.get(key) ?? []), control]);
    }
    return [...wrong].map(([key, controls], index) => {
      const [control] = controls;
      const id = `${this.#prefix}-own-${index}`;
      control.id ||= id;
      const messageId = `${id}-message`;
      const unmarks = controls.map((each) => mark(each, messageId));
      this.#unmark.set(key, () => unmarks.forEach((unmark) => unmark()));
      const legend = isRadio(control) && control.closest("fieldset")?.querySelector("legend");
      const name = (legend || control.labels?.[0])?.textContent.trim() || control.name;
      return { control, name, message: () => (isWrong(control) ? control.validationMessage : ""), messageId };
    });
  }

  /** Handles a change of a control: removes its mark if the browser now accepts the value. */
  changed(control) {
    if (isWrong(control)) return;
    const key = keyOf(control);
    this.#unmark.get(key)?.();
    this.#unmark.delete(key);
  }
}

/** What a form gives to controls: ids of its own, references to them, and itself. */
const GIVEN = /^diner-\d+-(form|own-\d+(-message)?)$/;

/** Takes from a control what a form has given it. */
function forget(control) {
  for (const name of ["id", "form"]) if (GIVEN.test(control.getAttribute(name))) control.removeAttribute(name);
  const described = control.getAttribute("aria-describedby")?.split(" ") ?? [];
  const others = described.filter((id) => !GIVEN.test(id));
  if (others.length === described.length) return;
  control.removeAttribute("aria-invalid");
  if (others.length) control.setAttribute("aria-describedby", others.join(" "));
  else control.removeAttribute("aria-describedby");
}

function isRadio({ type }) {
  return type === "radio";
}

/** The key of a control: the control itself or, for a radio button, the name of its group. */
function keyOf(control) {
  return isRadio(control) ? control.name : control;
}

/** Whether the browser finds a control wrong. If asking a control throws, the error is reported and the guest can go on. */
function isWrong(control) {
  try {
    return control.willValidate === true && !control.validity.valid;
  } catch (error) {
    globalThis.reportError?.(error);
    return false;
  }
}

/** Marks a control as wrong and describes it by a message. Returns the function that removes the mark. */
function mark(control, messageId) {
  const described = control.getAttribute("aria-describedby");
  control.setAttribute("aria-describedby", described ? `${described} ${messageId}` : messageId);
  // In ARIA a group of radio buttons can be invalid, but a radio button cannot.
  if (!isRadio(control)) control.setAttribute("aria-invalid", "true");
  return () => {
    control.removeAttribute("aria-invalid");
    if (described === null) control.removeAttribute("aria-describedby");
    else control.setAttribute("aria-describedby", described);
  };
}
