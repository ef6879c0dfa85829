/**
 * For the list of countries in the widget and in the page without JavaScript: the regions with their calling codes and
 * their names in the page's language.
 */
import { CALLING_CODES } from "../../pkg/dist/guest-data.js";

/** Every region with its calling code; of regions that share a code, the main one first. Needs no WebAssembly. */
export function regions() {
  let callingCode = 0;
  return [...CALLING_CODES.matchAll(/(\d*)([a-z]{2})([A-Z]*)/g)].flatMap(([, step, main, others]) => {
    callingCode += Number(step || 1);
    return (main.toUpperCase() + others).match(/../g).map((region) => ({ region, callingCode }));
  });
}

/** `{region, code, name}` of all `regions`, in the alphabetical order of the language. */
export function namedRegions(regions, language) {
  const names = new Intl.DisplayNames(language, { type: "region" });
  const { compare } = new Intl.Collator(language);
  return regions
    .map(({ region, callingCode }) => ({ region, code: String(callingCode), name: names.of(region) }))
    .sort((a, b) => compare(a.name, b.name));
}

/** The first region in the browser's languages, such as GB in `en-GB`; undefined if they name no region. */
export function likelyRegion(languages = navigator.languages) {
  return languages.map((language) => /-([A-Z]{2})\b/.exec(language)?.[1]).find(Boolean);
}
