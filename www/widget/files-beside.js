/** For the package's widget in pages, and for bundlers that follow these addresses: its files are beside the script. */
import { fetchFile } from "./files.js";

export const FILES = {
  module: () => fetchFile(new URL("./guest_bg.wasm", import.meta.url)),
  tables: () => fetchFile(new URL("./guest.bin", import.meta.url)),
};
