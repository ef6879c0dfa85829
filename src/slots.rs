//! The layout of the slots in which JavaScript hands over a draft, see `crate::packed`. Both sides
//! read it from here: `cargo xtask build` writes `pkg/dist/slots.js` from these constants.

use crate::fields::FIELDS;

/// Bytes of a slot. A draft with a longer field crosses as JSON.
pub const SLOT: usize = 2048;
/// Bytes of a head.
pub const HEAD: usize = 2;
/// Bytes of all heads.
pub const HEADS: usize = HEAD * FIELDS.len();
/// Bytes of the heads and slots of a draft.
pub const SIZE: usize = HEADS + SLOT * FIELDS.len();

/// How many bits of a head hold the number of used bytes; the bits above them say what the slot
/// holds.
pub const LENGTH_BITS: u32 = 14;
/// The slot holds a text. A slot that holds nothing has a head of 0.
pub const TEXT: u8 = 1;
/// The slot holds JSON.
pub const JSON: u8 = 2;
/// The slot holds a flag: the length in its head is 0 for no, and above 0 for yes.
pub const FLAG: u8 = 3;

/// Ends a field of the answer. The rules let no text with this character through.
pub const END: char = '\0';
/// Stands for the first row of the table in an answer; the characters that follow it stand for the
/// other rows.
pub const FIRST: u8 = b'0';
/// Stands before a text in an answer.
pub const IS: char = '=';

/// A phone number packed as one number: how many of the lowest bits hold its type. The bits of its
/// calling code follow.
pub const CODE_SHIFT: u32 = 4;
/// A phone number packed as one number: how many of the lowest bits hold its type and its calling
/// code. Its national number follows.
pub const NATIONAL_SHIFT: u32 = 14;

/// The compiler checks that every row has an ASCII character, and that the length of a slot fits
/// into its head.
const _: () = assert!(FIELDS.len() <= (0x7f - FIRST) as usize && SLOT < 1 << LENGTH_BITS);
