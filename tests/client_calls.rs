//! The state machine of a call, step by step: what it sends, when it authenticates, when it gives
//! up.

// Native only: the client decides the same on every platform.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows these in test functions, but not in the functions that help them.
#![allow(clippy::panic, clippy::unwrap_used)]

use dinerkit::client::auth::Token;
use dinerkit::client::error::{ApiError, ErrorKind, Outcome};
use dinerkit::client::response::HttpResponse;
use dinerkit::client::{Access, Call, Config, Failure, Input, Output, SendRequest, Session};
use dinerkit::client::{Encoding, Operation};
use dinerkit::issue::{Code, Issue};
use dinerkit::json::{Json, Object};

const NOON: u64 = 1_785_931_200_000;

fn options(text: &str) -> Object {
    Json::parse(text).unwrap().as_object().unwrap().clone()
}

fn config(extra: &str) -> Config {
    let text = format!(r#"{{"baseUrl":"https://api.example/prefix/","microsite":"a b"{extra}}}"#);
    Config::from_json(&options(&text)).unwrap()
}

fn session(extra: &str) -> Session {
    Session::new(config(extra)).unwrap()
}

const CREDENTIALS: &str = r#","credentials":{"username":"u","password":"p"}"#;

fn provider() -> Session {
    Session::new(Config { access: Access::Provider, ..config("") }).unwrap()
}

fn json(status: u16, body: &str) -> Input {
    Input::Response(HttpResponse {
        status,
        content_type: Some("application/json".to_owned()),
        body: body.as_bytes().to_vec(),
        ..HttpResponse::default()
    })
}

fn token(text: &str) -> Input {
    let expiry = "2026-08-06T12:00:00.0000000";
    json(200, &format!(r#"{{"Status":"Success","Token":"{text}","TokenExpiryUtc":"{expiry}"}}"#))
}

fn unauthorised() -> Input {
    json(401, r#"{"Message":"Authorization has been denied for this request."}"#)
}

fn sent(output: Output) -> SendRequest {
    match output {
        Output::Send(send) => send,
        other => panic!("not sent: {}", name(&other)),
    }
}

fn name(output: &Output) -> String {
    match output {
        Output::Send(send) => format!("send {}", send.request.path),
        Output::AskForToken { .. } => "ask".to_owned(),
        Output::Wait { .. } => "wait".to_owned(),
        Output::WaitForWake { .. } => "wait for token".to_owned(),
        Output::Done(Ok(value)) => format!("done {value:?}"),
        Output::Done(Err(error)) => format!("failed {error:?}"),
    }
}

fn failed(output: Output) -> ApiError {
    match output {
        Output::Done(Err(error)) => error,
        other => panic!("no failure: {}", name(&other)),
    }
}

fn done(output: Output) -> Json {
    match output {
        Output::Done(Ok(value)) => value,
        other => panic!("not done: {}", name(&other)),
    }
}

fn bearer(send: &SendRequest) -> Option<&str> {
    send.headers.get("Authorization").and_then(Json::as_str)
}

fn get() -> Call {
    Call::new(Operation::Get { id: 7 })
}

fn create() -> Call {
    Call::new(Operation::Create { request: Object::new().with("Surname", "Doe") })
}

/// Holds what [`create`] sends.
const RECORD: &str = r#"{"Id":7,"Surname":"Doe"}"#;

#[test]
fn call_without_access_sends_no_token() {
    let mut session = session("");
    let mut call = get();
    let send = sent(call.handle(&mut session, Input::Start, NOON, 0));
    assert_eq!(
        send.url,
        "https://api.example/prefix/api/ConsumerApi/v1/Restaurant/a%20b/Customer/7"
    );
    assert_eq!(send.headers, Object::new().with("Accept", "application/json"));
    assert_eq!(send.timeout_ms, 30_000);
    let record = done(call.handle(&mut session, json(200, RECORD), NOON, 0));
    assert_eq!(record, Object::new().with("Id", 7).with("Surname", "Doe").into());
    assert!(!session.take_wake());
}

#[test]
fn call_that_cannot_get_another_token_fails_at_a_401() {
    for extra in ["", r#","token":"t""#] {
        let mut session = session(extra);
        let mut call = create();
        let send = sent(call.handle(&mut session, Input::Start, NOON, 0));
        assert_eq!(bearer(&send), if extra.is_empty() { None } else { Some("Bearer t") });
        let error = failed(call.handle(&mut session, unauthorised(), NOON, 0));
        assert_eq!(error, ErrorKind::Http { status: 401 }.with(Outcome::Refused));
    }
}

#[test]
fn call_with_credentials_authenticates_once_until_the_tokens_last_minutes() {
    let mut session = session(CREDENTIALS);
    let mut call = get();
    let send = sent(call.handle(&mut session, Input::Start, NOON, 0));
    assert_eq!(send.url, "https://api.example/prefix/api/Jwt/v2/Authenticate");
    assert_eq!((send.request.method, bearer(&send)), ("POST", None));
    let send = sent(call.handle(&mut session, token("one"), NOON, 0));
    assert_eq!(bearer(&send), Some("Bearer one"));
    done(call.handle(&mut session, json(200, RECORD), NOON, 0));

    let almost_a_day = 24 * 3_600_000 - 5 * 60_000 - 1;
    let send = sent(get().handle(&mut session, Input::Start, NOON + almost_a_day, 0));
    assert_eq!(bearer(&send), Some("Bearer one"));
    let send = sent(get().handle(&mut session, Input::Start, NOON + almost_a_day + 1, 0));
    assert!(send.url.ends_with("/api/Jwt/v2/Authenticate"));
}

#[test]
fn call_can_use_the_older_authentication() {
    let mut session = session(&format!(r#"{CREDENTIALS},"authentication":"token""#));
    let mut call = get();
    let send = sent(call.handle(&mut session, Input::Start, NOON, 0));
    assert_eq!(send.url, "https://api.example/prefix/api/Jwt/Token");
    let send = sent(call.handle(&mut session, json(200, "\"one\""), NOON, 0));
    assert_eq!(bearer(&send), Some("Bearer one"));
}

#[test]
fn call_replaces_a_refused_token_once_and_repeats_the_request_once() {
    let mut session = session(CREDENTIALS);
    let mut call = create();
    call.handle(&mut session, Input::Start, NOON, 0);
    call.handle(&mut session, token("one"), NOON, 0);
    let again = sent(call.handle(&mut session, unauthorised(), NOON, 0));
    assert!(again.url.ends_with("/api/Jwt/v2/Authenticate"));
    let replay = sent(call.handle(&mut session, token("one"), NOON, 0));
    assert_eq!(bearer(&replay), Some("Bearer one"));
    assert!(replay.request.body.is_some());
    let error = failed(call.handle(&mut session, unauthorised(), NOON, 0));
    assert_eq!(error, ErrorKind::Http { status: 401 }.with(Outcome::Refused));
}

#[test]
fn calls_share_one_refresh() {
    let mut session = session(CREDENTIALS);
    let mut first = get();
    first.handle(&mut session, Input::Start, NOON, 0);
    let mut others: Vec<Call> = (0..3).map(|_| create()).collect();
    for call in &mut others {
        let output = call.handle(&mut session, Input::Start, NOON, 0);
        // As long as an attempt may take, and two seconds: after that, the call that refreshes has
        // ended or vanished.
        assert!(matches!(output, Output::WaitForWake { ms: 32_000 }), "{}", name(&output));
    }
    assert!(!session.take_wake());
    sent(first.handle(&mut session, token("one"), NOON, 0));
    assert!(session.take_wake());
    assert!(!session.take_wake());
    for call in &mut others {
        assert_eq!(
            bearer(&sent(call.handle(&mut session, Input::Woken, NOON, 0))),
            Some("Bearer one")
        );
    }
    // The API refuses the same token for all calls: the first call gets a new token, the others
    // wait for it or use it.
    let refresh = sent(others[0].handle(&mut session, unauthorised(), NOON, 0));
    assert!(refresh.url.ends_with("/api/Jwt/v2/Authenticate"));
    let waits = others[1].handle(&mut session, unauthorised(), NOON, 0);
    assert!(matches!(waits, Output::WaitForWake { .. }));
    assert_eq!(
        bearer(&sent(others[0].handle(&mut session, token("two"), NOON, 0))),
        Some("Bearer two")
    );
    assert!(session.take_wake());
    for (index, input) in [(1, Input::Woken), (2, unauthorised())] {
        let replay = sent(others[index].handle(&mut session, input, NOON, 0));
        assert_eq!(bearer(&replay), Some("Bearer two"));
    }
}

#[test]
fn call_that_waits_for_a_refresh_fails_with_it() {
    let mut session = session(CREDENTIALS);
    let (mut first, mut second) = (get(), create());
    first.handle(&mut session, Input::Start, NOON, 0);
    second.handle(&mut session, Input::Start, NOON, 0);
    let fail = r#"{"Status":"Fail"}"#;
    let expected = ErrorKind::Http { status: 401 }.with(Outcome::NotSent);
    assert_eq!(failed(first.handle(&mut session, json(200, fail), NOON, 0)), expected);
    assert!(session.take_wake());
    assert_eq!(failed(second.handle(&mut session, Input::Woken, NOON, 0)), expected);
    // A later call tries to authenticate again.
    assert!(matches!(get().handle(&mut session, Input::Start, NOON, 0), Output::Send(_)));
}

#[test]
fn call_that_aborts_a_refresh_leaves_it_to_the_next() {
    let mut session = session(CREDENTIALS);
    let (mut first, mut second) = (get(), get());
    first.handle(&mut session, Input::Start, NOON, 0);
    second.handle(&mut session, Input::Start, NOON, 0);
    let aborted = failed(first.handle(&mut session, Input::Failed(Failure::Abort), NOON, 0));
    assert_eq!(aborted, ErrorKind::Abort.with(Outcome::NotSent));
    assert!(session.take_wake());
    let takes_over = sent(second.handle(&mut session, Input::Woken, NOON, 0));
    assert!(takes_over.url.ends_with("/api/Jwt/v2/Authenticate"));
}

#[test]
fn call_that_vanishes_in_a_refresh_is_replaced_by_the_next() {
    const LEASE: u64 = 32_000;
    for (mut session, is_provider) in [(session(CREDENTIALS), false), (provider(), true)] {
        let given = |text: &str| {
            if is_provider { Input::Token(text.to_owned()) } else { token(text) }
        };
        let begins = |output: Output| match output {
            Output::AskForToken { .. } => is_provider,
            Output::Send(send) => send.url.ends_with("/Authenticate"),
            _ => false,
        };
        let (mut gone, mut second, mut third) = (get(), create(), get());
        assert!(begins(gone.handle(&mut session, Input::Start, NOON, 0)));
        second.handle(&mut session, Input::Start, NOON, 0);
        // The second call wakes by its own timer before the lease of the first call has ended.
        let waits = second.handle(&mut session, Input::Woken, NOON + LEASE - 1, 0);
        assert!(matches!(waits, Output::WaitForWake { ms: 1 }), "{}", name(&waits));
        assert!(begins(second.handle(&mut session, Input::Woken, NOON + LEASE, 0)));
        third.handle(&mut session, Input::Start, NOON + LEASE, 0);
        // The vanished call comes back: it uses its own token and wakes nobody.
        let late = gone.handle(&mut session, given("late"), NOON + LEASE, 0);
        assert_eq!(bearer(&sent(late)), Some("Bearer late"));
        assert!(!session.take_wake());
        let send = sent(second.handle(&mut session, given("two"), NOON + LEASE, 0));
        assert_eq!(bearer(&send), Some("Bearer two"));
        assert!(session.take_wake());
        let send = sent(third.handle(&mut session, Input::Woken, NOON + LEASE, 0));
        assert_eq!(bearer(&send), Some("Bearer two"));
        // A call that vanished does not have the write of another call sent twice.
        let error = failed(second.handle(&mut session, Input::Failed(Failure::Timeout), NOON, 0));
        assert_eq!(error, ErrorKind::Timeout.with(Outcome::Unknown));
    }
}

#[test]
fn call_whose_refresh_fails_too_late_fails_alone() {
    let mut session = session(CREDENTIALS);
    let (mut gone, mut second, mut third) = (get(), get(), get());
    gone.handle(&mut session, Input::Start, NOON, 0);
    let later = NOON + 60_000;
    sent(second.handle(&mut session, Input::Start, later, 0));
    third.handle(&mut session, Input::Start, later, 0);
    let expected = ErrorKind::Http { status: 401 }.with(Outcome::NotSent);
    let fail = json(200, r#"{"Status":"Fail"}"#);
    assert_eq!(failed(gone.handle(&mut session, fail, later, 0)), expected);
    let waits = third.handle(&mut session, Input::Woken, later, 0);
    assert!(matches!(waits, Output::WaitForWake { .. }), "{}", name(&waits));
}

#[test]
fn call_that_vanishes_while_writing_keeps_the_customer_for_a_total_time_out() {
    let mut session = session("");
    let edit = || {
        let patch = Object::new().with("Surname", "Doe");
        Call::new(Operation::Edit { id: 7, patch, append_comment: None })
    };
    let mut gone = edit();
    sent(gone.handle(&mut session, Input::Start, NOON, 0));
    let mut second = edit();
    let waits = second.handle(&mut session, Input::Start, NOON + 30_000, 0);
    assert!(matches!(waits, Output::WaitForWake { ms: 60_000 }), "{}", name(&waits));
    sent(second.handle(&mut session, Input::Woken, NOON + 90_000, 0));
    // The vanished call comes back: its total time-out has passed, so it does not overwrite the
    // edit of the other call.
    let error = failed(gone.handle(&mut session, json(200, RECORD), NOON + 90_000, 0));
    assert_eq!(error, ErrorKind::Timeout.with(Outcome::NotSent));
}

#[test]
fn call_asks_the_token_function_once_and_again_after_a_401() {
    let mut session = provider();
    let mut call = create();
    let output = call.handle(&mut session, Input::Start, NOON, 0);
    assert!(matches!(output, Output::AskForToken { timeout_ms: 30_000 }));
    let send = sent(call.handle(&mut session, Input::Token(" one\n".to_owned()), NOON, 0));
    assert_eq!(bearer(&send), Some("Bearer one"));
    let output = call.handle(&mut session, unauthorised(), NOON, 0);
    assert!(matches!(output, Output::AskForToken { .. }));
    let send = sent(call.handle(&mut session, Input::Token("two".to_owned()), NOON, 0));
    assert_eq!(bearer(&send), Some("Bearer two"));
    done(call.handle(&mut session, json(200, RECORD), NOON, 0));
    sent(get().handle(&mut session, Input::Start, NOON, 0));
}

#[test]
fn call_takes_only_a_token_from_the_token_function() {
    for text in ["", " ", "a b", "a\r\nX: y", "é"] {
        let mut session = provider();
        let mut call = create();
        call.handle(&mut session, Input::Start, NOON, 0);
        let error = failed(call.handle(&mut session, Input::Token(text.to_owned()), NOON, 0));
        assert!(matches!(error.kind, ErrorKind::Protocol { .. }), "{text}");
        assert_eq!(error.outcome, Outcome::NotSent);
    }
    let mut session = provider();
    let mut call = create();
    call.handle(&mut session, Input::Start, NOON, 0);
    let error = failed(call.handle(&mut session, Input::Failed(Failure::Network), NOON, 0));
    assert_eq!(error, ErrorKind::Network.with(Outcome::NotSent));
}

#[test]
fn call_ends_by_an_abort_in_any_state() {
    let abort = || Input::Failed(Failure::Abort);
    let mut early = create();
    assert_eq!(failed(early.handle(&mut session(""), abort(), NOON, 0)).outcome, Outcome::NotSent);
    let mut open = session("");
    let mut sending = create();
    sending.handle(&mut open, Input::Start, NOON, 0);
    assert_eq!(failed(sending.handle(&mut open, abort(), NOON, 0)).outcome, Outcome::Unknown);
    let mut reading = get();
    reading.handle(&mut open, Input::Start, NOON, 0);
    assert_eq!(failed(reading.handle(&mut open, abort(), NOON, 0)).outcome, Outcome::NotSent);
}

#[test]
fn call_fails_at_an_unexpected_input() {
    let mut session = session("");
    for input in [Input::Woken, json(200, RECORD), Input::Token("t".to_owned())] {
        let error = failed(create().handle(&mut session, input, NOON, 0));
        assert!(matches!(error.kind, ErrorKind::Protocol { status: 0, .. }));
    }
    let mut call = get();
    call.handle(&mut session, Input::Start, NOON, 0);
    done(call.handle(&mut session, json(200, RECORD), NOON, 0));
    assert_eq!(
        failed(call.handle(&mut session, json(200, RECORD), NOON, 0)).outcome,
        Outcome::NotSent
    );
}

#[test]
fn config_is_read_from_options_and_checked() {
    let read = config(
        r#","token":" t ","encoding":"form","timeoutMs":5,"totalTimeoutMs":6,"names":{"mergePath":"M"}"#,
    );
    assert!(read.access == Access::Token(Token::new("t").unwrap()));
    assert_eq!((read.encoding, read.timeout_ms, read.total_timeout_ms), (Encoding::Form, 5, 6));
    for extra in [
        r#","token":"""#,
        r#","token":7"#,
        r#","token":"t","credentials":{"username":"u","password":"p"}"#,
        r#","credentials":{"username":"u"}"#,
        r#","authentication":"v3""#,
        r#","encoding":"xml""#,
        r#","timeoutMs":0"#,
        r#","totalTimeoutMs":"soon""#,
        r#","names":7"#,
        r#","names":{"x":"y"}"#,
    ] {
        let text = format!(r#"{{"baseUrl":"https://api.example","microsite":"m"{extra}}}"#);
        assert!(Config::from_json(&options(&text)).is_err(), "{extra}");
    }
    assert!(Config::from_json(&options(r#"{"baseUrl":"https://api.example"}"#)).is_err());
    assert!(Config::from_json(&options(r#"{"microsite":"m"}"#)).is_err());
}

#[test]
fn config_takes_an_origin_and_a_plain_path_as_base_url() {
    for url in [
        "https://api.example",
        "http://127.0.0.1:8080/",
        "HTTPS://api.example/a/b/",
        "http://[::1]:8080/gateway",
    ] {
        assert!(Session::new(Config::new(url, "m")).is_ok(), "{url}");
    }
    for url in [
        "",
        "api.example",
        "ftp://api.example",
        "https://",
        "https:///x",
        "https://:80",
        "https://user:password@api.example",
        "https://api.example?x",
        "https://api.example/#x",
        "https://api.example/../x",
        "https://api.example/%2e%2e/x",
        "https://api.example\\x",
        "https://api.example/a b",
        "https://ápi.example",
    ] {
        assert!(Session::new(Config::new(url, "m")).is_err(), "{url}");
    }
    for microsite in ["", ".", ".."] {
        assert!(
            Session::new(Config::new("https://api.example", microsite)).is_err(),
            "{microsite}"
        );
    }
}

#[test]
fn call_with_credentials_takes_no_codes_from_its_server() {
    let body = r#"{"Message":"x","ValidationErrors":[{"PropertyName":"Surname","ErrorMessage":"no","Code":"not_writable"}]}"#;
    for (extra, expected) in [(CREDENTIALS, Code::Refused), ("", Code::NotWritable)] {
        let mut session = session(extra);
        let mut call = create();
        let mut send = sent(call.handle(&mut session, Input::Start, NOON, 0));
        if !extra.is_empty() {
            send = sent(call.handle(&mut session, token("one"), NOON, 0));
        }
        assert_eq!(send.request.method, "POST");
        let Input::Response(refusal) = json(400, body) else { panic!() };
        let refusal = Input::Response(HttpResponse { is_gateway: true, ..refusal });
        let error = failed(call.handle(&mut session, refusal, NOON, 0));
        let issues = vec![Issue::error(expected, "Surname")];
        assert_eq!(error.kind, ErrorKind::Validation { issues, unmapped: Vec::new() });
    }
}
