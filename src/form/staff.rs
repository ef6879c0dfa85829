//! The rules of the kinds of fields that no guest writes. A guest's module has none of them.

use crate::fields::Kind;
use crate::form::Normalised;
use crate::issue::Code;
use crate::rules::{RawValue, codes, customer_type, ip};

/// What is sent of a value, or what is wrong with it; `None` for a kind that guests write too, and
/// for a value that the rule of any text decides about.
pub(super) fn value<'a>(kind: Kind, raw: RawValue<'a>) -> Option<Result<Normalised<'a>, Code>> {
    Some(match (kind, raw) {
        (Kind::Codes, RawValue::Other(raw)) => codes::read(raw).map(|codes| {
            let mut items = raw.as_array().unwrap_or_default().iter().zip(&codes);
            if items.all(|(item, code)| item.is_number(*code)) {
                Normalised::Unchanged
            } else {
                Normalised::Other(codes.into())
            }
        }),
        (Kind::Codes, RawValue::Text(_)) => Err(Code::WrongType),
        (Kind::CustomerType, RawValue::Other(raw)) if customer_type::is_customer_type(raw) => {
            Ok(Normalised::Unchanged)
        }
        (Kind::Ip, RawValue::Text("")) => Ok(Normalised::Absent),
        (Kind::Ip, RawValue::Text(typed)) if ip::is_address(typed) => Ok(Normalised::Unchanged),
        (Kind::Ip, RawValue::Text(_)) => Err(Code::IpAddress),
        _ => return None,
    })
}
