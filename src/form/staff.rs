//! The rules of the kinds of fields that no guest writes. A guest's module has none of them.

use crate::fields::Kind;
use crate::form::Normalised;
use crate::issue::Code;
use crate::json::Json;
use crate::rules::{RawValue, codes, customer_type, ip};

/// What is sent of a value, or what is wrong with it; `None` for a kind that guests write too, and
/// for a value that the rule of any text decides about.
pub(super) fn value<'a>(kind: Kind, raw: RawValue<'a>) -> Option<Result<Normalised<'a>, Code>> {
    Some(match (kind, raw) {
        (Kind::Codes, RawValue::Other(raw)) => codes::read(raw).map(|codes| {
            let codes = Json::from(codes);
            if codes == *raw { Normalised::Unchanged } else { Normalised::Other(codes) }
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
