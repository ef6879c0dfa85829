// For browsers and bundlers: the module is found by this URL, which bundlers follow.
import start from "../dist/core.js";
import { VERSION } from "../dist/fields.js";
import { once } from "../lib/load.js";
import { checkCustomer, formatPhone, inspectPhone, takePhoneFormats, takePhones } from "../lib/rules.js";

export * from "../lib/index.js";
const init = once((input) => start({ module_or_path: input ?? new URL("../dist/core_bg.wasm", import.meta.url) }));
export default init;
export const loadPhones = once((input) => takePhones(input ?? new URL("../dist/phones.bin", import.meta.url), init));
export const loadPhoneFormats = once((input) =>
  takePhoneFormats(input ?? new URL("../dist/phone-formats.bin", import.meta.url), init),
);

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
