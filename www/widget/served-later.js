/**
 * For served.js, which imports this script by its name with a hash: the later part of the widget, with the English words
 * that the form needs once it is drawn.
 */
export * from "./later.js";
export { wholeLanguage } from "./later-words.js";
export { loadRules } from "./rules.js";
export { default as words } from "guest-words";
