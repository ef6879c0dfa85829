/** For the command's `check --origin`: whether the gateway answers the pages of an address, and if not, why probably. */
import { distance } from "fastest-levenshtein";

/** Host names that differ by so many letters are probably meant to be the same. */
const SLIP = 2;
/** So many of the configured origins are listed where none is near. */
const LISTED = 5;

/**
 * The origin of a page's address, as browsers send it, or undefined if the text is no address of a page. The address may
 * be without its scheme, as browsers show it, and have a path.
 */
export function originOf(address) {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(address);
  const whole = hasScheme ? address : `https://${address}`;
  if (!URL.canParse(whole)) return undefined;
  const { origin, protocol } = new URL(whole);
  return /^https?:$/.test(protocol) ? origin : undefined;
}

/** Whether the option `origins` has an origin, and a sentence about it. */
export function judgeOrigin(origin, origins) {
  if (origins.includes(origin)) return { isAllowed: true, text: `${origin}: the gateway answers its pages` };
  const why = reason(origin, origins);
  return { isAllowed: false, text: `${origin}: the gateway refuses its pages: ${why}: add "${origin}" to origins` };
}

function reason(origin, origins) {
  if (origins.length === 0) return "origins is empty";
  for (const other of origins) {
    const [asked, known] = [new URL(origin), new URL(other)];
    const differences = [ofWww(asked, known), ofScheme(asked, known), ofPort(asked, known)].filter(Boolean);
    if (withoutWww(asked) === withoutWww(known)) {
      return `origins has ${other}, ${differences.join(" and ")}, which is another origin`;
    }
  }
  const near = origins.find((other) => distance(new URL(other).hostname, new URL(origin).hostname) <= SLIP);
  if (near) return `origins has ${near}, which differs by a letter or two`;
  const listed = origins.slice(0, LISTED).join(", ");
  return `origins has ${listed}${origins.length > LISTED ? ` and ${origins.length - LISTED} more` : ""}`;
}

const WWW = "www.";
const withoutWww = ({ hostname }) => (hostname.startsWith(WWW) ? hostname.slice(WWW.length) : hostname);

function ofWww({ hostname }, known) {
  if (hostname === known.hostname) return undefined;
  return hostname.startsWith(WWW) ? `without ${WWW}` : `with ${WWW}`;
}

function ofScheme({ protocol }, known) {
  return protocol === known.protocol ? undefined : `with ${known.protocol.slice(0, -1)}`;
}

function ofPort({ port }, known) {
  if (port === known.port) return undefined;
  return known.port ? `with the port ${known.port}` : "without the port";
}
