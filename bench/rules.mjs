/**
 * For the contenders: the rules that neither a schema library nor a library for phone numbers has, as plain functions,
 * so that the contenders differ in their libraries only. The functions are written to be fast, because the libraries are
 * compared with us, and we would win against slow ones.
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
/* eslint-enable no-control-regex */

/** The rule of the HTML standard for e-mail addresses. zod and valibot bring the same one. */
export const HTML_EMAIL =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

export const ISO_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** The texts of one line with their longest lengths. */
export const TEXTS = {
  Title: 20,
  FirstName: 100,
  Surname: 100,
  Company: 100,
  Department: 100,
  Field1: 250,
  Field2: 250,
  Field3: 250,
  Field4: 250,
  Field5: 250,
  MembershipId: 100,
  CustomerValidationType: 100,
  MarketingOptInSetting: 100,
};
export const PARTS = { House: 100, Street: 100, Town: 100, CountyRegion: 100, Country: 100, Postcode: 20 };
/** The consents, each with the words to which it was given. */
export const CONSENTS = {
  ReceiveEmailMarketing: "GroupEmailMarketingOptInText",
  ReceiveSmsMarketing: "GroupSmsMarketingOptInText",
  ReceiveRestaurantEmailMarketing: "RestaurantEmailMarketingOptInText",
  ReceiveRestaurantSmsMarketing: "RestaurantSmsMarketingOptInText",
};
const CONSENT_PAIRS = Object.entries(CONSENTS);
/** The phone pairs: the calling code, the number, and whether a guest can be sent an SMS there. */
const PHONES = [
  ["MobileCountryCode", "Mobile", true],
  ["PhoneCountryCode", "Phone", false],
];
const DATES = ["Birthday", "Anniversary"];

export const orAbsent = (text) => text || undefined;
export const tidyText = (value) => (typeof value === "string" ? value.trim().normalize("NFC") || undefined : value);
const trimmed = (value) => (typeof value === "string" ? value.trim() : value);

const LINE_NAMES = [...Object.keys(TEXTS), "Comments"];
const PART_NAMES = Object.keys(PARTS);
const TRIMMED = ["Email", "Mobile", "Phone"];

/** For libraries that judge and change nothing: a copy of the form with its texts as they are stored. */
export function tidy(draft) {
  const record = { ...draft };
  for (const name of LINE_NAMES) record[name] = tidyText(record[name]);
  for (const name of TRIMMED) record[name] = trimmed(record[name]);
  const { Address } = record;
  if (typeof Address === "object" && Address) {
    record.Address = { ...Address };
    for (const name of PART_NAMES) record.Address[name] = tidyText(Address[name]);
  }
  return record;
}

/** For the same libraries: one field as it is stored. */
export const tidyField = (name, value) => (TRIMMED.includes(name) ? trimmed(value) : tidyText(value));

