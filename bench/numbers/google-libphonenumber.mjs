/** For the contenders: phone numbers by google-libphonenumber, upstream's own JavaScript. */
import googleLibphonenumber from "google-libphonenumber";

const { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } = googleLibphonenumber;
const util = PhoneNumberUtil.getInstance();
const TYPES = new Map(Object.entries(PhoneNumberType).map(([name, number]) => [number, name]));

export const name = "google-libphonenumber";
export const packages = ["google-libphonenumber"];

/** A number as typed, with its type if it exists. Undefined for what is no number at all. */
export function parse(typed, callingCode) {
  let number;
  try {
    number = util.parse(typed, util.getRegionCodeForCountryCode(Number(callingCode)));
  } catch {
    return undefined;
  }
  return {
    type: util.isValidNumber(number) ? TYPES.get(util.getNumberType(number)) : undefined,
    callingCode: number.getCountryCode(),
    national: util.getNationalSignificantNumber(number),
    e164: util.format(number, PhoneNumberFormat.E164),
  };
}
