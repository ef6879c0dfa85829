//! What guests write, by the rules: the same ones as in the browser, with the restaurant's own Setup.

use chrono::NaiveDate;

use super::policy::GuestFields;
use crate::api::edit::{is_blank, is_same};
use crate::api::time::utc_ms;
use crate::fields::{ADDRESS, Field, Kind, position, rows};
use crate::form::{Draft, Options, check, check_patch};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::setup::Setup;

/// What a guest's record is judged by.
pub struct Judge<'a, P> {
    /// Which fields are the guests'.
    pub fields: &'a GuestFields,
    /// The restaurant's Setup, whole.
    pub setup: &'a Object,
    /// The latest calendar date it is anywhere on Earth.
    pub today: NaiveDate,
    /// Unicode.
    pub platform: &'a P,
}

impl<P: Platform> Judge<'_, P> {
    fn options(&self) -> Options {
        let setup = Setup::read(self.setup);
        Options { setup, today: Some(self.today), ..Options::default() }
    }

    /// A new record, normalised; or what is wrong with it.
    pub fn create(&self, request: &Object) -> Result<Object, Vec<Issue>> {
        let refused = self.fields.not_writable(request);
        if !refused.is_empty() {
            return Err(refused);
        }
        let checked = check(&Draft::from_object(request), &self.options(), self.platform);
        settle(checked.value, checked.issues, self.wordings(request, &Object::new()))
    }

    /// What of a changed record the guest has changed, normalised; or what is wrong with that. What was stored before
    /// our rules were is not the guest's fault, and stays.
    pub fn changes(&self, request: &Object, record: &Object) -> Result<Object, Vec<Issue>> {
        let patch = self.difference(request, record);
        let checked = check_patch(&patch, &self.options(), self.platform);
        settle(checked.value, checked.issues, self.wordings(&patch, record))
    }

    /// The guest's fields of `request` that say something else than `record`.
    fn difference(&self, request: &Object, record: &Object) -> Object {
        let mut patch = Object::new();
        for field in rows().iter().filter(|field| self.fields.has(field)) {
            let Some(sent) = value(request, field) else { continue };
            if is_unchanged(field, sent, value(record, field)) {
                continue;
            }
            put(&mut patch, field, sent.clone());
            // A number and its calling code are one value.
            for pair in rows().iter().filter(|other| field.reads(other) || other.reads(field)) {
                let is_pair = matches!(
                    (field.kind, pair.kind),
                    (Kind::Phone { .. }, Kind::CallingCode)
                        | (Kind::CallingCode, Kind::Phone { .. })
                );
                let other = value(request, pair).or_else(|| value(record, pair));
                if let Some(other) = other.filter(|_| is_pair && value(&patch, pair).is_none()) {
                    put(&mut patch, pair, other.clone());
                }
            }
        }
        patch
    }

    /// A consent is to the restaurant's own words, to the byte: `written` over `record` must not say yes to others,
    /// nor take away the words of a yes.
    fn wordings(&self, written: &Object, record: &Object) -> Vec<Issue> {
        let text = |of: &Object, name: &str| {
            of.get(name).map(|text| text.as_str().unwrap_or_default().to_owned())
        };
        let mut issues = Vec::new();
        for field in rows() {
            let Kind::Consent { text: wording } = field.kind else { continue };
            let own = text(self.setup, wording).filter(|own| !own.is_empty());
            let (flag, words) = (written.get(field.name), text(written, wording));
            let is_yes = flag.or_else(|| record.get(field.name)).is_some_and(says_yes);
            let becomes_yes = flag.is_some_and(says_yes);
            let are_own = |words: &str| own.as_deref() == Some(words);
            let is_fine = match &words {
                Some(words) if words.is_empty() => !is_yes,
                Some(words) => are_own(words),
                None => !becomes_yes || text(record, wording).is_some_and(|words| are_own(&words)),
            };
            if !is_fine {
                issues.push(Issue::error(Code::ConsentText, field.name));
            }
        }
        issues
    }
}

/// A value, unless something blocks; issues in the form's order, each once, with the advice that goes with them.
fn settle(value: Object, mut issues: Vec<Issue>, more: Vec<Issue>) -> Result<Object, Vec<Issue>> {
    for issue in more {
        if !issues.iter().any(|other| other.field == issue.field && other.code == issue.code) {
            issues.push(issue);
        }
    }
    issues.sort_by_key(|issue| position(issue.field));
    if issues.iter().any(Issue::blocks) { Err(issues) } else { Ok(value) }
}

/// True for an answer to a create that is a record made just now. The remote API may answer with one that it had before,
/// by its e-mail address for example, which whoever guessed that address must not be let into: such a record holds
/// something that was not sent, or is older.
pub fn is_new(sent: &Object, customer: &Object, now_ms: u64) -> bool {
    let is_made_up = |field: &Field| {
        // A code without a number, which the remote API may fill in, says nothing of anybody.
        let number = rows().iter().find(|row| {
            matches!(row.kind, Kind::Phone { calling_code, .. } if calling_code == field.name)
        });
        number.is_some_and(|number| value(customer, number).is_none_or(is_blank))
    };
    let holds_more = rows().iter().any(|field| {
        value(sent, field).is_none_or(is_blank)
            && !value(customer, field).is_none_or(is_blank)
            && !is_made_up(field)
    });
    let is_blocked = customer.get("IsBlocked").is_some_and(|blocked| !is_blank(blocked));
    let created = customer.get("CreatedDateTime").and_then(Json::as_str).and_then(utc_ms);
    let is_old = created.is_some_and(|at| at.saturating_add(NEW_MS) < now_ms);
    !holds_more && !is_blocked && !is_old
}

/// How old a new record may seem: the time of its creation comes without a zone.
const NEW_MS: u64 = 14 * 3_600_000;

fn says_yes(flag: &Json) -> bool {
    match flag {
        Json::Bool(flag) => *flag,
        Json::String(text) => matches!(text.as_str(), "true" | "on"),
        _ => false,
    }
}

fn is_unchanged(field: &Field, sent: &Json, stored: Option<&Json>) -> bool {
    match field.kind {
        // Whether the remote API may keep a consent back does not matter here: a yes is not a no.
        Kind::Consent { .. } => says_yes(sent) == stored.is_some_and(says_yes),
        kind => is_same(kind, sent, stored.unwrap_or(&Json::Null)),
    }
}

pub(super) fn value<'a>(record: &'a Object, field: &Field) -> Option<&'a Json> {
    match field.address_part() {
        Some(part) => record.get(ADDRESS)?.as_object()?.get(part),
        None => record.get(field.name),
    }
}

pub(super) fn put(patch: &mut Object, field: &Field, value: Json) {
    match field.address_part() {
        Some(part) => {
            let address = patch.get(ADDRESS).and_then(Json::as_object).cloned();
            patch.set(ADDRESS, address.unwrap_or_default().with(part, value));
        }
        None => patch.set(field.name, value),
    }
}
