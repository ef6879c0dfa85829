/**
 * For every runtime: the rules, over the WebAssembly module.
 *
 * Records cross into the module as JSON text. A value that can't be JSON (a cycle, a BigInt, a function) is refused
 * with a TypeError. The most frequent questions, about plain records, phone numbers and e-mail addresses, take a short
 * cut without JSON. Both ways turn a lone surrogate into U+FFFD, which the rules refuse.
 */
import glue from "../dist/core.js";
import {
  CODE_SHIFT,
  END,
  FIRST,
  FLAG,
  HEAD,
  IS,
  JSON_TEXT,
  LENGTH_BITS,
  NATIONAL_SHIFT,
  SLOT,
  TEXT,
} from "../dist/slots.js";
import { dateOrder, restaurantDay, today } from "./calendar.js";
import { withDay, withDays } from "./dates.js";
import { forError, ValidationError } from "./errors.js";
import { ROWS } from "./fields.js";
import { Instance } from "./instance.js";
import { knownOnly, meant } from "./names.js";
import { copyOf, parsed, plainDraft, text } from "./plain.js";
import { read } from "./source.js";

/** The running module. What is kept of an instance is forgotten with it; each gets the tables that were loaded. */
export const core = new Instance(glue, (begun) => {
  current = undefined;
  free = NO_SLOTS;
  for (const [isFormats, table] of tables) begun.takeTable(isFormats, table);
});

/** The tables that were loaded, by whether they are that of formats. */
const tables = new Map();

/** True if a value makes the same JSON as `known`, which was parsed from JSON. */
function isStill(value, known) {
  if (value === known || typeof value !== "object" || typeof known !== "object" || !value || !known) {
    return value === known;
  }
  const [names, others] = [Object.keys(value), Object.keys(known)];
  if (names.length !== others.length) return false;
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    if (name !== others[index] || !isStill(value[name], known[name])) return false;
  }
  return Object.getPrototypeOf(value) === Object.getPrototypeOf(known);
}

/** The last options, as given and as the module takes them. They are kept, because most calls have the same options. */
let lastRead = {};

/** The names of a check's options. */
export const OPTIONS = ["dates", "limits", "locale", "setup", "strict", "timeZone", "today"];

export function optionsText(options) {
  const last = lastRead;
  const day = options?.today ?? today();
  const there = options ? restaurantDay(options, day) : undefined;
  if (last.day === day && last.there === there && isStill(options, last.options)) return last.settings;
  knownOnly(options, OPTIONS);
  const { dates, locale } = options ?? {};
  if ((dates ?? "local") !== "local") throw new TypeError('options.dates takes "local"');
  const read = { today: day, restaurantDay: there, dateOrder: dateOrder(locale) };
  const settings = text({ ...options, ...read }, "options");
  const known = options && parsed(settings);
  for (const name in known && read) if (!Object.hasOwn(options, name)) delete known[name];
  lastRead = { day, there, options: known, settings };
  return settings;
}

/** The options that were set in the module last. */
let current;

/** Sets the module's options for the next question, inside `core.call`. */
function setOptions(running, settings) {
  if (settings === current) return;
  running.takeOptions(settings);
  current = settings;
}

/** Asks the module, after setting its options if the question has some. */
function askBy(settings, question, subject = "", value = "", caret = 0) {
  const answer = core.call((running) => {
    if (settings !== undefined) setOptions(running, settings);
    return running.ask(question, subject, value, caret);
  });
  return parsed(answer);
}

const ask = (...question) => askBy(undefined, ...question);

export const buildInfo = () => copyOf(core.build);

/** Checks a draft with options that `optionsText` has read. */
export function checkBy(settings, given, dates) {
  const draft = withDays(plainDraft(given), dates);
  return checkPacked(draft, settings) ?? askBy(settings, "checkCustomer", text(draft, "draft"));
}

export const checkCustomer = (draft, options) => checkBy(optionsText(options), draft, options?.dates);

/** The index in the table of each member of a record, and of each part of an address. */
const [MEMBERS, PARTS] = [new Map(), new Map()];
ROWS.forEach(({ path: [member, part] }, index) => (part ? PARTS.set(part, index) : MEMBERS.set(member, index)));

/** The shift of the bits in a head's upper byte that say what the slot holds. */
const KIND_SHIFT = LENGTH_BITS - 8;

const encoder = new TextEncoder();

