// For servers and pages: the module is inside a script, so that a bundle needs no file beside it.
import module from "../dist/inline/bulk.js";
import phones from "../dist/inline/phones.js";
import { bulkOf } from "../lib/bulk/index.js";
import { startWorker } from "../lib/bulk/start-worker.js";

export const { init, checkMany } = bulkOf({ module, phones, startWorker });
export default init;
