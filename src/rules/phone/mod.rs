//! Phone numbers: what a guest typed, as a calling code and a national number, and whether such a
//! number exists.
//!
//! The answers are those of Google's libphonenumber for the same metadata (`data/phone/`). Its
//! regular expressions are turned into tables (`cargo xtask phone-data`), so that a check is one
//! walk through a table and no regular expression engine is needed.
//!
//! There are two layers. The *plans* (lengths, prefixes, regions) are compiled in and tell a
//! possible number from an impossible one. The [`Table`] of types is loaded apart and tells which
//! numbers exist.

#[doc(hidden)]
pub mod coder;
#[doc(hidden)]
pub mod digits;
mod guess;
mod masks;
pub mod pair;
#[cfg(feature = "plain-tables")]
#[doc(hidden)]
pub mod plain;
#[doc(hidden)]
pub mod plans;
#[doc(hidden)]
pub mod table;
#[doc(hidden)]
pub mod tries;

use crate::issue::Code;
use digits::MOST_DIGITS;
pub use masks::{Masks, format_as_you_type};
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use plans::{Plan, Plans};
pub use table::Table;

/// Whether a number exists, as far as that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// No number of its country looks like this.
    Impossible,
    /// Its length is right. Without a [`Table`], no more is known.
    Possible,
    /// It is in a range of numbers that is in use.
    Valid,
}

/// Why a number is impossible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Fewer digits than any number of its country.
    TooShort,
    /// More digits than any number of its country, or than any number at all.
    TooLong,
    /// Between the shortest and the longest number of its country, but no number has this length.
    InvalidLength,
    /// No digits, or signs that no number has.
    NotANumber,
    /// Letters, as in `07400 12345O`, which are never read as digits.
    Letters,
    /// An extension after the number, such as `ext 12`.
    Extension,
    /// Two numbers in one text.
    TwoNumbers,
    /// The calling code that was typed with the number does not exist.
    UnknownCallingCode,
    /// No calling code was chosen, or one that does not exist, and the number carries none.
    MissingCallingCode,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 9] = [
        Self::TooShort,
        Self::TooLong,
        Self::InvalidLength,
        Self::NotANumber,
        Self::Letters,
        Self::Extension,
        Self::TwoNumbers,
        Self::UnknownCallingCode,
        Self::MissingCallingCode,
    ];

    /// The name that the parameter `reason` of an issue carries.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooShort => "tooShort",
            Self::TooLong => "tooLong",
            Self::InvalidLength => "invalidLength",
            Self::NotANumber => "notANumber",
            Self::Letters => "letters",
            Self::Extension => "extension",
            Self::TwoNumbers => "twoNumbers",
            Self::UnknownCallingCode => "unknownCallingCode",
            Self::MissingCallingCode => "missingCallingCode",
        }
    }

    /// The code of the issue.
    pub fn code(self) -> Code {
        match self {
            Self::TooShort => Code::PhoneTooShort,
            Self::TooLong => Code::PhoneTooLong,
            Self::InvalidLength | Self::NotANumber => Code::PhoneImpossible,
            Self::Letters => Code::PhoneLetters,
            Self::Extension => Code::PhoneExtension,
            Self::TwoNumbers => Code::PhoneTwoNumbers,
            Self::UnknownCallingCode => Code::CallingCodeUnknown,
            Self::MissingCallingCode => Code::CallingCodeMissing,
        }
    }
}

/// The types of numbers, as libphonenumber tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Type {
    /// A landline.
    FixedLine = 1,
    /// A mobile.
    Mobile,
    /// Either: some plans, such as North America's, do not tell them apart.
    FixedLineOrMobile,
    /// The caller pays more.
    PremiumRate,
    /// The caller pays nothing.
    TollFree,
    /// Caller and called share the cost.
    SharedCost,
    /// Voice over IP.
    Voip,
    /// Follows its owner from line to line.
    Personal,
    /// A pager.
    Pager,
    /// A universal access number of a company.
    Uan,
    /// A voice mailbox.
    Voicemail,
}

