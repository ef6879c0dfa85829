// For Deno: a source-phase import of the module needs no permission to read files.
import source wasm from "../dist/gateway_bg.wasm";
import start from "../dist/gateway.js";
import { once } from "../lib/load.js";

export * from "../lib/gateway.js";
export { widgetFiles } from "../lib/gateway/widget-files.js";
export default once((input) => start({ module_or_path: input ?? wasm }));
