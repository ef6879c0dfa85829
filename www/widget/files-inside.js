/** For the package's widget in bundlers and test runners that follow no addresses of files: they are inside the script. */
import module from "../../pkg/dist/inline/guest.js";
import tables from "../../pkg/dist/inline/guest-tables.js";

export const FILES = { module: async () => module(), tables: async () => tables() };
