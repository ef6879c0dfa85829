//! `Idempotency-Key`: a guest who taps twice, or whose answer is lost on the way, is created once.
//!
//! After the IETF's draft-ietf-httpapi-idempotency-key-header. The store keeps one claim for each
//! request, under a digest of the request's key. A claim holds neither what was sent nor what was
//! answered: only the record's Id, and a fingerprint of the request that nobody can make without
//! the key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::capability::Keys;
use super::policy::Role;
use crate::client::is_key;
use crate::json::{Object, integer_text};

/// How long the store keeps a claim, in seconds.
pub const REMEMBERED_SECONDS: u32 = 86_400;
/// How long a claim may be pending, in milliseconds: longer than a call takes with the default
/// time-outs. After that the process that held the claim counts as ended, and nobody knows what
/// became of the create. It is not sent again, so a call that takes longer is still made once.
const PENDING_MAX_MS: u64 = 300_000;

/// The right to make one request, which one process holds at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The key under which the store keeps the claim.
    pub store_key: String,
    /// Differs for another request that is sent with the same `Idempotency-Key`.
    fingerprint: String,
    /// When the request came, in milliseconds since 1970.
    pub at_ms: u64,
}

/// A claim as the store keeps it, in JSON. Claims that an earlier version has stored have to stay
/// readable.
#[derive(Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase")]
enum StoredClaim {
    /// The request is under way.
    Pending { fingerprint: String, at: u64 },
    /// The record was created. `seal` is the signature of one that is new.
    Done { fingerprint: String, at: u64, id: i32, seal: Option<String> },
    /// Nobody knows whether the record was created.
    Unknown { fingerprint: String, at: u64 },
}

impl StoredClaim {
    fn fingerprint(&self) -> &str {
        match self {
            StoredClaim::Pending { fingerprint, .. }
            | StoredClaim::Done { fingerprint, .. }
            | StoredClaim::Unknown { fingerprint, .. } => fingerprint,
        }
    }

