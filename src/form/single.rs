//! One value, checked alone: for a program that has no whole draft at hand.

use crate::fields::{Field, position};
use crate::form::{Draft, Options, check_fields};
use crate::issue::{Code, Issue};
use crate::json::Json;
use crate::platform::Platform;

/// The issues of one value by its field's own rule. Issues that another field could settle, such as
/// a missing calling code, are left out.
pub fn check_field(
    field: &Field,
    value: &Json,
    options: &Options,
    platform: &impl Platform,
) -> Vec<Issue> {
    let mut draft = Draft::new();
    draft.set(field.name, value.clone());
    let only = position(field.name).map_or(0, |index| 1 << index);
    let mut issues = check_fields(Some(only), &draft.view(), options, platform).issues;
    // The rule of a phone number also finds what is wrong with its calling code.
    issues.retain(|issue| issue.field == field.name && !OF_NEIGHBOURS.contains(&issue.code));
    issues
}

/// The codes of issues that depend on another field. They do not hold where that field is not at
/// hand.
pub(super) const OF_NEIGHBOURS: [Code; 3] =
    [Code::PhoneRequired, Code::CallingCodeMissing, Code::ConsentText];
