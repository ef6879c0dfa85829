// For Node and Bun, whose fetch cannot read files.
import { readFile } from "node:fs/promises";
import start, { initSync } from "../dist/core.js";
import { once } from "../lib/load.js";
import { takePhoneFormats, takePhones } from "../lib/rules.js";

const ownFile = (name) => readFile(new URL(`../dist/${name}`, import.meta.url));

export * from "../lib/index.js";
const init = once(async (input) => {
  if (input) return start({ module_or_path: input });
  // Not `start`, which asks what a Response is: Node loads all of its fetch to know.
  return initSync({ module: await WebAssembly.compile(await ownFile("core_bg.wasm")) });
});
export default init;
export const loadPhones = once(async (input) => takePhones(input ?? (await ownFile("phones.bin")), init));
export const loadPhoneFormats = once(async (input) =>
  takePhoneFormats(input ?? (await ownFile("phone-formats.bin")), init),
);
