/** For every runtime: the rows of the rule table. They are data, and can be read before the module is loaded. */
import { ROWS, YES } from "../dist/fields.js";
import { copyOf, isObject, parsed, text } from "./plain.js";

/** The rows without a Setup. Callers must not change them. */
export { ROWS };

/** The name of an issue's field, such as `Address.Town` for a part of the address. */
export const fieldNameOf = ({ path }) => path.join(".");

/** True if a flag has one of the values that mean yes. */
export const isYes = (flag) => flag === true || YES.includes(flag);

export function fields(setup) {
  return copyOf(fieldsOf(setupFrom(setup)));
}

/**
 * The same for a Setup that is one, such as an answer of the gateway. The widget's script has no room for the check, and
 * changes no row: most are those of ROWS.
 */
export function fieldsOf({ CustomFields: listed } = {}) {
  const isListed = Array.isArray(listed);
  return ROWS.flatMap((row) => {
    const custom = isListed && listed.find((each) => each?.Name === row.name);
    if (!custom) return isListed && row.isCustom ? [] : row;
    const label = typeof custom.Label === "string" ? custom.Label : "";
    return { ...row, label, required: custom.IsRequired === true ? "always" : row.required };
  });
}

/** The caller's Setup as plain data; an empty object if the caller gives none. */
function setupFrom(setup) {
  const known = parsed(text(setup ?? {}, "setup"));
  if (!isObject(known)) throw new TypeError("setup takes the object that client.setup() returned");
  return known;
}
