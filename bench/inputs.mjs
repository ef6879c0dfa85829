/**
 * For the benchmarks: the inputs, with the right answers. They are invented, the same in every run, and so varied that no
 * contender profits from a cache. The phone numbers are of every region for which google-libphonenumber has an example,
 * typed in many ways. What is right is known from how an input was made; of phone numbers it is what
 * google-libphonenumber says, which is upstream's own code.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import googleLibphonenumber from "google-libphonenumber";
import { parse as upstream } from "./numbers/google-libphonenumber.mjs";
import { HTML_EMAIL } from "./rules.mjs";

const { PhoneNumberType, PhoneNumberUtil } = googleLibphonenumber;

const COUNT = 500;

/** Draws at random, the same for the same seed. */
export function drawer(seed) {
  let state = seed;
  const random = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const day = (from, years) => {
    const month = String(1 + random(12)).padStart(2, "0");
    return `${from + random(years)}-${month}-${String(1 + random(28)).padStart(2, "0")}`;
  };
  return { random, pick: (list) => list[random(list.length)], day };
}

const own = drawer(20261122);
const { random, pick, day } = own;
const make = (one) => Array.from({ length: COUNT }, (_, index) => one(index));

const WAYS_TO_TYPE = [
  (number) => number.formatNational(),
  (number) => number.formatNational().replace(/\D/g, ""),
  (number) => number.formatNational().replace(/[ ]/g, "-"),
  (number) => number.formatNational().replace(/[ -]/g, "."),
  (number) => number.formatInternational(),
  (number) => number.number,
  (number) => ` ${number.formatInternational().replace(/ /g, "\u00a0")} `,
];

/** Phone numbers of one type: the examples of the regions with other last three digits, if such a number exists. */
function numbers(type, isWanted, count = COUNT, { random, pick } = own) {
  const util = PhoneNumberUtil.getInstance();
  const examples = util.getSupportedRegions().map((region) => util.getExampleNumberForType(region, type));
  const codes = examples.filter(Boolean).map((number) => ({
    callingCode: String(number.getCountryCode()),
    digits: util.getNationalSignificantNumber(number),
  }));
  const found = [];
  while (found.length < count) {
    const { callingCode, digits } = pick(codes);
    const changed = digits.slice(0, -3) + String(random(1000)).padStart(3, "0");
    const number = parsePhoneNumberFromString(`+${callingCode}${changed}`);
    if (!isWanted(number?.getType())) continue;
    found.push({ callingCode: Number(callingCode), typed: pick(WAYS_TO_TYPE)(number), national: changed });
  }
  return found;
}

const isMobile = (type) => type === "MOBILE" || type === "FIXED_LINE_OR_MOBILE";
/** For the guest lists: mobile numbers that exist. */
export const mobileNumbers = (count) => numbers(PhoneNumberType.MOBILE, isMobile, count, drawer(count));
const mobiles = numbers(PhoneNumberType.MOBILE, isMobile);
const landlines = numbers(PhoneNumberType.FIXED_LINE, Boolean);

const TITLES = ["Mr", "Ms", "Mrs", "Dr", "Mme", "Sig.", " Herr "];
const FIRST_NAMES = [
  "Ann",
  "Zoë",
  "José María",
  "Wei",
  "Aïcha",
  "John",
  "Priya",
  "Lars",
  "Siobhán",
  "佐藤",
  "Иван",
  "محمد",
];
const SURNAMES = [
  "Lee",
  "O’Brien-Łukasz",
  "de la Cruz",
  "Müller",
  "Smith ",
  "Nguyễn",
  "Иванов",
  "Rossi",
  "van den Berg",
];
const COMPANIES = ["", "Oak & Salt Ltd", "Société Générale", "ACME"];
const STREETS = ["Milsom Street", "Rue de l’Église", "Hauptstraße", " Via Roma", "Gran Vía"];
const TOWNS = ["Bath", "Lyon", "Köln", "Firenze", "København", "São Paulo"];
const NOTES = ["", "No nuts, please", "Allergic to shellfish", "Sits by the window", "Végétarienne"];
const LOCALS = ["ann.lee", "j_smith", "Zoe", "o'brien", "first.middle.last", "info", "guest+booking"];
const DOMAINS = [
  "gmail.com",
  "example.com",
  "mail.example.co.uk",
  "Outlook.com",
  "posteo.de",
  "sub.domain.example.org",
];
const WORDING =
  "Oak &amp; Salt may write to me about <strong>offers and events</strong>. Read our " +
  '<a href="https://oak.example/privacy">privacy notice</a>; you can leave at any time.';

