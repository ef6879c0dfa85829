//! The rows of NDJSON: one a line.

use memchr::memchr;

use super::{Fault, MAX_RECORD, Step};

/// Cuts a text into its lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// True in a line that was too long, until it ends.
    is_passing: bool,
}

impl Lines {
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
            Some(end) => line(rest, end, end + 1),
            None if rest.len() > MAX_RECORD => {
                self.is_passing = true;
                too_long(rest.len(), 0)
            }
            None if is_ended && !rest.is_empty() => line(rest, rest.len(), rest.len()),
            None => Step::More,
        }
    }
}

/// A row that is too long, whose text is dropped.
pub(super) const fn too_long(next: usize, lines: u32) -> Step {
    Step::Row { start: 0, end: 0, line: 0, fault: Some(Fault::TooLong), next, lines }
}

fn line(rest: &[u8], end: usize, next: usize) -> Step {
    if end > MAX_RECORD {
        return too_long(next, 1);
    }
    let text = rest.get(..end).unwrap_or_default().trim_ascii_end();
    if text.is_empty() {
        return Step::Pass { next, lines: 1 };
    }
    Step::line(0, text.len(), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_rows_but_for_blank_ones() {
        let mut lines = Lines::default();
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
        let long = [b"x".repeat(MAX_RECORD + 1), b"\n{}\n".to_vec()].concat();
        let mut lines = Lines::default();
        assert_eq!(lines.next(&long, false), too_long(MAX_RECORD + 2, 1));
        assert_eq!(lines.next(&long[..MAX_RECORD + 1], false), too_long(MAX_RECORD + 1, 0));
        assert_eq!(lines.next(b"xx", false), Step::Pass { next: 2, lines: 0 });
        assert_eq!(lines.next(b"", false), Step::More);
        assert_eq!(lines.next(b"x\n{}", false), Step::Pass { next: 2, lines: 1 });
        assert_eq!(lines.next(b"{}\n", false), Step::line(0, 2, 3));
    }
}
