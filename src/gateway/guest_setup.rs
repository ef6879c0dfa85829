//! What a guest sees of a restaurant's Setup.

use crate::json::{Json, Object};
use crate::names;
use crate::rules::consent;

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
    names::TIME_ZONE,
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

/// The wordings of consents among the members of a Setup.
const OPT_IN_TEXTS: &[&str] = &[
    names::GROUP_EMAIL_TEXT,
    names::GROUP_SMS_TEXT,
    names::RESTAURANT_EMAIL_TEXT,
    names::RESTAURANT_SMS_TEXT,
];
/// Ours: for each wording, by its member's name, the nodes that are safe to show.
const OPT_IN_NODES: &str = "OptInNodes";
/// Ours: the address of the restaurant's privacy notice, from the operator's options.
const PRIVACY_NOTICE: &str = "PrivacyNotice";

/// A Setup for the widget: as guests see it, with the wordings of consents parsed, so that the
/// widget can show a consent without WebAssembly, and never gives the restaurant's HTML to a
/// browser; and with the address of the privacy notice and the time zone, if they are known.
pub fn widget_setup(setup: &Object, privacy: Option<&str>, zone: Option<&str>) -> Object {
    let wordings = OPT_IN_TEXTS.iter().filter_map(|name| Some((*name, setup.get(name)?.as_str()?)));
    let nodes = wordings.fold(Object::new(), |nodes, (name, html)| {
        nodes.with(name, consent::to_json(&consent::shown(html)))
    });
    let seen = guest_setup(setup).with(OPT_IN_NODES, nodes);
    let known = [(PRIVACY_NOTICE, privacy), (names::TIME_ZONE, zone)];
    known.into_iter().fold(seen, |seen, (name, text)| match text {
        Some(text) => seen.with(name, text),
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
