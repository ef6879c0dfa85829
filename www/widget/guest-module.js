/**
 * For the build, which bundles this with wasm-bindgen's glue into `pkg/dist/guest.js`: loads the module of a guest's page
 * and asks it. wasm-bindgen's own loader takes more bytes, and the first field waits for each of them.
 */
import makeGlue from "glue";

// An object of esbuild's own, which `import *` is, can't be made where a page's Object.prototype has members.
const glue = makeGlue();

let source, exports, tables;

/** Starts the module from its bytes. Started again, it has the tables of the instance before. */
export default async function start(bytes) {
  source = bytes;
  const { instance } = await WebAssembly.instantiate(bytes, { "./guest_bg.js": glue });
  // Detaches the views of the old memory that the glue keeps.
  exports?.memory.grow(0);
  exports = instance.exports;
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  if (tables) glue.takeTables(tables);
}

/** Takes the tables. Returns false for those of another version. */
export const takeTables = (bytes) => glue.takeTables((tables = bytes));

/**
 * Asks a question, which is the JSON of a list, and answers in JSON. The list begins with the name of a function:
 * `checkCustomer` with a draft and options, `inspectPhone` with a calling code and a number, or `formatPhone` with these and
 * the place of the caret. The answer is null if the arguments are none. `inspectPhone` answers with the calling code alone.
 * After a fault in the module the question throws, and another gets a new instance.
 */
export function ask(question) {
  try {
    return glue.ask(question);
  } catch (error) {
    start(source);
    throw error;
  }
}