/** No slots are known: they are looked up. */
const NO_SLOTS = { heads: [] };

/**
 * The module's slots, which hold one draft at a time. Undefined while they are in use: a getter of the record may start
 * another check, which then crosses as JSON.
 */
let free = NO_SLOTS;

/** The slots, or undefined while they are in use. They are looked up again if the module's memory has grown. */
function freeSlots(running) {
  if (!free || free.heads.length) return free;
  const start = running.slots();
  const { buffer } = running.memory;
  const heads = new Uint8Array(buffer, start, HEAD * ROWS.length);
  const slot = (_, index) => new Uint8Array(buffer, start + heads.length + SLOT * index, SLOT);
  return (free = { heads, slots: ROWS.map(slot) });
}

/** Texts of up to this many characters are written faster character by character. */
const SHORT = 32;

/** Writes a text to a slot. Returns its length in bytes, or -1 if the slot has no room for it. */
function write(value, slot) {
  const { length } = value;
  let count = 0;
  if (length <= SHORT) {
    for (let unit; count < length && (unit = value.charCodeAt(count)) < 0x80; count++) slot[count] = unit;
    if (count === length) return count;
  }
  const { read, written } = encoder.encodeInto(value, slot);
  return read === length ? written : -1;
}

/** Writes a text to the first slot. Returns its length in bytes, or undefined if it has no room there or is empty. */
function inFirstSlot(running, value) {
  const length = freeSlots(running) ? write(value, free.slots[0]) : -1;
  return length > 0 ? length : undefined;
}

/**
 * Writes the fields of a record to the slots. `copy` is our own copy of the record, without getters. Returns false if
 * the record is not a plain one with the table's fields only: it then crosses as JSON.
 */
function pack({ heads, slots }, copy, indexes, address) {
  let count = 0;
  for (const name in copy) {
    count += 1;
    let value = copy[name];
    if (value === address && address) continue;
    const index = indexes.get(name);
    if (index === undefined) return false;
    const head = HEAD * index;
    if (typeof value === "boolean") {
      heads[head] = value;
      heads[head + 1] = FLAG << KIND_SHIFT;
      continue;
    }
    let kind = TEXT;
    if (typeof value !== "string") {
      kind = JSON_TEXT;
      value = Number.isFinite(value) ? String(value) : text((copy[name] = value ?? null), "draft");
      if (typeof copy[name] === "object") copy[name] = parsed(value);
    }
    const length = write(value, slots[index]);
    if (length < 0) return false;
    heads[head] = length;
    heads[head + 1] = (kind << KIND_SHIFT) | (length >> 8);
  }
  // If the counts differ, a member was inherited, which JSON would leave out.
  return count === Object.keys(copy).length;
}

/** A copy of a plain object's members; undefined for anything else. */
const membersOf = (object) =>
  object && Object.getPrototypeOf(object) === Object.prototype && !Object.getOwnPropertySymbols(object).length
    ? { ...object }
    : undefined;

/** `checkCustomer` of a plain record through the slots. Returns undefined for any other record. */
function checkPacked(draft, settings) {
  const value = membersOf(draft);
  const address = membersOf(value?.Address);
  const into = value && core.call(freeSlots);
  if (!into) return undefined;
  free = undefined;
  try {
    into.heads.fill(0);
    if (address) {
      value.Address = address;
      if (!pack(into, address, PARTS)) return undefined;
    }
    if (!pack(into, value, MEMBERS, address)) return undefined;
    const answer = core.call((running) => {
      setOptions(running, settings);
      // A getter or `toJSON` of a member may have made the memory grow, which detaches these slots, or the instance end.
      return into.heads.length && !free ? running.checkPacked() : undefined;
    });
    if (answer === undefined) return undefined;
    let start = 0;
    for (let end; (end = answer.indexOf(END, start)) >= 0; start = end + 1) {
      const { path } = ROWS[answer.charCodeAt(start) - FIRST];
      const record = path.length > 1 ? address : value;
      const name = path[path.length - 1];
      if (start + 1 === end) delete record[name];
      else if (answer[start + 1] === IS) record[name] = answer.slice(start + 2, end);
      else record[name] = parsed(answer.slice(start + 1, end));
    }
    const issues = answer.slice(start);
    if (address && !Object.keys(address).length) delete value.Address;
    return { value, issues: issues ? parsed(issues) : [] };
  } finally {
    free ??= into;
  }
}

