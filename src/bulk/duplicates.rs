//! Who is in a file twice: rows with an e-mail address or a phone number that an earlier row has.
//!
//! Of each address and number one key of 64 bits is kept, with the row that had it first. Of a
//! million people with two keys each, the probability that two keys are equal by chance is 1 in
//! 9 million. A secret that each run draws anew goes into the keys, so that nobody can write a file
//! whose keys collide.

use std::hash::{DefaultHasher, Hasher as _};

use crate::bulk::issue::RowCode;
use crate::bulk::results::{Keys, keys};
use crate::json::{Json, Object};

/// The random bytes that go into the keys of one run.
pub type Secret = [u8; 16];

/// What the keys of a row are of, in their order.
pub(super) const MEMBERS: [&str; 3] = ["Email", "Mobile", "Phone"];

/// The key of a text, which is above 0. `kind` tells texts of different kinds apart.
pub(super) fn key(secret: &Secret, kind: u8, parts: &[&str]) -> u64 {
    // SipHash. Whoever does not know the secret, which comes first, knows nothing of its state.
    let mut hasher = DefaultHasher::new();
    hasher.write(secret);
    hasher.write_u8(kind);
    for part in parts {
        hasher.write(part.as_bytes());
    }
    hasher.finish().max(1)
}

/// How many parts the table has: when it is full, one part at a time is made larger, so that memory
/// grows in small steps.
const PARTS: usize = 256;

/// The keys of the rows so far, each with the row that had it first. It has 12 bytes for a key and
/// a quarter more, since it is never quite full.
#[derive(Debug)]
pub struct Duplicates {
    parts: Vec<Part>,
    /// The lines of the rows in the table: from this row on, so many more than its number. There is
    /// an entry for each change, which is where a row before has more or fewer lines than one.
    lines: Vec<(u32, u32)>,
}

impl Default for Duplicates {
    fn default() -> Self {
        let parts = std::iter::repeat_with(Part::default).take(PARTS).collect();
        Self { parts, lines: Vec::new() }
    }
}

impl Duplicates {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the keys of the next row, which has this number and begins in this line, both counted
    /// from 1. Returns an issue for each key that an earlier row has.
    pub fn look_up(&mut self, row: u32, line: u32, keys: Keys) -> Vec<Json> {
        let mut found = Vec::new();
        let mut is_first = false;
        for (by, key) in MEMBERS.into_iter().zip(keys) {
            if key == 0 {
                continue;
            }
            match self.part(key).and_then(|part| part.find_or_insert(key, row)) {
                // The row itself, which has the same number twice.
                Some(first) if first == row => {}
                Some(first) => found.push((by, first)),
                None => is_first = true,
            }
        }
        if is_first {
            self.note_line(row, line);
        }
        found.into_iter().map(|(by, first)| self.issue(by, first)).collect()
    }

    /// Takes the packed answer about the next block: `rows` and `lines` are how many there were in
    /// the blocks before. Returns the issues of each row that has some, with the row's index in the
    /// block.
    pub fn look_up_block(&mut self, answer: &[u8], rows: u32, lines: u32) -> Vec<(u32, Vec<Json>)> {
        let found = keys(answer).map(|(index, line, keys)| {
            let (row, line) = (rows.saturating_add(index), lines.saturating_add(line));
            (index, self.look_up(row.saturating_add(1), line.saturating_add(1), keys))
        });
        found.filter(|(_, issues)| !issues.is_empty()).collect()
    }

    fn part(&mut self, key: u64) -> Option<&mut Part> {
        self.parts.get_mut((key >> 56) as usize)
    }

    fn note_line(&mut self, row: u32, line: u32) {
        let more = line.saturating_sub(row);
        if self.lines.last().is_none_or(|(_, last)| *last != more) {
            self.lines.push((row, more));
        }
    }

    /// The line where a row of the table begins.
    fn line(&self, row: u32) -> u32 {
        let after = self.lines.partition_point(|(first, _)| *first <= row);
        let more = after.checked_sub(1).and_then(|last| self.lines.get(last));
        row.saturating_add(more.map_or(0, |(_, more)| *more))
    }

    fn issue(&self, by: &str, first: u32) -> Json {
        let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let params = Object::new()
            .with("row", number(first))
            .with("line", number(self.line(first)))
            .with("by", by);
        RowCode::Duplicate.to_json(params)
    }
}

/// A part of the table. A key stands at the place that its bits say, or at the next that was free.
#[derive(Debug, Default)]
struct Part {
    /// The key of each place; 0 where it is free.
    keys: Vec<u64>,
    /// The row of each place.
    rows: Vec<u32>,
    used: usize,
}

