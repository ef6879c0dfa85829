/** For form and server libraries that take a Standard Schema (https://standardschema.dev): the rules as such a schema. */
import { ROWS } from "./fields.js";
import { isNoData } from "./plain.js";
import { checkCustomer, checkField, isError } from "./rules.js";

export function customerSchema(setup, options) {
  const whole = { ...options, setup };
  return {
    "~standard": {
      version: 1,
      vendor: "dinerkit",
      validate(draft) {
        try {
          const { value, issues } = checkCustomer(draft, whole);
          const errors = issues.filter(isError);
          return errors.length ? { issues: errors } : { value };
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          // Wrong options are the caller's mistake: they make `checkField` throw too.
          const [issue] = checkField("Surname", {}, whole);
          const wrong = ROWS.filter(({ path: [member, part] }) =>
            isNoData(part === undefined ? draft?.[member] : draft?.[member]?.[part]),
          );
          if (wrong.length) return { issues: wrong.map(({ path }) => ({ ...issue, path: [...path] })) };
          // A draft that is not an object is an issue of the whole.
          return { issues: [{ ...issue, path: [], message: error.message }] };
        }
      },
    },
  };
}
