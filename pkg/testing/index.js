// For tests in Node, Bun, Deno and browsers: the gateway's module is inside the script.
import module from "../dist/inline/gateway.js";
import { loader } from "../lib/gateway/core.js";
import { standIns } from "./stand-in.js";

export const createStandIn = standIns(loader(module));
