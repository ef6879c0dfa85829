/**
 * For `import`, `unsubscribe` and `schedule-deletion`: what the end of a request says of its rows, and of what comes next.
 * Pure decisions.
 */
const TOO_MANY = 429;
const NOT_FOUND = 404;
const METHOD_NOT_ALLOWED = 405;
/** Statuses of the gateway and of the remote API that say something of the account, not of the row. */
const OF_ACCOUNT = [401, 403, 424, NOT_FOUND, METHOD_NOT_ALLOWED];

/**
 * The verdict on a failure: `{ state, status, reasons, next }`. `state` is what the journal says of the rows. `next` is what
 * the sender does: `"go"` on, `"pause"` first, or `"stop"`, because the next row would fail as well.
 *
 * `error` is the client's. `wasSent` is false if no connection was made for the request, so that it can't have arrived.
 */
export function verdictOn(error, { wasSent }) {
  const { status } = error;
  if (error.outcome === "unknown" && !wasSent) return { state: "notSent", next: "pause" };
  if (error.outcome === "unknown") return { state: "unknown", status, next: "pause" };
  if (error.outcome === "notSent" && error.code === "validation") return refused(error);
  if (error.outcome === "notSent" || status === TOO_MANY) return { state: "notSent", status, next: "pause" };
  if (error.code === "blocked") return { state: "notSent", status, next: "stop" };
  if (OF_ACCOUNT.includes(status)) {
    const next = status === NOT_FOUND || status === METHOD_NOT_ALLOWED ? "stop" : "pause";
    return { state: "notSent", status, next };
  }
  return refused(error);
}

function refused({ status, issues = [], unmapped = [] }) {
  const named = issues.map(reasonOf);
  const reasons = named.length > 0 ? named : [unmapped.length > 0 ? "unmapped" : `status ${status}`];
  return { state: "refused", status, reasons: [...new Set(reasons)], next: "go" };
}

/** A field's name and a code, without any value. */
export function reasonOf({ path = [], code }) {
  return path.length > 0 ? `${path.join(".")}: ${code}` : code;
}
