//! `Idempotency-Key`: a guest who taps twice, or whose answer is lost on the way, is created once.
//!
//! After the IETF's draft-ietf-httpapi-idempotency-key-header. What is kept of a request is under the hash of its
//! key, and holds neither what was sent nor what was answered: the record's Id, and a fingerprint of the request that
//! the key itself is needed to make.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::capability::Keys;
use super::policy::Role;
use crate::client::is_key;
use crate::json::{Json, Object, integer_text};

/// How long a request is remembered, in seconds.
pub const REMEMBERED_SECONDS: u32 = 86_400;
/// How long another process may be at it before its outcome counts as unknown: longer than any call takes.
const PENDING_MAX_MS: u64 = 300_000;

/// A request that must not be made twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Where the store keeps it.
    pub place: String,
    /// What tells another request under the same key from this one.
    fingerprint: String,
    /// When it was first made, in milliseconds since 1970.
    pub at_ms: u64,
}

/// What the store knows of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// The record was created, at that time.
    Done {
        /// The new customer's Id.
        id: i32,
        /// When it was asked for, in milliseconds since 1970.
        at_ms: u64,
        /// Whether it was new, and so the guest's.
        is_new: bool,
    },
    /// Somebody is at it.
    Pending,
    /// Nobody knows what became of it, and nobody may try again.
    Unknown,
    /// The key was used for another request.
    Other,
}

/// The key that a header holds: a string as structured fields write it (RFC 8941), or the same without quotes.
pub fn key(header: &str) -> Option<&str> {
    let quoted = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Some(quoted.unwrap_or(header)).filter(|key| is_key(key))
}

impl Claim {
    /// A claim to make `request`, normalised, once.
    pub fn new(key: &str, microsite: &str, role: &Role, request: &Object, at_ms: u64) -> Self {
        let mut hash = Sha256::new();
        for part in ["dinerkit Idempotency-Key", "\0", microsite, "\0", key] {
            hash.update(part);
        }
        let fingerprint = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map(|mac| {
            let whole = [microsite, "\0", role.name(), "\0", &request.to_text()].concat();
            BASE64.encode(mac.chain_update(whole).finalize().into_bytes())
        });
        Self {
            place: BASE64.encode(hash.finalize()),
            fingerprint: fingerprint.unwrap_or_default(),
            at_ms,
        }
    }

    fn text(&self, state: &str) -> Object {
        Object::new()
            .with("state", state)
            .with("fingerprint", self.fingerprint.as_str())
            .with("at", Json::Number(integer_text(i64::try_from(self.at_ms).unwrap_or_default())))
    }

    /// What is stored while the request is under way.
    pub fn pending(&self) -> String {
        self.text("pending").to_text()
    }

    /// What is stored of a request that was made. Sealed where it leads to a capability: who can write the store
    /// must not be able to open records by it.
    pub fn done(&self, id: i32, is_new: bool, keys: &Keys) -> String {
        let text = self.text("done").with("id", id);
        let seal = keys.seal(&self.sealed(id, self.at_ms)).filter(|_| is_new);
        text.with("seal", seal).to_text()
    }

    /// What the seal of a new record is about.
    fn sealed(&self, id: i32, at_ms: u64) -> String {
        let at = integer_text(i64::try_from(at_ms).unwrap_or_default());
        [&self.place, " ", &self.fingerprint, " ", &integer_text(id.into()), " ", &at].concat()
    }

    /// What is stored of a request whose outcome nobody knows.
    pub fn unknown(&self) -> Option<String> {
        Some(self.text("unknown").to_text())
    }

