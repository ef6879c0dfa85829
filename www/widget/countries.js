/**
 * For the widget and the page without JavaScript: the lists of countries, by the names that they have in the page's
 * language. In the widget they are filled in once the form is there, because the names of 245 countries take a slow phone
 * a quarter of a second.
 */
import { regions } from "./calling-codes.js";
import { regionNamed, regionNames } from "./country-names.js";
import { isOfCountries } from "./layout.js";
import { fill } from "./message.js";

/** All regions with their names, in the alphabetical order of the language. */
export function namedRegions(language) {
  const names = regionNames(language);
  const { compare } = new Intl.Collator(language);
  return regions()
    .map((each) => ({ ...each, name: names.of(each.region) }))
    .sort((a, b) => compare(a.name, b.name));
}

/** Returns the function that gives the value of a region's option in the list of this field. */
function optionValue({ kind }) {
  if (kind === "callingCode") return ({ value }) => value;
  const english = regionNames("en");
  return ({ region }) => english.of(region);
}

/**
 * The options of a field that is a list of countries: above the others, those that are `likely`. A country is sent by its
 * English name, so that a record does not depend on the language of the page that it came from.
 */
export function countries({ element, row, words, regions, likely }) {
  const valueOf = optionValue(row);
  const option = (each) => {
    const { region, code, name } = each;
    const text = row.kind === "callingCode" ? fill(words.countryOf, { name, code }) : name;
    return element("option", { value: valueOf(each), "data-region": region }, text);
  };
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

/**
 * Fills the lists of countries among `fields` that are not filled yet. Each field keeps its value, and takes a country by
 * its name from then on. `country` is that of the page. A country that it names by its name is not yet among the `likely`,
 * because the form that was drawn first has no names.
 */
export function nameCountries({ element, fields, words, language, country, likely }) {
  const home = country && regionNamed(country, language);
  if (home) likely = [home, ...likely.filter(({ region }) => region !== home.region)];
  let regions;
  for (const field of fields) {
    const { control, initial, row } = field;
    if (!isOfCountries(row) || filled.has(field)) continue;
    filled.add(field);
    regions ??= namedRegions(language);
    if (home && row.kind === "callingCode") field.initial = home.value;
    const kept = field.kept === initial ? field.initial : field.kept;
    control.replaceChildren(...countries({ element, row, words, regions, likely }));
    field.optionOf = (text) => {
      const named = /\d/.test(text) ? undefined : regionNamed(text, language);
      return named && optionValue(row)(named);
    };
    field.kept = kept;
  }
}
