//! For the developer at a terminal, and for test scripts: starts a sandbox, prints its address as
//! one line of JSON on stdout, and logs to stderr.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use dinerkit_sandbox::clock::{SeededClock, SystemClock};
use dinerkit_sandbox::{Config, Database, Names, Sandbox};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

/// The name that asks for a database without a file.
const IN_MEMORY: &str = ":memory:";

/// The exit status for unusable input, as clap has it.
const BAD_INPUT: u8 = 2;

/// A stand-in for the remote Customer API, with its quirks.
#[derive(Debug, Parser)]
#[command(name = "dinerkit-sandbox", version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// SQLite file, created when missing; `:memory:` for none [default: a temporary file]
    #[arg(long, value_name = "FILE")]
    db: Option<String>,

    /// Fix Ids, clock and signing key, so that two runs give equal answers
    #[arg(long)]
    seed: bool,

    /// The account's login
    #[arg(long, value_name = "NAME", default_value_t = Config::default().username)]
    username: String,

    /// The account's password
    #[arg(long, value_name = "WORD", default_value_t = Config::default().password)]
    password: String,

    /// Requests per minute before 429; 0 is no limit
    #[arg(long, value_name = "N", default_value_t = Config::default().rate_per_minute)]
    rate_per_minute: u32,

    /// Let callers ask for faults and list what arrived: for tests
    #[arg(long)]
    faults: bool,

    /// Names of the API that differ from our guesses: JSON or TOML, with the members of the option
    /// `names`
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().json().with_writer(io::stderr).init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The process ends in any case, and nobody reads a further error.
            let _ = writeln!(io::stderr(), "dinerkit-sandbox: {error}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let config = Config {
        port: arguments.port,
        database: match arguments.db {
            None => Database::Temporary,
            Some(name) if name == IN_MEMORY => Database::Memory,
            Some(path) => Database::File(path.into()),
        },
        seeded: arguments.seed,
        username: arguments.username,
        password: arguments.password,
        rate_per_minute: arguments.rate_per_minute,
        faults: arguments.faults,
        names: arguments.names.as_deref().map(Names::read).transpose()?.unwrap_or_default(),
    };
    // Before the ready line, so that a signal right after it is not lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let sandbox = if arguments.seed {
        Sandbox::start(config, SeededClock::default()).await?
    } else {
        Sandbox::start(config, SystemClock::default()).await?
    };
    let ready = json!({ "url": sandbox.url(), "db": sandbox.database() });
    writeln!(io::stdout(), "{ready}")?;
    sandbox
        .serve(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
        .await?;
    Ok(())
}
