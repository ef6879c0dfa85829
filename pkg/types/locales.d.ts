/** Types of `dinerkit/locales`: the words of every language that the package has, for servers. */
import type { Locale } from "./locale.js";

/** By the languages' tags. */
declare const locales: Record<string, Locale>;
export default locales;
