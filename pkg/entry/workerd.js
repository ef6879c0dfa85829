// For workerd, which compiles imported modules before it starts, and refuses to compile one at run time.
import wasm from "../dist/core_bg.wasm";
import formats from "../dist/phone-formats.bin";
import phones from "../dist/phones.bin";
import { initSync } from "../dist/core.js";
import { once } from "../lib/load.js";
import { takePhoneFormats, takePhones } from "../lib/rules.js";

export * from "../lib/index.js";
const init = once((input) => initSync({ module: input ?? wasm }));
export default init;
export const loadPhones = once((input) => takePhones(input ?? phones, init));
export const loadPhoneFormats = once((input) => takePhoneFormats(input ?? formats, init));
