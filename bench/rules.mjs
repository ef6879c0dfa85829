/**
 * For both peers: the rules that neither a schema library nor libphonenumber-js has, as plain functions, so that
 * `zod.mjs` and `valibot.mjs` differ in nothing but their libraries.
 */

/** The setup that every form of the benchmark is checked for. */
export const setup = {
  LegalDrinkingAge: 18,
  CustomFields: [1, 2, 3, 4, 5].map((number) => ({ Name: `Field${number}`, Label: "A question", IsRequired: false })),
};

/* eslint-disable no-control-regex -- to refuse them is what these are for */
/** Text without what no keyboard means to write: controls, and marks that turn the direction of what follows. */
export const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd]*$/;
export const LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd]*$/;

export const orAbsent = (text) => text || undefined;

const twoDigits = (number) => String(number).padStart(2, "0");
const today = () => {
  const now = new Date();
  return `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;
};

/** A day of the calendar, already known to be real, that has passed. */
export const hasPassed = (day) => day >= "1900-01-01" && day <= today();

export const atMidnight = (day) => `${day}T00:00:00`;

export const areDistinct = (codes) => new Set(codes).size === codes.length;

const PHONES = [
  ["MobileCountryCode", "Mobile", true],
  ["PhoneCountryCode", "Phone", false],
];
const CONSENTS = [
  ["ReceiveEmailMarketing", "GroupEmailMarketingOptInText"],
  ["ReceiveSmsMarketing", "GroupSmsMarketingOptInText"],
  ["ReceiveRestaurantEmailMarketing", "RestaurantEmailMarketingOptInText"],
  ["ReceiveRestaurantSmsMarketing", "RestaurantSmsMarketingOptInText"],
];
const MOBILE = new Set(["MOBILE", "FIXED_LINE_OR_MOBILE"]);

/**
 * The rules between fields, over a record whose fields are right each by itself: brings both phone pairs to their
 * national numbers and answers the drinking age, in place. `parse(typed, callingCode)` is libphonenumber-js;
 * `refuse(name)` is called with each field that is wrong.
 */
export function finish(record, parse, refuse) {
  if (!record.Mobile && !record.Phone) refuse("Mobile");
  for (const [codeName, name, wantsMobile] of PHONES) {
    if (!record[name]) continue;
    const number = parse(record[name], String(record[codeName] ?? ""));
    // None for a number that does not exist.
    const type = number?.getType();
    if (!type || (wantsMobile && !MOBILE.has(type))) {
      refuse(name);
      continue;
    }
    record[codeName] = Number(number.countryCallingCode);
    record[name] = number.nationalNumber;
  }
  for (const [flag, wording] of CONSENTS) {
    const hasWords = () => (record[wording] ?? "").replace(/<[^>]*>/g, "").trim() !== "";
    if (record[flag] && !hasWords()) refuse(flag);
  }
  if (record.Birthday) {
    const [year, month, day] = record.Birthday.slice(0, 10).split("-").map(Number);
    const now = new Date();
    const months = (now.getFullYear() - year) * 12 + now.getMonth() + 1 - month;
    const isOfAge = Math.floor((months - (now.getDate() < day ? 1 : 0)) / 12) >= setup.LegalDrinkingAge;
    if (record.IsDrinkingAge === !isOfAge) refuse("IsDrinkingAge");
    record.IsDrinkingAge = isOfAge;
  }
}

/** A number as `inspectPhone` describes it, out of what libphonenumber-js says. */
export function describe(number) {
  const type = number?.getType();
  return {
    verdict: type ? "valid" : number?.isPossible() ? "possible" : "impossible",
    type,
    callingCode: Number(number?.countryCallingCode ?? 0),
    national: number?.nationalNumber ?? "",
    e164: number?.number ?? "",
  };
}
