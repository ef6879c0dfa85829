//! For the phone rules: the digits of what a guest typed.

use super::Reason;

/// The most digits that are read: more than any international prefix, calling code, trunk prefix
/// and number together.
pub const MOST_DIGITS: usize = 31;
/// The most characters that are read (libphonenumber's limit). A longer text is no phone number.
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

/// First and last of each run of space, brackets, dots, dashes, slashes and the invisible
/// characters that come along when a number is copied: upstream's punctuation without the letter x.
/// A table, because the same as a pattern is compiled to more bytes.
const PUNCTUATION: [[u16; 2]; 23] = [
    [0x09, 0x0D],
    [0x20, 0x20],
    [0x28, 0x29],
    [0x2D, 0x2F],
    [0x5B, 0x5B],
    [0x5D, 0x5D],
    [0x7E, 0x7E],
    [0xA0, 0xA0],
    [0xAD, 0xAD],
    [0x2000, 0x2015],
    [0x2028, 0x202F],
    [0x2053, 0x2053],
    [0x205F, 0x2069],
    [0x2212, 0x2212],
    [0x223C, 0x223C],
    [0x3000, 0x3000],
    [0x30FC, 0x30FC],
    [0xFEFF, 0xFEFF],
    [0xFF08, 0xFF09],
    [0xFF0D, 0xFF0F],
    [0xFF3B, 0xFF3B],
    [0xFF3D, 0xFF3D],
    [0xFF5E, 0xFF5E],
];

fn is_punctuation(c: char) -> bool {
    let c = c as u32;
    PUNCTUATION.iter().any(|[first, last]| c >= u32::from(*first) && c <= u32::from(*last))
}

/// At most [`MOST_DIGITS`] digits, each 0 to 9.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Digits {
    digits: [u8; MOST_DIGITS],
    length: usize,
}

impl Digits {
    /// Adds a digit at the end. Error: [`Reason::TooLong`].
    pub fn push(&mut self, digit: u8) -> Result<(), Reason> {
        *self.digits.get_mut(self.length).ok_or(Reason::TooLong)? = digit;
        self.length += 1;
        Ok(())
    }

    /// Adds digits at the end. Error: [`Reason::TooLong`].
    pub fn extend(&mut self, digits: &[u8]) -> Result<(), Reason> {
        digits.iter().try_for_each(|digit| self.push(*digit))
    }

    /// The digits, each 0 to 9.
    pub fn all(&self) -> &[u8] {
        self.after(0)
    }

    /// The digits as text.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(MOST_DIGITS);
        self.all().iter().for_each(|digit| text.push((b'0' + digit % 10).into()));
        text
    }

    /// The digits after the first `count`.
    pub fn after(&self, count: usize) -> &[u8] {
        self.digits.get(count..self.length).unwrap_or_default()
    }
}

/// The digits of `typed`, and true where a plus stood before them. Errors: [`Reason::TooLong`] and
/// [`Reason::NotANumber`].
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
            digits.push(digit)?;
        } else if is_plus(c) && digits.length == 0 {
            plus = true;
        } else if !is_punctuation(c) {
            return Err(Reason::NotANumber);
        }
    }
    if digits.length == 0 { Err(Reason::NotANumber) } else { Ok((digits, plus)) }
}
