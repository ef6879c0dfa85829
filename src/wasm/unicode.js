// For platform.rs: the Unicode services of the JavaScript engine, which answer with texts alone.

export const nfc = (text) => text.normalize();

export const nfkc = (text) => text.normalize("NFKC");

/** The text in capitals, which `ß` and `ẞ` have alike only by way of small letters. */
export const folded = (text) => text.normalize("NFKC").toLowerCase().toUpperCase().normalize();

/** The domain in its ASCII form; empty if it has none, or a sign that a URL would let pass. */
export function hostname(domain) {
  try {
    if (/[^\p{Alpha}\p{M}\p{N}.\-\u00b7\u05f3\u05f4\u0f0b\u30fb\u200c\u200d]/u.test(domain)) return "";
    // Without one more label, the URL parser reads a domain that ends in digits as an IPv4 address.
    return new URL(`https://${domain}.a`).hostname.slice(0, -2);
  } catch (error) {
    // A used-up stack says nothing of the domain. V8 calls it a SyntaxError where it reads the regular expression.
    if (error.name === "SyntaxError") throw new RangeError(error.message, { cause: error });
    if (error.name !== "TypeError") throw error;
    return "";
  }
}
