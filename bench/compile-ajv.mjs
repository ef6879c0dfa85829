/**
 * For ajv's contender: writes its validators as code to target/bench, by ajv's standalone mode, and bundles what they
 * import. A build step does this, so its time is counted nowhere.
 */
import Ajv from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import addFormats from "ajv-formats";
import { build } from "esbuild";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { form, properties } from "./contenders/json-schema.mjs";
import { hasPassed } from "./rules.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = `${ROOT}target/bench`;

/** The code of validators by their names. With `allErrors` they find all errors. */
function code(schemas, allErrors) {
  const ajv = new Ajv.default({
    allErrors,
    // Lengths as the others count them, which is also the faster way. ajv would say that the option will go.
    unicode: false,
    logger: false,
    code: { source: true, esm: true, optimize: true },
    schemas: Object.entries(schemas).map(([name, schema]) => ({ $id: name, ...schema })),
    keywords: [
      {
        keyword: "hasPassed",
        type: "string",
        // As code, because a compiled validator can't hold a function of this file.
        code(cxt) {
          const imported = cxt.gen.scopeValue("func", {
            ref: hasPassed,
            code: Ajv._`require("./bench/rules.mjs").hasPassed`,
          });
          cxt.fail(Ajv._`!${imported}(${cxt.data})`);
        },
      },
    ],
  });
  addFormats.default(ajv);
  return standalone.default(ajv, Object.fromEntries(Object.keys(schemas).map((name) => [name, name])));
}

mkdirSync(OUT, { recursive: true });
await build({
  stdin: {
    contents: 'export * from "one"; export * from "all";',
    resolveDir: ROOT,
  },
  plugins: [
    {
      name: "compiled",
      setup(building) {
        building.onResolve({ filter: /^(one|all)$/ }, ({ path }) => ({ path, namespace: "compiled" }));
        building.onLoad({ filter: /.*/, namespace: "compiled" }, ({ path }) => ({
          contents: path === "one" ? code({ form, ...properties }, false) : code({ formWithAll: form }, true),
          resolveDir: ROOT,
        }));
      },
    },
  ],
  bundle: true,
  format: "esm",
  platform: "neutral",
  mainFields: ["module", "main"],
  outfile: `${OUT}/ajv-compiled.mjs`,
  logLevel: "warning",
});
