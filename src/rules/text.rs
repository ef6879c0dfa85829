//! Text as guests write it: names of every script, addresses, notes.
//!
//! No name is refused for its letters. Only characters that nobody means to type are refused:
//! controls, marks that turn the reading direction, and U+FFFD.

use std::borrow::Cow;

use crate::issue::Code;
use crate::platform::Platform;

/// Whether a text may have line breaks and tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line: a name, a town.
    One,
    /// Several lines: notes.
    Many,
}

/// Why a text is refused. See [`TextError::code`] for the issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Longer than the limit, in Unicode code points.
    TooLong,
    /// Holds a control character.
    ControlCharacter,
    /// Holds U+FFFD, which also stands for a lone surrogate.
    Damaged,
}

impl TextError {
    /// The issue's code.
    pub fn code(self) -> Code {
        match self {
            TextError::TooLong => Code::TooLong,
            TextError::ControlCharacter => Code::ControlCharacter,
            TextError::Damaged => Code::DamagedText,
        }
    }
}

/// Returns the text as it is sent: in Normalization Form C (Unicode Standard Annex 15), without
/// white space around it. An empty result means that the field was not given. `max` is the longest
/// text, in code points of the result.
pub fn normalise<'a>(
    typed: &'a str,
    lines: Lines,
    max: u32,
    platform: &impl Platform,
) -> Result<Cow<'a, str>, TextError> {
    let trimmed = trim(typed);
    let rest = after_ascii(trimmed);
    refuse_unwritable(rest, lines)?;
    let mut text = Cow::Borrowed(trimmed);
    if !is_composed(rest) {
        // A text far over the limit is refused before the platform is asked to normalise megabytes.
        if longer_than(trimmed, max.saturating_mul(LONGEST_DECOMPOSITION)) {
            return Err(TextError::TooLong);
        }
        text = platform.nfc(trimmed).into();
    }
    if longer_than(&text, max) { Err(TextError::TooLong) } else { Ok(text) }
}

/// Checks a text that is sent byte for byte as it came, such as the wording of a consent. `max` is
/// in code points.
pub fn verbatim(text: &str, max: u32) -> Result<&str, TextError> {
    if longer_than(text, max) {
        return Err(TextError::TooLong);
    }
    refuse_unwritable(after_ascii(text), Lines::Many).map(|()| text)
}

/// No code point decomposes into more than 18 (U+FDFA, the longest of Unicode).
const LONGEST_DECOMPOSITION: u32 = 18;

/// True for a text that Normalization Form C does not change, as far as that is seen from its
/// blocks: those here hold most names. It saves the call to the platform, which costs more than all
/// other rules.
fn is_composed(text: &str) -> bool {
    text.chars().all(|character| {
        matches!(character,
            '\0'..='\u{2ff}' // Latin
            | '\u{388}'..='\u{482}' // Greek, Cyrillic
            | '\u{5d0}'..='\u{5ea}' // Hebrew
            | '\u{620}'..='\u{64a}' // Arabic
            | '\u{1e00}'..='\u{1eff}' // Latin, as in Vietnamese
            | '\u{2010}'..='\u{2027}' // dashes, quotes
            | '\u{3041}'..='\u{3096}' // Hiragana
            | '\u{30a1}'..='\u{30fc}' // Katakana
            | '\u{4e00}'..='\u{9fff}' // Han
            | '\u{ac00}'..='\u{d7a3}' // Hangul
        )
    })
}

/// The rest of the text, from its first character that is not printable ASCII.
fn after_ascii(text: &str) -> &str {
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let mut rest = text.as_bytes();
    // Eight bytes at a time: the sums set the upper bit of each byte that is not printable ASCII.
    while let Some((eight, more)) = rest.split_first_chunk()
        && let eight = u64::from_ne_bytes(*eight)
        && let others = eight | eight.wrapping_add(each(1)) | eight.wrapping_sub(each(b' '))
        && others & each(0x80) == 0
    {
        rest = more;
    }
    while let [b' '..=b'~', more @ ..] = rest {
        rest = more;
    }
    text.get(text.len() - rest.len()..).unwrap_or_default()
}

