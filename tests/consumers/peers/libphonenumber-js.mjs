/**
 * For tests/consumers/peers.test.mjs: the texts that libphonenumber-js' own tests parse. Its npm package has them, as the
 * sources within the source maps of the compiled tests. The answers are asked of the package itself: `extract: false` is
 * what it has for a field, whose whole text must be the number.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max";

export const name = "libphonenumber-js";

const FILES = [
  "isPossiblePhoneNumber",
  "isValidPhoneNumber",
  "validatePhoneNumberLength",
  "parsePhoneNumber",
  "parsePhoneNumberWithError",
  "parse",
  "legacy/parse",
  "legacy/isPossibleNumber",
  "legacy/isValidNumber",
];
/**
 * A call with a text, and with a region where it has one; but none in a comment. The tests' own `testCorrectness` asks for
 * the United States.
 */
const CALL =
  /^(?!\s*\/\/).*?\b((?:parse|is|validate|test)\w*)\(("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')(?:,\s*(?:\{[^}]*defaultCountry: )?'([A-Z]{2})')?/gm;

const main = pathToFileURL(createRequire(import.meta.url).resolve("libphonenumber-js/package.json"));

/** The texts of a file of tests, each with its region. */
function texts(file) {
  const map = JSON.parse(readFileSync(new URL(`es6/${file}.test.js.map`, main), "utf8"));
  const calls = [...map.sourcesContent[0].matchAll(CALL)];
  if (!calls.length) throw new Error(`${file}.test.js of libphonenumber-js no longer has calls with texts`);
  return calls.map(([, called, typed, region]) => ({
    typed: unquoted(typed),
    region: region ?? (called === "testCorrectness" ? "US" : ""),
  }));
}

/** The value of a literal in single or double quotes. */
function unquoted(literal) {
  const inner = literal.slice(1, -1).replaceAll("\\'", "'");
  return JSON.parse(`"${literal.startsWith("'") ? inner.replaceAll('"', '\\"') : inner}"`);
}

/** What libphonenumber-js says of a text: its number in E.164 with the verdict, or that it refuses it. */
function answer(typed, region) {
  const number = parsePhoneNumberFromString(typed, {
    extract: false,
    ...(isSupportedCountry(region) ? { defaultCountry: region } : {}),
  });
  if (!number?.isPossible()) return "refused";
  return `${number.isValid() ? "valid" : "possible"} ${number.number}`;
}

/** The calling code of a region, or nothing. */
export const callingCode = (region) => (isSupportedCountry(region) ? Number(getCountryCallingCode(region)) : undefined);

const all = new Map(FILES.flatMap(texts).map((each) => [JSON.stringify(each), each]));
export const strings = [...all.values()].map((each) => ({ ...each, answer: answer(each.typed, each.region) }));
