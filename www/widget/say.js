/**
 * For the widget and the page without JavaScript: what is said at a field. It is apart from the field, because a form
 * that is drawn first has nothing to say.
 */

/**
 * Shows an error or a piece of advice at a field, and buttons (`actions`) below it. Without both, it removes the message.
 * Returns whether the field now shows a new message.
 */
export function say(field, error = "", advice = "", ...actions) {
  const { element } = field;
  const next = element("div", null, advice ? element("span", null, advice) : null, ...actions);
  const said = error + next.textContent;
  if (field.said === said) return false;
  field.said = said;
  field.message = error || advice;
  for (const control of field.control.inputs ?? [field.control]) {
    control.setAttribute("aria-invalid", String(error !== ""));
  }
  field.error.textContent = error;
  field.advice.replaceChildren(...next.childNodes);
  return field.message !== "";
}
