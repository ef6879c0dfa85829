/**
 * Types of `dinerkit/inline.global.js`, a classic script: its exports are members of the global `dinerkit`. In a script
 * that is no module: `/// <reference types="dinerkit/inline.global.js" />`.
 */
export * from "./index.js";
export { default } from "./index.js";
export as namespace dinerkit;
