//! What the tests of the form share: drafts and options written as JSON.

use super::{Checked, Draft, Options, check};
use crate::json::{Json, Object};
use crate::platform::Native;

pub(super) fn object(text: &str) -> Object {
    match Json::parse(text).unwrap() {
        Json::Object(object) => object,
        other => panic!("not an object: {other:?}"),
    }
}

pub(super) fn options(text: &str) -> Options {
    Options::read(&object(text)).unwrap()
}

pub(super) fn checked(draft: &str, with: &str) -> Checked {
    check(&Draft::from_object(&object(draft)), &options(with), &Native)
}

/// Field and code of each issue.
pub(super) fn issues(draft: &str, with: &str) -> Vec<(&'static str, &'static str)> {
    let checked = checked(draft, with);
    checked.issues.iter().map(|issue| (issue.field, issue.code.as_str())).collect()
}

const ANN: &str = r#"{"Surname":"Lee","Email":"ann@example.com","MobileCountryCode":"+44","Mobile":"07700 900123""#;

/// A draft without issues, and more members.
pub(super) fn ann(more: &str) -> String {
    format!("{ANN}{}{more}}}", if more.is_empty() { "" } else { "," })
}
