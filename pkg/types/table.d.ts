/** Types of `dinerkit/phones.bin` and `dinerkit/phone-formats.bin`: what an import of the file gives. */
import type { Bytes } from "./platform.js";

/**
 * The table, as the bundler or runtime hands it over: the address of its file, or its bytes. Give it to `loadPhones` or
 * `loadPhoneFormats`.
 */
declare const table: string | Bytes;
export default table;
