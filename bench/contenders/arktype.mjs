/**
 * For `cargo xtask bench`: arktype, which compiles its types. Its `allows` judges without making issues, and is asked
 * first. Its morphs would take a slower way, so texts are tidied by a plain function before.
 */
import "./arktype-config.mjs";
import { type } from "arktype";
import { parse } from "../numbers/libphonenumber-js.mjs";
import {
  areDistinct,
  CONSENTS,
  finish,
  hasPassed,
  HTML_EMAIL,
  ISO_DATE,
  isOnCalendar,
  LINES,
  liveForm,
  ONE_LINE,
  PARTS,
  refusal,
  TEXTS,
  tidy,
  tidyField,
  withOthers,
  writeDates,
} from "../rules.mjs";

const text = (max, allowed = ONE_LINE) => type("string").atMostLength(max).and(allowed);
const wording = text(4000, LINES);
const positive = type("number.integer >= 1");
const date = type(ISO_DATE).narrow((day) => isOnCalendar(day) && hasPassed(day));
const email = type("string <= 254").and(HTML_EMAIL);

const mapped = (object, make) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value)]));
const optional = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [`${name}?`, value]));

const { Surname, ...texts } = mapped(TEXTS, (max) => text(max));
const entries = {
  ...texts,
  MobileCountryCode: positive,
  Mobile: type("string"),
  PhoneCountryCode: positive,
  Phone: type("string"),
  Birthday: date,
  Anniversary: date,
  IsDrinkingAge: type("boolean"),
  Address: type(optional(mapped(PARTS, (max) => text(max)))),
  ...mapped(CONSENTS, () => type("boolean")),
  ...Object.fromEntries(Object.values(CONSENTS).map((name) => [name, wording])),
  IsVip: type("boolean"),
  Comments: text(2000, LINES),
  CustomerCodes: positive.array().atMostLength(1000).narrow(areDistinct),
  CustomerType: type({ Id: positive, Name: "string" }),
  IpAddress: type("string.ip"),
};
const required = { Surname, Email: email };
const fields = type({ ...required, ...optional(entries) });
const alone = { ...required, ...mapped(entries, (entry) => entry.or("undefined")) };

const issuesOf = (result) =>
  result instanceof type.errors ? [...result].map(({ path, message }) => ({ field: path.join("."), message })) : [];

export const name = "arktype";
export const packages = ["arktype", "libphonenumber-js"];

/** Checks a form: `value` is the normalised form if there are no `issues`, which are `{ field, message }`. */
export function checkForm(draft) {
  const value = tidy(draft);
  if (!fields.allows(value)) return { issues: withOthers(value, issuesOf(fields(value)), parse) };
  const issues = [];
  finish(value, parse, (field) => issues.push(refusal(field)));
  writeDates(value);
  return { value, issues };
}

/** The live form: see `liveForm`. */
export const open = (draft) =>
  liveForm(
    draft,
    (field, typed) => {
      const [schema, value] = [alone[field], tidyField(field, typed)];
      return schema.allows(value) ? [] : issuesOf(schema(value)).map(({ message }) => ({ field, message }));
    },
    parse,
  );

/** The e-mail address, or undefined if it is refused. */
export const checkEmail = (typed) => (email.allows(typed) ? typed : undefined);
