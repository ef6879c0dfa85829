/**
 * For the widget: its requests to the gateway: the Setup, the create, and the edit of a customer that was created a
 * moment ago. They need no WebAssembly, so that a guest whose browser has none can book as well. What a failure means for
 * a write is the same as in the package's client (`src/client/error.rs`), and so is when a read is repeated; creates are
 * repeated for longer (next-step.js). tests/consumers/widget-gateway.test.mjs compares the two. The loop of
 * `pkg/lib/exchange.js` is not used: its bound on an answer's length, which a gateway of the restaurant's own does not
 * need, takes 0.4 kB.
 */
import { errorFrom } from "../../pkg/lib/errors.js";
import { ROWS } from "../../pkg/lib/fields.js";
import { jsonOf, parsed } from "../../pkg/lib/plain.js";
import {
  afterRead,
  afterWrite,
  ATTEMPT_MS,
  isDone,
  isRefusal,
  mayHaveArrived,
  mayHaveIssues,
  secondsOf,
} from "./next-step.js";
import { address, begin, beginSetup } from "./request.js";

/** The gateway's code for the refusal of a page whose origin it does not answer. */
const ORIGIN_NOT_ALLOWED = "origin_not_allowed";

/** The time, the chance and the network, as the browser has them. Tests give others. */
const CLOCK = {
  now: () => Date.now(),
  random: () => Math.random(),
  isOffline: () => globalThis.navigator?.onLine === false,
  /** Resolves after `ms`, or as soon as `signal` aborts. */
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/**
 * The Setup of a microsite; throws a CustomerApiError. `base` is the gateway's address and ends with a slash. `begun` is
 * the first attempt, which the first script has begun already.
 */
export async function fetchSetup(base, microsite, signal, begun, clock = CLOCK) {
  const answer = await send(() => beginSetup(base, microsite, signal), afterRead, { signal, begun, clock });
  if (isDone(answer) && answer.json) return answer.json;
  throw failure(answer, isRefusal(answer) ? "refused" : "notSent");
}

/**
 * Asks for a customer, who is created once for each `key`. Resolves to the last answer; `options` are those of `send`,
 * and `challenge`, which resolves to what a challenge has given the page. `failureOf` makes the error of an answer that
 * does not hold the customer.
 */
export function create(base, microsite, request, key, options) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  return write(address(base, microsite, "Customer"), { method: "POST", headers }, request, options);
}

