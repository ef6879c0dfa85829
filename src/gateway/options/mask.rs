//! The options as they may be shown.

use super::members::{Reader, rebuilt};
use crate::json::Object;

/// The options with `***` in the place of each secret.
pub fn masked(options: &Object, reader: Reader) -> Object {
    const MASK: &str = "***";
    rebuilt("", options, reader, &|row, given| {
        given.map(|value| if row.secret { MASK.into() } else { value.clone() })
    })
}
