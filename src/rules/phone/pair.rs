//! A phone pair: the calling code that was chosen and the number that was typed, read as one
//! number.

use super::plans::Plans;
use super::{LEFT_OUT, Phone, Reason, Table, Verdict, calling_code, digits, inspect};
use crate::issue::Code;
use crate::json::Json;
use crate::rules::{RawValue, invisible};

/// A phone pair as it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    /// The calling code, such as 44: the one typed with the number, or else the one chosen.
    pub calling_code: u16,
    /// The national number: digits without the trunk prefix.
    pub national: String,
    /// What the guest should look at again: [`Code::PhoneTooShort`] for a number that can be
    /// dialled only within its area, or that has the right length only with its trunk prefix,
    /// [`Code::PhoneUnknown`] or [`Code::PhoneNotMobile`]. `None` without a table.
    pub advice: Option<Code>,
}

/// Why a pair is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairError {
    /// The number carries no calling code of its own, and the one chosen is missing or wrong. The
    /// issue belongs to the field of the calling code.
    CallingCode(Code),
    /// The number is impossible. The issue belongs to the field of the number.
    Impossible {
        /// The calling code that the number was read with; 0 for none.
        calling_code: u16,
        /// Why it is impossible.
        reason: Reason,
    },
}

/// Reads the calling code of a pair: a JSON number, or a text such as `44`, `+44`, `0044` or
/// `GB`. Returns `None` for 0 and for the empty text, which stand for no choice;
/// [`Code::CallingCode`] for a code that no country has; and [`Code::WrongType`] for a value of
/// another type.
pub fn read_calling_code(raw: RawValue<'_>) -> Result<Option<u16>, Code> {
    let digits = match raw {
        RawValue::Other(Json::Number(digits)) => digits,
        RawValue::Text(digits) => invisible::trim(digits, false),
        RawValue::Other(_) => return Err(Code::WrongType),
    };
    match digits {
        "" | "0" => Ok(None),
        digits => calling_code(digits).map(Some).ok_or(Code::CallingCode),
    }
}

/// Checks a number that is not empty, together with the calling code that was chosen for it.
/// `table` says which numbers exist; without it only impossible numbers are found. A calling code
/// that is typed with the number (`+44 …`) counts more than the one chosen, so that a wrong choice
/// is refused only where the number carries no code.
pub fn check(
    chosen: Option<RawValue<'_>>,
    typed: &str,
    wants_mobile: bool,
    table: Option<&Table>,
) -> Result<Pair, PairError> {
    let choice = chosen.map_or(Ok(None), read_calling_code);
    let number = inspect(choice.unwrap_or(None), typed, table);
    let impossible = |reason| PairError::Impossible { calling_code: number.calling_code, reason };
    match number.reason {
        Some(reason @ Reason::MissingCallingCode) => {
            return Err(PairError::CallingCode(choice.err().unwrap_or(reason.code())));
        }
        Some(reason) => return Err(impossible(reason)),
        None => {}
    }
    let is_valid = number.verdict == Verdict::Valid;
    if !is_valid && !is_stable(&number) {
        return Err(impossible(Reason::InvalidLength));
    }
    let advice = if table.is_none() {
        None
    } else if !is_valid && is_short(&number) {
        Some(Code::PhoneTooShort)
    } else if !is_valid {
        Some(Code::PhoneUnknown)
    } else if wants_mobile && !number.types.may_be_mobile() {
        Some(Code::PhoneNotMobile)
    } else {
        None
    };
    Ok(Pair { calling_code: number.calling_code, national: number.national, advice })
}

/// True for a possible number that lacks digits, as far as its length tells: it can be dialled only
/// within an area, or it has a trunk prefix, which was kept because no number is as short as the
/// rest.
fn is_short(number: &Phone) -> bool {
    if LEFT_OUT {
        return false;
    }
    let plans = Plans::get();
    let plan = plans.find(number.calling_code).and_then(|index| plans.plans.get(index));
    let read = digits::read(&number.national).digits;
    let length = read.all().len();
    plan.is_some_and(|plan| {
        plan.length(length) == Ok(true)
            || matches!(plans.without_trunk(plan, read.all()), Ok(Some(rest)) if rest.all().len() < length)
    })
}

