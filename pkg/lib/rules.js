/**
 * For every runtime: the rules, over the WebAssembly module.
 *
 * Records cross into the module as JSON text. A value that can't be JSON (a cycle, a BigInt, a function) is refused
 * with a TypeError. The most frequent questions, about plain records, phone numbers and e-mail addresses, take a short
 * cut without JSON. Both ways turn a lone surrogate into U+FFFD, which the rules refuse.
 */
import { CODE_SHIFT, NATIONAL_SHIFT } from "../dist/slots.js";
import { dateOrder, restaurantDay, today } from "./calendar.js";
import { ask, askBy, core, tables } from "./core.js";
import { withDay, withDays } from "./dates.js";
import { forError, ValidationError } from "./errors.js";
import { ROWS } from "./fields.js";
import { knownOnly, meant } from "./names.js";
import { checkPacked, inSlots } from "./packed.js";
import { copyOf, parsed, plainDraft, text } from "./plain.js";
import { read } from "./source.js";

/** For `isStill`: the names, the values and the prototype of a value that was parsed from JSON. */
function shapeOf(value) {
  if (typeof value !== "object" || !value) return value;
  return { names: Object.keys(value), values: Object.values(value).map(shapeOf), kind: Object.getPrototypeOf(value) };
}

/** True if a value makes the same JSON as the one of which this is the shape. */
function isStill(value, known) {
  if (typeof value !== "object" || typeof known !== "object" || !value || !known) return value === known;
  const { names, values, kind } = known;
  const own = Object.keys(value);
  if (own.length !== names.length || Object.getPrototypeOf(value) !== kind) return false;
  for (let index = 0; index < own.length; index++) {
    const name = own[index];
    if (name !== names[index] || !isStill(value[name], values[index])) return false;
  }
  return true;
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
  lastRead = { day, there, options: shapeOf(known), settings };
  return settings;
}

export const buildInfo = () => copyOf(core.build);

/** Checks a draft with options that `optionsText` has read. */
export function checkBy(settings, given, dates) {
  const draft = withDays(plainDraft(given), dates);
  return checkPacked(draft, settings) ?? askBy(settings, "checkCustomer", text(draft, "draft"));
}

export const checkCustomer = (draft, options) => checkBy(optionsText(options), draft, options?.dates);

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
