/** For every runtime: what stands for the dates of a draft. A program may give objects, and the rules take texts. */
import { ROWS } from "../dist/fields.js";
import { localDay } from "./calendar.js";
import { isDate } from "./plain.js";

/** The names of the fields that hold a date. */
const DATES = ROWS.filter(({ kind }) => kind === "date").map(({ name }) => name);

/** True for an object of any class, a list too. */
const isReference = (value) => typeof value === "object" && value !== null;

/** True for an object whose own class has the method: a page may give one to every object and every list. */
const hasMethod = (value, name) => typeof value?.[name] === "function" && ![{}[name], [][name]].includes(value[name]);

/**
 * What stands for an object that a program gives as a date: the day of a Date if `dates` is "local", else a text that the
 * rules refuse because an instant names no day. An object of a date library is read as the Date or the JSON that it says
 * it is, such as the `1990-12-31` of a Temporal.PlainDate.
 */
function dayOf(value, dates) {
  const date = hasMethod(value, "toDate") ? value.toDate() : value;
  if (!isDate(date)) return hasMethod(date, "toJSON") ? date.toJSON() : date;
  if (Number.isNaN(date.getTime())) return String(date);
  // At midnight in UTC, it would be read as UTC's day, which is the day before or after in half of the world.
  return dates === "local" ? localDay(date) : date.toISOString().replace(/\d+Z$/, "001Z");
}

/** A value of the field of this row, in which a text stands for a Date. */
export const withDay = ({ kind }, value, dates) =>
  kind === "date" && isReference(value) ? dayOf(value, dates) : value;

/** A draft in which texts stand for Dates. */
export function withDays(draft, dates) {
  for (const name of DATES) {
    const value = draft?.[name];
    if (isReference(value)) draft = { ...draft, [name]: dayOf(value, dates) };
  }
  return draft;
}
