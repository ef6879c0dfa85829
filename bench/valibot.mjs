/** For bench/run.mjs: the smallest contender, valibot with libphonenumber-js/core and the full metadata. */
import { parsePhoneNumberFromString } from "libphonenumber-js/core";
import metadata from "libphonenumber-js/max/metadata";
import * as v from "valibot";
import { areDistinct, atMidnight, describe, finish, hasPassed, LINES, ONE_LINE, orAbsent } from "./rules.mjs";

const parse = (typed, defaultCallingCode) => parsePhoneNumberFromString(typed, { defaultCallingCode }, metadata);

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
const date = v.optional(
  v.pipe(v.string(), v.isoDate(), v.check(isOnCalendar), v.check(hasPassed), v.transform(atMidnight)),
);
const email = v.pipe(v.string(), v.rfcEmail(), v.maxLength(254));

/** Whether the day exists: valibot's `isoDate` accepts 30 February. */
function isOnCalendar(day) {
  const date = new Date(`${day}T00:00:00Z`);
  return date.getUTCDate() === Number(day.slice(8));
}

const form = v.pipe(
  v.object({
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
  }),
  v.rawTransform(({ dataset, addIssue }) => {
    finish(dataset.value, parse, (name) => addIssue({ message: `${name} is wrong` }));
    return dataset.value;
  }),
);

/** The parsed value, or undefined if it is refused. */
const made = ({ success, output }) => (success ? output : undefined);

export const name = "valibot + libphonenumber-js core/max";
export const checkForm = (draft) => made(v.safeParse(form, draft));
export const checkEmail = (typed) => made(v.safeParse(email, typed));
export const inspectPhone = (callingCode, typed) => describe(parse(typed, String(callingCode)));
