/**
 * For `cargo xtask bench`: typebox, compiled by its `Compile`, the present name of its TypeCompiler. It judges without
 * changing, so texts are tidied by a plain function before.
 */
import { Compile } from "typebox/compile";
import Type from "typebox";
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

const text = (maxLength, allowed = ONE_LINE) => Type.String({ maxLength, pattern: allowed });
const wording = text(4000, LINES);
const positive = Type.Integer({ minimum: 1 });
const date = Type.Refine(Type.String({ pattern: ISO_DATE }), (day) => isOnCalendar(day) && hasPassed(day));
const mapped = (object, make) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value)]));
const optional = (entries) => mapped(entries, (entry) => Type.Optional(entry));

const { Surname, ...texts } = mapped(TEXTS, (max) => text(max));
const required = { Surname, Email: text(254, HTML_EMAIL) };
const entries = {
  ...texts,
  MobileCountryCode: positive,
  Mobile: Type.String(),
  PhoneCountryCode: positive,
  Phone: Type.String(),
  Birthday: date,
  Anniversary: date,
  IsDrinkingAge: Type.Boolean(),
  Address: Type.Object(optional(mapped(PARTS, (max) => text(max)))),
  ...mapped(CONSENTS, () => Type.Boolean()),
  ...Object.fromEntries(Object.values(CONSENTS).map((name) => [name, wording])),
  IsVip: Type.Boolean(),
  Comments: text(2000, LINES),
  CustomerCodes: Type.Refine(Type.Array(positive, { maxItems: 1000 }), areDistinct),
  CustomerType: Type.Object({ Id: positive, Name: Type.String() }),
  IpAddress: Type.Union([Type.String({ format: "ipv4" }), Type.String({ format: "ipv6" })]),
};
const fields = Compile(Type.Object({ ...required, ...optional(entries) }));
/** Each field by itself, for a live form. A field is compiled when it is first typed into. */
const compiled = new Map();
function alone(field) {
  if (!compiled.has(field)) compiled.set(field, Compile(required[field] ?? entries[field]));
  return compiled.get(field);
}
const email = alone("Email");

/** One issue for each field, as the others give. */
function issuesOf(errors) {
  const issues = new Map();
  for (const { instancePath, params, message } of errors) {
    for (const missing of params.requiredProperties ?? [""]) {
      const field = (missing ? `${instancePath}/${missing}` : instancePath).slice(1).replaceAll("/", ".");
      if (!issues.has(field)) issues.set(field, { field, message });
    }
  }
  return [...issues.values()];
}

export const name = "typebox";
export const packages = ["typebox", "libphonenumber-js"];

/** Checks a form: `value` is the normalised form if there are no `issues`, which are `{ field, message }`. */
export function checkForm(draft) {
  const value = tidy(draft);
  if (!fields.Check(value)) return { issues: withOthers(value, issuesOf(fields.Errors(value)), parse) };
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
      const value = tidyField(field, typed);
      if (value === undefined) return field in required ? [refusal(field)] : [];
      const schema = alone(field);
      return schema.Check(value) ? [] : [{ field, message: schema.Errors(value)[0].message }];
    },
    parse,
  );

/** The e-mail address, or undefined if it is refused. */
export const checkEmail = (typed) => (email.Check(typed) ? typed : undefined);
