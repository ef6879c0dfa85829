//! Searches for an input that breaks a law: runs libFuzzer on the targets of the crate
//! `dinerkit-fuzz`.
//!
//! It needs neither nightly Rust nor cargo-fuzz. rustc's stable `-C passes` instruments the code,
//! and libFuzzer comes with the crate libfuzzer-sys, which a C++ compiler compiles.

use std::fs::{self, File};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::process::{
    Echo, command, interrupted, output, print, run as run_program, run_aside, step, tee,
};
use crate::setup;
use crate::test::Counts;
use crate::workspace::Workspace;

/// The instrumentation that cargo-fuzz uses too: counters at edges, and the operands of
/// comparisons.
const FLAGS: [&str; 6] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// The seconds and the megabytes that one input may take. More counts as a crash.
const LIMITS: [&str; 2] = ["-timeout=10", "-rss_limit_mb=2048"];
/// The longest input, in bytes, which is enough for a whole form.
const MAX_LENGTH: &str = "-max_len=4096";

const PACKAGE: &str = "dinerkit-fuzz";

/// The result of one target.
struct Found {
    name: String,
    executions: u64,
    edges: u64,
    /// The input that broke a law.
    reproducer: Option<PathBuf>,
    /// The last lines that libFuzzer printed.
    log: PathBuf,
}

/// How long each target is fuzzed by default, in seconds.
pub(crate) const SECONDS: u32 = 10;

/// Fuzzes one target or all, each for `seconds`.
pub(crate) fn run(workspace: &Workspace, only: Option<&str>, seconds: u32) -> Result<()> {
    let counts = search(workspace, only, seconds)?;
    if counts.failed == 0 { Ok(()) } else { bail!("laws are broken in {} targets", counts.failed) }
}

/// Like [`run`]; returns how many targets kept their laws, and how many did not.
pub(crate) fn search(workspace: &Workspace, only: Option<&str>, seconds: u32) -> Result<Counts> {
    let names = targets(workspace, only)?;
    let program = build(workspace)?;
    let at_once = thread::available_parallelism().map_or(1, NonZero::get);
    let mut counts = Counts::default();
    for names in names.chunks(at_once) {
        step("Fuzzing", &format!("{} for {seconds} s", names.join(" and ")));
        let results: Vec<Result<Found>> = thread::scope(|scope| {
            let program = program.as_path();
            let running: Vec<_> = names
                .iter()
                .map(|name| scope.spawn(move || fuzz(workspace, program, name, seconds)))
                .collect();
            running.into_iter().map(|thread| join(thread.join())).collect()
        });
        if interrupted() {
            bail!("interrupted");
        }
        for found in results {
            let found = found?;
            print(&found.summary());
            match &found.reproducer {
                None => counts.passed += 1,
                Some(input) => {
                    counts.failed += 1;
                    print(&found.report(workspace, input)?);
                }
            }
        }
    }
    Ok(counts)
}

/// Runs a target once on an input from a file, without instrumentation.
pub(crate) fn replay(workspace: &Workspace, name: &str, input: &Path) -> Result<()> {
    run_program(
        command("cargo", &workspace.root)
            .args(["run", "--quiet", "--package", PACKAGE, "--", name])
            .arg(input)
            .env("RUST_BACKTRACE", "1"),
        "the input breaks a law: correct the code",
    )
}

fn join<T>(result: thread::Result<Result<T>>) -> Result<T> {
    result.unwrap_or_else(|_| bail!("a thread that watched a fuzzer stopped"))
}

/// The names of the chosen targets.
fn targets(workspace: &Workspace, only: Option<&str>) -> Result<Vec<String>> {
    let listed = output(
        command("cargo", &workspace.root).args([
            "run",
            "--quiet",
            "--package",
            PACKAGE,
            "--",
            "--list",
        ]),
        "the fuzz targets do not compile: correct them",
    )?;
    let mut names: Vec<String> = listed.split_whitespace().map(str::to_owned).collect();
    if let Some(only) = only {
        names.retain(|name| name == only);
        if names.is_empty() {
            bail!("there is no target {only}: name one of {}", listed.trim());
        }
    }
    Ok(names)
}

/// Builds the program that libFuzzer drives.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    setup::cpp_compiler(workspace)?;
    let host = output(
        command("rustc", &workspace.root).args(["--print", "host-tuple"]),
        "rustc could not say what it compiles for: check the Rust installation",
    )?;
    let host = host.trim();
    step("Compiling", "the fuzz targets, instrumented");
    run_aside(
        command("cargo", &workspace.root)
            // With `--target`, so that build scripts are not instrumented.
            .args(["build", "--quiet", "--package", PACKAGE, "--profile=fuzz", "--target", host])
            .env("RUSTFLAGS", FLAGS.join(" ")),
        "the fuzz targets do not compile: correct them",
    )?;
    let name = format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target.join(host).join("fuzz").join(name))
}

