/** For the tests of the package: its modules, each of which is inside a script as a text. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const MODULES = ["core", "fast", "guest", "gateway", "bulk"];

/** The script of `dist` that has a module inside. Node's own is in one script with all that Node loads. */
const scriptOf = (name) => (name === "fast" ? "server.js" : `inline/${name}.js`);

/** How a module is written in its script, of the package in this folder: the script's longest text. */
export async function textOf(folder, name) {
  const texts = (await readFile(join(folder, "dist", scriptOf(name)), "utf8")).match(/(?<=")[^"]{10000,}(?=")/g);
  return texts.sort((one, other) => other.length - one.length)[0];
}

/** The bytes of a module of the package in this folder. */
export async function bytesOf(folder, name) {
  if (name === "fast") return Buffer.from(await textOf(folder, name), "base64");
  const { default: bytes } = await import(pathToFileURL(join(folder, "dist", scriptOf(name))));
  return Buffer.from(bytes());
}
