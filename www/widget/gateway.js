/**
 * For the widget: its two requests to the gateway, the Setup and the create. They need no WebAssembly, so that a guest
 * whose browser has none can book as well. When a request is repeated, and what a failure means for a write, is the
 * same as in the package's client (`src/client/retry.rs` and `error.rs`); a test compares the two.
 */
import { errorFrom } from "../../pkg/lib/errors.js";
import { exchange, Interruption } from "../../pkg/lib/exchange.js";
import { ROWS } from "../../pkg/lib/fields.js";

/** The longest that one attempt may take, and all attempts together, in milliseconds. */
const ATTEMPT_MS = 30_000;
const TOTAL_MS = 90_000;
const ATTEMPTS = 4;
/** The longest first wait before another attempt. Each further one may be three times as long. */
const FIRST_WAIT_MS = 1000;
/** The longest `Retry-After` that is waited for, in seconds. */
const RETRY_AFTER_MAX = 60;
/** The longest answer that is read, in bytes. */
const BODY_MAX = 1 << 20;

const CONFLICT = 409;
const REQUEST_TIMEOUT = 408;
const [BAD_REQUEST, UNPROCESSABLE, TOO_MANY_REQUESTS, SERVER_ERROR] = [400, 422, 429, 500];

/** True for a read that failed and may succeed when it is tried again. */
const isTransient = ({ status }) =>
  status === undefined || status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS || status >= SERVER_ERROR;

/**
 * True for a create that may be sent again under its `Idempotency-Key`: no answer came, or the gateway says that the
 * same create is under way. Every other answer is the gateway's last word for that key.
 */
const isOpen = ({ status, retryAfter }) => status === undefined || (status === CONFLICT && retryAfter !== undefined);

/** True for an answer that says that the write was not done. */
const isRefusal = ({ status }) => status >= BAD_REQUEST && status < SERVER_ERROR && status !== REQUEST_TIMEOUT;

/**
 * The Setup of a microsite; throws a CustomerApiError. `base` is the address of the gateway and ends with a slash.
 */
export async function fetchSetup(base, microsite, signal) {
  const answer = await send(address(base, microsite, "Customers/Setup"), { method: "GET" }, isTransient, signal);
  const setup = isDone(answer) && readObject(answer);
  if (setup) return setup;
  throw failure(answer, "notSent");
}

/** Creates a customer, once for each `key`. Resolves to the Id; throws a CustomerApiError. */
export async function create(base, microsite, request, key) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  const init = { method: "POST", headers, body: JSON.stringify(request) };
  const answer = await send(address(base, microsite, "Customer"), init, isOpen);
  if (isDone(answer)) {
    const { Id } = readObject(answer) ?? {};
    if (Number.isInteger(Id)) return Id;
  }
  throw failure(answer, answer.isUnknown || !isRefusal(answer) ? "unknown" : "refused");
}

/** Names the path of the remote API, which is the gateway's as well (docs/gateway.md). */
const address = (base, microsite, path) =>
  `${base}api/ConsumerApi/v1/Restaurant/${encodeURIComponent(microsite)}/${path}`;

/**
 * Sends a request, and again while `mayRepeat` says so of the answer. Resolves to the last answer: `{ status, headers,
 * body, retryAfter }`, or `{ failed }` with the reason why none came. `isUnknown` is true if any attempt may have
 * reached the gateway and was not answered.
 */
async function send(url, init, mayRepeat, signal) {
  const end = Date.now() + TOTAL_MS;
  let isUnknown = false;
  for (let attempt = 1; ; attempt++) {
    const answer = await sendOnce(url, init, Math.min(ATTEMPT_MS, end - Date.now()), signal);
    isUnknown ||= !isDone(answer) && !isRefusal(answer);
    answer.isUnknown = isUnknown;
    const wait = (answer.retryAfter ?? 0) * 1000 + Math.random() * FIRST_WAIT_MS * growth(answer, attempt);
    const isOver = attempt === ATTEMPTS || answer.failed === "abort" || answer.retryAfter > RETRY_AFTER_MAX;
    if (isDone(answer) || isOver || !mayRepeat(answer) || Date.now() + wait >= end) return answer;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** How many times longer than the first the next wait may be. A `Retry-After` is the gateway's own measure. */
const growth = ({ retryAfter }, attempt) => (retryAfter === undefined ? 3 ** (attempt - 1) : 1);

async function sendOnce(url, init, ms, signal) {
  try {
    const answer = await exchange(undefined, { url, init: { credentials: "omit", ...init } }, ms, BODY_MAX, signal);
    const seconds = answer.headers.get("Retry-After")?.trim();
    return { ...answer, retryAfter: /^\d+$/.test(seconds) ? Number(seconds) : undefined };
  } catch (reason) {
    if (reason instanceof Interruption) return { failed: reason.kind };
    throw reason;
  }
}

const isDone = ({ status }) => status >= 200 && status < 300;

/** The JSON object of an answer; undefined if the answer is none. */
function readObject({ body }) {
  try {
    const value = JSON.parse(new TextDecoder().decode(body));
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The error for an answer that is not what was asked for. `outcome` says what became of a write. */
function failure(answer, outcome) {
  const { failed, status } = answer;
  if (status === undefined) {
    const code = failed === "timeout" || failed === "abort" ? failed : "network";
    return errorFrom({ code, outcome, message: `the gateway did not answer (${failed}): send again` });
  }
  if (status === BAD_REQUEST || status === UNPROCESSABLE) {
    const { issues, unmapped } = refusals(readObject(answer)?.ValidationErrors);
    if (issues.length || unmapped.length) {
      return errorFrom({ code: "validation", outcome, issues, unmapped, message: "correct the fields that the issues name" });
    }
  }
  if (isDone(answer)) {
    return errorFrom({ code: "protocol", outcome, status, message: "check that `gateway` is the address of a gateway" });
  }
  return errorFrom({ code: "http", outcome, status, message: `the gateway answered with status ${status}` });
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
    const row = ROWS.find((row) => row.name === name);
    if (row) issues.push({ code: String(Code), path: row.path, params: { ...Params }, severity: "error", message });
    else unmapped.push({ PropertyName: name, ErrorMessage: message });
  }
  return { issues, unmapped };
}
