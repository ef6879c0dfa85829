//! Reads the arguments of programs, and refuses those that do not fit their types.

use wasm_bindgen::JsValue;

use crate::json::{Json, Object};

/// A `TypeError`, for a call whose arguments do not fit their types.
pub(super) fn type_error(message: &str) -> JsValue {
    js_sys::TypeError::new(message).into()
}

/// Reads the JSON text of an argument.
pub(super) fn value(text: &str) -> Result<Json, JsValue> {
    Json::parse(text)
        .map_err(|_| type_error("an argument takes plain data of reasonable depth and size"))
}

/// Reads the JSON text of an argument that is an object. `what` is the error's message for any
/// other value.
pub(super) fn object(text: &str, what: &'static str) -> Result<Object, JsValue> {
    match value(text)? {
        Json::Object(object) => Ok(object),
        _ => Err(type_error(what)),
    }
}
