//! The layout of the memory in which JavaScript hands over a draft and reads the answer, see `crate::packed`. Both sides
//! read it from here: `cargo xtask pack` writes `pkg/dist/slots.js` from these constants.

use crate::fields::FIELDS;

/// Bytes of a head.
pub const HEAD: usize = 3;
/// Bytes of all heads.
pub const HEADS: usize = HEAD * FIELDS.len();
/// Bytes for the texts of a draft. A draft with longer texts crosses as JSON.
pub const TEXTS: usize = (1 << LENGTH_BITS) - 1;
/// Bytes of the heads and texts of a draft.
pub const DRAFT: usize = HEADS + TEXTS;
/// Bytes for an answer. Where one is longer, the draft crosses as JSON.
pub const ANSWER: usize = TEXTS;

/// Marks a row that is to be judged. If no row is marked, all rows are judged, and the answer also
/// has the values that are not sent as typed.
pub const JUDGED: u8 = 0x80;
/// How many bits of a head hold the length of its text; the two bits above them say what it is.
pub const LENGTH_BITS: u32 = 14;
/// The member is the flag no, and has no text.
pub const NO: u8 = 0;
/// The member is a text.
pub const TEXT: u8 = 1;
/// The text is JSON, or empty for a member that the draft does not have.
pub const JSON: u8 = 2;
/// The member is the flag yes, and has no text.
pub const YES: u8 = 3;

/// How many of the lowest bits of an answer's size hold the bytes of its issues. Those of its text
/// follow.
pub const ISSUES_SIZE_BITS: u32 = 16;
/// Ends a part of the answer's text. The rules let no text with this character through.
pub const END: char = '\0';
/// Stands for the first member in an answer; the characters that follow it stand for the others.
pub const FIRST: u8 = b'0';
/// Stands before a text in an answer.
pub const IS: char = '=';

/// A phone number packed as one number: how many of the lowest bits hold its type. The bits of its
/// calling code follow.
pub const CODE_SHIFT: u32 = 4;
/// A phone number packed as one number: how many of the lowest bits hold its type and its calling
/// code. Its national number follows.
pub const NATIONAL_SHIFT: u32 = 14;

/// The compiler checks that every place in an answer, and so every row, has a character of one byte,
/// and that the sizes of an answer fit their bits.
const _: () = {
    assert!(2 * FIELDS.len() <= (u8::MAX - FIRST) as usize && FIELDS.len() <= JUDGED as usize);
    assert!(ANSWER < 1 << ISSUES_SIZE_BITS && ISSUES_SIZE_BITS + LENGTH_BITS < i32::BITS);
};
