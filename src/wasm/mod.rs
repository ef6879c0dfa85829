//! The bindings to JavaScript. Each decodes its arguments, calls the crate, and encodes the result;
//! none holds a rule or a decision.
//!
//! Records and results cross as JSON text, because the reader that the client needs anyway reads it
//! without loss. The most frequent questions of programs cross through slots: `crate::packed`.

#[cfg(feature = "programs")]
mod arguments;
#[cfg(feature = "bulk")]
pub mod bulk;
#[cfg(feature = "programs")]
pub mod client;
#[cfg(feature = "programs")]
mod fetch;
#[cfg(feature = "gateway")]
pub mod gateway;
#[cfg(not(feature = "programs"))]
pub mod guest;
#[cfg(feature = "gateway")]
pub mod options;
mod platform;
#[cfg(feature = "programs")]
pub mod programs;
mod rules;

use crate::json::Json;

/// This allocator is made for WebAssembly's growing memory, and 1 kB brotli smaller than the
/// default one.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// The JSON text of a result.
fn text(value: &Json) -> String {
    let mut text = String::new();
    value.write(&mut text);
    text
}
