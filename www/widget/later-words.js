/** For the gateway's script: the later file of a language, which was asked for before its digest was known. */
import { fetchBytes } from "./files.js";

/**
 * Resolves to the whole language. The second argument is what the first file holds: its words, and the digest of the later
 * file, whose address and `bytes` are the others. A page that is no secure context can't make a digest: the browser then
 * reads the later file again, from its cache, and checks it. Rejects if the file is another.
 */
export async function wholeLanguage(url, { default: words, integrity }, bytes) {
  const { subtle } = crypto;
  const later = subtle ? bytes : await fetchBytes(url, integrity);
  if (subtle && (await integrityOf(bytes, subtle)) !== integrity) throw new TypeError("not the file of this release");
  return { default: { ...words, ...JSON.parse(new TextDecoder().decode(later)) } };
}

/** The digest of bytes, as the attribute `integrity` has it. */
async function integrityOf(bytes, subtle) {
  const hash = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return `sha256-${btoa(String.fromCharCode(...hash))}`;
}
