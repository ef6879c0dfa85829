// For whoever writes JavaScript here: what `cargo xtask lint` finds fault with, besides format (prettier).
import js from "@eslint/js";
import globals from "globals";

export default [
  // The last: ESLint does not parse source-phase imports yet.
  { ignores: ["pkg/dist/**", "pkg/examples/**", "target/**", "pkg/*/deno.js"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    // Runs in every runtime: only what all of them have.
    files: ["pkg/**/*.js"],
    languageOptions: { globals: globals["shared-node-browser"] },
  },
  {
    files: ["server/**/*.js", "pkg/bin/**/*.js"],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["www/**/*.js"],
    ignores: ["www/serve.mjs"],
    languageOptions: { globals: globals.browser },
  },
  {
    // One for each runtime: each with its own globals.
    files: ["examples/**/*.js"],
    languageOptions: { globals: { ...globals.node, Bun: "readonly", Deno: "readonly" } },
    rules: { "no-console": "off" },
  },
  {
    // Programs: what they print is their result.
    files: ["**/*.mjs"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { "no-console": "off" },
  },
];
