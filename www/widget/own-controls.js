/**
 * For the widget: the page's own controls in the form, such as date and party size. The browser checks them by their
 * native constraints; the widget only names what is wrong beside the guest's own problems.
 */
export class OwnControls {
  #nodes;
  #prefix;
  /** For each control, or group of radio buttons, that is marked as wrong: what takes the mark back. */
  #unmark = new Map();

  /** `nodes` are the children of the element that hold them; `prefix` begins the ids that are made for them. */
  constructor(nodes, prefix) {
    this.#nodes = nodes;
    this.#prefix = prefix;
  }

  /** Marks the controls that the browser finds wrong, and lists them in its words; radio buttons of one name are one. */
  problems() {
    for (const unmark of this.#unmark.values()) unmark();
    this.#unmark.clear();
    const wrong = new Map();
    for (const control of this.#nodes.flatMap((node) => [node, ...node.querySelectorAll("*")]).filter(isWrong)) {
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
      return { control, name, text: control.validationMessage, messageId };
    });
  }

  /** Takes the mark from a control that was changed, once the browser accepts it. */
  changed(control) {
    if (isWrong(control)) return;
    const key = keyOf(control);
    this.#unmark.get(key)?.();
    this.#unmark.delete(key);
  }
}

function isRadio({ type }) {
  return type === "radio";
}

/** What stands for a control: itself or, for radio buttons, the name of its group. */
function keyOf(control) {
  return isRadio(control) ? control.name : control;
}

/** Whether the browser finds a control wrong. One that throws when it is asked is the page's to mend, and stops no guest. */
function isWrong(control) {
  try {
    return control.willValidate === true && !control.validity.valid;
  } catch (error) {
    reportError(error);
    return false;
  }
}

/** Marks a control as wrong, described by a message; returns what takes the mark back. */
function mark(control, messageId) {
  const described = control.getAttribute("aria-describedby");
  control.setAttribute("aria-describedby", described ? `${described} ${messageId}` : messageId);
  // ARIA knows no invalid radio button, only an invalid group of them.
  if (!isRadio(control)) control.setAttribute("aria-invalid", "true");
  return () => {
    control.removeAttribute("aria-invalid");
    if (described === null) control.removeAttribute("aria-describedby");
    else control.setAttribute("aria-describedby", described);
  };
}
