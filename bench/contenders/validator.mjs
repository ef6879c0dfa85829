/**
 * For `cargo xtask bench`: what people write without a schema library: the functions of validator.js, and
 * awesome-phonenumber for the numbers. validator.js has its own rule for e-mail addresses, which can't be replaced.
 */
import isEmail from "validator/lib/isEmail.js";
import isIP from "validator/lib/isIP.js";
import { parse } from "../numbers/awesome-phonenumber.mjs";
import {
  areDistinct,
  CONSENTS,
  finish,
  hasPassed,
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

const isText = (max, allowed = ONE_LINE) => {
  return (value) => typeof value === "string" && value.length <= max && allowed.test(value);
};
const isFlag = (value) => typeof value === "boolean";
const isPositive = (value) => Number.isInteger(value) && value >= 1;
const isString = (value) => typeof value === "string";
const isDay = (value) => isString(value) && ISO_DATE.test(value) && isOnCalendar(value) && hasPassed(value);
const isAddress = (value) => isString(value) && isEmail(value);
const mapped = (object, make) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value)]));

const RULES = {
  ...mapped(TEXTS, (max) => isText(max)),
  Email: isAddress,
  MobileCountryCode: isPositive,
  Mobile: isString,
  PhoneCountryCode: isPositive,
  Phone: isString,
  Birthday: isDay,
  Anniversary: isDay,
  IsDrinkingAge: isFlag,
  ...mapped(CONSENTS, () => isFlag),
  ...Object.fromEntries(Object.values(CONSENTS).map((name) => [name, isText(4000, LINES)])),
  IsVip: isFlag,
  Comments: isText(2000, LINES),
  CustomerCodes: (value) =>
    Array.isArray(value) && value.length <= 1000 && value.every(isPositive) && areDistinct(value),
  CustomerType: (value) => typeof value === "object" && isPositive(value?.Id) && isString(value.Name),
  IpAddress: (value) => isString(value) && isIP(value),
};
const OF_FORM = Object.entries(RULES);
const OF_ADDRESS = Object.entries(mapped(PARTS, (max) => isText(max)));
const REQUIRED = ["Surname", "Email"];

function judge(record, rules, before, issues) {
  for (const [name, isRight] of rules) {
    if (record[name] !== undefined && !isRight(record[name])) issues.push(refusal(before + name));
  }
}

export const name = "validator.js";
export const packages = ["validator", "awesome-phonenumber"];

/** Checks a form: `value` is the normalised form if there are no `issues`, which are `{ field, message }`. */
export function checkForm(draft) {
  const value = tidy(draft);
  const issues = [];
  for (const field of REQUIRED) if (value[field] === undefined) issues.push(refusal(field));
  judge(value, OF_FORM, "", issues);
  if (value.Address !== undefined) judge(value.Address, OF_ADDRESS, "Address.", issues);
  if (issues.length > 0) return { issues: withOthers(value, issues, parse) };
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
      const isRight = value === undefined ? !REQUIRED.includes(field) : RULES[field](value);
      return isRight ? [] : [refusal(field)];
    },
    parse,
  );

/** The e-mail address, or undefined if it is refused. */
export const checkEmail = (typed) => (isEmail(typed) ? typed : undefined);
