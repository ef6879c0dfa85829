/** For `cargo xtask bench`: valibot, the smallest of the schema libraries. */
import * as v from "valibot";
import { parse } from "../numbers/libphonenumber-js.mjs";
import {
  areDistinct,
  atMidnight,
  finish,
  hasPassed,
  isOnCalendar,
  LINES,
  liveForm,
  ONE_LINE,
  orAbsent,
  refusal,
  withOthers,
} from "../rules.mjs";

const written = (max, allowed = ONE_LINE) => [
  v.string(),
  v.trim(),
  v.normalize("NFC"),
  v.maxLength(max),
  v.regex(allowed),
];
const text = (max, allowed) => v.optional(v.pipe(...written(max, allowed), v.transform(orAbsent)));
const wording = v.optional(v.pipe(v.string(), v.maxLength(4000), v.regex(LINES)));
const flag = v.optional(v.boolean());
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const callingCode = v.optional(positive);
// valibot's `isoDate` accepts 30 February.
const date = v.optional(
  v.pipe(v.string(), v.isoDate(), v.check(isOnCalendar), v.check(hasPassed), v.transform(atMidnight)),
);
const email = v.pipe(v.string(), v.rfcEmail(), v.maxLength(254));

const fields = v.object({
  Title: text(20),
  FirstName: text(100),
  Surname: v.pipe(...written(100), v.nonEmpty()),
  Company: text(100),
  Department: text(100),
  Email: v.pipe(v.string(), v.trim(), email),
  MobileCountryCode: callingCode,
  Mobile: v.optional(v.pipe(v.string(), v.trim())),
  PhoneCountryCode: callingCode,
  Phone: v.optional(v.pipe(v.string(), v.trim())),
  Birthday: date,
  Anniversary: date,
  IsDrinkingAge: flag,
  Address: v.optional(
    v.object({
      House: text(100),
      Street: text(100),
      Town: text(100),
      CountyRegion: text(100),
      Country: text(100),
      Postcode: text(20),
    }),
  ),
  Field1: text(250),
  Field2: text(250),
  Field3: text(250),
  Field4: text(250),
  Field5: text(250),
  ReceiveEmailMarketing: flag,
  GroupEmailMarketingOptInText: wording,
  ReceiveSmsMarketing: flag,
  GroupSmsMarketingOptInText: wording,
  ReceiveRestaurantEmailMarketing: flag,
  RestaurantEmailMarketingOptInText: wording,
  ReceiveRestaurantSmsMarketing: flag,
  RestaurantSmsMarketingOptInText: wording,
  IsVip: flag,
  Comments: text(2000, LINES),
  MembershipId: text(100),
  CustomerCodes: v.optional(v.pipe(v.array(positive), v.maxLength(1000), v.check(areDistinct))),
  CustomerType: v.optional(v.object({ Id: positive, Name: v.string() })),
  CustomerValidationType: text(100),
  IpAddress: v.optional(v.pipe(v.string(), v.ip())),
  MarketingOptInSetting: text(100),
});

// One issue for each field is what the others give too.
const OPTIONS = { abortPipeEarly: true };

const issuesOf = ({ issues = [] }) => issues.map((issue) => ({ field: v.getDotPath(issue), message: issue.message }));

export const name = "valibot";
export const packages = ["valibot", "libphonenumber-js"];

/** Checks a form: `value` is the normalised form if there are no `issues`, which are `{ field, message }`. */
export function checkForm(draft) {
  const result = v.safeParse(fields, draft, OPTIONS);
  const issues = issuesOf(result);
  if (issues.length > 0) return { issues: withOthers(draft, issues, parse) };
  finish(result.output, parse, (field) => issues.push(refusal(field)));
  return { value: result.output, issues };
}

/** The live form: see `liveForm`. */
export const open = (draft) =>
  liveForm(
    draft,
    (field, value) =>
      (v.safeParse(fields.entries[field], value, OPTIONS).issues ?? []).map(({ message }) => ({ field, message })),
    parse,
  );

/** The e-mail address, or undefined if it is refused. */
export function checkEmail(typed) {
  const { success, output } = v.safeParse(email, typed, OPTIONS);
  return success ? output : undefined;
}
