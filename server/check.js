/**
 * For the command's `check`: asks the remote API for each microsite's Setup, as the gateway would, and says in words
 * what is wrong.
 */
import init, { CustomerClient } from "dinerkit";
import { createGateway } from "dinerkit/gateway";
import { wrongOf } from "./shared.js";

/** Statuses of the remote API's answers. */
const UNAUTHORISED = 401;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const TOO_MANY = 429;
const FAILED = 500;
const AUTHENTICATION = /\/Jwt\//i;
/** Time for the waits between attempts. Short, because somebody is waiting for the result. */
const WAITS_MS = 1000;
const KEYS_TIMEOUT_MS = 5000;
/** The address of a gateway that is never reached over a network: the client calls its `fetch`. */
const HERE = "http://gateway.invalid";

/** Addresses of this machine alone. */
const LOOPBACK = /^(127\.|::1$|localhost$)/;

/**
 * Says what is well and what is wrong; returns whether nothing is wrong. Options that are only left out are a note.
 * `options` are the gateway's, `values` the whole configuration, and `engine` is that of the shared state, if there is one.
 */
export async function check(options, values, say, engine) {
  await init();
  for (const text of omissions(values)) say(`note   ${text}`);
  const isAccountWell = await checkAccount(options, say);
  const isStaffWell = await checkStaff(values.staff, say);
  return (await checkShared(options, engine, say)) && isStaffWell && isAccountWell;
}

/** A sentence for each option that is left out and that somebody may miss. */
export function omissions({ origins, publicUrl, listen }) {
  const notes = [];
  if (origins.length === 0) notes.push("origins is empty: no page may use the gateway");
  if (publicUrl === undefined) {
    notes.push(
      "publicUrl is not given: no links for e-mails can be made, and the form without JavaScript is refused unless origins has the gateway's own",
    );
  }
  if (listen.trustedProxies.length === 0 && LOOPBACK.test(listen.host)) {
    notes.push(
      "listen.trustedProxies is empty: if a proxy stands in front, all guests have its address, in their limits and in the records of their consents",
    );
  }
  return notes;
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
    // A problem of the account is the same for every microsite, and more requests would only use up its rate limit.
    const rest = microsites.slice(index + 1);
    if (rest.length > 0) say(`not tried: ${rest.join(", ")}`);
    break;
  }
  return isWell;
}

/**
 * Reads a microsite's Setup as the gateway does; `options` are the gateway's. Returns `{ setup }`, or `{ text }` that says
 * why it could not be read.
 */
export async function readSetup(options, microsite) {
  const { upstream, timeoutMs } = options;
  const { setup, failure } = await attempts(options)(microsite);
  if (!failure) return { setup };
  return diagnose({ ...failure, host: new URL(upstream).host, microsite, timeoutMs });
}

/**
 * Returns a function that has a gateway read a microsite's Setup once, and returns that or the failure, and whether there
 * was a token. All microsites share one gateway, and so one token. The gateway does not tell why there was no connection, nor
 * the result of an attempt if the next one ran out of time: its `fetch` sees both here.
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
      // Every other request carries a token.
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
    const { ok, value: setup } = await client.safe.setup({ signal: stop.signal });
    client.free();
    const { failure, hasToken, isSigningIn, last } = seen;
    if (ok) return { setup, hasToken };
    const told = failure?.code === "timeout" && last ? last : { ...failure, cause: last?.cause };
    return { failure: { ...told, isSigningIn }, hasToken };
  };
}

/** The code of the error that a fetch failed with. */
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
 * What is wrong, by the failure's code and status, and by whether it happened while signing in. `isOfMicrosite` is true
 * if other microsites may still be well.
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

/** Why there is no connection to a host; `key` is the option that names the host. */
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

/** Says what is wrong with the shared state, and whether it answers; returns whether nothing is wrong. */
async function checkShared(options, engine, say) {
  if (!engine) return true;
  const findings = withoutRepeats(await engine.examine());
  if (findings.every(({ isWrong }) => !isWrong)) findings.push(...(await troubles(options, engine)));
  await engine.close();
  const isWell = findings.every(({ isWrong }) => !isWrong);
  if (isWell) say(`well   the shared state answers: ${engine.name}`);
  for (const { isWrong, text } of findings) say(`${isWrong ? "wrong " : "note  "} shared: ${text}`);
  return isWell;
}

/**
 * The findings without those that say what another has said. A finding about a write ends with a code and one about a
 * setting does not, so the code does not count.
 */
function withoutRepeats(findings) {
  const plain = ({ text }) => text.replace(/ \([A-Z0-9_]+\)$/, "");
  return findings.filter((one, index) => findings.findIndex((other) => plain(other) === plain(one)) === index);
}

/**
 * What a gateway finds wrong with what is there, which may be of another version. It looks for a Setup in the shared
 * state, and nothing of it reaches the remote API.
 */
async function troubles(options, engine) {
  const found = [];
  const gateway = createGateway({
    ...options,
    perAddress: 0,
    fetch: () => Promise.reject(new TypeError("nobody is asked")),
    // The engine is closed by whoever has opened it.
    shared: { ...engine, close() {} },
    onShared: (event) => event.state !== "well" && found.push({ isWrong: true, text: wrongOf(event) }),
  });
  const stop = new AbortController();
  const client = new CustomerClient({
    baseUrl: HERE,
    microsite: options.microsites[0],
    fetch: (request) => gateway.fetch(request),
    onRetry: () => stop.abort(),
  });
  await client.safe.setup({ signal: stop.signal });
  client.free();
  await gateway.close();
  return found;
}

/** Says whether the keys of the service that signs staff in can be fetched; returns the same. */
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
