// For Node and Bun, whose fetch cannot read files.
import { readFile } from "node:fs/promises";
import start from "../dist/gateway.js";
import { once } from "../lib/load.js";

export * from "../lib/gateway.js";
export default once(async (input) =>
  start({ module_or_path: input ?? (await readFile(new URL("../dist/gateway_bg.wasm", import.meta.url))) }),
);
