//! A customer's details as typed, turned into issues or into the request that the remote API takes.
//!
//! [`Draft`] holds what was typed, [`Options`] what the rules need to know besides. [`check`]
//! applies the rules of the table ([`crate::fields`]) to a whole draft, [`check_field`] to one
//! value, and [`check_patch`] to what an edit changes.

mod check;
mod draft;
mod near;
mod options;
#[cfg(feature = "programs")]
mod patch;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod properties;
#[cfg(feature = "programs")]
mod single;
mod staff;
#[cfg(test)]
mod testing;

pub(crate) use check::{CheckedFields, Normalised, check_fields};

pub use draft::Draft;
pub(crate) use draft::DraftView;
#[cfg(feature = "programs")]
pub(crate) use near::has_near;
pub use options::Options;
#[cfg(feature = "programs")]
pub use patch::check_patch;
#[cfg(feature = "programs")]
pub use single::check_field;

use crate::fields::{ADDRESS, rows};
use crate::issue::Issue;
use crate::json::{Json, Object};
use crate::platform::Platform;

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The normalised request. It is complete only when no issue blocks: a value that broke its
    /// rule is left out.
    pub value: Object,
    /// The issues, in form order.
    pub issues: Vec<Issue>,
}

impl Checked {
    /// True when the request may be sent: no issue blocks.
    pub fn is_sendable(&self) -> bool {
        !self.issues.iter().any(Issue::blocks)
    }
}

/// Checks a whole draft. Checking the normalised request again gives the same request and the same
/// issues.
pub fn check(draft: &Draft, options: &Options, platform: &impl Platform) -> Checked {
    let view = draft.view();
    let CheckedFields { values, issues } = check_fields(None, &view, options, platform);
    let mut value = Object::new();
    let mut address = Object::new();
    for ((field, normalised), typed) in rows().iter().zip(values).zip(&draft.values) {
        let sent = match (normalised, typed) {
            (Normalised::Text(text), _) => Json::String(text.into_owned()),
            (Normalised::Other(json), _) => json,
            (Normalised::Unchanged, Some(typed)) => typed.clone(),
            _ => continue,
        };
        match field.address_part() {
            Some(part) => address.set(part, sent),
            None => value.set(field.name, sent),
        }
    }
    for (name, unknown) in draft.unknown.iter() {
        match unknown {
            Json::Object(parts) if name == ADDRESS => {
                for (part, unknown) in parts.iter() {
                    address.set(part, unknown.clone());
                }
            }
            _ => value.set(name, unknown.clone()),
        }
    }
    if !address.is_empty() {
        value.set(ADDRESS, address);
    }
    Checked { value, issues }
}
