/**
 * For pages that embed the widget with two lines: the entry of the one script that a gateway serves. It knows the files
 * that come later by their names and integrity, and the gateway's address if a gateway has served it.
 */
import english from "./locales/en.js";

/** Written in by the gateway that serves this script; it begins with `%` in every other copy. */
const gateway = "%DINERKIT_GATEWAY%";

globalThis[Symbol.for("dinerkit.served")] = { gateway, files: __FILES__, english };
