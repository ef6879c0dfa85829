//! What the client makes of each answer: tables of status and body.

// Native only: the client decides the same on every platform.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows these in test functions, but not in the functions that help them.
#![allow(clippy::panic, clippy::unwrap_used)]

use dinerkit::client::Operation;
use dinerkit::client::auth::Authentication;
use dinerkit::client::error::{ErrorKind, Outcome};
use dinerkit::client::response::{HttpResponse, read};
use dinerkit::issue::{Code, Issue};
use dinerkit::json::{Json, Object};
use dinerkit::names::Names;

fn operation(name: &str) -> Operation {
    let arguments = r#"{"id":7,"request":{},"into":7,"from":[8],"ids":[7,8]}"#;
    let arguments = Json::parse(arguments).unwrap();
    Operation::from_json(name, arguments.as_object().unwrap()).unwrap()
}

fn answer(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> HttpResponse {
    HttpResponse {
        status,
        content_type: Some(content_type.to_owned()),
        body: body.as_ref().to_vec(),
        ..HttpResponse::default()
    }
}

fn json(status: u16, body: impl AsRef<[u8]>) -> HttpResponse {
    answer(status, "application/json; charset=utf-8", body)
}

fn outcome(name: &str, response: &HttpResponse) -> Result<String, ErrorKind> {
    read(&operation(name), &Names::default(), response).map(|value| {
        let mut text = String::new();
        value.write(&mut text);
        text
    })
}

const RECORDS: &[&str] = &["get", "create", "update", "merge"];
const ALL: &[&str] =
    &["setup", "get", "create", "update", "merge", "unsubscribe", "scheduleDeletion"];

#[test]
fn answer_with_a_record_is_returned_as_it_is() {
    let record = r#"{"Id":7,"Surname":null,"Address":null,"CustomerCodes":[],"Unknown":{"big":12345678901234567890,"long":0.10000000000000000000001},"PortalUserId":null}"#;
    for name in RECORDS {
        assert_eq!(outcome(name, &json(200, record)).unwrap(), record, "{name}");
        let marked = format!("\u{feff}{record}");
        assert_eq!(outcome(name, &json(201, marked)).unwrap(), record, "{name}");
        let id_as_text = record.replace(r#""Id":7"#, r#""Id":"7""#);
        assert_eq!(outcome(name, &json(200, id_as_text)).unwrap(), record, "{name}");
    }
    assert_eq!(outcome("setup", &json(200, r#"{"X":[1]}"#)).unwrap(), r#"{"X":[1]}"#);
    assert_eq!(outcome("setup", &json(200, "{}")).unwrap(), "{}");
}

#[test]
fn answer_with_a_guessed_flag_gets_our_name() {
    let names = Object::new().with("hasDeclinedEmail", "EmailDeclined");
    let names = Names::from_json(&names).unwrap();
    let response = json(200, r#"{"EmailDeclined":true,"Id":7}"#);
    let record = read(&operation("get"), &names, &response).unwrap();
    let record = record.as_object().unwrap();
    assert_eq!(record.get("HasDeclinedEmail"), Some(&Json::Bool(true)));
    assert_eq!(record.get("EmailDeclined"), None);
}

#[test]
fn answer_without_a_record_is_a_protocol_error() {
    let deep = format!(r#"{{"Id":7,"X":{}{}}}"#, "[".repeat(1000), "]".repeat(1000));
    let long = format!(r#"{{"Id":7,"X":"{}"#, "x".repeat(10_000));
    let bodies: &[&[u8]] = &[
        b"",
        b"  \r\n",
        b"\xef\xbb\xbf",
        b"null",
        b"[]",
        b"\"7\"",
        b"7",
        b"{}",
        br#"{"Id":0}"#,
        br#"{"Id":-7}"#,
        br#"{"Id":null}"#,
        br#"{"Id":7.5}"#,
        br#"{"Id":2147483648}"#,
        br#"{"id":7}"#,
        br#"{"Id":7,"Id":7}"#,
        br#"{"Id":7,"Surname":"D"#,
        br#"{"Id":7} trailing"#,
        b"{\"Id\":7,\"Surname\":\"\xff\"}",
        br#"{"Status":"Fail"}"#,
        br#"{"Id":7,"Status":"fail"}"#,
        deep.as_bytes(),
        long.as_bytes(),
    ];
    for name in RECORDS {
        for body in bodies {
            let found = outcome(name, &json(200, body));
            assert!(
                matches!(found, Err(ErrorKind::Protocol { status: 200, .. })),
                "{name} {:?}: {found:?}",
                String::from_utf8_lossy(body)
            );
        }
        let empty = outcome(name, &json(204, ""));
        assert!(matches!(empty, Err(ErrorKind::Protocol { status: 204, .. })), "{name}");
    }
    for name in ["get", "update", "merge"] {
        let another = outcome(name, &json(200, r#"{"Id":9}"#));
        assert!(matches!(another, Err(ErrorKind::Protocol { .. })), "{name}");
    }
    assert!(matches!(outcome("setup", &json(200, "[]")), Err(ErrorKind::Protocol { .. })));
    assert!(matches!(outcome("setup", &json(204, "")), Err(ErrorKind::Protocol { .. })));
}

#[test]
fn answer_to_an_unsubscription_may_be_anything_but_a_failure() {
    for body in ["", "{}", "null", "true", "OK", r#"{"Status":"Success"}"#] {
        assert_eq!(outcome("unsubscribe", &json(200, body)).unwrap(), "null", "{body}");
    }
    assert_eq!(outcome("unsubscribe", &json(204, "")).unwrap(), "null");
    let failed = outcome("unsubscribe", &json(200, r#"{"Status":"Fail"}"#));
    assert!(matches!(failed, Err(ErrorKind::Protocol { .. })));
}

#[test]
fn answer_to_a_deletion_lists_deleted_and_skipped() {
    for (body, expected) in [
        (
            r#"{"DeletedCustomerIds":[7],"SkippedCustomerIds":["8"]}"#,
            r#"{"deleted":[7],"skipped":[8]}"#,
        ),
        (
            r#"{"DeletedCustomerIds":[7],"SkippedCustomerIds":null}"#,
            r#"{"deleted":[7],"skipped":[]}"#,
        ),
        (r#"{"SkippedCustomerIds":[7,8]}"#, r#"{"deleted":[],"skipped":[7,8]}"#),
    ] {
        assert_eq!(outcome("scheduleDeletion", &json(200, body)).unwrap(), expected);
    }
    for body in ["", "{}", "[]", r#"{"DeletedCustomerIds":7}"#, r#"{"DeletedCustomerIds":[0]}"#] {
        let found = outcome("scheduleDeletion", &json(200, body));
        assert!(matches!(found, Err(ErrorKind::Protocol { .. })), "{body}");
    }
    let names =
        Object::new().with("deletedCustomerIds", "Marked").with("skippedCustomerIds", "Left");
    let names = Names::from_json(&names).unwrap();
    let response = json(200, r#"{"Marked":[7],"Left":[8]}"#);
    let found = read(&operation("scheduleDeletion"), &names, &response).unwrap();
    assert_eq!(found.as_object().unwrap().to_text(), r#"{"deleted":[7],"skipped":[8]}"#);
}

const PAGE: &str = "<!DOCTYPE html><title>Attention Required!</title>";

#[test]
fn answer_with_a_web_page_is_a_block_unless_its_status_says_more() {
    for name in ALL {
        for response in [
            answer(200, "text/html; charset=UTF-8", PAGE),
            answer(200, "application/json", format!("\u{feff}\r\n {PAGE}")),
            answer(201, "application/xhtml+xml", PAGE),
            answer(403, "TEXT/HTML", PAGE),
            answer(403, "text/html", ""),
            answer(406, "text/html", PAGE),
            answer(451, "text/html", PAGE),
            answer(503, "text/html", PAGE),
            answer(403, "text/plain", "error code: 1010"),
            HttpResponse { retry_after: Some("1".to_owned()), ..answer(403, "text/html", PAGE) },
        ] {
            let status = response.status;
            assert_eq!(outcome(name, &response), Err(ErrorKind::Blocked { status }), "{name}");
        }
        // A proxy may give JSON another content type: the body decides.
        let mislabelled = outcome(name, &answer(403, "text/html", "{}"));
        assert_eq!(mislabelled, Err(ErrorKind::Http { status: 403 }), "{name}");
    }
}

/// Bodies that a server, a proxy or the vendor's edge sends in place of JSON, with their types.
const OTHER_BODIES: &[(&str, &str)] = &[
    ("text/html; charset=utf-8", PAGE),
    ("TEXT/HTML", "\u{feff}\n<html><head><title>429 Too Many Requests</title></head></html>"),
    ("application/xhtml+xml", PAGE),
    ("application/json", PAGE),
    ("text/html", ""),
    ("text/html", "Service Unavailable"),
    ("text/plain", "error code: 1015"),
    ("text/plain", "upstream connect error"),
    ("text/plain", ""),
    ("", ""),
];

#[test]
fn answer_that_says_enough_by_its_status_means_the_same_with_every_body() {
    for status in 300..=599_u16 {
        for &(content_type, body) in OTHER_BODIES {
            for retry_after in [None, Some("7".to_owned())] {
                let is_asked_back = retry_after.is_some();
                if matches!(status, 403 | 406 | 451) || status == 503 && !is_asked_back {
                    continue;
                }
                let response = HttpResponse { retry_after, ..answer(status, content_type, body) };
                for name in ALL {
                    assert_eq!(
                        outcome(name, &response),
                        outcome(name, &json(status, "{}")),
                        "{name} {status} {content_type} {body}"
                    );
                }
            }
        }
    }
}

#[test]
fn answer_of_no_length_is_a_page_where_a_success_would_be_believed() {
    for name in ALL {
        for status in [200, 202, 204] {
            for body in ["", " \r\n", "\u{feff}"] {
                let page = answer(status, "text/html; charset=UTF-8", body);
                assert_eq!(outcome(name, &page), Err(ErrorKind::Blocked { status }), "{name}");
            }
        }
        let empty = answer(503, "text/html", " \r\n");
        assert_eq!(outcome(name, &empty), Err(ErrorKind::Http { status: 503 }), "{name}");
    }
    for status in [200, 202, 204] {
        let untyped = HttpResponse { status, ..HttpResponse::default() };
        for empty in [untyped, answer(status, "", ""), answer(status, "text/plain", "")] {
            assert_eq!(outcome("unsubscribe", &empty), Ok("null".to_owned()));
        }
    }
}

#[test]
fn answer_with_an_error_status_is_an_error_with_or_without_a_body() {
    for name in ALL {
        for status in [400, 401, 403, 404, 405, 409, 422, 429, 500, 503, 520] {
            for body in [
                "",
                "{}",
                "no JSON",
                r#"{"Message":"Jane Doe"}"#,
                "[]",
                r#"{"ValidationErrors":7}"#,
            ] {
                let found = outcome(name, &json(status, body));
                assert_eq!(found, Err(ErrorKind::Http { status }), "{name} {body}");
            }
        }
        for status in [0, 301, 302, 307] {
            let found = outcome(name, &json(status, ""));
            assert!(matches!(found, Err(ErrorKind::Protocol { .. })), "{name} {status}");
        }
    }
}

/// The issues as `code:field`, and the properties that no field of ours has.
fn validation(body: &str) -> (Vec<String>, Vec<String>) {
    let Err(ErrorKind::Validation { issues, unmapped }) = outcome("create", &json(400, body))
    else {
        panic!("no validation error: {body}")
    };
    let issue = |issue: &dinerkit::issue::Issue| format!("{}:{}", issue.code.as_str(), issue.field);
    (
        issues.iter().map(issue).collect(),
        unmapped.into_iter().map(|complaint| complaint.property_name).collect(),
    )
}

#[test]
fn answer_with_validation_errors_names_our_fields() {
    for (property, message, expected) in [
        ("Email", "The email address must be supplied", "required:Email"),
        ("", "The email address must be supplied", "required:Email"),
        ("", "Either a mobile or a landline number must be supplied", "phone_required:Mobile"),
        ("Phone", "Either a mobile or a landline number must be supplied", "phone_required:Mobile"),
        ("request.Email", "'Email' is not valid.", "refused:Email"),
        ("Customer.Address.Postcode", "too long", "refused:Address.Postcode"),
        ("Address[Town]", "too long", "refused:Address.Town"),
        ("town", "too long", "refused:Address.Town"),
        ("CustomerCodes[0]", "unknown", "refused:CustomerCodes"),
        ("First Name", "'First Name' must not be empty.", "required:FirstName"),
        ("mobile country code", "no", "refused:MobileCountryCode"),
    ] {
        let envelope =
            Object::new().with("Message", "Parameter 'request' has failed validation.").with(
                "ValidationErrors",
                Json::Array(vec![
                    Object::new()
                        .with("PropertyName", property)
                        .with("ErrorMessage", message)
                        .into(),
                ]),
            );
        assert_eq!(
            validation(&envelope.to_text()),
            (vec![expected.to_owned()], vec![]),
            "{property}"
        );
    }
}

#[test]
fn answer_has_issues_in_form_order_and_keeps_the_rest() {
    let body = r#"{"Message":"…","ValidationErrors":[
        {"PropertyName":"Visit Date","ErrorMessage":"'Visit Date' must not be empty."},
        {"PropertyName":"Email","ErrorMessage":"bad"},
        {"PropertyName":"Surname","ErrorMessage":"bad"},
        {"PropertyName":"request.Surname","ErrorMessage":"very bad"},
        {"PropertyName":null,"ErrorMessage":7},
        "nonsense"]}"#;
    let (issues, unmapped) = validation(body);
    assert_eq!(issues, ["refused:Surname", "refused:Email"]);
    assert_eq!(unmapped, ["Visit Date", ""]);
}

#[test]
fn answer_to_a_raw_request_may_be_any_json() {
    let raw = Operation::Raw { method: "POST", path: "x".to_owned(), body: None };
    let found = |status, body: &str| read(&raw, &Names::default(), &json(status, body));
    for body in ["[1,12345678901234567890]", "{\"Id\":\"7\"}", "\"text\"", "null", "true", "1.50"] {
        assert_eq!(found(200, body), Ok(Json::parse(body).unwrap()), "{body}");
    }
    for body in ["", " \r\n", "\u{feff}"] {
        assert_eq!(found(204, body), Ok(Json::Null), "{body:?}");
    }
    for body in [r#"{"Status":"Fail"}"#, "{", "{\"a\":1,\"a\":2}", "nothing"] {
        let error = found(200, body).unwrap_err();
        assert!(matches!(error, ErrorKind::Protocol { status: 200, .. }), "{body}");
        assert_eq!(error.after_sending(false), Outcome::Unknown);
    }
    assert_eq!(found(200, "<html>"), Err(ErrorKind::Blocked { status: 200 }));
    assert_eq!(found(404, "{}"), Err(ErrorKind::Http { status: 404 }));
}

#[test]
fn answer_that_repeats_what_was_typed_loses_its_text() {
    let request = r#"{"request":{"Surname":"Planted-Marker","Address":{"Town":"Leith"},"CustomerCodes":[12345],"Title":" "}}"#;
    let raw = request.replace(r#"{"request":"#, r#"{"method":"POST","path":"x","body":"#);
    let complaints = ["no PLANTED-MARKER here", "Leith", "code 12345", "the visit is too long", ""];
    let entry = |text: &&str| {
        Object::new().with("PropertyName", "Visit").with("ErrorMessage", *text).into()
    };
    let envelope =
        Object::new().with("ValidationErrors", Json::Array(complaints.iter().map(entry).collect()));
    let unsubscribe = r#"{"ids":[7],"mode":"planted-marker","ipAddress":"code 12345"}"#;
    let query = r#"{"method":"GET","path":"x?name=Planted%2dMarker"}"#;
    for (name, arguments, expected) in [
        ("create", request, ["", "", "", "the visit is too long", ""]),
        ("raw", &raw, ["", "", "", "the visit is too long", ""]),
        ("raw", query, [""; 5]),
        ("unsubscribe", unsubscribe, ["", "Leith", "", "the visit is too long", ""]),
    ] {
        let arguments = Json::parse(arguments).unwrap();
        let operation = Operation::from_json(name, arguments.as_object().unwrap()).unwrap();
        let found = read(&operation, &Names::default(), &json(400, envelope.to_text()));
        let Err(ErrorKind::Validation { unmapped, .. }) = found else {
            panic!("no validation error")
        };
        let texts: Vec<_> =
            unmapped.iter().map(|complaint| complaint.error_message.as_str()).collect();
        assert_eq!(texts, expected, "{name}");
    }
}

#[test]
fn answer_with_a_message_alone_can_be_a_validation_error() {
    for errors in ["", r#","ValidationErrors":null"#, r#","ValidationErrors":[]"#] {
        let body = format!(r#"{{"Message":"The email address must be supplied"{errors}}}"#);
        assert_eq!(validation(&body).0, ["required:Email"]);
    }
}

#[test]
fn outcome_follows_the_table_of_the_docs() {
    let http = |status| ErrorKind::Http { status };
    let blocked = |status| ErrorKind::Blocked { status };
    let protocol = ErrorKind::Protocol { status: 200, reason: "x" };
    let validation = ErrorKind::Validation { issues: vec![], unmapped: vec![] };
    for (kind, write, read) in [
        (validation, Outcome::Refused, Outcome::Refused),
        (http(400), Outcome::Refused, Outcome::Refused),
        (http(404), Outcome::Refused, Outcome::Refused),
        (http(429), Outcome::Refused, Outcome::Refused),
        (blocked(403), Outcome::Refused, Outcome::Refused),
        (http(408), Outcome::Unknown, Outcome::NotSent),
        (http(500), Outcome::Unknown, Outcome::NotSent),
        (http(503), Outcome::Unknown, Outcome::NotSent),
        (blocked(200), Outcome::Unknown, Outcome::NotSent),
        (blocked(503), Outcome::Unknown, Outcome::NotSent),
        (protocol, Outcome::Unknown, Outcome::NotSent),
        (ErrorKind::Network, Outcome::Unknown, Outcome::NotSent),
        (ErrorKind::Timeout, Outcome::Unknown, Outcome::NotSent),
        (ErrorKind::Abort, Outcome::Unknown, Outcome::NotSent),
    ] {
        assert_eq!(kind.after_sending(false), write, "{kind:?}");
        assert_eq!(kind.after_sending(true), read, "{kind:?}");
    }
}

#[test]
fn error_has_the_members_that_javascript_sees() {
    let error = ErrorKind::Http { status: 500 }.with(Outcome::Unknown);
    assert_eq!(
        error.to_json().to_text(),
        r#"{"code":"http","status":500,"outcome":"unknown","message":"look whether it was carried out before sending it again: the API failed"}"#
    );
    let body = r#"{"ValidationErrors":[{"PropertyName":"X","ErrorMessage":"Y"},{"PropertyName":"Email","ErrorMessage":"Z"}]}"#;
    let error = outcome("create", &json(400, body)).unwrap_err().with(Outcome::Refused);
    assert_eq!(
        error.to_json().to_text(),
        r#"{"code":"validation","outcome":"refused","message":"correct the fields that the issues name","issues":[{"code":"refused","path":["Email"],"params":{},"severity":"error","message":"the restaurant's system refused this value"}],"unmapped":[{"PropertyName":"X","ErrorMessage":"Y"}]}"#
    );
}

#[test]
fn error_message_says_what_to_do_in_one_line() {
    let statuses = [400u16, 401, 403, 404, 405, 409, 429, 500, 503];
    let mut kinds: Vec<_> =
        statuses.iter().map(|status| ErrorKind::Http { status: *status }).collect();
    kinds.extend([ErrorKind::Network, ErrorKind::Timeout, ErrorKind::Abort]);
    kinds.push(ErrorKind::Blocked { status: 403 });
    kinds.push(ErrorKind::Validation { issues: vec![], unmapped: vec![] });
    for body in ["", "x", "[]", "{}", r#"{"Id":9}"#, r#"{"a":1,"a":1}"#, r#"{"Status":"Fail"}"#] {
        kinds.push(outcome("get", &json(200, body)).unwrap_err());
    }
    kinds.push(outcome("get", &json(302, "")).unwrap_err());
    kinds.push(outcome("scheduleDeletion", &json(200, "{}")).unwrap_err());
    for kind in kinds {
        for outcome in [Outcome::NotSent, Outcome::Unknown] {
            let message = kind.clone().with(outcome).message();
            assert!(message.starts_with(|first: char| first.is_lowercase()), "{message}");
            assert!(!message.ends_with('.') && !message.contains('\n'), "{message}");
        }
    }
}

const NOON: u64 = 1_785_931_200_000; // 2026-08-05T12:00:00Z
const DAY: u64 = 86_400_000;
const MARGIN: u64 = 300_000;

#[test]
fn token_is_read_with_the_time_to_renew_it() {
    let v2 = |expiry: &str| {
        let body = format!(r#"{{"Status":"Success","Token":"a.b.c","TokenExpiryUtc":{expiry}}}"#);
        let token = Authentication::V2.read(&json(200, body), NOON).unwrap();
        assert_eq!(token.text, "a.b.c");
        token.renew_at_ms
    };
    let evening = NOON + 6 * 3_600_000 - MARGIN;
    for (expiry, renew_at) in [
        ("\"2026-08-05T18:00:00.0000000\"", evening),
        ("\"2026-08-05T18:00:00Z\"", evening),
        // If the clocks disagree, or the expiry is not a time, the token is used for a whole day,
        // or until a 401.
        ("\"2026-08-05T12:05:00\"", NOON + DAY - MARGIN),
        ("\"2020-01-01T00:00:00\"", NOON + DAY - MARGIN),
        ("\"soon\"", NOON + DAY - MARGIN),
        ("null", NOON + DAY - MARGIN),
    ] {
        assert_eq!(v2(expiry), renew_at, "{expiry}");
    }
    let older = Authentication::Token.read(&json(200, "\"a.b.c\""), NOON).unwrap();
    assert_eq!((older.text.as_str(), older.renew_at_ms), ("a.b.c", NOON + DAY - MARGIN));
}

#[test]
fn authentication_that_is_refused_is_a_401() {
    use Authentication::{Token, V2};
    let unauthorised = ErrorKind::Http { status: 401 };
    let fail = r#"{"Status":"Fail","Token":null,"TokenExpiryUtc":null}"#;
    assert_eq!(V2.read(&json(200, fail), NOON), Err(unauthorised.clone()));
    assert_eq!(V2.read(&json(401, ""), NOON), Err(unauthorised.clone()));
    assert_eq!(Token.read(&json(401, ""), NOON), Err(unauthorised));
    let refused = r#"{"ValidationErrors":[{"PropertyName":"Username","ErrorMessage":"x"}]}"#;
    assert_eq!(V2.read(&json(400, refused), NOON), Err(ErrorKind::Http { status: 400 }));
    for (authentication, body) in [
        (V2, ""),
        (V2, "{}"),
        (V2, "\"a.b.c\""),
        (V2, r#"{"Status":"Success","Token":""}"#),
        (V2, r#"{"Status":"Success","Token":"a\r\nX-Header: b"}"#),
        (V2, r#"{"Status":"Success","Token":"é"}"#),
        (Token, ""),
        (Token, "{}"),
        (Token, "\"\""),
        (Token, "a.b.c"),
    ] {
        let found = authentication.read(&json(200, body), NOON);
        assert!(matches!(found, Err(ErrorKind::Protocol { .. })), "{body}");
    }
    let page = answer(200, "text/html", "<html>");
    assert_eq!(V2.read(&page, NOON), Err(ErrorKind::Blocked { status: 200 }));
    for status in [401, 408, 429, 502] {
        let page = answer(status, "text/html", PAGE);
        assert_eq!(V2.read(&page, NOON), Err(ErrorKind::Http { status }));
    }
}

#[test]
fn debug_of_an_answer_shows_no_secret() {
    let body = r#"{"Status":"Success","Token":"planted-marker"}"#;
    let token = Authentication::V2.read(&json(200, body), NOON).unwrap();
    let credentials = dinerkit::client::auth::Credentials {
        username: "planted-marker".to_owned(),
        password: "planted-marker".to_owned(),
    };
    let request = Authentication::V2.request(&credentials);
    assert_eq!(
        request.body.as_deref(),
        Some(r#"{"Username":"planted-marker","Password":"planted-marker"}"#)
    );
    let shown = format!("{token:?} {credentials:?} {request:?} {:?}", json(200, body));
    assert!(!shown.contains("planted-marker"), "{shown}");
}

/// The issues that the client makes from one entry of `ValidationErrors`.
const CODED: &str = r#"{"PropertyName":"Field1","ErrorMessage":"no","Code":"too_long",
    "Params":{"max":250,"age":"eighteen","reason":"your text","colour":"blue"}}"#;

fn refusal(is_gateway: bool, entry: &str) -> Vec<Issue> {
    let body = format!(r#"{{"Message":"x","ValidationErrors":[{entry}]}}"#);
    let response = HttpResponse { is_gateway, ..json(400, body) };
    match read(&operation("create"), &Names::default(), &response) {
        Err(ErrorKind::Validation { issues, .. }) => issues,
        other => panic!("{other:?}"),
    }
}

#[test]
fn answer_of_a_gateway_is_read_by_its_codes() {
    let known = Issue::error(Code::TooLong, "Field1").number("max", 250);
    assert_eq!(
        refusal(true, CODED),
        [known],
        "parameters of other names, types and texts are dropped"
    );
    for (entry, expected) in [
        (r#"{"PropertyName":"Email","Code":"from_another_version","Params":{}}"#, Code::Refused),
        (r#"{"PropertyName":"Email","Code":"required"}"#, Code::Required),
        (r#"{"PropertyName":"Email","ErrorMessage":"Email is required"}"#, Code::Required),
    ] {
        assert_eq!(refusal(true, entry), [Issue::error(expected, "Email")], "{entry}");
    }
    let elsewhere = r#"{"PropertyName":"Shoe","Code":"required","Params":{}}"#;
    assert_eq!(refusal(true, elsewhere), [], "what is about no field of ours is no issue");
}

#[test]
fn answer_of_the_vendor_is_read_by_its_words() {
    assert_eq!(refusal(false, CODED), [Issue::error(Code::Refused, "Field1")]);
}
