//! The rows of CSV: where one ends, also where its cells have line breaks in quotes.
//!
//! RFC 4180 says how quotes are written. Files break that in ways of which each has one meaning
//! here:
//!
//! | in the file | means |
//! | --- | --- |
//! | `5" nail` | a quote within a cell that begins without one is a character |
//! | `"5" nail"` | so is one within quotes, if a closing one follows on the line |
//! | `"5" nail` | else it closes, and the rest belongs to the cell |
//! | `"Lee`, and the next line begins a cell with a quote | the first quote never closes |
//! | `"Lee`, and no quote closes within [`super::MAX_RECORD`] | the same |

use memchr::{memchr, memchr2, memchr3};

use super::lines::too_long;
use super::records::is_space;
use super::{Fault, Step, count_lines};

/// Which part of the longest row is always looked through for the end of a quote.
const LOOK_LEAST: usize = 256;

/// How many times the longest row may be looked through in vain before that part is all that is.
/// Without a bound, a file with a quote on each line would be looked through a megabyte for each of
/// them.
const CREDIT: usize = 8;

/// How many bytes may be looked through in vain for each byte of a row.
const CREDIT_OF_ROW: usize = 4;

/// Cuts a text into the rows of CSV.
#[derive(Debug)]
pub(super) struct Csv {
    delimiter: u8,
    /// True where a CR ends a row, with or without a LF after it.
    is_cr: bool,
    /// True in a line that belongs to no row any more, until it ends.
    is_passing: bool,
    /// How many bytes may still be looked through in vain.
    credit: usize,
    /// How long a row may be.
    max: usize,
}

/// What ends a search along a line.
enum Find {
    /// The line ends: where its text does, and where the next line begins.
    Line { end: usize, next: usize },
    /// A quote.
    Quote(usize),
    /// Neither is in the text at hand.
    More,
}

impl Csv {
    pub(super) fn new(delimiter: u8, is_cr: bool, max: usize) -> Self {
        Self { delimiter, is_cr, is_passing: false, credit: CREDIT * max, max }
    }

    pub(super) fn next(&mut self, rest: &[u8], is_ended: bool) -> Step {
        if self.is_passing {
            return self.pass(rest, is_ended);
        }
        let step = self.row(rest, is_ended);
        if let Step::Row { next, .. } = step {
            self.credit = (CREDIT * self.max).min(self.credit + CREDIT_OF_ROW * next);
        }
        step
    }

    /// Passes over the rest of a line.
    fn pass(&mut self, rest: &[u8], is_ended: bool) -> Step {
        if let Find::Line { next, .. } = self.line_end(rest, 0, is_ended) {
            self.is_passing = false;
            return Step::Pass { next, lines: 1 };
        }
        // A CR at the end stays until it is known whether a LF follows.
        let kept = usize::from(self.is_cr && rest.ends_with(b"\r"));
        match rest.len() - kept {
            0 => Step::More,
            next => Step::Pass { next, lines: 0 },
        }
    }

    fn row(&mut self, rest: &[u8], is_ended: bool) -> Step {
        // The text that decides. It is the same however much more is at hand.
        let window = rest.get(..=self.max);
        let seen = window.unwrap_or(rest);
        let is_whole = is_ended && window.is_none();
        let (mut at, mut has_quotes) = (0, false);
        loop {
            let open = match self.find(seen, at, is_whole) {
                Find::Line { end, next } => return self.complete(seen, end, next, has_quotes),
                Find::Quote(place) if self.opens(seen, place) => place,
                Find::Quote(place) => {
                    at = place + 1;
                    continue;
                }
                Find::More if window.is_some() => {
                    self.is_passing = true;
                    return too_long(at, self.lines(seen, at));
                }
                Find::More if is_whole && !seen.is_empty() => {
                    return self.complete(seen, seen.len(), seen.len(), has_quotes);
                }
                Find::More => return Step::More,
            };
            has_quotes = true;
            let look = open + self.credit.min(self.max).max(self.max / LOOK_LEAST);
            let looked = seen.get(..look).unwrap_or(seen);
            let is_cut = looked.len() < seen.len() || window.is_some();
            at = match quoted(looked, open, self.delimiter, self.is_cr, is_whole && !is_cut) {
                Quoted::Closed { next, .. } => next,
                Quoted::Loose { close, .. } => close + 1,
                Quoted::More if !is_cut => return Step::More,
                Quoted::More | Quoted::Open => {
                    return self.open(seen, open, looked.len() - open, is_whole, window.is_some());
                }
            };
        }
    }

    /// The row whose quote at `open` never closes, up to the end of that line.
    fn open(
        &mut self,
        seen: &[u8],
        open: usize,
        looked: usize,
        is_whole: bool,
        is_full: bool,
    ) -> Step {
        let (end, next) = match self.line_end(seen, open, is_whole) {
            Find::Line { end, next } => (end, next),
            _ if is_whole => (seen.len(), seen.len()),
            // The line has no end in sight.
            _ if is_full => (0, open),
            _ => return Step::More,
        };
        self.is_passing = next == open;
        self.credit = self.credit.saturating_sub(looked);
        let fault = Some(Fault::QuoteOpen);
        Step::Row { start: 0, end, line: 0, fault, next, lines: self.lines(seen, next) }
    }

    fn complete(&self, seen: &[u8], end: usize, next: usize, has_quotes: bool) -> Step {
        let lines = if has_quotes { self.lines(seen, next) } else { 1 };
        if self.is_blank(seen.get(..end).unwrap_or_default()) {
            return Step::Pass { next, lines };
        }
        Step::Row { start: 0, end, line: 0, fault: None, next, lines }
    }

