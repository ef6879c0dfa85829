//! The WebAssembly boundary in a real browser: text in, text out, the platform's Unicode, and the
//! requests that a call makes. What the rules and the client decide is tested natively; here is
//! what only a browser can show.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what it expects")]

use dinerkit::slots::{
    CODE_SHIFT, DRAFT, HEAD, HEADS, ISSUES_SIZE_BITS, JSON as JSON_TEXT, LENGTH_BITS,
    NATIONAL_SHIFT, TEXT,
};
use dinerkit::wasm::client::{Call, Session};
use dinerkit::wasm::programs::{
    ask, build_info, calling_codes, check_customer, check_one, check_packed, inspect_date,
    inspect_email, inspect_phone, is_plain_email, opt_in_nodes, packed_phone, slots, take_options,
    take_phones,
};
use js_sys::{JSON, Promise, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Headers, Request, RequestInit};

wasm_bindgen_test_configure!(run_in_browser);

const TODAY: &str = r#"{"today":"2026-11-22"}"#;

/// Sets the options of the checks that follow: [`TODAY`].
fn today() {
    take_options(TODAY).unwrap();
}

/// The bytes of the slots that begin `offset` bytes after their beginning.
fn in_slots(offset: usize, length: usize) -> Uint8Array {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let start = (slots() as usize + offset) as u32;
    Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), start, length as u32)
}

/// Writes bytes to the slots, `offset` bytes after their beginning.
fn put(offset: usize, bytes: &[u8]) {
    in_slots(offset, bytes.len()).copy_from(bytes);
}

/// Writes a draft of ASCII to the slots: the row, the kind and the text of each member. Returns what
/// [`check_packed`] says of it: the issues and the text.
fn checked(draft: &[(u8, u8, &[u8])]) -> Option<(Vec<u8>, String)> {
    let mut texts = Vec::new();
    for (place, (row, kind, text)) in draft.iter().enumerate() {
        let [low, high] = (u16::from(*kind) << LENGTH_BITS | text.len() as u16).to_le_bytes();
        put(HEAD * place, &[*row, low, high]);
        texts.extend_from_slice(text);
    }
    put(HEADS, &texts);
    let size = usize::try_from(check_packed(draft.len(), texts.len())).ok()?;
    let (issues, text) = (size & ((1 << ISSUES_SIZE_BITS) - 1), size >> ISSUES_SIZE_BITS);
    let text = in_slots(DRAFT + issues, text).to_vec();
    Some((in_slots(DRAFT, issues).to_vec(), String::from_utf8(text).unwrap()))
}

/// The name and the message of what was thrown.
fn thrown<T>(result: Result<T, JsValue>) -> String {
    let error: js_sys::Error = result.err().unwrap().unchecked_into();
    let mut text = String::from(error.name());
    text.push_str(": ");
    text.push_str(&String::from(error.message()));
    text
}

#[wasm_bindgen_test]
fn draft_is_normalised_with_the_platforms_unicode() {
    today();
    let draft = r#"{"Surname":"Zoe\u0308 \ud83c\udf77","Email":"zoe@B\u00dccher.example","Mobile":"+44 7700 900123","Birthday":"1990-02-28"}"#;
    assert_eq!(
        check_customer(draft).unwrap(),
        "{\"value\":{\"Surname\":\"Zoë 🍷\",\"Email\":\"zoe@xn--bcher-kva.example\",\"MobileCountryCode\":44,\
         \"Mobile\":\"7700900123\",\"Birthday\":\"1990-02-28T00:00:00\"},\"issues\":[]}"
    );
}

#[wasm_bindgen_test]
fn email_domain_in_unicode_is_read_as_a_domain_only() {
    for (typed, expected) in [
        ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
        ("a@ｅxample.com", "a@example.com"),
        ("a@bü/x", ""),
        ("a@bü:80", ""),
        ("a@u@bü", ""),
        ("a@bü%2e", ""),
        ("a@\u{ad}", ""),
        ("\u{200b}ａ＠ｅxample.com\u{3000}", "a@example.com"),
        ("𝐚@b.example", "a@b.example"),
        ("a@℀.example", ""),
        ("A <a@bü.example>", "a@xn--b-eha.example"),
    ] {
        let inspected = inspect_email(typed);
        let start = ["{\"email\":\"", expected, "\""].concat();
        assert!(inspected.starts_with(&start), "{typed}: {inspected}");
    }
}

