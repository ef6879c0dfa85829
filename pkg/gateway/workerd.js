// For workerd, which compiles imported modules before it starts, and refuses to compile one at run time.
import wasm from "../dist/gateway_bg.wasm";
import { initSync } from "../dist/gateway.js";
import { once } from "../lib/load.js";

export * from "../lib/gateway.js";
export default once((input) => initSync({ module: input ?? wasm }));
