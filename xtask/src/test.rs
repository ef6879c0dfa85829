//! Runs all tests, each suite with the runner that is usual for its kind, and counts them together.

mod rebuild;
mod summary;

use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::process::{Echo, LIMIT, command, interrupted, print, run as run_program, step, tee_all};
use crate::servers::{self, Sandbox};
pub(crate) use crate::test::summary::Counts;
use crate::test::summary::{Reader, Report};
use crate::workspace::Workspace;
use crate::{build, fuzz, pack, setup};

/// The crates of the workspace. Each is tested by itself: its dependencies then have the same
/// features as when it is built by itself, and compile once.
const CRATES: [&str; 4] = ["xtask", "dinerkit", "dinerkit-fuzz", "dinerkit-sandbox"];

/// A group of tests with one runner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// The crates' own tests and examples, natively
    Unit,
    /// The bindings, in three browser engines
    Wasm,
    /// The sandbox against openapi.yaml
    Contract,
    /// The widget and the pages, in a headless browser against the sandbox
    E2e,
    /// The client under the sandbox's faults, over sockets in Node and in a headless browser
    Faults,
    /// Several gateways before one sandbox, with each engine of shared state: load, faults and kills
    Gateways,
    /// The packed tarball and the crate's examples, used as their users use them
    Consumers,
    /// A published module, built a second time in other folders
    Rebuild,
    /// Each parser: ten seconds of search for an input that breaks a law
    Fuzz,
}

/// A browser engine that the bindings are tested in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    /// Chromium
    Chromium,
    /// Firefox
    Firefox,
    /// WebKitGTK; on macOS Safari
    Webkit,
}

/// The tests that run in every runtime.
const RUNTIMES: &str = "runtimes.test.mjs";

/// How many seconds a program of tests may take in a browser before it counts as hanging.
const BROWSER_PATIENCE: &str = "60";

/// How long the consumers suite may take with whole frameworks.
const LIMIT_OF_ALL: Duration = Duration::from_secs(90 * 60);

/// How long the e2e suite may take with every combination of what axe looks at, some 17,600.
const LIMIT_OF_COMBINATIONS: Duration = Duration::from_secs(10 * 60 * 60);

/// How long the gateways suite may take with every engine, each of which needs minutes of the account's clock.
const LIMIT_OF_ENGINES: Duration = Duration::from_secs(60 * 60);

/// How many files of the gateways suite run at once: most of them wait for the minutes of a limit, not for a processor.
const GATEWAY_FILES_AT_ONCE: &str = "--test-concurrency=4";

/// What of a suite is run.
#[derive(Debug)]
pub(crate) struct Choice<'a> {
    /// The one engine of the wasm suite.
    pub(crate) browser: Option<Browser>,
    /// The one runtime of the consumers suite.
    pub(crate) runtime: Option<&'a str>,
    /// The e2e suite with every combination of state, language, scheme, theme and page instead of every pair, the
    /// consumers suite with whole frameworks, whose results are docs/bundlers.md, or the gateways suite with the long
    /// load on every engine.
    pub(crate) all: bool,
}

/// Runs one suite or all. A suite that fails does not keep the next from running.
pub(crate) fn run(workspace: &Workspace, only: Option<Suite>, choice: &Choice<'_>) -> Result<()> {
    if choice.browser.is_some() && only != Some(Suite::Wasm) {
        bail!("--browser is for one suite: run `cargo xtask test wasm --browser NAME`");
    }
    if choice.runtime.is_some() && only != Some(Suite::Consumers) {
        bail!("--runtime is for one suite: run `cargo xtask test consumers --runtime NAME`");
    }
    if choice.all && !matches!(only, Some(Suite::Consumers | Suite::E2e | Suite::Gateways)) {
        bail!(
            "--all is for one suite: run `cargo xtask test e2e --all`, `gateways --all` or `consumers --all`"
        );
    }
    let suites = Suite::value_variants().iter().copied();
    let mut total = Counts::default();
    for suite in suites.filter(|suite| only.is_none_or(|only| only == *suite)) {
        total = total.add(tally(&name(&suite), || suite.run(workspace, choice))?);
    }
    print(&total.to_string());
    if total.failed > 0 {
        bail!("{} of the tests failed", total.failed);
    }
    Ok(())
}

/// Runs a part of the tests and prints its counts. A part that can't run counts as one failure.
fn tally(name: &str, run: impl FnOnce() -> Result<Counts>) -> Result<Counts> {
    step("Testing", name);
    let counts = run().unwrap_or_else(|error| {
        report(&error);
        Counts::ONE_FAILURE
    });
    if interrupted() {
        bail!("interrupted");
    }
    step("Tested", &format!("{name}: {counts}"));
    Ok(counts)
}

