/**
 * For the widget and for the page without JavaScript: the two ways in which they make nodes. Neither reads markup, so
 * that no text, from a guest, a locale or a restaurant, can become an element by accident.
 */

/** An element with attributes; `null`, `undefined` and `false` leave an attribute out, `true` gives it no value. */
export function element(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same of a node that is there, the browser's or one of html.js. */
export function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** The nodes of an opt-in text, from what `optInNodes` let through. Links leave the form in a tab of their own. */
export function optInContent(element, runs) {
  return runs.map((run) => {
    if ("text" in run) return run.text;
    const link = run.element === "a" && { href: run.href, target: "_blank", rel: "noopener noreferrer" };
    return element(run.element, link, ...optInContent(element, run.children));
  });
}
