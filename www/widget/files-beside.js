/** For the package's widget in pages, and for bundlers that follow these addresses: its files are beside the script. */
import { fetchBytes } from "./files.js";

export const FILES = {
  module: () => fetchBytes(new URL("./guest_bg.wasm", import.meta.url)),
  tables: () => fetchBytes(new URL("./guest.bin", import.meta.url)),
};
