//! For programs that have the tables on their own disk: plans and types as they are in memory, so
//! that a program's first check need not decode them.
//!
//! The decoder of the small tables asks hundreds of thousands of questions, and an engine runs code
//! that it has just met slowly: that took a third of the time to the first check in Node. This form
//! has many times the bytes, so no page downloads it. `cargo xtask pack` writes it. Equal subtrees
//! are there once, and a row is as it is in memory, so that reading is little more than a copy.

use super::digits::Digits;
use super::plans::{BYTES, Plan, Plans};
use super::table::Table;
use super::tries::{FIRST_NODE, Row, Says};
use std::collections::BTreeMap;

/// The first two bytes. The first one changes with the format.
const FORMAT: [u8; 2] = [4, 0];
/// The bytes of a row.
const ROW: usize = 20;

/// What the parts of a table are read from or written to, so that there is one description of both.
trait Plain {
    /// A number of 16 bits, of which the lower byte comes first.
    fn number(&mut self, value: &mut u16);

    /// A list: its length, then what `each` says of its items.
    fn list<T: Default>(&mut self, list: &mut Vec<T>, mut each: impl FnMut(&mut Self, &mut T)) {
        let mut length = list.len() as u16;
        self.number(&mut length);
        list.resize_with(length.into(), T::default);
        for item in list {
            each(self, item);
        }
    }

    fn row(&mut self, row: &mut Row);

    fn byte(&mut self, value: &mut u8) {
        let mut number = u16::from(*value);
        self.number(&mut number);
        *value = number as u8;
    }

    fn wide(&mut self, value: &mut u32) {
        let (mut low, mut high) = (*value as u16, (*value >> 16) as u16);
        self.number(&mut low);
        self.number(&mut high);
        *value = u32::from(high) << 16 | u32::from(low);
    }
}

/// Reads; past the end it reads zeros.
struct Reader<'a>(&'a [u8]);

impl Plain for Reader<'_> {
    fn number(&mut self, value: &mut u16) {
        let (number, rest) = self.0.split_first_chunk().unwrap_or((&[0, 0], &[]));
        (*value, self.0) = (u16::from_le_bytes(*number), rest);
    }

    /// A row at once, which is a copy: most of the table is rows.
    fn row(&mut self, row: &mut Row) {
        let (bytes, rest) = self.0.split_first_chunk().unwrap_or((&[0; ROW], &[]));
        self.0 = rest;
        for (value, pair) in row.iter_mut().zip(bytes.as_chunks().0) {
            *value = u16::from_le_bytes(*pair);
        }
    }
}

struct Writer(Vec<u8>);

impl Plain for Writer {
    fn number(&mut self, value: &mut u16) {
        self.0.extend(value.to_le_bytes());
    }

    fn row(&mut self, row: &mut Row) {
        for value in row {
            self.number(value);
        }
    }
}

/// Plans and types in this form.
pub fn write(table: &Table) -> Vec<u8> {
    let (mut plans, mut table) = (Plans::get().clone(), table.clone());
    plans.rows = shared(&plans.rows, plans.rules.iter_mut());
    table.rows = shared(&table.rows, table.plans.iter_mut().map(|trie| &mut trie.root));
    let mut writer = Writer(Vec::new());
    code(&mut writer, &mut plans, &mut table);
    let Writer(payload) = writer;
    [&FORMAT, checksum(&payload).as_slice(), &payload].concat()
}

/// The rows of some tries with equal subtrees once, and as before a node's children after it.
fn shared<'a>(rows: &[Row], roots: impl Iterator<Item = &'a mut u16>) -> Vec<Row> {
    let node = |value: u16| value.checked_sub(FIRST_NODE).map(usize::from);
    // From the last one on, so that a node's children are known before it. Places count from the end.
    let (mut known, mut places) = (BTreeMap::new(), vec![0; rows.len()]);
    let place = |value: u16, places: &[u16]| {
        node(value).and_then(|node| places.get(node)).map_or(value, |place| FIRST_NODE + place)
    };
    for (id, row) in rows.iter().enumerate().rev() {
        let next = known.len() as u16;
        let row = row.map(|value| place(value, &places));
        if let Some(slot) = places.get_mut(id) {
            *slot = *known.entry(row).or_insert(next);
        }
    }
    let last = known.len() as u16 + 2 * FIRST_NODE - 1;
    let turned = |value: u16| node(value).map_or(value, |_| last - value);
    for root in roots {
        *root = turned(place(*root, &places));
    }
    let mut shared = vec![Row::default(); known.len()];
    for (row, place) in known {
        if let Some(slot) = shared.iter_mut().rev().nth(place.into()) {
            *slot = row.map(turned);
        }
    }
    shared
}

/// The table in `blob`, whose plans are taken where none were decoded before; `None` if it has not
/// this form, is damaged or was made for other plans.
#[inline(never)]
pub(super) fn read(blob: &[u8]) -> Option<Table> {
    let (sum, payload) = blob.strip_prefix(&FORMAT)?.split_first_chunk()?;
    if *sum != checksum(payload) {
        return None;
    }
    let (mut plans, mut table) = Default::default();
    code(&mut Reader(payload), &mut plans, &mut table);
    Plans::take(plans);
    Some(table)
}

