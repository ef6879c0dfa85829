//! The keys of the shared state, and what is made with the secret that its gateways have in common.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The length of a digest in a key: 132 bits.
const DIGEST_LENGTH: usize = 22;

/// What names texts.
pub(super) struct Names {
    /// `dinerkit:{NAMESPACE}:`. The braces are a cluster's hash tag, which keeps all keys of an
    /// account on one node.
    prefix: String,
    secret: Option<Hmac<Sha256>>,
}

impl Names {
    /// The names for an account, so that two accounts never mix.
    pub(super) fn new(upstream: &str, username: &str, secret: &str) -> Self {
        let account = ["dinerkit shared state", upstream, username].join("\0");
        let namespace = short(&Sha256::digest(account));
        Self {
            prefix: ["dinerkit:{", &namespace, "}:"].concat(),
            secret: Hmac::new_from_slice(secret.as_bytes()).ok(),
        }
    }

    pub(super) fn claim(&self, store_key: &str) -> String {
        [&self.prefix, "claim:", store_key].concat()
    }

    /// The key of a limit. Keyed by the secret, so that the shared state holds no address.
    pub(super) fn limit(&self, name: &[u8]) -> String {
        [&self.prefix, "limit:", &short(&self.mac(b"limit", name))].concat()
    }

    pub(super) fn budget(&self) -> String {
        [&self.prefix, "budget"].concat()
    }

    pub(super) fn token(&self) -> String {
        [&self.prefix, "token"].concat()
    }

    pub(super) fn setup(&self, microsite: &str) -> String {
        let digest = Sha256::digest(["dinerkit Setup", microsite].join("\0"));
        [&self.prefix, "setup:", &short(&digest)].concat()
    }

    /// The key that seals the token, 32 bytes: by HKDF (RFC 5869) with one block.
    pub(super) fn seal_key(&self) -> Vec<u8> {
        // The secret is long and random, as HKDF asks of a key that is only expanded (§3.3).
        self.mac(self.prefix.as_bytes(), b"seal\x01")
    }

    fn mac(&self, kind: &[u8], name: &[u8]) -> Vec<u8> {
        let Some(secret) = &self.secret else { return Vec::new() };
        let mac = secret.clone().chain_update(b"dinerkit shared ").chain_update(kind);
        mac.chain_update(b"\0").chain_update(name).finalize().into_bytes().to_vec()
    }
}

fn short(digest: &[u8]) -> String {
    let mut text = BASE64.encode(digest);
    text.truncate(DIGEST_LENGTH);
    text
}

/// A name of a process that no other has, made from the seed of its random bits.
pub(super) fn process_name(seed: &[u8]) -> String {
    let mut name = short(&Sha256::digest([b"dinerkit process\0", seed].concat()));
    name.truncate(DIGEST_LENGTH / 2);
    name
}