    /// True for a row of which no cell has anything.
    fn is_blank(&self, row: &[u8]) -> bool {
        let mut rest = row;
        while let [first, more @ ..] = rest {
            rest = match more {
                // A cell with nothing in its quotes; three quotes are a cell with a quote.
                [b'"', more @ ..] if *first == b'"' && more.first() != Some(&b'"') => more,
                _ if *first == self.delimiter || is_space(*first, self.delimiter) => more,
                _ => return false,
            };
        }
        true
    }

    /// The next quote or end of a line from `at` on.
    fn find(&self, text: &[u8], at: usize, is_whole: bool) -> Find {
        let rest = text.get(at..).unwrap_or_default();
        let found = match self.is_cr {
            false => memchr2(b'\n', b'"', rest),
            true => memchr3(b'\n', b'\r', b'"', rest),
        };
        match found {
            None => Find::More,
            Some(place) if rest.get(place) == Some(&b'"') => Find::Quote(at + place),
            Some(place) => self.line(text, at + place, is_whole),
        }
    }

    /// The next end of a line from `at` on.
    fn line_end(&self, text: &[u8], at: usize, is_whole: bool) -> Find {
        let rest = text.get(at..).unwrap_or_default();
        let found = match self.is_cr {
            false => memchr(b'\n', rest),
            true => memchr2(b'\n', b'\r', rest),
        };
        found.map_or(Find::More, |place| self.line(text, at + place, is_whole))
    }

    /// The line that ends with the character at `place`.
    fn line(&self, text: &[u8], place: usize, is_whole: bool) -> Find {
        if text.get(place) == Some(&b'\r') {
            return match text.get(place + 1) {
                Some(b'\n') => Find::Line { end: place, next: place + 2 },
                None if !is_whole => Find::More,
                _ => Find::Line { end: place, next: place + 1 },
            };
        }
        let mut end = place;
        while end > 0 && text.get(end - 1) == Some(&b'\r') {
            end -= 1;
        }
        Find::Line { end, next: place + 1 }
    }

    /// True for a quote with which a cell begins.
    fn opens(&self, row: &[u8], place: usize) -> bool {
        let before = row.get(..place).unwrap_or_default();
        let last = before.iter().rfind(|byte| !is_space(**byte, self.delimiter));
        last.is_none_or(|byte| *byte == self.delimiter)
    }

    /// How many lines end in the first bytes of the text.
    fn lines(&self, text: &[u8], length: usize) -> u32 {
        let text = text.get(..length).unwrap_or_default();
        if !self.is_cr {
            return count_lines(text);
        }
        let returns = text.iter().filter(|byte| **byte == b'\r').count();
        let both = text.windows(2).filter(|pair| pair == b"\r\n").count();
        count_lines(text) + u32::try_from(returns - both).unwrap_or(u32::MAX)
    }
}

/// How a cell in quotes ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoted {
    /// With a quote at `close`. `next` is the place of the delimiter or of the end of the line.
    Closed { close: usize, next: usize, has_pairs: bool },
    /// With a quote at `close`, after which more text of the cell follows.
    Loose { close: usize, has_pairs: bool },
    /// Not at all.
    Open,
    /// That can't be said of the text at hand.
    More,
}

/// Finds the end of the cell that the quote at `open` opens. `is_whole` says that no text follows.
pub(super) fn quoted(
    text: &[u8],
    open: usize,
    delimiter: u8,
    is_cr: bool,
    is_whole: bool,
) -> Quoted {
    let rest = |at: usize| text.get(at..).unwrap_or_default();
    let or_more = |quoted| if is_whole { quoted } else { Quoted::More };
    let mut at = open + 1;
    let mut has_pairs = false;
    // Whether a line ends between the quote that opens the cell and `looked`.
    let (mut is_later, mut looked) = (false, at);
    loop {
        let Some(close) = memchr(b'"', rest(at)).map(|found| at + found) else {
            return or_more(Quoted::Open);
        };
        if text.get(close + 1) == Some(&b'"') {
            has_pairs = true;
            at = close + 2;
            continue;
        }
        let is_end = |byte: u8| byte == b'\n' || byte == b'\r' && is_cr;
        let after = rest(close + 1);
        let spaces = after.iter().position(|byte| is_end(*byte) || !is_space(*byte, delimiter));
        let next = close + 1 + spaces.unwrap_or(after.len());
        match text.get(next) {
            None => return or_more(Quoted::Closed { close, next, has_pairs }),
            Some(byte) if *byte == delimiter || is_end(*byte) => {
                return Quoted::Closed { close, next, has_pairs };
            }
            Some(_) => {}
        }
        let begins_cell = |place: usize| {
            let before = text.get(open + 1..place).unwrap_or_default();
            let last =
                before.iter().rfind(|byte| !matches!(**byte, b' ' | b'\t') || **byte == delimiter);
            last.is_some_and(|byte| *byte == delimiter || matches!(*byte, b'\n' | b'\r'))
        };
        is_later = is_later
            || memchr2(b'\n', b'\r', text.get(looked..close).unwrap_or_default()).is_some();
        looked = close;
        if is_later {
            if begins_cell(close) {
                return Quoted::Open;
            }
        } else {
            let ahead = close + 1;
            let found = memchr3(b'"', b'\n', b'\r', rest(ahead)).map(|found| ahead + found);
            match found {
                None if !is_whole => return Quoted::More,
                Some(place) if text.get(place) == Some(&b'"') && !begins_cell(place) => {}
                _ => return Quoted::Loose { close, has_pairs },
            }
        }
        at = close + 1;
    }
}