    /// What a stored text says of this claim. One that cannot be read says that nobody knows.
    pub fn judge(&self, stored: &str, keys: &Keys, now_ms: u64) -> Known {
        let Ok(Json::Object(stored)) = Json::parse(stored) else { return Known::Unknown };
        let text = |name| stored.get(name).and_then(Json::as_str).unwrap_or_default();
        if text("fingerprint") != self.fingerprint {
            return Known::Other;
        }
        let at_ms = match stored.get("at") {
            Some(Json::Number(at)) => at.parse().unwrap_or_default(),
            _ => 0,
        };
        let id = stored.get("id").and_then(Json::as_positive);
        match (text("state"), id) {
            ("done", Some(id)) => {
                let is_new = keys.has_sealed(&self.sealed(id, at_ms), text("seal"));
                Known::Done { id, at_ms, is_new }
            }
            ("pending", _) if now_ms < PENDING_MAX_MS.saturating_add(at_ms) => Known::Pending,
            _ => Known::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";

    fn keys() -> Keys {
        let keys = r#"[{"id":"k","secret":"0123456789abcdef0123456789abcdef"}]"#;
        Keys::read(&Json::parse(keys).unwrap()).unwrap()
    }

    #[test]
    fn what_is_a_key() {
        for good in [KEY, "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", &"a".repeat(128)] {
            assert!(key(good).is_some(), "{good}");
        }
        assert_eq!(key("\"0123456789abcdef\""), Some("0123456789abcdef"));
        for bad in [
            "",
            "short",
            "\"\"",
            &"a".repeat(129),
            "\"0123456789abcdef",
            "0123456789abcdef\"",
            "0123456789abcdef, 0123456789abcdef",
            "\"0123456789abcdef\";x=1",
            "0123456789abcdef\r\nX: y",
            "0123456789abcdéf",
            "0123456789abc\0def",
        ] {
            assert_eq!(key(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn what_is_remembered_is_for_the_same_request_only() {
        let request = Object::new().with("Surname", "Lee");
        let claim = |key: &str, microsite: &str, role: Role, request: &Object| {
            Claim::new(key, microsite, &role, request, 1000)
        };
        let keys = keys();
        let first = claim(KEY, "oak", Role::Guest, &request);
        let done = first.done(7, true, &keys);
        assert_eq!(
            first.judge(&done, &keys, 2000),
            Known::Done { id: 7, at_ms: 1000, is_new: true }
        );
        assert!(!done.contains("Lee") && !done.contains(KEY) && !first.place.contains(KEY));
        let other = Object::new().with("Surname", "Leek");
        for claim in [
            claim(KEY, "oak", Role::Guest, &other),
            claim(KEY, "oak", Role::Staff, &request),
            claim(KEY, "oak", Role::Guest, &Object::new()),
        ] {
            assert_eq!(claim.place, first.place);
            assert_eq!(claim.judge(&done, &keys, 2000), Known::Other);
        }
        let elsewhere = claim(KEY, "pier", Role::Guest, &request);
        assert_ne!(elsewhere.place, first.place);
        assert_eq!(elsewhere.judge(&done, &keys, 2000), Known::Other);
    }

    #[test]
    fn who_can_write_the_store_opens_no_record() {
        let keys = keys();
        let claim = Claim::new(KEY, "oak", &Role::Guest, &Object::new(), 1000);
        let new = |stored: &str| match claim.judge(stored, &keys, 2000) {
            Known::Done { is_new, .. } => is_new,
            other => panic!("{other:?}"),
        };
        let stored = claim.done(7, true, &keys);
        assert!(new(&stored));
        assert!(!new(&claim.done(7, false, &keys)));
        assert!(
            !new(&claim.done(7, true, &Keys::default())),
            "without keys there is nothing to open"
        );
        for (from, to) in [
            ("\"id\":7", "\"id\":4711"),
            ("\"at\":1000", "\"at\":9000"),
            ("\"k.", "\"j."),
            ("\"k.", "\""),
        ] {
            assert!(stored.contains(from), "{stored}");
            assert!(!new(&stored.replace(from, to)), "{from} {to}");
        }
        let other = Claim::new(&KEY.replace('8', "9"), "oak", &Role::Guest, &Object::new(), 1000);
        let seal = |text: &str| text.split_once("seal").unwrap().1.to_owned();
        let moved = stored.replace(&seal(&stored), &seal(&other.done(7, true, &keys)));
        assert!(!new(&moved), "another request's seal");
    }

    #[test]
    fn what_is_not_known_is_never_tried_again() {
        let claim = Claim::new(KEY, "oak", &Role::Guest, &Object::new(), 1000);
        assert_eq!(claim.judge(&claim.unknown().unwrap(), &keys(), 2000), Known::Unknown);
        assert_eq!(
            claim.judge(&claim.pending(), &keys(), 1000 + PENDING_MAX_MS - 1),
            Known::Pending
        );
        assert_eq!(claim.judge(&claim.pending(), &keys(), 1000 + PENDING_MAX_MS), Known::Unknown);
        for damaged in ["", "null", "[]", "{", "\u{0}"] {
            assert_eq!(claim.judge(damaged, &keys(), 2000), Known::Unknown, "{damaged}");
        }
        let no_id = claim.done(7, true, &keys()).replace(":7", ":0");
        assert_eq!(claim.judge(&no_id, &keys(), 2000), Known::Unknown);
    }
}
