/** For whoever keeps records of consent: to what a guest agreed, when, and in which words. */
import { isYes, ROWS } from "./fields.js";
import { hexOf } from "./hex.js";

export async function consentReceipts(request, { locale, time = new Date() }) {
  const instant = new Date(time).toISOString();
  const given = ROWS.filter(({ name, optInText }) => optInText && isYes(request[name]));
  return Promise.all(
    given.map(async ({ name: field, optInText: wordingField }) => {
      const wording = request[wordingField];
      if (!wording) throw new TypeError(`a consent needs the wording that was shown: ${wordingField}`);
      return { field, wordingField, wording, wordingHash: await wordingDigest(wording), locale, time: instant };
    }),
  );
}

/**
 * The digest of a wording, `sha-256:<hex>` of its UTF-8. The gateway's form posts the same digest. Returns null on an
 * insecure page, which has no `crypto.subtle`.
 */
async function wordingDigest(wording) {
  const digest = await globalThis.crypto?.subtle?.digest("SHA-256", new TextEncoder().encode(wording));
  if (!digest) return null;
  return `sha-256:${hexOf(new Uint8Array(digest))}`;
}
