//! The rules for what guests write: the browser's own, with the Setup that the restaurant has now.

use chrono::NaiveDate;

use super::guest_fields::GuestFields;
use crate::client::echo::{is_blank, is_same, is_written_alike, value};
use crate::client::time::utc_ms;
use crate::fields::{ADDRESS, Field, Kind, position, rows};
use crate::form::{Draft, Options, check, check_patch};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::rules::date::Order;
use crate::setup::Setup;

/// The rules for what a guest writes at one restaurant.
pub struct GuestRules<'a, P> {
    /// Which fields are the guests'.
    pub fields: &'a GuestFields,
    /// The restaurant's Setup, whole.
    pub setup: &'a Object,
    /// The latest calendar date it is anywhere on Earth.
    pub today: NaiveDate,
    /// The calendar date where the restaurant is; `None` where its time zone is not known.
    pub restaurant_day: Option<NaiveDate>,
    /// The order in which the guest's language writes dates, if that is known.
    pub date_order: Option<Order>,
    /// The Unicode services.
    pub platform: &'a P,
}

impl<P: Platform> GuestRules<'_, P> {
    fn options(&self) -> Options {
        let setup = Setup::read(self.setup);
        let Self { today, restaurant_day, date_order, .. } = *self;
        Options { setup, today: Some(today), restaurant_day, date_order, ..Options::default() }
    }

    /// The request for a new customer, normalised; or the issues with it.
    pub fn create(&self, request: &Object) -> Result<Object, Vec<Issue>> {
        let refused = self.fields.not_writable(request);
        if !refused.is_empty() {
            return Err(refused);
        }
        let checked = check(&Draft::from_object(request), &self.options(), self.platform);
        unless_blocked(checked.value, checked.issues, self.wording_issues(request, &Object::new()))
    }

    /// What the guest has changed of a record, normalised; or the issues with that. The rest of the
    /// record stays as it is, even where it breaks a rule: it may be older than the rules.
    pub fn changes(&self, request: &Object, record: &Object) -> Result<Object, Vec<Issue>> {
        let patch = self.difference(request, record);
        let checked = check_patch(&patch, &self.options(), self.platform);
        unless_blocked(checked.value, checked.issues, self.wording_issues(&patch, record))
    }

    /// The guest's fields in `request` whose values differ from those in `record`.
    fn difference(&self, request: &Object, record: &Object) -> Object {
        let mut patch = Object::new();
        for field in rows().iter().filter(|field| self.fields.has(field)) {
            let Some(sent) = value(request, field) else { continue };
            if is_unchanged(field, sent, value(record, field), request) {
                continue;
            }
            put(&mut patch, field, sent.clone());
            self.put_consent_and_wording(&mut patch, field, request, record);
            // A number and its calling code make one value, so that both are sent.
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

    /// Puts a consent and its wording into the patch together: a yes with its wording, and a
    /// wording that is taken away with a no. Otherwise another request of the same guest could at
    /// the same time leave a yes without a wording.
    fn put_consent_and_wording(
        &self,
        patch: &mut Object,
        field: &Field,
        request: &Object,
        record: &Object,
    ) {
        let either = |name: &str| request.get(name).or_else(|| record.get(name)).cloned();
        for consent in rows() {
            let Kind::Consent { text } = consent.kind else { continue };
            if field.name == consent.name
                && patch.get(field.name).is_some_and(says_yes)
                && let Some(words) = either(text)
            {
                patch.set(text, words);
            }
            if field.name == text && !either(consent.name).is_some_and(|flag| says_yes(&flag)) {
                patch.set(consent.name, false);
            }
        }
    }

    /// The issues with the wordings of consents. A consent is to the restaurant's own wording, to
    /// the byte: after `written` is laid over `record`, no yes may be to another wording, or to
    /// none.
    fn wording_issues(&self, written: &Object, record: &Object) -> Vec<Issue> {
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

/// A record as the rules normalise it, without a Setup. A record that they refuse stays as it is.
pub fn normalised(request: &Object, today: NaiveDate, platform: &impl Platform) -> Object {
    let options = Options { today: Some(today), ..Options::default() };
    let checked = check(&Draft::from_object(request), &options, platform);
    if checked.issues.iter().any(Issue::blocks) { request.clone() } else { checked.value }
}

/// The value if no issue blocks it. Otherwise all issues, advice too: each once, in the order of
/// the form's fields.
fn unless_blocked(
    value: Object,
    mut issues: Vec<Issue>,
    more: Vec<Issue>,
) -> Result<Object, Vec<Issue>> {
    for issue in more {
        if !issues.iter().any(|other| other.field == issue.field && other.code == issue.code) {
            issues.push(issue);
        }
    }
    issues.sort_by_key(|issue| position(issue.field));
    if issues.iter().any(Issue::blocks) { Err(issues) } else { Ok(value) }
}

/// True if the answer to a create is a record that was made just now, between these times. The
/// remote API may answer with a record that it had before, for example one with the same e-mail
/// address, and whoever knows that address must not get into it. Such a record is older, or holds
/// something that was not sent. A record counts as old if that cannot be told.
pub fn is_new(sent: &Object, customer: &Object, asked_ms: u64, now_ms: u64) -> bool {
    let is_made_up = |field: &Field| {
        // The remote API may fill in a calling code without a number, which tells nothing of a
        // person.
        let number = rows().iter().find(|row| {
            matches!(row.kind, Kind::Phone { calling_code, .. } if calling_code == field.name)
        });
        number.is_some_and(|number| value(customer, number).is_none_or(is_blank))
    };
    let is_as_sent = rows().iter().all(|field| {
        let Some(stored) = value(customer, field).filter(|stored| !is_blank(stored)) else {
            return true;
        };
        match value(sent, field).filter(|sent| !is_blank(sent)) {
            None => is_made_up(field),
            // The remote API may remove markup.
            Some(_) if matches!(field.kind, Kind::Verbatim { .. }) => true,
            Some(one) => {
                // What a guest answers to the restaurant's own questions is no name.
                is_same(field, one, stored, sent)
                    && (!field.is_custom() || is_written_alike(field, one, stored))
            }
        }
    });
    let is_blocked = customer.get("IsBlocked").is_some_and(|blocked| !is_blank(blocked));
    let created = customer.get("CreatedDateTime").and_then(Json::as_str);
    is_as_sent && !is_blocked && created.is_some_and(|at| is_between(at, asked_ms, now_ms))
}

/// How far the remote API's clock may be off, in milliseconds.
const CLOCKS_DIFFER_MS: u64 = 120_000;

/// True if a time lies between two others, which are in milliseconds since 1970. The remote API
/// writes times without a zone: such a time may be of any zone, from -12 to +14 hours in steps of a
/// quarter.
fn is_between(text: &str, from_ms: u64, to_ms: u64) -> bool {
    const MINUTE_MS: i64 = 60_000;
    let zone = |text: &str| -> Option<i64> {
        let (hours, minutes) = text.get(1..)?.split_once(':')?;
        let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
        Some(if text.starts_with('-') { -minutes } else { minutes })
    };
    let offset = text.len().checked_sub(6).and_then(|at| text.split_at_checked(at));
    let with_offset = offset.filter(|(_, zone)| zone.starts_with(['+', '-']));
    let (time, zones) = match with_offset {
        Some((time, offset)) => (time, zone(offset).map(|zone| zone..=zone)),
        None if text.ends_with('Z') => (text, Some(0..=0)),
        None => (text, Some(-12 * 60..=14 * 60)),
    };
    let time = utc_ms(time).and_then(|ms| i64::try_from(ms).ok());
    let Some((time, zones)) = time.zip(zones) else { return false };
    let from = i64::try_from(from_ms.saturating_sub(CLOCKS_DIFFER_MS)).unwrap_or(i64::MAX);
    let to = i64::try_from(to_ms.saturating_add(CLOCKS_DIFFER_MS)).unwrap_or(i64::MAX);
    zones.step_by(15).any(|zone| (from..=to).contains(&time.saturating_sub(zone * MINUTE_MS)))
}

/// True if a flag is a yes, however it is written. A flag that is neither a clear yes nor a clear
/// no counts as a yes.
fn says_yes(flag: &Json) -> bool {
    match flag {
        Json::String(text) => {
            let text = text.trim().to_ascii_lowercase();
            !matches!(text.as_str(), "" | "0" | "false" | "no" | "off" | "null")
        }
        flag => !is_blank(flag),
    }
}

/// True if the guest sends what is stored. `request` is all that was sent.
fn is_unchanged(field: &Field, sent: &Json, stored: Option<&Json>, request: &Object) -> bool {
    match field.kind {
        // `is_same` lets the remote API leave a consent out. Here a yes that was left out is a
        // change to a yes.
        Kind::Consent { .. } => says_yes(sent) == stored.is_some_and(says_yes),
        _ => {
            let stored = stored.unwrap_or(&Json::Null);
            // A guest may put a name right: `Lee` for `lee` is the same person, and a change.
            is_same(field, sent, stored, request) && is_written_alike(field, sent, stored)
        }
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
