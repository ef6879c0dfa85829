/** For frameworks.test.mjs: a page of React. */
import { createElement as h, useState } from "react";
import { hydrateRoot } from "react-dom/client";
import { DinerForm } from "dinerkit/react";

export function App() {
  const [isExtra, setExtra] = useState(false);
  globalThis.setExtra = setExtra;
  const date = h("label", null, "Day ", h("input", { type: "date", name: "Day", required: true }));
  return h(DinerForm, { microsite: "oak-and-salt" }, isExtra && h("p", { slot: "before", id: "extra" }, date));
}

export const hydrate = (root) => hydrateRoot(root, h(App));