const twoDigits = (number) => String(number).padStart(2, "0");
/** The calendar day, which is asked for once in each of these, as our client does. */
const DAY_LASTS_MS = 60_000;
let day;
let dayEnds = 0;
function today() {
  const now = Date.now();
  if (now >= dayEnds) {
    const date = new Date(now);
    day = `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
    dayEnds = now + DAY_LASTS_MS;
  }
  return day;
}

/** Whether a day of the right shape exists. */
export function isOnCalendar(day) {
  if (day.slice(8) <= "28") return true;
  return new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(8));
}

/** Whether a day, which is known to exist, is in the past and not before 1900. */
export const hasPassed = (day) => day >= "1900-01-01" && day <= today();

export const atMidnight = (day) => `${day}T00:00:00`;

/** Writes the dates of a record that is right as they are sent. */
export function writeDates(record) {
  for (const name of DATES) if (record[name]) record[name] = atMidnight(record[name]);
}

export const areDistinct = (codes) => new Set(codes).size === codes.length;

const MOBILE = new Set(["MOBILE", "FIXED_LINE_OR_MOBILE"]);

/** The number of a phone pair; undefined if it does not exist, or gets no SMS where one must. */
function numberOf(record, [codeName, name, wantsMobile], parse) {
  const number = parse(String(record[name]), record[codeName]);
  return number?.type && (!wantsMobile || MOBILE.has(number.type)) ? number : undefined;
}

const TAG = /<[^>]*>/g;
/** Whether there are words to which a guest can have agreed. */
const hasWords = (wording) => typeof wording === "string" && wording.replace(TAG, "").trim() !== "";

/** Whether who was born on that day may drink today. */
function isOfAge(birthday) {
  const [year, month, day] = birthday.slice(0, 10).split("-").map(Number);
  const [thisYear, thisMonth, thisDay] = today().split("-").map(Number);
  const months = (thisYear - year) * 12 + thisMonth - month;
  return Math.floor((months - (thisDay < day ? 1 : 0)) / 12) >= setup.LegalDrinkingAge;
}

const NONE = new Set();

/**
 * Applies the rules between fields to a record. It writes the national numbers of both phone pairs and the drinking age
 * into the record. `parse(typed, callingCode)` is a library's (see `numbers/`); `refuse(name)` is called with each field
 * that is wrong. Fields of the set `wrong` are known to be wrong by themselves, and are left out.
 */
export function finish(record, parse, refuse, wrong = NONE) {
  if (!record.Mobile && !record.Phone && !wrong.has("Mobile")) refuse("Mobile");
  for (const pair of PHONES) {
    const [codeName, name] = pair;
    if (!record[name] || wrong.has(name) || wrong.has(codeName)) continue;
    const number = numberOf(record, pair, parse);
    if (!number) {
      refuse(name);
      continue;
    }
    record[codeName] = number.callingCode;
    record[name] = number.national;
  }
  for (const [flag, wording] of CONSENT_PAIRS) {
    if (record[flag] === true && !wrong.has(wording) && !hasWords(record[wording])) refuse(flag);
  }
  if (record.Birthday && !wrong.has("Birthday")) {
    const may = isOfAge(record.Birthday);
    if (record.IsDrinkingAge === !may) refuse("IsDrinkingAge");
    record.IsDrinkingAge = may;
  }
}

/** What is said of a field that a rule of this file refuses. */
export const refusal = (field) => ({ field, message: `check ${field}` });

/**
 * For a form that a schema has refused: `issues` with those of the rules between fields, which schemas leave out then.
 * Each is `{ field, message }`.
 */
export function withOthers(draft, issues, parse) {
  const wrong = new Set(issues.map(({ field }) => field));
  finish({ ...draft }, parse, (field) => issues.push(refusal(field)), wrong);
  return issues;
}

/** The rules between fields that depend on one field, by its name. */
const BETWEEN = {
  ...Object.fromEntries(
    PHONES.flatMap((pair) => {
      const [codeName, name] = pair;
      const judge = (draft, parse) => (!draft[name] || numberOf(draft, pair, parse) ? undefined : name);
      return [codeName, name].map((field) => [field, judge]);
    }),
  ),
  ...Object.fromEntries(
    CONSENT_PAIRS.map(([flag, wording]) => [
      flag,
      (draft) => (draft[flag] === true && !hasWords(draft[wording]) ? flag : undefined),
    ]),
  ),
  Birthday: ({ Birthday, IsDrinkingAge }) =>
    Birthday && IsDrinkingAge === !isOfAge(Birthday) ? "IsDrinkingAge" : undefined,
};

/**
 * A live form, as a program with a schema library has one: it keeps what was typed, and judges the one field that has
 * changed, with the rules that depend on it. `alone(name, value)` are the issues of the field's own schema. Returns the
 * function that a key press calls, which returns the issues.
 */
export function liveForm(draft, alone, parse) {
  let typed = draft;
  return (name, value) => {
    typed = { ...typed, [name]: value };
    const issues = alone(name, value);
    if (issues.length > 0) return issues;
    const wrong = BETWEEN[name]?.(typed, parse);
    return wrong === undefined ? issues : [refusal(wrong)];
  };
}
