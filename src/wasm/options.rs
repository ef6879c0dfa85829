//! The operators' options for JavaScript: what the command reads of their table, and the error of wrong ones.

use js_sys::{JSON, Reflect, TypeError};
use wasm_bindgen::prelude::*;

use super::{object, text};
use crate::gateway::options::read::{Problem, Reader, completed, masked, problems, sentence};
use crate::gateway::options::show::command_rows;
use crate::json::{Json, Object};

/// A `TypeError` that lists all that is wrong, with `issues`: `{path, message}` of each.
pub(super) fn options_error(problems: &[Problem]) -> JsValue {
    let error = TypeError::new(&sentence(problems));
    if let Ok(issues) = JSON::parse(&text(&issues(problems))) {
        // Fails for frozen objects alone.
        let _ = Reflect::set(&error, &"issues".into(), &issues);
    }
    error.into()
}

fn issues(problems: &[Problem]) -> Json {
    Json::Array(problems.iter().map(|problem| problem.to_json().into()).collect())
}

/// The rows of the table that the command reads, as JSON.
#[wasm_bindgen(js_name = commandOptions)]
pub fn command_options() -> String {
    text(&command_rows())
}

/// Reads the command's options: `{issues, values, shown}` as JSON. An issue has a `name` besides, its path as text.
/// `values` have their defaults; `shown` is the same without its secrets, and only for options without `issues`.
#[wasm_bindgen(js_name = readCommandOptions)]
pub fn read_command_options(options_json: &str) -> Result<String, JsValue> {
    let options = object(options_json, "options takes an object")?;
    let values = completed(&options, Reader::Command);
    let shown = masked(&values, Reader::Command);
    let found = problems(&options, Reader::Command);
    let named = found.iter().map(|problem| problem.to_json().with("name", problem.name()).into());
    Ok(Object::new()
        .with("issues", Json::Array(named.collect()))
        .with("values", values)
        .with("shown", shown)
        .to_text())
}
