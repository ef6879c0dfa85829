//! The packed answer of a block: what JavaScript reads without decoding what nobody asks for.
//!
//! All numbers are unsigned, of 32 bits, and have the lower byte first.
//!
//! | part | what |
//! | --- | --- |
//! | head | see [`HEAD`] |
//! | rows | for each row, in order: see [`Row`] |
//! | keys | of each row, in order: its keys, each of 64 bits (`crate::bulk::Duplicates`) |
//! | parts | of each row, in order: a number for each part of its value, see [`Kind`] |
//! | wide | of each row, in order, in UTF-16: its issues, its other cells, its texts beyond ASCII |
//! | ascii | of each row, in order: its texts in ASCII |
//!
//! Lines are counted from 0 at the beginning of the block. The parts of a row are in this order: the
//! fields outside of the address, the members that are no field, the parts of the address, the members
//! of the address that are no field. A text is in ASCII wherever it can be, because decoding that is
//! copying.

use crate::bulk::bytes::until_special;
use crate::fields::FIELDS;
use crate::json::{Json, write_string};

/// How many numbers the head has: how many rows, how many lines, how many rows with an error, how
/// many keys a row has, how many parts all rows have, and how many units their wide texts have.
pub const HEAD: usize = 6;
/// Which of these is the number of keys.
const KEYS: usize = 3;
/// How many numbers a row has.
pub const ROW: usize = 7;
/// The bit of [`Row::flags`] of a row that can be sent.
pub const SENDABLE: u32 = 1;
/// The bit of [`Row::flags`] of a row that is a record.
pub const RECORD: u32 = 2;

/// What the answer says of a row, in the order of the numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line where the row begins.
    pub line: u32,
    /// [`SENDABLE`] and [`RECORD`].
    pub flags: u32,
    /// Its first part.
    pub first_part: u32,
    /// Where its texts begin in `wide`.
    pub wide_start: u32,
    /// Where its texts begin in `ascii`.
    pub ascii_start: u32,
    /// The length of its issues, a list as JSON; 0 for none.
    pub issues_length: u32,
    /// The length of its other cells, an object as JSON; 0 for none.
    pub other_length: u32,
}

/// What a part is. Its number has, from the lowest bit on: 6 bits for its place, which is the field's
/// index in the rule table, [`MEMBERS`] or [`ADDRESS_MEMBERS`]; 3 bits for its kind; the rest is the
/// length of its text, or the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text in ASCII, without anything that JSON escapes.
    Text,
    /// The same beyond ASCII.
    WideText,
    /// JSON in ASCII.
    Json,
    /// The same beyond ASCII.
    WideJson,
    /// A number.
    Number,
    /// 0 for no, 1 for yes.
    Flag,
}

/// The place of members that are no field, as they stand in the JSON of the record.
pub const MEMBERS: usize = FIELDS.len();
/// The same for those of the address.
pub const ADDRESS_MEMBERS: usize = MEMBERS + 1;

const PLACE_BITS: u32 = 6;
const KIND_BITS: u32 = 3;
/// The length of a text fits, because a row has a mebibyte at most, and a character that is escaped
/// in JSON six times as much.
const LENGTH_BITS: u32 = u32::BITS - PLACE_BITS - KIND_BITS;
const _: () = assert!(ADDRESS_MEMBERS < 1 << PLACE_BITS);
const _: () = assert!(crate::bulk::read::MAX_RECORD * 6 < 1 << LENGTH_BITS);

/// The keys of a row: of its e-mail address, of its mobile and of its landline number. 0 stands for
/// none.
pub type Keys = [u64; 3];

/// A number as it is packed.
type Number = [u8; 4];

/// An answer in the making.
#[derive(Debug, Default)]
pub(super) struct Answer {
    rows: Vec<[Number; ROW]>,
    keys: Vec<Keys>,
    parts: Vec<Number>,
    wide: Vec<[u8; 2]>,
    ascii: Vec<u8>,
    errors: u32,
    /// JSON that is written before it is known whether it is in ASCII.
    json: String,
}

