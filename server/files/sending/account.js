/**
 * For `import`, `unsubscribe` and `schedule-deletion`: asks the remote API as the account. The requests go through a
 * gateway in this process, so that they share the account's token and budget with the gateways that run elsewhere.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { CustomerClient } from "dinerkit";
import { createGateway } from "dinerkit/gateway";
import { engineAt, wrongOf } from "../../shared.js";

/** The address of a gateway that is never reached over a network: the client calls its `fetch`. */
const HERE = "http://gateway.invalid";
/** What the client shows that gateway, which takes everybody in this process for staff. */
const TOKEN = "of-this-process";
/** How much longer than the gateway the client waits for it. */
const SLACK_MS = 30_000;
/** Without a shared state: requests beside those that are paced, for signing in and for looking whether all is well. */
const ASIDE = 20;
const MS_PER_SECOND = 1000;
/** More requests than any list needs: the gateway has the limit. */
const NO_LIMIT = 1_000_000;
/** The part of the account's requests that is taken without a shared state. */
const PART = 5;

/** Errors by which a connection fails before anything is sent. */
const NEVER_CONNECTED = [
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];

const CONNECT = "connect";
/** What the system did meanwhile, where the error says so. */
const BEFORE_SENDING = ["getaddrinfo", CONNECT];

/** How many requests a minute may be sent: what was asked for, or what is right for the configuration. */
export function paceOf({ values: { requestsPerMinute, shared } }, asked) {
  return asked ?? Math.max(1, Math.floor(requestsPerMinute / (shared ? 2 : PART)));
}

/** Why the pace is what it is, in a sentence. */
export function reasonOfPace({ values: { requestsPerMinute, shared } }, asked) {
  if (shared)
    return `guests and staff come first: half of the account's ${requestsPerMinute} requests a minute are left alone, and of the rest only what they leave is taken`;
  if (asked !== undefined)
    return `as --per-minute says: the gateways do not know of it, and the account has ${requestsPerMinute}`;
  return `a fifth of the account's ${requestsPerMinute}: without [shared] in the configuration the gateways do not know of it, so the rest is left to guests and staff; --per-minute N takes more or less`;
}

/** Opens the account for a restaurant. `warn(text)` tells what the shared state has; `fetch` replaces the network in tests. */
export function openAccount({ values, options }, { microsite, perMinute, warn, fetch = globalThis.fetch }) {
  const engine = values.shared && engineAt(values.shared.url);
  /** What is known of the request under way: whether it reached the remote API, and how long to wait. */
  const scope = new AsyncLocalStorage();
  const gateway = createGateway({
    ...options,
    ...budgetOf(values, perMinute),
    perAddress: 0,
    staff: () => true,
    shared: engine,
    onShared: (event) =>
      event.state !== "well" && warn(`the shared state does not answer: ${wrongOf(event) ?? event.reason}`),
    fetch: (request, init) => observed(fetch, scope.getStore(), request, init),
  });
  const client = new CustomerClient({
    baseUrl: HERE,
    microsite,
    token: TOKEN,
    // Never: what was sent is not sent again, except by the journal.
    idempotencyKeys: false,
    names: options.names,
    requestsPerMinute: NO_LIMIT,
    // The gateway tries again what may be tried again. If both did, one attempt would become sixteen.
    onRetry: () => scope.getStore()?.retry.abort(),
    timeoutMs: values.totalTimeoutMs + SLACK_MS,
    totalTimeoutMs: values.totalTimeoutMs + 2 * SLACK_MS,
    fetch: async (request) => {
      const response = await gateway.fetch(request);
      const seconds = response.headers.get("Retry-After");
      const seen = scope.getStore();
      if (seen && /^\d{1,4}$/.test(seconds ?? "")) seen.waitMs = Number(seconds) * MS_PER_SECOND;
      return response;
    },
  });
  return {
    /** Sends once. Resolves to `{ ends }`, or to `{ error, wasSent, waitMs, upstream }`, the status of the remote API. */
    attempt: (send) =>
      scope.run({ wasSent: false, retry: new AbortController() }, async () => {
        const { retry } = scope.getStore();
        try {
          return { ends: await send(client, { signal: retry.signal }) };
        } catch (error) {
          const { wasSent, waitMs, upstream } = scope.getStore();
          return { error, wasSent, waitMs, upstream };
        }
      }),
    /** Whether the remote API answers. */
    isWell: async () => (await client.safe.setup()).ok,
    async close() {
      client.free();
      await gateway.close();
    },
  };
}

/** The options by which the gateway keeps the budget. */
function budgetOf({ shared, requestsPerMinute }, perMinute) {
  if (shared) return { background: true, requestsPerMinute };
  // The pace is the limit. The gateway's own would only make bursts of it.
  return { requestsPerMinute: perMinute + ASIDE, staffReserve: 0 };
}

/**
 * A request to the remote API. Notes that it may arrive there, before it leaves: the call may be given up before its answer
 * comes. What has never had a connection can't have arrived.
 */
async function observed(fetch, seen, request, init) {
  if (!seen || isHarmless(request)) return fetch(request, init);
  const wasSent = seen.wasSent;
  seen.wasSent = true;
  seen.upstream = undefined;
  try {
    const response = await fetch(request, init);
    seen.upstream = response.status;
    return response;
  } catch (error) {
    if (isNeverConnected(error)) seen.wasSent = wasSent;
    throw error;
  }
}

/** True for a read, and for a sign-in. */
function isHarmless({ method, url }) {
  return method === "GET" || /\/api\/Jwt\/(v2\/Authenticate|Token)$/.test(new URL(url).pathname);
}

/** True for an error of making a connection. One that is lost later may have the same code, such as EHOSTUNREACH. */
export function isNeverConnected({ cause }) {
  const errors = cause?.errors ?? [cause];
  const isOne = ({ code, syscall = CONNECT } = {}) =>
    NEVER_CONNECTED.includes(code) && BEFORE_SENDING.includes(syscall);
  return errors.length > 0 && errors.every((error) => isOne(error ?? {}));
}
