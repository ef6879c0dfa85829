/**
 * For every runtime: the rules, over the WebAssembly module.
 *
 * Records cross into the module as JSON text: what can't be JSON (a cycle, a BigInt) is refused by the platform
 * with a TypeError. What is asked most often, a plain record, a text or a number, crosses as it is: see `answer` in
 * `src/wasm/rules.rs`. Either way a lone surrogate arrives as U+FFFD, which the rules refuse.
 */
import * as core from "../dist/core.js";
import { ValidationError } from "./errors.js";

export const text = (value, what) => {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`${what} takes a value that JSON can hold`);
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

const { Question } = core;

export function checkCustomer(draft, options) {
  const settings = optionsText(options);
  return checkPacked(draft, settings) ?? ask("checkCustomer", text(draft, "draft"), "", settings);
}

/** The path of each field in a record, in the table's order. */
let paths;
/** The places of a record's members in the table, and of an address's. */
const PLACES = { record: new Map(), address: new Map() };

function readTable() {
  paths = fields().map(({ path }) => path);
  paths.forEach(([member, part], place) =>
    part === undefined ? PLACES.record.set(member, place) : PLACES.address.set(part, place),
  );
}

// As src/packed.rs has them.
const END = "\0";
const numeral = (number) => String.fromCharCode(48 + number);

/**
 * Adds the fields of a record to `typed` by their places, and to `packed`. False for what is no plain record of the
 * table's own fields.
 */
function pack(record, places, typed, packed) {
  if (Object.getPrototypeOf(record) !== Object.prototype) return false;
  for (const name of Object.keys(record)) {
    const value = record[name];
    const place = places.get(name);
    if (value === undefined) continue;
    if (place === undefined) {
      if (name !== "Address" || places !== PLACES.record || !value) return false;
      if (!pack(value, PLACES.address, typed, packed)) return false;
      continue;
    }
    if (typeof value === "string") packed.push(numeral(place) + "=" + value);
    else if (typeof value === "boolean" || Number.isFinite(value)) packed.push(numeral(place) + value);
    else packed.push(numeral(place) + text(value, "draft"));
    typed[place] = value;
  }
  return true;
}

/** `checkCustomer` of a plain record; nothing for any other, which then crosses as JSON. */
function checkPacked(draft, settings) {
  if (!paths) readTable();
  const [typed, packed] = [Array(paths.length), []];
  if (!draft || !pack(draft, PLACES.record, typed, packed)) return undefined;
  packed.push("");
  const answer = core.answer(Question.Draft, numeral(packed.length - 1) + packed.join(END), "", settings);
  if (answer === undefined) return undefined;
  const changes = answer.split(END);
  const issues = changes.pop();
  for (const change of changes) {
    const value = change.slice(1);
    typed[change.charCodeAt(0) - 48] = value[0] === "=" ? value.slice(1) : value ? JSON.parse(value) : undefined;
  }
  const [value, address] = [{}, {}];
  for (let place = 0; place < paths.length; place++) {
    if (typed[place] === undefined) continue;
    const [member, part] = paths[place];
    if (part === undefined) value[member] = typed[place];
    else address[part] = typed[place];
  }
  if (Object.keys(address).length > 0) value.Address = address;
  return { value, issues: issues ? JSON.parse(issues) : [] };
}

/** For the client's edit: what a patch changes, normalised, or a ValidationError. */
export const checkedPatch = (patch) => requestFrom(ask("checkPatch", text(patch, "patch"), "", optionsText()));

export function checkField(name, value, options) {
  const settings = optionsText(options);
  if (typeof value !== "string") return ask("checkField", name, text(value ?? null, "value"), settings);
  const issues = core.answer(Question.Text, name, value, settings);
  return issues === undefined ? [] : JSON.parse(issues);
}

export function inspectPhone(callingCode, typed) {
  const answer = core.answer(Question.Phone, String(callingCode ?? ""), String(typed ?? ""), "");
  const [verdict, reason, type, code, national] = answer.split(" ");
  return {
    verdict,
    reason: reason || null,
    types: type ? [type] : [],
    callingCode: Number(code),
    e164: verdict === "impossible" ? "" : `+${code}${national}`,
    national,
  };
}

/**
 * Takes the table of the phone numbers that exist: the bytes of `phones.bin`, or where to fetch them. An entry says
 * where its own copy is.
 */
export async function takePhones(source) {
  const response = typeof source === "string" || source instanceof URL ? await fetch(source) : source;
  const bytes = response instanceof Response ? await response.arrayBuffer() : response;
  if (!core.takePhones(new Uint8Array(bytes))) {
    throw new TypeError("loadPhones takes the phones.bin of this very version");
  }
}

/** Every region with its calling code; of regions that share a code, the main one first. */
export const callingCodes = () => ask("callingCodes").map(([region, callingCode]) => ({ region, callingCode }));

export function inspectEmail(typed) {
  const email = String(typed ?? "");
  const answer = core.answer(Question.Email, email, "", "");
  return answer === undefined ? { email, issues: [] } : JSON.parse(answer);
}

export const inspectDate = (typed, options) => ask("inspectDate", String(typed ?? ""), "", optionsText(options));

export const fields = (setup) => ask("fields", text(setup ?? null, "setup"));

export const optInNodes = (optInText) => ask("optInNodes", String(optInText ?? ""));

/** The request of a check, or the ValidationError that says what stops it. */
export function requestFrom({ value, issues }) {
  if (!issues.some(({ severity }) => severity === "error")) return value;
  throw new ValidationError({
    code: "validation",
    outcome: "notSent",
    message: "correct the fields that the issues name",
    issues,
  });
}
