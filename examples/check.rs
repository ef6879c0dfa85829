//! For Rust programs that check a guest's details: the rules of the form, natively.
//!
//! ```sh
//! cargo run --example check                           # checks a draft of its own
//! cargo run --example check -- '{"Surname":"Lee"}'    # checks this draft
//! cargo run --example check -- - < draft.json         # checks the draft on stdin
//! ```
//!
//! Prints one line of JSON: the normalised request in `value`, and the issues. Ends with status 0
//! if the request may be sent, 1 if an issue blocks it, and 2 if the draft can't be read.

// Native: `wasm-pack test` compiles the examples too, and finds nothing in them.
#![cfg_attr(target_arch = "wasm32", no_main)]
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what the example prints is its result"
)]

use std::io::Read;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate};
use dinerkit::form::{Draft, Options, check};
use dinerkit::issue::Issue;
use dinerkit::json::{Json, Object};
use dinerkit::platform::Native;
use dinerkit::rules::phone::Table;
use dinerkit::setup::Setup;

/// Has an address that needs a second look, and a birthday before the guest may drink.
const DRAFT: &str = r#"{
    "Surname": "  O’Brien ",
    "Email": "zoe@gmial.com",
    "Mobile": "+61 491 570 006",
    "Birthday": "2020-02-29",
    "IsDrinkingAge": true
}"#;

/// The numbers that exist. Without this table only impossible numbers are found.
static PHONES: LazyLock<Option<Table>> =
    LazyLock::new(|| Table::decode(include_bytes!("../data/phone/types.bin")));

fn main() -> ExitCode {
    let checked = match read_draft().and_then(|text| parse(&text)) {
        Ok(record) => check(&Draft::from_object(&record), &options(), &Native),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let issues: Vec<Json> = checked.issues.iter().map(Issue::to_json).collect();
    let sendable = checked.is_sendable();
    let result = Object::new().with("value", checked.value).with("issues", issues);
    println!("{}", result.to_text());
    ExitCode::from(u8::from(!sendable))
}

/// The draft as text: the first argument, stdin if that is `-`, or the example's own.
fn read_draft() -> Result<String, String> {
    match std::env::args().nth(1) {
        None => Ok(DRAFT.to_owned()),
        Some(argument) if argument == "-" => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| format!("give the draft on stdin as UTF-8: {error}"))?;
            Ok(text)
        }
        Some(argument) => Ok(argument),
    }
}

/// The members of a draft.
fn parse(text: &str) -> Result<Object, String> {
    let json = Json::parse(text)
        .map_err(|error| format!("give the draft as JSON: byte {} is wrong", error.offset))?;
    json.as_object().cloned().ok_or_else(|| "give the draft as an object".to_owned())
}

/// What the rules need to know besides the draft. A real program reads the Setup with the client.
fn options() -> Options {
    Options {
        setup: Setup { drinking_age: Some(18), ..Setup::default() },
        today: today(),
        phones: PHONES.as_ref(),
        ..Options::default()
    }
}

/// The calendar day in UTC. A form takes the guest's own day instead.
fn today() -> Option<NaiveDate> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(elapsed.as_secs()).ok()?;
    Some(DateTime::from_timestamp(seconds, 0)?.date_naive())
}
