/** For the package's widget, which imports it when it is needed: the later part, with the rules. */
import { rulesOfPage } from "./rules-of-page.js";
import { loadRules as loadOwn } from "./rules.js";
import { FILES } from "guest-files";

export * from "./later.js";

/** The rules of `dinerkit` itself if the page uses it as well, or else the widget's own. */
export const loadRules = () => rulesOfPage() ?? loadOwn(FILES);
