//! Files of many rows, such as the guest list that a restaurant brings along: read in blocks of
//! bytes, checked row by row, with answers that cross to JavaScript a block at a time.
//!
//! [`read`] makes blocks of whole rows of a file's bytes. A [`Checker`] checks the rows of a block
//! and packs what it finds ([`results`] says how). [`Duplicates`] finds who is in the file twice.
//! A row is checked as [`crate::form::check`] checks a draft: a test compares the two.

mod bytes;
mod cells;
mod check;
mod duplicates;
mod issue;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod properties;
pub mod read;
pub mod results;
mod row;

pub use check::Checker;
pub use duplicates::{Duplicates, Secret};
pub use issue::RowCode;
