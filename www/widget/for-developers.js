/**
 * For the package's widget: what helps whoever builds a page with it, the element's properties and words in the console
 * about what goes wrong. The gateway's script has neither, because a guest waits for each byte of it.
 */
import { ROWS } from "../../pkg/lib/fields.js";
import { meant, told } from "../../pkg/lib/names.js";
import { regionOf } from "./calling-codes.js";
import { EVENTS } from "./events.js";

/** The attributes that are properties too. `lang` is one of every element. */
const PROPERTIES = ["microsite", "gateway", "fields", "country"];

const said = new Set();

/** Says something in the console, once for all forms of the page. */
function say(text) {
  if (said.has(text)) return;
  said.add(text);
  // eslint-disable-next-line no-console -- the guest can do nothing about it
  console.warn(`dinerkit: ${text}`);
}

/** Says which names in the attributes are not known, because the form does without them. */
function checkNames({ fields, country }) {
  const known = ["Address", ...ROWS.filter(({ writableBy }) => writableBy === "guest").map(({ name }) => name)];
  for (const name of fields?.split(/[\s,]+/) ?? []) {
    if (name && !known.includes(name)) say(`fields has no guest's field ${meant(name, known)}`);
  }
  if (country && !regionOf(country)) {
    say(`country takes a region with a calling code, such as GB, and not ${told(country)}`);
  }
}

/** The element's class, with properties and words in the console. */
export function forDevelopers(DinerForm) {
  class Form extends DinerForm {
    constructor() {
      super();
      this.addEventListener(EVENTS.error, ({ detail: { error, during } }) => {
        if (during === "load") say(`the form could not be loaded (${error.message})`);
      });
    }

    connectedCallback() {
      for (const name of PROPERTIES) {
        // A framework may have set it before the element was defined: then it hides the property of the class.
        if (!Object.hasOwn(this, name)) continue;
        const { [name]: value } = this;
        delete this[name];
        this[name] = value;
      }
      checkNames(this);
      super.connectedCallback();
    }

    attributeChangedCallback(...change) {
      if (this.isConnected) checkNames(this);
      super.attributeChangedCallback(...change);
    }
  }
  for (const name of PROPERTIES) {
    Object.defineProperty(Form.prototype, name, {
      enumerable: true,
      configurable: true,
      get() {
        return this.getAttribute(name);
      },
      set(value) {
        if (value === null || value === undefined) this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
    });
  }
  return Form;
}