fn longer_than(text: &str, max: u32) -> bool {
    if text.len() <= max as usize {
        return false;
    }
    // A code point has one byte that does not continue another: count those.
    text.bytes().filter(|byte| byte & 0b1100_0000 != 0b1000_0000).count() > max as usize
}

fn trim(typed: &str) -> &str {
    match typed.as_bytes() {
        // The ends of most texts are printable ASCII, so that nothing has to be decoded.
        [] | [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => typed,
        _ => typed.trim_matches(is_outer_space),
    }
}

fn is_outer_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}')
}

fn refuse_unwritable(text: &str, lines: Lines) -> Result<(), TextError> {
    for character in text.chars() {
        match character {
            char::REPLACEMENT_CHARACTER => return Err(TextError::Damaged),
            '\n' | '\r' | '\t' if lines == Lines::Many => {}
            // C0 controls, DEL and C1 controls, line and paragraph separator, and the marks that
            // turn the reading direction, with which a name shows as another one.
            '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => return Err(TextError::ControlCharacter),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Native;

    #[test]
    fn text_check_ok_for_names_of_the_world() {
        for name in [
            "Ng",
            "O’Brien-Łukasz",
            "Zoë",
            "María José de la Cruz y Núñez",
            "Иванов",
            "王",
            "佐藤 三郎",
            "محمد بن سلمان",
            "नेहा",
            "Þórdís",
            "X Æ A-12",
            "می\u{200c}خواهم",
            "\u{200f}שלום\u{200f}",
            "𝒜lice",
        ] {
            assert_eq!(normalise(name, Lines::One, 100, &Native).as_deref(), Ok(name));
        }
    }

    #[test]
    fn text_is_trimmed_and_composed() {
        for (typed, sent) in [
            ("  Ann \t", "Ann"),
            ("\u{feff}\u{200b}Ann\u{a0}\u{3000}", "Ann"),
            ("Zoe\u{308}", "Zoë"),
            (" \n ", ""),
        ] {
            assert_eq!(normalise(typed, Lines::One, 100, &Native).as_deref(), Ok(sent));
        }
    }

    #[test]
    fn text_check_fail() {
        for (typed, lines, expected) in [
            ("a\0b", Lines::Many, TextError::ControlCharacter),
            ("a\nb", Lines::One, TextError::ControlCharacter),
            ("a\u{85}b", Lines::Many, TextError::ControlCharacter),
            ("a\u{202e}b", Lines::One, TextError::ControlCharacter),
            ("a\u{2066}b", Lines::Many, TextError::ControlCharacter),
            ("a\u{fffd}b", Lines::One, TextError::Damaged),
        ] {
            assert_eq!(normalise(typed, lines, 100, &Native), Err(expected), "{typed:?}");
        }
        assert!(normalise("a\r\nb\tc", Lines::Many, 100, &Native).is_ok());
    }

    #[test]
    fn text_length_is_counted_in_code_points_after_composition() {
        for (typed, max, fits) in [
            ("👩‍🍳".to_owned(), 3, true),
            ("👩‍🍳".to_owned(), 2, false),
            ("e\u{301}".repeat(4), 4, true),
            ("a".repeat(101), 100, false),
            (" ".repeat(1_000_000) + "a", 1, true),
            ("\u{301}".repeat(1_000_000), 100, false),
        ] {
            let result = normalise(&typed, Lines::One, max, &Native);
            assert_eq!(result.is_ok(), fits, "{max}");
        }
    }

    #[test]
    fn text_taken_for_composed_is_composed() {
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            // As the first and after others: a mark may reach back, and Hangul's last letters do.
            for before in ["", "e", "\u{ac00}", "\u{3b1}"] {
                let text = before.to_owned() + character.encode_utf8(&mut [0; 4]);
                assert!(!is_composed(&text) || Native.nfc(&text) == text, "{character:?}");
            }
        }
        assert!(is_composed("Łukasz Зоя 佐藤 محمد Nguyễn O’Brien") && !is_composed("Zoe\u{308}"));
    }

    #[test]
    fn text_verbatim_is_kept_to_the_byte() {
        let wording = " Stay in touch with <strong>Cafe\u{301}</strong> by:\r\n ";
        assert_eq!(verbatim(wording, 4000), Ok(wording));
        assert_eq!(verbatim(wording, 3), Err(TextError::TooLong));
    }
}
