//! Counts what the test runners report. A run without a report that can be read is a failure.
//!
//! node and schemathesis write JUnit reports, which are read here. libtest has no report for
//! machines on stable Rust, and wasm-pack and the documentation's examples print what libtest does,
//! so its summary line is read as text.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use roxmltree::{Document, Node};
use serde::Serialize;

/// Stands for every secret and all personal data in the tests of all suites: tokens, passwords,
/// names, addresses. No line that a suite prints may hold it, in upper or lower case.
const PLANTED: &str = "planted-marker";

/// How many tests passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    /// Includes skipped tests, since a test that does not run shows nothing, and leaks.
    pub(crate) failed: u64,
    /// Lines that hold the planted marker. If a test failed, its own report may be one of them.
    pub(crate) leaks: u64,
}

impl Counts {
    /// For a runner that could not be started or whose report can't be read.
    pub(crate) const ONE_FAILURE: Self = Self { passed: 0, failed: 1, leaks: 0 };
    /// For a check that is no runner.
    pub(crate) const ONE_PASSED: Self = Self { passed: 1, failed: 0, leaks: 0 };
    const ONE_LEAK: Self = Self { leaks: 1, ..Self::ONE_FAILURE };

    pub(crate) fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            leaks: self.leaks + other.leaks,
        }
    }

    /// The counts of a runner that has ended. One failure at least if its exit status says that it
    /// failed, if it has no report, or if it ran no test.
    fn of_run(reported: Option<Self>, success: bool) -> Self {
        match reported {
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

/// How a runner reports its counts.
#[derive(Debug, Clone)]
pub(crate) enum Report {
    /// In the summary lines that libtest prints, one for each program of tests.
    Libtest,
    /// In a JUnit file.
    JUnit(PathBuf),
}

/// Reads a runner's output line by line while it runs, and its report at its end.
#[derive(Debug)]
pub(crate) struct Reader {
    report: Report,
    leaks: Counts,
    lines: Option<Counts>,
}

impl Reader {
    /// Removes the report of an earlier run, so that it can't be taken for this run's.
    pub(crate) fn new(report: Report) -> Result<Self> {
        if let Report::JUnit(file) = &report
            && let Some(folder) = file.parent()
        {
            let failed = || format!("{} can't be made anew", file.display());
            fs::create_dir_all(folder).with_context(failed)?;
            if file.exists() {
                fs::remove_file(file).with_context(failed)?;
            }
        }
        Ok(Self { report, leaks: Counts::default(), lines: None })
    }

    pub(crate) fn line(&mut self, line: &str) {
        let plain = strip_colours(line);
        if plain.to_ascii_lowercase().contains(PLANTED) {
            self.leaks = self.leaks.add(Counts::ONE_LEAK);
        } else if let (Report::Libtest, Some(counts)) = (&self.report, libtest(&plain)) {
            self.lines = Some(self.lines.unwrap_or_default().add(counts));
        }
    }

    /// The counts, once the runner has ended; `success` is what its exit status says.
    pub(crate) fn counts(self, success: bool) -> Counts {
        let reported = match self.report {
            Report::Libtest => self.lines,
            Report::JUnit(file) => fs::read_to_string(file).ok().and_then(|text| junit(&text)),
        };
        // A leak fails the run by itself, so it is not the failure that the exit status tells of.
        Counts::of_run(reported, success).add(self.leaks)
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

/// Counts the test cases of a report: one with any outcome inside (`failure`, `error`, `skipped`)
/// did not pass.
fn junit(text: &str) -> Option<Counts> {
    // A failure's text may hold a terminal's control characters, which XML forbids.
    let text = text.replace(|c: char| c.is_control() && !c.is_whitespace(), "");
    let report = Document::parse(&text).ok()?;
    let cases = report.descendants().filter(|node| node.has_tag_name("testcase"));
    let has = |case: Node<'_, '_>, name| case.children().any(|child| child.has_tag_name(name));
    Some(cases.fold(Counts::default(), |counts, case| {
        let failed = ["failure", "error", "skipped"].iter().any(|name| has(case, *name));
        counts.add(if failed { Counts::ONE_FAILURE } else { Counts::ONE_PASSED })
    }))
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

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed, leaks: 0 }
    }

    fn read(text: &str, success: bool) -> Counts {
        let mut reader = Reader::new(Report::Libtest).unwrap();
        text.lines().for_each(|line| reader.line(line));
        reader.counts(success)
    }

    #[test]
    fn summary_of_libtest_adds_programs_up_and_counts_ignored_tests_as_failed() {
        let text = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: \x1b[31mFAILED\x1b[0m. 4 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(read(text, false), counts(7, 3));
        assert_eq!(read("test result: ok. no idea", true), Counts::ONE_FAILURE);
        assert_eq!(read("error: could not compile", false), Counts::ONE_FAILURE);
    }

    #[test]
    fn summary_of_node_counts_the_cases_of_all_suites() {
        let text = r#"<?xml version="1.0" encoding="utf-8"?><testsuites>
            <testcase name="plain" classname="test"/>
            <testcase name="skips"><skipped type="skipped" message="true"/></testcase>
            <testsuite name="suite" tests="2" failures="9">
                <testcase name="one"/>
                <testsuite name="inner">
                    <testcase name="two"><failure message="a &lt; b">a &lt; b</failure></testcase>
                </testsuite>
            </testsuite>
            <!-- pass 12 --></testsuites>"#;
        assert_eq!(junit(text), Some(counts(2, 2)));
        assert_eq!(junit(&text.replace("a &lt; b</", "\x1b[31ma\x1b[39m</")), Some(counts(2, 2)));
        assert_eq!(junit("<testsuites><testcase name='half"), None);
        assert_eq!(junit("<testsuites></testsuites>"), Some(counts(0, 0)));
    }

    #[test]
    fn summary_of_schemathesis_counts_errors_as_failed() {
        let text = r#"<testsuites errors="1"><testsuite name="schemathesis">
            <testcase name="GET /a"/><testcase name="PUT /a"><error type="error"/></testcase>
            </testsuite></testsuites>"#;
        assert_eq!(junit(text), Some(counts(1, 1)));
    }

    #[test]
    fn summary_of_a_run_that_fails_has_no_report_or_runs_nothing_is_a_failure() {
        let three = counts(3, 0);
        assert_eq!(Counts::of_run(Some(three), true), three);
        assert_eq!(Counts::of_run(Some(three), false), counts(3, 1));
        assert_eq!(Counts::of_run(Some(Counts::default()), true), Counts::ONE_FAILURE);
        assert_eq!(Counts::of_run(None, true), Counts::ONE_FAILURE);
        assert_eq!(Counts::of_run(Some(counts(1, 2)), false), counts(1, 2));
    }

    #[test]
    fn summary_of_an_earlier_run_is_removed() {
        let file = std::env::temp_dir().join(format!("xtask-{}.xml", std::process::id()));
        fs::write(&file, "<testsuites><testcase name='old'/></testsuites>").unwrap();
        let reader = Reader::new(Report::JUnit(file)).unwrap();
        assert_eq!(reader.counts(true), Counts::ONE_FAILURE);
    }

    #[test]
    fn summary_with_a_line_that_holds_the_planted_marker_is_a_failure() {
        let text = "test books ... ok\n{ Surname: 'Planted-\x1b[32mMarker\x1b[39m' }\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let counts = read(text, true);
        assert_eq!((counts.failed, counts.leaks), (1, 1));
        let said = counts.to_string();
        assert_eq!(said, "3 passed, 1 failed, 1 of them lines of output that hold planted-marker");
    }
}
