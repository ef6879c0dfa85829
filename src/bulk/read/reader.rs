//! The reader: bytes as they come, blocks of whole rows as they are complete.

#[cfg(all(test, not(target_arch = "wasm32")))]
use super::Format;
use super::block::{self, Row};
use super::csv::Csv;
use super::detect;
use super::encoding::{Decoder, Encoding, MARK_MAX};
use super::layout::Layout;
use super::lines::Lines;
use super::list::List;
use super::{Bounds, ReadOptions, Step};

/// Makes blocks of whole rows of a file's bytes. The same bytes give the same rows, whatever the
/// chunks are in which they come.
#[derive(Debug)]
pub struct Reader {
    options: ReadOptions,
    bounds: Bounds,
    /// The first bytes, until they are enough to say which encoding the file is in.
    head: Vec<u8>,
    decoder: Option<Decoder>,
    /// The encoding that the first bytes are in.
    encoding: Option<Encoding>,
    /// The text that was decoded; its bytes from `start` on are in no block yet.
    text: Vec<u8>,
    start: usize,
    /// How much text is worth looking for a row.
    wanted: usize,
    /// The lines that were passed after the last block.
    lines: u32,
    rows: Vec<Row>,
    is_ended: bool,
    begun: Option<(Splitter, Layout)>,
}

/// What cuts a text into rows.
#[derive(Debug)]
pub(super) enum Splitter {
    Lines(Lines),
    Csv(Csv),
    List(List),
}

impl Splitter {
    pub(super) fn next(&mut self, rest: &[u8], is_ended: bool) -> Step {
        match self {
            Self::Lines(lines) => lines.next(rest, is_ended),
            Self::Csv(csv) => csv.next(rest, is_ended),
            Self::List(list) => list.next(rest, is_ended),
        }
    }
}

impl Reader {
    /// A reader of one file.
    pub fn new(options: ReadOptions) -> Self {
        let Bounds { head, block, record } = options.bounds;
        Self {
            // Fewer bytes would take a mark apart, which then counts as text of the first row.
            bounds: Bounds { head: head.max(MARK_MAX), block, record },
            wanted: block,
            options,
            head: Vec::new(),
            decoder: None,
            encoding: None,
            text: Vec::new(),
            start: 0,
            lines: 0,
            rows: Vec::new(),
            is_ended: false,
            begun: None,
        }
    }

    /// Takes the next bytes of the file. Take all blocks before the next bytes, or the text of both
    /// is kept.
    pub fn push(&mut self, bytes: &[u8]) {
        if let Some(decoder) = &mut self.decoder {
            return decoder.decode(bytes, &mut self.text);
        }
        let wanted = self.bounds.head - self.head.len();
        let (head, rest) = bytes.split_at_checked(wanted).unwrap_or((bytes, &[]));
        self.head.extend_from_slice(head);
        if self.head.len() == self.bounds.head {
            self.begin_text();
            self.push(rest);
        }
    }

    /// The file ends here.
    pub fn end(&mut self) {
        if self.is_ended {
            return;
        }
        self.is_ended = true;
        let is_short = self.decoder.is_none();
        if is_short {
            self.begin_text();
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.end(&mut self.text);
            if is_short {
                self.encoding = Some(decoder.encoding());
            }
        }
    }

    /// Decodes the first bytes, which say which encoding the file is in.
    fn begin_text(&mut self) {
        let head = std::mem::take(&mut self.head);
        let (mut decoder, mark) = Decoder::of(&head, self.options.encoding);
        decoder.decode(head.get(mark..).unwrap_or_default(), &mut self.text);
        self.encoding = Some(decoder.encoding());
        self.decoder = Some(decoder);
    }

    /// Finds out how the file is written, once there is enough text.
    #[inline(never)]
    fn begin_rows(&mut self) -> Option<()> {
        if self.begun.is_some() {
            return Some(());
        }
        let encoding = self.encoding?;
        // The first bytes give so much text at least: two of them are at most one of UTF-8.
        let wanted = self.bounds.head / 2;
        let is_whole = self.is_ended && self.text.len() < wanted;
        if self.text.len() < wanted && !is_whole {
            return None;
        }
        let sample = self.text.get(..wanted).unwrap_or(&self.text);
        let found = detect::read(sample, is_whole, encoding, &self.options);
        self.start = found.start;
        self.lines = found.lines;
        self.begun = Some((found.splitter, found.layout));
        Some(())
    }

    /// The next block of whole rows; `None` where more bytes are needed, and after the last block.
    pub fn next_block(&mut self) -> Option<Vec<u8>> {
        self.begin_rows()?;
        loop {
            let (splitter, _) = self.begun.as_mut()?;
            let rest = self.text.get(self.start..).unwrap_or_default();
            if !self.is_ended && rest.len() < self.wanted {
                return None;
            }
            self.rows.clear();
            let (mut at, mut lines) = (0, self.lines);
            while at < self.bounds.block {
                match splitter.next(rest.get(at..).unwrap_or_default(), self.is_ended) {
                    Step::Row { start, end, line, fault, next, lines: passed } => {
                        let (start, end) = (at + start, at + end);
                        self.rows.push(Row { start, end, line: lines + line, fault });
                        at += next;
                        lines += passed;
                    }
                    Step::Pass { next, lines: passed } => {
                        at += next;
                        lines += passed;
                    }
                    Step::More => break,
                }
            }
            let is_stuck = at == 0 && self.rows.is_empty();
            self.wanted = self.bounds.block + if is_stuck { rest.len() } else { 0 };
            if self.rows.is_empty() {
                self.lines = lines;
                self.pass(at);
                if is_stuck {
                    return None;
                }
                continue;
            }
            let block = block::write(&self.rows, lines, rest.get(..at).unwrap_or_default());
            self.lines = 0;
            self.pass(at);
            return Some(block);
        }
    }

    /// Drops text that is not needed any more, not at once: that would move the rest each time.
    fn pass(&mut self, length: usize) {
        self.start += length;
        if self.start >= self.bounds.block && self.start * 2 >= self.text.len() {
            self.text.drain(..self.start);
            self.start = 0;
        }
    }

    /// How the file is read; `None` before the first block.
    pub fn layout(&self) -> Option<&Layout> {
        self.begun.as_ref().map(|(_, layout)| layout)
    }

    /// How many bytes of memory the texts take, for tests of the bound.
    #[cfg(any(test, not(target_arch = "wasm32")))]
    pub fn held(&self) -> usize {
        self.text.len() + self.head.len()
    }
}

/// The layout and the blocks of a file that is there as a whole.
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) fn blocks(bytes: &[u8], options: ReadOptions) -> (Layout, Vec<Vec<u8>>) {
    let mut reader = Reader::new(options);
    let mut blocks = Vec::new();
    reader.push(bytes);
    reader.end();
    blocks.extend(std::iter::from_fn(|| reader.next_block()));
    (reader.layout().cloned().unwrap_or_else(|| Layout::of_json(Format::Ndjson)), blocks)
}
