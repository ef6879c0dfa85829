// For `cargo xtask phone-data --verify`: numbers as guests type them, with upstream's own answers.
// Prints one line a number: set, chosen calling code, typed, verdict, type, calling code, national
// number, its international format if it is valid, and a reason where a difference is allowed (differences.json); tab-separated. The same
// seed gives the same corpus. After them, as `as you type`, typed and what upstream's formatter then shows.
// usage: node tests/phone/corpus.mjs [seed] < data/phone/metadata.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { AsYouTypeFormatter, PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } = require("google-libphonenumber");
const { version } = require("google-libphonenumber/package.json");
const util = PhoneNumberUtil.getInstance();
const metadata = JSON.parse(readFileSync(0, "utf8"));
const allowed = JSON.parse(readFileSync(new URL("differences.json", import.meta.url), "utf8")).map((rule) => ({
  ...rule,
  pattern: new RegExp(rule.pattern),
}));
if (metadata.source.version !== version) {
  throw new Error(
    `the metadata is of google-libphonenumber ${metadata.source.version}, installed is ${version}: install that one`,
  );
}

let seed = Number(process.argv[2] ?? 12345) >>> 0;
const random = (below) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % below;
};
const pick = (list) => list[random(list.length)];
const digit = () => String(random(10));
const NO_REGION = "001";
const AS_YOU_TYPE = "as you type";

/** A function that makes up strings which a pattern matches. */
function sampler(pattern) {
  let at = 0;
  const either = () => {
    const branches = [sequence()];
    while (pattern[at] === "|") {
      at++;
      branches.push(sequence());
    }
    return () => pick(branches)();
  };
  const sequence = () => {
    const items = [];
    while (at < pattern.length && !"|)".includes(pattern[at])) {
      const item = atom();
      let [least, most] = [1, 1];
      const count = /^(?:\?|\{(\d+)(?:,(\d+))?\})/.exec(pattern.slice(at));
      if (count) {
        at += count[0].length;
        [least, most] = count[1] ? [+count[1], +(count[2] ?? count[1])] : [0, 1];
      }
      items.push(() => Array.from({ length: least + random(most - least + 1) }, item).join(""));
    }
    return () => items.map((item) => item()).join("");
  };
  const atom = () => {
    const char = pattern[at++];
    if (char === "(") {
      if (pattern[at] === "?") at += 2;
      const inner = either();
      at++;
      return inner;
    }
    if (char === "\\") {
      at++;
      return digit;
    }
    if (char === "$") return () => "";
    if (char !== "[") return () => char;
    const set = [];
    for (const [, low, high] of pattern.slice(at, pattern.indexOf("]", at)).matchAll(/(\d)(?:-(\d))?/g)) {
      for (let value = +low; value <= +(high ?? low); value++) set.push(String(value));
    }
    at = pattern.indexOf("]", at) + 1;
    return () => pick(set);
  };
  return either();
}

const TYPE_NAMES = {
  FIXED_LINE: "fixedLine",
  MOBILE: "mobile",
  FIXED_LINE_OR_MOBILE: "fixedLineOrMobile",
  PREMIUM_RATE: "premiumRate",
  TOLL_FREE: "tollFree",
  SHARED_COST: "sharedCost",
  VOIP: "voip",
  PERSONAL_NUMBER: "personal",
  PAGER: "pager",
  UAN: "uan",
  VOICEMAIL: "voicemail",
  UNKNOWN: "",
};
const typeNames = new Map(Object.entries(TYPE_NAMES).map(([key, name]) => [PhoneNumberType[key], name]));
const mainRegion = new Map(Object.entries(metadata.callingCodes).map(([code, regions]) => [+code, regions[0]]));

/** Upstream cannot be asked with no region: its rule for a calling code typed without plus, by its own patterns. */
function withOwnCode(code, digits) {
  if (!digits.startsWith(String(code))) return digits;
  const { pattern, lengths } = metadata.regions[code].kinds.general;
  const viable = new RegExp(`^(?:${pattern})$`);
  const rest = digits.slice(String(code).length);
  return (!viable.test(digits) && viable.test(rest)) || digits.length > Math.max(...lengths) ? rest : digits;
}

