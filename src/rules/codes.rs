//! Lists of Ids: a customer's codes, and the customers of a merge, an unsubscription or a deletion.

use crate::issue::Code;
use crate::json::Json;

/// The most Ids in one list: far more than any request needs, and few enough to be compared with
/// one another.
const MAX: usize = 1000;

/// Reads a list of distinct Ids above 0, at most 1000, in the order given. An Id may be a number or
/// a text with one. Errors: [`Code::WrongType`] for a value that is no list, [`Code::TooManyIds`],
/// [`Code::Ids`], [`Code::DuplicateId`].
pub fn read(value: &Json) -> Result<Vec<i32>, Code> {
    let items = value.as_array().ok_or(Code::WrongType)?;
    if items.len() > MAX {
        return Err(Code::TooManyIds);
    }
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        let id = item.as_positive().ok_or(Code::Ids)?;
        if ids.contains(&id) {
            return Err(Code::DuplicateId);
        }
        ids.push(id);
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_positive() {
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
        let many = |length: i32| read(&Json::from((1..=length).collect::<Vec<_>>()));
        assert_eq!(many(1000).map(|ids| ids.len()), Ok(1000));
        assert_eq!(many(1001), Err(Code::TooManyIds));
    }
}
