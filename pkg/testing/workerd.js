// For tests in workerd, which refuses to compile a module at run time: the gateway's own entry imports it.
import { init } from "../gateway/workerd.js";
import { standIns } from "./stand-in.js";

export const createStandIn = standIns(init);
