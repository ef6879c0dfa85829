/**
 * For inline.mjs, which gives this to the CommonJS bundles: where the bundle is, as `import.meta.url` says it in a module.
 */
import { pathToFileURL } from "node:url";

export const placeOfBundle = pathToFileURL(__filename).href;
