// For whoever writes JavaScript here: the rules that `cargo xtask lint` checks. Prettier checks the format.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["pkg/dist/**", "pkg/examples/**", "target/**"] },
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
    // These files run in every runtime, and may use only the globals that all runtimes have.
    files: ["pkg/**/*.js", "src/**/*.js"],
    languageOptions: { globals: globals["shared-node-browser"] },
  },
  {
    files: ["server/**/*.js", "pkg/bin/**/*.js"],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["www/**/*.js"],
    ignores: ["www/serve.mjs"],
    languageOptions: { globals: { ...globals.browser, __HASHES__: "readonly" } },
  },
  {
    // There is an example for each runtime, and each may use the globals of its runtime.
    files: ["examples/**/*.js"],
    languageOptions: { globals: { ...globals.node, Bun: "readonly", Deno: "readonly" } },
    rules: { "no-console": "off" },
  },
  {
    files: ["examples/html/*.js", "examples/challenge/page.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    // What Nuxt imports by itself.
    files: ["examples/nuxt/**/*.js"],
    languageOptions: { globals: { defineEventHandler: "readonly", readBody: "readonly" } },
  },
  {
    // Programs may print, because what they print is their result.
    files: ["**/*.mjs"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { "no-console": "off" },
  },
  {
    files: ["tests/consumers/fixtures/**/*.js"],
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: { ecmaFeatures: { jsx: true } },
    },
  },
  {
    files: ["tests/consumers/fixtures/**/classic.js"],
    languageOptions: { sourceType: "script", globals: { ...globals.browser, dinerkit: "readonly" } },
  },
  {
    // Their runners give these tests globals, and so does test-cases.js.
    files: ["tests/consumers/fixtures/{test-runners,storybook}/**"],
    languageOptions: {
      globals: { ...globals.node, ...globals.browser, ...globals.jest, cases: "readonly", Deno: "readonly" },
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: globals.node },
    rules: { "no-console": "off" },
  },
];
