/**
 * For the country choice of the widget and of the page without JavaScript: the regions and their calling codes, by their
 * names in the page's language.
 */

/** `{region, code, name}` of all that the rules know, in the order of the language's own alphabet. */
export function namedRegions(regions, language) {
  const names = new Intl.DisplayNames(language, { type: "region" });
  const { compare } = new Intl.Collator(language);
  return regions
    .map(({ region, callingCode }) => ({ region, code: String(callingCode), name: names.of(region) }))
    .sort((a, b) => compare(a.name, b.name));
}

/** The region that the guest's browser names first, such as GB in `en-GB`; undefined where it names none. */
export function likelyRegion(languages = navigator.languages) {
  return languages.map((language) => /-([A-Z]{2})\b/.exec(language)?.[1]).find(Boolean);
}
