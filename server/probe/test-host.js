/** For the probe: whether customers may be made and deleted at an address for a trial. Pure. */
import { isIP } from "node:net";

/** The vendor's domain: all of it is production, but for the domain of tests. */
const PRODUCTION = /(^|\.)resdiary\.com$/;
const TEST = /(^|\.)rdbranch\.com$/;
const PRIVATE = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1\]?$|\[?f[cd][\da-f]{2}:)/i;

const hostOf = (upstream) => new URL(upstream).hostname.toLowerCase().replace(/\.$/, "");

/** What kind of server an address is, as the report says it: it names no host. */
export function kindOf(upstream) {
  const host = hostOf(upstream);
  if (PRODUCTION.test(host)) return "production";
  if (TEST.test(host)) return "test";
  const isLocal = isIP(host.replace(/^\[|\]$/g, ""))
    ? PRIVATE.test(host)
    : !host.includes(".") || host.endsWith(".localhost");
  return isLocal ? "local" : "other";
}

/** Why no trial may be made at an address; undefined where it may. */
export function refusal(upstream) {
  const kind = kindOf(upstream);
  if (kind === "production") {
    return "--test-host makes customers, and upstream is the vendor's production: give upstream the vendor's test host";
  }
  if (kind === "other") {
    return "--test-host makes customers, and upstream could lead to production: give upstream the vendor's test host, or a sandbox on this machine or in its network";
  }
  return undefined;
}

/** Why no trial may be made with a token: it says for which API it is, also behind a proxy. */
export function refusalOfToken(token) {
  const [, payload] = token.split(".");
  let audience;
  try {
    audience = [JSON.parse(Buffer.from(payload, "base64url").toString()).aud].flat();
  } catch {
    return undefined;
  }
  const isProduction = audience.some((one) => URL.canParse(one) && kindOf(one) === "production");
  return isProduction ? "--test-host makes customers, and the token is for the vendor's production" : undefined;
}
