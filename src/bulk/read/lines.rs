//! The rows of NDJSON: one a line.

use memchr::memchr;

use super::{Fault, Step};

/// Cuts a text into its lines.
#[derive(Debug)]
pub(super) struct Lines {
    /// How long a row may be.
    max: usize,
    /// True in a line that was too long, until it ends.
    is_passing: bool,
}

impl Lines {
    pub(super) fn new(max: usize) -> Self {
        Self { max, is_passing: false }
    }

    pub(super) fn next(&mut self, rest: &[u8], is_ended: bool) -> Step {
        let found = memchr(b'\n', rest);
        if self.is_passing {
            self.is_passing = found.is_none();
            return match found {
                Some(end) => Step::Pass { next: end + 1, lines: 1 },
                None if rest.is_empty() => Step::More,
                None => Step::Pass { next: rest.len(), lines: 0 },
            };
        }
        match found {
            Some(end) => self.line(rest, end, end + 1),
            None if rest.len() > self.max => {
                self.is_passing = true;
                too_long(rest.len(), 0)
            }
            None if is_ended && !rest.is_empty() => self.line(rest, rest.len(), rest.len()),
            None => Step::More,
        }
    }

    fn line(&self, rest: &[u8], end: usize, next: usize) -> Step {
        if end > self.max {
            return too_long(next, 1);
        }
        let text = rest.get(..end).unwrap_or_default().trim_ascii_end();
        if text.is_empty() {
            return Step::Pass { next, lines: 1 };
        }
        Step::line(0, text.len(), next)
    }
}

/// A row that is too long, whose text is dropped.
pub(super) const fn too_long(next: usize, lines: u32) -> Step {
    Step::Row { start: 0, end: 0, line: 0, fault: Some(Fault::TooLong), next, lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 8;

    #[test]
    fn lines_are_rows_but_for_blank_ones() {
        let mut lines = Lines::new(MAX);
        for (rest, is_ended, step) in [
            ("{}\n{}", false, Step::line(0, 2, 3)),
            ("{} \r\n", false, Step::line(0, 2, 5)),
            (" \r\n{}", false, Step::Pass { next: 3, lines: 1 }),
            ("{}", false, Step::More),
            ("{}", true, Step::line(0, 2, 2)),
            (" ", true, Step::Pass { next: 1, lines: 1 }),
            ("", true, Step::More),
        ] {
            assert_eq!(lines.next(rest.as_bytes(), is_ended), step, "{rest}");
        }
    }

    #[test]
    fn line_that_is_too_long_is_one_row_however_it_arrives() {
        let long = [b"x".repeat(MAX + 1), b"\n{}\n".to_vec()].concat();
        let mut lines = Lines::new(MAX);
        assert_eq!(lines.next(&long, false), too_long(MAX + 2, 1));
        assert_eq!(lines.next(&long[..MAX + 1], false), too_long(MAX + 1, 0));
        assert_eq!(lines.next(b"xx", false), Step::Pass { next: 2, lines: 0 });
        assert_eq!(lines.next(b"", false), Step::More);
        assert_eq!(lines.next(b"x\n{}", false), Step::Pass { next: 2, lines: 1 });
        assert_eq!(lines.next(b"{}\n", false), Step::line(0, 2, 3));
    }
}
