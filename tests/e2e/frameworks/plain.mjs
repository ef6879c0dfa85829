/** For frameworks.test.mjs: a page of React that writes the element itself, without the package's component. */
import { createElement as h } from "react";
import { hydrateRoot } from "react-dom/client";
import "dinerkit/widget";

export const App = () => h("main", null, h("diner-form", { microsite: "oak-and-salt" }), h("p", null, "After it"));

export const hydrate = (root) => hydrateRoot(root, h(App));
