/** For pages and programs that show issues themselves, and for the widget: an issue in the words of a locale. */

/** The locale's message for an issue: its own for that field, else the one for all fields, else the rules' English. */
export function message({ code, path, params, message }, { messages }) {
  return fill(messages[`${code}.${path.join(".")}`] ?? messages[code] ?? message, params);
}

/** Fills `{name}` in a locale's text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
