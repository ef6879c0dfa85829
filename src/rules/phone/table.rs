//! For the phone rules: the type of every national number that exists, as libphonenumber has it.

use super::coder::{Coder, Decoder, Kind};
use super::plans::{ANY_LENGTH, BYTES, Plans};
use super::tries::{Row, Rows, Says, Trie, class, count, lengths, next, tokens};
use super::{LEFT_OUT, Type};

/// The first byte of a table of types. It changes with the format.
pub const TYPES: u8 = 1;
/// The first byte of a table of masks. It changes with the format.
pub const MASKS: u8 = 2;
/// Bytes of the format and the checksum.
const HEADER: usize = 5;
/// How many types there are.
const COUNT: usize = Type::ALL.len();
/// The first token that is not a type's own.
const FIRST_MIXED: u16 = 1 + COUNT as u16;
/// With fewer mixed tokens, five bits tell all tokens.
const MIXED_IN_FIVE_BITS: u32 = 32 - COUNT as u32;

/// The types of the numbers of every calling code, decoded from `data/phone/types.bin`, which is
/// loaded apart from the program. It belongs to one version of the plans that are compiled in.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Table {
    /// For each plan, in their order, its trie. Classes are [`super::Type`]s; token 1 and so on are
    /// the usual lengths of each, the rest are mixed.
    pub plans: Vec<Trie>,
    /// The nodes.
    pub rows: Vec<Row>,
}

/// The checksum (FNV-1a) of a table, its first byte and the plans that it was made with.
pub fn checksum(format: u8, plans: &[u8], payload: &[u8]) -> [u8; 4] {
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    [format].iter().chain(plans).chain(payload).fold(0x811C_9DC5, step).to_le_bytes()
}

/// A decoder for the table in `blob`; `None` if it is damaged, of another format or made for
/// another program.
pub fn open(blob: &[u8], format: u8) -> Option<Decoder<'_>> {
    if LEFT_OUT {
        return None;
    }
    let (header, payload) = blob.split_at_checked(HEADER)?;
    let (first, sum) = header.split_first()?;
    (*first == format && sum == checksum(format, BYTES, payload)).then(|| Decoder::new(payload))
}

impl Table {
    /// The table in `blob`; `None` if it is damaged, of another format or made for other plans.
    pub fn decode(blob: &[u8]) -> Option<Self> {
        #[cfg(feature = "plain-tables")]
        if let Some(table) = super::plain::read(blob) {
            return Some(table);
        }
        Self::decode_small(blob)
    }

    /// The table in `blob` as pages load it. It is a function of its own where [`Self::decode`] knows
    /// two forms, because an engine compiles whole functions: then only that of the form in use.
    #[cfg_attr(feature = "plain-tables", inline(never))]
    fn decode_small(blob: &[u8]) -> Option<Self> {
        let mut table = Self::default();
        table.code(&mut open(blob, TYPES)?, Plans::get());
        Some(table)
    }

    /// The type of a national number of the plan at `index`, as a number; 0 if it has none.
    pub fn class(&self, index: usize, national: &[u8]) -> u16 {
        let plan = self.plans.get(index);
        plan.map_or(0, |trie| class(&self.rows, trie.root, &trie.says, national))
    }

    /// Encodes the table, or decodes into an empty one.
    pub fn code<C: Coder>(&mut self, coder: &mut C, plans: &Plans) {
        self.plans.resize_with(plans.plans.len(), Trie::default);
        let mut before = [0; COUNT];
        let mut extra = 0;
        let mut rows = Rows::new(std::mem::take(&mut self.rows));
        for (index, (plan, trie)) in (0..).zip(plans.plans.iter().zip(&mut self.plans)) {
            let all = std::mem::take(&mut trie.says);
            let says = &mut trie.says;
            // Regions that share a calling code may have lengths that the main region lacks.
            let known = all.iter().fold(0, |known, says| known | says.lengths) & !plan.possible;
            let mut possible = plan.possible;
            if coder.bit(Kind::Root, &[1], known != 0) {
                possible |= lengths(coder, !plan.possible & ANY_LENGTH, 1, known);
            }
            let mut left = 0;
            for (class, above) in (1..).zip(&mut before) {
                let known = next::<C>(&all, says);
                let c = u32::from(class);
                let near = [c, c | *above << 8, c | left << 9, c | *above << 8 | left << 9];
                let answer = coder.bit(Kind::Type, &near, known.token == class);
                left = u32::from(answer);
                *above = left;
                if answer {
                    let lengths = lengths(coder, possible, 2 + c, known.lengths);
                    says.push(Says { token: class, lengths, class });
                }
            }
            let known = count(&all).saturating_sub(COUNT as u32);
            let mixed = coder.number(5, 1 << 7 | extra, known);
            extra = mixed.min(3);
            tokens(coder, (FIRST_MIXED, mixed), (3, 16), &all, says, |coder, known| {
                let class = coder.number(4, 17, known.class.into());
                let lengths = lengths(coder, possible, 32 + class, known.lengths);
                Says { lengths, class: class as u16, ..known }
            });
            let bits = if mixed < MIXED_IN_FIVE_BITS { 5 } else { 6 };
            trie.root = rows.trie(coder, index, bits, trie.root);
        }
        self.rows = rows.rows;
    }
}
