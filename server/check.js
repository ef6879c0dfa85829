/**
 * For the command's `check`: asks the remote API for each microsite's Setup, as the gateway would, and says in words
 * what came of it.
 */
import init, { CustomerClient } from "dinerkit";
import { createGateway } from "dinerkit/gateway";

/** An answer of the remote API that says who asks, or who may. */
const UNAUTHORISED = 401;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const TOO_MANY = 429;
const FAILED = 500;
const AUTHENTICATION = /\/Jwt\//i;
/** For the waits between attempts: whoever looks on wants to know what is wrong now. */
const WAITS_MS = 1000;
const KEYS_TIMEOUT_MS = 5000;
/** Where the gateway would be, for a client that never leaves this process. */
const HERE = "http://gateway.invalid";

/** Addresses of this machine alone. */
const LOOPBACK = /^(127\.|::1$|localhost$)/;

/**
 * Says what is well and what is not; answers whether all is. What is only left out is said, and well. `options` are the
 * gateway's, `values` the whole configuration.
 */
export async function check(options, values, say) {
  await init();
  for (const text of omissions(values)) say(`note   ${text}`);
  const isAccountWell = await checkAccount(options, say);
  return (await checkStaff(values.staff, say)) && isAccountWell;
}

/** What a configuration leaves out and somebody will miss, a sentence each. */
export function omissions({ origins, publicUrl, listen }) {
  const said = [];
  if (origins.length === 0) said.push("origins is empty: no page may use the gateway");
  if (publicUrl === undefined) {
    said.push(
      "publicUrl is not given: no links for e-mails can be made, and the form without JavaScript is refused unless origins has the gateway's own",
    );
  }
  if (listen.trustedProxies.length === 0 && LOOPBACK.test(listen.host)) {
    said.push(
      "listen.trustedProxies is empty: if a proxy stands in front, all guests have its address, in their limits and in the records of their consents",
    );
  }
  return said;
}

async function checkAccount({ upstream, microsites, timeoutMs, ...options }, say) {
  const attempt = attempts({ upstream, microsites, timeoutMs, ...options });
  const { host } = new URL(upstream);
  let isSignedIn = false;
  let isWell = true;
  for (const [index, microsite] of microsites.entries()) {
    const { failure, hasToken } = await attempt(microsite);
    if (hasToken && !isSignedIn) say("well   the credentials are accepted");
    isSignedIn ||= hasToken;
    if (!failure) {
      say(`well   ${microsite}: its Setup was read`);
      continue;
    }
    isWell = false;
    const { text, isOfMicrosite } = diagnose({ ...failure, host, microsite, timeoutMs });
    say(`wrong  ${text}`);
    if (isOfMicrosite) continue;
    // What is wrong with the account is wrong with all of them, and asking on would only use up its budget.
    const rest = microsites.slice(index + 1);
    if (rest.length > 0) say(`not tried: ${rest.join(", ")}`);
    break;
  }
  return isWell;
}

/**
 * A function that has a gateway read a microsite's Setup, once, and answers with how far it came: all of them with one
 * token. What the gateway tells nobody is seen in its `fetch`: why there was no connection, and what an attempt came to
 * where the time of the next one was over before it could say anything.
 */
function attempts(options) {
  let seen;
  const gateway = createGateway({
    ...options,
    perAddress: 0,
    totalTimeoutMs: options.timeoutMs + WAITS_MS,
    onEvent: ({ upstream }) => (seen.failure = upstream),
    async fetch(request, init) {
      seen.isSigningIn = AUTHENTICATION.test(new URL(request.url).pathname);
      // Whoever sends anything else has a token.
      seen.hasToken ||= !seen.isSigningIn;
      try {
        const response = await fetch(request, init);
        const { status } = response;
        const mayBeGoneNext = status === TOO_MANY || status >= FAILED;
        seen.last = mayBeGoneNext ? { code: "http", status } : undefined;
        return response;
      } catch (error) {
        if (!init.signal.aborted) seen.last = { code: "network", cause: causeOf(error) };
        throw error;
      }
    },
  });
  return async (microsite) => {
    seen = { hasToken: false };
    const stop = new AbortController();
    const client = new CustomerClient({
      baseUrl: HERE,
      microsite,
      fetch: (request) => gateway.fetch(request),
      onRetry: () => stop.abort(),
    });
    const { ok } = await client.safe.setup({ signal: stop.signal });
    client.free();
    const { failure, hasToken, isSigningIn, last } = seen;
    if (ok) return { hasToken };
    const told = failure?.code === "timeout" && last ? last : { ...failure, cause: last?.cause };
    return { failure: { ...told, isSigningIn }, hasToken };
  };
}

