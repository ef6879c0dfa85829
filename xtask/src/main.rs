//! Every command of the project: `cargo xtask --help` lists them.
//!
//! Each command installs what it needs and the machine lacks, and nothing else: see `setup`.

mod bench;
mod build;
mod demo;
mod docs;
mod fuzz;
mod lint;
mod pack;
mod phone_data;
mod process;
mod servers;
mod setup;
mod size;
mod stamp;
mod test;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::phone_data::Job;
use crate::workspace::Workspace;

/// Builds, tests and shows dinerkit. Each command installs what it needs and the machine lacks.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Starts everything: the sandbox, the gateway, a restaurant's page and the staff's desk
    Demo {
        /// Books a guest in a headless browser instead, and prints as JSON whether it was stored
        #[arg(long)]
        check: bool,
        /// The port of the restaurant's page; any free one by default
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Runs all tests, or one suite; ends with "N passed, N failed"
    Test {
        /// The suite to run
        suite: Option<test::Suite>,
        /// The one browser engine to run the wasm suite in
        #[arg(long)]
        browser: Option<test::Browser>,
        /// The one runtime to run the consumers suite in: node, node-24, deno, bun or workerd
        #[arg(long)]
        runtime: Option<String>,
        /// Runs the e2e suite with every combination instead of every pair, the gateways suite with minutes of load on
        /// every engine, or the consumers suite with whole frameworks too, and writes docs/bundlers.md
        #[arg(long, conflicts_with = "runtime")]
        all: bool,
    },
    /// Searches for an input that breaks a law of the parsers, by coverage (libFuzzer)
    Fuzz {
        /// The target; all by default
        target: Option<String>,
        /// How many seconds each target is searched
        #[arg(long, default_value_t = fuzz::SECONDS)]
        seconds: u32,
        /// Runs the target once on this file instead, such as one that a search has saved
        #[arg(long, requires = "target", conflicts_with = "seconds")]
        input: Option<PathBuf>,
    },
    /// Checks format, lints, types, the package, its dependencies and the committed files
    Lint {
        /// Fails where the databases of advisories can't be fetched, instead of saying so
        #[arg(long)]
        require_advisories: bool,
    },
    /// Measures what a browser downloads against budgets.toml
    Size {
        /// Prints JSON instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Measures dinerkit beside other libraries, nginx and other pages: see docs/benchmarks.md
    Bench {
        /// What to measure
        #[arg(value_enum, default_value_t = bench::Subject::Rules)]
        subject: bench::Subject,
        /// Prints JSON instead of a table
        #[arg(long)]
        json: bool,
        /// How many seconds each of the gateway's 108 turns takes
        #[arg(long, default_value_t = bench::gateway::SECONDS, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
        /// Another commit, whose page is measured beside this one's
        #[arg(long)]
        against: Option<String>,
        /// Of the rules: stops at 10⁴ rows of files, and has fewer rounds
        #[arg(long)]
        quick: bool,
        /// Of the rules: measures two cores even where other programs run
        #[arg(long, conflicts_with = "quick")]
        cores: bool,
        /// Of the rules: writes bench/RESULTS.md
        #[arg(long)]
        write: bool,
    },
    /// Builds one of the package's WebAssembly modules: core, fast, guest, bulk or gateway
    Module {
        /// The module's name
        name: String,
    },
    /// Builds the npm package's tarball in target/npm
    Pack {
        /// The last release's tarball, whose hashed files of the widget are packed too: a page that
        /// was opened before this release still asks for them
        #[arg(long, value_name = "TARBALL")]
        previous: Option<PathBuf>,
    },
    /// Writes the reference pages and types that are made from the tables of fields, issues and
    /// options
    Docs,
    /// Makes the phone rules' tables from upstream's metadata, or compares them with upstream's
    /// answers
    PhoneData {
        /// Reads the metadata from the installed google-libphonenumber first
        #[arg(long, conflicts_with = "verify")]
        update: bool,
        /// Writes nothing: makes the tables again, compares them, and puts hundreds of
        /// thousands of questions to upstream
        #[arg(long)]
        verify: bool,
        /// The seed that chooses the questions
        #[arg(long, requires = "verify", default_value_t = phone_data::SEED)]
        seed: u32,
    },
}

#[allow(clippy::print_stderr, reason = "the one line that says why it failed")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result =
        process::forward_interrupts().and_then(|()| Workspace::find()).and_then(|workspace| {
            match arguments.task {
                Task::Demo { check: false, port } => demo::run(&workspace, port),
                Task::Demo { check: true, .. } => demo::check(&workspace),
                Task::Test { suite, browser, runtime, all } => {
                    let runtime = runtime.as_deref();
                    test::run(&workspace, suite, &test::Choice { browser, runtime, all })
                }
                Task::Fuzz { target: Some(target), input: Some(input), .. } => {
                    fuzz::replay(&workspace, &target, &input)
                }
                Task::Fuzz { target, seconds, .. } => {
                    fuzz::run(&workspace, target.as_deref(), seconds)
                }
                Task::Lint { require_advisories } => lint::run(&workspace, require_advisories),
                Task::Size { json } => size::run(&workspace, json),
                Task::Bench { subject, json, seconds, against, quick, cores, write } => {
                    let wishes = bench::Wishes { json, quick, cores, write };
                    bench::run(&workspace, subject, wishes, seconds, against.as_deref())
                }
                Task::Module { name } => build::module_alone(&workspace, &name),
                Task::Pack { previous } => pack::run(&workspace, previous.as_deref()),
                Task::Docs => docs::run(&workspace),
                Task::PhoneData { update, verify, seed } => {
                    let job = match (update, verify) {
                        (true, _) => Job::Update,
                        (_, true) => Job::Verify { seed },
                        _ => Job::Write,
                    };
                    setup::npm_packages(&workspace)?;
                    phone_data::run(&workspace.root, job).map_err(anyhow::Error::msg)
                }
            }
        });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if process::interrupted() => ExitCode::from(process::INTERRUPTED),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