function parse(code, typed) {
  const region = mainRegion.get(code);
  if (region !== NO_REGION) return util.parse(typed, region);
  if (/^\s*\+/.test(typed)) return util.parse(typed, "ZZ");
  return util.parse(`+${code}${withOwnCode(code, typed.replace(/\D/g, ""))}`, "ZZ");
}

function upstream(code, typed) {
  let number;
  try {
    number = parse(code, typed);
  } catch {
    return ["impossible", "", "", "", ""];
  }
  const national = util.getNationalSignificantNumber(number);
  const valid = util.isValidNumber(number);
  const verdict = valid ? "valid" : util.isPossibleNumber(number) ? "possible" : "impossible";
  // upstream keeps the number as a double
  const exact = Number.isSafeInteger(number.getNationalNumber());
  return [
    verdict,
    typeNames.get(util.getNumberType(number)),
    String(number.getCountryCode()),
    exact ? national : "?",
    valid ? util.format(number, PhoneNumberFormat.INTERNATIONAL) : "",
  ];
}

const corpus = new Map();
const add = (set, code, typed) => {
  const key = `${code}\t${typed}`;
  if (!corpus.has(key)) corpus.set(key, set);
};

const regions = Object.values(metadata.regions).map((region) => ({ ...region, code: region.callingCode }));
const examples = regions.flatMap((region) =>
  Object.entries(region.kinds)
    .filter(([kind, { example }]) => kind !== "general" && example)
    .map(([, { example }]) => ({ region, code: region.code, example })),
);

for (const { code, example } of examples) add("example", code, example);

for (const { region, code, example } of examples) {
  let number;
  try {
    number = util.parse(`+${code}${example}`, "ZZ");
  } catch {
    continue;
  }
  const national = util.format(number, PhoneNumberFormat.NATIONAL);
  const trunk = region.nationalPrefix;
  for (const typed of [
    national,
    util.format(number, PhoneNumberFormat.INTERNATIONAL),
    `+${code}${example}`,
    `+${code} (${example.slice(0, 2)}) ${example.slice(2)}`,
    `++${code}-${example}`,
    national.replace(/[ -]/g, "."),
    national.replace(/\D/g, ""),
    `${example.slice(0, 3)}-${example.slice(3, 6)} ${example.slice(6)}`,
    `(${example.slice(0, 3)}) ${example.slice(3)}`,
  ])
    add("formatted", code, typed);
  if (trunk)
    for (const typed of [trunk + example, `(${trunk})${example}`, `+${code} (${trunk}) ${example}`])
      add("formatted", code, typed);
  for (const typed of [
    `00${code}${example}`,
    `+00${code}${example}`,
    code + example,
    `${code}${trunk}${example}`,
    `00 ${code} (0) ${example}`,
  ])
    add("international", code, typed);
  if (region.internationalPrefix) add("international", code, sampler(region.internationalPrefix)() + code + example);
  // another country's number, and the same number with another country chosen
  const other = pick(examples);
  add("abroad", code, `+${other.code} ${other.example}`);
  if (region.internationalPrefix)
    add("abroad", code, `${sampler(region.internationalPrefix)()} ${other.code} ${other.example}`);
  add("abroad", other.code, example);
}

for (const { region, code, example } of examples) {
  for (let at = 0; at < example.length; at++) add("digit dropped", code, example.slice(0, at) + example.slice(at + 1));
  for (const extra of "0159") {
    add("digit added", code, example + extra);
    add("digit added", code, extra + example);
  }
  add("digit added", code, example.slice(0, 4) + digit() + example.slice(4));
  for (let at = 0; at < 4; at++)
    for (let value = 0; value < 10; value++)
      add("digit replaced", code, example.slice(0, at) + value + example.slice(at + 1));
  const trunk = region.nationalPrefix;
  if (!trunk) continue;
  for (let value = 0; value < 10; value++) add("trunk, digit replaced", code, trunk + value + example.slice(1));
  add("trunk, digit dropped", code, trunk + example.slice(1));
  add("trunk, digit added", code, `${trunk}${example}5`);
}

