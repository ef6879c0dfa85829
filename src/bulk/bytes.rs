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

/// How many units of UTF-16 a text has, given its bytes in UTF-8.
pub(super) fn units_of(bytes: &[u8]) -> u32 {
    let (words, rest) = bytes.as_chunks();
    // Each character is one unit, and has one byte that does not continue it. Characters beyond the
    // first plane, which have four bytes, are two.
    let mut units = bytes.len() as u32;
    for word in words {
        let word = u64::from_le_bytes(*word);
        if word & UPPER != 0 {
            let continuing = word & !(word << 1) & UPPER;
            let of_four = word & (word << 1) & (word << 2) & (word << 3) & UPPER;
            units = units + of_four.count_ones() - continuing.count_ones();
        }
    }
    for byte in rest {
        units = units + u32::from(*byte >= 0xf0) - u32::from((0x80..0xc0).contains(byte));
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_utf_16() {
        for text in
            ["", "Lee", "Zoë", "佐藤", "🍷", "a🍷é佐\u{7f}", "\u{10ffff}\u{ffff}\u{7ff}\u{80}"]
        {
            for count in 1..9 {
                let text = format!("{}{text}", "x".repeat(count)).repeat(count);
                let expected = text.encode_utf16().count();
                assert_eq!(units_of(text.as_bytes()) as usize, expected, "{text}");
            }
        }
    }

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
}
