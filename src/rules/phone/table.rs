//! For the phone rules: the type of every national number there is, as upstream knows it.

use super::Type;
use super::coder::{Coder, Decoder, Kind};
use super::plans::{ANY_LENGTH, BYTES, Plans, sized};
use super::tries::{Row, Rows, Token, class, lengths};

/// First byte of a table of types; changes with the format.
pub const TYPES: u8 = 1;
/// First byte of a table of masks.
pub const MASKS: u8 = 2;
/// Format byte and checksum.
const HEADER: usize = 5;
/// How many types there are.
const COUNT: usize = Type::ALL.len();

/// Number types of every calling code: decoded from `data/phone/types.bin`, which is loaded apart
/// from the program. It belongs to one version of the compiled-in plans.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Table {
    /// For each plan, in their order, the root of its trie and its tokens. Classes are
    /// [`super::Type`]s; token 1 and so on are the usual lengths of each, the rest are mixed.
    pub plans: Vec<(u16, Vec<Token>)>,
    /// The nodes.
    pub rows: Vec<Row>,
}

/// Over a table, its first byte and the plans it was made with (FNV-1a).
pub fn checksum(format: u8, plans: &[u8], payload: &[u8]) -> [u8; 4] {
    let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    [format].iter().chain(plans).chain(payload).fold(0x811C_9DC5, step).to_le_bytes()
}

/// A decoder for the table in `blob`, if it is of this format, whole and belongs to this program.
pub fn open(blob: &[u8], format: u8) -> Option<Decoder<'_>> {
    let (header, payload) = blob.split_at_checked(HEADER)?;
    let (first, sum) = header.split_first()?;
    (*first == format && sum == checksum(format, BYTES, payload)).then(|| Decoder::new(payload))
}

impl Table {
    /// The table in `blob`; none if that is damaged, of another format or made for other plans.
    pub fn decode(blob: &[u8]) -> Option<Self> {
        let mut table = Self::default();
        table.code(&mut open(blob, TYPES)?, Plans::get());
        Some(table)
    }

    /// The type of a national number of the plan at `index`, as a number; 0 if it has none.
    pub fn class(&self, index: usize, national: &[u8]) -> u16 {
        let plan = self.plans.get(index);
        plan.map_or(0, |(root, tokens)| class(&self.rows, *root, tokens, national))
    }

    /// Encodes the table, or decodes into an empty one.
    pub fn code(&mut self, coder: &mut impl Coder, plans: &Plans) {
        self.plans.resize_with(plans.plans.len(), Default::default);
        let mut before = [0; COUNT];
        let mut extra = 0;
        for (plan, (_, tokens)) in plans.plans.iter().zip(&mut self.plans) {
            // regions that share a code may have lengths that the main one lacks
            let known = tokens.iter().flatten().fold(0, |all, (lengths, _)| all | lengths);
            let known = known & !plan.possible;
            let mut possible = plan.possible;
            if coder.bit(Kind::Root, &[1], known != 0) {
                possible |= lengths(coder, !plan.possible & ANY_LENGTH, 1, known);
            }
            tokens.resize_with(tokens.len().max(COUNT), Vec::new);
            let mut left = 0;
            for (class, (token, above)) in (1..).zip(tokens.iter_mut().zip(&mut before)) {
                let c = u32::from(class);
                let near = [c, c | *above << 8, c | left << 9, c | *above << 8 | left << 9];
                left = u32::from(coder.bit(Kind::Type, &near, !token.is_empty()));
                *above = left;
                token.resize(left as usize, (0, class));
                for (set, _) in token {
                    *set = lengths(coder, possible, 2 + c, *set);
                }
            }
            let mixed = coder.number(5, 1 << 7 | extra, (tokens.len() - COUNT) as u32);
            extra = mixed.min(3);
            tokens.resize_with(COUNT + mixed as usize, Vec::new);
            for token in tokens.iter_mut().skip(COUNT) {
                sized(coder, 3, 16, token);
                for (set, class) in token {
                    *class = coder.number(4, 17, (*class).into()) as u16;
                    *set = lengths(coder, possible, 32 + u32::from(*class), *set);
                }
            }
        }
        let mut rows = Rows::new(std::mem::take(&mut self.rows));
        for (index, (root, tokens)) in (0..).zip(&mut self.plans) {
            let bits = if tokens.len() < 32 { 5 } else { 6 };
            *root = rows.trie(coder, index, bits, *root);
        }
        self.rows = rows.rows;
    }
}
