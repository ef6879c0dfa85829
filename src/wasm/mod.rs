//! The bindings to JavaScript. Each decodes its arguments, calls the crate, and encodes the result;
//! none holds a rule or a decision.
//!
//! Records and results cross as JSON text, because the reader that the client needs anyway reads it
//! without loss.

pub mod client;
mod fetch;
#[cfg(feature = "gateway")]
pub mod gateway;
#[cfg(feature = "gateway")]
pub mod options;
mod platform;
pub mod rules;

use wasm_bindgen::JsValue;

use crate::json::{Json, Object};

/// This allocator is made for WebAssembly's growing memory, and 1 kB brotli smaller than the
/// default one.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// A `TypeError`, for a call whose arguments do not fit their types.
fn type_error(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}

/// Reads the JSON text of an argument.
fn value(text: &str) -> Result<Json, JsValue> {
    Json::parse(text)
        .map_err(|_| type_error("an argument takes plain data of reasonable depth and size"))
}

/// Reads the JSON text of an argument that is an object. `what` is the error's message for any
/// other value.
fn object(text: &str, what: &'static str) -> Result<Object, JsValue> {
    match value(text)? {
        Json::Object(object) => Ok(object),
        _ => Err(type_error(what)),
    }
}

/// The JSON text of a result.
fn text(value: &Json) -> String {
    let mut text = String::new();
    value.write(&mut text);
    text
}