/** Writes `changes` of a customer, by the capability that came with it. Resolves to the last answer, as `create` does. */
export function edit(base, microsite, { Id, Capability }, changes, options) {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${Capability}` };
  return write(address(base, microsite, `Customer/${Id}`), { method: "PUT", headers }, changes, options);
}

/** Each attempt has a token of its own, because a challenge's works once. */
const write = (url, init, body, options) =>
  send(
    (token) => {
      const headers = { ...init.headers, ...(token && { "Dinerkit-Challenge": token }) };
      return begin(url, { ...init, headers, body: jsonOf(body) }, options?.signal);
    },
    afterWrite,
    options,
  );

/** The error for an answer to a write that is not what was asked for. */
export function failureOf(answer) {
  const isUnknown = answer.isUnknown || !isRefusal(answer);
  return failure(answer, answer.isUnsent ? "notSent" : isUnknown ? "unknown" : "refused");
}

/**
 * Sends a request, and again as long as `next` says so. `attempt` begins one with the token of `challenge`, if there is
 * one; `begun` is the first if it was begun before. `waiting(ms, answer)` is called before each further attempt.
 *
 * Resolves to the last answer: `{ status, json, retryAfter, isGateways }`, or `{ failed }` with the reason why none came.
 * `isUnknown` is true if any attempt may have been carried out and was not answered; `isUnsent` if nothing
 * was written; `isOffline` if there is no network now.
 */
async function send(attempt, next, { signal, begun, waiting, challenge, clock = CLOCK } = {}) {
  const start = clock.now();
  let isUnknown = false;
  for (let count = 1; ; count++) {
    const wasOffline = clock.isOffline();
    const token = challenge && (await tokenOf(challenge, signal));
    // Nothing more was sent, so that what is known is what was known before the wait.
    if (signal?.aborted) return { failed: "abort", isUnknown, isUnsent: !isUnknown, isOffline: clock.isOffline() };
    const answer = await answerOf((count === 1 && begun) || attempt(token), signal);
    answer.isOffline = answer.failed !== undefined && clock.isOffline();
    answer.isUnsent = answer.isOffline && wasOffline && !isUnknown;
    isUnknown ||= mayHaveArrived(answer);
    answer.isUnknown = isUnknown;
    const wait = next({ ...answer, attempt: count, elapsed: clock.now() - start, random: clock.random() });
    if (isDone(answer) || wait === undefined) return answer;
    waiting?.(wait, answer);
    await clock.sleep(wait, signal);
  }
}

/** What a challenge gives the page. Nothing if it fails or takes too long: it is the gateway that decides. */
const tokenOf = (challenge, signal) =>
  new Promise((resolve) => {
    const end = (token) => {
      clearTimeout(timer);
      // A header takes no other text.
      resolve(/^[!-~]+$/.test(token ?? "") ? token : undefined);
    };
    const timer = setTimeout(end, ATTEMPT_MS);
    const none = () => end();
    signal?.addEventListener("abort", none);
    challenge().then(end, none);
  });

/** The answer to a request that was begun, unless that takes too long. */
async function answerOf({ stop, response: promise }, signal) {
  const timer = setTimeout(() => stop.abort(), ATTEMPT_MS);
  try {
    const response = await promise;
    const { status, headers } = response;
    const retryAfter = secondsOf(headers.get("Retry-After"), headers.get("Date"), Date.now());
    const isGateways = headers.has("Dinerkit-Version");
    return { status, retryAfter, isGateways, json: objectOf(await response.text()) };
  } catch {
    return { failed: signal?.aborted ? "abort" : stop.signal.aborted ? "timeout" : "network" };
  } finally {
    clearTimeout(timer);
  }
}

/** The object that a text is the JSON of; undefined if it is none. */
function objectOf(body) {
  try {
    const value = parsed(body);
    return Object(value) === value ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The error for an answer that is not what was asked for. `outcome` says what became of a write. */
function failure(answer, outcome) {
  const { failed, isOffline, json, status } = answer;
  const error = (code, more) => errorFrom({ code, outcome, message: `${code} ${status ?? ""}`, status, ...more });
  if (failed) return error(isOffline ? "network" : failed);
  if (isDone(answer)) return error("protocol");
  if (mayHaveIssues(answer)) {
    const refused = refusals(json?.ValidationErrors);
    if (refused.issues.length || refused.unmapped.length) return error("validation", refused);
  }
  // The gateway says to a page which origin its operator has to name: it is the page's developer who reads errors.
  return error("http", json?.Code === ORIGIN_NOT_ALLOWED && { message: String(json.Message) });
}

/**
 * The issues of a refusal. The gateway names each by its code and parameters. What is about no field of the table is told
 * in the words that came with it.
 */
function refusals(entries) {
  const issues = [];
  const unmapped = [];
  for (const entry of Array.isArray(entries) ? entries : []) {
    const { PropertyName, ErrorMessage, Code = "refused", Params } = entry ?? {};
    const message = typeof ErrorMessage === "string" ? ErrorMessage : "";
    const name = String(PropertyName).replace(/^request\./, "");
    const isKnown = ROWS.some((row) => row.name === name || row.optInText === name);
    const issue = { code: String(Code), path: name.split("."), params: { ...Params }, severity: "error", message };
    if (isKnown) issues.push(issue);
    else unmapped.push({ PropertyName: name, ErrorMessage: message });
  }
  return { issues, unmapped };
}
