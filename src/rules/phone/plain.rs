//! For programs that have the tables on their own disk: plans and types as they are in memory, so
//! that a program's first check need not decode them.
//!
//! The decoder of the small tables asks hundreds of thousands of questions, and an engine runs code
//! that it has just met slowly: that took a third of the time to the first check in Node. This form
//! has many times the bytes, so no page downloads it. `cargo xtask pack` writes it.

use super::digits::Digits;
use super::plans::{BYTES, Plan, Plans};
use super::table::Table;
use super::tries::{Row, Says};

/// The first two bytes. The first one changes with the format.
const FORMAT: [u8; 2] = [3, 0];

/// What the parts of a table are read from or written to, so that there is one description of both.
trait Plain {
    /// True for a writer. A reader skips the work that prepares what is written.
    const WRITES: bool;

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
    const WRITES: bool = false;

    fn number(&mut self, value: &mut u16) {
        let (number, rest) = self.0.split_first_chunk().unwrap_or((&[0, 0], &[]));
        (*value, self.0) = (u16::from_le_bytes(*number), rest);
    }
}

struct Writer(Vec<u8>);

impl Plain for Writer {
    const WRITES: bool = true;

    fn number(&mut self, value: &mut u16) {
        self.0.extend(value.to_le_bytes());
    }
}

/// Plans and types in this form.
pub fn write(table: &Table) -> Vec<u8> {
    let mut writer = Writer(Vec::new());
    code(&mut writer, &mut Plans::get().clone(), &mut table.clone());
    let Writer(payload) = writer;
    [&FORMAT, checksum(&payload).as_slice(), &payload].concat()
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
/// time, because an engine's first code takes long for each step.
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
    rows(plain, &mut plans.rows);
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
    rows(plain, &mut table.rows);
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

/// Rows, each without the values that stand for the digit before too, because most do.
fn rows<P: Plain>(plain: &mut P, rows: &mut Vec<Row>) {
    plain.list(rows, |plain, row| {
        let mut changes = if P::WRITES { changes(row) } else { 0 };
        plain.number(&mut changes);
        let mut before = 0;
        for value in row {
            if changes & 1 == 1 {
                plain.number(value);
            } else {
                *value = before;
            }
            (before, changes) = (*value, changes >> 1);
        }
    });
}

/// A bit for each digit that leads elsewhere than the digit before it; the first digit's is the
/// lowest.
fn changes(row: &Row) -> u16 {
    let before = [0].iter().chain(row);
    (0..)
        .zip(row.iter().zip(before))
        .fold(0, |changes, (digit, (value, before))| changes | u16::from(value != before) << digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_tables_are_those_that_were_written() {
        let table = Table::decode(include_bytes!("../../../data/phone/types.bin")).unwrap();
        let written = write(&table);
        assert_eq!(Table::decode(&written), Some(table.clone()));
        let (mut plans, mut again) = Default::default();
        code(&mut Reader(&written[10..]), &mut plans, &mut again);
        assert_eq!((&plans, again), (Plans::get(), table));
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
