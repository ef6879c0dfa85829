//! For the phone rules: what a guest typed, as digits.

use super::Reason;

/// More digits than any international prefix, calling code, trunk prefix and number together.
pub const MOST_DIGITS: usize = 31;
/// Characters that are read; upstream's limit. A longer text is no phone number.
const MOST_TEXT: usize = 250;

/// The zeros of the decimal digits in Unicode's basic plane (general category Nd).
const ZEROS: [u16; 36] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// The value of a decimal digit of any script.
pub fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let c = c as u32;
    let value = |zero: &u16| c.checked_sub(u32::from(*zero)).filter(|value| *value < 10);
    ZEROS.iter().find_map(value).map(|value| value as u8)
}

/// A plus sign, which says that a calling code follows.
pub fn is_plus(c: char) -> bool {
    matches!(c, '+' | '\u{FF0B}')
}

/// Space, brackets, dots, dashes, slashes and the invisible characters that come along when a
/// number is copied: upstream's punctuation without the letter x.
fn is_punctuation(c: char) -> bool {
    matches!(c,
        '\t'..='\r' | ' ' | '(' | ')' | '-'..='/' | '[' | ']' | '~'
        | '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{2015}' | '\u{2028}'..='\u{202F}' | '\u{2053}'
        | '\u{205F}'..='\u{2069}' | '\u{2212}' | '\u{223C}' | '\u{3000}' | '\u{30FC}' | '\u{FEFF}'
        | '\u{FF08}' | '\u{FF09}' | '\u{FF0D}'..='\u{FF0F}' | '\u{FF3B}' | '\u{FF3D}' | '\u{FF5E}')
}

/// At most [`MOST_DIGITS`] digits, each 0 to 9.
#[derive(Clone, Copy, Default)]
pub struct Digits {
    digits: [u8; MOST_DIGITS],
    length: usize,
}

impl Digits {
    /// The digits, or `TooLong`.
    pub fn collect(digits: impl IntoIterator<Item = u8>) -> Result<Self, Reason> {
        let mut out = Self::default();
        for digit in digits {
            *out.digits.get_mut(out.length).ok_or(Reason::TooLong)? = digit;
            out.length += 1;
        }
        Ok(out)
    }

    /// All of them.
    pub fn all(&self) -> &[u8] {
        self.after(0)
    }

    /// As text.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(MOST_DIGITS);
        self.all().iter().for_each(|digit| text.push((b'0' + digit % 10).into()));
        text
    }

    /// Those after the first `count`.
    pub fn after(&self, count: usize) -> &[u8] {
        self.digits.get(count..self.length).unwrap_or_default()
    }
}

/// The digits of `typed`, and whether a plus stood before them.
pub fn read(typed: &str) -> Result<(Digits, bool), Reason> {
    const SCHEME: &str = "tel:";
    let typed = typed.trim_start();
    let typed = match typed.get(..SCHEME.len()) {
        Some(start) if start.eq_ignore_ascii_case(SCHEME) => {
            typed.get(SCHEME.len()..).unwrap_or_default()
        }
        _ => typed,
    };
    let mut digits = Digits::default();
    let mut plus = false;
    for (index, c) in typed.chars().enumerate() {
        if index == MOST_TEXT {
            return Err(Reason::TooLong);
        }
        if let Some(digit) = digit(c) {
            *digits.digits.get_mut(digits.length).ok_or(Reason::TooLong)? = digit;
            digits.length += 1;
        } else if is_plus(c) && digits.length == 0 {
            plus = true;
        } else if !is_punctuation(c) {
            return Err(Reason::NotANumber);
        }
    }
    if digits.length == 0 { Err(Reason::NotANumber) } else { Ok((digits, plus)) }
}
