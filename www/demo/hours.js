/**
 * For the demo's page and its server: when a restaurant has a table. All of it is pure. A day is `2026-12-24`, a time
 * `19:30`, both by the clock of the restaurant; `now` is `{ day, time }` by the same clock.
 */

/** The restaurants' clock. */
const ZONE = "Europe/London";
const MINUTES_A_DAY = 24 * 60;
const DAY_MS = MINUTES_A_DAY * 60_000;
/** Tables are given every half an hour, the last one so long before the end. */
const STEP_MINUTES = 30;
const LAST_TABLE_MINUTES = 90;
/** Tables can be booked for so many days from today. */
const DAYS_AHEAD = 90;
/** The largest party; more guests than that call. */
export const PARTY_MAX = 8;

/** The line of the hours that is about a day of the week; 0 is Sunday. No restaurant opens on Mondays. */
const LINE_OF_DAY = ["sunday", undefined, "weekdays", "weekdays", "weekdays", "weekend", "weekend"];

/** `now` by the restaurants' clock. */
export function clock(instant) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: ZONE,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(instant);
  const { year, month, day, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return { day: `${year}-${month}-${day}`, time: `${hour}:${minute}` };
}

/** The day that is so many days later. */
export const later = (day, days) =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, "2026-12-24".length);

/** The last day for which tables are given. */
export const lastDay = (now) => later(now.day, DAYS_AHEAD);

/** `Thursday 24 December`. */
export const dayInWords = (day) =>
  new Date(day).toLocaleDateString("en-GB", { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" });

/** `17:30 – 22:00`. */
export const inWords = ([from, to]) => `${from} – ${to}`;

/** From when to when a restaurant is open on a day, `["17:30", "22:00"]`; undefined if it is closed. */
export const openOn = (hours, day) => hours[LINE_OF_DAY[new Date(day).getUTCDay()]];

/** The times at which a restaurant has tables on a day. */
export function times(hours, day, now) {
  if (!isDay(day) || day < now.day || day > lastDay(now)) return [];
  const open = openOn(hours, day);
  if (!open) return [];
  const [from, to] = open.map(minutesOf);
  // What ends after midnight ends on the next day; a table after midnight would be that day's.
  const end = Math.min((to > from ? to : to + MINUTES_A_DAY) - LAST_TABLE_MINUTES, MINUTES_A_DAY - 1);
  const all = Array.from(
    { length: Math.floor((end - from) / STEP_MINUTES) + 1 },
    (_, step) => from + step * STEP_MINUTES,
  );
  return all.map(timeOf).filter((time) => day > now.day || time > now.time);
}

/** Why a restaurant has no table on a day, in words for the guest; empty if it has one. */
export function whyNoTable(hours, day, now) {
  if (!isDay(day)) return "Choose a day.";
  if (day < now.day) return "This day is over: choose another.";
  if (day > lastDay(now)) return `We take bookings until ${dayInWords(lastDay(now))}: choose a day before that.`;
  if (!openOn(hours, day)) return "We are closed on Mondays: choose another day.";
  if (times(hours, day, now).length === 0) return "There is no table left today: choose another day.";
  return "";
}

/** The first day after today on which a restaurant has tables. */
export function firstDay(hours, now) {
  const days = Array.from({ length: DAYS_AHEAD }, (_, index) => later(now.day, index + 1));
  return days.find((day) => times(hours, day, now).length > 0);
}

/** The time that is nearest to one that was wished for. `all` are in their order, one at least. */
export const nearestTime = (all, wished) =>
  all.reduce((best, time) => (distance(time, wished) < distance(best, wished) ? time : best));

const distance = (one, other) => Math.abs(minutesOf(one) - minutesOf(other));

function isDay(day) {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
}

function minutesOf(time) {
  const [hours, minutes] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

const timeOf = (minutes) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
