// For workerd, which compiles imported modules before it starts, and refuses to compile one at run time.
import module from "../dist/core_bg.wasm";
import formats from "../dist/inline/phone-formats.js";
import phones from "../dist/inline/phones.js";
import { loaders } from "../lib/start.js";

export * from "../lib/index.js";
export const { init, loadPhones, loadPhoneFormats } = loaders({ module: () => module, phones, formats });
export default init;
