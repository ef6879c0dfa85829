/** For the command: what a monitor reads at `/metrics`, on a port of its own or with a token on the gateway's. */
import { createHash, timingSafeEqual } from "node:crypto";

const METRICS_PATH = "/metrics";

const OK = 200;
const UNAUTHORIZED = 401;
const NOT_FOUND = 404;
const WRONG_METHOD = 405;
const FAILED = 500;
const METHODS = ["GET", "HEAD"];

/** Returns a listener for Node's HTTP server that answers with the gateway's metrics, and asks for a token if there is one. */
export function metricsListener(gateway, token) {
  const isAllowed = token === undefined ? () => true : bearerOf(token);
  return async ({ method, headers }, outgoing) => {
    if (!METHODS.includes(method)) return end(outgoing, WRONG_METHOD, { Allow: METHODS.join(", ") });
    if (!isAllowed(headers.authorization)) return end(outgoing, UNAUTHORIZED, { "WWW-Authenticate": "Bearer" });
    try {
      const answer = gateway.metrics();
      outgoing.writeHead(OK, Object.fromEntries(answer.headers)).end(await answer.text());
    } catch {
      // The module has failed. The next request begins a new one.
      end(outgoing, FAILED);
    }
  };
}

/** The same for a server of its own: every other path has nothing. */
export function onlyMetrics(listener) {
  return (incoming, outgoing) => (isForMetrics(incoming) ? listener(incoming, outgoing) : end(outgoing, NOT_FOUND));
}

/** Whether a request asks for the metrics. Monitors may add a query, which says nothing here. */
export const isForMetrics = ({ url }) => url.split("?")[0] === METRICS_PATH;

const end = (outgoing, status, headers) =>
  outgoing.writeHead(status, { "Cache-Control": "no-store", ...headers }).end();

/** Returns whether a header is `Bearer` with this token. How long that takes tells nothing of the token. */
function bearerOf(token) {
  const digest = (text) => createHash("sha256").update(text).digest();
  const expected = digest(token);
  return (authorization = "") => {
    const [, sent] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    return sent !== undefined && timingSafeEqual(digest(sent), expected);
  };
}
