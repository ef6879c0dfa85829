/** For every entry: the functions that load the module and its tables, each from where the entry has it. */
import { VERSION } from "../dist/fields.js";
import { once } from "./load.js";
import { core } from "./core.js";
import { checkCustomer, formatPhone, inspectPhone, takePhoneFormats, takePhones } from "./rules.js";

/**
 * The functions `init`, `loadPhones` and `loadPhoneFormats` of an entry. `module`, `phones` and `formats` each return the
 * file's address, its bytes, or the compiled module. They are asked only if the caller gives no input.
 */
export function loaders({ module, phones, formats }) {
  const init = once(async (input) => core.load(input ?? (await module())));
  const loadPhones = once((input) => takePhones(input ?? phones(), init));
  const loadPhoneFormats = once((input) => takePhoneFormats(input ?? formats(), init));
  // The widget uses these rules if the page has them, so that it loads no second module.
  globalThis[Symbol.for("dinerkit")] = {
    version: VERSION,
    init,
    checkCustomer,
    inspectPhone,
    formatPhone,
    loadPhones,
    loadPhoneFormats,
  };
  return { init, loadPhones, loadPhoneFormats };
}
