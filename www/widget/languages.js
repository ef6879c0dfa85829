/** For the widget and for the page without JavaScript: which of the languages there are is the reader's. */

/**
 * The tag itself, else ever less of it (RFC 4647, lookup), with the script that the language is mostly written in there:
 * `zh-SG` gets simplified characters, while `zh-TW` gets English, not another script than the page's.
 */
export function knownLanguage(tag, known) {
  const { language, script, region } = new Intl.Locale(tag).maximize();
  return [tag, `${language}-${region}`, `${language}-${script}`, language].find((each) => known[each]);
}

/** A tag as `Intl` takes it; `en_GB` is mended, what is no tag at all is nothing. */
export function languageTag(text) {
  try {
    return Intl.getCanonicalLocales(text.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}
