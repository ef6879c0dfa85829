/**
 * For the widget: its two requests to the gateway, the Setup and the create. They need no WebAssembly, so that a guest
 * whose browser has none can book as well. When a request is repeated, and what a failure means for a write, is the
 * same as in the package's client (`src/client/retry.rs` and `error.rs`); tests/consumers/widget-gateway.test.mjs
 * compares the two. The loop of `pkg/lib/exchange.js` is not used: its bound on an answer's length, which a gateway of
 * the restaurant's own does not need, takes 0.4 kB before the first field.
 */
import { errorFrom } from "../../pkg/lib/errors.js";
import { ROWS } from "../../pkg/lib/fields.js";
import { address, begin, beginSetup } from "./request.js";

/** The longest that one attempt may take, and all attempts together, in milliseconds. */
const ATTEMPT_MS = 30_000;
const TOTAL_MS = 90_000;
const ATTEMPTS = 4;
/** The longest first wait before another attempt. Each further one may be three times as long. */
const FIRST_WAIT_MS = 1000;
/** The longest `Retry-After` that is waited for, in seconds. */
const RETRY_AFTER_MAX = 60;

const BAD_REQUEST = 400;
const REQUEST_TIMEOUT = 408;
const CONFLICT = 409;
const UNPROCESSABLE = 422;
const TOO_MANY = 429;
const SERVER_ERROR = 500;

/** The gateway's code for the refusal of a page whose origin it does not answer. */
const ORIGIN_NOT_ALLOWED = "origin_not_allowed";

const isDone = ({ status }) => status >= 200 && status < 300;

/** True for an answer that says that the write was not done. */
const isRefusal = ({ status }) => status >= BAD_REQUEST && status < SERVER_ERROR && status !== REQUEST_TIMEOUT;

/** True for a read that failed and may succeed when it is tried again. */
const isTransient = ({ status }) => !status || [REQUEST_TIMEOUT, TOO_MANY].includes(status) || status >= SERVER_ERROR;

/**
 * True for a create that may be sent again under its `Idempotency-Key`: no answer came, or the gateway says that the
 * same create is under way. Every other answer is the gateway's last word for that key.
 */
const isOpen = ({ status, retryAfter }) => !status || (status === CONFLICT && retryAfter !== undefined);

/**
 * The Setup of a microsite; throws a CustomerApiError. `base` is the gateway's address and ends with a slash. `begun` is
 * the first attempt, which the first script has begun already.
 */
export async function fetchSetup(base, microsite, signal, begun) {
  const attempt = () => beginSetup(base, microsite, signal);
  const answer = await send(attempt, isTransient, signal, begun);
  if (isDone(answer) && answer.json) return answer.json;
  throw failure(answer, isRefusal(answer) ? "refused" : "notSent");
}

/** Creates a customer, once for each `key`. Resolves to the Id; throws a CustomerApiError. */
export async function create(base, microsite, request, key) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  const init = { method: "POST", headers, body: JSON.stringify(request) };
  const answer = await send(() => begin(address(base, microsite, "Customer"), init), isOpen);
  if (isDone(answer) && Number.isInteger(answer.json?.Id)) return answer.json.Id;
  throw failure(answer, answer.isUnknown || !isRefusal(answer) ? "unknown" : "refused");
}

/**
 * Sends a request, and again while `mayRepeat` says so of the answer. `attempt` begins one, `begun` is the first if it was
 * begun before. Resolves to the last answer: `{ status, json,
 * retryAfter }`, or `{ failed }` with the reason why none came. `isUnknown` is true if any attempt may have reached the
 * gateway and was not answered.
 */
async function send(attempt, mayRepeat, signal, begun = attempt()) {
  const end = Date.now() + TOTAL_MS;
  let isUnknown = false;
  for (let count = 1; ; count++) {
    const request = count === 1 ? begun : attempt();
    const answer = await answerOf(request, Math.min(ATTEMPT_MS, end - Date.now()), signal);
    // A conflict says that another request with the same key is under way.
    isUnknown ||= answer.status === CONFLICT || (!isDone(answer) && !isRefusal(answer));
    answer.isUnknown = isUnknown;
    const { failed, retryAfter } = answer;
    // A `Retry-After` is the gateway's own measure; the random part keeps guests from coming back all at once.
    const growth = retryAfter === undefined ? 3 ** (count - 1) : 1;
    const wait = (retryAfter ?? 0) * 1000 + Math.random() * FIRST_WAIT_MS * growth;
    const isLast = count === ATTEMPTS || failed === "abort" || retryAfter > RETRY_AFTER_MAX || Date.now() + wait >= end;
    if (isDone(answer) || isLast || !mayRepeat(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** The answer to a request that was begun, unless that takes longer than `ms`. */
async function answerOf({ stop, response: promise }, ms, signal) {
  const timer = setTimeout(() => stop.abort(), ms);
  try {
    const response = await promise;
    const { status, headers } = response;
    const seconds = headers.get("Retry-After") ?? "";
    const retryAfter = /^\d+$/.test(seconds) ? Number(seconds) : undefined;
    return { status, retryAfter, json: objectOf(await response.text()) };
  } catch {
    return { failed: signal?.aborted ? "abort" : stop.signal.aborted ? "timeout" : "network" };
  } finally {
    clearTimeout(timer);
  }
}

/** The object that a text is the JSON of; undefined if it is none. */
function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return Object(value) === value ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The error for an answer that is not what was asked for. `outcome` says what became of a write. */
function failure(answer, outcome) {
  const { failed, json, status } = answer;
  const error = (code, more) => errorFrom({ code, outcome, message: `${code} ${status ?? ""}`, status, ...more });
  if (failed) return error(failed);
  if (isDone(answer)) return error("protocol");
  if (status === BAD_REQUEST || status === UNPROCESSABLE) {
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
