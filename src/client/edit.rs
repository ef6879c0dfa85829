//! Changes a record without losing the rest of it: what an edit sends. For
//! [`crate::client::call`].
//!
//! The API has no partial update: it clears whatever an update leaves out. An edit therefore reads
//! the record, lays the patch over it, and sends the whole back, members that this package does not
//! know included. Members that no answer shows (`IpAddress`, `MarketingOptInSetting`,
//! `CustomerValidationType`) cannot be sent back; whether the API then clears them is not known.

use crate::client::Encoding;
use crate::fields::{ADDRESS, Kind, field, rows};
use crate::form::has_near;
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::names::{APPEND_COMMENTS, COMMENTS, CUSTOMER_OPTIONS, HAS_DECLINED_EMAIL, Name, Names};
use crate::rules::{consent, date, flag};
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
            match date::parse_day(text) {
                // Midnight without a zone, which no server reads as the day before or after.
                Ok(day) => request.set(row.name, date::to_wire(day)),
                // Nobody knows which day an instant means. Sent in any form, it could become another
                // day for good.
                Err(refusal) if refusal.code == Code::DateAmbiguous => {
                    issues.push(Issue::refused(refusal, row.name));
                }
                Err(_) => {}
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
