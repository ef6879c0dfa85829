//! The bytes of a file as blocks of whole rows in UTF-8, and the rows of a block.
//!
//! For now NDJSON alone.

use std::borrow::Cow;

use crate::json::Object;

/// How a file writes its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON value a line.
    Ndjson,
    /// One JSON array.
    Json,
    /// Cells between delimiters, below a header.
    Csv,
}

/// What a caller says of a file; what is `None` is found out.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// How the file writes its rows.
    pub format: Option<Format>,
}

impl ReadOptions {
    /// Reads `{format?}`.
    pub fn read(_: &Object) -> Result<Self, &'static str> {
        Ok(Self::default())
    }
}

/// How a file is read: known once its first block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How the file writes its rows.
    pub format: Format,
    /// The columns of CSV. Of other formats, the members that the caller has mapped.
    pub columns: Vec<Column>,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// Its field, by the field's index in the rule table; `None` for a column that is no field.
    pub field: Option<usize>,
}

/// True for a number that a spreadsheet has shortened.
pub fn is_ruined_number(_: &str) -> bool {
    false
}

impl Layout {
    /// The layout as JSON, which [`Layout::from_json`] reads elsewhere.
    pub fn to_json(&self) -> Object {
        Object::new().with("format", "ndjson")
    }

    /// The layout that [`Layout::to_json`] has written.
    pub fn from_json(_: &Object) -> Option<Self> {
        Some(Self { format: Format::Ndjson, columns: Vec::new() })
    }
}

/// How long a block is at least, in bytes, but for the last.
pub const BLOCK: usize = 256 * 1024;

/// Makes blocks of whole rows of a file's bytes.
#[derive(Debug)]
pub struct Reader {
    bytes: Vec<u8>,
    is_ended: bool,
    layout: Layout,
}

impl Reader {
    /// A reader of one file.
    pub fn new(_: ReadOptions) -> Self {
        Self {
            bytes: Vec::new(),
            is_ended: false,
            layout: Layout { format: Format::Ndjson, columns: Vec::new() },
        }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The file ends here.
    pub fn end(&mut self) {
        self.is_ended = true;
    }

    /// The next block of whole rows; `None` where more bytes are needed, and after the last block.
    pub fn next_block(&mut self) -> Option<Vec<u8>> {
        if self.is_ended {
            return (!self.bytes.is_empty()).then(|| std::mem::take(&mut self.bytes));
        }
        if self.bytes.len() < BLOCK {
            return None;
        }
        let end = self.bytes.iter().rposition(|byte| *byte == b'\n')? + 1;
        let rest = self.bytes.split_off(end);
        Some(std::mem::replace(&mut self.bytes, rest))
    }

    /// How the file is read; `None` before the first block.
    pub fn layout(&self) -> Option<&Layout> {
        Some(&self.layout)
    }
}

/// Why a row is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The row is longer than a row may be, and was cut.
    TooLong,
    /// A quote that never closes.
    QuoteOpen,
    /// More cells than the header has.
    Cells,
    /// Bytes that are no text in the file's encoding.
    Damaged,
}

/// One row of a block.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The line of the block where the row begins, counted from 0.
    pub line: u32,
    /// The text of a row of JSON; of a row of cells, whatever it has.
    pub text: &'a str,
    /// Why the row is no record.
    pub fault: Option<Fault>,
}

/// The rows of a block, one after the other.
#[derive(Debug)]
pub struct Records<'a> {
    rest: &'a str,
    line: u32,
}

impl<'a> Records<'a> {
    /// The rows of a block of a file with this layout.
    pub fn new(block: &'a [u8], _: &'a Layout) -> Self {
        Self { rest: core::str::from_utf8(block).unwrap_or_default(), line: 0 }
    }

    /// The next row. The cells of a row of CSV are put into `cells` in place of those before.
    pub fn next(&mut self, _: &mut Vec<Cow<'a, str>>) -> Option<Record<'a>> {
        while !self.rest.is_empty() {
            let (text, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
            let line = self.line;
            self.rest = rest;
            self.line += 1;
            if !text.trim_ascii().is_empty() {
                return Some(Record { line, text, fault: None });
            }
        }
        None
    }

    /// How many lines were passed.
    pub fn lines(&self) -> u32 {
        self.line
    }
}
