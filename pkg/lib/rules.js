/**
 * For every runtime: the rules, over the WebAssembly module.
 *
 * Records cross into the module as JSON text: what can't be JSON (a cycle, a BigInt, a function) is refused with a
 * TypeError, and a lone surrogate stays visible to the rules instead of being replaced on the way.
 */
import * as core from "../dist/core.js";
import { ValidationError } from "./errors.js";

/** No record is nested as deep; a cycle always is. */
const MAX_DEPTH = 100;

/** True for what JSON drops, or writes as another value: a Date would become UTC's day, which need not be the guest's. */
const isForeign = (value, depth = 0) =>
  typeof value === "object" && value !== null
    ? value instanceof Date || depth > MAX_DEPTH || Object.values(value).some((member) => isForeign(member, depth + 1))
    : ["bigint", "function", "symbol"].includes(typeof value);

export const text = (value, what) => {
  const json = isForeign(value) ? undefined : JSON.stringify(value);
  if (json === undefined) throw new TypeError(`${what} takes plain data, with dates as YYYY-MM-DD`);
  return json;
};

const twoDigits = (number) => String(number).padStart(2, "0");

/** The device's calendar date: the guest's own day, not UTC's. */
const deviceDay = (now = new Date()) =>
  `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;

export const optionsText = (options) => text({ ...options, today: options?.today ?? deviceDay() }, "options");

const ask = (question, subject = "", value = "", options = "") =>
  JSON.parse(core.ask(question, subject, value, options));

export const buildInfo = () => ask("buildInfo");

export const checkCustomer = (draft, options) => ask("checkCustomer", text(draft, "draft"), "", optionsText(options));

/** For the client's edit: what a patch changes, normalised, or a ValidationError. */
export const checkedPatch = (patch) => requestFrom(ask("checkPatch", text(patch, "patch"), "", optionsText()));

export const checkField = (name, value, options) =>
  ask("checkField", String(name), text(value ?? null, "value"), optionsText(options));

export const inspectPhone = (callingCode, typed) => ask("inspectPhone", String(callingCode ?? ""), String(typed ?? ""));

export function formatPhone(callingCode, typed, caret = typed.length) {
  return ask("formatPhone", String(callingCode ?? ""), typed, String(caret)) ?? { text: typed, caret };
}

/** The bytes of a file, or of where it can be fetched. */
async function bytesOf(source) {
  const response = typeof source === "string" || source instanceof URL ? await fetch(source) : source;
  return new Uint8Array(response instanceof Response ? await response.arrayBuffer() : response);
}

/**
 * Takes the table of the phone numbers that exist: the bytes of `phones.bin`, or where to fetch them. An entry says
 * where its own copy is.
 */
export async function takePhones(source) {
  if (!core.takePhones(await bytesOf(source))) {
    throw new TypeError("loadPhones takes the phones.bin of this very version");
  }
}

/** Takes how phone numbers are grouped, likewise: `phone-formats.bin`. */
export async function takePhoneFormats(source) {
  if (!core.takePhoneFormats(await bytesOf(source))) {
    throw new TypeError("loadPhoneFormats takes the phone-formats.bin of this very version");
  }
}

/** Every region with its calling code; of regions that share a code, the main one first. */
export const callingCodes = () => ask("callingCodes").map(([region, callingCode]) => ({ region, callingCode }));

export const inspectEmail = (typed) => ask("inspectEmail", String(typed ?? ""));

export const inspectDate = (typed, options) => ask("inspectDate", String(typed ?? ""), "", optionsText(options));

/** Whether a change of one field can change what is said of the other. */
export const affects = (name, other) => ask("affects", name, other);

export const fields = (setup) => ask("fields", text(setup ?? null, "setup"));

export const optInNodes = (optInText) => ask("optInNodes", String(optInText ?? ""));

export const isError = ({ severity }) => severity === "error";

/** The request of a check, or the ValidationError that says what stops it. */
export function requestFrom({ value, issues }) {
  if (!issues.some(isError)) return value;
  throw new ValidationError({
    code: "validation",
    outcome: "notSent",
    message: "correct the fields that the issues name",
    issues,
  });
}
