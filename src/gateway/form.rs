//! The form without JavaScript: what a browser's post of it says, and the facts that its page shows.
//!
//! The words and the markup are the widget's own, and so JavaScript's (`www/widget/page.js`). What is on the page,
//! what it is told of a post, and what it never shows, is decided here.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest, Sha256};

use super::guest::put;
use super::policy::{GuestFields, guest_setup};
use crate::fields::{Kind, field, rows};
use crate::issue::{Code, Issue, list};
use crate::json::{Json, Object};

/// The hidden field that carries what would be the header of that name.
pub const KEY_FIELD: &str = "Idempotency-Key";
/// More fields than the form ever has.
const MOST_FIELDS: usize = 64;

/// Reads `application/x-www-form-urlencoded` in UTF-8: texts by the names of the fields. None where no browser has
/// written it: a name twice, a `%` that encodes nothing. Damaged text is left for the rules to name.
pub fn read(body: &[u8]) -> Option<Object> {
    let is_pair = |pair: &[u8]| {
        let digits = |encoded: &[u8]| matches!(encoded, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
        pair.split(|byte| *byte == b'%').skip(1).all(digits)
    };
    let mut pairs = body.split(|byte| *byte == b'&');
    if pairs.clone().count() > MOST_FIELDS || !pairs.all(is_pair) {
        return None;
    }
    let mut values = Object::new();
    for (name, value) in form_urlencoded::parse(body) {
        if values.get(&name).is_some() {
            return None;
        }
        values.set(&name, &*value);
    }
    Some(values)
}

/// What a ticked box says: to which wording. So a consent is never to words that have changed since the page was made.
fn seal(wording: &str) -> String {
    BASE64.encode(Sha256::digest(wording))
}

/// The request that the fields of a post make. The same as a program would send, but for the wording of a consent,
/// which stands in the Setup.
pub fn request(values: &Object, setup: &Object) -> Result<Object, Vec<Issue>> {
    let mut request = Object::new();
    for (name, value) in values.iter() {
        let Some(field) = field(name) else {
            return Err(vec![Issue::error(Code::NotWritable, "request")]);
        };
        let text = value.as_str().unwrap_or_default();
        match field.kind {
            Kind::Consent { .. } if text.is_empty() => {}
            Kind::Consent { text: wording } => {
                let own = setup.get(wording).and_then(Json::as_str);
                request.set(name, true);
                if let Some(own) = own.filter(|own| seal(own) == text) {
                    request.set(wording, own);
                }
            }
            _ => put(&mut request, field, value.clone()),
        }
    }
    Ok(request)
}

/// What became of a post that made nothing known, by the names that the locales have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not tried: the page had no key.
    NotSent,
    /// Nothing was saved.
    Refused,
    /// Nobody knows. Posting the same again is safe: the key is the same.
    Unknown,
    /// Other details were sent from this page before. Only a new key sends these.
    Changed,
}

/// What a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The form, and what became of it.
    Form(Option<Outcome>),
    /// That the restaurant has the details.
    Thanks,
    /// That the form could not be shown, with a way to it.
    NotLoaded,
    /// That what was posted could not be taken, with a way to the form.
    NotTaken,
}

/// The facts of a page, for JavaScript's `FormView`.
pub struct View<'a> {
    /// What it shows.
    pub shows: Shows,
    /// The Setup, where there is one.
    pub setup: Option<&'a Object>,
    /// Which fields are the guests'.
    pub fields: &'a GuestFields,
    /// What was posted.
    pub values: &'a Object,
    /// The key that it was posted with, if it can be used again.
    pub key: Option<&'a str>,
    /// What is wrong.
    pub issues: &'a [Issue],
    /// The latest day that a date can be: `YYYY-MM-DD`.
    pub today: String,
}

