// For workerd, which compiles imported modules before it starts, and refuses to compile one at run time.
import module from "../dist/bulk_bg.wasm";
import phones from "../dist/inline/phones.js";
import { bulkOf } from "../lib/bulk/index.js";

export const { init, checkMany } = bulkOf({ module: () => module, phones });
export default init;
