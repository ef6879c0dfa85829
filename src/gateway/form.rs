//! For the exchange: the form without JavaScript. What a browser's post of it says, and the facts
//! that its page shows besides those of every page ([`super::page`]).

use core::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::guest::put;
use super::guest_fields::GuestFields;
use super::guest_setup::guest_setup;
use crate::fields::{Kind, field, rows};
use crate::issue::{Code, Issue, list};
use crate::json::{Json, Object};

/// The hidden field that carries what would be the header of that name.
pub const KEY_FIELD: &str = "Idempotency-Key";
/// The field that carries what would be the header of that name. The gateway's own page has none,
/// because it has no scripts; a page of the operator's that posts here may have one.
pub const CHALLENGE_FIELD: &str = "Dinerkit-Challenge";
/// More fields than the form ever has.
const MOST_FIELDS: usize = 64;

/// Reads `application/x-www-form-urlencoded` in UTF-8: texts by the names of the fields. Returns
/// `None` for what no browser writes, such as a name twice or a `%` that encodes nothing. Text that
/// is not UTF-8 is kept with replacement characters, which the rules then refuse at their field.
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

/// The digest of a wording, `sha-256:<hex>` of its UTF-8, as `consentReceipts` writes it too. It is
/// the value of a ticked box: a post says by it which wording the guest saw, so that a consent
/// never goes to words that have changed since.
fn wording_digest(wording: &str) -> String {
    let mut digest = String::from("sha-256:");
    for byte in Sha256::digest(wording) {
        // Writing to a String does not fail.
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

/// The request that the fields of a post make: what a program would send, with the wordings of
/// consents filled in from the Setup. The issues say which member no form has.
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
                if let Some(own) = own.filter(|own| wording_digest(own) == text) {
                    request.set(wording, own);
                }
            }
            // Of countries that share a code, the page's options have the region with it: `+44 GG`.
            Kind::CallingCode => {
                let code = text.split_once(' ').map_or(text, |(code, _)| code);
                put(&mut request, field, code.into());
            }
            _ => put(&mut request, field, value.clone()),
        }
    }
    Ok(request)
}

/// What became of details that were posted before, by the names that the locales have for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostOutcome {
    /// They were not sent on: the page had no key.
    NotSent,
    /// Nothing was saved.
    Refused,
    /// It is not known whether they were saved. Posting the same again is safe, since the key is
    /// the same.
    Unknown,
    /// Other details were sent with this page's key before. Only a new key sends these.
    Changed,
}

impl PostOutcome {
    fn name(self) -> &'static str {
        match self {
            PostOutcome::NotSent => "notSent",
            PostOutcome::Refused => "refused",
            PostOutcome::Unknown => "unknown",
            PostOutcome::Changed => "changed",
        }
    }
}

/// The facts of a page with the form.
pub struct FormFacts<'a> {
    /// What became of the details that were posted before.
    pub outcome: Option<PostOutcome>,
    /// The Setup; empty where there is none.
    pub setup: &'a Object,
    /// Which fields are the guests'.
    pub fields: &'a GuestFields,
    /// What was posted.
    pub values: &'a Object,
    /// The key that it was posted with, if it can be used again.
    pub key: Option<&'a str>,
    /// What is wrong with what was posted.
    pub issues: &'a [Issue],
    /// The latest day that a date can be, as `YYYY-MM-DD`.
    pub today: String,
}

impl FormFacts<'_> {
    /// The facts as JavaScript sees them.
    pub fn to_json(&self) -> Object {
        Object::new()
            .with("setup", guest_setup(self.setup))
            .with("fields", self.names())
            .with("wordingDigests", wording_digests(self.setup))
            .with("values", self.values.clone())
            .with("issues", list(self.issues))
            .with("outcome", self.outcome.map(PostOutcome::name))
            .with("key", self.key)
            .with("today", self.today.as_str())
    }

    /// The names of the fields that guests may write here, in form order.
    fn names(&self) -> Json {
        let guests = rows().iter().filter(|row| self.fields.has(row));
        Json::Array(guests.map(|row| row.name.into()).collect())
    }
}

/// The digests of the wordings that the Setup has, by the names of their consents.
fn wording_digests(setup: &Object) -> Object {
    rows().iter().fold(Object::new(), |digests, row| match row.kind {
        Kind::Consent { text } => match setup.get(text).and_then(Json::as_str) {
            Some(wording) => digests.with(row.name, wording_digest(wording)),
            None => digests,
        },
        _ => digests,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_post_is_read_as_browsers_write_it_and_not_otherwise() {
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
    fn form_digest_of_a_wording_is_that_of_a_receipt() {
        // FIPS 180-4's own example, which tests/consumers/form.test.mjs has for receipts.
        assert_eq!(
            wording_digest("abc"),
            "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn form_box_says_yes_to_its_own_wording_only() {
        let setup = Object::new()
            .with("GroupEmailMarketingOptInText", "By <b>e-mail</b>\n")
            .with("GroupSmsMarketingOptInText", "");
        let made = |name: &str, value: &str| {
            request(&Object::new().with(name, value), &setup).unwrap().to_text()
        };
        assert_eq!(
            made("ReceiveEmailMarketing", &wording_digest("By <b>e-mail</b>\n")),
            r#"{"ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b>\n"}"#
        );
        for other in ["on", "true", "1", &wording_digest("older words"), &wording_digest("")] {
            assert_eq!(made("ReceiveEmailMarketing", other), r#"{"ReceiveEmailMarketing":true}"#);
        }
        assert_eq!(made("ReceiveEmailMarketing", ""), "{}");
        let unknown = made("ReceiveRestaurantSmsMarketing", &wording_digest(""));
        assert_eq!(unknown, r#"{"ReceiveRestaurantSmsMarketing":true}"#, "no wording, no consent");
    }

    #[test]
    fn form_code_is_posted_with_its_region_where_several_share_it() {
        for (posted, code) in
            [("+44", "+44"), ("+44 GG", "+44"), ("", ""), (" ", ""), ("44 x y", "44")]
        {
            let values = Object::new().with("MobileCountryCode", posted);
            let made = request(&values, &Object::new()).unwrap();
            assert_eq!(
                made.get("MobileCountryCode").and_then(Json::as_str),
                Some(code),
                "{posted}"
            );
        }
    }

    #[test]
    fn form_post_with_an_unknown_field_is_refused_and_an_address_is_put_together() {
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
