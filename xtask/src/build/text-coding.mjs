/** For inline.mjs, which gives these to the CommonJS bundles: Jest's DOM has neither TextDecoder nor TextEncoder. */
import * as util from "node:util";

export const TextDecoder = globalThis.TextDecoder ?? util.TextDecoder;
export const TextEncoder = globalThis.TextEncoder ?? util.TextEncoder;
