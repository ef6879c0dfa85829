// For tests in Node, Bun, Deno and browsers: the gateway's module is inside the script.
import start from "../dist/gateway.js";
import module from "../dist/inline/gateway.js";
import { once } from "../lib/load.js";
import { standIns } from "./stand-in.js";

export const createStandIn = standIns(once(() => start({ module_or_path: module() })));
