/** For dinerkit.mjs and dinerkit-browser.mjs: the package, called as its users call it. */
import { setup } from "../rules.mjs";

// The other contenders refuse a phone number that does not exist, so dinerkit refuses it too.
const options = { setup, strict: true };

const TYPES = new Map();
/** The name of a type of phone numbers as upstream writes it. */
function upstream(type) {
  if (!TYPES.has(type)) TYPES.set(type, type.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
  return TYPES.get(type);
}

const isError = ({ severity }) => severity === "error";

/** What a contender is, of an entry of the package that is loaded. */
export function contender({ checkCustomer, CustomerForm, inspectEmail, inspectPhone }) {
  return {
    /** Checks a form: `value` is the normalised form if there are no `issues`. */
    checkForm: (draft) => checkCustomer(draft, options),

    /** A live form: the function that a key press calls, which returns the issues. */
    open(draft) {
      const form = new CustomerForm({ draft, ...options });
      return (name, value) => form.set(name, value);
    },

    /** The e-mail address, or undefined if it is refused. */
    checkEmail(typed) {
      const { email, issues } = inspectEmail(typed);
      return issues.some(isError) ? undefined : email;
    },

    /** A number as typed, with its type if it exists. */
    parse(typed, callingCode) {
      const { types, callingCode: code, national, e164 } = inspectPhone(callingCode, typed);
      return { type: types.length > 0 ? upstream(types[0]) : undefined, callingCode: code, national, e164 };
    },
  };
}
