/**
 * For operators whose staff sign in elsewhere: a check for `GatewayOptions.staff` that takes their JSON Web Tokens
 * (RFC 7519), with the library jose. If anything goes wrong, the sender of the request is not staff.
 */
import { createRemoteJWKSet, customFetch, importSPKI, jwtVerify } from "jose";

const SYMMETRIC = ["HS256", "HS384", "HS512"];
const ASYMMETRIC = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];
/** The algorithms that issuers use by default (OpenID Connect Core 1.0, section 2), and their successors. */
const DEFAULT_ASYMMETRIC = ["RS256", "PS256", "ES256", "EdDSA"];

/** In bytes: as long as the output of HS256 (RFC 7518, section 3.2). */
const SECRET_MIN = 32;
/** How far the clocks of issuer and gateway may be apart. */
const CLOCK_TOLERANCE_SECONDS = 10;

/** How long the issuer's keys are used without asking again. A revoked key is accepted for that long. */
const KEYS_MS = 600_000;
/** The shortest time between two fetches because of an unknown key's id: anybody can invent ids. */
const KEYS_AGAIN_MS = 30_000;
const KEYS_TIMEOUT_MS = 5000;
/** The wait after the first failed fetch of the keys; it doubles with each further failure. */
const BACK_OFF_MS = 1000;
const BACK_OFF_MAX_MS = 60_000;

const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

export function staffByJwt(options) {
  const { issuer, audience, algorithms, claims, key } = checked(options);
  const verification = {
    issuer,
    audience,
    algorithms,
    requiredClaims: ["exp"],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  };
  return async (request) => {
    // A capability is no JWT: it has four parts.
    const [, token] = BEARER.exec(request.headers.get("Authorization") ?? "") ?? [];
    if (token === undefined) return false;
    try {
      const { payload } = await jwtVerify(token, key, verification);
      return holds(payload, claims);
    } catch {
      // The token is forged or too old, or the keys cannot be fetched: the issuer's log says which.
      return false;
    }
  };
}

/**
 * The options with their defaults, and the key as a function that jose asks. Throws a TypeError that lists all that is
 * wrong, with `issues`: `{ path, message }` of each, as `createGateway` does.
 */
function checked({ issuer, audience, jwksUrl, publicKey, secret, algorithms, claims = {}, fetch, ...unknown }) {
  const issues = [];
  const refuse = (name, message) => issues.push({ path: name === undefined ? [] : [name], message });
  for (const name of Object.keys(unknown)) refuse(name, "is not known");
  for (const [name, value] of Object.entries({ issuer, audience })) {
    if (!isText(value)) refuse(name, "takes the text that stands in the tokens");
  }
  const keys = { jwksUrl, publicKey, secret };
  const given = Object.keys(keys).filter((name) => keys[name] !== undefined);
  if (given.length !== 1) refuse(undefined, "takes jwksUrl, publicKey or secret, one of them");
  for (const name of given) {
    const expects = KEY_CHECKS[name](keys[name]);
    if (expects) refuse(name, `takes ${expects}`);
  }
  if (!isTable(claims)) refuse("claims", "takes a table: what a token of staff must hold");
  const allowed = secret === undefined ? ASYMMETRIC : SYMMETRIC;
  const names = algorithms ?? defaultAlgorithms({ jwksUrl, secret });
  const isList = Array.isArray(names) && names.length > 0 && names.every((name) => allowed.includes(name));
  if (given.length === 1 && !isList) {
    refuse("algorithms", `takes a list, out of ${allowed.join(", ")}`);
  } else if (given.length === 1 && publicKey !== undefined && names.length !== 1) {
    refuse("algorithms", "takes the one that publicKey is for");
  }
  if (issues.length > 0) {
    const sentences = issues.map(({ path, message }) => `${["options", ...path].join(".")} ${message}`);
    throw Object.assign(new TypeError(sentences.join("; ")), { issues });
  }
  return { issuer, audience, algorithms: names, claims, key: keyOf({ ...keys, fetch }, names) };
}

function defaultAlgorithms({ jwksUrl, secret }) {
  if (jwksUrl !== undefined) return DEFAULT_ASYMMETRIC;
  return secret === undefined ? undefined : ["HS256"];
}

/** What is expected of each way to give the key; undefined where it is right. */
const KEY_CHECKS = {
  /** Over HTTPS, except on this machine: whoever answers in the issuer's place makes everybody staff. */
  jwksUrl(text) {
    let url;
    try {
      url = new URL(text);
    } catch {
      return "https://…, the issuer's jwks_uri";
    }
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) return "https://…, the issuer's jwks_uri";
    return url.username || url.password ? "a URL without a user name and password" : undefined;
  },
  publicKey: (key) =>
    isText(key) && key.trimStart().startsWith("-----BEGIN PUBLIC KEY-----")
      ? undefined
      : "a key in PEM: -----BEGIN PUBLIC KEY----- …",
  secret: (secret) => (bytesOf(secret)?.length >= SECRET_MIN ? undefined : `${SECRET_MIN} random bytes or more`),
};

/** The bytes of a secret; undefined for what is none. */
function bytesOf(secret) {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  return bytes instanceof Uint8Array ? bytes : undefined;
}

function keyOf({ jwksUrl, publicKey, secret, fetch }, algorithms) {
  if (jwksUrl !== undefined) {
    return createRemoteJWKSet(new URL(jwksUrl), {
      cacheMaxAge: KEYS_MS,
      cooldownDuration: KEYS_AGAIN_MS,
      timeoutDuration: KEYS_TIMEOUT_MS,
      [customFetch]: withBackOff(fetch),
    });
  }
  if (publicKey !== undefined) {
    // Once, and when it is needed: workerd does nothing that waits before a request.
    let imported;
    return () => (imported ??= importSPKI(publicKey, algorithms[0]));
  }
  const bytes = bytesOf(secret);
  return () => bytes;
}

/** A fetch of key sets that waits after each failure before it asks the issuer again, longer each time. */
function withBackOff(fetch = (...request) => globalThis.fetch(...request)) {
  let failures = 0;
  let notBefore = 0;
  return async (url, init) => {
    if (Date.now() < notBefore) throw new Error("the issuer's keys could not be had, just now");
    try {
      const response = await fetch(url, init);
      const keys = response.status === 200 ? await response.json() : undefined;
      if (!Array.isArray(keys?.keys)) throw new Error("the issuer does not give its keys");
      failures = 0;
      return Response.json(keys);
    } catch (error) {
      notBefore = Date.now() + Math.min(BACK_OFF_MS * 2 ** failures, BACK_OFF_MAX_MS);
      failures += 1;
      throw error;
    }
  };
}

/**
 * Whether a claim is as wanted. Wanted as a table: each of its members is as wanted. As a list: one item is as wanted.
 * As any other value: the claim is that value, or a list that contains it.
 */
function holds(held, wanted) {
  if (Array.isArray(wanted)) return wanted.some((one) => holds(held, one));
  if (isTable(wanted)) {
    return (
      isTable(held) && Object.keys(wanted).every((name) => Object.hasOwn(held, name) && holds(held[name], wanted[name]))
    );
  }
  return Array.isArray(held) ? held.includes(wanted) : held === wanted;
}

const isText = (value) => typeof value === "string" && value !== "";
const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
