/**
 * For the build, which bundles this with wasm-bindgen's glue into `pkg/dist/guest.js`: loads the module of a guest's page
 * and asks it. wasm-bindgen's own loader takes more bytes, and the first field waits for each of them.
 */
import * as glue from "glue";

export { takeTables } from "glue";

/** Starts the module from its bytes. */
export default async function start(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes, { "./guest_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}

/**
 * Asks the function of this name: `checkCustomer` with a draft and options, `inspectPhone` with a calling code and a
 * number, or `formatPhone` with these and the place of the caret. Returns null if the arguments are none. `inspectPhone`
 * answers with the calling code alone.
 */
export const ask = (...question) => JSON.parse(glue.ask(JSON.stringify(question)));
