/** For `cargo xtask bench`: the contender that most people use, zod 4. */
import { z } from "zod";
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

const written = (max, allowed = ONE_LINE) => z.string().trim().normalize("NFC").max(max).regex(allowed);
const text = (max, allowed) => written(max, allowed).transform(orAbsent).optional();
const wording = z.string().max(4000).regex(LINES).optional();
const flag = z.boolean().optional();
const callingCode = z.int().positive().optional();
const date = z.iso.date().refine(hasPassed).transform(atMidnight).optional();
const email = z.email({ pattern: z.regexes.html5Email }).max(254);

const fields = z.object({
  Title: text(20),
  FirstName: text(100),
  Surname: written(100).min(1),
  Company: text(100),
  Department: text(100),
  Email: z.string().trim().pipe(email),
  MobileCountryCode: callingCode,
  Mobile: z.string().trim().optional(),
  PhoneCountryCode: callingCode,
  Phone: z.string().trim().optional(),
  Birthday: date,
  Anniversary: date,
  IsDrinkingAge: flag,
  Address: z
    .object({
      House: text(100),
      Street: text(100),
      Town: text(100),
      CountyRegion: text(100),
      Country: text(100),
      Postcode: text(20),
    })
    .optional(),
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
  CustomerCodes: z.array(z.int().positive()).max(1000).refine(areDistinct).optional(),
  CustomerType: z.object({ Id: z.int().positive(), Name: z.string() }).optional(),
  CustomerValidationType: text(100),
  IpAddress: z.union([z.ipv4(), z.ipv6()]).optional(),
  MarketingOptInSetting: text(100),
});

const issuesOf = ({ error }) =>
  error ? error.issues.map(({ path, message }) => ({ field: path.join("."), message })) : [];

export const name = "zod";
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
export const checkEmail = (typed) => email.safeParse(typed).data;
