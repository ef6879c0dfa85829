/** For the widget and for the page without JavaScript: which of the languages there are is the reader's. */

/**
 * The tag itself, else ever less of it (RFC 4647, lookup), with the script that the language is mostly written in there:
 * `zh-SG` gets simplified characters, while `zh-TW` gets English, not another script than the page's.
 */
export function knownLanguage(tag, known) {
  const { language, script, region } = new Intl.Locale(tag).maximize();
  return [tag, `${language}-${region}`, `${language}-${script}`, language].find((each) => known[each]);
}

/** Longer than any tag in use (RFC 5646 §4.4.1 asks for room for 35 characters). */
const LONGEST_TAG = 64;

/**
 * A tag as `Intl` takes it, with `en_GB` read as `en-GB`. Returns undefined if the text is no tag, or is too long for one:
 * engines take a time that grows with the square of a tag's length, and anybody may send the gateway a tag.
 */
export function languageTag(text) {
  if (text.length > LONGEST_TAG) return undefined;
  try {
    return Intl.getCanonicalLocales(text.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}
