/** For every runtime: the rows of the rule table, which are data and need no module. */
import { ROWS, YES } from "../dist/fields.js";
import { copyOf, isObject, text } from "./plain.js";

/** The rows as they are without a Setup, to be read only. */
export { ROWS };

/** The name of the field that an issue is about; `Address.Town` for a part of the address. */
export const fieldNameOf = ({ path }) => path.join(".");

/** True for each way in which a flag says yes. */
export const isYes = (flag) => flag === true || YES.includes(flag);

export function fields(setup) {
  const { CustomFields: listed } = setupFrom(setup);
  return copyOf(ROWS).filter((row) => {
    if (!Array.isArray(listed)) return true;
    const custom = listed.find((field) => field?.Name === row.name);
    if (custom) {
      row.label = typeof custom.Label === "string" ? custom.Label : "";
      if (custom.IsRequired === true) row.required = "always";
    }
    return custom || !row.isCustom;
  });
}

/** A caller's Setup as plain data; empty where there is none. */
function setupFrom(setup) {
  const known = JSON.parse(text(setup ?? {}, "setup"));
  if (!isObject(known)) throw new TypeError("setup takes the object that client.setup() returned");
  return known;
}
