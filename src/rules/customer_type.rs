//! The customer's type: one of the restaurant's own list, as `{Id, Name}`.

use crate::json::Json;

/// True for an object with an `Id` that is a whole number above 0 and a `Name` that is a text.
/// Which types the restaurant has is not checked: its list may have changed since it was read.
pub fn is_customer_type(value: &Json) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.get("Id").and_then(Json::as_positive).is_some()
        && object.get("Name").and_then(Json::as_str).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customer_type_check_ok() {
        for json in [
            r#"{"Id":1,"Name":"Press"}"#,
            r#"{"Id":"7","Name":""}"#,
            r#"{"Id":1,"Name":"Press","Newer":[]}"#,
        ] {
            assert!(is_customer_type(&Json::parse(json).unwrap()), "{json}");
        }
    }

    #[test]
    fn customer_type_check_fail() {
        for json in [
            "{}",
            "1",
            r#""Press""#,
            "[1]",
            r#"{"Id":1}"#,
            r#"{"Name":"Press"}"#,
            r#"{"Id":0,"Name":"Press"}"#,
            r#"{"Id":-1,"Name":"Press"}"#,
            r#"{"Id":1.5,"Name":"Press"}"#,
            r#"{"Id":1,"Name":7}"#,
            r#"{"id":1,"name":"Press"}"#,
        ] {
            assert!(!is_customer_type(&Json::parse(json).unwrap()), "{json}");
        }
    }
}
