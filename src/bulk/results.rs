//! The packed answer of a block: what JavaScript reads without decoding what nobody asks for.
//!
//! All numbers are unsigned, of 32 bits, and have the lower byte first.
//!
//! | part | what |
//! | --- | --- |
//! | head | how many rows, how many lines, how many rows with an error, how many keys a row has |
//! | rows | for each row, in order: see [`Row`] |
//! | keys | of each row, in order: its keys, each of 64 bits (`crate::bulk::Duplicates`) |
//! | text | of each row, in order: its value, its issues, its other cells, each as JSON |
//!
//! Lines are counted from 0 at the beginning of the block, and lengths in units of UTF-16: so
//! JavaScript decodes the text once and takes parts of it.

use crate::bulk::bytes::units_of;
use crate::json::Json;

/// How many numbers the head has.
pub const HEAD: usize = 4;
/// How many numbers a row has.
pub const ROW: usize = 6;
/// The bit of [`Row::flags`] of a row that can be sent.
pub const SENDABLE: u32 = 1;

/// What the answer says of a row, in the order of the numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line where the row begins.
    pub line: u32,
    /// Where the text of the row begins.
    pub start: u32,
    /// The length of its value; 0 for a row that is no record.
    pub value: u32,
    /// The length of its issues, a list; 0 for none.
    pub issues: u32,
    /// The length of its other cells, an object; 0 for none.
    pub other: u32,
    /// [`SENDABLE`], or 0.
    pub flags: u32,
}

/// The keys of a row: of its e-mail address, of its mobile and of its landline number. 0 stands for
/// none.
pub type Keys = [u64; 3];

/// An answer in the making.
#[derive(Debug, Default)]
pub(super) struct Answer {
    rows: Vec<Row>,
    keys: Vec<Keys>,
    /// The text of all rows. The value of the next row is written here first.
    pub(super) text: String,
    /// How much of the text is measured, in bytes and in units of UTF-16.
    measured: (usize, u32),
    errors: u32,
}

impl Answer {
    /// Forgets what was answered, and keeps the memory for the next answer.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.keys.clear();
        self.text.clear();
        self.measured = (0, 0);
        self.errors = 0;
    }

    /// Ends the row whose value was written to `text`, if it has one. `others` are its other cells
    /// as JSON.
    pub(super) fn end_row(&mut self, line: u32, is_sendable: bool, issues: &[Json], others: &str) {
        let (_, start) = self.measured;
        let value = self.measure();
        if !issues.is_empty() {
            self.text.push('[');
            for (index, issue) in issues.iter().enumerate() {
                if index > 0 {
                    self.text.push(',');
                }
                issue.write(&mut self.text);
            }
            self.text.push(']');
        }
        let issues = self.measure();
        self.text.push_str(others);
        let other = self.measure();
        self.errors += u32::from(!is_sendable);
        let flags = if is_sendable { SENDABLE } else { 0 };
        self.rows.push(Row { line, start, value, issues, other, flags });
    }

    /// The length in units of UTF-16 of what was written since the last measure.
    fn measure(&mut self) -> u32 {
        let (bytes, units) = self.measured;
        let length = units_of(self.text.as_bytes().get(bytes..).unwrap_or_default());
        self.measured = (self.text.len(), units + length);
        length
    }

    /// Adds the keys of a row. Either every row has keys, or none.
    pub(super) fn add_keys(&mut self, keys: Keys) {
        self.keys.push(keys);
    }

    /// The bytes of the answer for a block of so many lines.
    pub(super) fn pack(&self, lines: u32) -> Vec<u8> {
        let keys = if self.keys.is_empty() { 0 } else { size_of::<Keys>() / size_of::<u64>() };
        let size = 4 * (HEAD + ROW * self.rows.len()) + 8 * keys * self.keys.len();
        let mut packed = Vec::with_capacity(size + self.text.len());
        let mut put = |number: u32| packed.extend_from_slice(&number.to_le_bytes());
        [self.rows.len() as u32, lines, self.errors, keys as u32].into_iter().for_each(&mut put);
        for Row { line, start, value, issues, other, flags } in &self.rows {
            [*line, *start, *value, *issues, *other, *flags].into_iter().for_each(&mut put);
        }
        for key in self.keys.iter().flatten() {
            packed.extend_from_slice(&key.to_le_bytes());
        }
        packed.extend_from_slice(self.text.as_bytes());
        packed
    }
}

/// The rows of a packed answer: the index, the line and the keys of each. Empty for an answer
/// without keys.
pub(super) fn keys(answer: &[u8]) -> impl Iterator<Item = (u32, u32, Keys)> {
    const NUMBER: usize = size_of::<u32>();
    let number = |bytes: &[u8]| bytes.iter().rfold(0, |all, byte| all << 8 | u64::from(*byte));
    let count = answer.get(..NUMBER).map_or(0, number) as usize;
    let (_, rest) = answer.split_at_checked(NUMBER * HEAD).unwrap_or_default();
    let (rows, rest) = rest.split_at_checked(NUMBER * ROW * count).unwrap_or_default();
    let has_keys = answer.get(NUMBER * (HEAD - 1)..NUMBER * HEAD).map_or(0, number) > 0;
    let rest = if has_keys { rest } else { &[] };
    let lines = rows.chunks_exact(NUMBER * ROW).map(move |row| row.get(..NUMBER).map_or(0, number));
    let keys = rest.chunks_exact(size_of::<Keys>()).map(move |keys| {
        let mut keys = keys.chunks_exact(size_of::<u64>()).map(number);
        std::array::from_fn(|_| keys.next().unwrap_or_default())
    });
    (0..).zip(lines).zip(keys).map(|((index, line), keys)| (index, line as u32, keys))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answer_is_packed_as_its_table_says() {
        let mut answer = Answer::default();
        for _ in 0..2 {
            answer.clear();
            answer.text.push_str(r#"{"Surname":"Zoë"}"#);
            answer.end_row(0, true, &[], r#"{"Table":"7"}"#);
            answer.add_keys([1, 0, 2]);
            answer.end_row(2, false, &[Json::from("x")], "");
            answer.add_keys([0; 3]);
        }
        let numbers = [2, 3, 1, 3, 0, 0, 17, 0, 13, 1, 2, 30, 0, 5, 0, 0, 1, 0, 0, 0, 2, 0];
        let mut expected: Vec<u8> = numbers.iter().flat_map(|n: &u32| n.to_le_bytes()).collect();
        expected.extend([0; 24]);
        expected.extend(r#"{"Surname":"Zoë"}{"Table":"7"}["x"]"#.bytes());
        assert_eq!(answer.pack(3), expected);
        let read: Vec<_> = keys(&expected).collect();
        assert_eq!(read, [(0, 0, [1, 0, 2]), (1, 2, [0; 3])]);
        for length in 0..expected.len() {
            assert!(keys(&expected[..length]).count() <= 2);
        }
    }
}
