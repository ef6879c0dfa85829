//! How a record becomes the body of a request, and how text becomes part of a URL. For
//! [`crate::client::request`].

use crate::json::{Json, Object, integer_text};
use crate::scan;

/// How create and update send the record. The other operations are always sent as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// `application/json`.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded` with brackets (`Address[Town]=…`), which was seen
    /// working.
    Form,
}

impl Encoding {
    /// The media type of a body.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Encoding::Json => "application/json",
            Encoding::Form => "application/x-www-form-urlencoded",
        }
    }

    /// The text of a body.
    pub(super) fn encode(self, body: &Json) -> String {
        let mut text = String::new();
        match (self, body) {
            (Encoding::Form, Json::Object(record)) => form(record, &mut text),
            _ => body.write(&mut text),
        }
        text
    }
}

/// Writes a record in the form encoding: `Address[Town]=…`, `CustomerCodes[0]=…`. Null and an empty
/// list have no form; both are left out, which an update clears as well.
fn form(record: &Object, out: &mut String) {
    for (name, value) in record.iter() {
        form_value(name, value, out);
    }
}

fn form_value(key: &str, value: &Json, out: &mut String) {
    let nested = |part: &str| {
        let mut nested = String::from(key);
        nested.push('[');
        nested.push_str(part);
        nested.push(']');
        nested
    };
    let text = match value {
        Json::Null => return,
        Json::Bool(true) => "true",
        Json::Bool(false) => "false",
        Json::Number(text) | Json::String(text) => text,
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                form_value(&nested(&integer_text(index as i64)), item, out);
            }
            return;
        }
        Json::Object(object) => {
            for (name, member) in object.iter() {
                form_value(&nested(name), member, out);
            }
            return;
        }
    };
    if !out.is_empty() {
        out.push('&');
    }
    form_encode(key, out);
    out.push('=');
    form_encode(text, out);
}

/// URL Standard, `application/x-www-form-urlencoded` percent-encode set, with a space as `+`.
fn form_encode(text: &str, out: &mut String) {
    for (index, part) in scan::split(text, b' ').enumerate() {
        if index > 0 {
            out.push('+');
        }
        percent_encode(part, b"*-._", out);
    }
}

/// Percent-encodes all but ASCII letters, digits and `plain`.
pub(super) fn percent_encode(text: &str, plain: &[u8], out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || scan::is_in(byte, plain) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(nibble), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
}
