/**
 * For the contenders: phone numbers by libphonenumber-js. Its `core` with the metadata of `max` gives the answers of its
 * `max`, without looking up the metadata's arguments at each call.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/core";
import metadata from "libphonenumber-js/max/metadata";

export const name = "libphonenumber-js core/max";
export const packages = ["libphonenumber-js"];

/** A number as typed, with its type if it exists. Undefined for what is no number at all. */
export function parse(typed, callingCode) {
  const number = parsePhoneNumberFromString(typed, { defaultCallingCode: String(callingCode ?? "") }, metadata);
  return (
    number && {
      // A number that does not exist has no type.
      type: number.getType(),
      callingCode: Number(number.countryCallingCode),
      national: number.nationalNumber,
      e164: number.number,
    }
  );
}
