// For Node, Deno and Bun, which read the package from their own disk: the module that is compiled for
// speed, and the table that it need not decode.
import module from "../dist/inline/fast.js";
import formats from "../dist/inline/phone-formats.js";
import phones from "../dist/inline/phones-plain.js";
import { loaders } from "../lib/start.js";

export * from "../lib/index.js";
export { inspectEmail } from "../lib/quick-email.js";
export const { init, loadPhones, loadPhoneFormats } = loaders({ module, phones, formats });
export default init;
