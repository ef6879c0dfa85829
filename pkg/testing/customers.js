/** For the stand-in's API: how requests change a stored record. Pure functions from values to values. */
import { isSame } from "../lib/plain.js";
import { SCHEMAS } from "./contract.js";
import { EMPTY_AS_TEXT, LINE_BREAK } from "./guesses.js";

const { Customer, CustomerRequest } = SCHEMAS;

/**
 * Every member of a record, in the order of the answer, as the contract has it: whether requests write it, whether
 * answers show it, how it reads when it is empty, and what is done to a value before it is stored.
 */
export const MEMBERS = Object.keys({ ...Customer.properties, ...CustomerRequest.properties }).map((name) => {
  const read = Customer.properties[name];
  const write = CustomerRequest.properties[name];
  return {
    name,
    isShown: Boolean(read),
    isWritten: Boolean(write),
    empty: emptyOf(name, read),
    kind: kindOf(name, write),
  };
});

function emptyOf(name, read) {
  if (EMPTY_AS_TEXT.includes(name)) return "";
  if (read?.type === "boolean") return false;
  if (read?.type === "array") return [];
  return read?.$ref?.endsWith("/Int32") ? 0 : null;
}

function kindOf(name, write) {
  if (/^Field\d$/.test(name)) return "customField";
  return { CallingCode: "callingCode", DateWritten: "date" }[write?.$ref?.split("/").at(-1)] ?? "plain";
}

/** A record that `request` creates. `fields` are the custom fields of the restaurant; `now` is in milliseconds. */
export function created(request, fields, now) {
  return { ...replaced(undefined, request, fields), CreatedDateTime: instant(now) };
}

/**
 * The whole record after `request` has replaced `old`. A member that is left out is cleared; the members that only the
 * API writes stay, and so does a custom field that the restaurant did not configure; `commentsOf` decides about comments.
 */
export function replaced(old, request, fields) {
  const record = {};
  for (const { name, isWritten, empty, kind } of MEMBERS) {
    if (name === "CustomerOptions") continue;
    const keeps = !isWritten || (kind === "customField" && !fields.includes(name));
    let value = keeps ? old?.[name] : written(request[name], kind);
    if (name === "Comments") value = commentsOf(old, request);
    record[name] = value === undefined || value === null || value === "" ? empty : value;
  }
  return record;
}

/**
 * The comments after a request. They are appended to the stored ones, after a line break even if there are none, unless
 * the request has `CustomerOptions.AppendComments: false`.
 */
function commentsOf(old, { Comments, CustomerOptions }) {
  const isSent = typeof Comments === "string";
  if (!old || CustomerOptions?.AppendComments === false) return isSent ? Comments : undefined;
  return isSent ? `${old.Comments ?? ""}${LINE_BREAK}${Comments}` : old.Comments;
}

/** A value as it is stored and read back. */
export function written(value, kind) {
  if (kind === "callingCode" && typeof value === "string") return Number(value);
  if (kind === "date" && typeof value === "string") return `${dayOf(value)}T00:00:00.0000000`;
  return value;
}

/** The day of a date. A time with an offset is first moved to UTC, which can change the day. */
function dayOf(text) {
  const day = text.slice(0, 10);
  if (!/(Z|[+-]\d\d:\d\d)$/.test(text)) return day;
  const moved = new Date(text.replace(/(\.\d{3})\d+/, "$1"));
  const iso = Number.isNaN(moved.getTime()) ? "" : moved.toISOString();
  return /^\d{4}-/.test(iso) ? iso.slice(0, 10) : day;
}

/**
 * The master after `others` have been merged into it, in their order. It keeps its own values and takes those of its
 * empty members; comments are joined and codes united. Flags stay the master's: a merge must not create a consent.
 */
export function absorbed(master, others) {
  const merged = { ...master };
  for (const other of others) {
    for (const { name, isWritten, empty } of MEMBERS) {
      const [ours = empty, theirs = empty] = [merged[name], other[name]];
      if (!isWritten || typeof theirs === "boolean" || isSame(theirs, empty)) continue;
      if (name === "Comments" && ours !== null) merged[name] = `${ours}${LINE_BREAK}${theirs}`;
      else if (Array.isArray(ours)) merged[name] = [...new Set([...ours, ...theirs])];
      else if (isSame(ours, empty)) merged[name] = theirs;
    }
  }
  return merged;
}

/** The record without the members that no answer shows. */
export function shown(record) {
  const hidden = MEMBERS.filter(({ isShown }) => !isShown).map(({ name }) => name);
  return Object.fromEntries(Object.entries(record).filter(([name]) => !hidden.includes(name)));
}

/** An instant as answers write it: UTC, seven fraction digits, `Z`. */
export const instant = (ms) => `${zoneless(ms)}Z`;
/** An instant as `TokenExpiryUtc` writes it: without the zone. */
export const zoneless = (ms) => new Date(ms).toISOString().replace("Z", "0000");
