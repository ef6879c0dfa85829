// For the edge runtime of Next and its kind, which differs from workerd in how a compiled module is imported.
import module from "../dist/gateway_bg.wasm?module";
import { initSync } from "../dist/gateway.js";
import { once } from "../lib/load.js";

export * from "../lib/gateway.js";
export const init = once((input) => initSync({ module: input ?? module }));
export default init;