impl Part {
    /// The row that had the key first. `None` for a new key, which is now this row's.
    fn find_or_insert(&mut self, key: u64, row: u32) -> Option<u32> {
        // At most seven of eight places are used, so that a search ends soon.
        if self.used * 8 >= self.keys.len() * 7 {
            self.grow();
        }
        let place = self.place(key)?;
        let known = self.keys.get_mut(place)?;
        let its_row = self.rows.get_mut(place)?;
        if *known == key {
            return Some(*its_row);
        }
        (*known, *its_row) = (key, row);
        self.used += 1;
        None
    }

    /// The place of a key, or the free one where it belongs.
    fn place(&self, key: u64) -> Option<usize> {
        // The part was chosen by the bits above these.
        let bits = (key >> 24) & 0xffff_ffff;
        let start = ((bits * self.keys.len() as u64) >> 32) as usize;
        let (before, after) = self.keys.split_at_checked(start)?;
        let is_it = |known: &u64| *known == key || *known == 0;
        let later = after.iter().position(is_it).map(|place| start + place);
        later.or_else(|| before.iter().position(is_it))
    }

    /// Makes room for a quarter more keys.
    fn grow(&mut self) {
        let size = (self.keys.len() + self.keys.len() / 4).max(16);
        let keys = std::mem::replace(&mut self.keys, vec![0; size]);
        let rows = std::mem::replace(&mut self.rows, vec![0; size]);
        for (key, row) in keys.into_iter().zip(rows).filter(|(key, _)| *key != 0) {
            if let Some(place) = self.place(key)
                && let (Some(free), Some(its_row)) =
                    (self.keys.get_mut(place), self.rows.get_mut(place))
            {
                (*free, *its_row) = (key, row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(duplicates: &mut Duplicates, row: u32, line: u32, keys: Keys) -> String {
        let mut text = String::new();
        for issue in duplicates.look_up(row, line, keys) {
            issue.as_object().unwrap().get("params").unwrap().write(&mut text);
        }
        text
    }

    #[test]
    fn duplicates_name_the_first_row_with_its_line_once_for_each_member() {
        let mut all = Duplicates::new();
        for (row, line, keys, expected) in [
            (1, 2, [10, 20, 0], ""),
            (2, 3, [11, 0, 0], ""),
            // Has the same number twice.
            (3, 6, [0, 30, 30], ""),
            (
                4,
                7,
                [10, 20, 0],
                r#"{"row":1,"line":2,"by":"Email"}{"row":1,"line":2,"by":"Mobile"}"#,
            ),
            // A landline number that is a mobile number elsewhere.
            (5, 8, [12, 0, 30], r#"{"row":3,"line":6,"by":"Phone"}"#),
            (
                6,
                9,
                [12, 0, 20],
                r#"{"row":5,"line":8,"by":"Email"}{"row":1,"line":2,"by":"Phone"}"#,
            ),
            (7, 10, [0, 0, 0], ""),
        ] {
            assert_eq!(found(&mut all, row, line, keys), expected, "{row}");
        }
    }

    #[test]
    fn duplicates_are_found_among_many_and_take_little_memory() {
        let mut all = Duplicates::new();
        let key_of = |row: u32| key(&[7; 16], 0, &[&row.to_string()]);
        const COUNT: u32 = 100_000;
        for row in 1..=COUNT {
            assert_eq!(all.look_up(row, row + 1, [key_of(row), 0, 0]), []);
        }
        for row in (1..=COUNT).step_by(997) {
            let expected = format!(r#"{{"row":{row},"line":{},"by":"Email"}}"#, row + 1);
            assert_eq!(found(&mut all, COUNT + row, COUNT + row, [key_of(row), 0, 0]), expected);
        }
        let places: usize = all.parts.iter().map(|part| part.keys.capacity()).sum();
        assert!(places * 12 < 18 * COUNT as usize, "{places}");
        assert_eq!(all.lines, [(1, 1)]);
    }

    #[test]
    fn keys_depend_on_the_secret_and_the_kind() {
        let of = |secret: u8, kind, text| key(&[secret; 16], kind, &[text]);
        assert_eq!(of(1, 0, "ann@example.com"), of(1, 0, "ann@example.com"));
        assert_ne!(of(1, 0, "ann@example.com"), of(2, 0, "ann@example.com"));
        assert_ne!(of(1, 0, "447700900123"), of(1, 1, "447700900123"));
    }
}
