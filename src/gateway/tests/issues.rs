//! Issues that cross the wire: what the gateway's rules find comes back from the client as the same
//! issue.

use super::*;
use crate::client::auth::Token;
use crate::client::response::{HttpResponse, VERSION_HEADER, read};
use crate::client::{self, Access, Call, Input, Output};
use crate::fields::rows;
use crate::form::{Draft, Options, check};
use crate::issue::{FIRST, NUMBER_PARAMS, OTHER_SUBJECTS, REASON, SECOND, SUGGESTION};
use crate::names::Names;
use crate::rules::date;
use crate::setup::Setup;

/// A restaurant that insists on an answer to one question of its own.
const STRICT_SETUP: &str = r#"{"LegalDrinkingAge":18,"GroupEmailMarketingOptInText":"By e-mail",
    "CustomFields":[{"Name":"Field1","Label":"Diet","IsRequired":true}]}"#;

/// One request that a rule refuses.
enum Case {
    /// A guest's create, with these members over a customer that the rules accept.
    Create(&'static str),
    /// A guest's create that names what no guest may write, and the place where the gateway says
    /// so.
    NotWritable(&'static str, &'static str),
    /// An operation of staff's, by its JavaScript name and arguments, sent raw to this path with
    /// this body.
    Staff(&'static str, String, &'static str, String),
    /// A guest's create that the remote API refuses.
    Refused,
}

/// The requests that bring each code.
fn cases() -> Vec<(Code, Case)> {
    let merge = |from: &str| {
        let arguments = format!(r#"{{"into":7,"from":{from}}}"#);
        let body = format!(r#"{{"MasterCustomerId":7,"CustomerIds":{from}}}"#);
        Case::Staff("merge", arguments, "Customers/Merge", body)
    };
    let unsubscribe = |arguments: &str, body: &str| {
        Case::Staff("unsubscribe", arguments.into(), "Customers/Unsubscribe", body.into())
    };
    let deletion = |ids: &str| {
        let (arguments, body) =
            (format!(r#"{{"ids":{ids}}}"#), format!(r#"{{"CustomerIds":{ids}}}"#));
        Case::Staff("scheduleDeletion", arguments, "Customers/MarkForDeletion", body)
    };
    let ids = |count: usize| {
        let ids: Vec<_> = (8..).take(count).map(|id| id.to_string()).collect();
        format!("[{}]", ids.join(","))
    };
    let create = Case::Create;
    vec![
        (Code::Required, create(r#"{"Surname":""}"#)),
        (Code::Required, create(r#"{"Field1":null}"#)),
        (Code::Required, deletion("[]")),
        (Code::PhoneRequired, create(r#"{"Mobile":""}"#)),
        (Code::WrongType, create(r#"{"Surname":1}"#)),
        (Code::WrongType, create(r#"{"Address":"Bath"}"#)),
        (Code::WrongType, create(r#"{"Address":{"Town":1}}"#)),
        (Code::WrongType, deletion("7")),
        (
            Code::WrongType,
            unsubscribe(
                r#"{"ids":[7],"mode":1,"ipAddress":2}"#,
                r#"{"CustomerIds":[7],"MarketingCommunicationMode":1,"IpAddress":2}"#,
            ),
        ),
        (Code::TooLong, create(r#"{"Title":"Her Most Serene Highness"}"#)),
        (Code::TooLong, create(r#"{"Address":{"Postcode":"123456789012345678901"}}"#)),
        (Code::ControlCharacter, create(r#"{"Company":"a\u0000b"}"#)),
        (Code::DamagedText, create(r#"{"FirstName":"J\ufffdrg"}"#)),
        (Code::Email, create(r#"{"Email":"ann@"}"#)),
        (Code::EmailMistyped, create(r#"{"Email":"ann@example,com"}"#)),
        (Code::EmailAtMissing, create(r#"{"Email":"ann"}"#)),
        (Code::EmailTwoAddresses, create(r#"{"Email":"a@example.com, b@example.com"}"#)),
        (Code::EmailLetters, create(r#"{"Email":"zoë@example.com"}"#)),
        (Code::CallingCode, create(r#"{"MobileCountryCode":999}"#)),
        (Code::CallingCodeMissing, create(r#"{"MobileCountryCode":0}"#)),
        (Code::CallingCodeUnknown, create(r#"{"Mobile":"+999 7700 900123"}"#)),
        (Code::PhoneLetters, create(r#"{"Mobile":"call me"}"#)),
        (Code::PhoneTooShort, create(r#"{"Mobile":"12"}"#)),
        (Code::PhoneTooLong, create(r#"{"Mobile":"07700 9001234"}"#)),
        (Code::PhoneExtension, create(r#"{"Mobile":"07700 900123 x5"}"#)),
        (Code::PhoneTwoNumbers, create(r#"{"Mobile":"07700 900123 / 07700 900124"}"#)),
        (Code::PhoneImpossible, create(r#"{"Mobile":"*31#07700900123"}"#)),
        (Code::Date, create(r#"{"Birthday":"1990-02-30"}"#)),
        (Code::DateAmbiguous, create(r#"{"Birthday":"3/4/1990"}"#)),
        (Code::DateTooEarly, create(r#"{"Anniversary":"1899-12-31"}"#)),
        (Code::DateInFuture, create(r#"{"Anniversary":"2999-01-01"}"#)),
        (Code::DrinkingAge, create(r#"{"Birthday":"2020-01-01","IsDrinkingAge":true}"#)),
        (Code::ConsentText, create(r#"{"ReceiveEmailMarketing":true}"#)),
        (Code::NotConfigured, create(r#"{"Field2":"blue"}"#)),
        (Code::Ids, merge("[0]")),
        (Code::DuplicateId, merge("[8,8]")),
        (Code::TooManyIds, deletion(&ids(1001))),
        (Code::IdCount, merge("[]")),
        (Code::IdCount, merge(&ids(50))),
        (Code::MergeSelf, merge("[7]")),
        (Code::NotWritable, Case::NotWritable(r#"{"IsVip":true}"#, "IsVip")),
        (Code::NotWritable, Case::NotWritable(r#"{"Address":{"Floor":1}}"#, "Address")),
        (Code::NotWritable, Case::NotWritable(r#"{"Mood":"good"}"#, "request")),
        (Code::Refused, Case::Refused),
    ]
}

/// The codes that no request to a gateway can bring, with the reason.
const NOT_BROUGHT: &[(Code, &str)] = &[
    (Code::EmailDotless, "advice, which refuses nothing"),
    (Code::EmailTypo, "advice, which refuses nothing"),
    (Code::PhoneUnknown, "advice, which refuses nothing"),
    (Code::PhoneNotMobile, "advice, which refuses nothing"),
    (Code::NotListed, "names an operation or a method that the client does not have"),
    (Code::IpAddress, "the gateway itself fills in IpAddress, and does not check what staff write"),
];

fn over(members: &str) -> Object {
    let fine = format!("{},{}", ANN.trim_end_matches('}'), r#""Field1":"vegan"}"#);
    let members = object(members);
    members.iter().fold(object(&fine), |record, (name, value)| record.with(name, value.clone()))
}

/// What a client of `token` is told of a call that a gateway answers with a refusal.
fn refused(world: &mut World, token: Option<&str>, operation: Operation) -> Vec<Issue> {
    const ORIGIN: &str = "https://booking.example";
    let mut config = client::Config::new(ORIGIN, "oak-and-salt");
    if let Some(token) = token {
        config.access = Access::Token(Token::new(token).unwrap());
    }
    let mut session = client::Session::new(config).unwrap();
    let mut call = Call::new(operation);
    let mut input = Input::Start;
    loop {
        match call.handle(&mut session, input, NOW_MS, 0) {
            Output::Send(send) => {
                let text = |name| send.headers.get(name).and_then(Json::as_str).map(str::to_owned);
                let head = Head {
                    method: send.request.method.into(),
                    path: send.url.strip_prefix(ORIGIN).unwrap().into(),
                    authorization: text("Authorization"),
                    content_type: text("Content-Type"),
                    address: Some("192.0.2.7".into()),
                    ..Head::default()
                };
                let reply = world.ask(head, send.request.body.as_deref().unwrap_or_default());
                input = Input::Response(response(&reply));
            }
            Output::Done(Err(ApiError {
                kind: ErrorKind::Validation { issues, unmapped },
                ..
            })) => {
                assert_eq!(unmapped, []);
                return issues;
            }
            Output::Done(result) => panic!("not refused by a rule: {result:?}"),
            _ => panic!("the client waits"),
        }
    }
}

/// The answer as the client's driver reads it.
fn response(reply: &Reply) -> HttpResponse {
    HttpResponse {
        status: reply.status,
        content_type: header(reply, "Content-Type").map(str::to_owned),
        is_gateway: header(reply, VERSION_HEADER).is_some(),
        body: reply.body.clone().unwrap_or_default().into_bytes(),
        ..HttpResponse::default()
    }
}

/// Compared without their order: a request's own issues stand before those of its fields; and
/// without the parameters that are personal data, which the client drops.
fn in_order(mut issues: Vec<Issue>) -> Vec<Issue> {
    issues.retain(Issue::blocks);
    for issue in &mut issues {
        issue.params.retain(|(name, _)| ![SUGGESTION, FIRST, SECOND].contains(name));
    }
    issues.sort_by_key(|issue| (issue.field, issue.code.as_str()));
    issues
}

#[test]
fn issues_of_every_code_come_back_as_the_rules_gave_them() {
    for (code, case) in cases() {
        let mut world = World::new("");
        let options = format!(r#"{{{ACCOUNT},"microsites":["oak-and-salt"],"perAddress":0}}"#);
        world.gateway = seeded(Config::read(&object(&options)).unwrap());
        world.upstream = Box::new(|microsite, operation| match operation {
            Operation::Setup => Ok(object(STRICT_SETUP).into()),
            Operation::Create { .. } => {
                let issues = vec![Issue::error(Code::Refused, "Email")];
                Err(ErrorKind::Validation { issues, unmapped: Vec::new() }.with(Outcome::Refused))
            }
            other => vendor(microsite, other),
        });
        let setup = Setup::read(&object(STRICT_SETUP));
        let options = Options { setup, today: date::parse("2026-11-22"), ..Options::default() };
        let create = |request: &Object| Operation::Create { request: request.clone() };
        let (came_back, expected) = match &case {
            Case::Create(members) => {
                let request = over(members);
                let found = check(&Draft::from_object(&request), &options, &Native).issues;
                (refused(&mut world, None, create(&request)), found)
            }
            Case::NotWritable(members, field) => {
                let found = vec![Issue::error(Code::NotWritable, field)];
                (refused(&mut world, None, create(&over(members))), found)
            }
            Case::Staff(name, arguments, path, body) => {
                let found = Operation::from_json(name, &object(arguments)).unwrap_err();
                let raw = Operation::Raw {
                    method: "POST",
                    path: (*path).into(),
                    body: Some(object(body).into()),
                };
                (refused(&mut world, Some("staff"), raw), found)
            }
            Case::Refused => {
                let found = vec![Issue::error(Code::Refused, "Email")];
                (refused(&mut world, None, create(&over("{}"))), found)
            }
        };
        let expected = in_order(expected);
        assert!(expected.iter().any(|issue| issue.code == code), "{code:?}: {expected:?}");
        assert_eq!(in_order(came_back), expected, "{code:?}");
    }
}

#[test]
fn issues_have_a_request_for_every_code_or_a_reason_why_none() {
    let brought = cases();
    for code in Code::ALL {
        let is_brought = brought.iter().any(|(known, _)| known == code);
        let is_reasoned =
            NOT_BROUGHT.iter().any(|(known, reason)| known == code && !reason.is_empty());
        assert!(is_brought != is_reasoned, "{code:?} belongs into exactly one of the two lists");
    }
}

#[test]
fn issues_keep_code_and_path_and_params_wherever_they_are() {
    for field in rows().iter().map(|row| row.name).chain(OTHER_SUBJECTS.split(' ')) {
        for code in Code::ALL {
            let mut issue = Issue::error(*code, field);
            for name in NUMBER_PARAMS.split(' ') {
                issue = issue.number(name, 7);
            }
            issue = issue.text(REASON, "tooShort");
            let reply = Reply::issues(core::slice::from_ref(&issue));
            let response = HttpResponse { is_gateway: true, ..response(&reply) };
            let found = read(&Operation::Setup, &Names::default(), &response).unwrap_err();
            assert_eq!(found, ErrorKind::Validation { issues: vec![issue], unmapped: Vec::new() });
        }
    }
}

#[test]
fn issues_lose_the_texts_that_could_be_personal() {
    for (name, text) in
        [(REASON, "because"), (SUGGESTION, "ann@example.com"), ("other", "tooShort")]
    {
        let issue = Issue::error(Code::EmailMistyped, "Email").text(name, text);
        let reply = Reply::issues(core::slice::from_ref(&issue));
        let response = HttpResponse { is_gateway: true, ..response(&reply) };
        let found = read(&Operation::Setup, &Names::default(), &response).unwrap_err();
        let issues = vec![Issue::error(Code::EmailMistyped, "Email")];
        assert_eq!(found, ErrorKind::Validation { issues, unmapped: Vec::new() }, "{name}");
    }
}
