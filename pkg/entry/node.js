// For Node and Bun, whose fetch cannot read files.
import { readFile } from "node:fs/promises";
import start from "../dist/core.js";
import { once } from "../lib/load.js";
import { takePhoneFormats, takePhones } from "../lib/rules.js";

export * from "../lib/index.js";
export default once(async (input) =>
  start({ module_or_path: input ?? (await readFile(new URL("../dist/core_bg.wasm", import.meta.url))) }),
);
export const loadPhones = once(async (input) =>
  takePhones(input ?? (await readFile(new URL("../dist/phones.bin", import.meta.url)))),
);
export const loadPhoneFormats = once(async (input) =>
  takePhoneFormats(input ?? (await readFile(new URL("../dist/phone-formats.bin", import.meta.url)))),
);
