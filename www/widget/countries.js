/**
 * For the widget and the page without JavaScript: the lists of countries, by the names that they have in the page's
 * language. In the widget they are filled in once the form is there, because the names of 245 countries take a slow phone
 * a quarter of a second.
 */
import { regions } from "./calling-codes.js";
import { isOfCountries } from "./layout.js";
import { fill } from "./message.js";

/** All regions with their names, in the alphabetical order of the language. */
export function namedRegions(language) {
  const names = new Intl.DisplayNames(language, { type: "region" });
  const { compare } = new Intl.Collator(language);
  return regions()
    .map((each) => ({ ...each, name: names.of(each.region) }))
    .sort((a, b) => compare(a.name, b.name));
}

/**
 * The options of a field that is a list of countries: above the others, those that are `likely`. A country is sent by its
 * English name, so that a record does not depend on the language of the page that it came from.
 */
export function countries({ element, row, words, regions, likely }) {
  const english = new Intl.DisplayNames("en", { type: "region" });
  const option = ({ region, value, code, name }) =>
    row.kind === "callingCode"
      ? element("option", { value, "data-region": region }, fill(words.countryOf, { name, code }))
      : element("option", { value: english.of(region), "data-region": region }, name);
  const top = likely.flatMap(({ region }) => regions.filter((each) => each.region === region));
  const others = regions.filter((each) => !top.includes(each));
  return [
    element("option", { value: "" }, words.choose),
    ...top.map(option),
    ...(top.length ? [element("hr")] : []),
    ...others.map(option),
  ];
}

/** The fields whose lists are filled. */
const filled = new WeakSet();

/** Fills the lists of countries among `fields` that are not filled yet. Each field keeps its value. */
export function nameCountries({ element, fields, words, language, likely }) {
  let regions;
  for (const field of fields) {
    const { control, kept, row } = field;
    if (!isOfCountries(row) || filled.has(field)) continue;
    filled.add(field);
    regions ??= namedRegions(language);
    control.replaceChildren(...countries({ element, row, words, regions, likely }));
    field.kept = kept;
  }
}
