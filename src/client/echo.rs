//! Whether the API's answer to a write (the echo) holds what was sent, for
//! [`crate::client::response`], and which values mean the same, for the gateway too.
//!
//! The status alone proves nothing: the API may have kept something else, or have answered with
//! another record. But it may write the same in its own way: blank as null, a date with a time, a
//! number with its calling code, a name with a capital letter.

use crate::client::same_text::{self, is_same_text};
use crate::fields::{ADDRESS, Field, Kind, field, rows};
use crate::json::{Json, Object};
use crate::names::{APPEND_COMMENTS, COMMENTS, CUSTOMER_OPTIONS};
use crate::rules::{codes, invisible};
use crate::scan;

/// True if the API's answer holds what was sent.
///
/// Compared are the fields that answers carry, and all that a patch names. Other custom fields are
/// not compared, because a restaurant without them drops them, nor other opt-in texts, because the
/// API may remove their markup.
pub(crate) fn is_echo(sent: &Object, echo: &Object, patch: Option<&Object>) -> bool {
    let appends = || {
        let options = sent.get(CUSTOMER_OPTIONS)?.as_object()?;
        Some(matches!(options.get(APPEND_COMMENTS)?, Json::Bool(true)))
    };
    let appends = appends().unwrap_or(false);
    let is_named = |field: &Field| {
        field.is_custom() && patch.is_some_and(|patch| patch.get(field.name).is_some())
    };
    rows().iter().filter(|field| is_echoed(field) || is_named(field)).all(|field| {
        let (text, echo) = (value(sent, field), value(echo, field));
        if appends && field.name == COMMENTS {
            return ends_with(echo, text);
        }
        text.is_none_or(|text| is_same(field, text, echo.unwrap_or(&Json::Null), sent))
    }) && patch.is_none_or(|patch| {
        let is_settled =
            |field: &Field| is_echoed(field) || field.is_custom() || is_never_shown(field);
        let known = |name: &str| name == ADDRESS || field(name).is_some_and(is_settled);
        let mut unknown = patch.iter().filter(|(name, _)| !known(name));
        unknown.all(|(name, _)| {
            covers(echo.get(name).unwrap_or(&Json::Null), sent.get(name).unwrap_or(&Json::Null))
        })
    })
}

fn is_echoed(field: &Field) -> bool {
    let is_compared = !matches!(field.kind, Kind::Verbatim { .. } | Kind::CustomerType);
    is_compared && !field.is_custom() && !is_never_shown(field)
}

/// True for a field that can be written and not read.
pub(crate) fn is_never_shown(field: &Field) -> bool {
    matches!(field.kind, Kind::Ip | Kind::Choice)
}

/// The value that a record has for a field.
pub(crate) fn value<'a>(record: &'a Object, field: &Field) -> Option<&'a Json> {
    match field.address_part() {
        Some(part) => record.get(ADDRESS)?.as_object()?.get(part),
        None => record.get(field.name),
    }
}

/// True if both are blank, or mean the same for this field. `record` is what was sent with `sent`.
pub(crate) fn is_same(field: &Field, sent: &Json, echo: &Json, record: &Object) -> bool {
    let kind = field.kind;
    // With double opt-in, a consent holds only after the guest has confirmed it by e-mail.
    if matches!(kind, Kind::Consent { .. }) && is_blank(echo) {
        return true;
    }
    // A calling code of 0 means none. It may have become text.
    let is_blank = |value: &Json| {
        is_blank(value) || matches!(kind, Kind::CallingCode) && text(value) == Some("0")
    };
    if is_blank(sent) || is_blank(echo) {
        return is_blank(sent) && is_blank(echo);
    }
    let (Some(one), Some(other)) = (text(sent), text(echo)) else {
        return is_same_set(sent, echo);
    };
    match kind {
        Kind::Email => one.trim().eq_ignore_ascii_case(other.trim()),
        Kind::Date => date(one.trim()) == date(other.trim()),
        Kind::Phone { calling_code, .. } => {
            let calling_code = record.get(calling_code).and_then(text).map(digits);
            is_same_number(&digits(one), &digits(other), calling_code.as_deref())
        }
        Kind::CallingCode => digits(one) == digits(other),
        Kind::Flag | Kind::OfAge { .. } | Kind::Consent { .. } => one.eq_ignore_ascii_case(other),
        Kind::Line { .. } | Kind::Text { .. } if field.name != MEMBERSHIP_ID => {
            is_same_text(one, other)
        }
        _ => lines(one.trim()) == lines(other.trim()),
    }
}

/// The field whose text is an Id of the restaurant's own. Of an Id, each character counts.
const MEMBERSHIP_ID: &str = "MembershipId";

/// True if a text is written as another, but for white space around it and kinds of line breaks.
/// Values that are no texts count as written alike: [`is_same`] compares what they mean.
#[cfg(feature = "gateway")]
pub(crate) fn is_written_alike(field: &Field, one: &Json, other: &Json) -> bool {
    match (field.kind, one.as_str(), other.as_str()) {
        (Kind::Line { .. } | Kind::Text { .. }, Some(one), Some(other)) => {
            lines(one.trim()) == lines(other.trim())
        }
        _ => true,
    }
}

/// True for the digits of one number. The API may write it with its calling code, and a zero
/// between the two.
fn is_same_number(sent: &str, echo: &str, calling_code: Option<&str>) -> bool {
    let national = calling_code
        .filter(|code| !code.is_empty())
        .and_then(|code| echo.strip_prefix(code))
        .map(|national| scan::skip(national, b"0"));
    sent == echo || national == Some(sent)
}

fn date(text: &str) -> &str {
    scan::until(text, b"T").0
}

/// True for the same Ids in any order.
fn is_same_set(sent: &Json, echo: &Json) -> bool {
    let (Ok(sent), Ok(echo)) = (codes::read(sent), codes::read(echo)) else { return false };
    sent.len() == echo.len() && sent.iter().all(|id| echo.contains(id))
}

pub(crate) fn is_blank(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::Bool(true) => false,
        Json::Number(text) => text == "0",
        Json::String(text) => invisible::is_blank(text),
        Json::Array(items) => items.is_empty(),
        Json::Object(object) => object.iter().all(|(_, value)| is_blank(value)),
    }
}

fn text(value: &Json) -> Option<&str> {
    match value {
        Json::Number(text) | Json::String(text) => Some(text),
        Json::Bool(true) => Some("true"),
        Json::Bool(false) => Some("false"),
        _ => None,
    }
}

/// The digits, without the zeros before them.
fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    scan::skip(&digits, b"0").to_owned()
}

/// The text with one kind of line break.
fn lines(text: &str) -> String {
    scan::split(text, b'\r').collect()
}

fn ends_with(echo: Option<&Json>, sent: Option<&Json>) -> bool {
    let [echo, sent] = [echo, sent].map(|text| text.and_then(Json::as_str).unwrap_or_default());
    same_text::ends_with(echo, sent)
}

/// True if `echo` holds all of `sent`. An object may have gained members, and an Id may have become
/// text.
fn covers(echo: &Json, sent: &Json) -> bool {
    match (sent, echo) {
        (Json::Object(sent), Json::Object(echo)) => sent.iter().all(|(name, value)| {
            is_blank(value) || echo.get(name).is_some_and(|echo| covers(echo, value))
        }),
        (Json::Array(sent), Json::Array(echo)) => {
            sent.len() == echo.len() && sent.iter().zip(echo).all(|(sent, echo)| covers(echo, sent))
        }
        _ => is_blank(sent) && is_blank(echo) || text(sent).is_some() && text(sent) == text(echo),
    }
}
