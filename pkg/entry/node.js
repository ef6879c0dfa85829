// For Node and Bun: their fetch cannot read files, so the module is read from its file.
import { readFile } from "node:fs/promises";
import start, { initSync } from "../dist/core.js";
import { once } from "../lib/load.js";
import { takePhoneFormats, takePhones } from "../lib/rules.js";

const ownFile = (name) => readFile(new URL(`../dist/${name}`, import.meta.url));

export * from "../lib/index.js";
const init = once(async (input) => {
  if (input) return start({ module_or_path: input });
  // `start` is not used, because it refers to Response, which makes Node load its whole fetch.
  return initSync({ module: await WebAssembly.compile(await ownFile("core_bg.wasm")) });
});
export default init;
export const loadPhones = once(async (input) => takePhones(input ?? (await ownFile("phones.bin")), init));
export const loadPhoneFormats = once(async (input) =>
  takePhoneFormats(input ?? (await ownFile("phone-formats.bin")), init),
);
