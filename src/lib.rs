//! Customer details for restaurant microsites: the rules a form must keep, and the client of the
//! Customer API that keeps them, for Rust and, through WebAssembly, for JavaScript.

pub mod client;
pub mod customer;
pub mod fields;
pub mod form;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod issue;
pub mod json;
mod json_serde;
pub mod names;
#[cfg(any(test, all(target_arch = "wasm32", feature = "wasm")))]
mod packed;
pub mod platform;
#[cfg(any(test, not(target_arch = "wasm32")))]
pub mod reference;
pub mod rules;
mod scan;
#[cfg(any(test, not(target_arch = "wasm32")))]
pub mod script;
pub mod setup;
pub mod slots;

#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
pub mod wasm;
