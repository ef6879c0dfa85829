//! What each operation sends: method, path, encoding.

// Native only: the client decides the same on every platform.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows these in test functions, but not in the functions that help them.
#![allow(clippy::unwrap_used)]

use dinerkit::client::{Encoding, HttpRequest, Operation, microsite_segment};
use dinerkit::issue::Code;
use dinerkit::json::{Json, Object};
use dinerkit::names::Names;

fn object(text: &str) -> Object {
    Json::parse(text).unwrap().as_object().unwrap().clone()
}

fn operation(name: &str, arguments: &str) -> Operation {
    Operation::from_json(name, &object(arguments)).unwrap()
}

fn request(name: &str, arguments: &str, encoding: Encoding) -> HttpRequest {
    operation(name, arguments).to_http("harbour-kitchen", &Names::default(), encoding)
}

const JSON: Option<&str> = Some("application/json");

#[test]
fn request_of_each_operation_has_its_method_path_and_body() {
    for (name, arguments, method, path, content_type, body) in [
        ("setup", "{}", "GET", "Customers/Setup", None, None),
        ("get", r#"{"id":7}"#, "GET", "Customer/7", None, None),
        (
            "create",
            r#"{"request":{"Surname":"Doe","Big":12345678901234567890}}"#,
            "POST",
            "Customer",
            JSON,
            Some(r#"{"Surname":"Doe","Big":12345678901234567890}"#),
        ),
        (
            "update",
            r#"{"id":2147483647,"request":{"Surname":"Doe"}}"#,
            "PUT",
            "Customer/2147483647",
            JSON,
            Some(r#"{"Surname":"Doe","CustomerOptions":{"AppendComments":false}}"#),
        ),
        (
            "merge",
            r#"{"into":1,"from":[2,3]}"#,
            "POST",
            "Customers/Merge",
            JSON,
            Some(r#"{"MasterCustomerId":1,"CustomerIds":[2,3]}"#),
        ),
        (
            "unsubscribe",
            r#"{"ids":[4]}"#,
            "POST",
            "Customers/Unsubscribe",
            JSON,
            Some(r#"{"CustomerIds":[4]}"#),
        ),
        (
            "unsubscribe",
            r#"{"ids":[4,5],"mode":"Email","ipAddress":"192.0.2.1"}"#,
            "POST",
            "Customers/Unsubscribe",
            JSON,
            Some(
                r#"{"CustomerIds":[4,5],"IpAddress":"192.0.2.1","MarketingCommunicationMode":"Email"}"#,
            ),
        ),
        (
            "scheduleDeletion",
            r#"{"ids":[6]}"#,
            "POST",
            "Customers/MarkForDeletion",
            JSON,
            Some(r#"{"CustomerIds":[6]}"#),
        ),
    ] {
        let request = request(name, arguments, Encoding::Json);
        assert_eq!(request.method, method, "{name}");
        assert_eq!(
            request.path,
            format!("/api/ConsumerApi/v1/Restaurant/harbour-kitchen/{path}"),
            "{name}"
        );
        assert_eq!(request.content_type, content_type, "{name}");
        assert_eq!(request.body.as_deref(), body, "{name}");
        assert_eq!(operation(name, arguments).name(), name);
    }
}

#[test]
fn request_uses_the_callers_names_everywhere() {
    let names = r#"{"mergeMethod":"PUT","mergePath":"Customer/Merge","masterCustomerId":"MasterId",
        "customerIdsToMerge":"MergeIds","unsubscribePath":"Stop","customerIds":"Ids","ipAddress":"Ip",
        "marketingCommunicationMode":"Mode","markForDeletionPath":"Delete"}"#;
    let names = Names::from_json(&object(names)).unwrap();
    for (name, arguments, method, path, body) in [
        (
            "merge",
            r#"{"into":1,"from":[2]}"#,
            "PUT",
            "Customer/Merge",
            r#"{"MasterId":1,"MergeIds":[2]}"#,
        ),
        (
            "unsubscribe",
            r#"{"ids":[4],"mode":"Sms","ipAddress":"::1"}"#,
            "POST",
            "Stop",
            r#"{"Ids":[4],"Ip":"::1","Mode":"Sms"}"#,
        ),
        ("scheduleDeletion", r#"{"ids":[6]}"#, "POST", "Delete", r#"{"Ids":[6]}"#),
    ] {
        let request = operation(name, arguments).to_http("m", &names, Encoding::Json);
        assert_eq!(request.method, method);
        assert_eq!(request.path, format!("/api/ConsumerApi/v1/Restaurant/m/{path}"));
        assert_eq!(request.body.as_deref(), Some(body));
    }
}

#[test]
fn request_in_the_form_encoding_nests_by_brackets() {
    let arguments = r#"{"request":{"Surname":"O'Neill & Söhne","FirstName":"","MobileCountryCode":44,
        "IsVip":true,"ReceiveSmsMarketing":false,"Title":null,"CustomerCodes":[3,4],
        "Comments":"a\r\nb=c","Address":{"Town":"St. Ives","House":null}}}"#;
    let created = request("create", arguments, Encoding::Form);
    assert_eq!(created.content_type, Some("application/x-www-form-urlencoded"));
    assert_eq!(
        created.body.as_deref(),
        Some(
            "Surname=O%27Neill+%26+S%C3%B6hne&FirstName=&MobileCountryCode=44&IsVip=true\
             &ReceiveSmsMarketing=false&CustomerCodes%5B0%5D=3&CustomerCodes%5B1%5D=4\
             &Comments=a%0D%0Ab%3Dc&Address%5BTown%5D=St.+Ives"
        )
    );
    let updated = request("update", r#"{"id":7,"request":{"Email":"a@b.c"}}"#, Encoding::Form);
    assert_eq!(
        updated.body.as_deref(),
        Some("Email=a%40b.c&CustomerOptions%5BAppendComments%5D=false")
    );
    let merged = request("merge", r#"{"into":1,"from":[2]}"#, Encoding::Form);
    assert_eq!(merged.content_type, JSON);
}

#[test]
fn request_of_an_update_appends_comments_only_if_asked_to() {
    for (request_text, expected) in [
        (r#"{}"#, r#"{"CustomerOptions":{"AppendComments":false}}"#),
        (r#"{"CustomerOptions":null}"#, r#"{"CustomerOptions":{"AppendComments":false}}"#),
        (
            r#"{"CustomerOptions":{"AppendComments":null}}"#,
            r#"{"CustomerOptions":{"AppendComments":false}}"#,
        ),
        (
            r#"{"CustomerOptions":{"Other":1}}"#,
            r#"{"CustomerOptions":{"Other":1,"AppendComments":false}}"#,
        ),
        (
            r#"{"CustomerOptions":{"AppendComments":true}}"#,
            r#"{"CustomerOptions":{"AppendComments":true}}"#,
        ),
    ] {
        let arguments = format!(r#"{{"id":1,"request":{request_text}}}"#);
        let sent = request("update", &arguments, Encoding::Json).body.unwrap();
        assert_eq!(sent, expected, "{request_text}");
    }
}

#[test]
fn request_has_the_microsite_as_one_segment_whatever_its_name() {
    for (name, segment) in [
        ("HarbourKitchen", "HarbourKitchen"),
        ("harbour-kitchen_1.0~x", "harbour-kitchen_1.0~x"),
        ("../x", "..%2Fx"),
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        ("%2e", "%252e"),
        ("%2e%2e", "%252e%252e"),
        ("a b", "a%20b"),
        ("a?b#c", "a%3Fb%23c"),
        ("a@b:c", "a%40b%3Ac"),
        ("Café 🍷", "Caf%C3%A9%20%F0%9F%8D%B7"),
        ("a\u{0}\n", "a%00%0A"),
        ("...", "..."),
    ] {
        assert_eq!(microsite_segment(name).unwrap(), segment, "{name}");
    }
    for name in ["", ".", ".."] {
        let issue = microsite_segment(name).unwrap_err();
        assert_eq!((issue.code, issue.field), (Code::Required, "microsite"), "{name}");
    }
}

#[test]
fn request_with_wrong_arguments_is_refused() {
    for (name, arguments, expected) in [
        ("get", "{}", vec![(Code::Ids, "id")]),
        ("get", r#"{"id":0}"#, vec![(Code::Ids, "id")]),
        ("get", r#"{"id":-1}"#, vec![(Code::Ids, "id")]),
        ("get", r#"{"id":1.5}"#, vec![(Code::Ids, "id")]),
        ("get", r#"{"id":2147483648}"#, vec![(Code::Ids, "id")]),
        ("get", r#"{"id":"x"}"#, vec![(Code::Ids, "id")]),
        ("create", "{}", vec![(Code::WrongType, "request")]),
        ("create", r#"{"request":[]}"#, vec![(Code::WrongType, "request")]),
        ("update", r#"{"request":1}"#, vec![(Code::Ids, "id"), (Code::WrongType, "request")]),
        ("merge", r#"{"into":1}"#, vec![(Code::WrongType, "from")]),
        ("merge", r#"{"into":1,"from":[]}"#, vec![(Code::IdCount, "from")]),
        ("merge", r#"{"into":1,"from":[2,3,4,5,6,7,8,9,10,11,12]}"#, vec![(Code::IdCount, "from")]),
        ("merge", r#"{"into":1,"from":[2,2]}"#, vec![(Code::DuplicateId, "from")]),
        ("merge", r#"{"into":1,"from":[2,1]}"#, vec![(Code::MergeSelf, "from")]),
        ("merge", r#"{"into":0,"from":[0]}"#, vec![(Code::Ids, "into"), (Code::Ids, "from")]),
        ("unsubscribe", r#"{"ids":[]}"#, vec![(Code::Required, "ids")]),
        ("unsubscribe", r#"{"ids":[1],"mode":1}"#, vec![(Code::WrongType, "mode")]),
        ("unsubscribe", r#"{"ids":[1],"ipAddress":[]}"#, vec![(Code::WrongType, "ipAddress")]),
        ("scheduleDeletion", r#"{"ids":7}"#, vec![(Code::WrongType, "ids")]),
        ("scheduleDeletion", r#"{"ids":[7,7]}"#, vec![(Code::DuplicateId, "ids")]),
        ("raw", "{}", vec![(Code::NotListed, "method"), (Code::WrongType, "path")]),
        ("raw", r#"{"method":"get","path":"x"}"#, vec![(Code::NotListed, "method")]),
        ("raw", r#"{"method":"CONNECT","path":"x"}"#, vec![(Code::NotListed, "method")]),
        ("raw", r#"{"method":"GET","path":"x","body":{}}"#, vec![(Code::WrongType, "body")]),
        ("raw", r#"{"method":"HEAD","path":"x","body":0}"#, vec![(Code::WrongType, "body")]),
        ("drop", "{}", vec![(Code::NotListed, "operation")]),
    ] {
        let issues = Operation::from_json(name, &object(arguments)).unwrap_err();
        let found: Vec<_> = issues.iter().map(|issue| (issue.code, issue.field)).collect();
        assert_eq!(found, expected, "{name} {arguments}");
    }
    let most = r#"{"into":1,"from":[2,3,4,5,6,7,8,9,10,11]}"#;
    assert!(Operation::from_json("merge", &object(most)).is_ok());
}

#[test]
fn request_that_is_raw_is_sent_as_it_is() {
    for (arguments, method, path, body) in [
        (r#"{"method":"GET","path":"Bookings"}"#, "GET", "Bookings", None),
        (r#"{"method":"HEAD","path":"a/b-c_d/7","body":null}"#, "HEAD", "a/b-c_d/7", None),
        (r#"{"method":"PUT","path":"x","body":[1e999,"é"]}"#, "PUT", "x", Some(r#"[1e999,"é"]"#)),
        (r#"{"method":"PATCH","path":"x","body":{"a":null}}"#, "PATCH", "x", Some(r#"{"a":null}"#)),
        (r#"{"method":"DELETE","path":"x"}"#, "DELETE", "x", None),
        (
            r#"{"method":"POST","path":"x?a=b%20c&d=../..//\\"}"#,
            "POST",
            r"x?a=b%20c&d=../..//\",
            None,
        ),
    ] {
        // Only records are sent in the form encoding.
        let request = request("raw", arguments, Encoding::Form);
        assert_eq!(request.method, method);
        let below = "/api/ConsumerApi/v1/Restaurant/harbour-kitchen/";
        assert_eq!(request.path, format!("{below}{path}"));
        assert_eq!(request.body.as_deref(), body);
        assert_eq!(request.content_type, body.and(JSON));
    }
}

#[test]
fn request_that_is_raw_stays_below_the_restaurants_path() {
    for path in [
        "",
        "/",
        "/x",
        "x/",
        "a//b",
        ".",
        "..",
        "../x",
        "a/../../b",
        "a/./b",
        "...",
        "a.b",
        "%2e%2e/x",
        "%2E/x",
        ".%2e/x",
        "a%2Fb",
        "a%5Cb",
        "a%20b",
        "a%",
        "https://elsewhere.example",
        "//elsewhere.example",
        "http:x",
        "?",
        "?x",
        "#",
        "a#b",
        "a?b#c",
        "a?b c",
        "a?é",
        "a?\0",
        "a\\b",
        "\\\\b",
        "a b",
        "a\n",
        "\tx",
        "@x",
        "é",
        "a;b",
    ] {
        let arguments = Object::new().with("method", "GET").with("path", path);
        let issues = Operation::from_json("raw", &arguments).unwrap_err();
        assert_eq!((issues[0].code, issues[0].field), (Code::WrongType, "path"), "{path}");
        assert_eq!(issues.len(), 1, "{path}");
    }
}

#[test]
fn request_shows_no_argument_in_debug() {
    for (name, arguments) in [
        ("create", r#"{"request":{"Surname":"planted-marker"}}"#),
        ("raw", r#"{"method":"POST","path":"x","body":"planted-marker"}"#),
    ] {
        let operation = operation(name, arguments);
        let request = operation.to_http("m", &Names::default(), Encoding::Json);
        assert_eq!(format!("{operation:?}"), format!("Operation({name})"));
        assert!(!format!("{request:?}").contains("planted-marker"));
    }
}
