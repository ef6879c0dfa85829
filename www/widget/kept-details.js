/**
 * For the widget: what the guest's tab keeps, so that a reload and the Back button lose nothing: the details, and the key
 * of a send whose end is not known, so that it makes no second customer. It is kept for half an hour at most, in the tab's
 * own storage, which no other tab sees. Consents and the drinking age are not kept, because nobody gives them by coming
 * back. A browser that keeps nothing, such as in a sandboxed frame, costs the guest no more than that.
 */
import { jsonOf, parsed } from "../../pkg/lib/plain.js";

/** How long details are kept after their last change, in milliseconds. */
export const KEPT_MS = 30 * 60_000;

/** The name of what is kept of a form. `place` tells forms of the same page apart. */
export const keptName = (base, microsite, place) => `dinerkit:kept:${place}:${base}${microsite}`;

/** The storage of this tab; undefined if the browser gives the page none. */
export function tabStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

/** What is kept under `name`: undefined if there is nothing, or nothing recent. */
export function keptDetails(storage, name, now) {
  try {
    const kept = parsed(storage.getItem(name));
    const age = now - kept.at;
    if (age >= 0 && age < KEPT_MS) return kept;
    storage.removeItem(name);
  } catch {
    // Nothing is kept.
  }
  return undefined;
}

/** Keeps `{ typed, key, sent, told }` under `name`. */
export function keepDetails(storage, name, details, now) {
  try {
    storage.setItem(name, jsonOf({ ...details, at: now }));
  } catch {
    // The form works without it.
  }
}

/** Forgets what is kept under `name`. */
export function forgetDetails(storage, name) {
  try {
    storage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

/** What was typed, as `[name, { value, question }]`, without boxes: those are consents and the drinking age. */
export const withoutBoxes = (typed) => [...typed].filter(([, { value }]) => typeof value === "string");

/** The members of a request that are not kept, in the rows of the fields: the boxes, and the wordings of consents. */
const notKept = (rows) =>
  new Set(rows.filter(({ kind }) => kind === "flag").flatMap(({ name, optInText }) => [name, optInText ?? name]));

const pick = (request, isPicked) => Object.fromEntries(Object.entries(request).filter(([name]) => isPicked(name)));

/** A request without the boxes. */
export function requestToKeep(request, rows) {
  const left = notKept(rows);
  return pick(request, (name) => !left.has(name));
}

/** A request that was kept without its boxes, with those of `request`, which the guest has ticked since. */
export function withBoxesOf(request, kept, rows) {
  const left = notKept(rows);
  return { ...kept, ...pick(request, (name) => left.has(name)) };
}
