//! For the phone rules: the plan of every calling code, which is known without the table of types.
//!
//! Possible lengths, regions and prefix rules are compiled in (`data/phone/plans.bin`, which `cargo
//! xtask phone-data` generates), so that a number can be found possible and normalised before the
//! larger table is loaded.

use super::Reason;
use super::coder::{Coder, Decoder, Kind};
use super::digits::{Digits, MOST_DIGITS};
use super::tries::{Row, Rows, Says, class, count, lengths, tokens};
use std::sync::OnceLock;

/// The plans as compiled in.
pub const BYTES: &[u8] = include_bytes!("../../../data/phone/plans.bin");

/// How a prefix rule changes typed digits: to `insert`, then `keep` digits after the first `skip`,
/// then the digits after the next `drop`.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Edit {
    /// Digits left out at the start.
    pub skip: u8,
    /// Digits kept after them.
    pub keep: u8,
    /// Digits left out after those.
    pub drop: u8,
    /// Digits put before everything.
    pub insert: Digits,
}

/// A calling code.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Plan {
    /// The calling code.
    pub code: u16,
    /// The lengths of whole national numbers, a bit for each.
    pub possible: u32,
    /// The lengths that can be dialled only within an area, a bit for each.
    pub local: u32,
    /// Its rules, as indices in [`Plans::rules`]: see [`TRUNK`], [`INTERNATIONAL`] and
    /// [`OWN_CODE`].
    pub rules: [u16; 3],
    /// Its regions (ISO 3166-1 alpha-2), the main one first; empty for a code of no region.
    pub regions: Vec<[u8; 2]>,
}

/// Rule: typed national digits → the edit that makes them a national number.
pub const TRUNK: usize = 0;
/// Rule: typed digits → the edit that leaves the calling code and what follows it.
pub const INTERNATIONAL: usize = 1;
/// Rule: digits typed after the plan's own code, without a plus → 1 if that was meant as the code.
pub const OWN_CODE: usize = 2;

/// All calling codes, in numeric order.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Plans {
    /// The calling codes.
    pub plans: Vec<Plan>,
    /// For each number that may be a calling code, its plan's position, counted from 1.
    pub positions: Vec<u8>,
    /// Distinct prefix rules, as roots; the first is "no rule".
    pub rules: Vec<u16>,
    /// Their nodes.
    pub rows: Vec<Row>,
    /// What the tokens of each kind of rule say. Classes are positions in `edits`, counted from 1.
    pub says: [Vec<Says>; 3],
    /// Distinct edits.
    pub edits: Vec<Edit>,
}

/// Makes `list` as long as it is, or as its coded length says.
pub fn sized<T: Default>(coder: &mut impl Coder, bits: u32, context: u32, list: &mut Vec<T>) {
    let length = coder.number(bits, context, list.len() as u32);
    list.resize_with(length as usize, T::default);
}

fn small(coder: &mut impl Coder, bits: u32, context: u32, value: &mut u8) {
    *value = coder.number(bits, context, (*value).into()) as u8;
}

/// Lengths that typed digits can have.
pub const ANY_LENGTH: u32 = u32::MAX >> (31 - MOST_DIGITS);

static PLANS: OnceLock<Plans> = OnceLock::new();