/** For the client's edit: returns the normalised patch, or throws a ValidationError. */
export const checkedPatch = (patch, options) =>
  requestFrom(askBy(optionsText(options), "checkPatch", text(withDays(plainDraft(patch), options?.dates), "patch")));

/** The row of the field of this name; throws a TypeError if there is none. */
export function rowOf(given) {
  const name = String(given);
  const names = ROWS.map((row) => row.name);
  const row = ROWS[names.indexOf(name)];
  if (row) return row;
  throw new TypeError(`fields() lists no ${meant(name, names)}`);
}

export function checkField(name, value, options) {
  const row = rowOf(name);
  const given = withDay(row, value, options?.dates) ?? null;
  return askBy(optionsText(options), "checkField", row.name, text(given, "value"));
}

/** For reading a packed phone number. Powers that are computed at each call would make it a quarter slower. */
const [TYPE_MASK, NATIONAL_UNIT] = [2 ** CODE_SHIFT - 1, 2 ** NATIONAL_SHIFT];

let phoneTypes;

export function inspectPhone(callingCode, typed) {
  const isCode = typeof callingCode === "number" && (callingCode & 0xffff) === callingCode;
  const number = String(typed ?? "");
  const packed = core.call((running) => {
    const length = isCode ? inFirstSlot(running, number) : undefined;
    return length && running.packedPhone(callingCode, length);
  });
  if (!packed) return ask("inspectPhone", String(callingCode ?? ""), number);
  const low = packed % NATIONAL_UNIT;
  const [type, code] = [low & TYPE_MASK, low >> CODE_SHIFT];
  const national = String((packed - low) / NATIONAL_UNIT).slice(1);
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
  return ask("formatPhone", String(callingCode ?? ""), typed, caret) ?? { text: typed, caret };
}

/** How many phone tables were loaded. After each, the same draft may have other issues. */
export let phoneTables = 0;

/**
 * Loads a table from a source: `asked` is the function of the package that loads it. `init` is the entry's function that
 * loads the module, which may still be running.
 */
async function takeTable(source, init, asked, isFormats) {
  const { bytes, refuse } = await read(source, asked);
  const table = new Uint8Array(bytes);
  await init.begun;
  if (!core.call((running) => running.takeTable(isFormats, table))) refuse("not its table of this very version");
  tables.set(isFormats, table);
  phoneTables += 1;
}

/** Loads the table of the phone numbers that exist, `phones.bin`. */
export const takePhones = (source, init) => takeTable(source, init, "loadPhones", false);

/** Loads the table of how phone numbers are grouped, `phone-formats.bin`. */
export const takePhoneFormats = (source, init) => takeTable(source, init, "loadPhoneFormats", true);

/** Every region with its calling code; of regions that share a code, the main one first. */
export const callingCodes = () => ask("callingCodes").map(([region, callingCode]) => ({ region, callingCode }));

export function inspectEmail(typed) {
  const email = String(typed ?? "");
  const isPlain = core.call((running) => {
    const length = inFirstSlot(running, email);
    return length && running.isPlainEmail(length);
  });
  return isPlain ? { email, issues: [] } : ask("inspectEmail", email);
}

export const inspectDate = (typed, options) =>
  askBy(optionsText(options), "inspectDate", String(withDay({ kind: "date" }, typed, options?.dates) ?? ""));

export const optInNodes = (optInText) => ask("optInNodes", String(optInText ?? ""));

export const isError = ({ severity }) => severity === "error";

/** Returns the request of a check, or throws a ValidationError if an error blocks it. */
export function requestFrom({ value, issues }) {
  if (!issues.some(isError)) return value;
  throw new ValidationError({
    code: "validation",
    outcome: "notSent",
    message: "correct the fields that the issues name",
    issues: issues.map(forError),
  });
}

/** For each request that a form has checked: the JSON that it had then. */
const checkedRequests = new WeakMap();

/** Records that a request was checked, so that the client need not check it again. */
export function noteChecked(request) {
  checkedRequests.set(request, text(request, "request"));
  return request;
}

/** Returns the request that a client sends for a draft, or throws a ValidationError if an error blocks it. */
export function requestOf(draft, options) {
  const known = checkedRequests.get(draft);
  // The caller may have changed the request since it was checked.
  return known !== undefined && known === text(draft, "draft")
    ? parsed(known)
    : requestFrom(checkCustomer(draft, options));
}