impl Answer {
    /// Forgets what was answered, and keeps the memory for the next answer.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.keys.clear();
        self.parts.clear();
        self.wide.clear();
        self.ascii.clear();
        self.errors = 0;
    }

    /// Begins a row, whose parts follow. `issues` and `others`, its other cells, are JSON, or empty for
    /// none.
    #[inline(never)]
    pub(super) fn begin_row(&mut self, line: u32, flags: u32, issues: &str, others: &str) {
        let [first_part, wide_start, ascii_start] =
            [self.parts.len(), self.wide.len(), self.ascii.len()].map(|length| length as u32);
        let issues_length = widen(issues, &mut self.wide);
        let other_length = widen(others, &mut self.wide);
        self.errors += u32::from(flags & SENDABLE == 0);
        let row =
            Row { line, flags, first_part, wide_start, ascii_start, issues_length, other_length };
        self.rows.push(row.packed());
    }

    fn part(&mut self, place: usize, kind: Kind, rest: u32) {
        let part = place as u32 | (kind as u32) << PLACE_BITS | rest << (PLACE_BITS + KIND_BITS);
        self.parts.push(part.to_le_bytes());
    }

    /// Adds a text without anything that JSON escapes.
    pub(super) fn plain_text(&mut self, place: usize, text: &str) {
        if text.is_ascii() {
            self.ascii.extend_from_slice(text.as_bytes());
            self.part(place, Kind::Text, text.len() as u32);
        } else {
            let length = widen(text, &mut self.wide);
            self.part(place, Kind::WideText, length);
        }
    }

    /// Adds a text.
    pub(super) fn text(&mut self, place: usize, text: &str) {
        if until_special(text.as_bytes()) == text.len() {
            self.plain_text(place, text);
        } else {
            self.json(place, |out| write_string(text, out));
        }
    }

    /// Adds a yes or a no.
    pub(super) fn flag(&mut self, place: usize, flag: bool) {
        self.part(place, Kind::Flag, flag.into());
    }

    /// Adds any value.
    pub(super) fn value(&mut self, place: usize, value: &Json) {
        match value {
            Json::Bool(flag) => self.flag(place, *flag),
            Json::String(text) => self.text(place, text),
            Json::Number(text) => match small_number(text) {
                Some(number) => self.part(place, Kind::Number, number),
                None => self.json(place, |out| value.write(out)),
            },
            _ => self.json(place, |out| value.write(out)),
        }
    }

    /// Adds what `write` writes.
    pub(super) fn json(&mut self, place: usize, write: impl FnOnce(&mut String)) {
        self.json.clear();
        write(&mut self.json);
        if self.json.is_ascii() {
            self.ascii.extend_from_slice(self.json.as_bytes());
            self.part(place, Kind::Json, self.json.len() as u32);
        } else {
            let length = widen(&self.json, &mut self.wide);
            self.part(place, Kind::WideJson, length);
        }
    }

    /// Adds the keys of a row. Either every row has keys, or none.
    pub(super) fn add_keys(&mut self, keys: Keys) {
        self.keys.push(keys);
    }

    /// The bytes of the answer for a block of so many lines.
    #[inline(never)]
    pub(super) fn pack(&self, lines: u32) -> Vec<u8> {
        let keys = if self.keys.is_empty() { 0 } else { size_of::<Keys>() / size_of::<u64>() };
        let counts = [self.rows.len() as u32, lines, self.errors, keys as u32];
        let lengths = [self.parts.len() as u32, self.wide.len() as u32];
        let mut packed = Vec::with_capacity(self.size());
        for number in counts.into_iter().chain(lengths) {
            packed.extend_from_slice(&number.to_le_bytes());
        }
        packed.extend_from_slice(self.rows.as_flattened().as_flattened());
        for key in self.keys.iter().flatten() {
            packed.extend_from_slice(&key.to_le_bytes());
        }
        packed.extend_from_slice(self.parts.as_flattened());
        packed.extend_from_slice(self.wide.as_flattened());
        packed.extend_from_slice(&self.ascii);
        packed
    }

    fn size(&self) -> usize {
        let numbers = HEAD + ROW * self.rows.len() + self.parts.len();
        let keys = size_of::<Keys>() * self.keys.len();
        size_of::<Number>() * numbers + keys + 2 * self.wide.len() + self.ascii.len()
    }
}

