/**
 * For inline.mjs, which gives these to the CommonJS bundles, because Jest's DOM lacks them. Node has them still, outside
 * the context that Jest makes for a test. They are looked for when they are used: Node loads all of its fetch to know
 * what a Request is.
 */
import * as util from "node:util";
import { runInThisContext } from "node:vm";

export const TextDecoder = globalThis.TextDecoder ?? util.TextDecoder;
export const TextEncoder = globalThis.TextEncoder ?? util.TextEncoder;

/** What stands for each of these names in a bundle. */
export const WEB_PLATFORM = ["Request", "Response", "Headers"];

/** All come from the same place: Node's Response does not know the Headers of a DOM. */
const place = () => (globalThis.Request ? globalThis : runInThisContext("globalThis"));

export const webPlatform = {
  get Request() {
    return place().Request;
  },
  get Response() {
    return place().Response;
  },
  get Headers() {
    return place().Headers;
  },
};
