//! When a call tries again, how long it waits, and when it stops: attempts, time-outs, the rate
//! limit, and two writes to one customer.

// Native only: the client decides the same on every platform.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows these in test functions, but not in the functions that help them.
#![allow(clippy::panic, clippy::unwrap_used)]

use dinerkit::client::error::{ApiError, ErrorKind, Outcome};
use dinerkit::client::response::HttpResponse;
use dinerkit::client::{Call, Config, Failure, Input, Output, SendRequest, Session};
use dinerkit::client::{Key, Operation};
use dinerkit::json::Json;

const NOON: u64 = 1_785_931_200_000;

fn session(extra: &str) -> Session {
    let text = format!(r#"{{"baseUrl":"https://api.example","microsite":"m"{extra}}}"#);
    let options = Json::parse(&text).unwrap();
    Session::new(Config::from_json(options.as_object().unwrap()).unwrap()).unwrap()
}

fn call(name: &str) -> Call {
    let arguments = r#"{"id":7,"request":{},"into":7,"from":[8],"ids":[7],"patch":{}}"#;
    let arguments = Json::parse(arguments).unwrap();
    Call::new(Operation::from_json(name, arguments.as_object().unwrap()).unwrap())
}

fn answer(status: u16, retry_after: Option<&str>, body: &str) -> Input {
    Input::Response(HttpResponse {
        status,
        content_type: Some("application/json".to_owned()),
        retry_after: retry_after.map(str::to_owned),
        date: Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
        body: body.as_bytes().to_vec(),
        ..HttpResponse::default()
    })
}

/// The same answer with a web page as its body.
fn page(status: u16, retry_after: Option<&str>) -> Input {
    let Input::Response(response) = answer(status, retry_after, "<!DOCTYPE html><title>x</title>")
    else {
        panic!("no response")
    };
    Input::Response(HttpResponse {
        content_type: Some("text/html; charset=utf-8".to_owned()),
        ..response
    })
}

fn status(status: u16) -> Input {
    answer(status, None, "")
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
        Output::Wait { ms, .. } => format!("wait {ms}"),
        Output::WaitForWake { .. } => "wait for another call".to_owned(),
        Output::Done(Ok(value)) => format!("done {value:?}"),
        Output::Done(Err(error)) => format!("failed {error:?}"),
    }
}

fn waits(output: Output) -> u64 {
    match output {
        Output::Wait { ms, .. } => ms.into(),
        other => panic!("no wait: {}", name(&other)),
    }
}

fn failed(output: Output) -> ApiError {
    match output {
        Output::Done(Err(error)) => error,
        other => panic!("no failure: {}", name(&other)),
    }
}

const HALF: u32 = 1 << 31;

#[test]
fn retries_of_repeatable_operations_are_three_with_growing_waits() {
    for name in ["setup", "get", "unsubscribe", "scheduleDeletion", "edit"] {
        let mut session = session("");
        let mut call = call(name);
        sent(call.handle(&mut session, Input::Start, NOON, 0));
        let failures = [Input::Failed(Failure::Network), status(503), status(500)];
        for (input, ms) in failures.into_iter().zip([500, 1500, 4500]) {
            assert_eq!(waits(call.handle(&mut session, input, NOON, HALF)), ms, "{name}");
            sent(call.handle(&mut session, Input::Woken, NOON, 0));
        }
        let error = failed(call.handle(&mut session, status(502), NOON, HALF));
        let is_read = !matches!(name, "unsubscribe" | "scheduleDeletion");
        let outcome = if is_read { Outcome::NotSent } else { Outcome::Unknown };
        assert_eq!(error, ErrorKind::Http { status: 502 }.with(outcome), "{name}");
    }
}

#[test]
fn retries_do_not_happen_for_operations_that_are_not_repeatable() {
    for name in ["create", "update", "merge"] {
        for (input, kind, outcome) in [
            (Input::Failed(Failure::Network), ErrorKind::Network, Outcome::Unknown),
            (Input::Failed(Failure::Timeout), ErrorKind::Timeout, Outcome::Unknown),
            (status(408), ErrorKind::Http { status: 408 }, Outcome::Unknown),
            (status(429), ErrorKind::Http { status: 429 }, Outcome::Refused),
            (status(500), ErrorKind::Http { status: 500 }, Outcome::Unknown),
            (status(503), ErrorKind::Http { status: 503 }, Outcome::Unknown),
        ] {
            let mut session = session("");
            let mut call = call(name);
            sent(call.handle(&mut session, Input::Start, NOON, 0));
            assert_eq!(
                failed(call.handle(&mut session, input, NOON, 0)),
                kind.with(outcome),
                "{name}"
            );
        }
    }
}

