/** For the element: its attributes, and the properties that reflect them. */

/** The attributes that say what is asked for: if one changes, the form is loaded anew. */
export const LOADED_ATTRIBUTES = "microsite gateway fields country dates lang".split(" ");
/** The attributes that are there or not. */
const FLAGS = "unstyled disabled readonly".split(" ");
export const OTHER_ATTRIBUTES = "theme keep thanks name unstyled disabled readonly".split(" ");

/** Gives an element's class the property of an attribute. */
export function reflect(prototype, name) {
  const isFlag = FLAGS.includes(name);
  Object.defineProperty(prototype, name === "readonly" ? "readOnly" : name, {
    // Else a `writable` that a page has put into Object.prototype would count.
    __proto__: null,
    get() {
      return isFlag ? this.hasAttribute(name) : this.getAttribute(name);
    },
    set(value) {
      if (value === null || value === undefined || value === false) this.removeAttribute(name);
      else this.setAttribute(name, isFlag ? "" : value);
    },
  });
}