/// The checksum of what was made with the plans that are compiled in. It reads eight bytes at a
/// time, because an engine's first code takes long for each step. It is a function of its own,
/// because an engine compiles a function again whose loops have run for long: then only this one.
#[inline(never)]
fn checksum(payload: &[u8]) -> [u8; 8] {
    [BYTES, payload].into_iter().fold(payload.len() as u64, add).to_le_bytes()
}

fn add(sum: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let step =
        |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    let sum = words.iter().fold(sum, |sum, word| step(sum, u64::from_le_bytes(*word)));
    rest.iter().fold(sum, |sum, byte| step(sum, u64::from(*byte)))
}

fn code(plain: &mut impl Plain, plans: &mut Plans, table: &mut Table) {
    plain.list(&mut plans.plans, plan);
    plain.list(&mut plans.positions, Plain::byte);
    plain.list(&mut plans.rules, Plain::number);
    plain.list(&mut plans.rows, Plain::row);
    for says in &mut plans.says {
        plain.list(says, self::says);
    }
    plain.list(&mut plans.edits, |plain, edit| {
        plain.byte(&mut edit.skip);
        plain.byte(&mut edit.keep);
        plain.byte(&mut edit.drop);
        let mut insert = edit.insert.all().to_vec();
        plain.list(&mut insert, Plain::byte);
        edit.insert = Digits::default();
        // An edit inserts no more than fit.
        let _ = edit.insert.extend(&insert);
    });
    plain.list(&mut table.plans, |plain, trie| {
        plain.number(&mut trie.root);
        plain.list(&mut trie.says, says);
    });
    plain.list(&mut table.rows, Plain::row);
}

fn plan<P: Plain>(plain: &mut P, plan: &mut Plan) {
    plain.number(&mut plan.code);
    plain.wide(&mut plan.possible);
    plain.wide(&mut plan.local);
    for rule in &mut plan.rules {
        plain.number(rule);
    }
    plain.list(&mut plan.regions, |plain, region| {
        for letter in region {
            plain.byte(letter);
        }
    });
}

fn says<P: Plain>(plain: &mut P, says: &mut Says) {
    plain.number(&mut says.token);
    plain.wide(&mut says.lengths);
    plain.number(&mut says.class);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of tries with no subtree shared, in the order of the small tables.
    fn apart(rows: &[Row], roots: &mut [u16]) -> Vec<Row> {
        fn copy(rows: &[Row], value: &mut u16, all: &mut Vec<Row>) {
            let Some(node) = value.checked_sub(FIRST_NODE) else { return };
            let id = all.len();
            *value = FIRST_NODE + id as u16;
            all.push(rows[usize::from(node)]);
            let mut row = rows[usize::from(node)];
            let mut known: BTreeMap<u16, u16> = BTreeMap::new();
            for value in &mut row {
                // A row that leads to a node twice did so in the small tables.
                let old = *value;
                match known.get(&old) {
                    Some(copied) => *value = *copied,
                    None => copy(rows, value, all),
                }
                known.insert(old, *value);
            }
            all[id] = row;
        }
        let mut all = Vec::new();
        for root in roots {
            copy(rows, root, &mut all);
        }
        all
    }

    #[test]
    fn plain_tables_are_those_that_were_written() {
        let table = Table::decode(include_bytes!("../../../data/phone/types.bin")).unwrap();
        let written = write(&table);
        let (mut plans, mut again) = <(Plans, Table)>::default();
        code(&mut Reader(&written[10..]), &mut plans, &mut again);
        assert!(again.rows.len() * 3 < table.rows.len() * 2);
        for (place, row) in (FIRST_NODE..).zip(&again.rows) {
            assert!(row.iter().all(|value| *value < FIRST_NODE || *value > place));
        }
        let mut roots: Vec<_> = again.plans.iter().map(|trie| trie.root).collect();
        again.rows = apart(&again.rows, &mut roots);
        for (trie, root) in again.plans.iter_mut().zip(roots) {
            trie.root = root;
        }
        plans.rows = apart(&plans.rows, &mut plans.rules);
        assert!((&plans, again) == (Plans::get(), table));
    }

    #[test]
    fn plain_tables_that_are_damaged_are_refused() {
        let table = Table::decode(include_bytes!("../../../data/phone/types.bin")).unwrap();
        let written = write(&table);
        for at in [0, 1, 2, 9, 10, written.len() / 2, written.len() - 1] {
            let mut damaged = written.clone();
            damaged[at] ^= 1;
            assert_eq!(Table::decode(&damaged), None, "byte {at}");
        }
        for length in [0, 1, 2, 9, 10, written.len() - 1] {
            assert_eq!(Table::decode(&written[..length]), None, "{length} bytes");
        }
        assert_eq!(Table::decode(&[&*written, &[0]].concat()), None, "a byte more");
    }
}
