//! Lists of Ids: customer codes, and the customers of a merge, an unsubscribe or a deletion.

use crate::issue::Code;
use crate::json::Json;

/// Distinct Ids above 0, in the order given.
pub fn read(value: &Json) -> Result<Vec<i32>, Code> {
    let items = value.as_array().ok_or(Code::WrongType)?;
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        ids.push(item.as_positive().ok_or(Code::Ids)?);
    }
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    let twice = sorted.iter().zip(sorted.iter().skip(1)).any(|(one, next)| one == next);
    if twice { Err(Code::DuplicateId) } else { Ok(ids) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_and_positive() {
        for (text, expected) in [
            ("[]", Ok(vec![])),
            ("[3,1,2]", Ok(vec![3, 1, 2])),
            ("[\"7\"]", Ok(vec![7])),
            ("[1,1]", Err(Code::DuplicateId)),
            ("[0]", Err(Code::Ids)),
            ("[-1]", Err(Code::Ids)),
            ("[1.5]", Err(Code::Ids)),
            ("[2147483648]", Err(Code::Ids)),
            ("[null]", Err(Code::Ids)),
            ("7", Err(Code::WrongType)),
        ] {
            assert_eq!(read(&Json::parse(text).unwrap()), expected, "{text}");
        }
    }
}
