/** For the gateway: its page without JavaScript, made of the widget's own parts around its own module's rules. */
import { pages } from "../../dist/page.js";
import { fields } from "../fields.js";
import { parsed } from "../plain.js";
import { core } from "./core.js";

export { STYLE } from "../../dist/page.js";

const ask = (question, subject) => parsed(core.call((running) => running.ask(question, subject, "", 0)));

const rules = {
  fields,
  optInNodes: (optInText) => ask("optInNodes", String(optInText ?? "")),
};

/** What makes the HTML of a page of what the module says of it, and of the request's languages. */
export const formPages = (locales) => pages(rules, locales);
