// For the maintainer of the phone data: writes what `cargo xtask phone-data` generates from.
// Reads the metadata exported by the npm package google-libphonenumber and prints it as sorted JSON
// with names instead of upstream's field numbers, so that a diff of two versions can be read.
// usage: node tests/phone/metadata.mjs > data/phone/metadata.json
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { metadata } = require("google-libphonenumber");
const { name, version, license } = require("google-libphonenumber/package.json");

// Field numbers of PhoneMetadata in upstream's phonemetadata.proto; number types in the order in which upstream tries them.
const KINDS = {
  general: 1,
  premiumRate: 5,
  tollFree: 4,
  sharedCost: 6,
  voip: 8,
  personal: 7,
  pager: 21,
  uan: 25,
  voicemail: 28,
  fixedLine: 2,
  mobile: 3,
};
const INTERNATIONAL_PREFIX = 11,
  NATIONAL_PREFIX = 12,
  PREFIX_FOR_PARSING = 15,
  TRANSFORM_RULE = 16,
  SAME_MOBILE_AND_FIXED = 18,
  FORMATS = 19,
  INTERNATIONAL_FORMATS = 20,
  LEADING_DIGITS = 23,
  CALLING_CODE = 10;
const PATTERN = 2,
  EXAMPLE = 6,
  LENGTHS = 9,
  LOCAL_LENGTHS = 10;

function kinds(region) {
  const out = {};
  for (const [kind, field] of Object.entries(KINDS)) {
    const desc = region[field];
    if (!desc?.[PATTERN]) continue;
    out[kind] = {
      pattern: desc[PATTERN],
      lengths: (desc[LENGTHS] ?? []).filter((length) => length > 0),
      localLengths: desc[LOCAL_LENGTHS] ?? [],
      example: desc[EXAMPLE] ?? "",
    };
  }
  return out;
}

const formats = (list) => (list ?? []).map((f) => ({ pattern: f[1], format: f[2], leadingDigits: f[3] ?? [] }));

const regions = {};
for (const id of Object.keys(metadata.countryToMetadata).sort()) {
  const region = metadata.countryToMetadata[id];
  regions[id] = {
    callingCode: region[CALLING_CODE],
    internationalPrefix: region[INTERNATIONAL_PREFIX] ?? "",
    nationalPrefix: region[NATIONAL_PREFIX] ?? "",
    nationalPrefixForParsing: region[PREFIX_FOR_PARSING] ?? "",
    nationalPrefixTransformRule: region[TRANSFORM_RULE] ?? "",
    sameMobileAndFixedLinePattern: Boolean(region[SAME_MOBILE_AND_FIXED]),
    leadingDigits: region[LEADING_DIGITS] ?? "",
    kinds: kinds(region),
    formats: formats(region[FORMATS]),
    internationalFormats: formats(region[INTERNATIONAL_FORMATS]),
  };
}

const source = {
  package: name,
  version,
  license: "Apache-2.0",
  packageLicense: license,
  origin: "https://github.com/google/libphonenumber",
};
process.stdout.write(
  `${JSON.stringify({ source, callingCodes: metadata.countryCodeToRegionCodeMap, regions }, null, 1)}\n`,
);
