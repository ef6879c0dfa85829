//! Phone numbers: what a guest typed, as a calling code and a national number, and whether such a
//! number exists.
//!
//! The answers are those of Google's libphonenumber for the same metadata (`data/phone/`). Its
//! patterns are run through a generator (`cargo xtask phone-data`) instead of through a regular
//! expression engine, so that a check is one walk through a table.
//!
//! Two layers: the *plans* (lengths, prefixes, regions) are compiled in and tell a possible number
//! from an impossible one; the [`Table`] of types is loaded apart and tells which exist.

#[doc(hidden)]
pub mod coder;
#[doc(hidden)]
pub mod digits;
mod masks;
pub mod pair;
#[doc(hidden)]
pub mod plans;
#[doc(hidden)]
pub mod table;
#[doc(hidden)]
pub mod tries;

use digits::MOST_DIGITS;
pub use masks::{Masks, format_as_you_type};
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use plans::Plans;
pub use table::Table;

/// What is known of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// No number of its country looks like this.
    Impossible,
    /// Its length is right; without a [`Table`] that is all that can be said.
    Possible,
    /// It is in a range that has been handed out.
    Valid,
}

/// Why a number is impossible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Fewer digits than any number of its country.
    TooShort,
    /// More digits than any number of its country, or than any number at all.
    TooLong,
    /// Between the shortest and the longest, but no number has this length.
    InvalidLength,
    /// Letters, an extension or no digits.
    NotANumber,
    /// No calling code was chosen, or the one typed does not exist.
    UnknownCallingCode,
}

impl Reason {
    /// The name that an issue's parameter carries.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooShort => "tooShort",
            Self::TooLong => "tooLong",
            Self::InvalidLength => "invalidLength",
            Self::NotANumber => "notANumber",
            Self::UnknownCallingCode => "unknownCallingCode",
        }
    }
}

/// Upstream's number types.
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
    /// All types.
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
    /// Is `wanted` in the set? A number that may be either is neither `FixedLine` nor `Mobile`, as
    /// upstream has it; see [`Types::may_be_mobile`].
    pub fn contains(self, wanted: Type) -> bool {
        self.0 >> wanted as u16 & 1 == 1
    }

    /// Is there none?
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Can a text message reach it: a mobile, or a plan that does not tell?
    pub fn may_be_mobile(self) -> bool {
        self.contains(Type::Mobile) || self.contains(Type::FixedLineOrMobile)
    }

    /// The place in [`Type::ALL`], counted from 1, of the first in the set; 0 where there is none.
    pub fn first_place(self) -> u32 {
        // Sixteen, of no bit set, is 0 in four bits.
        self.0.trailing_zeros() & 15
    }

    /// The names of those in the set.
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        Type::ALL.into_iter().filter(move |wanted| self.contains(*wanted)).map(Type::name)
    }
}

/// A number as understood.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    /// Does such a number exist?
    pub verdict: Verdict,
    /// Why not, when it is impossible.
    pub reason: Option<Reason>,
    /// What kind of number it is, when it is valid.
    pub types: Types,
    /// The calling code typed, or else the one chosen; 0 for none.
    pub calling_code: u16,
    /// The national significant number: digits without trunk prefix, an Italian zero kept. What was
    /// typed, as far as it was digits, when it could not be understood.
    pub national: String,
}

impl Phone {
    /// `+`, calling code and national number; empty when there is none.
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

/// True only in a build that `cargo xtask size` makes to see what the phone rules weigh: every
/// entry to them is then closed, and the linker drops what is behind.
const LEFT_OUT: bool = cfg!(without_phones);
/// The same for format-as-you-type alone.
const FORMATS_LEFT_OUT: bool = LEFT_OUT || cfg!(without_phone_formats);

/// National numbers have at least two digits and at most as many as upstream can hold.
const NATIONAL: core::ops::RangeInclusive<usize> = 2..=17;

/// The calling code in `44`, `+44`, `0044` or ` 44 `. None for anything else, or a code of nobody.
pub fn calling_code(text: &str) -> Option<u16> {
    if LEFT_OUT {
        return None;
    }
    let (digits, plus) = digits::read(text).ok()?;
    let digits = digits.all();
    let digits = if plus { digits } else { digits.strip_prefix(&[0, 0]).unwrap_or(digits) };
    if digits.len() > 3 || digits.first() == Some(&0) {
        return None;
    }
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(*digit));
    Plans::get().find(code).map(|_| code)
}

/// Every calling code with its main region, ISO 3166-1 alpha-2, or `001` for one of no region.
pub fn calling_codes() -> impl Iterator<Item = (u16, &'static str)> {
    Plans::get()
        .plans
        .iter()
        .map(|plan| (plan.code, plan.regions.first().map_or("001", |id| name(id))))
}

/// Every region with its calling code, by code and the main region first.
pub fn regions() -> impl Iterator<Item = (&'static str, u16)> {
    let plans = if LEFT_OUT { &[] } else { Plans::get().plans.as_slice() };
    plans.iter().flat_map(|plan| plan.regions.iter().map(|id| (name(id), plan.code)))
}

fn name(id: &'static [u8; 2]) -> &'static str {
    core::str::from_utf8(id).unwrap_or_default()
}

/// Judges a number as typed: with spaces, brackets, dots, dashes and slashes, with or without trunk
/// prefix, or the whole with plus or international prefix. A calling code in it beats the one
/// chosen. Without a table the answer is impossible or possible, never valid.
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
    let parsed = read.and_then(|(typed, plus)| plans.parse(home, &typed, plus));
    match parsed {
        Err(reason) => {
            phone.reason = Some(reason);
            phone.national = read.unwrap_or_default().0.text();
        }
        Ok((index, national)) => {
            let digits = national.all();
            phone.national = national.text();
            let class = table.map_or(0, |table| table.class(index, digits));
            if let Some(plan) = plans.plans.get(index) {
                phone.calling_code = plan.code;
                phone.reason = match digits.len() {
                    length if length < *NATIONAL.start() => Some(Reason::TooShort),
                    length if length > *NATIONAL.end() => Some(Reason::TooLong),
                    length => plan.length(length).err(),
                };
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
    phone
}
