/**
 * For both scripts of the widget: what the element needs once its fields are drawn. The element begins to load it when
 * the page defines the element.
 */
export { Controller } from "./controller.js";
export { nameCountries } from "./countries.js";
export { dateParts } from "./date-parts.js";
export { takeFacts } from "./facts-of-first.js";
export { fetchSetup } from "./gateway.js";
export { keepSetup } from "./kept-setup.js";
