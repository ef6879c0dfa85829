// For workerd, which compiles modules before it starts and refuses to at run time.
import wasm from "../dist/core_bg.wasm";
import { initSync } from "../dist/core.js";
import { once } from "../lib/load.js";

export * from "../lib/index.js";
export default once((input) => initSync({ module: input ?? wasm }));
