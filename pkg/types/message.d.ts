/** Types of `dinerkit/message`: issues in another language than English. */
import type { Issue } from "./index.js";
import type { Locale } from "./locale.js";

/**
 * The locale's message for an issue, filled in: the one for its code and field, else for its code, else the rules' own
 * English.
 *
 * ```js
 * import { checkField } from "dinerkit";
 * import fr from "dinerkit/locales/fr";
 * import { message } from "dinerkit/message";
 * checkField("Email", "lee").map((issue) => message(issue, fr));
 * // ["Veuillez indiquer une adresse e-mail de la forme nom@example.com."]
 * ```
 */
export function message(
  issue: Pick<Issue, "code" | "path" | "params" | "message">,
  locale: Pick<Locale, "messages">,
): string;

/** Fills `{name}` in a locale's text; what has no value stays as it is. */
export function fill(text: string, values: Record<string, string | number>): string;
