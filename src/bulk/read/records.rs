//! The rows of a block one after the other, and the cells of a row of CSV.

use std::borrow::Cow;

use super::block::Block;
use super::csv::{Quoted, quoted};
use super::layout::Layout;
use super::{Fault, Format, Record};

/// The rows of a block, one after the other.
#[derive(Debug)]
pub struct Records<'a> {
    block: Block<'a>,
    lines: u32,
    /// The delimiter and the number of columns of a file of cells.
    csv: Option<(u8, usize)>,
}

impl<'a> Records<'a> {
    /// The rows of a block of a file with this layout. Bytes that are no block have none.
    pub fn new(block: &'a [u8], layout: &Layout) -> Self {
        let block = Block::read(block).unwrap_or_default();
        let is_csv = layout.format == Format::Csv;
        let csv = is_csv.then_some((layout.delimiter, layout.columns.len()));
        Self { block, lines: block.lines, csv }
    }

    /// The next row. The cells of a row of CSV are put into `cells` in place of those before: as
    /// many as the row has, at most one for each column. A row with a fault has none.
    pub fn next(&mut self, cells: &mut Vec<Cow<'a, str>>) -> Option<Record<'a>> {
        let (line, text, mut fault) = self.block.next()?;
        if let Some((delimiter, columns)) = self.csv {
            cells.clear();
            if fault.is_none() {
                read(text, delimiter, cells);
                let more = cells.get(columns..).unwrap_or_default();
                if more.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                    fault = Some(Fault::Cells);
                    cells.clear();
                }
                cells.truncate(columns);
            }
        }
        Some(Record { line, text, fault })
    }

    /// How many lines the block has. Its first line follows the last one of the block before.
    pub fn lines(&self) -> u32 {
        self.lines
    }
}

/// Adds the cells of a row.
pub(super) fn read<'a>(row: &'a str, delimiter: u8, cells: &mut Vec<Cow<'a, str>>) {
    let bytes = row.as_bytes();
    let mut at = 0;
    loop {
        let cell = bytes.get(at..).unwrap_or_default();
        let spaces = cell.iter().position(|byte| !is_space(*byte, delimiter)).unwrap_or(cell.len());
        let (text, next) = match cell.get(spaces) {
            Some(b'"') => read_quoted(row, at + spaces, delimiter),
            _ => {
                let end = at + until(cell, delimiter);
                (Cow::Borrowed(part(row, at, end)), end)
            }
        };
        cells.push(tidy(text));
        if next >= bytes.len() {
            return;
        }
        at = next + 1;
    }
}

/// The cell that the quote at `open` opens, and the place of the delimiter after it.
fn read_quoted(row: &str, open: usize, delimiter: u8) -> (Cow<'_, str>, usize) {
    let bytes = row.as_bytes();
    let inside = |end, has_pairs: bool| {
        let text = part(row, open + 1, end);
        if has_pairs { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    };
    match quoted(bytes, open, delimiter, false, true) {
        Quoted::Closed { close, next, has_pairs } => (inside(close, has_pairs), next),
        Quoted::Loose { close, has_pairs } => {
            let after = close + 1;
            let end = after + until(bytes.get(after..).unwrap_or_default(), delimiter);
            (Cow::Owned(inside(close, has_pairs).into_owned() + part(row, after, end)), end)
        }
        // The reader tells such a row as a fault.
        Quoted::Open | Quoted::More => (Cow::Borrowed(part(row, open, row.len())), row.len()),
    }
}

fn part(row: &str, start: usize, end: usize) -> &str {
    row.get(start..end).unwrap_or_default()
}

fn until(cell: &[u8], delimiter: u8) -> usize {
    cell.iter().position(|byte| *byte == delimiter).unwrap_or(cell.len())
}

/// White space that may stand around quotes. A line that ends with CR LF leaves its CR there.
pub(super) fn is_space(byte: u8, delimiter: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r') && byte != delimiter
}

/// Cells that begin so may be formulas, in Japanese also in wide forms. The commands write an
/// apostrophe before such a cell (`server/files/csv.js`), which must be taken off again.
const COMPUTED: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The cell without what a spreadsheet or its user wrote around it so that it stays a text.
fn tidy(cell: Cow<'_, str>) -> Cow<'_, str> {
    let (start, end) = match cell.as_bytes() {
        // ="0123" keeps the zero.
        [b'=', b'"', inside @ .., b'"'] if !inside.contains(&b'"') => (2, cell.len() - 1),
        // '+44… is no formula.
        [b'\'', ..] if part(&cell, 1, cell.len()).starts_with(COMPUTED) => (1, cell.len()),
        _ => return cell,
    };
    match cell {
        Cow::Borrowed(text) => Cow::Borrowed(part(text, start, end)),
        Cow::Owned(text) => Cow::Owned(part(&text, start, end).to_owned()),
    }
}

/// True for a number that a spreadsheet has shortened, such as `4.47911E+11`: its digits are lost.
pub fn is_shortened_number(cell: &str) -> bool {
    let cell = cell.trim_ascii();
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    whole.len() == 1
        && is_digits(whole)
        && is_digits(fraction)
        && exponent.strip_prefix('+').is_some_and(|text| text.len() >= 2 && is_digits(text))
}
