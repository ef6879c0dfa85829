//! Flags: yes or no, as programs and HTML forms write it.

use crate::issue::Code;
use crate::json::Json;
use crate::rules::RawValue;

/// The texts by which a flag says yes: `on` is what an HTML checkbox posts. JavaScript reads them
/// too, in `pkg/dist/fields.js`.
pub const YES: [&str; 2] = ["true", "on"];

/// Reads a flag: a JSON boolean, or one of the texts of [`YES`] or `false`. Returns `None` for the
/// empty text, which means that the flag is not given, and [`Code::WrongType`] for any other value.
pub fn read(raw: RawValue<'_>) -> Result<Option<bool>, Code> {
    match raw {
        RawValue::Other(Json::Bool(flag)) => Ok(Some(*flag)),
        RawValue::Text(text) if YES.contains(&text) => Ok(Some(true)),
        RawValue::Text("false") => Ok(Some(false)),
        RawValue::Text("") => Ok(None),
        _ => Err(Code::WrongType),
    }
}

/// True where [`read`] gives yes; false for `null` too.
pub fn is_yes(value: &Json) -> bool {
    RawValue::of(value).is_some_and(|raw| read(raw) == Ok(Some(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(json: &str) -> Result<Option<bool>, Code> {
        read(RawValue::of(&Json::parse(json).unwrap()).unwrap())
    }

    #[test]
    fn flag_check_ok() {
        for (json, expected) in [
            ("true", Some(true)),
            ("false", Some(false)),
            (r#""true""#, Some(true)),
            (r#""on""#, Some(true)),
            (r#""false""#, Some(false)),
            (r#""""#, None),
        ] {
            assert_eq!(flag(json), Ok(expected), "{json}");
            assert_eq!(is_yes(&Json::parse(json).unwrap()), expected == Some(true), "{json}");
        }
        assert!(!is_yes(&Json::Null));
    }

    #[test]
    fn flag_check_fail() {
        for json in ["0", "1", "[]", "{}", "[true]", r#""yes""#, r#""True""#, r#"" ""#, r#""off""#]
        {
            assert_eq!(flag(json), Err(Code::WrongType), "{json}");
            assert!(!is_yes(&Json::parse(json).unwrap()), "{json}");
        }
    }
}
