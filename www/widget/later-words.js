/** For the gateway's script: the later file of a language, which was asked for before its digest was known. */
import { fetchBytes } from "./files.js";

/**
 * The whole language of its two files. `first` is the first one, with the digest of the later one, of which there are the
 * `bytes`. A page that is no secure context can't make a digest: the browser then reads the file again, from its cache,
 * and checks it.
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
