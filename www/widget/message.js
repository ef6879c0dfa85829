/** For the widget, and for pages and programs that show issues themselves: the message for an issue in a locale. */

/**
 * The locale's message for this field, or else for all fields, or else the English message of the rules; empty if there
 * is none of these.
 */
export function message({ code, path, params, message = "" }, { language, messages = {} }) {
  const text = messages[`${code}.${path.join(".")}`] ?? messages[code] ?? message;
  const { first, second } = params;
  const days = first && second && { first: dayIn(language, first), second: dayIn(language, second) };
  return fill(text, { ...params, ...days });
}

/**
 * A day (`1990-04-03`) in the words of a language, with its month by name: a message that names two days needs a form that
 * can't mean either. Without a language, or if the text is no day, the text as it is.
 */
function dayIn(language, text) {
  const day = new Date(text);
  if (!language || isNaN(day)) return text;
  return day.toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC", calendar: "gregory" });
}

/** Replaces each `{name}` in a locale's text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
