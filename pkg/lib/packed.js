/**
 * For the rules: the most frequent questions, which cross without JSON through slots in the module's memory
 * (`src/packed.rs` has the layout). Each function returns undefined where a question must cross as JSON.
 */
import {
  ANSWER,
  END,
  FIRST,
  HEAD,
  IS,
  JSON_TEXT,
  JUDGED,
  LENGTH_BITS,
  NO,
  ISSUES_SIZE_BITS,
  TEXT,
  TEXTS,
  YES,
} from "../dist/slots.js";
import { ask, core, setOptions } from "./core.js";
import { ROWS } from "./fields.js";
import { jsonOf, parsed, text } from "./plain.js";

/** The index in the table of each field, by its name, by its member of a record, and by its part of an address. */
const [OF_NAMES, OF_MEMBERS, OF_PARTS] = [new Map(), new Map(), new Map()];
ROWS.forEach(({ name, path: [member, part] }, index) => {
  OF_NAMES.set(name, index);
  if (part) OF_PARTS.set(part, index);
  else OF_MEMBERS.set(member, index);
});

/** The shift of the bits in a head's upper byte that say what the member is. */
const KIND_SHIFT = LENGTH_BITS - 8;

/** The bits of an answer's size that say how many bytes its issues have. */
const ISSUES_MASK = (1 << ISSUES_SIZE_BITS) - 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** No slots are known: they are looked up. */
const NO_SLOTS = { heads: [] };

/**
 * The module's slots, which hold one draft at a time. Undefined while they are in use: a getter of the record may start
 * another check, which then crosses as JSON.
 */
let free = NO_SLOTS;

function lookUpSlots(running) {
  const start = running.slots();
  const at = (offset, length) => new Uint8Array(running.memory.buffer, start + offset, length);
  const heads = HEAD * ROWS.length;
  return { running, heads: at(0, heads), texts: at(heads, TEXTS), answer: at(heads + TEXTS, ANSWER) };
}

/** The slots, or undefined while they are in use. They are looked up again if the module's memory has grown. */
function freeSlots(running) {
  if (!free || (free.running === running && free.heads.length)) return free;
  return (free = lookUpSlots(running));
}

/** Texts of up to this many characters are written faster character by character. */
const SHORT = 64;

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
export function inSlots(running, value) {
  const length = freeSlots(running) ? write(value, free.texts) : -1;
  return length > 0 ? length : undefined;
}

/** True for an object without a class. */
const isPlain = (object) => object && Object.getPrototypeOf(object) === Object.prototype;

/** A draft in the making: its members, the texts of all, and from where to where the members of the address stand. */
const emptyDraft = ({ heads }) => ({ heads, count: 0, texts: "", names: [], values: [], start: 0, end: 0 });

const isTextOrFlag = (value) => typeof value === "string" || typeof value === "boolean";

/**
 * Adds a member to a draft in the making. `marked` is the index of its row, with the bit `JUDGED` or without. What is neither
 * a text nor a flag is written as `json`. Returns false if there is no room.
 */
function addMember(draft, marked, value, json) {
  const isText = typeof value === "string";
  const kind = isText ? TEXT : value === true ? YES : value === false ? NO : JSON_TEXT;
  const written = isText ? value : json;
  const { length } = written;
  if (length > TEXTS) return false;
  const { heads } = draft;
  const head = HEAD * draft.count++;
  heads[head] = marked;
  heads[head + 1] = length;
  heads[head + 2] = (kind << KIND_SHIFT) | (length >> 8);
  draft.texts += written;
  return true;
}

/** Has the module check a draft. Returns the size of its answer; undefined if it has none. */
function checkInModule({ texts, count }, into, settings) {
  const size = core.call((running) => {
    setOptions(running, settings);
    // A getter or `toJSON` of a member may have made the memory grow, which detaches these slots, or the instance end.
    const length = into.heads.length && into.running === running ? write(texts, into.texts) : -1;
    return length < 0 ? -1 : running.checkPacked(count, length);
  });
  if (size < 0) return undefined;
  if (size & ISSUES_MASK) issueTexts ??= lookUpIssueTexts();
  // The check, or the question for the texts, may have made the memory grow too.
  if (!into.heads.length) Object.assign(into, core.call(lookUpSlots));
  return size;
}

/** Runs `work` with the slots, which nobody else gets meanwhile. Returns undefined if they are in use. */
function withSlots(work) {
  const into = core.call(freeSlots);
  if (!into) return undefined;
  free = undefined;
  try {
    return work(into);
  } finally {
    free = into;
  }
}

/** What the numbers in an issue stand for. The module is asked once. */
let issueTexts;

function lookUpIssueTexts() {
  const [numbers, texts, ...codes] = ask("issueTexts").split("\n");
  const names = [numbers, texts].map((names) => names.split(" "));
  return {
    names,
    codes: codes.map((line) => {
      const [code] = line.split(" ", 1);
      // Every second part of a message is the name of a parameter.
      return { code, parts: line.slice(code.length + 1).split(/[{}]/) };
    }),
  };
}

