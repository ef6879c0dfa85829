/** For the lists of countries in the widget and in the page without JavaScript: the regions with their calling codes. */
import { CALLING_CODES } from "../../pkg/dist/guest-data.js";
import { languageTag } from "./languages.js";

/** How many likely regions stand above the list. More would be a list to read themselves. */
const MOST_LIKELY = 5;

let all;

/**
 * Every region as `{region, code, value}`. `value` is that of its option in a list: of the regions that share a calling
 * code only the main one has the code alone (`+44`), the others have their region with it (`+44 GG`). So whatever selects
 * by a code, such as the browser's autofill, selects the main region. Needs no WebAssembly.
 */
export function regions() {
  let code = 0;
  all ??= [...CALLING_CODES.matchAll(/(\d*)([a-z]{2})([A-Z]*)/g)].flatMap(([, step, main, others]) => {
    code += Number(step || 1);
    const value = `+${code}`;
    return (main.toUpperCase() + others)
      .match(/../g)
      .map((region, index) => ({ region, code: value.slice(1), value: index ? `${value} ${region}` : value }));
  });
  return all;
}

/** The calling code of such a value: `+44` of `+44 GG`. */
export const codeOf = (value) => value.split(" ")[0];

/**
 * The region that a text names: a region in any case, also by another name of the Unicode tables (`gb`, `UK`, `826`), or
 * that of a language (`en-GB`). Undefined if the text names none, or one without a calling code.
 */
export function regionOf(text) {
  const tag = languageTag(/[-_]/.test(text) ? text : `und-${text.trim()}`);
  const named = /-([A-Z]{2})\b/.exec(tag)?.[1];
  return regions().find(({ region }) => region === named);
}

/** The countries that a guest is likely to be from, the likeliest first: that of the page, and those of the languages. */
export function likelyRegions(country, languages) {
  // A language without a region may be spelt like the region of another: `sv` is Swedish, and SV is El Salvador.
  const texts = [country ?? "", ...languages.filter((tag) => /[-_]/.test(tag))];
  const found = new Map(texts.map(regionOf).map((each) => [each?.region, each]));
  found.delete(undefined);
  return [...found.values()].slice(0, MOST_LIKELY);
}
