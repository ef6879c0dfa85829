//! The rules for JavaScript, as every module has them. The answer to each question depends on its
//! arguments and the tables only: the draft of a live form is kept in JavaScript.

use std::cell::Cell;

use super::platform::Engine;
use super::text;
use crate::form::{Checked, Draft, Options, check};
use crate::issue;
use crate::json::{Json, Object};
use crate::rules::phone;

thread_local! {
    /// The phone table, once JavaScript has loaded it. It is never dropped.
    static PHONES: Cell<Option<&'static phone::Table>> = const { Cell::new(None) };
    /// The table of how phone numbers are grouped, once JavaScript has loaded it. It is never
    /// dropped.
    static PHONE_FORMATS: Cell<Option<&'static phone::Masks>> = const { Cell::new(None) };
}

/// The phone table, once JavaScript has loaded it.
pub(super) fn phones() -> Option<&'static phone::Table> {
    PHONES.get()
}

/// Checks a whole draft: `{value, issues}`.
pub(super) fn check_customer(draft: &Object, options: &Options) -> String {
    checked(check(&Draft::from_object(draft), options, &Engine))
}

/// The result of a check as `{value, issues}`.
pub(super) fn checked(checked: Checked) -> String {
    let mut text = String::from("{\"value\":");
    Json::Object(checked.value).write(&mut text);
    text.push_str(",\"issues\":");
    issue::write_list(&checked.issues, &mut text);
    text.push('}');
    text
}

/// Sets the table of the phone numbers that exist.
pub(super) fn set_phones(table: Option<phone::Table>) {
    // Leaks one table for each load; a page loads the table once.
    PHONES.set(table.map(|table| &*Box::leak(Box::new(table))));
}

/// Sets the table of how phone numbers are grouped.
pub(super) fn set_phone_formats(masks: Option<phone::Masks>) {
    PHONE_FORMATS.set(masks.map(|masks| &*Box::leak(Box::new(masks))));
}

/// A phone number in groups as `{text, caret}`, or `null` if it is to stay as it was typed.
pub(super) fn format_phone(calling_code: &str, typed: &str, caret: f64) -> String {
    let code = phone::calling_code(calling_code);
    let caret = caret as usize;
    let formatted = PHONE_FORMATS
        .get()
        .and_then(|masks| phone::format_as_you_type(code, typed, caret, masks, phones()))
        .map_or(Json::Null, |(text, caret)| {
            Json::Object(Object::new().with("text", text).with("caret", caret as i32))
        });
    text(&formatted)
}
