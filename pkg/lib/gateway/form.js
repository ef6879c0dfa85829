/** For the gateway: its page without JavaScript, made of the widget's own parts around its own module's rules. */
import { askedLanguages, pages } from "../../dist/page.js";
import { dateOrder } from "../calendar.js";
import { fields } from "../fields.js";
import { parsed } from "../plain.js";
import { core } from "./core.js";

export { STYLE } from "../../dist/page.js";

const ask = (question, subject) => parsed(core.call((running) => running.ask(question, subject, "", 0)));

const rules = {
  fields,
  optInNodes: (optInText) => ask("optInNodes", String(optInText ?? "")),
};

/** The part of a date that comes first in the language that a request asks for before all others. */
export function dateOrderOf(request) {
  try {
    return dateOrder(askedLanguages(request)[0]);
  } catch {
    // Deno and Bun pass on a malformed Host, with which the address is none.
    return undefined;
  }
}

/** What makes the HTML of a page of what the module says of it, and of the request's languages. */
export const formPages = (locales) => pages(rules, locales);
