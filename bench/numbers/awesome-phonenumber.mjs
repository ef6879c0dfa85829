/** For the contenders: phone numbers by awesome-phonenumber, upstream's code compiled by Closure. */
import { getRegionCodeForCountryCode, parsePhoneNumber } from "awesome-phonenumber";

export const name = "awesome-phonenumber";
export const packages = ["awesome-phonenumber"];

/** A number as typed, with its type if it exists. Undefined for what is no number at all. */
export function parse(typed, callingCode) {
  const { valid, type, countryCode, number } = parsePhoneNumber(typed, {
    regionCode: getRegionCodeForCountryCode(Number(callingCode)),
  });
  return (
    number && {
      type: valid ? type.replaceAll("-", "_").toUpperCase() : undefined,
      callingCode: countryCode,
      national: number.significant,
      e164: number.e164,
    }
  );
}
