//! For the phone tables: tries over digits, the tokens at their ends, and how both are written.
//!
//! A trie is written as a tree, row after row in pre-order, each symbol in the context of its
//! neighbours. Equal subtrees are not shared, as they would be in memory: a reference costs more
//! bits than writing the subtree again, which the coder has then seen before.

use super::coder::{Coder, Kind};

/// Where each digit leads: to a token, below [`FIRST_NODE`], or to a node.
pub type Row = [u16; 10];
/// The value of node 0.
pub const FIRST_NODE: u16 = 64;
/// The most tokens of one trie, the empty one (0) included.
pub const MOST_TOKENS: u16 = INNER;
/// In a row being coded: the first of its distinct inner nodes.
const INNER: u16 = 60;
/// No symbol: stands to the left of a row's first.
const EDGE: u32 = FIRST_NODE as u32;
/// Tokens that are asked for one by one.
const USUAL: u16 = 3;
/// Deeper than any real table, so that a damaged one ends.
const MOST_DEPTH: usize = 32;
const MOST_NODES: usize = 20_000;

/// A class that a token stands for, and the lengths of its numbers. A token of several classes has
/// one of these for each.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Says {
    /// The token, counted from 1: 0 is the empty one.
    pub token: u16,
    /// A bit for each length that a number of this class has.
    pub lengths: u32,
    /// The class.
    pub class: u16,
}

/// A trie, and what its tokens say, by token.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Trie {
    /// A token or a node.
    pub root: u16,
    /// What its tokens say.
    pub says: Vec<Says>,
}

/// The class of `digits`; 0 for none. For a number that ends inside the trie, the path goes on with
/// zeros: the tokens there have the shorter lengths.
pub fn class(rows: &[Row], root: u16, says: &[Says], digits: &[u8]) -> u16 {
    let mut at = root;
    let mut typed = digits.iter();
    // This ends, because a node's children come after it.
    while let Some(node) = at.checked_sub(FIRST_NODE) {
        let digit = typed.next().copied().unwrap_or(0);
        let row = rows.get(usize::from(node));
        at = row.and_then(|row| row.get(usize::from(digit))).copied().unwrap_or(0);
    }
    let mut says = says.iter();
    says.find(|says| says.token == at && says.lengths >> digits.len() & 1 == 1)
        .map_or(0, |says| says.class)
}

/// Codes `count` tokens after `first`, of at most `most` bits of entries each, to the end of
/// `says`. `known` is the whole list to encode, and empty to decode; `entry` codes one.
pub fn tokens<C: Coder>(
    coder: &mut C,
    (first, count): (u16, u32),
    (bits, context): (u32, u32),
    known: &[Says],
    says: &mut Vec<Says>,
    mut entry: impl FnMut(&mut C, Says) -> Says,
) {
    for token in (first..).take(count as usize) {
        let of_token = |known: &&Says| C::ENCODES && known.token == token;
        let entries = known.iter().filter(of_token).count();
        for _ in 0..coder.number(bits, context, entries as u32) {
            let known = next::<C>(known, says);
            says.push(Says { token, ..entry(coder, known) });
        }
    }
}

/// The entry that an encoder writes after `says`.
pub fn next<C: Coder>(known: &[Says], says: &[Says]) -> Says {
    if C::ENCODES { known.get(says.len()).copied().unwrap_or_default() } else { Says::default() }
}

/// How many tokens a list has.
pub fn count(says: &[Says]) -> u32 {
    says.last().map_or(0, |last| last.token.into())
}

/// A set of lengths out of those in `of`.
pub fn lengths(coder: &mut impl Coder, of: u32, context: u32, known: u32) -> u32 {
    let mut set = 0;
    for length in 0..u32::BITS {
        if of >> length & 1 == 1 {
            let before = set >> length.saturating_sub(1) & 1 | u32::from(set != 0) << 1;
            let asked = length << 2 | before;
            let contexts = [asked, before | context << 8, of << 2 | before];
            set |=
                u32::from(coder.bit(Kind::Length, &contexts, known >> length & 1 == 1)) << length;
        }
    }
    set
}

/// Codes tries into one list of rows.
pub struct Rows {
    /// Empty to decode; to encode, the rows that the decoder is to end up with.
    pub rows: Vec<Row>,
    next: usize,
    /// The last two rows of each depth.
    above: [[Row; 2]; MOST_DEPTH],
    /// The last token.
    recent: u32,
}

impl Rows {
    /// `rows` is empty to decode; to encode, it is what the decoder is to end up with.
    pub fn new(rows: Vec<Row>) -> Self {
        Self { rows, next: 0, above: [[[0; 10]; 2]; MOST_DEPTH], recent: 0 }
    }

    /// Codes one trie, number `trie`, with tokens of `bits` bits. Returns its root.
    pub fn trie(&mut self, coder: &mut impl Coder, trie: u32, bits: u32, root: u16) -> u16 {
        if coder.bit(Kind::Root, &[0], root >= FIRST_NODE) {
            self.node(coder, trie, bits, 0, EDGE)
        } else {
            coder.number(bits, 0, root.into()) as u16
        }
    }

