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
  HEAD,
  IS,
  JSON_TEXT,
  LENGTH_BITS,
  NATIONAL_SHIFT,
  NO,
  TEXT,
  TEXTS,
  YES,
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

/** The shift of the bits in a head's upper byte that say what the member is. */
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
  return (free = { heads, texts: new Uint8Array(buffer, start + heads.length, TEXTS) });
}

/** Texts of up to this many characters are written faster character by character. */
const SHORT = 32;

/** Writes a text to the slots. Returns its length in bytes, or -1 if there is no room for it. */
function write(value, texts) {
  const { length } = value;
  let count = 0;
  if (length <= SHORT) {
    for (let unit; count < length && (unit = value.charCodeAt(count)) < 0x80; count++) texts[count] = unit;
    if (count === length) return count;
  }
  const { read, written } = encoder.encodeInto(value, texts);
  return read === length ? written : -1;
}

/** Writes a text alone to the slots. Returns its length in bytes, or undefined if there is no room or it is empty. */
function inSlots(running, value) {
  const length = freeSlots(running) ? write(value, free.texts) : -1;
  return length > 0 ? length : undefined;
}

const isPlain = (object) => object && Object.getPrototypeOf(object) === Object.prototype;

/**
 * Adds the members of a plain object to a `draft` in the making, and writes their heads. Each is read once, and lists are
 * copied. Returns false if the object has members that the table does not have: the record then crosses as JSON.
 */
function pack(heads, object, indexes, draft) {
  const { names, values } = draft;
  const own = Object.keys(object);
  const given = Object.values(object);
  for (let place = 0; place < own.length; place++) {
    const name = own[place];
    let value = given[place];
    const index = indexes.get(name);
    if (index === undefined) {
      if (name !== "Address" || indexes === PARTS || !isPlain(value)) return false;
      draft.start = names.length;
      if (!pack(heads, value, PARTS, draft)) return false;
      draft.end = names.length;
      continue;
    }
    let kind = TEXT;
    let written = value;
    if (typeof value === "boolean") {
      kind = value ? YES : NO;
      written = "";
    } else if (typeof value !== "string") {
      kind = JSON_TEXT;
      written = Number.isFinite(value) ? String(value) : text((value ??= null), "draft");
      if (typeof value === "object") value = parsed(written);
    }
    const { length } = written;
    if (length > TEXTS) return false;
    draft.texts += written;
    const head = HEAD * names.length;
    heads[head] = index;
    heads[head + 1] = length;
    heads[head + 2] = (kind << KIND_SHIFT) | (length >> 8);
    names.push(name);
    values.push(value);
  }
  // A getter may have taken members away.
  return given.length === own.length;
}

/**
 * A plain object with room for a whole record: V8 reserves as much as the constructor assigns, so that the object need
 * not grow with each member, which would take as long as the rules.
 */
function Roomy(isNever) {
  // prettier-ignore
  if (isNever) this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = this.a = 0;
}
Roomy.prototype = Object.prototype;

/** Gives an object the members of a draft that are sent, from one place to another. */
function fill(object, { names, values }, from, to) {
  for (let place = from; place < to; place++) {
    if (values[place] !== undefined) object[names[place]] = values[place];
  }
  return object;
}

/** `checkCustomer` of a plain record through the slots. Returns undefined for any other record. */
function checkPacked(record, settings) {
  const into = isPlain(record) && core.call(freeSlots);
  if (!into) return undefined;
  free = undefined;
  try {
    const draft = { names: [], values: [], texts: "", start: 0, end: 0 };
    if (!pack(into.heads, record, MEMBERS, draft)) return undefined;
    const { names, values, texts, start, end } = draft;
    const count = names.length;
    const answer = core.call((running) => {
      setOptions(running, settings);
      // A getter or `toJSON` of a member may have made the memory grow, which detaches these slots, or the instance end.
      const length = into.heads.length && !free ? write(texts, into.texts) : -1;
      return length < 0 ? undefined : running.checkPacked(count, length);
    });
    if (answer === undefined) return undefined;
    let at = 0;
    for (let end; (end = answer.indexOf(END, at)) >= 0; at = end + 1) {
      const row = answer.charCodeAt(at) - FIRST - count;
      const place = row < 0 ? row + count : names.push(ROWS[row].name) - 1;
      const change = answer.slice(at + 1, end);
      values[place] = change[0] === IS ? change.slice(1) : change ? parsed(change) : undefined;
    }
    const issues = answer.slice(at);
    const value = fill(new Roomy(), draft, 0, start);
    const address = fill({}, draft, start, end);
    if (Object.keys(address).length) value.Address = address;
    return { value: fill(value, draft, end, names.length), issues: issues ? parsed(issues) : [] };
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
    const length = isCode ? inSlots(running, number) : undefined;
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
    const length = inSlots(running, email);
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
