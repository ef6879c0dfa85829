//! The rules for the JavaScript of a guest's page: few exports that throw nothing, because every byte
//! of the module and of its glue is downloaded before the form is complete.

use wasm_bindgen::prelude::*;

use super::rules;
use crate::json::{Json, Object};
use crate::rules::phone;

/// Sets the options of the next checks. Returns false if they are none; the old ones then stay.
#[wasm_bindgen(js_name = takeOptions)]
pub fn take_options(json: &str) -> bool {
    object(json).is_some_and(|options| rules::take_options(&options).is_ok())
}

/// Sets the tables of the phone numbers that exist and of their grouping, which are one after the
/// other in `guest.bin`. Returns false if they are damaged or of another version; the old ones then
/// stay.
#[wasm_bindgen(js_name = takeTables)]
pub fn take_tables(tables: &[u8]) -> bool {
    let Some((types, masks)) = read(tables) else { return false };
    rules::set_phones(types);
    rules::set_phone_formats(masks);
    true
}

/// Reads `guest.bin`, which begins with the length of its first table: two bytes, the lower one
/// first.
fn read(tables: &[u8]) -> Option<(phone::Table, phone::Masks)> {
    let (length, tables) = tables.split_first_chunk()?;
    let (types, masks) = tables.split_at_checked(u16::from_le_bytes(*length).into())?;
    phone::Table::decode(types).zip(phone::Masks::decode(masks))
}

/// Answers a question by the name of its JavaScript function. `subject` is the function's first
/// argument, `value` its second. The answer is JSON, or empty if the question is none.
#[wasm_bindgen]
pub fn ask(question: &str, subject: &str, value: &str, caret: u32) -> String {
    match question {
        "checkCustomer" => {
            object(subject).map_or_else(String::new, |draft| rules::check_customer(&draft))
        }
        "inspectPhone" => rules::inspect_phone(subject, value),
        "formatPhone" => rules::format_phone(subject, value, caret.into()),
        _ => String::new(),
    }
}

/// Reads the JSON text of an argument that is an object.
fn object(text: &str) -> Option<Object> {
    match Json::parse(text) {
        Ok(Json::Object(object)) => Some(object),
        _ => None,
    }
}