/// Says why a part of the tests can't run.
#[allow(clippy::print_stderr, reason = "why a part could not run")]
fn report(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

/// The name of a choice as it is typed on the command line.
fn name(choice: &impl ValueEnum) -> String {
    choice.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

impl Suite {
    fn run(self, workspace: &Workspace, choice: &Choice<'_>) -> Result<Counts> {
        match self {
            Self::Unit => unit(workspace),
            Self::Wasm => wasm(workspace, choice.browser),
            Self::Contract => contract(workspace),
            Self::E2e => e2e(workspace, choice),
            Self::Faults => with_own_servers(workspace, "faults", LIMIT, []),
            Self::Gateways => gateways(workspace, choice.all),
            Self::Consumers => consumers(workspace, choice),
            Self::Rebuild => rebuild::check(workspace),
            Self::Fuzz => fuzz::search(workspace, None, fuzz::SECONDS),
        }
    }
}

fn unit(workspace: &Workspace) -> Result<Counts> {
    let mut total = Counts::default();
    for package in CRATES {
        let mut test = cargo_test(workspace);
        test.args(["--all-features", "--package", package]);
        total = total.add(count(Report::Libtest, &mut test)?);
    }
    Ok(total)
}

/// `cargo test`, with colours on a terminal.
fn cargo_test(workspace: &Workspace) -> Command {
    let mut test = command("cargo", &workspace.root);
    test.args(["test", "--no-fail-fast"]);
    if io::stdout().is_terminal() {
        test.args(["--color", "always"]);
    }
    test
}

/// Runs the wasm tests in every engine; they compile once.
fn wasm(workspace: &Workspace, only: Option<Browser>) -> Result<Counts> {
    setup::wasm_target(workspace)?;
    let path = setup::wasm_test_tools(workspace)?;
    let browsers = Browser::value_variants().iter().copied();
    let mut total = Counts::default();
    for browser in browsers.filter(|browser| only.is_none_or(|only| only == *browser)) {
        let engine = format!("wasm in {}", name(&browser));
        total = total.add(tally(&engine, || {
            let mut test = browser.test(workspace)?;
            test.env("PATH", &path).env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_PATIENCE);
            let counts = count(Report::Libtest, &mut test)?;
            if counts == Counts::ONE_FAILURE {
                bail!(
                    "{engine} came to no verdict: see above whether it hung for {BROWSER_PATIENCE} s"
                );
            }
            Ok(counts)
        })?);
    }
    Ok(total)
}

impl Browser {
    /// The command that a person would type.
    fn test(self, workspace: &Workspace) -> Result<Command> {
        let mut test = command("wasm-pack", &workspace.root);
        let (browser, option, driver) = match self {
            Self::Chromium => ("--chrome", "--chromedriver", setup::chromedriver(workspace)?),
            Self::Firefox => ("--firefox", "--geckodriver", setup::geckodriver(workspace)?),
            Self::Webkit => {
                // WebKitGTK waits for ever without a display. Safari has the machine's.
                if !cfg!(target_os = "macos") {
                    test = command(setup::xvfb(workspace)?, &workspace.root);
                    test.args(["--auto-servernum", "wasm-pack"]);
                }
                ("--safari", "--safaridriver", setup::webkitdriver(workspace)?)
            }
        };
        test.args(["test", "--headless", browser, option]).arg(driver);
        Ok(test)
    }
}

fn contract(workspace: &Workspace) -> Result<Counts> {
    let schemathesis = setup::schemathesis(workspace)?;
    let sandbox = servers::sandbox(workspace, Sandbox::Repeatable, None)?;
    let mut test = command(schemathesis, &workspace.root);
    test.args(["--config-file", "tests/contract/schemathesis.toml", "run", "openapi.yaml"])
        .args(["--url", sandbox.said("url")?, "--report", "junit", "--report-junit-path"])
        .arg(workspace.report("contract"))
        .env("SANDBOX_USERNAME", servers::USERNAME)
        .env("SANDBOX_PASSWORD", servers::PASSWORD);
    count(Report::JUnit(workspace.report("contract")), &mut test)
}

/// Runs the tests of the widget and the pages. A few of them run in Firefox and WebKitGTK too; where these can't be
/// had, those tests are skipped, which counts as failed, and the others run.
fn e2e(workspace: &Workspace, choice: &Choice<'_>) -> Result<Counts> {
    let mut variables = Vec::new();
    for engine in [setup::firefox_for_tests, setup::webkit_for_tests] {
        match engine(workspace) {
            Ok(programs) => variables.extend(programs),
            Err(error) => report(&error),
        }
    }
    if choice.all {
        variables.push(("ALL", "1".into()));
    }
    let limit = if choice.all { LIMIT_OF_COMBINATIONS } else { LIMIT };
    with_own_servers(workspace, "e2e", limit, variables)
}

/// Runs tests that start their own servers, because some stop a server half-way.
fn with_own_servers(
    workspace: &Workspace,
    folder: &str,
    limit: Duration,
    variables: impl IntoIterator<Item = (&'static str, PathBuf)>,
) -> Result<Counts> {
    build::package(workspace)?;
    let chrome = setup::chrome(workspace)?;
    let sandbox = servers::compile_sandbox(workspace)?;
    let mut test = node_test(workspace, folder, None)?;
    test.env("CHROME", chrome).env("SANDBOX_BIN", sandbox).envs(variables);
    count_within(limit, Report::JUnit(workspace.report(folder)), &mut test)
}

/// Runs several gateways before one sandbox. The tests start engines, gateways and sandboxes themselves, because they
/// kill them.
fn gateways(workspace: &Workspace, all: bool) -> Result<Counts> {
    build::package(workspace)?;
    let mut test = node_test(workspace, "gateways", None)?;
    test.env("SANDBOX_BIN", servers::compile_sandbox(workspace)?);
    test.envs(setup::engines_for_tests(workspace)?);
    if all {
        test.env("ALL", "1");
    }
    let limit = if all { LIMIT_OF_ENGINES } else { LIMIT };
    count_within(limit, Report::JUnit(workspace.report("gateways")), &mut test)
}

/// Runs the tests of the package, or those of one runtime. With all fixtures, and if none has
/// failed, docs/bundlers.md then says what they have reported.
fn consumers(workspace: &Workspace, choice: &Choice<'_>) -> Result<Counts> {
    let tarball = pack::tarball(workspace)?;
    let sandbox = servers::sandbox(workspace, Sandbox::Unlimited, None)?;
    let mut test = node_test(workspace, "consumers", choice.runtime.map(|_| RUNTIMES))?;
    test.envs(choice.runtime.map(|name| ("RUNTIME", name)))
        .env("TARBALL", tarball)
        .env("XTASK", env::current_exe().context("xtask's own program can't be found")?)
        .env("SANDBOX_BIN", servers::compile_sandbox(workspace)?)
        .env("SANDBOX_URL", sandbox.said("url")?)
        .env("SANDBOX_USERNAME", servers::USERNAME)
        .env("SANDBOX_PASSWORD", servers::PASSWORD);
    let report = Report::JUnit(workspace.report("consumers"));
    if !choice.all {
        return count(report, &mut test);
    }
    let results = workspace.target.join("fixtures");
    if results.exists() {
        fs::remove_dir_all(&results)
            .with_context(|| format!("{} can't be removed", results.display()))?;
    }
    let counts = count_within(LIMIT_OF_ALL, report, test.env("ALL", "1").env("RESULTS", &results))?;
    if counts.failed == 0 {
        run_program(
            command("node", &workspace.root)
                .arg("tests/support/fixtures-page.mjs")
                .arg(&results)
                .arg("docs/bundlers.md"),
            "docs/bundlers.md could not be written: see the message above",
        )?;
    }
    Ok(counts)
}

/// `node --test` with the test files of a suite's folder, or with `only` one; it prints for people
/// and reports for [`summary`]. The files are named one by one, because Node's versions differ in
/// what a folder means.
fn node_test(workspace: &Workspace, suite: &str, only: Option<&str>) -> Result<Command> {
    let folder = workspace.root.join("tests").join(suite);
    let unreadable = || format!("{} can't be read", folder.display());
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&folder).with_context(unreadable)? {
        files.push(entry.with_context(unreadable)?.path());
    }
    files.retain(|file| file.to_string_lossy().ends_with(only.unwrap_or(".test.mjs")));
    files.sort();
    if files.is_empty() {
        bail!("{} has no *.test.mjs: a suite without tests shows nothing", folder.display());
    }
    let mut test = command("node", &workspace.root);
    if suite == "gateways" {
        test.arg(GATEWAY_FILES_AT_ONCE);
    }
    test.args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"])
        .args(["--test-reporter=junit", "--test-reporter-destination"])
        .arg(workspace.report(suite))
        .args(files);
    if io::stdout().is_terminal() {
        test.env("FORCE_COLOR", "1");
    }
    Ok(test)
}

/// Runs a runner, shows its output and counts its tests; no browser or server outlives it.
fn count(report: Report, test: &mut Command) -> Result<Counts> {
    count_within(LIMIT, report, test)
}

/// Like [`count`], with another limit of time.
fn count_within(limit: Duration, report: Report, test: &mut Command) -> Result<Counts> {
    let mut reader = Reader::new(report)?;
    let status = tee_all(limit, test, |line| {
        reader.line(line);
        Echo::Yes
    })?;
    Ok(reader.counts(status.success()))
}
