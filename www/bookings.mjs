/**
 * For the demo's server, in the place of a restaurant's booking system: keeps the tables that guests book, in memory,
 * until the server ends. A guest's details are not among them: the gateway has sent those to the remote API.
 */
import { PARTY_MAX, clock, times, whyNoTable } from "./demo/hours.js";
import { RESTAURANTS } from "./demo/restaurants.js";

const REQUESTS_MAX = 1000;
const BODY_MAX = 8192;
const FIRST_NUMBER = 1001;

const CREATED = 201;
const OK = 200;
const BAD_REQUEST = 400;
const FORBIDDEN = 403;
const NOT_ALLOWED = 405;
const TOO_LONG = 413;
const NOT_POSSIBLE = 422;

/**
 * A fetch handler that books tables for pages of `origins`. A guest has one table: who sends another changes it. `now`
 * tells the time.
 */
export function bookings(origins, now = () => new Date()) {
  const kept = new Map();
  return async function handle(request) {
    if (request.method !== "POST") return Response.json({ Message: "Post a booking." }, { status: NOT_ALLOWED });
    if (!origins.includes(request.headers.get("Origin"))) return refusal(FORBIDDEN, "Book on the page of the demo.");
    const text = await request.text();
    if (text.length > BODY_MAX) return refusal(TOO_LONG, "This is too long.");
    const booking = read(text);
    if (!booking) return refusal(BAD_REQUEST, "This is no booking.");
    const why = refused(booking, clock(now()));
    if (why) return refusal(NOT_POSSIBLE, why);
    const guest = `${booking.microsite} ${booking.customer}`;
    const known = kept.get(guest);
    kept.set(guest, { ...booking, number: known?.number ?? FIRST_NUMBER + kept.size });
    return Response.json(kept.get(guest), { status: known ? OK : CREATED });
  };
}

const refusal = (status, Message) => Response.json({ Message }, { status });

/** The booking that a text holds; undefined if it holds none. */
function read(text) {
  try {
    const { microsite, customer, day, time, party, requests } = JSON.parse(text);
    const isBooking =
      Number.isInteger(customer) &&
      Number.isInteger(party) &&
      [microsite, day, time, requests].every((part) => typeof part === "string");
    return isBooking ? { microsite, customer, day, time, party, requests } : undefined;
  } catch {
    return undefined;
  }
}

/** Why a booking can't be had, in words for the guest; empty if it can. */
export function refused({ microsite, day, time, party, requests }, now) {
  if (!Object.hasOwn(RESTAURANTS, microsite)) return "There is no such restaurant.";
  const { hours } = RESTAURANTS[microsite];
  const noTable = whyNoTable(hours, day, now);
  if (noTable) return noTable;
  if (!times(hours, day, now).includes(time)) return `There is no table at ${time}: choose another time.`;
  if (party < 1 || party > PARTY_MAX) return `We can book for 1 to ${PARTY_MAX} guests.`;
  if (requests.length > REQUESTS_MAX) return `Say it in at most ${REQUESTS_MAX} characters, please.`;
  return "";
}
