// For the edge runtime of Next and its kind, which differs from workerd in how a compiled module is imported.
import module from "../dist/core_bg.wasm?module";
import formats from "../dist/inline/phone-formats.js";
import phones from "../dist/inline/phones.js";
import { loaders } from "../lib/start.js";

export * from "../lib/index.js";
export const { init, loadPhones, loadPhoneFormats } = loaders({ module: () => module, phones, formats });
export default init;
