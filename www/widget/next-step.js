/**
 * For the widget: whether a request is sent again after an answer, or after none, and what is then known of the
 * customer. Decisions only: the time and the random numbers are given.
 *
 * A read is repeated as by the package's client (`src/client/retry.rs`). A create goes further than the client's, because
 * a guest looks on and can stop it, and because the gateway creates only one customer for each `Idempotency-Key`: it is
 * asked again after every answer that is not the gateway's last word, and for longer than the gateway itself may take.
 */

/** The longest that one attempt may take, in milliseconds. */
export const ATTEMPT_MS = 30_000;
/** The time in which a read may be repeated, in milliseconds. */
const READ_MS = 90_000;
/** The same for a create. The gateway itself may take 90 seconds, after which it still has to answer. */
const CREATE_MS = 150_000;
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
const BAD_GATEWAY = 502;

export const isDone = ({ status }) => status >= 200 && status < 300;

/** True for an answer that says that the write was not done. */
export const isRefusal = ({ status }) => status >= BAD_REQUEST && status < SERVER_ERROR && status !== REQUEST_TIMEOUT;

/** True for an answer that may name the fields that it refuses. */
export const mayHaveIssues = ({ status }) => status === BAD_REQUEST || status === UNPROCESSABLE;

/** True if the gateway has said that it can't learn what became of the create. A proxy's 502 says nothing. */
export const isNotConfirmed = ({ status, isGateways }) => status === BAD_GATEWAY && isGateways;

/** True if the key of this create was used before, for other details. */
export const isOfOtherDetails = ({ status, isGateways }) => status === UNPROCESSABLE && isGateways;

/** True for an answer that holds the customer. */
export const hasCustomer = (answer) => isDone(answer) && Number.isInteger(answer.json?.Id);

/** True if the gateway has found these details wrong, so that their key is free again. */
export const isRefusedForGood = ({ status, isGateways, isUnknown }) =>
  status === BAD_REQUEST && isGateways && !isUnknown;

/** True if the capability does not, or no longer, let the guest change the customer. */
export const isBarred = (answer) => [401, 403, 404].includes(answer?.status);

/** True if the restaurant's system asks for a pause, rather than being at work for this very request. */
export const isBusy = ({ status, retryAfter }) => retryAfter > 0 && status !== CONFLICT;

/**
 * True if the customer may have been created. Of an attempt without a network nothing was sent; a conflict says that
 * another attempt is under way.
 */
export const mayHaveArrived = (answer) =>
  !answer.isUnsent && (answer.status === CONFLICT || (!isDone(answer) && !isRefusal(answer)));

/** True for a failure that the next attempt may not meet again. */
const isTransient = ({ status }) => !status || [REQUEST_TIMEOUT, TOO_MANY].includes(status) || status >= SERVER_ERROR;

/**
 * The seconds that a `Retry-After` asks for: a number, or a date as proxies write it, which is compared with the server's
 * own clock where the answer's `Date` tells it. Undefined if it is neither.
 */
export function secondsOf(retryAfter, date, nowMs) {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  if (!/ GMT$/.test(retryAfter)) return undefined;
  const seconds = (Date.parse(retryAfter) - (Date.parse(date) || nowMs)) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** Milliseconds until the next attempt; undefined if there is no time for another. */
function waitAfter({ failed, retryAfter, attempt, elapsed, random }, totalMs) {
  // A `Retry-After` is the server's own measure; the random part keeps guests from coming back all at once.
  const growth = retryAfter === undefined ? 3 ** (attempt - 1) : 1;
  const wait = (retryAfter ?? 0) * 1000 + random * FIRST_WAIT_MS * growth;
  const isLast = failed === "abort" || retryAfter > RETRY_AFTER_MAX || elapsed + wait >= totalMs;
  return isLast ? undefined : wait;
}

/**
 * Milliseconds to wait after an attempt before the next one; undefined if there is none.
 *
 * `status`, `retryAfter` (in seconds) and `isGateways`, which is true if the gateway itself has answered, are of the
 * answer; `failed` is "network", "timeout" or "abort" if none came. `attempt` counts from 1, `elapsed` is the time since
 * the first attempt began, `random` is from 0 to 1.
 */
export const afterRead = (facts) =>
  facts.attempt < ATTEMPTS && isTransient(facts) ? waitAfter(facts, READ_MS) : undefined;

/** The same for a create, or for another write that can be repeated without harm. `isOffline`: there is no network. */
export function afterWrite(facts) {
  const { attempt, isOffline, retryAfter, status } = facts;
  const isUnderWay = status === CONFLICT && retryAfter !== undefined;
  const isOpen = isUnderWay || (attempt < ATTEMPTS && isTransient(facts) && !isNotConfirmed(facts));
  return isOpen && !isOffline ? waitAfter(facts, CREATE_MS) : undefined;
}
