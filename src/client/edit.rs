//! Changes a record without losing the rest of it: what an edit sends, and whether the API's answer
//! (the echo) holds what was sent. For [`crate::client::call`].
//!
//! The API has no partial update: it clears whatever an update leaves out. An edit therefore reads
//! the record, lays the patch over it, and sends the whole back, members that this package does not
//! know included. Members that no answer shows (`IpAddress`, `MarketingOptInSetting`,
//! `CustomerValidationType`) cannot be sent back; whether the API then clears them is not known.

use crate::client::Encoding;
use crate::fields::{ADDRESS, Field, Kind, field, rows};
use crate::form::has_near;
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::names::{APPEND_COMMENTS, COMMENTS, CUSTOMER_OPTIONS, HAS_DECLINED_EMAIL, Name, Names};
use crate::rules::{codes, consent, date, flag, invisible};
use crate::scan;

/// Members that the API sets and a patch cannot.
const READ_ONLY: &[&str] = &["Id", "IsBlocked", "CreatedDateTime", "PortalUserId", "Rank"];

/// What an edit changes.
pub(crate) struct Edit {
    /// The customer's Id.
    pub(crate) id: i32,
    /// Members to set; null clears. An object in it is laid over the record's object, member by
    /// member.
    pub(crate) patch: Object,
    /// A note to append to the comments.
    pub(crate) append_comment: Option<String>,
}

impl Edit {
    /// What is wrong with the patch itself.
    pub(crate) fn issues(&self) -> Vec<Issue> {
        // The API reads names in upper or lower case.
        let refused = |name: &str| {
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            is(CUSTOMER_OPTIONS)
                || name != HAS_DECLINED_EMAIL && is(HAS_DECLINED_EMAIL)
                || READ_ONLY.iter().any(|known| is(known))
                || is(COMMENTS) && self.append_comment.is_some()
        };
        let mut issues = Vec::new();
        for (name, _) in self.patch.iter() {
            if refused(name) {
                issues.push(issue(Code::NotWritable, name));
            }
        }
        issues
    }

    /// The whole record to send. If a member cannot be sent back as it was read, returns an issue
    /// with it instead.
    pub(crate) fn apply(
        &self,
        record: &Object,
        names: &Names,
        encoding: Encoding,
    ) -> Result<Object, Vec<Issue>> {
        let mut request = record.clone();
        let mut issues = Vec::new();
        for (name, value) in self.patch.iter() {
            let wire =
                if name == HAS_DECLINED_EMAIL { names.get(Name::HasDeclinedEmail) } else { name };
            // The API reads names in upper or lower case: of two that differ in case alone, it
            // could take either.
            if has_near(record, wire) {
                issues.push(issue(Code::NotWritable, name));
            }
            request.set(wire, overlay(request.get(wire), value));
        }
        issues.append(&mut self.consents(&mut request));
        for row in rows().iter().filter(|row| row.kind == Kind::Date) {
            let Some(text) = request.get(row.name).and_then(Json::as_str) else { continue };
            match date::parse(text) {
                // Only the API knows which day an instant means. Sent back in any form, it could
                // become another day for good.
                Some(_) if date::is_instant(text) && self.patch.get(row.name).is_none() => {
                    issues.push(Issue::error(Code::Date, row.name));
                }
                // Midnight without a zone, which no server reads as the day before or after.
                Some(day) => request.set(row.name, date::to_wire(day)),
                None => {}
            }
        }
        let appends = self.append_comment.is_some();
        if let Some(comment) = &self.append_comment {
            request.set(COMMENTS, comment.as_str());
        }
        request.set(CUSTOMER_OPTIONS, Object::new().with(APPEND_COMMENTS, appends));
        for (name, value) in request.iter() {
            match encoding {
                _ if is_damaged(value) => issues.push(issue(Code::DamagedText, name)),
                Encoding::Form if !fits_form(value) => issues.push(issue(Code::NotWritable, name)),
                _ => {}
            }
        }
        if issues.is_empty() { Ok(request) } else { Err(issues) }
    }
}

