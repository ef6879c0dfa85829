//! For Rust programs that call the Customer API: a driver for the client, which is sans-I/O, with a
//! blocking HTTP client.
//!
//! ```sh
//! cargo run --package dinerkit-sandbox -- --port 4100 &
//! cargo run --example call -- http://127.0.0.1:4100
//! ```
//!
//! Creates a customer, corrects the customer's name, and prints the record as one line of JSON.

// Native: `wasm-pack test` compiles the examples too, and finds nothing in them.
#![cfg_attr(target_arch = "wasm32", no_main)]
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what the example prints is its result"
)]

use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dinerkit::client::auth::Credentials;
use dinerkit::client::response::{BODY_MAX, HttpResponse, VERSION_HEADER};
use dinerkit::client::{
    Access, Call, Config, Failure, Input, Operation, Output, SendRequest, Session,
};
use dinerkit::json::{Json, Object};
use ureq::http::Request;

fn main() -> ExitCode {
    match run() {
        Ok(record) => {
            let mut text = String::new();
            record.write(&mut text);
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<Json, String> {
    let base_url = std::env::args()
        .nth(1)
        .ok_or("give the sandbox's address, such as http://127.0.0.1:4100")?;
    let mut config = Config::new(&base_url, "oak-and-salt");
    config.access = Access::Credentials(Credentials {
        username: "sandbox".to_owned(),
        password: "sandbox-password".to_owned(),
    });
    let mut session = Session::new(config)?;

    // A request that the rules have normalised: see the example `check`.
    let request = Object::new()
        .with("FirstName", "Zoe")
        .with("Surname", "O’Brien")
        .with("Email", "zoe@example.com")
        .with("MobileCountryCode", 61)
        .with("Mobile", "491570006");
    let created = drive(&mut session, Operation::Create { request })?;
    let id = created.as_object().and_then(|customer| customer.get("Id")).and_then(Json::as_i32);
    let id = id.ok_or("the answer to the create has no Id")?;
    let patch = Object::new().with("FirstName", "Zoë");
    drive(&mut session, Operation::Edit { id, patch, append_comment: None })
}

/// Runs one call to its end. No other call of the session runs meanwhile, so none has to be woken.
fn drive(session: &mut Session, operation: Operation) -> Result<Json, String> {
    let mut call = Call::new(operation);
    let mut input = Input::Start;
    loop {
        input = match call.handle(session, input, now_ms(), random()) {
            Output::Send(request) => send(request),
            Output::Wait { ms, .. } | Output::WaitForWake { ms } => {
                sleep(Duration::from_millis(ms.into()));
                Input::Woken
            }
            // Only a client with `Access::Provider` asks.
            Output::AskForToken { .. } => Input::Failed(Failure::Network),
            Output::Done(result) => return result.map_err(|error| error.to_string()),
        };
    }
}

/// Sends one request and reads the answer, if one comes in time.
fn send(send: SendRequest) -> Input {
    exchange(send).map_or_else(Input::Failed, Input::Response)
}

fn exchange(send: SendRequest) -> Result<HttpResponse, Failure> {
    let mut request = Request::builder().method(send.request.method).uri(&send.url);
    for (name, value) in send.headers.iter() {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    // The client decides what a status means, and follows no redirect.
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_millis(send.timeout_ms.into())))
        .build()
        .new_agent();
    let response = match send.request.body {
        Some(body) => request.body(body).map(|request| agent.run(request)),
        None => request.body(()).map(|request| agent.run(request)),
    };
    let mut response = response.map_err(|_| Failure::Unsent)?.map_err(failure)?;

    let header = |name: &str| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let mut answer = HttpResponse {
        status: response.status().as_u16(),
        content_type: header("Content-Type"),
        retry_after: header("Retry-After"),
        date: header("Date"),
        is_gateway: header(VERSION_HEADER).is_some(),
        body: Vec::new(),
    };
    let limit = BODY_MAX as u64 + 1;
    let mut body = response.body_mut().as_reader().take(limit);
    body.read_to_end(&mut answer.body).map_err(|_| Failure::Network)?;
    if answer.body.len() > BODY_MAX { Err(Failure::TooLarge) } else { Ok(answer) }
}

fn failure(error: ureq::Error) -> Failure {
    match error {
        ureq::Error::Timeout(_) => Failure::Timeout,
        _ => Failure::Network,
    }
}

fn now_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// 32 random bits: the standard library seeds each of its hashers anew.
fn random() -> u32 {
    (RandomState::new().hash_one(0) >> 32) as u32
}
