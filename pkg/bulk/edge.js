// For the edge runtime of Next and its kind, which differs from workerd in how a compiled module is imported.
import module from "../dist/bulk_bg.wasm?module";
import phones from "../dist/inline/phones.js";
import { bulkOf } from "../lib/bulk/index.js";

export const { init, checkMany } = bulkOf({ module: () => module, phones });
export default init;
