/** For the widget, and for pages and programs that show issues themselves: the message for an issue in a locale. */

/**
 * The locale's message for this field, or else for all fields, or else the English message of the rules; empty if there
 * is none of these.
 */
export function message({ code, path, params, message = "" }, { messages = {} }) {
  return fill(messages[`${code}.${path.join(".")}`] ?? messages[code] ?? message, params);
}

/** Replaces each `{name}` in a locale's text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
