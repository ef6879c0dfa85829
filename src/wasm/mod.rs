//! The bindings: decode, call, encode. No rule and no decision stands here.
//!
//! Records and results cross as JSON text: read once, without loss, by the reader the client needs anyway.

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

/// 1 kB brotli smaller than the default allocator, and made for WebAssembly's growing memory.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// A `TypeError` for a call that does not fit its types.
fn type_error(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}

/// Reads the JSON text of an argument.
fn value(text: &str) -> Result<Json, JsValue> {
    Json::parse(text)
        .map_err(|_| type_error("an argument takes plain data of reasonable depth and size"))
}

/// Reads the JSON text of an argument that is an object; `what` says which.
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
