// For tests in workerd, which compiles imported modules before it starts, and refuses to compile one at run time.
import module from "../dist/gateway_bg.wasm";
import { initSync } from "../dist/gateway.js";
import { once } from "../lib/load.js";
import { standIns } from "./stand-in.js";

export const createStandIn = standIns(once(() => initSync({ module })));
