// For workerd, which compiles imported modules before it starts, and refuses to compile one at run time.
import module from "../dist/gateway_bg.wasm";
import { initSync } from "../dist/gateway.js";
import { once } from "../lib/load.js";

export * from "../lib/gateway.js";
export const init = once((input) => initSync({ module: input ?? module }));
export default init;
