//! Capabilities: what lets a guest back to the one record that is the guest's own.
//!
//! `dk1.KEY.PAYLOAD.MAC`: the key's id, a JSON payload and its HMAC-SHA-256 (RFC 2104) over all before it, the last
//! two in base64url (RFC 4648 §5). The form's version names the algorithm; nothing in a token can choose another.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::json::{Json, Object, integer_text};

/// What every capability begins with: the version of its form.
pub const PREFIX: &str = "dk1.";
/// The longest one there can be, in bytes; a longer text is not looked at.
const MAX_LENGTH: usize = 1024;
/// The shortest secret, in bytes: the output of the hash (RFC 2104 §3).
pub(super) const SECRET_MIN: usize = 32;
pub(super) const KEY_ID_MAX: usize = 32;
/// Every signed text that is not a token begins with this in the hash, so that no signature of one is valid for the other.
const TEXT_PREFIX: &str = "dinerkit seal\0";
/// The fewest different bytes in a secret: random ones have more, also as hexadecimal.
pub(super) const DISTINCT_MIN: usize = 8;

/// What a capability is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To read, edit and unsubscribe the record.
    Record,
    /// To unsubscribe it.
    Unsubscribe,
}

impl Purpose {
    /// The name in a token and in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Record => "record",
            Purpose::Unsubscribe => "unsubscribe",
        }
    }

    /// The purpose of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Purpose::Record, Purpose::Unsubscribe].into_iter().find(|purpose| purpose.name() == name)
    }
}

/// What a token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// The microsite's configured name.
    pub microsite: String,
    /// The customer's Id.
    pub id: i32,
    /// What it is for.
    pub purpose: Purpose,
    /// From when on it is void, in seconds since 1970.
    pub expires: u64,
}

/// The keys: the first signs, all verify, so that a new one can be put in front of the old.
#[derive(Default)]
pub struct Keys(Vec<(String, Hmac<Sha256>)>);

impl Keys {
    /// Reads `[{id, secret}]`. The error says what to do, and holds no secret.
    pub fn read(option: &Json) -> Result<Self, &'static str> {
        const SHAPE: &str = "give capabilityKeys as [{ id, secret }], the one that signs first";
        let mut keys = Self::default();
        for key in option.as_array().ok_or(SHAPE)? {
            let text = |name| key.as_object()?.get(name)?.as_str();
            let (id, secret) = text("id").zip(text("secret")).ok_or(SHAPE)?;
            let is_id = (1..=KEY_ID_MAX).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            if !is_id || keys.0.iter().any(|(known, _)| known == id) {
                return Err(
                    "give each of capabilityKeys an id of its own, of letters, digits, - and _, at most 32",
                );
            }
            let distinct: BTreeSet<u8> = secret.bytes().collect();
            if secret.len() < SECRET_MIN || distinct.len() < DISTINCT_MIN {
                return Err(
                    "give each of capabilityKeys a random secret of at least 32 bytes: openssl rand -base64 32",
                );
            }
            let mac = Hmac::new_from_slice(secret.as_bytes()).map_err(|_| SHAPE)?;
            keys.0.push((id.to_owned(), mac));
        }
        Ok(keys)
    }

    /// The token of a capability; none without a key.
    pub fn sign(&self, capability: &Capability) -> Option<String> {
        let (id, mac) = self.0.first()?;
        let payload = Object::new()
            .with("microsite", capability.microsite.as_str())
            .with("customer", capability.id)
            .with("purpose", capability.purpose.name())
            .with("expires", Json::Number(integer_text(i64::try_from(capability.expires).ok()?)))
            .to_text();
        let mut token = [PREFIX, id, "."].concat();
        token.push_str(&BASE64.encode(payload));
        let signature = mac.clone().chain_update(&token).finalize().into_bytes();
        token.push('.');
        token.push_str(&BASE64.encode(signature));
        (token.len() <= MAX_LENGTH).then_some(token)
    }

    /// What a token stands for, if one of the keys has signed it and its time is not over. The payload is read only
    /// after that.
    pub fn verify(&self, token: &str, now_ms: u64) -> Option<Capability> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (id, payload) = signed.strip_prefix(PREFIX)?.split_once('.')?;
        let (_, mac) = self.0.iter().find(|(known, _)| known == id)?;
        let signature = BASE64.decode(signature).ok()?;
        // In a time that does not depend on how much of it is right.
        mac.clone().chain_update(signed).verify_slice(&signature).ok()?;
        let capability = read(&BASE64.decode(payload).ok()?)?;
        (now_ms / 1000 < capability.expires).then_some(capability)
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

