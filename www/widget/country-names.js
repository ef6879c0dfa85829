/**
 * For the widget's later script and the page without JavaScript: which country a text names that the page has given. Pages
 * have countries as their records and accounts have them: `GB`, `United Kingdom`, `Royaume-Uni`. A country's code of three
 * letters (`GBR`) is no region to a browser, and a table of them would cost each guest a quarter of a kilobyte.
 */
import { regionOf, regions } from "./calling-codes.js";

/** The names of regions in a language. */
export const regionNames = (language) => new Intl.DisplayNames(language, { type: "region" });

/** The longest text that is compared with names: the address of the gateway's page may hold any. */
const LONGEST_NAME = 64;

/** The region that a text names: as `regionOf` reads it, or by the country's name in `language` or in English. */
export const regionNamed = (text, language) => regionOf(text) ?? byName(text, language) ?? byName(text, "en");

/** The region of a country's name in a language, whatever its case, accents, spaces and hyphens. */
function byName(text, language) {
  if (!text || text.length > LONGEST_NAME) return undefined;
  const names = regionNames(language);
  const { compare } = new Intl.Collator(language, { sensitivity: "base", ignorePunctuation: true });
  return regions().find(({ region }) => !compare(names.of(region), text));
}