    fn node<C: Coder>(
        &mut self,
        coder: &mut C,
        trie: u32,
        bits: u32,
        depth: usize,
        left: u32,
    ) -> u16 {
        let id = self.next;
        self.next += 1;
        let Some([above, above2]) = self.above.get(depth).copied().filter(|_| id < MOST_NODES)
        else {
            return 0;
        };
        if id == self.rows.len() {
            self.rows.push([0; 10]);
        }
        let mut place = Place {
            trie,
            bits,
            depth: depth.min(7) as u32,
            left,
            above,
            above2,
            known: if C::ENCODES {
                with_inner_nodes_numbered(self.rows.get(id).copied().unwrap_or_default())
            } else {
                [0; 10]
            },
            recent: self.recent,
            row: [0; 10],
            values: [0; 10],
            count: 0,
        };
        place.code(coder);
        let (mut row, recent) = (place.row, place.recent);
        self.recent = recent;
        if let Some(slot) = self.above.get_mut(depth) {
            *slot = [row, above];
        }
        // The inner nodes in turn, each named by where it stands first.
        let mut nodes = [0; 10];
        let (mut count, mut left) = (0, EDGE);
        for value in &mut row {
            let symbol = symbol(*value);
            if let Some(index) = value.checked_sub(INNER) {
                if index == count {
                    let node = self.node(coder, trie, bits, depth + 1, left);
                    set(&mut nodes, usize::from(index), node);
                    count += 1;
                }
                *value = get(&nodes, usize::from(index));
            }
            left = symbol;
        }
        if let Some(slot) = self.rows.get_mut(id) {
            *slot = row;
        }
        FIRST_NODE + id as u16
    }
}

fn get(row: &Row, index: usize) -> u16 {
    row.get(index).copied().unwrap_or(0)
}

fn set(row: &mut Row, index: usize, value: u16) {
    if let Some(slot) = row.get_mut(index) {
        *slot = value;
    }
}

fn symbol(value: u16) -> u32 {
    value.min(INNER).into()
}

fn with_inner_nodes_numbered(mut row: Row) -> Row {
    let mut nodes = [0; 10];
    let mut count = 0;
    for value in &mut row {
        if *value >= FIRST_NODE {
            let seen = nodes.iter().take(count).position(|node| node == value);
            let index = seen.unwrap_or(count);
            set(&mut nodes, index, *value);
            count = count.max(index + 1);
            *value = INNER + index as u16;
        }
    }
    row
}

/// One row on its way, and what bears on it.
struct Place {
    trie: u32,
    bits: u32,
    depth: u32,
    left: u32,
    above: Row,
    above2: Row,
    known: Row,
    recent: u32,
    row: Row,
    /// The distinct values so far, in order.
    values: Row,
    count: usize,
}

impl Place {
    fn code(&mut self, coder: &mut impl Coder) {
        let (mut run, mut inner) = (0u32, 0);
        let (mut previous, mut before) = (EDGE, 0);
        // One bit for each digit so far: whether it repeats its neighbour exactly where the row
        // above does.
        let mut history = 0;
        for digit in 0..10 {
            let place = digit as u32;
            let known = get(&self.known, digit);
            let count = self.count.min(3) as u32;
            let (p, d, t) = (previous << 8, self.depth, self.trie);
            let above = symbol(get(&self.above, digit));
            let recent = self.recent;
            let mut value = None;
            if let Some(last) = digit.checked_sub(1) {
                let repeats = |row| u32::from(get(row, digit) == get(row, last));
                let (same, same2) = (repeats(&self.above), repeats(&self.above2));
                let contexts = [
                    p | d << 4 | count,
                    history << 8 | same << 4 | same2 | place << 20,
                    (self.count as u32) << 24 | run.min(4) << 16 | p | place,
                    t << 16 | p | count,
                ];
                let answer = coder.bit(Kind::Same, &contexts, known == before);
                history = history << 1 | u32::from(u32::from(answer) == same);
                if answer {
                    set(&mut self.row, digit, before);
                    run += 1;
                    continue;
                }
                value = self.earlier(coder, known, before, [place, previous, above]);
            }
            let found = value.unwrap_or_else(|| {
                let contexts = [
                    count << 16 | p | d,
                    place << 16 | p | above,
                    t << 16 | d << 8 | previous,
                    place << 8 | d,
                ];
                if coder.bit(Kind::Inner, &contexts, known >= INNER) {
                    inner += 1;
                    return INNER + inner - 1;
                }
                let contexts = |asked: u32| {
                    [
                        previous << 16 | u32::from(count > 1) << 8 | asked,
                        t << 16 | p | asked,
                        recent << 18 | previous << 10 | count.min(2) << 8 | asked,
                        above << 16 | p | asked,
                        self.left << 20 | previous << 12 | d << 8 | asked,
                    ]
                };
                for usual in 0..USUAL {
                    if !self.values.iter().take(self.count).any(|v| *v == usual)
                        && coder.bit(Kind::Usual, &contexts(usual.into()), known == usual)
                    {
                        return usual;
                    }
                }
                let mut token = 1u32;
                for bit in (0..self.bits).rev() {
                    let answer = coder.bit(Kind::Token, &contexts(token), known >> bit & 1 == 1);
                    token = token << 1 | u32::from(answer);
                }
                (token & !(1 << self.bits)) as u16
            });
            if value.is_none() {
                set(&mut self.values, self.count, found);
                self.count += 1;
                if found != 0 && found < INNER {
                    self.recent = found.into();
                }
            }
            set(&mut self.row, digit, found);
            (run, before, previous) = (1, found, symbol(found));
        }
    }

    /// A value that the row has had before, the latest first.
    fn earlier(
        &self,
        coder: &mut impl Coder,
        known: u16,
        before: u16,
        at: [u32; 3],
    ) -> Option<u16> {
        let [place, previous, above] = at;
        let (p, count) = (previous << 8, self.count as u32);
        let values = self.values.iter().take(self.count).rev();
        for (rank, &value) in values.filter(|value| **value != before).enumerate() {
            let rank = rank.min(2) as u32;
            let v = symbol(value);
            let contexts = [
                rank | v << 8,
                v << 16 | p | self.depth,
                above << 16 | v << 8 | previous,
                place << 16 | v << 8 | count,
            ];
            if coder.bit(Kind::Earlier, &contexts, known == value) {
                return Some(value);
            }
        }
        None
    }
}
