// For Deno: a source-phase import of the module needs no permission to read files.
import source wasm from "../dist/core_bg.wasm";
import start from "../dist/core.js";
import { once } from "../lib/load.js";
import { takePhoneFormats, takePhones } from "../lib/rules.js";

export * from "../lib/index.js";
const init = once((input) => start({ module_or_path: input ?? wasm }));
export default init;
export const loadPhones = once((input) => takePhones(input ?? new URL("../dist/phones.bin", import.meta.url), init));
export const loadPhoneFormats = once((input) =>
  takePhoneFormats(input ?? new URL("../dist/phone-formats.bin", import.meta.url), init),
);