#[wasm_bindgen_test]
fn issues_are_flat_and_never_hold_the_input() {
    today();
    let issues = check_one("Email", "\"planted-marker@\"").unwrap();
    assert_eq!(
        issues,
        "[{\"code\":\"email_invalid\",\"path\":[\"Email\"],\"params\":{},\"severity\":\"error\",\
         \"message\":\"write the e-mail address like name@example.com\"}]"
    );
    let issues = check_one("FirstName", "\"\\ud800planted-marker\"").unwrap();
    assert!(issues.contains("damaged_text") && !issues.contains("planted-marker"), "{issues}");
}

#[wasm_bindgen_test]
fn argument_that_does_not_fit_is_a_type_error_and_the_next_call_works() {
    for (result, expected) in [
        (check_customer("[]"), "TypeError: draft takes an object"),
        (take_options("7").map(|()| String::new()), "TypeError: options takes an object"),
        (
            check_customer("{"),
            "TypeError: an argument takes plain data of reasonable depth and size",
        ),
        (
            check_customer(&"[".repeat(1_000_000)),
            "TypeError: an argument takes plain data of reasonable depth and size",
        ),
        (
            take_options(r#"{"today":"soon"}"#).map(|()| String::new()),
            "TypeError: options.today takes a date as YYYY-MM-DD",
        ),
        (check_one("Nose", "1"), "TypeError: name takes a name that fields() lists"),
    ] {
        assert_eq!(thrown(result), expected);
    }
    let long = ["\"", &"x".repeat(1_000_000), "\""].concat();
    assert!(check_one("Surname", &long).unwrap().contains("too_long"));
    assert_eq!(check_one("Surname", "\"Lee\"").unwrap(), "[]");
}

#[wasm_bindgen_test]
fn numbers_dates_and_wording_are_inspected() {
    today();
    assert_eq!(
        inspect_phone("+44", "07700 900123"),
        "{\"verdict\":\"possible\",\"reason\":null,\"types\":[],\"callingCode\":44,\"e164\":\"+447700900123\",\"national\":\"7700900123\"}"
    );
    assert_eq!(inspect_date("2026-02-02T00:00:00.0000000"), "{\"date\":\"2026-02-02\"}");
    assert!(inspect_date("2026-02-02T14:59:20.9478118Z").contains("date_ambiguous"));
    assert!(inspect_date("2027-01-01").contains("date_in_future"));
    assert_eq!(
        opt_in_nodes("By <strong onclick=x>Oak</strong>"),
        "[{\"text\":\"By \"},{\"element\":\"strong\",\"children\":[{\"text\":\"Oak\"}]}]"
    );
    assert!(build_info().contains(env!("CARGO_PKG_VERSION")));
}

#[wasm_bindgen_test]
fn phone_table_is_taken_whole_or_not_at_all() {
    let table: &[u8] = include_bytes!("../data/phone/types.bin");
    assert!(!take_phones(&table[1..]));
    assert!(take_phones(table));
    assert!(
        inspect_phone("44", "07400 123456")
            .starts_with("{\"verdict\":\"valid\",\"reason\":null,\"types\":[\"mobile\"]")
    );
    assert!(inspect_phone("39", "06 1234 5678").contains("\"e164\":\"+390612345678\""));
    let draft = r#"{"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"020 7946 0958"}"#;
    assert!(check_customer(draft).unwrap().contains("phone_"));
    assert!(calling_codes().contains("[\"GB\",44],[\"GG\",44]"));
    // The other tests of this page are about numbers without the table.
    assert!(!take_phones(&[]));
}

#[wasm_bindgen_test]
fn slots_give_a_short_answer_or_none() {
    let packed =
        |national: u64, code: u64| (national << NATIONAL_SHIFT | code << CODE_SHIFT) as f64;
    for (code, typed, expected) in [
        (44, "07700 900123", packed(1_7700_900_123, 44)),
        (39, "06 1234 5678", packed(1_06_1234_5678, 39)),
        (44, "1", 0.0),
        (999, "07700 900123", 0.0),
        (49, "01512 3456789012", 0.0),
    ] {
        put(HEADS, typed.as_bytes());
        assert_eq!(packed_phone(code, typed.len()), expected, "{typed}");
    }
    for (typed, expected) in [
        ("a@b.example", true),
        (" a@b.example", false),
        ("a@b", false),
        ("a@b\u{fc}.example", false),
    ] {
        put(HEADS, typed.as_bytes());
        assert_eq!(is_plain_email(typed.len()), expected, "{typed}");
    }
    // More than a slot holds, and what is no text.
    assert!(!is_plain_email(usize::MAX));
    put(HEADS, b"a@b.\xff");
    assert!(!is_plain_email(5));
}

#[wasm_bindgen_test]
fn slots_hold_a_draft_that_is_checked_in_place() {
    today();
    let surname = (2, TEXT, &b" Lee"[..]);
    let (issues, text) = checked(&[surname, (5, TEXT, b"a@b.example")]).unwrap();
    assert_eq!(text, "0=Lee\0");
    assert_eq!(issues[2..], [1, 0], "one error without parameters");
    let texts = ask("issueTexts", "", "", 0.0).unwrap();
    // As JSON, of which two lines are the names of parameters.
    let line = texts.split("\\n").nth(2 + usize::from(issues[1])).unwrap();
    assert!(line.starts_with("phone_required "), "{line}");
    // No text, and no JSON.
    assert_eq!(checked(&[surname, (5, TEXT, b"\xff")]), None);
    assert_eq!(checked(&[surname, (5, JSON_TEXT, b"{")]), None);
}

fn session(options: &str) -> Session {
    Session::new(options, false).unwrap()
}

const OPEN: &str = r#"{"baseUrl":"https://gateway.example","microsite":"../oak & salt"}"#;

#[wasm_bindgen_test]
async fn call_is_a_request_that_follows_no_redirect() {
    let mut session = session(OPEN);
    let mut call = Call::new("create", r#"{"request":{"Surname":"Lee"}}"#).unwrap();
    let output = call.handle(&mut session, "start", String::new(), 0.0, 0);
    let output = JSON::parse(&output).unwrap();
    let member = |name: &str| Reflect::get(&output, &name.into()).unwrap();
    assert_eq!(member("kind"), JsValue::from("send"));
    let init: RequestInit = member("init").unchecked_into();
    let url = member("url").as_string().unwrap();
    let request = Request::new_with_str_and_init(&url, &init).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.url(),
        "https://gateway.example/api/ConsumerApi/v1/Restaurant/..%2Foak%20%26%20salt/Customer"
    );
    assert_eq!(request.redirect(), web_sys::RequestRedirect::Manual);
    let body: Promise = request.text().unwrap();
    assert_eq!(wasm_bindgen_futures::JsFuture::from(body).await.unwrap(), r#"{"Surname":"Lee"}"#);
}

#[wasm_bindgen_test]
fn answer_becomes_a_value_or_an_error_that_says_what_became_of_the_write() {
    for (status, body, expected) in [
        (
            200,
            r#"{"Id":7,"Rank":12345678901234567890}"#,
            r#"{"value":{"Id":7,"Rank":12345678901234567890}}"#,
        ),
        (404, "", r#"{"error":{"code":"http","status":404,"outcome":"refused""#),
        (200, "<html>", r#"{"error":{"code":"blocked","status":200"#),
    ] {
        let mut session = session(OPEN);
        let mut call = Call::new("get", r#"{"id":7}"#).unwrap();
        call.handle(&mut session, "start", String::new(), 0.0, 0);
        let output = call.handle_response(
            &mut session,
            status,
            Headers::new().unwrap(),
            body.into(),
            1.0,
            0,
        );
        assert!(output.contains(r#""kind":"done""#), "{output}");
        let result = call.result();
        assert!(result.starts_with(expected), "{result}");
    }
}

#[wasm_bindgen_test]
fn options_that_do_not_fit_say_what_to_give() {
    for (options, expected) in [
        ("{}", "TypeError: give baseUrl: the API's address or a gateway's"),
        (
            r#"{"baseUrl":"ftp://x","microsite":"a"}"#,
            "TypeError: give baseUrl as http(s)://host, with a port and a path if need be, and nothing more",
        ),
        (
            r#"{"baseUrl":"https://x","microsite":".."}"#,
            "TypeError: give microsite: the restaurant's name in the API",
        ),
    ] {
        assert_eq!(thrown(Session::new(options, false)), expected);
    }
}
