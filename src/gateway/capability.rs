//! Capabilities: tokens that let a guest back to the one record that is the guest's own.
//!
//! A token is `dk1.KEY.PAYLOAD.MAC`: the key's id, the payload in JSON, and the HMAC-SHA-256 (RFC
//! 2104) of everything before it; payload and MAC are in base64url (RFC 4648 §5). `dk1` is the
//! version of this format and stands for the algorithm, so that nothing in a token can choose
//! another one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::Sha256;

use super::options::{Problem, Step, with_nearest};
use crate::json::Json;

/// Every token begins with this: the version of its format.
pub const PREFIX: &str = "dk1.";
/// The longest token there can be, in bytes. A longer text is refused unread.
const MAX_LENGTH: usize = 1024;
/// The shortest secret, in bytes: the output of the hash (RFC 2104 §3).
pub(super) const SECRET_MIN: usize = 32;
pub(super) const KEY_ID_MAX: usize = 32;
/// Every signed text that is not a token begins with this in the hash, so that no signature of one
/// is valid for the other.
const TEXT_PREFIX: &str = "dinerkit seal\0";
/// The fewest different bytes in a secret. Random secrets have more, in hexadecimal too.
pub(super) const DISTINCT_MIN: usize = 8;

/// What a capability is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// To read, edit and unsubscribe the record.
    Record,
    /// To unsubscribe it.
    Unsubscribe,
}

/// What a token stands for; also its payload. Tokens that were given out have to stay readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capability {
    /// The microsite's configured name.
    pub microsite: String,
    /// The customer's Id.
    #[serde(rename = "customer")]
    pub id: i32,
    /// What the capability is for.
    pub purpose: Purpose,
    /// The time from which on it is void, in seconds since 1970.
    pub expires: u64,
}

/// The operator's request for a capability.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapabilityRequest {
    /// The microsite's configured name.
    pub microsite: Option<String>,
    /// The customer's Id.
    pub id: Option<i32>,
    /// What the capability is for; a record if there is none.
    pub purpose: Option<Purpose>,
    /// How long it is valid, in seconds. The default depends on the purpose.
    pub expires_in: Option<u32>,
}

impl CapabilityRequest {
    /// The names of the members, as JavaScript writes them.
    const MEMBERS: [&str; 4] = ["microsite", "id", "purpose", "expiresIn"];

    /// What to give as microsite.
    pub(super) const MICROSITE: &str = "give microsite: one of those of the gateway";
    /// What to give as id.
    pub(super) const ID: &str = "give id: the customer's, a whole number above 0";
    /// What to give as expiresIn.
    pub(super) const EXPIRES_IN: &str = "give expiresIn as whole seconds above 0, a year at most";

    /// Refuses members that a request does not have. For JavaScript's objects, of which
    /// serde-wasm-bindgen reads the known members and skips the others: a misspelt `purpose` would
    /// make a capability that may do more. The error names the members, and repeats no value.
    pub fn check_members<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<(), String> {
        let unknown = names.into_iter().filter(|name| !Self::MEMBERS.contains(name));
        let problems = unknown.map(|name| {
            let message = with_nearest("is not known", name, Self::MEMBERS.into_iter());
            let path = vec![Step::Member(name.to_owned())];
            let problem = Problem { path, message };
            [problem.name().as_str(), " ", &problem.message].concat()
        });
        let problems: Vec<_> = problems.collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }

    /// Reads a request. The error says what to do, and repeats nothing of what was given.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, &'static str> {
        // serde's own text holds the value, which may be anything: only the path is used.
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            match error.path().to_string().as_str() {
                "microsite" => Self::MICROSITE,
                "id" => Self::ID,
                "purpose" => "give purpose as \"record\" or \"unsubscribe\"",
                "expiresIn" => Self::EXPIRES_IN,
                _ => "give an object with microsite, id and, if need be, purpose and expiresIn",
            }
        })
    }
}

/// The keys. The first one signs and all verify, so that an operator can put a new key in front of
/// the old ones.
#[derive(Default)]
pub struct Keys(Vec<(String, Hmac<Sha256>)>);

impl Keys {
    /// Reads `[{id, secret}]`, which the table of options has accepted.
    pub fn read(option: &[Json]) -> Self {
        let keys = option.iter().filter_map(|key| {
            let text = |name| key.as_object()?.get(name)?.as_str();
            let mac = Hmac::new_from_slice(text("secret")?.as_bytes()).ok()?;
            Some((text("id")?.to_owned(), mac))
        });
        Self(keys.collect())
    }

    /// The token of a capability. Returns `None` without a key.
    pub fn sign(&self, capability: &Capability) -> Option<String> {
        let (id, mac) = self.0.first()?;
        let payload = serde_json::to_vec(capability).ok()?;
        let mut token = [PREFIX, id, "."].concat();
        token.push_str(&BASE64.encode(payload));
        let signature = mac.clone().chain_update(&token).finalize().into_bytes();
        token.push('.');
        token.push_str(&BASE64.encode(signature));
        (token.len() <= MAX_LENGTH).then_some(token)
    }