const LONGEST = 17;
for (const region of regions) {
  for (const [kind, { pattern }] of Object.entries(region.kinds)) {
    const sample = sampler(pattern);
    const count = kind === "general" ? 60 : kind === "fixedLine" || kind === "mobile" ? 120 : 20;
    for (let round = 0; round < count; round++) {
      const number = sample();
      if (number.length > LONGEST) continue;
      const at = random(Math.min(6, number.length));
      add("sampled", region.code, number);
      add("sampled, one digit off", region.code, number.slice(0, at) + digit() + number.slice(at + 1));
      if (region.nationalPrefix && round % 4 === 0)
        add("sampled with trunk", region.code, region.nationalPrefix + number);
      if (round % 4 === 1) add("sampled with own code", region.code, region.code + number);
      if (round % 8 === 2) add("sampled with own code", region.code, region.code + region.nationalPrefix + number);
    }
  }
  const { lengths, localLengths } = region.kinds.general;
  for (let round = 0; round < 80; round++) {
    const length = round < 60 ? pick([...lengths, ...localLengths]) : 1 + random(18);
    const number = Array.from({ length }, digit).join("");
    add("random digits", region.code, number);
    if (round % 4 === 0) add("random digits", region.code, region.code + number);
    if (round % 4 === 1) add("random digits", region.code, `+${region.code}${number}`);
  }
  // whatever the prefix rule reads, before numbers of every kind
  if (!region.nationalPrefixForParsing) continue;
  const prefix = sampler(region.nationalPrefixForParsing);
  for (const { pattern } of Object.values(region.kinds)) {
    const sample = sampler(pattern);
    for (let round = 0; round < 12; round++) {
      const typed = prefix() + sample();
      if (typed.length > LONGEST + 3) continue;
      add("prefix rule", region.code, typed);
      add("prefix rule", region.code, region.code + typed);
      add("prefix rule", region.code, `+${region.code} ${typed}`);
    }
  }
}

// Argentina's mobiles: 15 after the area code, 9 before it
const argentine = sampler(metadata.regions.AR.kinds.mobile.pattern);
for (let round = 0; round < 400; round++) {
  const number = argentine().replace(/^9/, "");
  for (const area of [2, 3, 4])
    for (const trunk of ["", "0", "+54 ", "+54 0"])
      add("argentine mobile", 54, `${trunk}${number.slice(0, area)} 15 ${number.slice(area)}`);
  for (const start of ["", "0", "9", "09", "+549"]) add("argentine mobile", 54, start + number);
}

for (const [key, set] of corpus) {
  const [code, typed] = key.split("\t");
  const reason =
    allowed.find((rule) => (rule.callingCode ?? +code) === +code && rule.pattern.test(typed.replace(/[^\d+]/g, "")))
      ?.reason ?? "";
  process.stdout.write(`${[set, code, typed, ...upstream(+code, typed), reason].join("\t")}\n`);
}

// what is shown after each key of a whole number, plus first
const keys = new AsYouTypeFormatter("ZZ");
const numbers = new Set(examples.map(({ code, example }) => `+${code}${example}`));
for (const { callingCode, kinds } of Object.values(metadata.regions)) {
  for (const { pattern } of [kinds.fixedLine, kinds.mobile].filter(Boolean)) {
    const sample = sampler(pattern);
    for (let round = 0; round < 12; round++) numbers.add(`+${callingCode}${sample()}`);
  }
}
for (const number of numbers) {
  if (!util.isValidNumber(util.parse(number, "ZZ"))) continue;
  keys.clear();
  for (let at = 0; at < number.length; at++) {
    const shown = keys.inputDigit(number[at]);
    if (at > 1) process.stdout.write(`${AS_YOU_TYPE}\t${number.slice(0, at + 1)}\t${shown}\n`);
  }
}
