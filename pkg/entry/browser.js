// For browsers and bundlers: the module lies next to the glue, and bundlers follow this URL.
import start from "../dist/core.js";
import { once } from "../lib/load.js";

export * from "../lib/index.js";
export default once((input) => start({ module_or_path: input ?? new URL("../dist/core_bg.wasm", import.meta.url) }));
