// For pages, and for bundlers that follow these addresses: the module and its tables are files beside the script.
import { loaders } from "../lib/start.js";

export * from "../lib/index.js";
export const { init, loadPhones, loadPhoneFormats } = loaders({
  module: () => new URL("../dist/core_bg.wasm", import.meta.url),
  phones: () => new URL("../dist/phones.bin", import.meta.url),
  formats: () => new URL("../dist/phone-formats.bin", import.meta.url),
});
export default init;
