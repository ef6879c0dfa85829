/** For form and server libraries that take a Standard Schema (https://standardschema.dev): the rules as such a schema. */
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
          // A draft that is not an object is an issue of the whole. Wrong options are the caller's mistake: they make
          // `checkField` throw too.
          const [issue] = checkField("Surname", {}, whole);
          return { issues: [{ ...issue, path: [], message: error.message }] };
        }
      },
    },
  };
}