impl Type {
    /// All types, in the order of their values.
    pub const ALL: [Self; 11] = [
        Self::FixedLine,
        Self::Mobile,
        Self::FixedLineOrMobile,
        Self::PremiumRate,
        Self::TollFree,
        Self::SharedCost,
        Self::Voip,
        Self::Personal,
        Self::Pager,
        Self::Uan,
        Self::Voicemail,
    ];

    /// The name that JavaScript sees.
    pub fn name(self) -> &'static str {
        match self {
            Self::FixedLine => "fixedLine",
            Self::Mobile => "mobile",
            Self::FixedLineOrMobile => "fixedLineOrMobile",
            Self::PremiumRate => "premiumRate",
            Self::TollFree => "tollFree",
            Self::SharedCost => "sharedCost",
            Self::Voip => "voip",
            Self::Personal => "personal",
            Self::Pager => "pager",
            Self::Uan => "uan",
            Self::Voicemail => "voicemail",
        }
    }
}

/// A set of number types; empty unless the number is valid.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Types(u16);

impl Types {
    /// True where `wanted` is in the set. As in libphonenumber, a number that may be a landline or
    /// a mobile is neither `FixedLine` nor `Mobile`; see [`Types::may_be_mobile`].
    pub fn contains(self, wanted: Type) -> bool {
        self.0 >> wanted as u16 & 1 == 1
    }

    /// True where the set has no type.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True where a text message may reach the number: a mobile, or a number of a plan that does
    /// not tell mobiles from landlines.
    pub fn may_be_mobile(self) -> bool {
        self.contains(Type::Mobile) || self.contains(Type::FixedLineOrMobile)
    }

    /// The index in [`Type::ALL`], counted from 1, of the set's first type; 0 for an empty set.
    pub fn first_place(self) -> u32 {
        // Without a bit set there are sixteen zeros, which is 0 in four bits.
        self.0.trailing_zeros() & 15
    }

    /// The names of the set's types.
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        Type::ALL.into_iter().filter(move |wanted| self.contains(*wanted)).map(Type::name)
    }
}

/// A number as understood.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    /// Whether such a number exists.
    pub verdict: Verdict,
    /// Why the number is impossible; `None` otherwise.
    pub reason: Option<Reason>,
    /// The types of a valid number; empty otherwise.
    pub types: Types,
    /// The calling code that was typed, or else the one that was chosen; 0 for none.
    pub calling_code: u16,
    /// The national (significant) number: digits without the trunk prefix, but with an Italian
    /// number's zero. Of a text that is refused for what stands in it or after it, such as an
    /// extension, the number before that. Where the number could not be read, the digits that were
    /// typed.
    pub national: String,
}

impl Phone {
    /// The number in E.164: `+`, calling code, national number. Empty without a calling code or a
    /// national number.
    pub fn e164(&self) -> String {
        let mut text = String::with_capacity(MOST_DIGITS + 4);
        if self.calling_code != 0 && !self.national.is_empty() {
            text.push('+');
            for (scale, digits) in [
                (100, self.calling_code / 100),
                (10, self.calling_code / 10),
                (1, self.calling_code),
            ] {
                if self.calling_code >= scale {
                    text.push((b'0' + (digits % 10) as u8).into());
                }
            }
            text.push_str(&self.national);
        }
        text
    }
}

/// True only in a build that `cargo xtask size` makes to measure the phone rules: their functions
/// then return at once, and the linker drops the rest.
const LEFT_OUT: bool = cfg!(without_phones);
/// As [`LEFT_OUT`], for format-as-you-type alone.
const FORMATS_LEFT_OUT: bool = LEFT_OUT || cfg!(without_phone_formats);

/// How many digits a national number has: at least two, and at most as many as libphonenumber
/// takes.
const NATIONAL: core::ops::RangeInclusive<usize> = 2..=17;

