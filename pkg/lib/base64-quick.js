/** For the scripts with a file inside that no page imports: decodes with what the runtime has for it. */
import { bytesOf as slowly } from "./base64.js";

/** The bytes of a file that is written as base64 (RFC 4648 §4). */
export function bytesOf(base64) {
  // Only as members of other objects: bundlers put libraries in the place of the name Buffer.
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  return globalThis.Buffer?.from?.(base64, "base64") ?? slowly(base64);
}
