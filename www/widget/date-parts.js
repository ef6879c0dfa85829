/**
 * For the widget with `dates="parts"`: a date as three fields, for dates that guests know by heart, such as a birthday,
 * which a calendar only makes longer to find. To the form it is one control with one value.
 */
import { partsOrder } from "../../pkg/lib/calendar.js";

/** The digits that keyboards for Arabic, Persian and full-width text type. Their last four bits are their value. */
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g;
/** White space, and what can't be seen, such as the marks of direction in a date that is pasted. */
const UNSEEN = /[\s\p{Cf}\p{DI}]/gu;

/**
 * The date of three texts, as `YYYY-MM-DD`; empty if all three are. What is no date yet is joined as it is, so that the
 * rules refuse it and nothing is lost when it is split again. A year of two digits that is not this century's gets its
 * first two, but where `isYearFirst`: there, in Japanese for one, it can be the year of an era.
 */
export function dateOf(year, month, day, isYearFirst) {
  const parts = [year, month, day].map((text) =>
    text.replace(UNSEEN, "").replace(DIGITS, (digit) => String(digit.charCodeAt(0) & 15)),
  );
  const [typed] = parts;
  if (/^\d\d$/.test(typed) && !isYearFirst && `20${typed}` > new Date().getFullYear()) parts[0] = `19${typed}`;
  const isEmpty = parts.every((text) => text === "");
  return isEmpty ? "" : parts.map((text, place) => (place && /^\d$/.test(text) ? `0${text}` : text)).join("-");
}

/**
 * Makes the control: a group of three inputs. `value` is the date. `language` says their order, and `wordsLanguage` is
 * that in which they are named.
 */
export function dateParts({ element, id, row, language, wordsLanguage }) {
  const names = new Intl.DisplayNames(wordsLanguage, { type: "dateTimeField" });
  const inputs = new Map();
  const order = partsOrder(language);
  const nodes = order.map((part) => {
    const name = names.of(part);
    const input = element("input", {
      id: `${id}-${part}`,
      name: row.name,
      type: "text",
      inputmode: "numeric",
      autocomplete: row.html.autocomplete && `${row.html.autocomplete}-${part}`,
      "aria-invalid": "false",
    });
    inputs.set(part, input);
    const label = element("label", { for: input.id }, name.charAt(0).toLocaleUpperCase(wordsLanguage) + name.slice(1));
    return element("div", { class: `diner-${part}` }, label, input);
  });
  const [year, month, day] = ["year", "month", "day"].map((part) => inputs.get(part));
  const group = element("fieldset", { id, name: row.name }, element("div", { class: "diner-parts" }, ...nodes));
  group.inputs = [...inputs.values()];
  Object.defineProperty(group, "value", {
    // As in attributes.js.
    __proto__: null,
    get: () => dateOf(year.value, month.value, day.value, order[0] === "year"),
    set(date) {
      [year.value, month.value = "", day.value = ""] = date.split("-");
    },
  });
  group.focus = (options) => (group.inputs.find(({ value }) => !value) ?? group.inputs[0]).focus(options);
  return group;
}