/** For the guest lists: what names and addresses are made of. */
export const names = {
  titles: TITLES,
  first: FIRST_NAMES,
  last: SURNAMES,
  locals: LOCALS,
  domains: DOMAINS,
  streets: STREETS,
  towns: TOWNS,
  notes: NOTES,
};

const email = (index) => {
  return `${pick(LOCALS)}${index}@${pick(DOMAINS)}`;
};

export const emails = make(email);
/** What contenders must say of a number: all of one that exists, and of any other that it does not. */
const answerOf = (number) => (number?.type ? [number.type, number.callingCode, number.national, number.e164] : null);
const withAnswer = ({ callingCode, typed }) => ({
  callingCode,
  typed,
  expected: answerOf(upstream(typed, callingCode)),
});
/** Numbers that exist, with what upstream says of them. */
export const phones = mobiles
  .flatMap((mobile, index) => [mobile, landlines[index]])
  .slice(0, COUNT)
  .map(withAnswer);
/** The same without their last digit. Some of them exist too. */
export const cutPhones = phones.map(({ callingCode, typed }) =>
  withAnswer({ callingCode, typed: typed.trim().slice(0, -1) }),
);

export const forms = make((index) => ({
  Title: pick(TITLES),
  FirstName: pick(FIRST_NAMES),
  Surname: pick(SURNAMES),
  Company: pick(COMPANIES),
  Department: "Front of house",
  Email: pick(["", " "]) + emails[index],
  MobileCountryCode: mobiles[index].callingCode,
  Mobile: mobiles[index].typed,
  PhoneCountryCode: landlines[index].callingCode,
  Phone: landlines[index].typed,
  Birthday: day(1940, 60),
  Anniversary: day(1970, 50),
  Address: {
    House: String(1 + random(200)),
    Street: pick(STREETS),
    Town: pick(TOWNS),
    CountyRegion: pick(["Somerset", "Île-de-France", ""]),
    Country: pick(["United Kingdom", "France", "Deutschland", "Österreich"]),
    Postcode: pick(["BA1 1AA", "75001", "50667", " 1000 "]),
  },
  Field1: pick(NOTES),
  Field2: pick(NOTES),
  Field3: pick(NOTES),
  Field4: pick(NOTES),
  Field5: pick(NOTES),
  ReceiveEmailMarketing: random(2) === 0,
  GroupEmailMarketingOptInText: WORDING,
  ReceiveSmsMarketing: random(2) === 0,
  GroupSmsMarketingOptInText: WORDING,
  ReceiveRestaurantEmailMarketing: random(2) === 0,
  RestaurantEmailMarketingOptInText: WORDING,
  ReceiveRestaurantSmsMarketing: random(2) === 0,
  RestaurantSmsMarketingOptInText: WORDING,
  IsVip: random(8) === 0,
  Comments: "Came with friends.\r\nAsked for the corner table.",
  MembershipId: `M-${10_000 + index}`,
  CustomerCodes: [1 + random(9), 10 + random(90)],
  CustomerType: { Id: 1 + random(5), Name: "Press" },
  CustomerValidationType: "Standard",
  IpAddress: pick(["192.0.2.1", "2001:db8::1"]),
  MarketingOptInSetting: "OptIn",
}));

/** The record that each of `forms` becomes. */
export const records = forms.map((form, index) => {
  const texts = (object) =>
    Object.fromEntries(
      Object.entries(object)
        .map(([name, value]) => [name, typeof value === "string" ? value.trim() : value])
        .filter(([, value]) => value !== ""),
    );
  return {
    ...texts(form),
    Mobile: mobiles[index].national,
    Phone: landlines[index].national,
    Birthday: `${form.Birthday}T00:00:00`,
    Anniversary: `${form.Anniversary}T00:00:00`,
    // Everybody was born before the year 2000.
    IsDrinkingAge: true,
    Address: texts(form.Address),
  };
});

const isMobileOf = (typed, code) => isMobile(upstream(typed, code)?.type);
/** So much of a number that it is no mobile number any more. */
function cut(typed, code) {
  const shorter = typed.slice(0, -1);
  return isMobileOf(shorter, code) ? cut(shorter, code) : shorter;
}

/** Five faults of one form, each with the field that is then wrong. */
const FAULTS = [
  ["Surname", () => ({ Surname: " " })],
  ["Email", (form) => ({ Email: pick([form.Email.replace("@", " at "), "nobody", form.Email.split("@")[0] + "@"]) })],
  ["Mobile", ({ Mobile, MobileCountryCode }) => ({ Mobile: cut(Mobile.trim(), MobileCountryCode) })],
  ["Birthday", () => ({ Birthday: pick(["1990-02-30", "2999-01-01", "01/02/1990", "1899-12-31"]) })],
  ["Address.Postcode", (form) => ({ Address: { ...form.Address, Postcode: "BA1 1AA ".repeat(4) } })],
];
/** Forms with five fields that are wrong. */
export const wrongForms = forms.map((form) => Object.assign({ ...form }, ...FAULTS.map(([, spoil]) => spoil(form))));
export const wrongFields = FAULTS.map(([field]) => field).sort();

