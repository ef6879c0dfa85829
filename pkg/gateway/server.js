// For servers: the module and the widget's files are inside scripts, so that a bundle needs no file beside it.
import module from "../dist/inline/gateway.js";
import files from "../dist/inline/web.js";
import { loader } from "../lib/gateway/core.js";
import { filesHandler } from "../lib/gateway/widget-files.js";

export * from "../lib/gateway.js";
export const widgetFiles = (options) => filesHandler(files, options);
export const init = loader(module);
export default init;
