//! A patch: what an edit changes in a record that is not at hand.

use crate::fields::{ADDRESS, Kind, position, rows};
use crate::form::single::OF_NEIGHBOURS;
use crate::form::{Checked, Draft, Options, check};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::rules::phone::pair::read_calling_code;
use crate::rules::{RawValue, invisible};

/// Checks a patch. Only the fields that the patch names are checked and normalised. A text that is
/// empty becomes `null`, which clears the member. A value whose rule needs a field that the patch
/// does not name stays as it is, and an issue that only such a field could settle (`OF_NEIGHBOURS`)
/// is left out.
pub fn check_patch(patch: &Object, options: &Options, platform: &impl Platform) -> Checked {
    let draft = Draft::from_object(patch);
    let mut checked = check(&draft, options, platform);
    let is_named = |issue: &Issue| {
        issue.code == Code::NotWritable
            || position(issue.field).is_none_or(|index| draft.was_set(index))
    };
    checked.issues.retain(|issue| is_named(issue) && !OF_NEIGHBOURS.contains(&issue.code));
    let mut address = match checked.value.remove(ADDRESS) {
        Some(Json::Object(address)) => address,
        _ => Object::new(),
    };
    for (index, (field, typed)) in rows().iter().zip(&draft.values).enumerate() {
        let (name, record) = match field.address_part() {
            Some(part) => (part, &mut address),
            None => (field.name, &mut checked.value),
        };
        if let Some(typed) = typed
            && record.get(name).is_none()
        {
            let is_empty = typed.as_str().is_some_and(invisible::is_blank);
            // A calling code is checked with its number; without the number, it is checked here.
            if field.kind == Kind::CallingCode
                && let Some(Err(code)) = RawValue::of(typed).map(read_calling_code)
            {
                let is_later =
                    |issue: &Issue| position(issue.field).is_none_or(|other| other > index);
                let issues = &mut checked.issues;
                let here = issues.iter().position(is_later).unwrap_or(issues.len());
                issues.insert(here, Issue::error(code, field.name));
            }
            record.set(name, if is_empty { Json::Null } else { typed.clone() });
        }
    }
    match patch.get(ADDRESS) {
        Some(Json::Object(_)) => checked.value.set(ADDRESS, address),
        Some(other) => checked.value.set(ADDRESS, other.clone()),
        None => {}
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::testing::object;
    use crate::platform::Native;

    #[test]
    fn patch_is_checked_by_what_it_names() {
        for (patch, expected) in [
            ("{}", Ok("{}")),
            (r#"{"Company":"  ","Title":null}"#, Ok(r#"{"Title":null,"Company":null}"#)),
            (
                r#"{"Company":"\u200b","Phone":"\u3164","Birthday":" \u2060"}"#,
                Ok(r#"{"Company":null,"Phone":null,"Birthday":null}"#),
            ),
            (r#"{"FirstName":" Ann "}"#, Ok(r#"{"FirstName":"Ann"}"#)),
            (
                r#"{"MobileCountryCode":44,"Mobile":"07700 900123"}"#,
                Ok(r#"{"MobileCountryCode":44,"Mobile":"7700900123"}"#),
            ),
            (
                r#"{"Mobile":"+44 7700 900123"}"#,
                Ok(r#"{"MobileCountryCode":44,"Mobile":"7700900123"}"#),
            ),
            (r#"{"Mobile":"7700900124"}"#, Ok(r#"{"Mobile":"7700900124"}"#)),
            (
                r#"{"MobileCountryCode":0,"Mobile":""}"#,
                Ok(r#"{"MobileCountryCode":0,"Mobile":null}"#),
            ),
            (r#"{"MobileCountryCode":null}"#, Ok(r#"{"MobileCountryCode":null}"#)),
            (r#"{"MobileCountryCode":"\u200b"}"#, Ok(r#"{"MobileCountryCode":null}"#)),
            (
                r#"{"MobileCountryCode":"\u2068+44\u2069","Mobile":"07700 900123"}"#,
                Ok(r#"{"MobileCountryCode":44,"Mobile":"7700900123"}"#),
            ),
            (r#"{"MobileCountryCode":"x"}"#, Err(("MobileCountryCode", "calling_code_invalid"))),
            (
                r#"{"MobileCountryCode":"x","Phone":false}"#,
                Err(("MobileCountryCode", "calling_code_invalid")),
            ),
            (r#"{"ReceiveSmsMarketing":true}"#, Ok(r#"{"ReceiveSmsMarketing":true}"#)),
            (r#"{"CustomerCodes":[],"Newer":1.50}"#, Ok(r#"{"CustomerCodes":[],"Newer":1.50}"#)),
            (
                r#"{"Address":{"Town":" Bath ","House":""}}"#,
                Ok(r#"{"Address":{"Town":"Bath","House":null}}"#),
            ),
            (r#"{"Address":null}"#, Ok(r#"{"Address":null}"#)),
            (r#"{"Email":"nobody"}"#, Err(("Email", "email_at_missing"))),
            (r#"{"Email":""}"#, Err(("Email", "required"))),
            (r#"{"Birthday":"1990-02-30"}"#, Err(("Birthday", "date_invalid"))),
            (r#"{"Birthday":"1990-05-31T22:00:00.000Z"}"#, Err(("Birthday", "date_ambiguous"))),
            (r#"{"Birthday":"31.12.90"}"#, Err(("Birthday", "date_ambiguous"))),
            (r#"{"Birthday":"31.12.1990"}"#, Ok(r#"{"Birthday":"1990-12-31T00:00:00"}"#)),
            (r#"{"Birthday":" "}"#, Ok(r#"{"Birthday":null}"#)),
            (r#"{"Address":"Bath"}"#, Err(("Address", "wrong_type"))),
        ] {
            let checked = check_patch(&object(patch), &Options::default(), &Native);
            match expected {
                Ok(value) => {
                    assert_eq!(checked.issues, [], "{patch}");
                    assert_eq!(checked.value.to_text(), value, "{patch}");
                    let again = check_patch(&checked.value, &Options::default(), &Native);
                    assert!(!again.issues.iter().any(Issue::blocks), "{patch}");
                }
                Err(issue) => {
                    let found = checked.issues.first().unwrap();
                    assert_eq!((found.field, found.code.as_str()), issue, "{patch}");
                }
            }
        }
    }

    #[test]
    fn patch_has_its_issues_in_form_order() {
        let patch = r#"{"Title":7,"MobileCountryCode":"x","Birthday":"soon","Address":{"Town":1}}"#;
        let issues = check_patch(&object(patch), &Options::default(), &Native).issues;
        let places: Vec<_> = issues.iter().map(|issue| issue.field).collect();
        assert_eq!(places, ["Title", "MobileCountryCode", "Birthday", "Address.Town"]);
        let nothing = object(r#"{"MobileCountryCode":null}"#);
        assert_eq!(check_patch(&nothing, &Options::default(), &Native).issues, []);
    }
}