    /// The capability that a token stands for. Returns `None` if none of the keys has signed it or
    /// its time is over. The payload is read only after its signature was found right.
    pub fn verify(&self, token: &str, now_ms: u64) -> Option<Capability> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (id, payload) = signed.strip_prefix(PREFIX)?.split_once('.')?;
        let (_, mac) = self.0.iter().find(|(known, _)| known == id)?;
        let signature = BASE64.decode(signature).ok()?;
        // Takes a time that does not depend on how many bytes are right.
        mac.clone().chain_update(signed).verify_slice(&signature).ok()?;
        let capability: Capability = serde_json::from_slice(&BASE64.decode(payload).ok()?).ok()?;
        let is_valid = capability.id > 0 && now_ms / 1000 < capability.expires;
        is_valid.then_some(capability)
    }

    /// The signature of a text of the gateway's own: `KEY.MAC`. Returns `None` without a key.
    pub fn sign_text(&self, text: &str) -> Option<String> {
        let (id, mac) = self.0.first()?;
        let mac = mac.clone().chain_update(TEXT_PREFIX).chain_update(text);
        Some([id, ".", &BASE64.encode(mac.finalize().into_bytes())].concat())
    }

    /// True for a signature that one of the keys has made for this text.
    pub fn has_signed_text(&self, text: &str, signature: &str) -> bool {
        let verified = || {
            let (id, signature) = signature.split_once('.')?;
            let (_, mac) = self.0.iter().find(|(known, _)| known == id)?;
            let mac = mac.clone().chain_update(TEXT_PREFIX).chain_update(text);
            mac.verify_slice(&BASE64.decode(signature).ok()?).ok()
        };
        verified().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Object;

    fn keys(ids: &[&str]) -> Keys {
        let key = |id: &&str| {
            let secret = ["0123456789abcdef0123456789abcdef", id].concat();
            Json::from(Object::new().with("id", *id).with("secret", secret))
        };
        Keys::read(&ids.iter().map(key).collect::<Vec<_>>())
    }

    fn anns(expires: u64) -> Capability {
        let microsite = "oak-and-salt".to_owned();
        Capability { microsite, id: 7, purpose: Purpose::Record, expires }
    }

    #[test]
    fn token_is_valid_until_its_time_is_over() {
        let keys = keys(&["a"]);
        let token = keys.sign(&anns(1000)).unwrap();
        for (now_ms, good) in
            [(0, true), (999_999, true), (1_000_000, false), (1_000_001, false), (u64::MAX, false)]
        {
            assert_eq!(keys.verify(&token, now_ms).is_some(), good, "{now_ms}");
        }
        assert_eq!(keys.verify(&token, 0), Some(anns(1000)));
        let forever = keys.sign(&anns(u64::MAX)).unwrap();
        assert!(keys.verify(&forever, u64::MAX).is_some());
    }

    #[test]
    fn token_of_an_older_key_is_verified_and_the_first_key_signs() {
        let old = keys(&["old"]).sign(&anns(1000)).unwrap();
        let rotated = keys(&["new", "old"]);
        assert_eq!(rotated.verify(&old, 0), Some(anns(1000)));
        assert!(rotated.sign(&anns(1000)).unwrap().starts_with("dk1.new."));
        assert_eq!(keys(&["new"]).verify(&old, 0), None, "unknown key");
        assert_eq!(Keys::default().verify(&old, 0), None, "no keys");
        assert_eq!(Keys::default().sign(&anns(1000)), None);
        // The same id with another secret.
        let other =
            Object::new().with("id", "old").with("secret", "fedcba9876543210fedcba9876543210");
        assert_eq!(Keys::read(&[other.into()]).verify(&old, 0), None);
    }

    #[test]
    fn token_with_a_changed_bit_or_a_missing_part_is_refused() {
        let keys = keys(&["a", "b"]);
        let token = keys.sign(&anns(1000)).unwrap();
        for index in 0..token.len() {
            assert_eq!(keys.verify(&token[..index], 0), None, "cut at {index}");
            for bit in 0..7 {
                let mut bytes = token.clone().into_bytes();
                bytes[index] ^= 1 << bit;
                let flipped = String::from_utf8(bytes).unwrap();
                assert_eq!(keys.verify(&flipped, 0), None, "bit {bit} of {index}");
            }
        }
    }

    #[test]
    fn token_of_another_format_is_refused() {
        let keys = keys(&["a"]);
        let token = keys.sign(&anns(1000)).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let [_, id, payload, mac] = parts[..] else { panic!() };
        let jwt = format!("{}.{payload}.", BASE64.encode(r#"{"alg":"none"}"#));
        for forged in [
            String::new(),
            "dk1".into(),
            "dk1....".into(),
            "....".into(),
            format!("dk2.{id}.{payload}.{mac}"),
            format!("DK1.{id}.{payload}.{mac}"),
            format!("dk1..{payload}.{mac}"),
            format!("dk1.{payload}.{mac}"),
            format!("dk1.{id}.{payload}."),
            format!("dk1.{id}..{mac}"),
            format!("dk1.{id}.{payload}.{mac}="),
            format!("dk1.{id}.{payload}.{mac}.{mac}"),
            format!("dk1.{id}.{payload}.x.{mac}"),
            format!(" {token}"),
            format!("{token} "),
            format!("{token}\n"),
            jwt,
            format!("{token}{}", "A".repeat(MAX_LENGTH)),
            "dk1.".repeat(100_000),
        ] {
            assert_eq!(keys.verify(&forged, 0), None, "{forged:.80}");
        }
    }

    #[test]
    fn token_of_an_earlier_version_is_verified() {
        let key = Object::new().with("id", "k").with("secret", "0123456789abcdef0123456789abcdef");
        let keys = Keys::read(&[key.into()]);
        for (token, microsite, id, purpose) in [
            (
                "dk1.k.eyJtaWNyb3NpdGUiOiJab8OrICYgQ28vMSIsImN1c3RvbWVyIjo3LCJwdXJwb3NlIjoicmVjb3JkIiwiZXhwaXJlcyI6NDEwMjQ0NDgwMH0.jxp7FWGFROskhbrnbp7X28PRhfxGyN1W5CdSg2YBp4s",
                "Zoë & Co/1",
                7,
                Purpose::Record,
            ),
            (
                "dk1.k.eyJtaWNyb3NpdGUiOiJvYWstYW5kLXNhbHQiLCJjdXN0b21lciI6MjE0NzQ4MzY0NywicHVycG9zZSI6InVuc3Vic2NyaWJlIiwiZXhwaXJlcyI6NDEwMjQ0NDgwMH0.2_Iqi0zq6NKM3gsbVFEQlf9gIo_3VgYfRUMfFQrTL-I",
                "oak-and-salt",
                i32::MAX,
                Purpose::Unsubscribe,
            ),
        ] {
            let capability =
                Capability { microsite: microsite.into(), id, purpose, expires: 4_102_444_800 };
            assert_eq!(keys.verify(token, 0), Some(capability.clone()));
            assert_eq!(keys.sign(&capability).as_deref(), Some(token));
        }
    }

    #[test]
    fn capability_request_that_is_wrong_is_named_without_its_value() {
        let read = |request: &str| {
            CapabilityRequest::read(&mut serde_json::Deserializer::from_str(request))
        };
        let request = CapabilityRequest {
            microsite: Some("oak".into()),
            id: Some(7),
            purpose: Some(Purpose::Unsubscribe),
            expires_in: Some(60),
        };
        let given = r#"{"microsite":"oak","id":7,"purpose":"unsubscribe","expiresIn":60}"#;
        assert_eq!(read(given), Ok(request));
        assert_eq!(read(r#"{"purpose":null}"#), Ok(CapabilityRequest::default()));
        for (wrong, advice) in [
            (r#"{"microsite":["hunter2"]}"#, "give microsite"),
            (r#"{"id":"hunter2"}"#, "give id"),
            (r#"{"id":7.5}"#, "give id"),
            (r#"{"purpose":"hunter2"}"#, "give purpose"),
            (r#"{"expiresIn":-1}"#, "give expiresIn"),
            (r#"{"expiresIn":"hunter2"}"#, "give expiresIn"),
            (r#"{"hunter2":1}"#, "give an object"),
            (r#""hunter2""#, "give an object"),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(error.starts_with(advice) && !error.contains("hunter2"), "{wrong}: {error}");
        }
    }

    #[test]
    fn capability_request_members_that_are_unknown_are_named() {
        assert_eq!(CapabilityRequest::check_members(CapabilityRequest::MEMBERS), Ok(()));
        assert_eq!(
            CapabilityRequest::check_members(["id", "purpos", "a b\n"]).unwrap_err(),
            r#"purpos is not known: did you mean purpose?; ["a b\n"] is not known"#
        );
        // serde's own list of the members.
        let error =
            serde_json::from_str::<CapabilityRequest>(r#"{"?":1}"#).unwrap_err().to_string();
        let listed: Vec<_> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(listed, CapabilityRequest::MEMBERS);
    }

    #[test]
    fn token_payload_is_read_strictly() {
        let keys = keys(&["a"]);
        let signed = |payload: &str| {
            let signed = format!("dk1.a.{}", BASE64.encode(payload));
            let mac = keys.0[0].1.clone().chain_update(&signed).finalize().into_bytes();
            format!("{signed}.{}", BASE64.encode(mac))
        };
        let good = r#"{"microsite":"oak-and-salt","customer":7,"purpose":"record","expires":1000}"#;
        assert_eq!(keys.verify(&signed(good), 0), Some(anns(1000)));
        for (from, to) in [
            ("\"record\"", "\"staff\""),
            ("1000}", "\"1000\"}"),
            ("1000}", "1e3}"),
            ("1000}", "-1}"),
            (":7,", ":0,"),
            (":7,", ":7.5,"),
            (",\"expires\":1000", ""),
            ("\"customer\"", "\"Customer\""),
        ] {
            assert_ne!(good.replace(from, to), good);
            assert_eq!(keys.verify(&signed(&good.replace(from, to)), 0), None, "{from} {to}");
        }
    }
}
