//! The `Idempotency-Key`, under which a server that honours it creates a customer only once. For
//! [`Call::keyed`](crate::client::Call::keyed) and the gateway.

use crate::scan;

/// The header that carries a [`Key`].
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Lengths of its value. Fewer than sixteen characters could be guessed by trying.
const LENGTHS: core::ops::RangeInclusive<usize> = 16..=128;

/// The value of an `Idempotency-Key`: 16 to 128 letters, digits and `-._~:+/=`, such as a random
/// UUID.
#[derive(Clone)]
pub struct Key(pub(super) String);

impl Key {
    /// Takes a key. Returns `None` if the text is not one.
    pub fn new(text: &str) -> Option<Self> {
        is_key(text).then(|| Self(text.to_owned()))
    }
}

/// True for what may be the value of an `Idempotency-Key`.
pub(crate) fn is_key(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || scan::is_in(byte, b"-._~:+/=");
    LENGTHS.contains(&text.len()) && text.bytes().all(is_plain)
}
