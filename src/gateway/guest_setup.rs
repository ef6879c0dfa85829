//! What a guest sees of a restaurant's Setup.

use crate::json::{Json, Object};
use crate::names;

/// The members of a Setup that a form needs. The others are the restaurant's business.
const GUEST_SETUP: &[&str] = &[
    names::MICROSITE_NAME,
    names::NAME,
    names::TITLES,
    names::CUSTOM_FIELDS,
    names::GROUP_EMAIL_TEXT,
    names::GROUP_SMS_TEXT,
    names::RESTAURANT_EMAIL_TEXT,
    names::RESTAURANT_SMS_TEXT,
    names::LEGAL_DRINKING_AGE,
];

/// The members of an object inside a Setup or a record, such as a custom field, that a form needs.
const GUEST_PARTS: &[&str] = &["Id", names::NAME, names::LABEL, names::IS_REQUIRED];

/// A Setup as guests see it.
pub fn guest_setup(setup: &Object) -> Object {
    GUEST_SETUP.iter().fold(Object::new(), |seen, name| match setup.get(name) {
        Some(value) => seen.with(name, without_unknown_members(value)),
        None => seen,
    })
}

/// The value with only the members of [`GUEST_PARTS`] in its objects, so that no unknown member
/// reaches a guest.
pub(super) fn without_unknown_members(value: &Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.iter().map(without_unknown_members).collect()),
        Json::Object(object) => {
            let known = object.iter().filter(|(name, _)| GUEST_PARTS.contains(name));
            let is_flat = |value: &Json| !matches!(value, Json::Array(_) | Json::Object(_));
            let flat = known.filter(|(_, value)| is_flat(value));
            flat.fold(Object::new(), |seen, (name, value)| seen.with(name, value.clone())).into()
        }
        value => value.clone(),
    }
}

/// False for an error with a status of success, and for the Setup of another microsite.
pub fn is_setup_of(setup: &Object, microsite: &str) -> bool {
    let name = setup.get(names::MICROSITE_NAME).and_then(Json::as_str);
    let is_known = GUEST_SETUP.iter().any(|name| setup.get(name).is_some());
    let says_no = setup.get("Message").is_some() && !is_known;
    !says_no && name.is_none_or(|name| name.eq_ignore_ascii_case(microsite))
}
