/** For `cargo xtask bench`: dinerkit with the module that browsers download, which is compiled to be small. */
import * as dinerkit from "dinerkit/inline";
import { contender } from "./ours.mjs";

await dinerkit.init();
await dinerkit.loadPhones();

export const name = "dinerkit (browser)";
export const packages = ["dinerkit"];
export const { checkForm, open, checkEmail, parse } = contender(dinerkit);
