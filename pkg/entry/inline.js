// For servers, and for bundlers that follow no addresses of files: the module and its tables are inside the script.
import module from "../dist/inline/core.js";
import formats from "../dist/inline/phone-formats.js";
import phones from "../dist/inline/phones.js";
import { loaders } from "../lib/start.js";

export * from "../lib/index.js";
export const { init, loadPhones, loadPhoneFormats } = loaders({ module, phones, formats });
export default init;