/// True where the national number, read again, gives itself. A number of zeros alone does not: each
/// reading takes its first zero for a trunk prefix.
fn is_stable(number: &Phone) -> bool {
    let again = inspect(Some(number.calling_code), &number.national, None);
    again.reason.is_none() && again.national == number.national
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(chosen: &str, typed: &str) -> Result<(u16, String), PairError> {
        let chosen = Json::parse(chosen).unwrap();
        check(RawValue::of(&chosen), typed, true, None)
            .map(|pair| (pair.calling_code, pair.national))
    }

    #[test]
    fn pair_check_ok() {
        for (chosen, typed, calling_code, national) in [
            ("44", "07700 900123", 44, "7700900123"),
            (r#""44""#, "07700 900123", 44, "7700900123"),
            (r#"" +44 ""#, "07700 900123", 44, "7700900123"),
            (r#""0044""#, "(0)7700 900-123", 44, "7700900123"),
            ("39", "06 1234 5678", 39, "0612345678"),
            ("null", "+44 7700 900123", 44, "7700900123"),
            ("0", "+44 7700 900123", 44, "7700900123"),
            (r#""""#, "+44 7700 900123", 44, "7700900123"),
            ("33", "+44 7700 900123", 44, "7700900123"),
            ("999", "+44 7700 900123", 44, "7700900123"),
            ("true", "+44 7700 900123", 44, "7700900123"),
        ] {
            let expected = Ok((calling_code, national.to_owned()));
            assert_eq!(pair(chosen, typed), expected, "{chosen} {typed}");
        }
    }

    #[test]
    fn pair_check_fail() {
        let impossible = |reason| PairError::Impossible { calling_code: 44, reason };
        for (chosen, typed, expected) in [
            ("null", "07700 900123", PairError::CallingCode(Code::CallingCodeMissing)),
            ("0", "07700 900123", PairError::CallingCode(Code::CallingCodeMissing)),
            ("999", "07700 900123", PairError::CallingCode(Code::CallingCode)),
            (r#""x""#, "07700 900123", PairError::CallingCode(Code::CallingCode)),
            ("true", "07700 900123", PairError::CallingCode(Code::WrongType)),
            ("44", "123", impossible(Reason::TooShort)),
            ("44", "07700 900123 456", impossible(Reason::TooLong)),
            ("44", "call me", impossible(Reason::Letters)),
            ("44", "020 7946 0018 ext 12", impossible(Reason::Extension)),
            ("44", "+999 7700 900123", impossible(Reason::UnknownCallingCode)),
            ("999", "00 999 7700 900123", PairError::CallingCode(Code::CallingCode)),
        ] {
            assert_eq!(pair(chosen, typed), Err(expected), "{chosen} {typed}");
        }
    }

    #[test]
    fn pair_of_an_existing_number_gets_advice_from_the_table_alone() {
        let table = Table::decode(include_bytes!("../../../data/phone/types.bin")).unwrap();
        for (typed, wants_mobile, expected) in [
            ("+44 7400 123456", true, None),
            ("+44 7700 900123", true, Some(Code::PhoneUnknown)),
            ("+44 7400 1234", true, Some(Code::PhoneTooShort)),
            ("+1 555 0123", false, Some(Code::PhoneTooShort)),
            // right only with a trunk prefix
            ("+33 06 12 34 56 7", true, Some(Code::PhoneTooShort)),
            ("+33 06 12 34 56 78", true, None),
            ("+41 078 123 45 6", true, Some(Code::PhoneTooShort)),
            ("+40 0712 034 56", true, Some(Code::PhoneTooShort)),
            ("+966 051 234 567", true, Some(Code::PhoneTooShort)),
            ("+380 050 123 456", true, Some(Code::PhoneTooShort)),
            ("+90 0501 234 567", true, Some(Code::PhoneTooShort)),
            // Russia has numbers of ten digits that begin with 8.
            ("+7 8 912 345 67 8", true, Some(Code::PhoneUnknown)),
            ("+1 1 201 555 012", true, Some(Code::PhoneTooShort)),
            // zeros of the number itself
            ("+39 06 1234 5678", false, None),
            ("+378 0549 886377", false, None),
            ("+225 01 23 45 67 89", false, None),
            ("+44 20 7946 0958", true, Some(Code::PhoneNotMobile)),
            ("+44 20 7946 0958", false, None),
            ("+1 201 555 0123", true, None),
        ] {
            let advice = |table| check(None, typed, wants_mobile, table).map(|pair| pair.advice);
            assert_eq!(advice(Some(&table)), Ok(expected), "{typed}");
            assert_eq!(advice(None), Ok(None), "{typed}");
        }
    }
}
