/**
 * For the gateways suite: guests and staff who ask for more than the account may send, through all gateways, and what of
 * that has reached the sandbox.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { BUDGET, MICROSITES, MINUTE_MS, guest, mostInAMinute, nextAddress, tally } from "./harness.mjs";

/** Ten times the budget. */
export const GUESTS_PER_MINUTE = 10 * BUDGET;
/** Within the quarter of the budget that guests leave to staff, so that each request of staff must be answered soon. */
export const STAFF_PER_MINUTE = 48;
/** After these a guest asks again under the same key, if guests do so at all: no answer, under way, not asked. */
const AGAIN = new Set([0, 409, 424]);
const GUEST_PAUSE_MS = 500;
/** How long staff wait before they ask again, at another gateway. */
const STAFF_PAUSE_MS = 1000;
/** After so many tries a request of staff counts as starved. */
const STAFF_TRIES_MAX = 10;
/** The time that is looked at begins later than the load: so long the gateways take to sign in and to share. */
const SETTLED_MS = 2000;
const STEP_MS = 1000;

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
 * What the arrivals of a load say: `most` in any minute; `use`, the part of the budget that was used in a minute, on
 * average and at least; `shares`, what guests of each microsite got in a minute on average; and the refusals.
 */
export function measure(arrivals) {
  const from = arrivals[0].atMs + SETTLED_MS;
  const to = arrivals.at(-1).atMs;
  const starts = [];
  for (let start = from; start + MINUTE_MS <= to; start += STEP_MS) starts.push(start);
  assert.ok(starts.length > 0, "a load of a minute at least");
  const within = (list, start) => list.filter(({ atMs }) => atMs >= start && atMs < start + MINUTE_MS).length;
  const mean = (list) => starts.reduce((sum, start) => sum + within(list, start), 0) / starts.length;
  const creates = arrivals.filter(({ operation }) => operation === "createCustomer");
  return {
    arrivals: arrivals.length,
    most: mostInAMinute(arrivals),
    use: mean(arrivals) / BUDGET,
    leastUse: Math.min(...starts.map((start) => within(arrivals, start))) / BUDGET,
    shares: Object.fromEntries(
      MICROSITES.map((name) => [name, mean(creates.filter((arrival) => micrositeOf(arrival) === name))]),
    ),
    operations: tally(arrivals.map(({ operation }) => operation)),
    refused: arrivals.filter(({ status }) => status === 429).length,
  };
}
