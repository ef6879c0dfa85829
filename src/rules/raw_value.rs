//! One value of a draft as the rules read it, without a copy of its text.

use crate::json::Json;

/// A value as it was typed or sent, before any rule has read it. `null` and an absent member are
/// `None` of `Option<RawValue>`.
#[derive(Clone, Copy, Debug)]
pub enum RawValue<'a> {
    /// A text.
    Text(&'a str),
    /// A value that is neither a text nor `null`.
    Other(&'a Json),
}

impl<'a> RawValue<'a> {
    /// The value of a member; `None` for `null`, which means the same as an absent member.
    pub fn of(json: &'a Json) -> Option<Self> {
        match json {
            Json::Null => None,
            Json::String(text) => Some(Self::Text(text)),
            other => Some(Self::Other(other)),
        }
    }

    /// The text; `None` for a value of another type.
    pub fn text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}
