/**
 * For the gateways suite: guests and staff who ask for more than the account may send, through all gateways, and what of
 * that has reached the sandbox.
 */
import { setTimeout as delay } from "node:timers/promises";
import { BUDGET, MICROSITES, MINUTE_MS, guest, mostInAMinute, nextAddress, tally } from "./harness.mjs";

/** Ten times the budget. */
export const GUESTS_PER_MINUTE = 10 * BUDGET;
/**
 * Nine tenths of the quarter that guests leave to staff, so that each request of staff must be answered soon; and enough
 * to use up the budget, together with guests.
 */
const STAFF_PER_MINUTE = 45;
/** After these a guest asks again under the same key, if guests do so at all: no answer, too slow, under way, not asked. */
const AGAIN = new Set([0, 408, 409, 424]);
const GUEST_PAUSE_MS = 500;
/** How long staff wait before they ask again, at another gateway. */
const STAFF_PAUSE_MS = 1000;
/** After so many tries a request of staff counts as starved. */
const STAFF_TRIES_MAX = 20;
/** What guests may use of the budget, and the window by which gateways count: a second more than the remote API's. */
const GUESTS = BUDGET * 0.75;
const WINDOW_MS = MINUTE_MS + 1000;

/** Calls `work(number)` so often a minute until `end`. Resolves to the results, when all are there. */
async function steadily(perMinute, end, work) {
  const begun = Date.now();
  const results = [];
  for (let number = 0; ; number += 1) {
    const at = begun + (number * MINUTE_MS) / perMinute;
    if (at >= end) return Promise.all(results);
    // After a pause of this process, what is due comes at once.
    if (at > Date.now()) await delay(at - Date.now());
    results.push(work(number));
  }
}

/**
 * Has guests create, each under a key of their own, and staff read the customer `id`, for so many seconds, at all
 * `gateways` in turn; the list may change meanwhile. `tries` is how often a guest asks under the same key. Resolves to
 * `{ guests, staff }`: the guests' answers, and for each request of staff the tries that
 * it took and the last status.
 */
export async function load(gateways, id, { seconds, guestsPerMinute = GUESTS_PER_MINUTE, run = "load", tries = 1 }) {
  const end = Date.now() + seconds * 1000;
  const next = (number) => gateways[number % gateways.length];
  const asGuest = async (number) => {
    // Not in step with the gateways: each restaurant has guests at each.
    const microsite = MICROSITES[Math.floor(number / gateways.length) % MICROSITES.length];
    const surname = `Guest ${run} ${number}`;
    const details = guest(surname, microsite);
    const key = `key-of-the-guest-${run}-${number}`;
    for (let turn = 0; ; turn += 1) {
      const answer = await next(number + turn).create(details, { key, microsite, address: nextAddress() });
      if (!AGAIN.has(answer.status) || turn + 1 >= tries) return { ...answer, microsite, surname };
      await delay(GUEST_PAUSE_MS);
    }
  };
  const asStaff = async (number) => {
    for (let tries = 1; ; tries += 1) {
      const { status } = await next(number + tries).read(id);
      if (status === 200 || tries === STAFF_TRIES_MAX) return { status, tries };
      await delay(STAFF_PAUSE_MS);
    }
  };
  const [guests, staff] = await Promise.all([
    steadily(guestsPerMinute, end, asGuest),
    steadily(STAFF_PER_MINUTE, end, asStaff),
  ]);
  return { guests, staff };
}

/** The microsite of an arrival; undefined for a sign-in. */
const micrositeOf = ({ path }) => /Restaurant\/([^/]+)\//.exec(path)?.[1];

/**
 * What the arrivals of a load of so many seconds say:
 * - `most` in any minute;
 * - `use`: the arrivals as a part of what the budget has room for, with guests who ask for more at any time. Guests' part
 *   is there again when it has left the window, so that they have it as often as a window begins; staff have what they
 *   ask for.
 * - `inAMinute`: how many arrived in a minute, on average;
 * - `shares`: what guests of each microsite got, as a part of an equal share;
 * - how many of each operation there were, and how many the remote API has `refused`.
 */
export function measure(arrivals, seconds) {
  const from = arrivals[0].atMs;
  const starts = Array.from({ length: seconds - MINUTE_MS / 1000 }, (_, second) => from + second * 1000);
  const within = (start) => arrivals.filter(({ atMs }) => atMs >= start && atMs < start + MINUTE_MS).length;
  const room = GUESTS * Math.ceil((seconds * 1000) / WINDOW_MS) + (STAFF_PER_MINUTE * seconds) / 60;
  const creates = arrivals.filter(({ operation }) => operation === "createCustomer").map(micrositeOf);
  const byMicrosite = tally(creates);
  return {
    arrivals: arrivals.length,
    most: mostInAMinute(arrivals),
    use: arrivals.length / room,
    inAMinute: starts.reduce((sum, start) => sum + within(start), 0) / starts.length,
    shares: Object.fromEntries(
      MICROSITES.map((name) => [name, (byMicrosite[name] ?? 0) / (creates.length / MICROSITES.length)]),
    ),
    operations: tally(arrivals.map(({ operation }) => operation)),
    refused: arrivals.filter(({ status }) => status === 429).length,
  };
}
