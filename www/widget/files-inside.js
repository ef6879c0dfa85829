/** For the package's widget in bundlers and test runners that follow no addresses of files: they are inside the script. */
import module from "../../pkg/dist/inline/guest.js";
import tables from "../../pkg/dist/inline/guest-tables.js";

/** Like a Response, which a DOM without `fetch` does not have. */
const answer = (bytes) => async () => ({ arrayBuffer: bytes });

export const FILES = { module: answer(module), tables: answer(tables) };
