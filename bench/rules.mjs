/**
 * For `zod.mjs` and `valibot.mjs`: the rules that neither a schema library nor libphonenumber-js has, as plain
 * functions, so that these two contenders differ only in their libraries.
 */

/** The Setup for which every form of the benchmark is checked. */
export const setup = {
  LegalDrinkingAge: 18,
  CustomFields: [1, 2, 3, 4, 5].map((number) => ({ Name: `Field${number}`, Label: "A question", IsRequired: false })),
};

/* eslint-disable no-control-regex -- these patterns refuse control characters */
/** A text without control characters and without characters that change the direction of the text after them. */
export const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd]*$/;
export const LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffd]*$/;

export const orAbsent = (text) => text || undefined;

const twoDigits = (number) => String(number).padStart(2, "0");
const today = () => {
  const now = new Date();
  return `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;
};

/** Whether a day, which is known to exist, is in the past and not before 1900. */
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
 * Applies the rules between fields to a record whose fields are valid by themselves. It writes the national numbers of
 * both phone pairs and the drinking age into the record. `parse(typed, callingCode)` is libphonenumber-js;
 * `refuse(name)` is called with each field that is wrong.
 */
export function finish(record, parse, refuse) {
  if (!record.Mobile && !record.Phone) refuse("Mobile");
  for (const [codeName, name, wantsMobile] of PHONES) {
    if (!record[name]) continue;
    const number = parse(record[name], String(record[codeName] ?? ""));
    // A number that does not exist has no type.
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

/** The result of libphonenumber-js as `inspectPhone` describes a number. */
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
