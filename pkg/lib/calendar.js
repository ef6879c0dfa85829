/**
 * For every runtime: what the rules of dates can't know in WebAssembly, which has no clock, no time zones and no languages:
 * which day it is, and in which order a language writes a date.
 */

/** `YYYY-MM-DD` of a Date, as the device's time zone shows it. */
export const localDay = (date) =>
  String(date.getFullYear() * 10_000 + (date.getMonth() + 1) * 100 + date.getDate()).replace(/(..)(..)$/, "-$1-$2");

function lookUpDay(timeZone, now) {
  if (timeZone === undefined) return localDay(now);
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    return format.format(now).replace(/^(\d+)\D+(\d+)\D+(\d+)$/, "$3-$1-$2");
  } catch {
    return undefined;
  }
}

/** The days are looked up once a minute, because in every time zone a day begins at a full minute. */
const MINUTE = 60_000;
let minute, days;

/**
 * The calendar date in a time zone, or without one the device's: the guest's own day, not UTC's. Undefined for a time zone
 * that the runtime does not know.
 */
export function today(timeZone) {
  const current = Math.floor(Date.now() / MINUTE);
  if (minute !== current) days = new Map();
  minute = current;
  if (!days.has(timeZone)) days.set(timeZone, lookUpDay(timeZone, new Date(current * MINUTE)));
  return days.get(timeZone);
}

const DAY = 86_400_000;

/**
 * The calendar date where the restaurant is; undefined where nobody says which time zone that is. A `day` that can't be
 * the guest's now is one that the program has chosen: it is then the restaurant's as well.
 */
export function restaurantDay({ timeZone, setup }, day) {
  const named = timeZone ?? undefined;
  let there = named && today(String(named));
  if (named !== undefined && !there) {
    throw new TypeError("options.timeZone takes the name of a time zone, such as Europe/London");
  }
  // What a Setup says is a guess about the remote API.
  if (!there && typeof setup?.TimeZone === "string") there = today(setup.TimeZone);
  return there && Math.abs(Date.parse(there) - Date.parse(day)) > DAY ? day : there;
}

/** The parts of a date in the order of a language, such as `["day", "month", "year"]`. */
export function partsOrder(language) {
  const parts = new Intl.DateTimeFormat(language, { calendar: "gregory" }).formatToParts(0);
  return parts.map(({ type }) => type).filter((type) => ["day", "month", "year"].includes(type));
}

/** The order of the language that was asked for last: most callers ask for one. */
let asked, order;

/**
 * The part of a date that a language writes first: `day`, `month` or `year`. Undefined for a language that is not given
 * or that the runtime does not know, and for English without a country: half of its readers would mean the other day.
 */
export function dateOrder(locale) {
  if (locale !== asked) order = lookUpOrder(locale ?? undefined);
  asked = locale;
  return order;
}

function lookUpOrder(locale) {
  // An empty `lang` of a page says that its language is not known.
  if (locale === undefined || locale === "") return undefined;
  try {
    const tag = typeof locale === "string" ? locale.replaceAll("_", "-") : locale;
    const [known = "en"] = Intl.DateTimeFormat.supportedLocalesOf([tag]);
    return known === "en" ? undefined : partsOrder(known)[0];
  } catch {
    throw new TypeError("options.locale takes a language tag, such as en-GB");
  }
}
