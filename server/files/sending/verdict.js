/**
 * For `import`, `unsubscribe` and `schedule-deletion`: what the end of a request says of its rows, and of what comes next.
 * Pure decisions.
 */
const REQUEST_TIMEOUT = 408;
const TOO_EARLY = 425;
const TOO_MANY = 429;
/** Statuses that say something of the account or of the path, not of the row. */
const UNAUTHORISED = 401;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const METHOD_NOT_ALLOWED = 405;
/** The gateway's: the remote API could not be asked, or has refused for a reason that is not the row's. */
const NOTHING_CHANGED = 424;
const OF_ACCOUNT = [UNAUTHORISED, FORBIDDEN, NOT_FOUND, METHOD_NOT_ALLOWED];

/**
 * The verdict on a failure: `{ state, status, reasons, next }`. `state` is what the journal says of the rows. `next` is what
 * the sender does: `"go"` on, `"pause"` first, or `"doubt"`: pause, but stop if that goes on, because every other row would
 * fail as well.
 *
 * `error` is the client's. `wasSent` is false if no connection was made for the request, so that it can't have arrived.
 * `upstream` is the status with which the remote API has answered the gateway.
 */
export function verdictOn(error, { wasSent, upstream }) {
  const status = error.status === NOTHING_CHANGED ? (upstream ?? error.status) : error.status;
  if (error.outcome === "unknown") {
    return wasSent ? { state: "unknown", status, next: "doubt" } : { state: "notSent", next: "pause" };
  }
  if (error.code === "validation" && error.outcome === "notSent") return refused(error, status);
  if (OF_ACCOUNT.includes(status) || error.code === "blocked") return { state: "notSent", status, next: "doubt" };
  const isOfRow =
    error.outcome === "refused" && status !== TOO_MANY && (error.status !== NOTHING_CHANGED || isFault(status));
  return isOfRow ? refused(error, status) : { state: "notSent", status, next: "pause" };
}

/**
 * Whether the remote API finds fault with the request, in words that the gateway does not know. The same row would have that
 * answer each time, and no row after it would ever be sent.
 */
const isFault = (status) =>
  status >= 400 && status < 500 && ![REQUEST_TIMEOUT, NOTHING_CHANGED, TOO_EARLY].includes(status);

function refused({ issues = [], unmapped = [] }, status) {
  const named = issues.map(reasonOf);
  const reasons = named.length > 0 ? named : [unmapped.length > 0 ? "unmapped" : `status ${status}`];
  return { state: "refused", status, reasons: [...new Set(reasons)], next: "go" };
}

/** A field's name and a code, without any value. */
export function reasonOf({ path = [], code }) {
  return path.length > 0 ? `${path.join(".")}: ${code}` : code;
}