impl View<'_> {
    /// The view as JavaScript sees it.
    pub fn to_json(&self) -> Object {
        let none = Object::new();
        let setup = self.setup.unwrap_or(&none);
        let named = setup.get("Name").and_then(Json::as_str).filter(|name| !name.is_empty());
        let (shows, outcome) = match self.shows {
            Shows::Form(outcome) => ("form", outcome),
            Shows::Thanks => ("thanks", None),
            Shows::NotLoaded => ("notLoaded", None),
            Shows::NotTaken => ("notTaken", None),
        };
        let head = Object::new().with("shows", shows).with("restaurant", named);
        let Shows::Form(_) = self.shows else { return head };
        let outcome = outcome.map(|outcome| match outcome {
            Outcome::NotSent => "notSent",
            Outcome::Refused => "refused",
            Outcome::Unknown => "unknown",
            Outcome::Changed => "changed",
        });
        head.with("setup", guest_setup(setup))
            .with("fields", self.names())
            .with("seals", seals(setup))
            .with("values", self.values.clone())
            .with("issues", list(self.issues))
            .with("outcome", outcome)
            .with("key", self.key)
            .with("today", self.today.as_str())
    }

    /// The names of the fields that guests may write here, in form order.
    fn names(&self) -> Json {
        let guests = rows().iter().filter(|row| self.fields.has(row));
        Json::Array(guests.map(|row| row.name.into()).collect())
    }
}

/// What each box says when it is ticked, by its field's name.
fn seals(setup: &Object) -> Object {
    rows().iter().fold(Object::new(), |seals, row| match row.kind {
        Kind::Consent { text } => match setup.get(text).and_then(Json::as_str) {
            Some(wording) => seals.with(row.name, seal(wording)),
            None => seals,
        },
        _ => seals,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_posts_is_read_and_nothing_else() {
        for (body, expected) in [
            ("", Some("{}")),
            ("Surname=Lee&Email=", Some(r#"{"Surname":"Lee","Email":""}"#)),
            ("Surname=O%27Br%C3%AFen+Lee", Some(r#"{"Surname":"O'Brïen Lee"}"#)),
            ("a=%26%3D%25%2B+%0D%0A", Some("{\"a\":\"&=%+ \\r\\n\"}")),
            ("a=%FF", Some("{\"a\":\"\u{fffd}\"}")),
            ("a", Some(r#"{"a":""}"#)),
            ("a=1=2", Some(r#"{"a":"1=2"}"#)),
            ("a=1&a=1", None),
            ("a=1&%61=1", None),
            ("a=%", None),
            ("a=%4", None),
            ("a=%zz", None),
            ("a=%+1", None),
            ("%=a", None),
            ("a=%25%", None),
        ] {
            let read = read(body.as_bytes()).map(|values| values.to_text());
            assert_eq!(read.as_deref(), expected, "{body}");
        }
        let many =
            |count: usize| (0..count).map(|at| format!("f{at}=")).collect::<Vec<_>>().join("&");
        assert!(read(many(MOST_FIELDS).as_bytes()).is_some());
        assert!(read(many(MOST_FIELDS + 1).as_bytes()).is_none());
        assert!(rows().len() + 1 < MOST_FIELDS, "the whole form fits");
    }

    #[test]
    fn a_ticked_box_says_yes_to_its_own_wording_only() {
        let setup = Object::new()
            .with("GroupEmailMarketingOptInText", "By <b>e-mail</b>\n")
            .with("GroupSmsMarketingOptInText", "");
        let made = |name: &str, value: &str| {
            request(&Object::new().with(name, value), &setup).unwrap().to_text()
        };
        assert_eq!(
            made("ReceiveEmailMarketing", &seal("By <b>e-mail</b>\n")),
            r#"{"ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b>\n"}"#
        );
        for other in ["on", "true", "1", &seal("older words"), &seal("")] {
            assert_eq!(made("ReceiveEmailMarketing", other), r#"{"ReceiveEmailMarketing":true}"#);
        }
        assert_eq!(made("ReceiveEmailMarketing", ""), "{}");
        let unknown = made("ReceiveRestaurantSmsMarketing", &seal(""));
        assert_eq!(unknown, r#"{"ReceiveRestaurantSmsMarketing":true}"#, "no wording, no consent");
    }

    #[test]
    fn what_is_no_field_is_refused_and_an_address_is_put_together() {
        let made = |values: Object| request(&values, &Object::new());
        let values = Object::new().with("Address.Town", "Bath").with("Address.Postcode", "BA1");
        assert_eq!(
            made(values).unwrap().to_text(),
            r#"{"Address":{"Town":"Bath","Postcode":"BA1"}}"#
        );
        for name in
            ["Address", "Address.Planet", "surname", "Id", "__proto__", "", "Surname[]", KEY_FIELD]
        {
            let issues = made(Object::new().with("Surname", "Lee").with(name, "x")).unwrap_err();
            assert_eq!(issues, [Issue::error(Code::NotWritable, "request")], "{name}");
        }
    }
}
