// For workerd, which compiles imported modules before it starts, and refuses to compile one at run time.
import module from "../dist/gateway_bg.wasm";
import { loader } from "../lib/gateway/core.js";

export * from "../lib/gateway.js";
export const init = loader(() => module);
export default init;
