/** For the element: the focus and the caret of a control that is moved. */

/** Where the caret is in a control; undefined if the control has none. */
export const caretOf = ({ selectionStart, selectionEnd }) =>
  Number.isInteger(selectionStart) ? [selectionStart, selectionEnd] : undefined;

/** Gives a control the focus that it had, unless the guest has given it to something else. */
export function focusAgain(control, caret) {
  const { activeElement, body } = control.ownerDocument;
  if (activeElement && activeElement !== body) return;
  control.focus({ preventScroll: true });
  if (caret && caretOf(control)) control.setSelectionRange(...caret);
}