impl Plans {
    /// The plans that are compiled in.
    pub fn get() -> &'static Self {
        PLANS.get_or_init(|| {
            let mut plans = Self::default();
            plans.code(&mut Decoder::new(BYTES));
            plans
        })
    }

    /// Takes plans that need no decoding, unless there are some already.
    #[cfg(feature = "plain-tables")]
    pub(super) fn take(plans: Self) {
        // Those that are there are the same ones.
        let _ = PLANS.set(plans);
    }

    /// The plan of a calling code, by its position.
    pub fn find(&self, code: u16) -> Option<usize> {
        let position = self.positions.get(usize::from(code)).copied().unwrap_or(0);
        usize::from(position).checked_sub(1)
    }

    /// Encodes the plans, or decodes into empty ones.
    pub fn code(&mut self, coder: &mut impl Coder) {
        self.codes(coder);
        let mut before = [0; 5];
        let mut letter = 0;
        for plan in &mut self.plans {
            let [possible, local, rules @ ..] = &mut before;
            plan.possible = lengths(coder, ANY_LENGTH, *possible & 0xfff, plan.possible);
            plan.local = lengths(coder, ANY_LENGTH, 1 << 12 | *local & 0xfff, plan.local);
            (*possible, *local) = (plan.possible, plan.local);
            for (index, (rule, before)) in plan.rules.iter_mut().zip(rules).enumerate() {
                *rule = coder.number(8, (1 + index as u32) | (*before << 4), (*rule).into()) as u16;
                // Two plans' rules are hardly ever alike: the context is whether the neighbour has
                // one.
                *before = if index == OWN_CODE { u32::from(*rule != 0) } else { (*rule).into() };
            }
            sized(coder, 5, 15, &mut plan.regions);
            for byte in plan.regions.iter_mut().flatten() {
                small(coder, 5, 64 + letter, byte);
                letter = u32::from(*byte);
                *byte |= 0x40;
            }
        }
        sized(coder, 5, 5, &mut self.edits);
        for edit in &mut self.edits {
            small(coder, 4, 6, &mut edit.skip);
            small(coder, 3, 7, &mut edit.keep);
            small(coder, 2, 8, &mut edit.drop);
            let known = edit.insert;
            edit.insert = Digits::default();
            for index in 0..coder.number(3, 9, known.all().len() as u32) as usize {
                let digit = known.all().get(index).copied().unwrap_or(0);
                // Seven digits fit.
                let _ = edit.insert.push(coder.number(4, 10, digit.into()) as u8);
            }
        }
        for (kind, says) in (0..).zip(&mut self.says) {
            let bits = if kind == OWN_CODE as u32 { 1 } else { 5 };
            let all = std::mem::take(says);
            let each = coder.number(6, 11, count(&all));
            tokens(coder, (1, each), (2, 12), &all, says, |coder, known| {
                let class = coder.number(bits, 16 + kind, known.class.into()) as u16;
                let lengths = lengths(coder, ANY_LENGTH, 1 << 13 | kind, known.lengths);
                Says { lengths, class, ..known }
            });
        }
        sized(coder, 8, 14, &mut self.rules);
        let mut rows = Rows::new(std::mem::take(&mut self.rows));
        for rule in &mut self.rules {
            *rule = rows.trie(coder, 0, 6, *rule);
        }
        self.rows = rows.rows;
    }

    /// Codes the calling codes: whether there is one, for every number that no shorter code begins.
    fn codes(&mut self, coder: &mut impl Coder) {
        self.positions = vec![0; 1000];
        let (mut count, mut history) = (0, 0);
        for code in 1..1000 {
            if self.find(code / 10).or(self.find(code / 100)).is_some() {
                continue;
            }
            let size = u32::from(code > 9) + u32::from(code > 99);
            let tens = u32::from(code / 10) << 16;
            let contexts = [size, size | history << 4, size | (history & 3) << 4, size | tens];
            let known = self.plans.get(count).is_some_and(|plan| plan.code == code);
            let answer = coder.bit(Kind::Code, &contexts, known);
            history = (history << 1 | u32::from(answer)) & 15;
            if answer {
                if count == self.plans.len() {
                    self.plans.push(Plan { code, ..Plan::default() });
                }
                count += 1;
                if let Some(position) = self.positions.get_mut(usize::from(code)) {
                    *position = count as u8;
                }
            }
        }
    }

    /// The edit that a rule of `plan` makes on `digits`.
    pub fn edit(&self, plan: &Plan, rule: usize, digits: &[u8]) -> Option<&Edit> {
        let class = self.class(plan, rule, digits);
        self.edits.get(usize::from(class.checked_sub(1)?))
    }

    fn class(&self, plan: &Plan, rule: usize, digits: &[u8]) -> u16 {
        let root = plan.rules.get(rule).and_then(|rule| self.rules.get(usize::from(*rule)));
        let root = root.zip(self.says.get(rule));
        root.map_or(0, |(root, says)| class(&self.rows, *root, says, digits))
    }

    /// The digits without the trunk prefix; `None` if they have none.
    pub fn without_trunk(&self, plan: &Plan, digits: &[u8]) -> Result<Option<Digits>, Reason> {
        self.edit(plan, TRUNK, digits).map(|edit| edit.apply(digits)).transpose()
    }

    /// The plan at the start of `digits`, and what follows its code.
    pub fn split<'a>(&self, digits: &'a [u8]) -> Option<(usize, &'a [u8])> {
        let mut code = 0;
        for (length, digit) in (1..=3).zip(digits) {
            code = code * 10 + u16::from(*digit);
            // No calling code begins with 0.
            if code == 0 {
                break;
            }
            if let Some(plan) = self.find(code) {
                return Some((plan, digits.get(length..)?));
            }
        }
        None
    }

    /// The index of the plan and the national number of typed digits, where the plan `home` was
    /// chosen. It reads numbers as libphonenumber's `parse` does.
    pub fn parse(
        &self,
        home: Option<usize>,
        typed: &Digits,
        plus: bool,
    ) -> Result<(usize, Digits), Reason> {
        let digits = typed.all();
        if plus {
            if digits.len() <= 2 {
                return Err(Reason::TooShort);
            }
            if let Some((plan, national)) = self.split(digits) {
                return self.national(plan, national);
            }
        }
        // After a plus, only a zero can still be the beginning of an international prefix, which
        // the plan would take off.
        let index = home.ok_or(if plus && digits.first() != Some(&0) {
            Reason::UnknownCallingCode
        } else {
            Reason::MissingCallingCode
        })?;
        let plan = self.plans.get(index).ok_or(Reason::MissingCallingCode)?;
        if let Some(edit) = self.edit(plan, INTERNATIONAL, digits) {
            let rest = edit.apply(digits)?;
            let rest = rest.all();
            // As in libphonenumber: a 0 after an international prefix shows that it was none.
            if rest.first() != Some(&0) {
                if rest.len() <= 2 {
                    return Err(Reason::TooShort);
                }
                let (plan, national) = self.split(rest).ok_or(Reason::UnknownCallingCode)?;
                return self.national(plan, national);
            }
        }
        if plus {
            return Err(Reason::UnknownCallingCode);
        }
        if let Some((own, rest)) = self.split(digits) {
            let is_meant = || {
                self.class(plan, OWN_CODE, rest) != 0
                    || plan.length(digits.len()) == Err(Reason::TooLong)
            };
            if own == index && is_meant() {
                let stripped = self.without_trunk(plan, rest)?;
                return self.national(index, stripped.as_ref().map_or(rest, Digits::all));
            }
        }
        self.national(index, digits)
    }

    /// Takes off the trunk prefix, unless that leaves a length that no number has.
    fn national(&self, index: usize, digits: &[u8]) -> Result<(usize, Digits), Reason> {
        let plan = self.plans.get(index).ok_or(Reason::MissingCallingCode)?;
        let stripped = self.without_trunk(plan, digits)?.filter(|stripped| {
            matches!(plan.length(stripped.all().len()), Ok(false) | Err(Reason::TooLong))
        });
        if let Some(stripped) = stripped {
            return Ok((index, stripped));
        }
        let mut national = Digits::default();
        national.extend(digits)?;
        Ok((index, national))
    }
}

impl Plan {
    /// Whether a number of this length can be dialled only within an area; an error if no number
    /// has it.
    pub fn length(&self, length: usize) -> Result<bool, Reason> {
        let bit = 1 << length.min(31);
        match () {
            () if self.local & bit != 0 => Ok(true),
            () if self.possible & bit != 0 => Ok(false),
            () if self.possible < bit => Err(Reason::TooLong),
            () if self.possible & (bit - 1) == 0 => Err(Reason::TooShort),
            () => Err(Reason::InvalidLength),
        }
    }
}

impl Edit {
    fn apply(&self, digits: &[u8]) -> Result<Digits, Reason> {
        let mut out = self.insert;
        let (_, rest) = digits.split_at_checked(self.skip.into()).unwrap_or((digits, &[]));
        let (kept, rest) = rest.split_at_checked(self.keep.into()).unwrap_or((rest, &[]));
        out.extend(kept)?;
        out.extend(rest.get(self.drop.into()..).unwrap_or_default())?;
        Ok(out)
    }
}