fn fuzz(workspace: &Workspace, program: &Path, name: &str, seconds: u32) -> Result<Found> {
    let folder = workspace.target.join("fuzz").join(name);
    let [corpus, seeds] = ["corpus", "seeds"].map(|part| folder.join(part));
    for part in [&corpus, &seeds] {
        fs::create_dir_all(part).with_context(|| format!("{} can't be made", part.display()))?;
    }
    output(
        command("cargo", &workspace.root)
            .args(["run", "--quiet", "--package", PACKAGE, "--", "--seeds", name])
            .arg(&seeds),
        "the seeds could not be written: see above",
    )?;
    let log = folder.join("log");
    let file = File::create(&log).with_context(|| format!("{} can't be made", log.display()))?;
    let mut artifacts = std::ffi::OsString::from("-artifact_prefix=");
    artifacts.push(&folder);
    artifacts.push(std::path::MAIN_SEPARATOR_STR);
    let mut fuzzer = command(program, &workspace.root);
    fuzzer
        .arg(format!("-max_total_time={seconds}"))
        .args(LIMITS)
        .args([MAX_LENGTH, "-print_final_stats=1"])
        .arg(artifacts)
        .args([&corpus, &seeds])
        .env("FUZZ_TARGET", name)
        .stderr(file);
    let success = tee(&mut fuzzer, |_| Echo::No)?.success();
    let said =
        fs::read_to_string(&log).with_context(|| format!("{} can't be read", log.display()))?;
    let mut found = read(name, &said, log);
    if !success && found.reproducer.is_none() && !interrupted() {
        bail!("the fuzzer of {name} failed: see {}", found.log.display());
    }
    if success && found.executions == 0 {
        bail!("the fuzzer of {name} ran nothing: see {}", found.log.display());
    }
    if success {
        found.reproducer = None;
    }
    Ok(found)
}

/// Reads libFuzzer's output: `#123 DONE cov: 456 ft: …`, `stat::number_of_executed_units: 123`,
/// `Test unit written to FILE`.
fn read(name: &str, said: &str, log: PathBuf) -> Found {
    let after = |line: &str, words: &str| -> Option<String> {
        Some(line.split_once(words)?.1.split_whitespace().next()?.to_owned())
    };
    let last = |words: &str| said.lines().filter_map(|line| after(line, words)).next_back();
    let number = |words: &str| last(words).and_then(|text| text.parse().ok()).unwrap_or_default();
    Found {
        name: name.to_owned(),
        executions: number("stat::number_of_executed_units:"),
        edges: number(" cov: "),
        reproducer: last("Test unit written to ").map(PathBuf::from),
        log,
    }
}

impl Found {
    fn summary(&self) -> String {
        format!(
            "{:>13}  {:>9} executions  {:>5} edges  {} crashes",
            self.name,
            self.executions,
            self.edges,
            u8::from(self.reproducer.is_some())
        )
    }

    /// Says which target failed, and how to run its input again.
    fn report(&self, workspace: &Workspace, input: &Path) -> Result<String> {
        let said = fs::read_to_string(&self.log)?;
        let panic: Vec<&str> =
            said.lines().skip_while(|line| !line.contains("panicked at")).take(3).collect();
        let input = input.strip_prefix(&workspace.root).unwrap_or(input).display();
        let again = format!("cargo xtask fuzz {} --input {input}", self.name);
        Ok(format!("{}\nsaved as {input}; run it again: {again}", panic.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_libfuzzer_is_read() {
        let said = "#2\tINITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 30Mb\n\
            #900\tDONE   cov: 45 ft: 60 corp: 9/1b lim: 4 exec/s: 90 rss: 31Mb\n\
            stat::number_of_executed_units: 900\n";
        let found = read("json", said, PathBuf::new());
        assert_eq!((found.executions, found.edges, found.reproducer), (900, 45, None));
    }

    #[test]
    fn crash_names_its_input() {
        let said = "#7\tNEW    cov: 12 ft: 13\n\
            thread '<unnamed>' panicked at src/json.rs:1:1:\nbroken\n\
            stat::number_of_executed_units: 7\n\
            artifact_prefix='a/'; Test unit written to a/crash-1f\n";
        let found = read("json", said, PathBuf::new());
        assert_eq!(found.reproducer, Some(PathBuf::from("a/crash-1f")));
        assert_eq!(found.summary().split_whitespace().next_back(), Some("crashes"));
        assert!(found.summary().contains("1 crashes"));
    }
}