    fn text(&self) -> String {
        // Texts and numbers can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What an earlier claim under the same key says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// The record was created.
    Done {
        /// The customer's Id.
        id: i32,
        /// When the create was asked for, in milliseconds since 1970.
        at_ms: u64,
        /// True if the record was new, so that it is the guest's own.
        is_new: bool,
    },
    /// The request that holds the claim is still under way.
    Pending,
    /// Nobody knows whether the record was created, so nobody may try again.
    Unknown,
    /// The key was used for another request.
    OtherRequest,
}

/// The key in a header: a string as structured fields write it (RFC 8941), or the same without
/// quotes. Returns `None` if the header holds no key.
pub fn key(header: &str) -> Option<&str> {
    let quoted = header.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Some(quoted.unwrap_or(header)).filter(|key| is_key(key))
}

/// The text to store in place of a pending claim's if nobody knows whether the record was created.
pub fn unknown(pending: &str) -> String {
    match serde_json::from_str(pending) {
        Ok(StoredClaim::Pending { fingerprint, at }) => {
            StoredClaim::Unknown { fingerprint, at }.text()
        }
        // A text that cannot be read counts as unknown too.
        _ => String::new(),
    }
}

impl Claim {
    /// A claim to make `request`, normalised, once. Two requests with the same key, microsite, role
    /// and content make claims with the same fingerprint.
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
            store_key: BASE64.encode(hash.finalize()),
            fingerprint: fingerprint.unwrap_or_default(),
            at_ms,
        }
    }

    /// The text to store while the request is under way.
    pub fn pending(&self) -> String {
        StoredClaim::Pending { fingerprint: self.fingerprint.clone(), at: self.at_ms }.text()
    }

    /// The text to store after the create. It is signed if the record is new, because a repeated
    /// request is then answered with a capability: the signature is needed so that write access to
    /// the store opens no guest's record.
    pub fn done(&self, id: i32, is_new: bool, keys: &Keys) -> String {
        let seal = keys.sign_text(&self.signed(id, self.at_ms)).filter(|_| is_new);
        let fingerprint = self.fingerprint.clone();
        StoredClaim::Done { fingerprint, at: self.at_ms, id, seal }.text()
    }

    /// The text that is signed for a new record.
    fn signed(&self, id: i32, at_ms: u64) -> String {
        let at = integer_text(i64::try_from(at_ms).unwrap_or_default());
        [&self.store_key, " ", &self.fingerprint, " ", &integer_text(id.into()), " ", &at].concat()
    }

    /// The text to store if nobody knows whether the record was created.
    pub fn unknown(&self) -> String {
        StoredClaim::Unknown { fingerprint: self.fingerprint.clone(), at: self.at_ms }.text()
    }

    /// What the text of an earlier claim says to this request. A text that cannot be read counts as
    /// unknown.
    pub fn compare(&self, stored: &str, keys: &Keys, now_ms: u64) -> Earlier {
        let Ok(stored) = serde_json::from_str::<StoredClaim>(stored) else {
            return Earlier::Unknown;
        };
        if stored.fingerprint() != self.fingerprint {
            return Earlier::OtherRequest;
        }
        match stored {
            StoredClaim::Done { at, id, seal, .. } if id > 0 => {
                let signed = self.signed(id, at);
                let is_new = seal.is_some_and(|seal| keys.has_signed_text(&signed, &seal));
                Earlier::Done { id, at_ms: at, is_new }
            }
            StoredClaim::Pending { at, .. } if now_ms < PENDING_MAX_MS.saturating_add(at) => {
                Earlier::Pending
            }
            _ => Earlier::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";

    fn keys() -> Keys {
        let keys = r#"[{"id":"k","secret":"0123456789abcdef0123456789abcdef"}]"#;
        let Json::Array(keys) = Json::parse(keys).unwrap() else { panic!() };
        Keys::read(&keys)
    }

    #[test]
    fn idempotency_key_is_read_with_quotes_or_without() {
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
    fn claim_is_for_the_same_request_only() {
        let request = Object::new().with("Surname", "Lee");
        let claim = |key: &str, microsite: &str, role: Role, request: &Object| {
            Claim::new(key, microsite, &role, request, 1000)
        };
        let keys = keys();
        let first = claim(KEY, "oak", Role::Guest, &request);
        let done = first.done(7, true, &keys);
        assert_eq!(
            first.compare(&done, &keys, 2000),
            Earlier::Done { id: 7, at_ms: 1000, is_new: true }
        );
        assert!(!done.contains("Lee") && !done.contains(KEY) && !first.store_key.contains(KEY));
        let other = Object::new().with("Surname", "Leek");
        for claim in [
            claim(KEY, "oak", Role::Guest, &other),
            claim(KEY, "oak", Role::Staff, &request),
            claim(KEY, "oak", Role::Guest, &Object::new()),
        ] {
            assert_eq!(claim.store_key, first.store_key);
            assert_eq!(claim.compare(&done, &keys, 2000), Earlier::OtherRequest);
        }
        let elsewhere = claim(KEY, "pier", Role::Guest, &request);
        assert_ne!(elsewhere.store_key, first.store_key);
        assert_eq!(elsewhere.compare(&done, &keys, 2000), Earlier::OtherRequest);
    }

    #[test]
    fn claim_that_was_tampered_with_gives_no_capability() {
        let keys = keys();
        let claim = Claim::new(KEY, "oak", &Role::Guest, &Object::new(), 1000);
        let new = |stored: &str| match claim.compare(stored, &keys, 2000) {
            Earlier::Done { is_new, .. } => is_new,
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
        let signature = |text: &str| text.split_once("seal").unwrap().1.to_owned();
        let moved = stored.replace(&signature(&stored), &signature(&other.done(7, true, &keys)));
        assert!(!new(&moved), "the signature of another request");
    }

    #[test]
    fn claim_of_an_earlier_version_is_read() {
        let request = Object::new().with("Surname", "Lee");
        let claim = Claim::new(KEY, "oak", &Role::Guest, &request, 1000);
        assert_eq!(claim.store_key, "R4KAylb7JxZ1ZnNyTd4C1AEtsjLZj4W0ULuMhEXbrGY");
        let done = |is_new| Earlier::Done { id: 7, at_ms: 1000, is_new };
        for (text, earlier, written) in [
            (
                r#"{"state":"pending","fingerprint":"fX_nBsI444dpcTYluFiY7pir6AuuGSbUqWPBjIEbwgI","at":1000}"#,
                Earlier::Pending,
                claim.pending(),
            ),
            (
                r#"{"state":"done","fingerprint":"fX_nBsI444dpcTYluFiY7pir6AuuGSbUqWPBjIEbwgI","at":1000,"id":7,"seal":"k.tHKIzMgSZzC5Vn2mUFUW2X9pkLcrYQNCWinwADYVrT0"}"#,
                done(true),
                claim.done(7, true, &keys()),
            ),
            (
                r#"{"state":"done","fingerprint":"fX_nBsI444dpcTYluFiY7pir6AuuGSbUqWPBjIEbwgI","at":1000,"id":7,"seal":null}"#,
                done(false),
                claim.done(7, false, &keys()),
            ),
            (
                r#"{"state":"unknown","fingerprint":"fX_nBsI444dpcTYluFiY7pir6AuuGSbUqWPBjIEbwgI","at":1000}"#,
                Earlier::Unknown,
                claim.unknown(),
            ),
        ] {
            assert_eq!(claim.compare(text, &keys(), 2000), earlier, "{text}");
            assert_eq!(written, text);
        }
    }

    #[test]
    fn claim_whose_end_is_unknown_is_never_tried_again() {
        let claim = Claim::new(KEY, "oak", &Role::Guest, &Object::new(), 1000);
        assert_eq!(claim.compare(&claim.unknown(), &keys(), 2000), Earlier::Unknown);
        assert_eq!(
            claim.compare(&claim.pending(), &keys(), 1000 + PENDING_MAX_MS - 1),
            Earlier::Pending
        );
        assert_eq!(
            claim.compare(&claim.pending(), &keys(), 1000 + PENDING_MAX_MS),
            Earlier::Unknown
        );
        for damaged in ["", "null", "[]", "{", "\u{0}"] {
            assert_eq!(claim.compare(damaged, &keys(), 2000), Earlier::Unknown, "{damaged}");
        }
        let no_id = claim.done(7, true, &keys()).replace(":7", ":0");
        assert_eq!(claim.compare(&no_id, &keys(), 2000), Earlier::Unknown);
    }
}
