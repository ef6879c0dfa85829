// For Node and Bun: their fetch cannot read files, so the module is read from its file.
import { readFile } from "node:fs/promises";
import start from "../dist/gateway.js";
import { once } from "../lib/load.js";

export * from "../lib/gateway.js";
export { widgetFiles } from "../lib/gateway/widget-files.js";
export default once(async (input) =>
  start({ module_or_path: input ?? (await readFile(new URL("../dist/gateway_bg.wasm", import.meta.url))) }),
);
