//! The layout of the slots in which JavaScript hands over a draft, see `crate::packed`. Both sides read it from here:
//! `pkg/dist/slots.js` is made of these constants.

use crate::fields::FIELDS;

/// Bytes for one field. A draft with a longer one crosses as JSON.
pub const SLOT: usize = 2048;
/// Bytes of a head.
pub const HEAD: usize = 2;
/// Bytes of all heads.
pub const HEADS: usize = HEAD * FIELDS.len();
/// Bytes of a draft.
pub const SIZE: usize = HEADS + SLOT * FIELDS.len();

/// How many bits of a head say how many bytes of its slot are used; those above them say what the slot holds.
pub const LENGTH_BITS: u32 = 14;
/// The slot holds a text. A slot that holds nothing has a head of 0.
pub const TEXT: u8 = 1;
/// The slot holds JSON.
pub const JSON: u8 = 2;
/// A flag, which is what the head says in place of a length.
pub const FLAG: u8 = 3;

/// Ends a field of the answer. No text that is sent holds it.
pub const END: char = '\0';
/// Stands for the first row of the table in an answer; the characters that follow it stand for the other rows.
pub const FIRST: u8 = b'0';
/// Stands before a text in an answer.
pub const IS: char = '=';

/// How many of the lowest bits of a phone number packed as one number hold its type. Its calling code follows them.
pub const CODE_SHIFT: u32 = 4;
/// How many bits its type and its calling code take. Its national number follows them.
pub const NATIONAL_SHIFT: u32 = 14;

/// Every row has an ASCII character, and the length of a slot fits its head.
const _: () = assert!(FIELDS.len() <= (0x7f - FIRST) as usize && SLOT < 1 << LENGTH_BITS);
