//! The defaults of options that are not given.

use super::members::{Reader, rebuilt};
use super::{DefaultValue, OptionKind, Row, option};
use crate::json::{Json, Object};

/// The options with their defaults, in the order of the table. What is not given and has no default
/// is left out.
pub fn completed(options: &Object, reader: Reader) -> Object {
    rebuilt("", options, reader, &|row, given| given.cloned().or_else(|| default_of(row, options)))
}

fn default_of(row: &Row, options: &Object) -> Option<Json> {
    Some(match row.default {
        DefaultValue::Required | DefaultValue::None => return None,
        DefaultValue::Empty => match row.kind {
            OptionKind::List(_) | OptionKind::Items(_) => Json::Array(Vec::new()),
            _ => Object::new().into(),
        },
        DefaultValue::Flag(flag) => flag.into(),
        DefaultValue::Whole(number) => Json::Number(number.to_string()),
        DefaultValue::Text(text) => text.into(),
        DefaultValue::QuarterOf(name) => {
            let whole = options.given(name).cloned();
            let whole = whole.or_else(|| default_of(option(name)?, options))?;
            (whole.as_i32()? / 4).into()
        }
    })
}
