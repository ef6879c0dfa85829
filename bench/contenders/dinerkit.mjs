/** For `cargo xtask bench`: dinerkit as Node loads it. */
import * as dinerkit from "dinerkit";
import { contender } from "./ours.mjs";

await dinerkit.init();
await dinerkit.loadPhones();

export const name = "dinerkit";
export const packages = ["dinerkit"];
export const { checkForm, open, checkEmail, parse } = contender(dinerkit);
