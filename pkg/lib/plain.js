/** For every runtime: which values are plain data, and how they are copied. */
import { isDate } from "./dates.js";
import { told } from "./names.js";

/** No record is nested as deep; a cycle always is. */
const MAX_DEPTH = 100;

/** True for what JSON drops, or writes as another value: a Date would become UTC's day, which need not be the guest's. */
export const isNoData = (value) => ["bigint", "function", "symbol"].includes(typeof value) || isDate(value);

/** True for what is no data or holds some that is none. */
function isForeign(value, depth = 0) {
  if (typeof value !== "object" || value === null) return isNoData(value);
  if (depth > MAX_DEPTH || isDate(value)) return true;
  for (const name of Object.keys(value)) if (isForeign(value[name], depth + 1)) return true;
  return false;
}

/** The JSON of a caller's value; a TypeError says that `what` takes plain data. */
export function text(value, what) {
  const json = isForeign(value) ? undefined : JSON.stringify(value);
  if (json === undefined) throw new TypeError(`${what} takes plain data, with dates as YYYY-MM-DD`);
  return json;
}

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
export const copyOf = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