/** The issues that take `size` bytes of an answer. */
function issuesIn(answer, size) {
  const issues = [];
  for (let at = 0; at < size;) {
    const { path } = ROWS[answer[at++]];
    const { code, parts } = issueTexts.codes[answer[at++]];
    const severity = answer[at++] ? "error" : "advice";
    const params = {};
    for (let count = answer[at++]; count > 0; count--) {
      const isText = answer[at] & 1;
      const name = issueTexts.names[isText][answer[at++] >> 1];
      const start = at + 1;
      at += isText ? 1 + answer[at] : 4;
      params[name] = isText
        ? decoder.decode(answer.subarray(start, at))
        : answer[at - 4] | (answer[at - 3] << 8) | (answer[at - 2] << 16) | (answer[at - 1] << 24);
    }
    let [message] = parts;
    for (let part = 1; part < parts.length; part += 2) message += params[parts[part]] + parts[part + 1];
    issues.push({ code, path: [...path], params, severity, message });
  }
  return issues;
}

/**
 * Adds the members of a plain object to a `draft` in the making. Each is read once, and lists are copied. Returns false if
 * the object has members that the table does not have: the record then crosses as JSON.
 */
function pack(draft, object, indexes) {
  const { names, values } = draft;
  const own = Object.keys(object);
  const given = Object.values(object);
  for (let place = 0; place < own.length; place++) {
    const name = own[place];
    let value = given[place];
    const index = indexes.get(name);
    if (index === undefined) {
      if (name !== "Address" || indexes === OF_PARTS || !isPlain(value)) return false;
      draft.start = names.length;
      if (!pack(draft, value, OF_PARTS)) return false;
      draft.end = names.length;
      continue;
    }
    let json = "";
    if (!isTextOrFlag(value)) {
      json = Number.isFinite(value) ? String(value) : text((value ??= null), "draft");
      if (typeof value === "object") value = parsed(json);
    }
    if (!addMember(draft, index, value, json)) return false;
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

/** `checkCustomer` of a plain record. */
export function checkPacked(record, settings) {
  if (!isPlain(record)) return undefined;
  return withSlots((into) => {
    const draft = emptyDraft(into);
    if (!pack(draft, record, OF_MEMBERS)) return undefined;
    const { names, values, count, start, end } = draft;
    const size = checkInModule(draft, into, settings);
    if (size === undefined) return undefined;
    const ofIssues = size & ISSUES_MASK;
    const changes = decoder.decode(into.answer.subarray(ofIssues, ofIssues + (size >> ISSUES_SIZE_BITS)));
    let at = 0;
    for (let next; (next = changes.indexOf(END, at)) >= 0; at = next + 1) {
      const row = changes.charCodeAt(at) - FIRST - count;
      const place = row < 0 ? row + count : names.push(ROWS[row].name) - 1;
      const change = changes.slice(at + 1, next);
      if (change[0] === IS) values[place] = change.slice(1);
      else values[place] = change === "true" || (change ? parsed(change) : undefined);
    }
    const value = fill(new Roomy(), draft, 0, start);
    const address = fill({}, draft, start, end);
    if (Object.keys(address).length) value.Address = address;
    return { value: fill(value, draft, end, names.length), issues: issuesIn(into.answer, ofIssues) };
  });
}

/** True for plain data that has members of the table only. */
export function hasOnlyFields({ Address = {}, ...members }) {
  const areIn = (names, indexes) => names.every((name) => indexes.has(name));
  return isPlain(Address) && areIn(Object.keys(members), OF_MEMBERS) && areIn(Object.keys(Address), OF_PARTS);
}

/**
 * By the name of a field: the fields to judge after a change of that field, and those that their rules read. Each is made
 * when the field is first set.
 */
const pressesByName = new Map();

function makePress({ name, affects }) {
  const judged = [name, ...affects];
  const row = (name) => ROWS[OF_NAMES.get(name)];
  const read = judged.flatMap((name) => row(name).affects);
  const members = [...new Set([...judged, ...read])].map((name) => {
    return { row: row(name), marked: OF_NAMES.get(name) | (judged.includes(name) ? JUDGED : 0) };
  });
  // The rule of a number also says what is wrong with its calling code.
  return { members, about: [...judged, ...judged.map((name) => row(name).callingCode)] };
}

/**
 * Judges what depends on a field that has changed, in a draft that has only fields; `valueOf(row)` gives their values.
 * Returns the issues, and the names of the fields that they can be about.
 */
export function judgePress(row, valueOf, settings) {
  if (!pressesByName.has(row.name)) pressesByName.set(row.name, makePress(row));
  const { members, about } = pressesByName.get(row.name);
  return withSlots((into) => {
    const draft = emptyDraft(into);
    for (const { row, marked } of members) {
      const value = valueOf(row);
      const isWritten = !isTextOrFlag(value) && (value ?? null) !== null;
      if (!addMember(draft, marked, value, isWritten ? jsonOf(value) : "")) return undefined;
    }
    const size = checkInModule(draft, into, settings);
    return size === undefined ? undefined : { issues: issuesIn(into.answer, size), about };
  });
}
