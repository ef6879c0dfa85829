//! Looking through the bytes of texts eight at a time, which takes a fifth of the time of one by one.

/// A word with this byte in each of its places.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The upper bit of each byte.
const UPPER: u64 = each(0x80);

/// The upper bit of each byte that is below `limit`, which is at most 0x80, and of no byte before
/// the first of these.
const fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(each(limit)) & !word & UPPER
}

/// The same for bytes that are `byte`.
const fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ each(byte), 1)
}

/// The place of the first byte that ends a run of a text in JSON: a quote, a backslash, or a control
/// character, which must be escaped. The length of `bytes` if there is none.
pub(super) fn until_special(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = below(word, 0x20) | equal(word, b'"') | equal(word, b'\\');
        if found != 0 {
            return 8 * index + (found.trailing_zeros() / 8) as usize;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    8 * words.len() + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Whether the bytes begin with these. In WebAssembly the standard library compares one by one.
pub(super) fn begin_with(bytes: &[u8], prefix: &[u8]) -> bool {
    let Some(head) = bytes.get(..prefix.len()) else { return false };
    let (words, _) = head.as_chunks::<8>();
    let (expected, _) = prefix.as_chunks::<8>();
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let are_words = words.iter().zip(expected).all(|(one, other)| word(one) == word(other));
    // The last eight bytes, some of which may have been compared.
    match (head.last_chunk(), prefix.last_chunk()) {
        (Some(last), Some(expected)) => are_words && word(last) == word(expected),
        _ => head.iter().zip(prefix).all(|(one, other)| one == other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_bytes_are_found_wherever_they_stand() {
        for length in 0..40 {
            for place in 0..length {
                for special in (0..0x20).chain(*b"\"\\") {
                    for around in [b'a', b' ', 0x7f, 0x80, 0xff, b'#', b'!', b'[', b']'] {
                        let mut bytes = vec![around; length];
                        assert_eq!(until_special(&bytes), length);
                        bytes[place] = special;
                        assert_eq!(until_special(&bytes), place, "{bytes:?}");
                        bytes[length - 1] = special;
                        assert_eq!(until_special(&bytes), place, "{bytes:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn beginnings_are_compared_whatever_their_length() {
        let bytes: Vec<u8> = (0..40).collect();
        for length in 0..=40 {
            assert!(begin_with(&bytes, &bytes[..length]));
            for place in 0..length {
                let mut other = bytes[..length].to_vec();
                other[place] ^= 1;
                assert!(!begin_with(&bytes, &other), "{length} {place}");
                assert!(!begin_with(&bytes[..length - 1], &bytes[..length]));
            }
        }
    }
}
