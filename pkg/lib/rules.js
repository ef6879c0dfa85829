/**
 * For every runtime: the rules, over the WebAssembly module.
 *
 * Records cross into the module as JSON text: what can't be JSON (a cycle, a BigInt, a function) is refused with a
 * TypeError. What is asked most often, of plain records, numbers and addresses, is passed on and answered in short.
 * Either way a lone surrogate arrives as U+FFFD, which the rules refuse.
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

export function checkCustomer(draft, options) {
  const settings = optionsText(options);
  return checkPacked(draft, settings) ?? ask("checkCustomer", text(draft, "draft"), "", settings);
}

/** The path of each field in a record, in the table's order. */
let paths;
/** The places of a record's members in the table, and of an address's. */
const [MEMBERS, PARTS] = [new Map(), new Map()];

function readTable() {
  paths = fields().map(({ path }) => path);
  paths.forEach(([member, part], place) => (part ? PARTS.set(part, place) : MEMBERS.set(member, place)));
}

// As src/packed.rs has them.
const END = "\0";
const ZERO = 48;
const numeral = (number) => String.fromCharCode(ZERO + number);

/**
 * Packs the fields of a record's own copy, whose getters have been read. False for what is no plain record of the table's
 * own fields, and crosses as JSON.
 */
function pack(copy, places, packed) {
  for (const name of Object.keys(copy)) {
    const value = copy[name];
    const place = places.get(name);
    if (value === undefined || place === undefined) return false;
    let packedValue;
    if (typeof value === "string") packedValue = "=" + value;
    else if (typeof value === "boolean") packedValue = String(value);
    else {
      packedValue = text(value, "draft");
      copy[name] = JSON.parse(packedValue);
    }
    packed.push(numeral(place) + packedValue);
  }
  return true;
}

/** A copy of a plain object; of anything else, nothing. */
const copyOf = (object) =>
  object && Object.getPrototypeOf(object) === Object.prototype && !Object.getOwnPropertySymbols(object).length
    ? { ...object }
    : undefined;

/** `checkCustomer` of a plain record, most of whose fields are sent as they are; nothing for any other. */
function checkPacked(draft, settings) {
  const value = copyOf(draft);
  if (!value) return undefined;
  if (!paths) readTable();
  const packed = [];
  const { Address } = value;
  const address = copyOf(Address);
  if (address) {
    if (!pack(address, PARTS, packed)) return undefined;
    delete value.Address;
  }
  if (!pack(value, MEMBERS, packed)) return undefined;
  packed.push("");
  const answer = core.checkPacked(numeral(packed.length - 1) + packed.join(END), settings);
  if (answer === undefined) return undefined;
  const changes = answer.split(END);
  const issues = changes.pop();
  for (const change of changes) {
    const [member, part] = paths[change.charCodeAt(0) - ZERO];
    const [record, name] = part ? [address, part] : [value, member];
    if (change.length === 1) delete record[name];
    else record[name] = change[1] === "=" ? change.slice(2) : JSON.parse(change.slice(1));
  }
  if (address && Object.keys(address).length) value.Address = address;
  return { value, issues: issues ? JSON.parse(issues) : [] };
}

/** For the client's edit: what a patch changes, normalised, or a ValidationError. */
export const checkedPatch = (patch) => requestFrom(ask("checkPatch", text(patch, "patch"), "", optionsText()));

export const checkField = (name, value, options) =>
  ask("checkField", String(name), text(value ?? null, "value"), optionsText(options));

let phoneTypes;

export function inspectPhone(callingCode, typed) {
  const isCode = typeof callingCode === "number" && (callingCode & 0xffff) === callingCode;
  const packed = isCode && core.packedPhone(callingCode, String(typed ?? ""));
  if (!packed) return ask("inspectPhone", String(callingCode ?? ""), String(typed ?? ""));
  const low = packed % 2 ** 14;
  const [type, code] = [low & 15, low >> 4];
  const national = String((packed - low) / 2 ** 14).slice(1);
  phoneTypes ??= ask("phoneTypes");
  return {
    verdict: type ? "valid" : "possible",
    reason: null,
    types: type ? [phoneTypes[type - 1]] : [],
    callingCode: code,
    e164: `+${code}${national}`,
    national,
  };
}

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

export function inspectEmail(typed) {
  const email = String(typed ?? "");
  return core.isPlainEmail(email) ? { email, issues: [] } : ask("inspectEmail", email);
}

export const inspectDate = (typed, options) => ask("inspectDate", String(typed ?? ""), "", optionsText(options));

/** Whether a change of one field can change what is said of the other. */
export const affects = (name, other) => ask("affects", name, other);

export const fields = (setup) => ask("fields", text(setup ?? null, "setup"));

export const optInNodes = (optInText) => ask("optInNodes", String(optInText ?? ""));

/** True for how a flag says yes. */
export const isYes = (flag) => [true, "true", "on"].includes(flag);

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
