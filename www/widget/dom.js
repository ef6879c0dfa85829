/**
 * For the widget and for the page without JavaScript: the functions that make nodes. None of them parses markup, so
 * that no text of a guest, a locale or a restaurant can become an element.
 */

/** Makes an element. The values `null`, `undefined` and `false` leave an attribute out; `true` makes it empty. */
export function element(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Sets the attributes of a node of the browser or of html.js, and appends the children. */
export function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Makes the nodes of an opt-in text from the result of `optInNodes`. Its links open in a new tab, so that the form stays. */
export function optInContent(element, runs) {
  return runs.map((run) => {
    if ("text" in run) return run.text;
    const link = run.element === "a" && { href: run.href, target: "_blank", rel: "noopener noreferrer" };
    return element(run.element, link, ...optInContent(element, run.children));
  });
}

/** Like `fill` of message.js, as nodes: each value is isolated, because it may be written in another direction than the text. */
export function filledNodes(element, text, values) {
  return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? element("bdi", null, values[part]) : part));
}
