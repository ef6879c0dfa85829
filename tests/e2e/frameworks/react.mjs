/** For frameworks.test.mjs and pages/apps.mjs: a page of React. */
import { createElement as h, useState } from "react";
import { hydrateRoot } from "react-dom/client";
import { DinerForm } from "dinerkit/react";

export function App() {
  const [isExtra, setExtra] = useState(false);
  const [properties, setProperties] = useState({ value: { Company: "Oak" } });
  Object.assign(globalThis, { setExtra, setProperties });
  const date = h("label", null, "Day ", h("input", { type: "date", name: "Day", required: true }));
  const form = { microsite: "oak-and-salt", gateway: globalThis.gatewayOfPage, ...properties };
  return h(DinerForm, form, isExtra && h("p", { slot: "before", id: "extra" }, date));
}

export const hydrate = (root) => hydrateRoot(root, h(App));
