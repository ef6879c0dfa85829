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
/** Where the gateway would be, for a client that never leaves this process. */
const HERE = "http://gateway.invalid";

/** Says what is well and what is not; answers whether all is. */
export async function check(options, staff, say) {
  await init();
  const accounts = await checkAccount(options, say);
  return (await checkStaff(staff, say)) && accounts;
}

async function checkAccount(options, say) {
  const seen = {};
  let facts;
  const gateway = createGateway({
    ...options,
    perAddress: 0,
    fetch: watching(seen),
    onEvent: ({ upstream }) => (facts = upstream),
  });
  const { host } = new URL(options.upstream);
  let isWell = true;
  for (const [index, microsite] of options.microsites.entries()) {
    const failed = (text) => say(`wrong  ${text}`);
    Object.assign(seen, { cause: undefined, isSigningIn: false, isSignedIn: seen.isSignedIn });
    facts = undefined;
    const wasSignedIn = seen.isSignedIn;
    const isRead = await reads(gateway, microsite);
    if (seen.isSignedIn && !wasSignedIn) say("well   the credentials are accepted");
    if (isRead) {
      say(`well   ${microsite}: its Setup was read`);
      continue;
    }
    isWell = false;
    const { text, isOfMicrosite } = diagnose({ ...facts, ...seen, host, microsite, timeoutMs: options.timeoutMs });
    failed(text);
    // What is wrong with the account is wrong with all of them, and asking on would only use up its budget.
    const rest = options.microsites.slice(index + 1);
    if (!isOfMicrosite) {
      if (rest.length > 0) say(`not tried: ${rest.join(", ")}`);
      break;
    }
  }
  return isWell;
}

/** Whether the gateway can read a microsite's Setup: asked once. */
async function reads(gateway, microsite) {
  const stop = new AbortController();
  const client = new CustomerClient({
    baseUrl: HERE,
    microsite,
    fetch: (request) => gateway.fetch(request),
    onRetry: () => stop.abort(),
  });
  const { ok } = await client.safe.setup({ signal: stop.signal });
  client.free();
  return ok;
}

/** A fetch that notes in `seen` how far it came, and why it came no further: the gateway tells nobody. */
function watching(seen) {
  return async (request, init) => {
    seen.isSigningIn = AUTHENTICATION.test(new URL(request.url).pathname);
    // Whoever sends anything else has a token.
    if (!seen.isSigningIn) seen.isSignedIn = true;
    try {
      return await fetch(request, init);
    } catch (error) {
      seen.cause = error.cause?.code ?? error.code;
      throw error;
    }
  };
}

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

function unreachable(cause, host) {
  if (UNTRUSTED.includes(cause)) {
    return `the certificate of ${host} is not trusted (${cause}): check upstream and this machine's clock, or NODE_EXTRA_CA_CERTS for an authority of your own`;
  }
  switch (cause) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `there is no host ${host}, as far as this machine knows: check upstream and the name service`;
    case "ECONNREFUSED":
      return `nothing answers at ${host}: check upstream`;
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
      return `${host} does not speak TLS there: check upstream, https or http, and the port`;
    default:
      return `the connection to ${host} fails (${cause ?? "no reason given"}): check upstream, and whether a firewall stands between`;
  }
}

/** Whether the keys of those who sign in staff can be had. */
async function checkStaff(staff, say) {
  if (!staff?.jwksUrl) return true;
  const { host } = new URL(staff.jwksUrl);
  try {
    const response = await fetch(staff.jwksUrl, { redirect: "manual", signal: AbortSignal.timeout(5000) });
    const { keys } = await response.json();
    if (response.ok && Array.isArray(keys) && keys.length > 0) {
      say(`well   staff: ${keys.length} keys of ${host}`);
      return true;
    }
    say(`wrong  staff: ${host} answers, but not with keys: check jwksUrl`);
  } catch (error) {
    const cause = error.cause?.code ?? error.code;
    const text =
      error instanceof SyntaxError ? `${host} answers, but not with keys: check jwksUrl` : unreachable(cause, host);
    say(`wrong  staff: ${text.replace("check upstream", "check jwksUrl")}`);
  }
  return false;
}
