//! The bytes of a file as blocks of whole rows in UTF-8, and the rows of a block.
//!
//! A [`Reader`] takes the bytes as they come and finds out how the file is written: its encoding
//! (`encoding`), its format and delimiter (`detect`), and which column is which field (`headers`).
//! It cuts the text into rows (`lines`, `csv`, `list`, one for each format) and gives them in
//! blocks (`block`), which may cross to other threads together with the [`Layout`]. There
//! [`Records`] gives the rows one after the other, those of CSV as cells.
//!
//! Nothing in a file stops the reading: a row that can't be read is a row with a [`Fault`]. The
//! memory does not grow with the file. A row is read up to [`MAX_RECORD`] bytes, and a quote that
//! does not close within these is taken for one that never does.

mod block;
mod csv;
mod detect;
mod encoding;
mod headers;
mod layout;
mod lines;
mod list;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod reader;
mod records;
#[cfg(test)]
mod tests;

pub use encoding::Encoding;
pub use headers::{Meaning, meaning};
pub use layout::{Column, Layout, Problem, ProblemCode};
pub use reader::Reader;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) use reader::blocks;
pub use records::{Records, is_shortened_number};

use crate::fields::position;
use crate::json::{Json, Object};

/// How long a row may be, in bytes of UTF-8.
pub const MAX_RECORD: usize = 1024 * 1024;

/// How much text the reader looks at and keeps. Tests have smaller bounds, so that small files
/// reach them.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many bytes of the file say which encoding it is in; three at least, which a byte order
    /// mark may have. Half as much text says how it is written.
    pub head: usize,
    /// How long a block is, in bytes of UTF-8: it ends with the first row that ends there or later.
    pub block: usize,
    /// How long a row may be, in bytes of UTF-8.
    pub record: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { head: 1024 * 1024, block: 64 * 1024, record: MAX_RECORD }
    }
}

/// How a file writes its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON value a line.
    Ndjson,
    /// A JSON array, an object that holds one, or JSON values one after the other.
    Json,
    /// Cells between delimiters, below a header.
    Csv,
}

impl Format {
    /// Every format that is read.
    pub const ALL: [Self; 3] = [Self::Ndjson, Self::Json, Self::Csv];

    /// The name, as the option `format` has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// The format of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == name)
    }
}

/// The delimiters that are looked for. The first ones win where nothing else tells them apart.
pub const DELIMITERS: [u8; 4] = *b",;\t|";

/// What a caller says of a file; what is `None` is found out.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// How the file writes its rows.
    pub format: Option<Format>,
    /// The encoding, if the file has no byte order mark, which says more.
    pub encoding: Option<Encoding>,
    /// What stands between the cells of CSV: one of [`DELIMITERS`].
    pub delimiter: Option<u8>,
    /// Headers of columns, or names of JSON's members, each with its field by its index in the rule
    /// table, or `None` for no field. They go before what is known of headers. `#3` is the third
    /// column.
    pub map: Vec<(String, Option<usize>)>,
    /// How much is looked at and kept.
    pub bounds: Bounds,
}

impl ReadOptions {
    /// Reads `{format?, encoding?, delimiter?, map?}`, where the map has fields by their names.
    ///
    /// # Errors
    ///
    /// What the first wrong option takes.
    pub fn read(options: &Object) -> Result<Self, &'static str> {
        let delimiter = |text: &str| match text.as_bytes() {
            [byte] if DELIMITERS.contains(byte) => Some(*byte),
            _ => None,
        };
        let map = |map: &Json| map.as_object()?.iter().map(mapped).collect();
        Ok(Self {
            format: chosen(options, "format", |value| Format::of(value.as_str()?))
                .ok_or("format takes csv, ndjson or json")?,
            encoding: chosen(options, "encoding", |value| Encoding::of(value.as_str()?))
                .ok_or("encoding takes utf-8, utf-16le, utf-16be or windows-1252")?,
            delimiter: chosen(options, "delimiter", |value| delimiter(value.as_str()?))
                .ok_or("delimiter takes a comma, a semicolon, a tab or |")?,
            map: chosen(options, "map", map)
                .ok_or("map takes an object from headers to names of fields or null")?
                .unwrap_or_default(),
            bounds: Bounds::default(),
        })
    }
}

/// The value of an option, `None` where it is not given; and `None` around that where it is wrong.
#[expect(clippy::option_option, reason = "what is absent is not wrong")]
fn chosen<T>(options: &Object, name: &str, read: impl Fn(&Json) -> Option<T>) -> Option<Option<T>> {
    match options.given(name) {
        None => Some(None),
        Some(value) => read(value).map(Some),
    }
}

fn mapped((header, field): (&str, &Json)) -> Option<(String, Option<usize>)> {
    let field = match field {
        Json::Null => None,
        Json::String(name) => Some(position(name)?),
        _ => return None,
    };
    Some((header.to_owned(), field))
}

/// Why a row is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The row is longer than [`MAX_RECORD`]. Its text is empty.
    TooLong,
    /// A quote that never closes. Reading goes on with the line after the one where it opens.
    QuoteOpen,
    /// More cells than the header has.
    Cells,
    /// Bytes that are no text in the file's encoding.
    Damaged,
}

impl Fault {
    const ALL: [Self; 4] = [Self::TooLong, Self::QuoteOpen, Self::Cells, Self::Damaged];
}

/// One row of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The line of the block where the row begins, counted from 0.
    pub line: u32,
    /// The text of a row of JSON, which is not always JSON; of a row of cells, whatever it has.
    pub text: &'a str,
    /// Why the row is no record.
    pub fault: Option<Fault>,
}

/// What a splitter makes of the text at hand. Places are bytes from there on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A row.
    Row {
        /// Where its text begins and ends.
        start: usize,
        end: usize,
        /// The line breaks before its text.
        line: u32,
        fault: Option<Fault>,
        /// Where the text after it begins, and the line breaks before that.
        next: usize,
        lines: u32,
    },
    /// Nothing of a row, such as a blank line.
    Pass { next: usize, lines: u32 },
    /// More bytes are needed to say, or the file is at its end.
    More,
}

impl Step {
    /// A row on one line, which is all that most are.
    const fn line(start: usize, end: usize, next: usize) -> Self {
        Self::Row { start, end, line: 0, fault: None, next, lines: 1 }
    }
}

/// How many line feeds the bytes have, which is how many lines begin in them.
fn count_lines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}
