/** Types of `dinerkit/message`: issues in another language than English. */
import type { Issue } from "./index.js";
import type { Locale } from "./locale.js";

/**
 * The locale's message for an issue, filled in: the one for its code and field, else for its code, else the rules' own
 * English. The days of `date_ambiguous` are in the words of the locale's `language`; without it as `1990-04-03`.
 *
 * ```js
 * import { checkField } from "dinerkit";
 * import fr from "dinerkit/locales/fr";
 * import { message } from "dinerkit/message";
 * checkField("Surname", "").map((issue) => message(issue, fr));
 * // ["Veuillez indiquer votre nom."]
 * ```
 */
export function message(
  issue: Pick<Issue, "code" | "path" | "params" | "message">,
  locale: Pick<Locale, "messages"> & Partial<Pick<Locale, "language">>,
): string;

/** Fills `{name}` in a locale's text; what has no value stays as it is. */
export function fill(text: string, values: Record<string, string | number>): string;
