/** For `cargo xtask bench`: zod/mini, which is zod with functions in the place of methods, so that bundles are smaller. */
import * as z from "zod/mini";
import { parse } from "../numbers/libphonenumber-js.mjs";
import {
  areDistinct,
  atMidnight,
  finish,
  hasPassed,
  LINES,
  liveForm,
  ONE_LINE,
  orAbsent,
  refusal,
  withOthers,
} from "../rules.mjs";

// Mini has no messages of its own.
z.config(z.locales.en());

const written = (max, allowed = ONE_LINE) =>
  z.string().check(z.trim(), z.normalize("NFC"), z.maxLength(max), z.regex(allowed));
const text = (max, allowed) => z.optional(z.pipe(written(max, allowed), z.transform(orAbsent)));
const wording = z.optional(z.string().check(z.maxLength(4000), z.regex(LINES)));
const flag = z.optional(z.boolean());
const positive = z.int().check(z.positive());
const callingCode = z.optional(positive);
const date = z.optional(z.pipe(z.iso.date().check(z.refine(hasPassed)), z.transform(atMidnight)));
const email = z.email({ pattern: z.regexes.html5Email }).check(z.maxLength(254));
const typed = z.string().check(z.trim());

const fields = z.object({
  Title: text(20),
  FirstName: text(100),
  Surname: written(100).check(z.minLength(1)),
  Company: text(100),
  Department: text(100),
  Email: z.pipe(typed, email),
  MobileCountryCode: callingCode,
  Mobile: z.optional(typed),
  PhoneCountryCode: callingCode,
  Phone: z.optional(typed),
  Birthday: date,
  Anniversary: date,
  IsDrinkingAge: flag,
  Address: z.optional(
    z.object({
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
  CustomerCodes: z.optional(z.array(positive).check(z.maxLength(1000), z.refine(areDistinct))),
  CustomerType: z.optional(z.object({ Id: positive, Name: z.string() })),
  CustomerValidationType: text(100),
  IpAddress: z.optional(z.union([z.ipv4(), z.ipv6()])),
  MarketingOptInSetting: text(100),
});

const issuesOf = ({ error }) =>
  error ? error.issues.map(({ path, message }) => ({ field: path.join("."), message })) : [];

export const name = "zod/mini";
export const packages = ["zod", "libphonenumber-js"];

/** Checks a form: `value` is the normalised form if there are no `issues`, which are `{ field, message }`. */
export function checkForm(draft) {
  const result = fields.safeParse(draft);
  const issues = issuesOf(result);
  if (issues.length > 0) return { issues: withOthers(draft, issues, parse) };
  finish(result.data, parse, (field) => issues.push(refusal(field)));
  return { value: result.data, issues };
}

/** The live form: see `liveForm`. */
export const open = (draft) =>
  liveForm(
    draft,
    (field, value) => issuesOf(fields.shape[field].safeParse(value)).map(({ message }) => ({ field, message })),
    parse,
  );

/** The e-mail address, or undefined if it is refused. */
export const checkEmail = (text) => email.safeParse(text).data;
