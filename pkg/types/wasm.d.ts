/** Types of `dinerkit/core_bg.wasm` and `dinerkit/gateway_bg.wasm`: what an import of the file gives. */
import type { Bytes, WebAssemblyModule } from "./platform.js";

/**
 * The module, as the bundler or runtime hands it over: the address of its file, its bytes, or the compiled module. Give
 * it to `init`.
 */
declare const wasm: string | Bytes | WebAssemblyModule;
export default wasm;