fn read(payload: &[u8]) -> Option<Capability> {
    let Ok(Json::Object(payload)) = Json::parse(core::str::from_utf8(payload).ok()?) else {
        return None;
    };
    let text = |name| payload.get(name)?.as_str();
    let Json::Number(expires) = payload.get("expires")? else { return None };
    Some(Capability {
        microsite: text("microsite")?.to_owned(),
        id: payload.get("customer")?.as_positive()?,
        purpose: Purpose::named(text("purpose")?)?,
        expires: expires.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(ids: &[&str]) -> Keys {
        let key = |id: &&str| {
            let secret = ["0123456789abcdef0123456789abcdef", id].concat();
            Json::from(Object::new().with("id", *id).with("secret", secret))
        };
        Keys::read(&Json::Array(ids.iter().map(key).collect())).unwrap()
    }

    fn anns(expires: u64) -> Capability {
        let microsite = "oak-and-salt".to_owned();
        Capability { microsite, id: 7, purpose: Purpose::Record, expires }
    }

    #[test]
    fn it_is_good_until_its_time_is_over() {
        let keys = keys(&["a"]);
        let token = keys.sign(&anns(1000)).unwrap();
        for (now_ms, good) in
            [(0, true), (999_999, true), (1_000_000, false), (1_000_001, false), (u64::MAX, false)]
        {
            assert_eq!(keys.verify(&token, now_ms).is_some(), good, "{now_ms}");
        }
        assert_eq!(keys.verify(&token, 0), Some(anns(1000)));
        let forever = keys.sign(&anns(i64::MAX as u64)).unwrap();
        assert!(keys.verify(&forever, u64::MAX / 1000).is_some());
        assert_eq!(keys.sign(&anns(u64::MAX)), None, "no time that JSON cannot say");
    }

    #[test]
    fn an_older_key_verifies_and_the_first_one_signs() {
        let old = keys(&["old"]).sign(&anns(1000)).unwrap();
        let rotated = keys(&["new", "old"]);
        assert_eq!(rotated.verify(&old, 0), Some(anns(1000)));
        assert!(rotated.sign(&anns(1000)).unwrap().starts_with("dk1.new."));
        assert_eq!(keys(&["new"]).verify(&old, 0), None, "unknown key");
        assert_eq!(Keys::default().verify(&old, 0), None, "no keys");
        assert_eq!(Keys::default().sign(&anns(1000)), None);
        // The same id with another secret.
        let other = Keys::read(
            &Json::parse(r#"[{"id":"old","secret":"fedcba9876543210fedcba9876543210"}]"#).unwrap(),
        );
        assert_eq!(other.unwrap().verify(&old, 0), None);
    }

    #[test]
    fn no_bit_of_it_can_be_changed_and_no_part_left_out() {
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
    fn no_form_but_its_own_is_taken() {
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
    fn what_is_signed_is_read_strictly() {
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

    #[test]
    fn keys_are_checked_without_being_shown() {
        let secret = "0123456789abcdef0123456789abcde".to_owned();
        for option in [
            "{}".to_owned(),
            "[1]".to_owned(),
            r#"[{"id":"a"}]"#.to_owned(),
            format!(r#"[{{"id":"a","secret":"{}"}}]"#, "abcdefg".repeat(10)),
            format!(r#"[{{"id":"a","secret":"{secret}"}}]"#),
            format!(r#"[{{"id":"","secret":"{secret}s"}}]"#),
            format!(r#"[{{"id":"a.b","secret":"{secret}s"}}]"#),
            format!(r#"[{{"id":"a","secret":"{secret}s"}},{{"id":"a","secret":"{secret}s"}}]"#),
        ] {
            let Err(error) = Keys::read(&Json::parse(&option).unwrap()) else {
                panic!("taken: {option}")
            };
            assert!(error.starts_with("give ") && !error.contains(&secret), "{error}");
        }
    }
}