#[test]
fn abort_before_the_request_goes_out_says_that_it_was_not_sent() {
    let mut session = session("");
    let mut call = keyed();
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    let error = failed(call.handle(&mut session, Input::Failed(Failure::Unsent), NOON, 0));
    assert_eq!(error, ErrorKind::Abort.with(Outcome::NotSent));
    // An earlier attempt may have reached the server.
    let mut call = keyed();
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    waits(call.handle(&mut session, Input::Failed(Failure::Network), NOON, 0));
    sent(call.handle(&mut session, Input::Woken, NOON, 0));
    let error = failed(call.handle(&mut session, Input::Failed(Failure::Unsent), NOON, 0));
    assert_eq!(error, ErrorKind::Abort.with(Outcome::Unknown));
}

const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";

fn keyed() -> Call {
    call("create").keyed(Key::new(KEY))
}

#[test]
fn retries_of_a_create_under_a_key_have_the_same_bytes() {
    let mut session = session("");
    let mut call = keyed();
    let first = sent(call.handle(&mut session, Input::Start, NOON, 0));
    assert_eq!(first.headers.get("Idempotency-Key"), Some(&Json::from(KEY)));
    for (input, ms) in [
        (Input::Failed(Failure::Network), 500),
        (Input::Failed(Failure::Timeout), 1500),
        (answer(409, Some("2"), ""), 2500),
    ] {
        assert_eq!(waits(call.handle(&mut session, input, NOON, HALF)), ms);
        let again = sent(call.handle(&mut session, Input::Woken, NOON, 0));
        assert_eq!(again.headers, first.headers);
        assert!(again.request == first.request);
    }
    let error = failed(call.handle(&mut session, Input::Failed(Failure::Network), NOON, 0));
    assert_eq!(error, ErrorKind::Network.with(Outcome::Unknown));
}

#[test]
fn retries_of_a_create_under_a_key_end_at_a_final_answer() {
    for (input, outcome) in [
        (status(502), Outcome::Unknown),
        (answer(503, Some("2"), ""), Outcome::Unknown),
        (answer(429, Some("2"), ""), Outcome::Refused),
        (status(422), Outcome::Refused),
        (status(424), Outcome::Refused),
        // Another request holds the key, and the answer does not say when to ask again.
        (status(409), Outcome::Unknown),
    ] {
        let mut session = session("");
        let mut call = keyed();
        sent(call.handle(&mut session, Input::Start, NOON, 0));
        assert_eq!(failed(call.handle(&mut session, input, NOON, 0)).outcome, outcome);
    }
}

#[test]
fn retries_of_a_create_under_a_key_end_unknown_after_one_loss() {
    let mut session = session("");
    let mut call = keyed();
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    waits(call.handle(&mut session, Input::Failed(Failure::Network), NOON, 0));
    sent(call.handle(&mut session, Input::Woken, NOON, 0));
    let error = failed(call.handle(&mut session, status(422), NOON, 0));
    assert_eq!(error, ErrorKind::Http { status: 422 }.with(Outcome::Unknown));
}

