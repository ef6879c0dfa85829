//! Members that could be read as others: they are refused, because no rule would check them.
//!
//! The remote API reads names in any case. In the form encoding it also reads dots and brackets as
//! parts of a member: `Surname[]` is `Surname`. So `receiveSmsMarketing`, which is no field of
//! ours, would be a consent without a wording.

use crate::fields::{ADDRESS, Field};
use crate::json::{Json, Object};
use crate::names::{APPEND_COMMENTS, CUSTOMER_OPTIONS, HAS_DECLINED_EMAIL};
use crate::scan;

/// The part of a member's name before the first dot or bracket, which is the whole name in the form
/// encoding.
fn head(name: &str) -> &str {
    scan::until(name, b".[]").0
}

/// True where a member's name differs from `name` in case alone, or by what follows a dot or a
/// bracket.
pub(crate) fn has_near(members: &Object, name: &str) -> bool {
    let is_near = |member: &str| member != name && head(member).eq_ignore_ascii_case(name);
    members.iter().any(|(member, _)| is_near(member))
}

/// True where a member that is no field could be read as `field`. `unknown` holds the record's
/// members that are no field, with those of the address nested.
pub(super) fn could_be(unknown: &Object, field: &Field) -> bool {
    match field.address_part() {
        Some(part) => {
            let parts = unknown.get(ADDRESS).and_then(Json::as_object);
            has_near(unknown, ADDRESS) || parts.is_some_and(|parts| has_near(parts, part))
        }
        None => has_near(unknown, field.name),
    }
}

/// The name for the issue of a member that could be read as one of the request's other members, or
/// as a part of any member; `None` where there is no such member.
pub(super) fn ambiguous(unknown: &Object) -> Option<&'static str> {
    let parts = |name| unknown.get(name).and_then(Json::as_object);
    let (address, options) = (parts(ADDRESS), parts(CUSTOMER_OPTIONS));
    let near = |members: Option<&Object>, name| members.is_some_and(|of| has_near(of, name));
    // As in `Receive[]SmsMarketing`.
    let has_path = |of: &Object| of.iter().any(|(name, _)| head(name) != name);
    if near(Some(unknown), CUSTOMER_OPTIONS) || near(options, APPEND_COMMENTS) {
        Some(CUSTOMER_OPTIONS)
    } else if near(Some(unknown), HAS_DECLINED_EMAIL) {
        Some(HAS_DECLINED_EMAIL)
    } else if [Some(unknown), address, options].into_iter().flatten().any(has_path) {
        Some("request")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::form::testing::{ann, checked, object};
    use crate::form::{Draft, Options, check, check_patch};
    use crate::issue::{Code, Issue};
    use crate::platform::Native;

    #[test]
    fn near_members_are_refused_at_the_field() {
        let codes = |draft: &str| -> Vec<_> {
            let draft = Draft::from_object(&object(draft));
            let issues = check(&draft, &Options::default(), &Native).issues;
            let refused = issues.iter().filter(|issue| issue.code == Code::NotWritable);
            refused.map(|issue| issue.field).collect()
        };
        assert_eq!(codes(r#"{"receiveSmsMarketing":true}"#), ["ReceiveSmsMarketing"]);
        assert_eq!(codes(r#"{"Address":{"town":"Bath"}}"#), ["Address.Town"]);
        assert_eq!(codes(r#"{"address":{"Town":"Bath"}}"#).len(), 6);
        assert_eq!(codes(r#"{"ReceiveSmsMarketing":false,"Newer":1}"#), [""; 0]);
        let patch = object(r#"{"RECEIVESMSMARKETING":true}"#);
        let checked = check_patch(&patch, &Options::default(), &Native);
        assert_eq!(checked.issues, [Issue::error(Code::NotWritable, "ReceiveSmsMarketing")]);
    }

    #[test]
    fn near_members_with_dots_and_brackets_are_refused() {
        for (member, field) in [
            (r#""Address[Street]":"x""#, "Address.Street"),
            (r#""address.street":"x""#, "Address.Street"),
            (r#""ReceiveSmsMarketing[]":true"#, "ReceiveSmsMarketing"),
            (r#""surname.":"x""#, "Surname"),
            (r#""Receive[]SmsMarketing":true"#, "request"),
            (r#""[Surname]":"x""#, "request"),
            (r#""Newer[x]":1"#, "request"),
            (r#""Address":{"Town][":"x"}"#, "Address.Town"),
            (r#""Address":{"[Town":"x"}"#, "request"),
            (r#""customerOptions":{"AppendComments":true}"#, "CustomerOptions"),
            (r#""CustomerOptions":{"appendComments":true}"#, "CustomerOptions"),
            (r#""CustomerOptions":{"AppendComments][":true}"#, "CustomerOptions"),
            (r#""CUSTOMEROPTIONS.AppendComments":true"#, "CustomerOptions"),
            (r#""hasDeclinedEmail":true"#, "HasDeclinedEmail"),
        ] {
            let patch = object(&format!("{{{member}}}"));
            let patched = check_patch(&patch, &Options::default(), &Native);
            for issues in [checked(&ann(member), "{}").issues, patched.issues] {
                let refused = |issue: &&Issue| issue.code == Code::NotWritable;
                let mut fields = issues.iter().filter(refused).map(|issue| issue.field);
                assert!(fields.any(|refused| refused == field), "{member}: {issues:?}");
            }
        }
        for member in
            [r#""CustomerOptions":{"AppendComments":true,"New":1}"#, r#""HasDeclinedEmail":true"#]
        {
            assert_eq!(checked(&ann(member), "{}").issues, [], "{member}");
        }
    }
}
