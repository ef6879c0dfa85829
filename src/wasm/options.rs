//! The operators' options for JavaScript: the rows of their table that the command reads, and the
//! error for wrong options.

use js_sys::{Array, JSON, Reflect, TypeError};
use serde::Deserialize as _;
use serde_wasm_bindgen::Deserializer;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::arguments::{object, type_error};
use super::text;
use crate::gateway::options::show::{command_rows, read_by_command};
use crate::gateway::options::{Problem, sentence};
use crate::json::{Json, Object};

/// A `TypeError` for wrong options. Its `issues` list every wrong option as `{path, message}`.
pub(super) fn options_error(problems: &[Problem]) -> JsValue {
    let error = TypeError::new(&sentence(problems));
    if let Ok(issues) = JSON::parse(&text(&issues(problems))) {
        // `Reflect.set` fails only for a frozen object.
        let _ = Reflect::set(&error, &"issues".into(), &issues);
    }
    error.into()
}

/// The options of `createGateway` as data. A function or `NaN` is not data: it becomes a number
/// that every option refuses, so that the error names it together with all other wrong options.
pub(super) fn options_of(options: &JsValue) -> Result<Object, JsValue> {
    let options = options
        .dyn_ref::<js_sys::Object>()
        .ok_or_else(|| type_error("createGateway takes an object"))?;
    let mut read = Object::new();
    for entry in js_sys::Object::entries(options).iter() {
        let entry = Array::from(&entry);
        let (name, value) = (entry.get(0).as_string().unwrap_or_default(), entry.get(1));
        if !value.is_undefined() {
            let value = Json::deserialize(Deserializer::from(value));
            read.set(&name, value.unwrap_or_else(|_| Json::Number("NaN".to_owned())));
        }
    }
    Ok(read)
}

fn issues(problems: &[Problem]) -> Json {
    Json::Array(problems.iter().map(|problem| problem.to_json().into()).collect())
}

/// The rows of the table that the command reads, as JSON.
#[wasm_bindgen(js_name = commandOptions)]
pub fn command_options() -> String {
    text(&command_rows())
}

/// Reads the command's options, as JSON.
#[wasm_bindgen(js_name = readCommandOptions)]
pub fn read_command_options(options_json: &str) -> Result<String, JsValue> {
    let options = object(options_json, "options takes an object")?;
    Ok(read_by_command(&options).to_text())
}
