// For servers: the module and the widget's files are inside scripts, so that a bundle needs no file beside it.
import module from "../dist/inline/gateway.js";
import files from "../dist/inline/web.js";
import start from "../dist/gateway.js";
import { filesHandler } from "../lib/gateway/widget-files.js";
import { once } from "../lib/load.js";

export * from "../lib/gateway.js";
export const widgetFiles = (options) => filesHandler(files, options);
export const init = once((input) => start({ module_or_path: input ?? module() }));
export default init;