impl Row {
    fn packed(self) -> [Number; ROW] {
        let Self { line, flags, first_part, wide_start, ascii_start, issues_length, other_length } =
            self;
        [line, flags, first_part, wide_start, ascii_start, issues_length, other_length]
            .map(u32::to_le_bytes)
    }
}

/// Adds a text in UTF-16. Returns its length.
fn widen(text: &str, wide: &mut Vec<[u8; 2]>) -> u32 {
    let before = wide.len();
    wide.reserve(text.len());
    for character in text.chars() {
        match u16::try_from(u32::from(character)) {
            Ok(unit) => wide.push(unit.to_le_bytes()),
            Err(_) => {
                let mut pair = [0; 2];
                wide.extend(
                    character.encode_utf16(&mut pair).iter().map(|unit| unit.to_le_bytes()),
                );
            }
        }
    }
    (wide.len() - before) as u32
}

/// A number that JavaScript has in the same digits, and that fits into a part.
fn small_number(digits: &str) -> Option<u32> {
    let is_short = matches!(digits.len(), 1..=6);
    let is_plain = digits == "0" || !digits.starts_with('0');
    let is_small = is_short && is_plain && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_small { digits.parse().ok() } else { None }
}

/// The rows of a packed answer: the index, the line and the keys of each. Empty for an answer
/// without keys.
pub(super) fn keys(answer: &[u8]) -> impl Iterator<Item = (u32, u32, Keys)> {
    const NUMBER: usize = size_of::<u32>();
    let number = |bytes: &[u8]| bytes.iter().rfold(0, |all, byte| all << 8 | u64::from(*byte));
    let count = answer.get(..NUMBER).map_or(0, number) as usize;
    let (_, rest) = answer.split_at_checked(NUMBER * HEAD).unwrap_or_default();
    let (rows, rest) = rest.split_at_checked(NUMBER * ROW * count).unwrap_or_default();
    let has_keys = answer.get(NUMBER * KEYS..NUMBER * (KEYS + 1)).map_or(0, number) > 0;
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
            answer.begin_row(0, RECORD | SENDABLE, "", "[7]");
            answer.plain_text(2, "Lee");
            answer.text(1, "Zoë");
            answer.text(5, "a\"");
            answer.value(6, &Json::Number("44".to_owned()));
            answer.flag(7, true);
            answer.add_keys([1, 0, 2]);
            answer.begin_row(2, 0, "[\"🍷\"]", "");
            answer.add_keys([0; 3]);
        }
        let part = |place: u32, kind: Kind, rest: u32| place | (kind as u32) << 6 | rest << 9;
        let numbers = [
            &[2, 3, 1, 3, 5, 12][..],
            &[0, SENDABLE | RECORD, 0, 0, 0, 0, 3],
            &[2, 0, 5, 6, 8, 6, 0],
            &[1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0],
            &[part(2, Kind::Text, 3), part(1, Kind::WideText, 3), part(5, Kind::Json, 5)],
            &[part(6, Kind::Number, 44), part(7, Kind::Flag, 1)],
        ];
        let mut expected: Vec<u8> = numbers.concat().iter().flat_map(|n| n.to_le_bytes()).collect();
        expected.extend("[7]Zoë[\"🍷\"]".encode_utf16().flat_map(u16::to_le_bytes));
        expected.extend(b"Lee\"a\\\"\"");
        assert_eq!(answer.pack(3), expected);
        let read: Vec<_> = keys(&expected).collect();
        assert_eq!(read, [(0, 0, [1, 0, 2]), (1, 2, [0; 3])]);
        for length in 0..expected.len() {
            assert!(keys(&expected[..length]).count() <= 2);
        }
    }

    #[test]
    fn small_numbers_are_those_that_javascript_writes_in_the_same_digits() {
        for (digits, expected) in [
            ("0", Some(0)),
            ("44", Some(44)),
            ("999999", Some(999_999)),
            ("1000000", None),
            ("007", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("", None),
        ] {
            assert_eq!(small_number(digits), expected, "{digits}");
        }
    }
}
