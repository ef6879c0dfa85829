/**
 * For every runtime: which values are plain data, how they are written as JSON, and how they are copied.
 *
 * A page or a server may have changed the built-ins: Prototype.js gives every array a `toJSON`, old plugins give every
 * object members, others wrap the functions of JSON. What is written and read here is the same as without.
 */
import { isOwn, told } from "./names.js";

/** No record is nested as deep; a cycle always is. */
const MAX_DEPTH = 100;

/** What kind of object this is, of any realm. */
const kindOf = (value) => ({}).toString.call(value);

export const isDate = (value) => / Date]/.test(kindOf(value));

/** True for what is no data: JSON drops it, or writes a Date as UTC's day, which need not be the guest's. */
export const isNoData = (value) => ["bigint", "function", "symbol"].includes(typeof value) || isDate(value);

/** As they were when the package was loaded: what a page puts in their place later is not asked. */
const { parse, stringify } = JSON;

/** The value of a JSON text. A page's own JSON.parse is told to make no dates of texts. */
export const parsed = /\[native/.test(parse) ? parse : (json) => parse(json, (_, value) => value);

/** The JSON of a text. Most are printable ASCII without an escape, and are written faster so. */
const quoted = (text) => (/^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : stringify(text));

/** The JSON of plain data; undefined for undefined. Calls `refuse`, if it is given, for what is no plain data. */
function written(value, refuse, depth = 0, key = "") {
  const type = typeof value;
  if (type === "string") return quoted(value);
  if (type === "undefined") return undefined;
  if (type === "number" || type === "boolean" || value === null) return `${Number.isFinite(+value) ? value : null}`;
  const kind = kindOf(value);
  if (type !== "object" || / Date]/.test(kind) || depth > MAX_DEPTH) return refuse?.();
  if (/ (String|Number|Boolean)]/.test(kind)) return written(value.valueOf(), refuse, depth + 1);
  let json = "";
  const isList = Array.isArray(value);
  let index = 0;
  if (isList) for (const member of value) json += `,${written(member, refuse, depth + 1, `${index++}`) ?? null}`;
  else {
    for (const name in value) {
      if (!isOwn(value, name)) continue;
      const member = written(value[name], refuse, depth + 1, name);
      if (member) json += `,${quoted(name)}:${member}`;
    }
  }
  json = json.slice(1);
  // What the caller's own class says of itself counts; what a script says of all lists and objects does not.
  const { toJSON } = value;
  if (typeof toJSON === "function" && ![[].toJSON, {}.toJSON].includes(toJSON)) {
    return written(value.toJSON(key), refuse, depth + 1, key);
  }
  return isList ? `[${json}]` : `{${json}}`;
}

/** The JSON of our own data. */
export const jsonOf = (value) => written(value);

/** The JSON of a caller's value; a TypeError says that `what` takes plain data. */
export function text(value, what) {
  const refuse = () => {
    throw new TypeError(`${what} takes plain data, with dates as YYYY-MM-DD`);
  };
  return written(value, refuse) ?? refuse();
}

/** True for plain data that makes the same JSON. */
export const isSame = (value, other) => written(value) === written(other);

/**
 * A draft as plain data: of a form's data (FormData, or URLSearchParams) a record, whose names may name parts, as in
 * `Address.Town`. Anything else stays as it is.
 */
export function plainDraft(draft) {
  if (typeof draft?.getAll !== "function") return draft;
  const plain = {};
  for (const [name, value] of draft) {
    if (typeof value !== "string" || draft.getAll(name)[1] !== undefined) {
      throw new TypeError(`draft takes one text for ${told(name)}`);
    }
    put(plain, name.split("."), value);
  }
  return plain;
}

/** Sets a field of a draft. It copies the address, which the earlier draft shares. */
export function put(draft, [member, part], value) {
  draft[member] = part === undefined ? value : { ...(isObject(draft[member]) && draft[member]), [part]: value };
}

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A copy of plain data, for a caller to change. */
export const copyOf = (value) => (value === undefined ? undefined : parsed(jsonOf(value)));
