/**
 * For the benchmarks: the inputs. They are invented, the same in every run, and so varied that no contender profits
 * from a cache. The phone numbers are of every region for which google-libphonenumber has an example, typed in many
 * ways.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { createRequire } from "node:module";

const { PhoneNumberType, PhoneNumberUtil } = createRequire(import.meta.url)("google-libphonenumber");

const COUNT = 500;

let seed = 20261122;
const random = (below) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % below;
};
const pick = (list) => list[random(list.length)];
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
function numbers(type, isWanted) {
  const util = PhoneNumberUtil.getInstance();
  const examples = util.getSupportedRegions().map((region) => util.getExampleNumberForType(region, type));
  const codes = examples.filter(Boolean).map((number) => ({
    callingCode: String(number.getCountryCode()),
    digits: util.getNationalSignificantNumber(number),
  }));
  const found = [];
  while (found.length < COUNT) {
    const { callingCode, digits } = pick(codes);
    const changed = digits.slice(0, -3) + String(random(1000)).padStart(3, "0");
    const number = parsePhoneNumberFromString(`+${callingCode}${changed}`);
    if (!isWanted(number?.getType())) continue;
    found.push({ callingCode: Number(callingCode), typed: pick(WAYS_TO_TYPE)(number) });
  }
  return found;
}

const isMobile = (type) => type === "MOBILE" || type === "FIXED_LINE_OR_MOBILE";
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

const day = (from, years) => {
  const month = String(1 + random(12)).padStart(2, "0");
  return `${from + random(years)}-${month}-${String(1 + random(28)).padStart(2, "0")}`;
};
const email = (index) => {
  const local = pick(["ann.lee", "j_smith", "Zoe", "o'brien", "first.middle.last", "info", "guest+booking"]);
  return `${local}${index}@${pick(DOMAINS)}`;
};

export const emails = make(email);
export const phones = mobiles.flatMap((mobile, index) => [mobile, landlines[index]]).slice(0, COUNT);
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
