/**
 * For Node, Deno and Bun, where many addresses are checked and no byte is downloaded: an e-mail address at a domain is
 * read here once the module has had nothing to change and nothing to say about an address at that domain.
 */
import { EMAIL_MAX, LOCAL, LOCAL_MAX } from "../dist/slots.js";
import { inspectEmail as inspectInModule } from "./rules.js";

/** What may stand before the `@`, by the character's code. */
const inLocal = new Uint8Array(128);
for (const character of LOCAL) inLocal[character.charCodeAt(0)] = 1;

/** Domains about which the module had nothing to say, each with its `@`. The place follows from its length and its first letter. */
const PLACES = 64;
const domains = new Array(PLACES).fill("");

export function inspectEmail(typed) {
  const email = String(typed ?? "");
  const { length } = email;
  let at = 0;
  while (at < length && inLocal[email.charCodeAt(at)]) at++;
  if (at < 1 || at > LOCAL_MAX || at > length - 2 || length > EMAIL_MAX) return inspectInModule(email);
  const place = (5 * (length - at) + email.charCodeAt(at + 1)) % PLACES;
  const known = domains[place];
  if (known.length === length - at && email.endsWith(known)) return { email, issues: [] };
  const inspected = inspectInModule(email);
  // Joined anew, because a part of the address would keep the whole of it in memory.
  if (inspected.email === email && !inspected.issues.length) domains[place] = [...email.slice(at)].join("");
  return inspected;
}
