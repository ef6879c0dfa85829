/** For the gateway: the running instance of its module. */
import glue from "../../dist/gateway.js";
import { Instance } from "../instance.js";
import { once } from "../load.js";

export const core = new Instance(glue);

/** The function `init` of an entry. `module` returns the module's bytes, or the compiled module. */
export const loader = (module) => once(async (input) => core.load(input ?? (await module())));