/**
 * Addresses that no mail can go to. A stop or a quote around an address is not among them: we take it off, where the
 * others refuse the address.
 */
export const wrongEmails = emails.map((email) => {
  const [local, domain] = email.split("@");
  return pick([
    local,
    `${local}@`,
    `@${domain}`,
    `${local}@@${domain}`,
    `${local} ${domain}`,
    `${local}@-${domain}`,
    `${local}@exa mple.com`,
    `${local}@exa_mple.com`,
  ]);
});

/** For each rule, a form that breaks it. */
export const refusedForms = [
  { Surname: " " },
  { Surname: "x".repeat(101) },
  { FirstName: "a\u0000b" },
  { FirstName: 7 },
  { Email: "nobody" },
  { Email: undefined },
  { Mobile: "07700 900" },
  { MobileCountryCode: 44, Mobile: "020 7946 0958" },
  { MobileCountryCode: undefined, Mobile: "07400 123456" },
  { Mobile: undefined, Phone: undefined },
  { Phone: "none" },
  { Birthday: "1990-02-30" },
  { Birthday: "2999-01-01" },
  { Anniversary: "1899-01-01" },
  { Birthday: "1980-01-01", IsDrinkingAge: false },
  { Address: { Postcode: "x".repeat(21) } },
  { ReceiveSmsMarketing: true, GroupSmsMarketingOptInText: "<b> </b>" },
  { ReceiveSmsMarketing: "yes" },
  { Comments: "x".repeat(2001) },
  { CustomerCodes: [1, 1] },
  { CustomerCodes: [0] },
  { CustomerType: { Id: 0, Name: "Press" } },
  { IpAddress: "localhost" },
].map((wrong) => ({ ...forms[0], ...wrong }));

/** So many drafts are typed into in each kind of field. */
const TYPED = 24;
const prefixes = (text) => [...text].map((_, index, letters) => letters.slice(0, index + 1).join(""));

/**
 * One key after another in one field of each kind, in forms that are otherwise right. `values(form)` are the values that
 * the keys make; `isRight(value, form)` says what is then right. A date and a choice change as a whole.
 */
const TYPING = {
  text: {
    field: "FirstName",
    values: ({ FirstName }) => prefixes(FirstName),
    isRight: () => true,
  },
  email: {
    field: "Email",
    // We take a stop at the end off, where the others refuse the address.
    values: ({ Email }) => prefixes(Email.trim()).filter((typed) => !typed.endsWith(".")),
    isRight: (value) => HTML_EMAIL.test(value),
  },
  "calling code": {
    field: "MobileCountryCode",
    wrong: "Mobile",
    values: ({ MobileCountryCode }) => [1, 33, 44, 49, MobileCountryCode],
    isRight: (value, { Mobile }) => isMobileOf(Mobile, value),
  },
  phone: {
    field: "Mobile",
    values: ({ Mobile }) => prefixes(Mobile.trim()),
    isRight: (value, { MobileCountryCode }) => isMobileOf(value, MobileCountryCode),
  },
  date: {
    field: "Birthday",
    values: ({ Birthday }) => ["0199-01-01", "2999-01-01", Birthday],
    isRight: (value, { Birthday }) => value === Birthday,
  },
  flag: {
    field: "ReceiveSmsMarketing",
    values: () => [true, false],
    isRight: (value, { GroupSmsMarketingOptInText }) => !value || GroupSmsMarketingOptInText !== "",
  },
};

/** For each kind of field: the drafts, the key presses in them, and the fields that are wrong after each press. */
export const typing = Object.fromEntries(
  Object.entries(TYPING).map(([kind, { field, wrong = field, values, isRight }]) => {
    const drafts = forms.slice(0, TYPED).map((form, index) => ({
      ...form,
      ReceiveSmsMarketing: false,
      GroupSmsMarketingOptInText: index % 4 ? WORDING : "",
    }));
    const presses = drafts.flatMap((form, draft) => values(form).map((value) => ({ draft, field, value })));
    const expected = presses.map(({ draft, value }) => (isRight(value, drafts[draft]) ? [] : [wrong]));
    return [kind, { drafts, presses, expected }];
  }),
);
