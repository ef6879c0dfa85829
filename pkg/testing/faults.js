/** For the stand-in: which fault hits which request, by pure functions, and what the fault does with the request. */
import { jsonOf } from "../lib/plain.js";
import { knownOnly } from "./options.js";
import { failing } from "./problem.js";
import { OPERATION_NAMES } from "./operations.js";

/** The two places at which a request can be met. */
export const PLACES = ["gateway", "api"];

/** The page by which the vendor's edge refuses an address. */
const PAGE =
  "<!DOCTYPE html>\n<html><head><title>Attention Required!</title></head><body><h1>Sorry, you have been blocked</h1></body></html>";

const WITH = '"network", "lostAnswer", "hang", an object with status, html or delayMs, or a function';

/** A script's rule from what the caller of `fail` gave. Throws a TypeError that says what to give. */
export function ruleOf(given) {
  knownOnly(given, ["on", "at", "times", "with"], "fail");
  const { on, at, times = Infinity, with: fault } = given;
  const operations = on === undefined ? OPERATION_NAMES : [on].flat();
  for (const name of operations) {
    if (!OPERATION_NAMES.includes(name))
      throw new TypeError(`on takes one of ${OPERATION_NAMES.join(", ")}, or a list of them`);
  }
  if (at !== undefined && !PLACES.includes(at)) throw new TypeError(`at takes one of ${PLACES.join(", ")}`);
  if (!(times > 0)) throw new TypeError("times takes a whole number above 0");
  return { operations, at, left: times, perform: performerOf(fault) };
}

/**
 * Whether a rule is for a request of this operation at this place. `isFirst` is false for the request that the gateway
 * sends on to the API: a rule that names no place hits what the test's own code has sent.
 */
export const applies = ({ operations, at }, { operation, place, isFirst }) =>
  operations.includes(operation) && (at === undefined ? isFirst : at === place);

/** What a fault does: a function of `{ request, carryOut, signal }` that resolves to the answer or rejects. */
function performerOf(fault) {
  if (typeof fault === "function") return ({ request, carryOut }) => fault(request, carryOut);
  if (fault === "network") return async () => unreachable();
  if (fault === "lostAnswer") return async ({ carryOut }) => (await carryOut(), unreachable());
  if (fault === "hang") return () => new Promise(() => {});
  if (Object(fault) !== fault) throw new TypeError(`with takes ${WITH}`);
  knownOnly(fault, ["status", "retryAfter", "isDone", "html", "delayMs"], "with");
  const { status, retryAfter, isDone, html, delayMs } = fault;
  if (html !== undefined || status !== undefined) {
    return async ({ carryOut }) => {
      if (isDone) await carryOut();
      const [text, type] = html === undefined ? [envelopeOf(status), JSON_TYPE] : [pageOf(html), PAGE_TYPE];
      const headers = { "Content-Type": type };
      if (retryAfter !== undefined) headers["Retry-After"] = String(retryAfter);
      return new Response(text, { status: status ?? 403, headers });
    };
  }
  if (delayMs === undefined) throw new TypeError(`with takes ${WITH}`);
  return async ({ carryOut }) => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return carryOut();
  };
}

function unreachable() {
  throw new TypeError("fetch failed: the stand-in was told so");
}

const [PAGE_TYPE, JSON_TYPE] = ["text/html; charset=utf-8", "application/json; charset=utf-8"];

const pageOf = (html) => (html === true ? PAGE : String(html));

const envelopeOf = (status) => jsonOf(failing(status).envelope);
