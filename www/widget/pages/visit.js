/**
 * For the gateway's form: date, time and party of the visit, where the link to the form carries them. The pages show them
 * and give them back to the restaurant's site. They never leave for the remote API, which takes a customer alone.
 */
import { fill } from "../message.js";

const DATE = /^[12]\d{3}-\d\d-\d\d$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const PARTY = /^[1-9]\d{0,3}$/;

/** True for a day of the calendar, `YYYY-MM-DD`. */
function isDay(text) {
  if (!DATE.test(text)) return false;
  const day = new Date(`${text}T00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const CHECKS = { date: isDay, time: (text) => TIME.test(text), party: (text) => PARTY.test(text) };

/** What the query says of the visit: `{ date?, time?, party? }`. A bad or repeated value counts as none. */
export function visitOf(searchParams) {
  const visit = {};
  for (const [name, isGood] of Object.entries(CHECKS)) {
    const [value, ...more] = searchParams.getAll(name);
    if (value !== undefined && !more.length && isGood(value)) visit[name] = value;
  }
  return visit;
}

/** The visit in the words of a language; empty if nothing is known of it. */
export function visitText({ date, time, party }, { language, pages: { guests } }) {
  const parts = [];
  if (date || time) {
    // The restaurant's own day and hour, whatever the time zone of this server and of the guest.
    const format = new Intl.DateTimeFormat(language, {
      timeZone: "UTC",
      calendar: "gregory",
      ...(date && { dateStyle: "full" }),
      ...(time && { timeStyle: "short" }),
    });
    parts.push(format.format(new Date(`${date ?? "2000-01-01"}T${time ?? "00:00"}Z`)));
  }
  if (party) {
    const count = Number(party);
    const text = guests[new Intl.PluralRules(language).select(count)] ?? guests.other;
    parts.push(fill(text, { count: new Intl.NumberFormat(language).format(count) }));
  }
  return parts.join(" · ");
}

/** The address of the restaurant's site with the visit in its query. */
export function withVisit(site, visit) {
  const members = Object.entries(visit);
  if (!members.length) return site;
  const address = new URL(site);
  for (const [name, value] of members) address.searchParams.set(name, value);
  return address.href;
}