#[test]
fn key_is_sent_only_to_servers_that_honour_it() {
    for (extra, is_honoured) in [
        ("", true),
        (r#","idempotencyKeys":true"#, true),
        (r#","idempotencyKeys":null"#, true),
        (r#","idempotencyKeys":false"#, false),
        (r#","token":"t""#, false),
        (r#","token":"t","idempotencyKeys":true"#, true),
    ] {
        let mut session = session(extra);
        assert_eq!(session.takes_keys(), is_honoured, "{extra}");
        let mut call = keyed();
        let send = sent(call.handle(&mut session, Input::Start, NOON, 0));
        assert_eq!(send.headers.get("Idempotency-Key").is_some(), is_honoured, "{extra}");
        let output = call.handle(&mut session, Input::Failed(Failure::Network), NOON, 0);
        assert_eq!(matches!(output, Output::Wait { .. }), is_honoured, "{extra}");
    }
    for extra in [
        r#","idempotencyKeys":1"#,
        r#","idempotencyKeys":true,"credentials":{"username":"a","password":"b"}"#,
    ] {
        let text = format!(r#"{{"baseUrl":"https://api.example","microsite":"m"{extra}}}"#);
        let options = Json::parse(&text).unwrap();
        let session = Config::from_json(options.as_object().unwrap()).and_then(Session::new);
        assert!(session.err().unwrap().contains("idempotencyKeys"), "{extra}");
    }
}

#[test]
fn key_of_the_wrong_shape_is_refused_by_client_and_gateway() {
    let long = "a".repeat(129);
    for (key, is_valid) in [
        (KEY, true),
        ("0123456789abcdef", true),
        ("ABC-._~:+/=01234", true),
        (&long[1..], true),
        (&long, false),
        ("", false),
        ("0123456789abcde", false),
        ("0123456789abcdef\n", false),
        ("0123456789abcdéf", false),
        ("0123456789 abcdef", false),
    ] {
        assert_eq!(Key::new(key).is_some(), is_valid, "{key:?}");
        assert_eq!(dinerkit::gateway::idempotency::key(key).is_some(), is_valid, "{key:?}");
    }
}

#[test]
fn key_is_sent_only_with_creates() {
    let (mut session, mut update) = (session(""), call("update").keyed(Key::new(KEY)));
    let send = sent(update.handle(&mut session, Input::Start, NOON, 0));
    assert_eq!(send.headers.get("Idempotency-Key"), None);
    failed(update.handle(&mut session, Input::Failed(Failure::Network), NOON, 0));
}

#[test]
fn retries_of_a_raw_request_happen_only_if_it_reads() {
    for (method, is_read) in [
        ("GET", true),
        ("HEAD", true),
        ("POST", false),
        ("PUT", false),
        ("PATCH", false),
        ("DELETE", false),
    ] {
        for input in [Input::Failed(Failure::Network), Input::Failed(Failure::Timeout), status(503)]
        {
            let mut session = session("");
            let mut call =
                Call::new(Operation::Raw { method, path: "Bookings".to_owned(), body: None });
            sent(call.handle(&mut session, Input::Start, NOON, 0));
            let output = call.handle(&mut session, input, NOON, 0);
            if is_read {
                assert_eq!(waits(output), 0, "{method}");
            } else {
                assert_eq!(failed(output).outcome, Outcome::Unknown, "{method}");
            }
        }
    }
}

/// The driver passes these numbers to the hooks.
#[test]
fn attempts_are_counted_for_each_request() {
    let mut session =
        session(r#","credentials":{"username":"u","password":"p"},"requestsPerMinute":5"#);
    let mut call = call("edit");
    let mut steps = Vec::new();
    let mut step = |input, now_ms| {
        let output = call.handle(&mut session, input, now_ms, 0);
        let what = match &output {
            Output::Send(send) => send.request.method,
            Output::Wait { retries: true, .. } => "retry",
            Output::Wait { retries: false, .. } => "wait",
            _ => "other",
        };
        steps.push((what, call.is_authenticating(), call.attempts()));
    };
    let record = || answer(200, None, r#"{"Id":7}"#);
    step(Input::Start, NOON);
    step(status(503), NOON);
    step(Input::Woken, NOON);
    step(token("one"), NOON);
    step(status(500), NOON);
    step(Input::Woken, NOON);
    step(status(401), NOON);
    step(token("two"), NOON);
    step(Input::Woken, NOON + 61_000);
    step(record(), NOON + 61_000);
    assert_eq!(
        steps,
        [
            ("POST", true, 1),
            ("retry", false, 1),
            ("POST", true, 2),
            ("GET", false, 1),
            ("retry", false, 1),
            ("GET", false, 2),
            ("POST", true, 1),
            ("wait", false, 2),
            ("GET", false, 3),
            ("PUT", false, 1),
        ]
    );
}

#[test]
fn raw_write_to_a_customer_waits_for_other_writes() {
    for (method, path, waits) in [
        ("PUT", "Customer/7", true),
        ("DELETE", "customer/007/Notes?x=1", true),
        ("GET", "Customer/7", false),
        ("PUT", "Customer/8", false),
        ("POST", "Customer", false),
        ("POST", "Customer/0", false),
        ("POST", "Customer/99999999999", false),
        ("POST", "Bookings/7", false),
    ] {
        let mut session = session("");
        sent(call("update").handle(&mut session, Input::Start, NOON, 0));
        let raw = Operation::Raw { method, path: path.to_owned(), body: None };
        let output = Call::new(raw).handle(&mut session, Input::Start, NOON, 0);
        assert_eq!(matches!(output, Output::WaitForWake { .. }), waits, "{method} {path}");
    }
}

#[test]
fn fetch_of_the_caller_must_return_a_response() {
    for (name, outcome) in [("get", Outcome::NotSent), ("create", Outcome::Unknown)] {
        let mut session = session("");
        let mut call = call(name);
        sent(call.handle(&mut session, Input::Start, NOON, 0));
        let error = failed(call.handle(&mut session, Input::Failed(Failure::NoResponse), NOON, 0));
        assert!(matches!(error.kind, ErrorKind::Protocol { status: 0, .. }));
        assert_eq!(error.outcome, outcome);
    }
}

#[test]
fn retries_do_not_happen_after_refusals_and_broken_answers() {
    let broken = || answer(200, None, "{");
    for input in [
        status(400),
        status(401),
        status(403),
        status(404),
        broken(),
        page(200, Some("1")),
        page(401, None),
        page(403, Some("1")),
        page(503, None),
    ] {
        let mut session = session("");
        let mut call = call("get");
        sent(call.handle(&mut session, Input::Start, NOON, 0));
        failed(call.handle(&mut session, input, NOON, 0));
    }
    let mut session = session("");
    let mut call = call("get");
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    let too_large = failed(call.handle(&mut session, Input::Failed(Failure::TooLarge), NOON, 0));
    assert!(matches!(too_large.kind, ErrorKind::Protocol { .. }));
}

#[test]
fn retry_after_is_kept_and_bounded() {
    for (retry_after, expected) in [
        ("7", Some(7000)),
        ("60", Some(60_000)),
        ("Sun, 06 Nov 1994 08:49:42 GMT", Some(5000)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
        ("nonsense", Some(0)),
        ("61", None),
        ("Mon, 07 Nov 1994 08:49:37 GMT", None),
        ("18446744073709551616", None),
    ] {
        for code in [408, 429, 500, 502, 503, 504, 520] {
            for input in [answer(code, Some(retry_after), ""), page(code, Some(retry_after))] {
                let mut session = session("");
                let mut call = call("get");
                sent(call.handle(&mut session, Input::Start, NOON, 0));
                let output = call.handle(&mut session, input, NOON, 0);
                match expected {
                    Some(ms) => assert_eq!(waits(output), ms, "{retry_after}"),
                    None => {
                        assert_eq!(
                            failed(output).kind,
                            ErrorKind::Http { status: code },
                            "{retry_after}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn retry_after_of_a_429_holds_back_all_calls_of_the_session() {
    for refusal in [answer(429, Some("5"), ""), page(429, Some("5"))] {
        let mut session = session("");
        let mut create = call("create");
        sent(create.handle(&mut session, Input::Start, NOON, 0));
        failed(create.handle(&mut session, refusal, NOON, 0));
        let mut get = call("get");
        assert_eq!(waits(get.handle(&mut session, Input::Start, NOON + 1000, 0)), 4000);
        sent(get.handle(&mut session, Input::Woken, NOON + 5000, 0));
    }
}

/// Every operation, with credentials and with a key where a create takes one, and every status that
/// says what is wrong: the call goes on, or ends, as if the answer were JSON.
#[test]
fn web_page_ends_no_call_that_the_same_answer_in_json_would_not_end() {
    const NAMES: [&str; 8] =
        ["setup", "get", "create", "update", "edit", "merge", "unsubscribe", "scheduleDeletion"];
    for status in [400, 401, 404, 405, 408, 409, 413, 429, 500, 502, 503, 504, 520] {
        for name in NAMES {
            for extra in ["", CREDENTIALS, r#","idempotencyKeys":true"#] {
                for retry_after in ["0", "7", "60", "61"] {
                    let answers =
                        [answer(status, Some(retry_after), "{}"), page(status, Some(retry_after))];
                    let [by_json, by_page] = answers.map(|answer| steps(name, extra, answer));
                    assert_eq!(by_json, by_page, "{name} {status} {extra} {retry_after}");
                }
            }
        }
    }
}

/// What a call does that is always answered with the same.
fn steps(operation: &str, extra: &str, answer: Input) -> Vec<String> {
    let Input::Response(response) = answer else { panic!("no response") };
    let mut session = session(extra);
    let mut call = match extra {
        r#","idempotencyKeys":true"# => call(operation).keyed(Key::new(KEY)),
        _ => call(operation),
    };
    let (mut steps, mut now_ms, mut input) = (Vec::new(), NOON, Input::Start);
    loop {
        let output = call.handle(&mut session, input, now_ms, HALF);
        steps.push(name(&output));
        input = match output {
            Output::Send(_) if call.is_authenticating() => token("t"),
            Output::Send(_) => Input::Response(response.clone()),
            Output::Wait { ms, .. } => {
                now_ms += u64::from(ms);
                Input::Woken
            }
            _ => return steps,
        };
    }
}

#[test]
fn web_page_is_waited_for_until_the_server_answers() {
    for code in [408, 429, 503] {
        let mut session = session("");
        let mut call = call("get");
        sent(call.handle(&mut session, Input::Start, NOON, 0));
        for attempt in 1..=3 {
            let waited = waits(call.handle(&mut session, page(code, Some("2")), NOON, 0));
            assert_eq!(waited, 2000, "{code}, attempt {attempt}");
            let now_ms = NOON + 2000 * attempt;
            sent(call.handle(&mut session, Input::Woken, now_ms, 0));
        }
        let record = call.handle(&mut session, answer(200, None, r#"{"Id":7}"#), NOON, 0);
        assert!(matches!(record, Output::Done(Ok(_))), "{code}: {}", name(&record));
    }
}

#[test]
fn web_page_with_401_gets_another_token_once() {
    for operation in ["get", "create", "update"] {
        let mut session = session(CREDENTIALS);
        let mut call = call(operation);
        let mut paths = Vec::new();
        let inputs =
            [Input::Start, token("one"), page(401, None), token("two"), page(401, Some("1"))];
        let [.., last] = inputs.map(|input| {
            let output = call.handle(&mut session, input, NOON, 0);
            if let Output::Send(send) = &output {
                paths.push(send.headers.get("Authorization").cloned());
            }
            output
        });
        let bearer = |text: &str| Some(Json::from(text));
        assert_eq!(paths, [None, bearer("Bearer one"), None, bearer("Bearer two")], "{operation}");
        assert_eq!(
            failed(last),
            ErrorKind::Http { status: 401 }.with(Outcome::Refused),
            "{operation}"
        );
    }
}

#[test]
fn web_page_at_the_authentication_is_waited_for() {
    let mut session = session(CREDENTIALS);
    let mut call = call("create");
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    assert_eq!(waits(call.handle(&mut session, page(503, Some("3")), NOON, 0)), 3000);
    sent(call.handle(&mut session, Input::Woken, NOON + 3000, 0));
    let send = sent(call.handle(&mut session, token("t"), NOON + 3000, 0));
    assert!(send.url.ends_with("/Customer"));
    let mut blocked = self::call("get");
    let mut session = self::session(CREDENTIALS);
    sent(blocked.handle(&mut session, Input::Start, NOON, 0));
    let error = failed(blocked.handle(&mut session, page(403, Some("3")), NOON, 0));
    assert_eq!(error, ErrorKind::Blocked { status: 403 }.with(Outcome::NotSent));
}

#[test]
fn total_time_out_bounds_attempts_and_waits() {
    let mut session = session(r#","timeoutMs":1000,"totalTimeoutMs":2500"#);
    let mut call = call("get");
    assert_eq!(sent(call.handle(&mut session, Input::Start, NOON, 0)).timeout_ms, 1000);
    let timeout = || Input::Failed(Failure::Timeout);
    assert_eq!(waits(call.handle(&mut session, timeout(), NOON + 1000, HALF)), 500);
    let last = sent(call.handle(&mut session, Input::Woken, NOON + 1500, 0));
    assert_eq!(last.timeout_ms, 1000);
    // There is no time for another wait: the call ends with the error at once.
    let error = failed(call.handle(&mut session, status(500), NOON + 2000, HALF));
    assert_eq!(error, ErrorKind::Http { status: 500 }.with(Outcome::NotSent));
}

#[test]
fn attempt_has_no_more_time_than_is_left() {
    let mut session = session(r#","timeoutMs":1000,"totalTimeoutMs":1200"#);
    let mut call = call("get");
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    waits(call.handle(&mut session, status(500), NOON + 500, 0));
    let late = sent(call.handle(&mut session, Input::Woken, NOON + 900, 0));
    assert_eq!(late.timeout_ms, 300);
    let error = failed(call.handle(&mut session, Input::Failed(Failure::Timeout), NOON + 1200, 0));
    assert_eq!(error, ErrorKind::Timeout.with(Outcome::NotSent));
}

#[test]
fn wait_that_ends_after_the_total_time_out_ends_the_call() {
    let mut session = session("");
    let mut call = call("get");
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    waits(call.handle(&mut session, status(500), NOON, 0));
    let error = failed(call.handle(&mut session, Input::Woken, NOON + 90_000, 0));
    assert_eq!(error.kind, ErrorKind::Http { status: 500 });
}

#[test]
fn outcome_is_unknown_after_one_unknown_attempt() {
    let mut session = session("");
    let mut call = call("unsubscribe");
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    waits(call.handle(&mut session, Input::Failed(Failure::Network), NOON, 0));
    sent(call.handle(&mut session, Input::Woken, NOON, 0));
    let error = failed(call.handle(&mut session, status(404), NOON, 0));
    assert_eq!(error, ErrorKind::Http { status: 404 }.with(Outcome::Unknown));
}

#[test]
fn rate_limit_is_shared_and_fails_at_once_if_there_is_no_time_to_wait() {
    let mut session = session(r#","requestsPerMinute":2"#);
    for _ in 0..2 {
        sent(call("get").handle(&mut session, Input::Start, NOON, 0));
    }
    let mut third = call("create");
    assert_eq!(waits(third.handle(&mut session, Input::Start, NOON, 0)), 61_000);
    let mut fourth = call("create");
    assert_eq!(waits(fourth.handle(&mut session, Input::Start, NOON, 0)), 61_000);
    // The abort of the first call lets the next one write.
    let aborted = failed(third.handle(&mut session, Input::Failed(Failure::Abort), NOON, 0));
    assert_eq!(aborted, ErrorKind::Abort.with(Outcome::NotSent));
    sent(fourth.handle(&mut session, Input::Woken, NOON + 61_000, 0));

    let mut hasty = Config::new("https://api.example", "m");
    (hasty.total_timeout_ms, hasty.requests_per_minute) = (30_000, 1);
    let mut session = Session::new(hasty).unwrap();
    sent(call("get").handle(&mut session, Input::Start, NOON, 0));
    let error = failed(call("create").handle(&mut session, Input::Start, NOON, 0));
    assert_eq!(error, ErrorKind::Timeout.with(Outcome::NotSent));
}

#[test]
fn customer_is_written_to_by_one_call_at_a_time() {
    let mut session = session("");
    let mut merge = call("merge");
    sent(merge.handle(&mut session, Input::Start, NOON, 0));
    for name in ["update", "edit", "unsubscribe", "scheduleDeletion", "merge"] {
        let output = call(name).handle(&mut session, Input::Start, NOON, 0);
        assert!(matches!(output, Output::WaitForWake { ms: 90_000 }), "{name}");
    }
    for name in ["get", "setup", "create"] {
        sent(call(name).handle(&mut session, Input::Start, NOON, 0));
    }
    let mut edit = call("edit");
    edit.handle(&mut session, Input::Start, NOON, 0);
    assert!(!session.take_wake());
    failed(merge.handle(&mut session, status(400), NOON, 0));
    assert!(session.take_wake());
    assert_eq!(sent(edit.handle(&mut session, Input::Woken, NOON, 0)).request.method, "GET");
}

const CREDENTIALS: &str = r#","credentials":{"username":"u","password":"p"}"#;

fn token(text: &str) -> Input {
    let expiry = "2026-08-06T12:00:00.0000000";
    let body = format!(r#"{{"Status":"Success","Token":"{text}","TokenExpiryUtc":"{expiry}"}}"#);
    answer(200, None, &body)
}

#[test]
fn authentication_is_tried_again_while_the_others_wait_for_it() {
    let mut session = session(CREDENTIALS);
    let (mut first, mut second) = (call("create"), call("create"));
    sent(first.handle(&mut session, Input::Start, NOON, 0));
    second.handle(&mut session, Input::Start, NOON, 0);
    for _ in 0..3 {
        waits(first.handle(&mut session, status(503), NOON, 0));
        sent(first.handle(&mut session, Input::Woken, NOON, 0));
        assert!(!session.take_wake());
    }
    let expected = ErrorKind::Http { status: 503 }.with(Outcome::NotSent);
    assert_eq!(failed(first.handle(&mut session, status(503), NOON, 0)), expected);
    assert!(session.take_wake());
    assert_eq!(failed(second.handle(&mut session, Input::Woken, NOON, 0)), expected);
}

#[test]
fn authentication_that_runs_out_of_time_is_left_to_the_next_call() {
    let mut session = session(&format!(r#"{CREDENTIALS},"timeoutMs":90000"#));
    let (mut first, mut second) = (call("get"), call("get"));
    sent(first.handle(&mut session, Input::Start, NOON, 0));
    second.handle(&mut session, Input::Start, NOON + 80_000, 0);
    failed(first.handle(&mut session, Input::Failed(Failure::Timeout), NOON + 90_000, 0));
    assert!(session.take_wake());
    let takes_over = sent(second.handle(&mut session, Input::Woken, NOON + 90_000, 0));
    assert!(takes_over.url.ends_with("/api/Jwt/v2/Authenticate"));
}

#[test]
fn token_that_cannot_be_renewed_is_used_to_its_end() {
    let mut session = session(CREDENTIALS);
    let mut early = call("get");
    sent(early.handle(&mut session, Input::Start, NOON, 0));
    sent(early.handle(&mut session, token("one"), NOON, 0));
    let last_minutes = NOON + 24 * 3_600_000 - 4 * 60_000;
    let mut call = call("create");
    let renewal = sent(call.handle(&mut session, Input::Start, last_minutes, 0));
    assert!(renewal.url.ends_with("/api/Jwt/v2/Authenticate"));
    let send = sent(call.handle(&mut session, status(400), last_minutes, 0));
    assert_eq!(send.headers.get("Authorization"), Some(&Json::from("Bearer one")));
}

#[test]
fn session_is_shared_by_calls_for_other_microsites() {
    let mut session = session("");
    let mut elsewhere = call("get").at("a/b").unwrap();
    let send = sent(elsewhere.handle(&mut session, Input::Start, NOON, 0));
    assert_eq!(send.request.path, "/api/ConsumerApi/v1/Restaurant/a%2Fb/Customer/7");
    assert!(call("get").at("..").is_err());
}

#[test]
fn total_time_out_is_not_prolonged_by_a_clock_set_back() {
    let mut session = session("");
    let mut call = call("get");
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    waits(call.handle(&mut session, status(500), NOON - 3_600_000, 0));
    let send = sent(call.handle(&mut session, Input::Woken, NOON - 3_600_000, 0));
    assert_eq!(send.timeout_ms, 30_000);
}

#[test]
fn edit_fails_if_the_record_is_no_object() {
    let mut session = session("");
    let mut call = call("edit");
    sent(call.handle(&mut session, Input::Start, NOON, 0));
    let error = failed(call.handle(&mut session, answer(200, None, "[]"), NOON, 0));
    assert!(matches!(error.kind, ErrorKind::Protocol { status: 200, .. }));
    assert_eq!(error.outcome, Outcome::NotSent);
}
