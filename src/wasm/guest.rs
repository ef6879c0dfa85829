//! The rules for the JavaScript of a guest's page: two exports that throw nothing, because every byte
//! of the module and of its glue is downloaded before the form is complete.

use wasm_bindgen::prelude::*;

use super::{rules, text};
use crate::form::Options;
use crate::json::{Json, Object};
use crate::rules::phone;

/// Sets the tables of the phone numbers that exist and of their grouping, which are one after the
/// other in `guest.bin`. Returns false if they are damaged or of another version; the old ones then
/// stay.
#[wasm_bindgen(js_name = takeTables)]
pub fn take_tables(tables: &[u8]) -> bool {
    let Some((types, masks)) = read(tables) else { return false };
    rules::set_phones(Some(types));
    rules::set_phone_formats(Some(masks));
    true
}

/// Reads `guest.bin`, which begins with the length of its first table: two bytes, the lower one
/// first.
fn read(tables: &[u8]) -> Option<(phone::Table, phone::Masks)> {
    let (length, tables) = tables.split_first_chunk()?;
    let (types, masks) = tables.split_at_checked(u16::from_le_bytes(*length).into())?;
    phone::Table::decode(types).zip(phone::Masks::decode(masks))
}

/// Answers a question, which is the JSON of an array: the name of a JavaScript function and its
/// arguments. The answer is JSON too, `null` if the question is none. Of what `inspectPhone` knows,
/// it has the calling code alone, which is all that the page reads.
#[wasm_bindgen]
pub fn ask(question: &str) -> String {
    let question = Json::parse(question).ok();
    let question = question.as_ref().and_then(Json::as_array).unwrap_or_default();
    answer(question).unwrap_or_else(|| text(&Json::Null))
}

fn answer(question: &[Json]) -> Option<String> {
    let [name, subject, rest @ ..] = question else { return None };
    let code = || subject.as_str().unwrap_or_default();
    match (name.as_str()?, rest) {
        ("checkCustomer", [options]) => {
            let options = Options::read(options.as_object()?).ok()?;
            let options = Options { phones: rules::phones(), ..options };
            Some(rules::check_customer(subject.as_object()?, &options))
        }
        ("inspectPhone", [typed]) => {
            let code = phone::calling_code(code());
            let number = phone::inspect(code, typed.as_str()?, rules::phones());
            let read = Object::new().with("callingCode", i32::from(number.calling_code));
            Some(read.to_text())
        }
        ("formatPhone", [typed, caret]) => {
            let caret = caret.as_i32().unwrap_or_default();
            Some(rules::format_phone(code(), typed.as_str()?, caret.into()))
        }
        _ => None,
    }
}
