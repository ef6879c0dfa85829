//! For the phone rules: the digits of what a guest typed.

use super::Reason;
use crate::rules::invisible::is_invisible;
use crate::scan;

/// The most digits that are read: more than any international prefix, calling code, trunk prefix
/// and number together.
pub const MOST_DIGITS: usize = 31;
/// The most characters that are read (libphonenumber's limit). A longer text is no phone number.
pub const MOST_TEXT: usize = 250;

/// The zeros of the decimal digits (general category Nd) in Unicode's basic plane.
const ZEROS: [u16; 36] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// The zeros in the next plane, without the plane's number: younger scripts, and the mathematical,
/// outlined and segmented digits that are ASCII digits in another dress.
const ZEROS_OF_PLANE_1: [u16; 40] = [
    0x04A0, 0x0D30, 0x0D40, 0x1066, 0x10F0, 0x1136, 0x11D0, 0x12F0, 0x1450, 0x14D0, 0x1650, 0x16C0,
    0x16D0, 0x16DA, 0x1730, 0x18E0, 0x1950, 0x1BF0, 0x1C50, 0x1D50, 0x1DA0, 0x1DE0, 0x1F50, 0x6130,
    0x6A60, 0x6AC0, 0x6B50, 0x6D70, 0xCCF0, 0xD7CE, 0xD7D8, 0xD7E2, 0xD7EC, 0xD7F6, 0xE140, 0xE2F0,
    0xE4F0, 0xE5F1, 0xE950, 0xFBF0,
];

/// The value of a decimal digit of any script. Superscripts, circled digits and the like are none:
/// they are the marks of notes and lists, and read as digits they would make another number.
pub fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    let zeros: &[u16] = match c as u32 >> 16 {
        0 => &ZEROS,
        1 => &ZEROS_OF_PLANE_1,
        _ => return None,
    };
    let value = |zero: &u16| (c as u32 as u16).checked_sub(*zero).filter(|value| *value < 10);
    zeros.iter().find_map(value).map(|value| value as u8)
}

/// A plus sign, which says that a calling code follows: ASCII's, what Unicode takes for the same,
/// and the heavy one of emoji keyboards.
pub fn is_plus(c: char) -> bool {
    matches!(c, '+' | '\u{207A}' | '\u{208A}' | '\u{2795}' | '\u{FB29}' | '\u{FE62}' | '\u{FF0B}')
}

/// The ASCII character that Unicode's compatibility mapping gives for a full-width or a small one;
/// any other character as it is.
pub fn plain(c: char) -> char {
    /// For U+FE50 to U+FE6B; in place of what is not ASCII, the sign that is like it.
    const SMALL: &[u8] = b",,.?;:?!-(){}()#&*+-<>=?\\$%@";
    let code = c as u32;
    let ascii = match code {
        0xFE50..=0xFE6B => SMALL.get(code as usize - 0xFE50).copied(),
        0xFF01..=0xFF5E => Some((code - 0xFEE0) as u8),
        _ => None,
    };
    ascii.map_or(c, char::from)
}

/// First and last of each run of quotes, brackets, dots, dashes, slashes and other signs that
/// divide the digits of a number or stand around it. A table, because the same as a pattern is
/// compiled to more bytes. The comma, the colon and the semicolon are not here: what follows them
/// is an extension or another number.
const SEPARATORS: [[u16; 2]; 19] = [
    [0x22, 0x22],
    [0x27, 0x29],
    [0x2D, 0x2F],
    [0x5B, 0x5D],
    [0x5F, 0x5F],
    [0x7E, 0x7E],
    [0xB7, 0xB7],
    [0x0387, 0x0387],
    [0x058A, 0x058A],
    [0x05BE, 0x05BE],
    // the whole block of dashes, dots and quotes
    [0x2000, 0x206F],
    // what makes a digit the picture of a key
    [0x20E3, 0x20E3],
    [0x2212, 0x2219],
    [0x223C, 0x223C],
    [0x22C5, 0x22C5],
    // lines of boxes, which look like dashes, as do the signs of kana
    [0x2500, 0x2501],
    [0x301C, 0x301C],
    [0x30FB, 0x30FC],
    [0xFF65, 0xFF70],
];

/// True for what may stand between the digits of a number: a sign of `SEPARATORS`, white space,
/// and what can't be seen.
pub fn is_separator(c: char) -> bool {
    // The space first, because nearly every separator is one.
    c == ' ' || scan::is_in_runs(plain(c), &SEPARATORS) || is_blank(c)
}

/// True for white space and for what can't be seen.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
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

/// What was typed, as far as it can be read.
#[derive(Clone, Copy, Default)]
pub struct Typed {
    /// The digits, up to the first character that no number has.
    pub digits: Digits,
    /// True where a plus stands before them.
    pub plus: bool,
    /// Why it could not be read to its end: [`Reason::TooLong`] or [`Reason::NotANumber`].
    pub reason: Option<Reason>,
}

/// The text without the scheme `tel:` of a link and what stands before that.
pub fn without_scheme(typed: &str) -> &str {
    const SCHEME: &str = "tel:";
    let typed = typed.trim_start_matches(is_blank);
    match typed.get(..SCHEME.len()) {
        Some(start) if start.eq_ignore_ascii_case(SCHEME) => {
            typed.get(SCHEME.len()..).unwrap_or_default()
        }
        _ => typed,
    }
}

/// Reads a number.
pub fn read(typed: &str) -> Typed {
    let mut read = Typed::default();
    read.reason = read.take(typed).err();
    read
}

impl Typed {
    fn take(&mut self, typed: &str) -> Result<(), Reason> {
        for (index, c) in without_scheme(typed).chars().enumerate() {
            if index == MOST_TEXT {
                return Err(Reason::TooLong);
            }
            let is_first = self.digits.length == 0;
            if let Some(digit) = digit(c) {
                self.digits.push(digit)?;
            } else if is_first && is_plus(c) {
                self.plus = true;
            } else if !is_separator(c) {
                return Err(Reason::NotANumber);
            }
        }
        if self.digits.length == 0 { Err(Reason::NotANumber) } else { Ok(()) }
    }
}
