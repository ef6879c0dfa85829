/**
 * For whoever builds a page with the form: what is wrong with the page, in words for its console. These are decisions
 * alone; for-developers.js says them.
 */
import { ROWS } from "../../pkg/lib/fields.js";
import { meant, told } from "../../pkg/lib/names.js";
import { regionNamed } from "./country-names.js";

/** The values of the attributes that take no others. */
const VALUES = { dates: ["parts"], keep: ["none"], thanks: ["none"], theme: ["soft", "line", "bold"] };

/** The names that a page may give: a guest's fields, and `Address` for all parts of one. */
const guests = () => ["Address", ...ROWS.filter(({ writableBy }) => writableBy === "guest").map(({ name }) => name)];

const FORBIDDEN = 403;
const NOT_FOUND = 404;

/** What is wrong with the element's attributes, of which `known` are those that there are, on a page of this language. */
export function mistakesIn(attributes, known, language) {
  const { microsite, fields, country } = attributes;
  const fieldNames = guests();
  const names = fields?.split(/[\s,]+/).filter((name) => name && !fieldNames.includes(name)) ?? [];
  return [
    !microsite && "give <diner-form> the attribute microsite, which is the restaurant's microsite name",
    ...Object.keys(attributes).map((name) => misspelt(name, known)),
    ...names.map((name) => `fields has no guest's field ${meant(name, fieldNames)}`),
    country &&
      !regionNamed(country, language) &&
      `country takes a region with a calling code, such as GB, or a country's name, and not ${told(country)}`,
    ...Object.entries(VALUES).map(
      ([name, values]) =>
        attributes[name] &&
        !values.includes(attributes[name]) &&
        `${name} takes ${values.join(", ")} and not ${told(attributes[name])}`,
    ),
  ].filter(Boolean);
}

/** The word for an attribute that is nearly one of the element's. All others are the page's own business. */
function misspelt(name, known) {
  if (known.includes(name)) return undefined;
  const [, near] = meant(name, known).split(": ");
  return near && `<diner-form> has no attribute ${name}: ${near}`;
}

/** What is wrong with a value that a page gives the form: the names that are no field of a guest. */
export function mistakesInValue(value) {
  const fieldNames = guests();
  const isKnown = (name) => fieldNames.includes(name) || ROWS.some(({ optInText }) => optInText === name);
  const parts = Object.keys(value.Address ?? {}).map((part) => `Address.${part}`);
  const names = [...Object.keys(value), ...parts].filter((name) => !isKnown(name));
  return names.map((name) => `value has no guest's field ${meant(name, fieldNames)}`);
}

/** Why the form could not be loaded, and what to do. `base` is the gateway's address. */
export function failureToLoad({ code, status, message }, { base, microsite }) {
  if (!microsite) return undefined;
  if (status === NOT_FOUND) {
    return `the gateway ${base} does not know the microsite ${told(microsite)}: add it to the gateway's option microsites`;
  }
  if (code === "network") {
    return `the gateway ${base} does not answer: check the attribute gateway, and connect-src in the page's policy`;
  }
  return `the form could not be loaded (${message})`;
}

/**
 * Why the gateway takes no form of this page, in its own words; undefined for every other failure. A page of the gateway's
 * own host has its Setup, for which browsers name no origin, and is refused only then.
 */
export const failureToSend = ({ status, message }) =>
  status === FORBIDDEN ? `the form could not be sent (${message})` : undefined;

/** What a page's policy must allow, if what it has blocked is the form's; undefined else. */
export function blocked({ blockedURI, effectiveDirective }, { base }) {
  if (blockedURI === "wasm-eval") {
    return "the page's policy blocks WebAssembly: add 'wasm-unsafe-eval' to script-src";
  }
  const { origin } = new URL(base);
  const isOurs = blockedURI === origin || blockedURI.startsWith(`${origin}/`);
  const directive = effectiveDirective.replace(/-(elem|attr)$/, "");
  return isOurs ? `the page's policy blocks the gateway: add ${origin} to ${directive}` : undefined;
}
