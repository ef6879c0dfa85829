/** For the widget and for the page without JavaScript: which of the known languages fits the reader's. */

/**
 * The known language of a tag: the tag itself, or else shorter and shorter forms of it (RFC 4647, lookup), with the
 * script in which the region mostly writes the language. So `zh-SG` gets simplified characters, while `zh-TW` gets
 * English, because traditional characters are not known. Returns undefined if no language fits.
 */
export function knownLanguage(tag, known) {
  // Most tags are known as they are. `maximize` first loads tables of the engine, which takes a slow phone some 20 ms.
  if (known[tag]) return tag;
  const { language, script, region } = new Intl.Locale(tag).maximize();
  return [`${language}-${region}`, `${language}-${script}`, language].find((each) => known[each]);
}

/** The longest tag that is read. No tag in use is longer (RFC 5646 §4.4.1 asks for room for 35 characters). */
const LONGEST_TAG = 64;

/**
 * The tag as `Intl` takes it, with `en_GB` read as `en-GB`. Returns undefined if the text is not a tag or is too long:
 * engines need a time that grows with the square of a tag's length, and anybody may send a tag to the gateway.
 */
export function languageTag(text) {
  if (text.length > LONGEST_TAG) return undefined;
  try {
    return Intl.getCanonicalLocales(text.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}
