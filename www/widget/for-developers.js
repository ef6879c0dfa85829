/**
 * For whoever builds a page with the form: words in the console about what goes wrong because of the page, once each for
 * all forms of the page. They come with the later script, so that no guest waits for them. mistakes.js decides what they
 * are.
 */
import { EVENTS } from "./events.js";
import { languageTag } from "./languages.js";
import { blocked, failureToLoad, failureToSend, mistakesIn, mistakesInValue } from "./mistakes.js";

const said = new Set();
/** The addresses of the gateways of the page's forms. The page's listener holds these and no element. */
const gateways = new Set();

/** Says something in the console, once for all forms of the page. */
function say(text) {
  if (!text || said.has(text)) return;
  said.add(text);
  // eslint-disable-next-line no-console -- the guest can do nothing about it
  console.warn(`dinerkit: ${text}`);
}

/** Says what is wrong with the attributes that an element has now. */
export function sayMistakes(host) {
  const attributes = Object.fromEntries([...host.attributes].map(({ name, value }) => [name, value]));
  const language = languageTag(host.closest("[lang]")?.lang ?? "");
  mistakesIn(attributes, host.constructor.observedAttributes, language).forEach(say);
}

/** Says which names in a value are no field of a guest. */
export const sayMistakesInValue = (value) => mistakesInValue(value).forEach(say);

/** From now on says what goes wrong with an element. `base()` is the address of its gateway. */
export function watch(host, base) {
  sayMistakes(host);
  host.addEventListener(EVENTS.error, ({ detail: { error, during } }) => {
    const facts = { base: base(), microsite: host.getAttribute("microsite") };
    say(during === "load" ? failureToLoad(error, facts) : failureToSend(error));
  });
}

/** From now on says what the page's policy blocks of this gateway. */
export function watchPolicy(base) {
  if (!gateways.size) {
    document.addEventListener("securitypolicyviolation", (event) => {
      for (const base of gateways) say(blocked(event, { base }));
    });
  }
  gateways.add(base);
}