/// Reads a calling code, written as `44`, `+44`, `0044` or ` 44 `, or as its region: `GB`, `gb`.
/// Returns `None` for another text, and for a code that no country has.
pub fn calling_code(text: &str) -> Option<u16> {
    if LEFT_OUT {
        return None;
    }
    let read = digits::read(text);
    if read.reason.is_some() {
        return code_of_region(text.trim().as_bytes());
    }
    let digits = read.digits.all();
    let digits = if read.plus { digits } else { digits.strip_prefix(&[0, 0]).unwrap_or(digits) };
    if digits.len() > 3 || digits.first() == Some(&0) {
        return None;
    }
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(*digit));
    Plans::get().find(code).map(|_| code)
}

/// The calling code of a region (ISO 3166-1 alpha-2), in any case. Country fields of browsers,
/// shops and staff systems hold regions.
fn code_of_region(region: &[u8]) -> Option<u16> {
    let is_of = |plan: &&Plan| plan.regions.iter().any(|id| id.eq_ignore_ascii_case(region));
    Plans::get().plans.iter().find(is_of).map(|plan| plan.code)
}

/// Every calling code with its main region (ISO 3166-1 alpha-2), or with `001` where it belongs to
/// no region.
pub fn calling_codes() -> impl Iterator<Item = (u16, &'static str)> {
    Plans::get()
        .plans
        .iter()
        .map(|plan| (plan.code, plan.regions.first().map_or("001", |id| name(id))))
}

/// Every region (ISO 3166-1 alpha-2) with its calling code, in the order of the codes; of regions
/// that share a code, the main one first.
pub fn regions() -> impl Iterator<Item = (&'static str, u16)> {
    let plans = if LEFT_OUT { &[] } else { Plans::get().plans.as_slice() };
    plans.iter().flat_map(|plan| plan.regions.iter().map(|id| (name(id), plan.code)))
}

fn name(id: &'static [u8; 2]) -> &'static str {
    core::str::from_utf8(id).unwrap_or_default()
}

/// Reads a number as it was typed: in digits of any script; with spaces, brackets, dots, dashes,
/// slashes, and characters that can't be seen; with or without the trunk prefix; or the whole
/// number with a plus or an international prefix. A calling code in the number counts more than the
/// one chosen. Without a table, the verdict is impossible or possible, never valid.
pub fn inspect(calling_code: Option<u16>, typed: &str, table: Option<&Table>) -> Phone {
    let mut phone = Phone {
        verdict: Verdict::Impossible,
        reason: None,
        types: Types::default(),
        calling_code: 0,
        national: String::new(),
    };
    if LEFT_OUT {
        return phone;
    }
    let plans = Plans::get();
    let home = calling_code.and_then(|code| plans.find(code));
    phone.calling_code = home.and(calling_code).unwrap_or(0);
    let read = digits::read(typed);
    match plans.parse(home, &read.digits, read.plus) {
        Err(reason) => {
            phone.reason = Some(read.reason.unwrap_or(reason));
            phone.national = read.digits.text();
        }
        Ok((index, national)) => {
            let digits = national.all();
            phone.national = national.text();
            let table = table.filter(|_| read.reason.is_none());
            let class = table.map_or(0, |table| table.class(index, digits));
            if let Some(plan) = plans.plans.get(index) {
                phone.calling_code = plan.code;
                phone.reason = read.reason.or(match digits.len() {
                    length if length < *NATIONAL.start() => Some(Reason::TooShort),
                    length if length > *NATIONAL.end() => Some(Reason::TooLong),
                    length => plan.length(length).err(),
                });
            }
            if class != 0 {
                phone.reason = None;
                phone.types = Types(1 << class);
                phone.verdict = Verdict::Valid;
            } else if phone.reason.is_none() {
                phone.verdict = Verdict::Possible;
            }
        }
    }
    if let Some(reason @ (Reason::NotANumber | Reason::TooLong)) = phone.reason {
        phone.reason = Some(guess::guess(typed, reason));
    }
    phone
}
