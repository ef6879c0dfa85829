// For the edge runtime of Next and its kind, which differs from workerd in how a compiled module is imported.
import module from "../dist/gateway_bg.wasm?module";
import { loader } from "../lib/gateway/core.js";

export * from "../lib/gateway.js";
export const init = loader(() => module);
export default init;