/** The code of what kept a fetch from an answer. */
const causeOf = (error) => error.cause?.code ?? error.code;

const UNTRUSTED = [
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/**
 * What is wrong, by the code and status of the failure, and by how far it came. `isOfMicrosite`: it may be well with
 * others.
 */
export function diagnose({ code, status, cause, isSigningIn, host, microsite, timeoutMs }) {
  const ofAccount = (text) => ({ text, isOfMicrosite: false });
  const ofMicrosite = (text) => ({ text: `${microsite}: ${text}`, isOfMicrosite: true });
  switch (code) {
    case "network":
      return ofAccount(unreachable(cause, host));
    case "timeout":
      return ofAccount(
        `${host} did not answer within ${timeoutMs / 1000} s: check upstream, and whether a firewall drops what this machine sends`,
      );
    case "blocked":
      return ofAccount(
        `${host} shows a web page in place of the API: the address that this machine goes out with is not allow-listed; ask the vendor for it`,
      );
    case "http":
      break;
    default:
      return ofAccount(`${host} answers, but not as the remote API does: check upstream`);
  }
  if (status === TOO_MANY) {
    return ofAccount(
      "the account's requests for this minute are used up: wait a minute, and share requestsPerMinute among your gateways",
    );
  }
  if (status >= FAILED) return ofAccount(`the remote API has failed (${status}): try again later`);
  if (isSigningIn) {
    if (status === NOT_FOUND)
      return ofAccount(`${host} has no sign-in where it should be: check upstream and authentication`);
    return ofAccount("the user name or the password is wrong: the remote API does not accept the credentials");
  }
  if (status === NOT_FOUND) return ofMicrosite("the remote API has no such microsite: check its name");
  if (status === FORBIDDEN)
    return ofMicrosite("the account may not use this microsite: check its name, or ask the vendor for it");
  if (status === UNAUTHORISED)
    return ofMicrosite("the remote API takes the credentials, but not for this microsite: ask the vendor");
  return ofMicrosite(`the remote API refuses (${status})`);
}

/** Why there is no connection to a host; `key` is where the configuration names it. */
function unreachable(cause, host, key = "upstream") {
  if (UNTRUSTED.includes(cause)) {
    return `the certificate of ${host} is not trusted (${cause}): check ${key} and this machine's clock, or NODE_EXTRA_CA_CERTS for an authority of your own`;
  }
  switch (cause) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `there is no host ${host}, as far as this machine knows: check ${key} and the name service`;
    case "ECONNREFUSED":
      return `nothing answers at ${host}: check ${key}`;
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
      return `${host} does not speak TLS there: check ${key}, https or http, and the port`;
    default:
      return `the connection to ${host} fails (${cause ?? "no reason given"}): check ${key}, and whether a firewall stands between`;
  }
}

/** Whether the keys of those who sign in staff can be had. */
async function checkStaff(staff, say) {
  if (!staff?.jwksUrl) return true;
  const { host } = new URL(staff.jwksUrl);
  const noKeys = `${host} answers, but not with keys: check staff.jwksUrl`;
  try {
    const response = await fetch(staff.jwksUrl, { redirect: "manual", signal: AbortSignal.timeout(KEYS_TIMEOUT_MS) });
    const { keys } = await response.json();
    const isWell = response.ok && Array.isArray(keys) && keys.length > 0;
    say(isWell ? `well   staff: the keys of ${host} were read` : `wrong  staff: ${noKeys}`);
    return isWell;
  } catch (error) {
    const text = error instanceof SyntaxError ? noKeys : unreachable(causeOf(error), host, "staff.jwksUrl");
    say(`wrong  staff: ${text}`);
    return false;
  }
}