impl Edit {
    /// Writes the consents that the patch gives as true. Refuses a yes to a consent for which the
    /// record has no wording, because the wording is known only here.
    fn consents(&self, request: &mut Object) -> Vec<Issue> {
        let mut issues = Vec::new();
        for row in rows() {
            let Kind::Consent { text } = row.kind else { continue };
            if !self.patch.get(row.name).is_some_and(flag::is_yes) {
                continue;
            }
            request.set(row.name, true);
            let wording = request.get(text).and_then(Json::as_str).unwrap_or_default();
            if !consent::has_words(&consent::nodes(wording)) {
                issues.push(Issue::error(Code::ConsentText, row.name));
            }
        }
        issues
    }
}

/// An issue with a member. A member that is no field of ours is named by the issue's parameter
/// `member`.
fn issue(code: Code, member: &str) -> Issue {
    match field(member) {
        Some(field) => Issue::error(code, field.name),
        None if member == ADDRESS => Issue::error(code, ADDRESS),
        None => Issue::error(code, "patch").text("member", member),
    }
}

fn overlay(old: Option<&Json>, new: &Json) -> Json {
    match (old, new) {
        (Some(Json::Object(old)), Json::Object(new)) => {
            let laid = |under: Object, (name, value): (&str, &Json)| {
                let value = overlay(under.get(name), value);
                under.with(name, value)
            };
            Json::Object(new.iter().fold(old.clone(), laid))
        }
        _ => new.clone(),
    }
}

/// True if a text holds U+FFFD. The characters that it stands for are lost, and sending it back
/// would make that final.
fn is_damaged(value: &Json) -> bool {
    match value {
        Json::String(text) => text.chars().any(|c| c == char::REPLACEMENT_CHARACTER),
        Json::Array(items) => items.iter().any(is_damaged),
        Json::Object(object) => object.iter().any(|(_, value)| is_damaged(value)),
        _ => false,
    }
}

/// True for a value that the form encoding can carry. It cannot carry lists: the API was seen
/// ignoring them.
fn fits_form(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(object) => object
            .iter()
            .all(|(name, value)| scan::until(name, b"[]").1.is_empty() && fits_form(value)),
        _ => true,
    }
}

/// True if the API's answer holds what was sent. The status alone proves nothing.
///
/// Two values are the same if they mean the same, however the API writes them (blank as null, a
/// date with a time). Compared are the fields that answers carry, and all that a patch names.
/// Custom fields are not compared, because a restaurant without them drops them, nor opt-in texts,
/// because the API may remove their markup.
pub(crate) fn is_echo(sent: &Object, echo: &Object, patch: Option<&Object>) -> bool {
    let appends = || {
        let options = sent.get(CUSTOMER_OPTIONS)?.as_object()?;
        Some(matches!(options.get(APPEND_COMMENTS)?, Json::Bool(true)))
    };
    let appends = appends().unwrap_or(false);
    rows().iter().filter(|field| is_echoed(field)).all(|field| {
        let (sent, echo) = (value(sent, field), value(echo, field));
        if appends && field.name == COMMENTS {
            return ends_with(echo, sent);
        }
        sent.is_none_or(|sent| is_same(field.kind, sent, echo.unwrap_or(&Json::Null)))
    }) && patch.is_none_or(|patch| {
        let is_settled = |field: &'static Field| is_echoed(field) || is_never_shown(field);
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

/// True if both are blank, or mean the same for a field of this kind.
pub(crate) fn is_same(kind: Kind, sent: &Json, echo: &Json) -> bool {
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
        Kind::Phone { .. } | Kind::CallingCode => digits(one) == digits(other),
        Kind::Flag | Kind::Consent { .. } => one.eq_ignore_ascii_case(other),
        _ => lines(one.trim()) == lines(other.trim()),
    }
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
    let plain =
        |value: Option<&Json>| lines(value.and_then(Json::as_str).unwrap_or_default().trim_end());
    plain(echo).ends_with(&plain(sent))
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
