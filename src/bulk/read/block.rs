//! A block of rows as bytes, which may cross to another thread: how many rows and lines it has,
//! where each row stands in its text, and the text, which is UTF-8 but for damaged rows.
//!
//! ```text
//! u32 rows, u32 lines, rows × { u32 start, u32 end, u32 line, u32 fault }, text
//! ```
//!
//! All numbers are little endian. `start` and `end` are bytes of the text, and `line` counts from
//! the first line of the block, which is 0. So only the reader, which sees the whole file, decides
//! where a row ends.

use super::Fault;

/// Where a row stands in its block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: u32,
    pub(super) fault: Option<Fault>,
}

const HEAD: usize = 8;
const ROW: usize = 16;

/// The block of the rows of `text`, which has `lines` lines.
pub(super) fn write(rows: &[Row], lines: u32, text: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(HEAD + rows.len() * ROW + text.len());
    put(rows.len(), &mut block);
    block.extend_from_slice(&lines.to_le_bytes());
    for row in rows {
        put(row.start, &mut block);
        put(row.end, &mut block);
        block.extend_from_slice(&row.line.to_le_bytes());
        put(row.fault.map_or(0, |fault| fault as usize + 1), &mut block);
    }
    block.extend_from_slice(text);
    block
}

fn put(number: usize, block: &mut Vec<u8>) {
    block.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

/// The rows of a block, read back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block<'a> {
    rows: &'a [[u8; ROW]],
    pub(super) lines: u32,
    bytes: &'a [u8],
    /// The same, unless a byte of it is no text.
    text: Option<&'a str>,
}

impl<'a> Block<'a> {
    /// `None` for bytes that are no block.
    pub(super) fn read(block: &'a [u8]) -> Option<Self> {
        let (head, rest) = block.split_first_chunk::<HEAD>()?;
        let [rows, lines] = numbers(head);
        let (rows, bytes) = rest.split_at_checked((rows as usize).checked_mul(ROW)?)?;
        let text = core::str::from_utf8(bytes).ok();
        Some(Self { rows: rows.as_chunks().0, lines, bytes, text })
    }

    /// Takes the next row: its line, its text and its fault. A row with bytes that are no text is
    /// damaged, and its text is empty.
    pub(super) fn next(&mut self) -> Option<(u32, &'a str, Option<Fault>)> {
        let (row, rest) = self.rows.split_first()?;
        self.rows = rest;
        let [start, end, line, fault] = numbers(row);
        let fault = Fault::ALL.into_iter().find(|known| *known as u32 + 1 == fault);
        let place = start as usize..end as usize;
        let text = match self.text {
            Some(text) => text.get(place),
            None => core::str::from_utf8(self.bytes.get(place).unwrap_or_default()).ok(),
        };
        match text {
            Some(text) => Some((line, text, fault)),
            None => Some((line, "", fault.or(Some(Fault::Damaged)))),
        }
    }
}

fn numbers<const BYTES: usize, const COUNT: usize>(bytes: &[u8; BYTES]) -> [u32; COUNT] {
    let mut numbers = [0; COUNT];
    for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks().0) {
        *number = u32::from_le_bytes(*bytes);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(block: &[u8]) -> Vec<(u32, &str, Option<Fault>)> {
        let mut block = Block::read(block).unwrap();
        std::iter::from_fn(|| block.next()).collect()
    }

    fn row(start: usize, end: usize, line: u32, fault: Option<Fault>) -> Row {
        Row { start, end, line, fault }
    }

    #[test]
    fn block_is_read_as_it_was_written() {
        let written =
            write(&[row(0, 1, 0, None), row(3, 3, 2, Some(Fault::TooLong))], 3, b"a\n\n\n");
        assert_eq!(rows(&written), [(0, "a", None), (2, "", Some(Fault::TooLong))]);
        assert_eq!(Block::read(&written).unwrap().lines, 3);
    }

    #[test]
    fn rows_that_are_no_text_are_damaged_and_the_others_are_not() {
        let list = [row(0, 3, 0, None), row(4, 6, 1, None), row(7, 8, 2, Some(Fault::QuoteOpen))];
        let written = write(&list, 3, b"Zo\xeb\n\xc3\xab\n\xff");
        let expected =
            [(0, "", Some(Fault::Damaged)), (1, "ë", None), (2, "", Some(Fault::QuoteOpen))];
        assert_eq!(rows(&written), expected);
    }

    #[test]
    fn bytes_that_are_no_block_are_refused() {
        let written = write(&[row(0, 1, 0, None)], 1, b"a\n");
        for end in 0..HEAD + ROW {
            assert!(Block::read(&written[..end]).is_none(), "{end}");
        }
    }
}
