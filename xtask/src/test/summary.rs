//! Reading what each test runner says at its end. What can't be read is not a success.

use serde::Serialize;

/// What stands for every secret and everything personal in the tests of all suites: tokens, passwords, names,
/// addresses. No line that a suite prints may hold it, in whatever case.
const PLANTED: &str = "planted-marker";

/// How many tests ended how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    /// Skipped ones are among them: a test that does not run shows nothing. So are leaks.
    pub(crate) failed: u64,
    /// Lines that hold what was planted. Where a test failed, its own report may be one of them.
    pub(crate) leaks: u64,
}

impl Counts {
    /// For a runner that could not be started, read or counted.
    pub(crate) const ONE_FAILURE: Self = Self { passed: 0, failed: 1, leaks: 0 };
    const ONE_LEAK: Self = Self { leaks: 1, ..Self::ONE_FAILURE };

    pub(crate) fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            leaks: self.leaks + other.leaks,
        }
    }

    /// The verdict on a runner that ended: its own counts, made a failure where it failed without
    /// counting one, could not be read or ran nothing.
    pub(crate) fn verdict(read: Option<Self>, success: bool) -> Self {
        match read {
            Some(counts) if success && counts.passed + counts.failed > 0 => counts,
            Some(counts) => Self { failed: counts.failed.max(1), ..counts },
            None => Self::ONE_FAILURE,
        }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        match self.leaks {
            0 => Ok(()),
            leaks => write!(f, ", {leaks} of them lines of output that hold {PLANTED}"),
        }
    }
}

/// Whose summary it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Runner {
    /// `cargo test`, and the test runner of wasm-bindgen: one line per program.
    Libtest,
    /// `node --test` with its `spec` reporter: one line per count.
    Node,
    /// schemathesis, which counts as one test.
    Schemathesis,
}

impl Runner {
    /// Adds what this line says, if it is of a summary.
    pub(crate) fn read(self, line: &str, so_far: Option<Counts>) -> Option<Counts> {
        let plain = strip_colours(line);
        let found = match self {
            _ if plain.to_ascii_lowercase().contains(PLANTED) => Some(Counts::ONE_LEAK),
            Self::Libtest => libtest(&plain),
            Self::Node => node(&plain),
            Self::Schemathesis => schemathesis(&plain),
        };
        match (so_far, found) {
            (Some(so_far), Some(found)) => Some(so_far.add(found)),
            (so_far, found) => found.or(so_far),
        }
    }
}

/// `test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; …`
fn libtest(line: &str) -> Option<Counts> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| -> Option<u64> {
        counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
    };
    Some(Counts {
        passed: count("passed")?,
        failed: count("failed")? + count("ignored").unwrap_or_default(),
        leaks: 0,
    })
}

/// `ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0`, `ℹ skipped 0`, `ℹ todo 0`
fn node(line: &str) -> Option<Counts> {
    let (word, count) = line.strip_prefix("ℹ ")?.split_once(' ')?;
    let count = count.parse().ok()?;
    match word {
        "pass" => Some(Counts { passed: count, ..Counts::default() }),
        "fail" | "cancelled" | "skipped" | "todo" => {
            Some(Counts { failed: count, ..Counts::default() })
        }
        _ => None,
    }
}

/// `===== No issues found in 3.21s =====` or `===== 2 failures in 3.21s =====`
fn schemathesis(line: &str) -> Option<Counts> {
    let rule = |text: &str| text.len() > 3 && text.chars().all(|c| c == '=');
    let (opening, rest) = line.split_once(' ')?;
    let (words, closing) = rest.rsplit_once(' ')?;
    let (verdict, _seconds) = words.rsplit_once(" in ")?;
    if !rule(opening) || !rule(closing) {
        return None;
    }
    Some(match verdict {
        "No issues found" => Counts { passed: 1, ..Counts::default() },
        _ => Counts::ONE_FAILURE,
    })
}

/// A line without the terminal's colour codes (`ESC [ … m`).
fn strip_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, code)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = code.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(runner: Runner, text: &str) -> Option<Counts> {
        text.lines().fold(None, |so_far, line| runner.read(line, so_far))
    }

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed, leaks: 0 }
    }

    #[test]
    fn cargo_tests_add_up_over_programs_and_ignored_ones_are_failures() {
        let text = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: \x1b[31mFAILED\x1b[0m. 4 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(read(Runner::Libtest, text), Some(counts(7, 3)));
        assert_eq!(read(Runner::Libtest, "test result: ok. no idea"), None);
        assert_eq!(read(Runner::Libtest, "error: could not compile"), None);
    }

    #[test]
    fn node_tests_are_read_from_the_spec_reporter() {
        let text = "✔ books (1.2ms)\n\x1b[34mℹ tests 5\x1b[39m\nℹ suites 1\n\x1b[34mℹ pass 3\x1b[39m\n\
            ℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 12.5\n";
        assert_eq!(read(Runner::Node, text), Some(counts(3, 2)));
        assert_eq!(read(Runner::Node, "Error: no such file"), None);
    }

    #[test]
    fn schemathesis_is_one_test() {
        let good = "========== No issues found in 3.21s ==========";
        let bad = "===== 2 failures, 1 error in 3.21s =====";
        assert_eq!(read(Runner::Schemathesis, good), Some(counts(1, 0)));
        assert_eq!(read(Runner::Schemathesis, bad), Some(Counts::ONE_FAILURE));
        assert_eq!(read(Runner::Schemathesis, "============ SUMMARY ============"), None);
        assert_eq!(read(Runner::Schemathesis, "Network Error"), None);
    }

    #[test]
    fn a_runner_that_fails_is_unreadable_or_runs_nothing_is_a_failure() {
        let three = counts(3, 0);
        assert_eq!(Counts::verdict(Some(three), true), three);
        assert_eq!(Counts::verdict(Some(three), false), counts(3, 1));
        assert_eq!(Counts::verdict(Some(Counts::default()), true), Counts::ONE_FAILURE);
        assert_eq!(Counts::verdict(None, true), Counts::ONE_FAILURE);
        let two = counts(1, 2);
        assert_eq!(Counts::verdict(Some(two), false), two);
    }

    #[test]
    fn a_line_that_holds_what_was_planted_is_a_failure() {
        let text = "✔ books (1.2ms)\n{ Surname: 'Planted-\x1b[32mMarker\x1b[39m' }\nℹ pass 3\n";
        for runner in [Runner::Node, Runner::Libtest, Runner::Schemathesis] {
            let read = read(runner, text).unwrap_or_default();
            assert_eq!((read.failed, read.leaks), (1, 1), "{runner:?}");
        }
        let counts = read(Runner::Node, text).unwrap_or_default();
        assert_eq!(Counts::verdict(Some(counts), true), counts);
        let said = counts.to_string();
        assert_eq!(said, "3 passed, 1 failed, 1 of them lines of output that hold planted-marker");
    }
}
