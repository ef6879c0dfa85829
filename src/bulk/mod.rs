//! Files of many rows, such as the guest list that a restaurant brings along: read in blocks of
//! bytes, checked row by row, with answers that cross to JavaScript a block at a time.
//!
//! [`read`] makes blocks of whole rows of a file's bytes.

pub mod read;
