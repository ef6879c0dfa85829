//! Editing a record: the client sends back everything that it read, with the patch applied, and
//! checks the answer.

// Native only: the client decides the same on every platform.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows these in test functions, but not in the functions that help them.
#![allow(clippy::panic, clippy::unwrap_used)]

use dinerkit::client::Operation;
use dinerkit::client::error::{ApiError, ErrorKind, Outcome};
use dinerkit::client::response::HttpResponse;
use dinerkit::client::{Call, Config, Failure, Input, Output, Session};
use dinerkit::issue::{Code, Param};
use dinerkit::json::{Json, Object};

const NOON: u64 = 1_785_931_200_000;

fn object(text: &str) -> Object {
    Json::parse(text).unwrap().as_object().unwrap().clone()
}

fn session(extra: &str) -> Session {
    let text = format!(r#"{{"baseUrl":"https://api.example","microsite":"m"{extra}}}"#);
    Session::new(Config::from_json(&object(&text)).unwrap()).unwrap()
}

fn json(body: &str) -> Input {
    Input::Response(HttpResponse {
        status: 200,
        content_type: Some("application/json".to_owned()),
        body: body.as_bytes().to_vec(),
        ..HttpResponse::default()
    })
}

fn finished(output: Output) -> Result<Json, ApiError> {
    match output {
        Output::Done(result) => result,
        Output::Send(send) => panic!("still sending {}", send.request.path),
        _ => panic!("still waiting"),
    }
}

/// What an edit with `arguments` sends after it has read `record`, or the error of the edit.
fn sends(arguments: &str, record: &str, extra: &str) -> Result<(Session, Call, String), ApiError> {
    let arguments = object(&format!(r#"{{"id":7,{arguments}}}"#));
    let mut session = session(extra);
    let mut call = Call::new(Operation::from_json("edit", &arguments).unwrap());
    match call.handle(&mut session, Input::Start, NOON, 0) {
        Output::Send(send) => assert_eq!(send.request.method, "GET"),
        output => return Err(finished(output).unwrap_err()),
    }
    match call.handle(&mut session, json(record), NOON, 0) {
        Output::Send(send) => {
            assert_eq!(send.request.method, "PUT");
            assert_eq!(send.request.path, "/api/ConsumerApi/v1/Restaurant/m/Customer/7");
            Ok((session, call, send.request.body.unwrap()))
        }
        output => Err(finished(output).unwrap_err()),
    }
}

fn body(arguments: &str, record: &str) -> String {
    sends(arguments, record, "").unwrap().2
}

fn result(arguments: &str, record: &str, echo: &str) -> Result<Json, ApiError> {
    let (mut session, mut call, _) = sends(arguments, record, "").unwrap();
    finished(call.handle(&mut session, json(echo), NOON, 0))
}

#[test]
fn edit_accepts_a_consent_only_with_a_readable_wording() {
    let codes =
        |arguments: &str, record: &str| match sends(arguments, record, "").map(|sent| sent.2) {
            Ok(body) => body.contains(r#""ReceiveSmsMarketing":true"#).to_string(),
            Err(error) => format!("{:?}", error.kind),
        };
    let bare = r#"{"Id":7,"ReceiveSmsMarketing":false}"#;
    let worded = r#"{"Id":7,"ReceiveSmsMarketing":false,"GroupSmsMarketingOptInText":"By text"}"#;
    for (patch, record, fits) in [
        (r#"{"ReceiveSmsMarketing":true}"#, worded, true),
        (r#"{"ReceiveSmsMarketing":"on"}"#, worded, true),
        (r#"{"ReceiveSmsMarketing":true,"GroupSmsMarketingOptInText":"By text"}"#, bare, true),
        (r#"{"ReceiveSmsMarketing":true}"#, bare, false),
        (r#"{"ReceiveSmsMarketing":"on"}"#, bare, false),
        (r#"{"ReceiveSmsMarketing":true,"GroupSmsMarketingOptInText":null}"#, worded, false),
        (
            r#"{"ReceiveSmsMarketing":true,"GroupSmsMarketingOptInText":"<s>never</s>"}"#,
            bare,
            false,
        ),
    ] {
        let said = codes(&format!(r#""patch":{patch}"#), record);
        if fits {
            assert_eq!(said, "true", "{patch}");
        } else {
            assert!(said.contains("ConsentText"), "{patch}: {said}");
        }
    }
}

#[test]
fn edit_of_a_member_that_the_api_sets_is_refused_in_any_case() {
    for member in ["id", "isBlocked", "customerOptions", "RANK"] {
        let arguments = format!(r#""patch":{{"{member}":1}}"#);
        let error = sends(&arguments, r#"{"Id":7}"#, "").err().unwrap();
        assert!(format!("{:?}", error.kind).contains("NotWritable"), "{member}");
    }
}

#[test]
fn edit_sends_a_date_back_as_the_day_that_was_read() {
    for (read, sent) in [
        ("1990-02-03T00:00:00+02:00", "1990-02-03T00:00:00"),
        ("1990-02-03T00:00:00.0000000Z", "1990-02-03T00:00:00"),
        ("1990-02-03T23:30:00.5", "1990-02-03T00:00:00"),
        (" 1990-02-03 ", "1990-02-03T00:00:00"),
        ("1990-02-03", "1990-02-03T00:00:00"),
        ("03/02/1990", "03/02/1990"),
    ] {
        let record = format!(r#"{{"Id":7,"Surname":"Doe","Birthday":"{read}"}}"#);
        let body = object(&body(r#""patch":{"Surname":"Roe"}"#, &record));
        assert_eq!(body.get("Birthday").and_then(Json::as_str), Some(sent));
        let echo = record.replace("Doe", "Roe");
        assert!(result(r#""patch":{"Surname":"Roe"}"#, &record, &echo).is_ok(), "{read}");
    }
}

#[test]
fn edit_is_refused_at_a_date_that_is_an_instant() {
    for read in ["1990-06-01T23:00:00Z", "1990-02-03T01:00:00+02:00"] {
        let record = format!(r#"{{"Id":7,"Surname":"Doe","Birthday":"{read}"}}"#);
        assert_eq!(
            refused(r#""patch":{"Surname":"Roe"}"#, &record, ""),
            [(Code::DateAmbiguous, "Birthday".to_owned())]
        );
        let patch = format!(r#""patch":{{"Birthday":"{read}"}}"#);
        let plain = record.replace(read, "1990-06-01T00:00:00");
        assert_eq!(refused(&patch, &plain, ""), [(Code::DateAmbiguous, "Birthday".to_owned())]);
        for (patch, sent) in
            [(r#""1990-06-02""#, Json::from("1990-06-02T00:00:00")), ("null", Json::Null)]
        {
            let arguments = format!(r#""patch":{{"Surname":"Roe","Birthday":{patch}}}"#);
            assert_eq!(object(&body(&arguments, &record)).get("Birthday"), Some(&sent));
        }
    }
}

#[test]
fn edit_sends_back_all_that_was_read_under_the_patch() {
    let record = r#"{"Id":7,"Surname":"Doe","Email":"a@b.example","Comments":"one","Birthday":"1990-12-31T00:00:00.0000000","Address":{"House":"1","Town":"Leith","Planet":"Earth"},"CustomerCodes":[1,2],"Big":12345678901234567890,"Long":0.10000000000000000000001,"Deep":{"a":[{"b":null}]},"Rank":null}"#;
    assert_eq!(
        body(r#""patch":{"Surname":"Roe","Address":{"Town":"Fife","House":null},"New":1}"#, record),
        r#"{"Id":7,"Surname":"Roe","Email":"a@b.example","Comments":"one","Birthday":"1990-12-31T00:00:00","Address":{"House":null,"Town":"Fife","Planet":"Earth"},"CustomerCodes":[1,2],"Big":12345678901234567890,"Long":0.10000000000000000000001,"Deep":{"a":[{"b":null}]},"Rank":null,"New":1,"CustomerOptions":{"AppendComments":false}}"#
    );
    assert_eq!(
        body(
            r#""patch":{"Address":null,"CustomerCodes":[3]}"#,
            r#"{"Id":7,"Address":{"Town":"Leith"},"CustomerCodes":[1]}"#
        ),
        r#"{"Id":7,"Address":null,"CustomerCodes":[3],"CustomerOptions":{"AppendComments":false}}"#
    );
    assert_eq!(
        body(r#""patch":{"Address":{"Town":"Leith"}}"#, r#"{"Id":"7","Address":null}"#),
        r#"{"Id":"7","Address":{"Town":"Leith"},"CustomerOptions":{"AppendComments":false}}"#
    );
}

#[test]
fn edit_lets_the_api_append_a_note() {
    let arguments = r#""patch":{},"appendComment":"two""#;
    let record = r#"{"Id":7,"Comments":"one"}"#;
    assert_eq!(
        body(arguments, record),
        r#"{"Id":7,"Comments":"two","CustomerOptions":{"AppendComments":true}}"#
    );
    assert!(result(arguments, record, r#"{"Id":7,"Comments":"one\r\ntwo"}"#).is_ok());
    assert!(result(arguments, record, r#"{"Id":7,"Comments":"one"}"#).is_err());
}

#[test]
fn edit_sends_a_guessed_flag_under_the_callers_name() {
    let extra = r#","names":{"hasDeclinedEmail":"EmailDeclined"}"#;
    let record = r#"{"Id":7,"EmailDeclined":false}"#;
    let (mut session, mut call, body) =
        sends(r#""patch":{"HasDeclinedEmail":true}"#, record, extra).unwrap();
    assert_eq!(body, r#"{"Id":7,"EmailDeclined":true,"CustomerOptions":{"AppendComments":false}}"#);
    let echo = json(r#"{"Id":7,"EmailDeclined":true}"#);
    let edited = finished(call.handle(&mut session, echo, NOON, 0)).unwrap();
    assert_eq!(edited, object(r#"{"Id":7,"HasDeclinedEmail":true}"#).into());
}

/// The codes and names in the issues of an edit that is refused. The name of an unknown member is a
/// parameter.
fn refused(arguments: &str, record: &str, extra: &str) -> Vec<(Code, String)> {
    let error = sends(arguments, record, extra).err().unwrap();
    assert_eq!(error.outcome, Outcome::NotSent);
    let ErrorKind::Validation { issues, unmapped } = error.kind else {
        panic!("no validation error: {error:?}")
    };
    assert!(unmapped.is_empty());
    let name = |issue: &dinerkit::issue::Issue| match issue.params.first() {
        Some(("member", Param::Text(name))) => name.clone(),
        _ => issue.field.to_owned(),
    };
    issues.iter().map(|issue| (issue.code, name(issue))).collect()
}

#[test]
fn edit_of_a_name_in_two_cases_is_refused() {
    let extra = r#","names":{"hasDeclinedEmail":"EmailDeclined"}"#;
    for (patch, record, extra) in [
        ("hasdeclinedemail", r#"{"Id":7,"HasDeclinedEmail":false}"#, ""),
        ("emailDeclined", r#"{"Id":7,"EmailDeclined":false}"#, extra),
        ("newer", r#"{"Id":7,"Newer":1}"#, ""),
        ("Surname", r#"{"Id":7,"surname":"Lee"}"#, ""),
    ] {
        let arguments = format!(r#""patch":{{"{patch}":true}}"#);
        assert_eq!(refused(&arguments, record, extra), [(Code::NotWritable, patch.to_owned())]);
    }
}

#[test]
fn edit_that_cannot_be_set_is_refused_before_anything_is_sent() {
    let expected = |names: &[&str]| -> Vec<_> {
        names.iter().map(|name| (Code::NotWritable, name.to_string())).collect()
    };
    let patch = r#""patch":{"Id":8,"IsBlocked":true,"CreatedDateTime":"x","PortalUserId":1,"Rank":1,"CustomerOptions":{}}"#;
    assert_eq!(
        refused(patch, "", ""),
        expected(&[
            "Id",
            "IsBlocked",
            "CreatedDateTime",
            "PortalUserId",
            "Rank",
            "CustomerOptions"
        ])
    );
    let both = r#""patch":{"Comments":"one"},"appendComment":"two""#;
    assert_eq!(refused(both, "", ""), expected(&["Comments"]));
}

#[test]
fn edit_of_a_record_that_cannot_be_carried_back_is_refused_by_name() {
    // Half a surrogate pair: the client can't send the text as the API has it.
    let damaged = r#"{"Id":7,"Surname":"\ud83c","Address":{"Town":"\ud83c"},"Unknown":["\ud83c"]}"#;
    let expected = vec![
        (Code::DamagedText, "Surname".to_owned()),
        (Code::DamagedText, "Address".to_owned()),
        (Code::DamagedText, "Unknown".to_owned()),
    ];
    assert_eq!(refused(r#""patch":{}"#, damaged, ""), expected);
    // A patch that replaces the value is accepted.
    let record = r#"{"Id":7,"Surname":"\ud83c"}"#;
    assert!(sends(r#""patch":{"Surname":"Doe"}"#, record, "").is_ok());

    let form = r#","encoding":"form""#;
    let lists = r#"{"Id":7,"CustomerCodes":[1],"Unknown":{"List":[1]},"Odd":{"a[b]":1}}"#;
    let expected = ["CustomerCodes", "Unknown", "Odd"];
    assert_eq!(
        refused(r#""patch":{}"#, lists, form),
        expected.map(|name| (Code::NotWritable, name.to_owned()))
    );
    let plain = r#"{"Id":7,"CustomerCodes":[],"Address":{"Town":"Leith"},"IsVip":null}"#;
    let (_, _, body) = sends(r#""patch":{}"#, plain, form).unwrap();
    assert_eq!(body, "Id=7&Address%5BTown%5D=Leith&CustomerOptions%5BAppendComments%5D=false");
}

#[test]
fn edit_fails_if_the_echo_lacks_the_change() {
    let record = r#"{"Id":7,"Surname":"Doe","Email":"a@b.example","Unknown":1}"#;
    let patch = r#""patch":{"Surname":"Roe","Field1":"x","Loyalty":{"Points":5}}"#;
    let echo = |change: (&str, &str)| {
        r#"{"Id":7,"Surname":"Roe","Email":"A@B.example","Field1":"x","Loyalty":{"Points":5,"More":1},"Unknown":2}"#
            .replace(change.0, change.1)
    };
    assert!(result(patch, record, &echo(("", ""))).is_ok());
    for change in [
        ("\"Roe\"", "\"Doe\""),
        ("\"Roe\"", "null"),
        ("A@B.example", "c@b.example"),
        ("\"Field1\":\"x\"", "\"Field1\":null"),
        ("\"Points\":5", "\"Points\":6"),
    ] {
        let error = result(patch, record, &echo(change)).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Protocol { status: 200, .. }), "{change:?}");
        assert_eq!(error.outcome, Outcome::Unknown);
    }
}

#[test]
fn edit_succeeds_if_the_echo_writes_the_change_in_its_own_way() {
    let record = r#"{"Id":7,"Surname":"Doe","Field1":null,"Loyalty":null}"#;
    let patch = r#""patch":{"Surname":"o'connor","Field1":"no nuts"}"#;
    for (echo, is_same) in [
        (r#"{"Id":7,"Surname":"O’Connor","Field1":"No Nuts"}"#, true),
        (r#"{"Id":"7","Surname":" O'CONNOR ","Field1":"no nuts "}"#, true),
        (r#"{"Id":7,"Surname":"O’Connor","Field1":"nuts"}"#, false),
        (r#"{"Id":7,"Surname":"O’Connor","Field1":null}"#, false),
        (r#"{"Id":7,"Surname":"Connor","Field1":"no nuts"}"#, false),
        (r#"{"Id":9,"Surname":"o'connor","Field1":"no nuts"}"#, false),
    ] {
        assert_eq!(result(patch, record, echo).is_ok(), is_same, "{echo}");
    }
    // Of members that are not known, and of wordings, each character counts.
    for (patch, echo) in [
        (r#""patch":{"Loyalty":"aB7"}"#, r#"{"Id":7,"Surname":"Doe","Loyalty":"AB7"}"#),
        (
            r#""patch":{"GroupSmsMarketingOptInText":"By text"}"#,
            r#"{"Id":7,"Surname":"Doe","GroupSmsMarketingOptInText":"by text"}"#,
        ),
    ] {
        let error = result(patch, record, echo).unwrap_err();
        assert_eq!(error.outcome, Outcome::Unknown, "{echo}");
    }
}

#[test]
fn edit_of_members_that_no_answer_shows_succeeds() {
    let record = r#"{"Id":7,"Surname":"Doe"}"#;
    let patch = r#""patch":{"IpAddress":"192.0.2.7","MarketingOptInSetting":"Online"}"#;
    assert!(result(patch, record, record).is_ok());
}

#[test]
fn echo_may_write_the_same_value_in_another_way() {
    for (sent, echo) in [
        (r#"{"Comments":""}"#, r#"{"Comments":null}"#),
        (r#"{"Comments":"a\nb"}"#, r#"{"Comments":"a\r\nb"}"#),
        (r#"{"Title":null}"#, r#"{}"#),
        (r#"{"Surname":" Doe "}"#, r#"{"Surname":"Doe"}"#),
        (r#"{"Email":"Jane@X.example"}"#, r#"{"Email":"jane@x.example"}"#),
        (r#"{"Birthday":"1990-12-31T00:00:00"}"#, r#"{"Birthday":"1990-12-31T00:00:00.0000000"}"#),
        (r#"{"Birthday":"1990-12-31"}"#, r#"{"Birthday":"1990-12-31T00:00:00.0000000"}"#),
        (r#"{"Mobile":"07700 900123"}"#, r#"{"Mobile":"7700900123"}"#),
        (r#"{"MobileCountryCode":44}"#, r#"{"MobileCountryCode":"44"}"#),
        (r#"{"PhoneCountryCode":null}"#, r#"{"PhoneCountryCode":0}"#),
        (r#"{"PhoneCountryCode":0}"#, r#"{"PhoneCountryCode":"0"}"#),
        (r#"{"IsVip":false}"#, r#"{"IsVip":null}"#),
        (r#"{"IsVip":true}"#, r#"{"IsVip":"True"}"#),
        (r#"{"IsDrinkingAge":true}"#, r#"{"IsDrinkingAge":"True"}"#),
        // The same person, however the name is written: see src/client/same_text.rs.
        (r#"{"Surname":"lee"}"#, r#"{"Surname":"Lee"}"#),
        (r#"{"Surname":"O'Connor"}"#, r#"{"Surname":"O’Connor"}"#),
        (r#"{"Surname":"MCDONALD"}"#, r#"{"Surname":"Mcdonald"}"#),
        (r#"{"Surname":"van  der Berg"}"#, r#"{"Surname":"Van Der Berg"}"#),
        (r#"{"FirstName":"Jose\u0301"}"#, r#"{"FirstName":"JOSÉ"}"#),
        (r#"{"FirstName":"Anne–Marie"}"#, r#"{"FirstName":"Anne-Marie"}"#),
        (r#"{"Title":"mr"}"#, r#"{"Title":"Mr"}"#),
        (r#"{"Company":"\u200eSmith “&” Sons "}"#, r#"{"Company":"SMITH \"&\" SONS"}"#),
        (r#"{"Department":"front of house"}"#, r#"{"Department":"Front Of House"}"#),
        (
            r#"{"Address":{"Street":"1 st john's rd","Postcode":"eh1 1aa","Country":"scotland"}}"#,
            r#"{"Address":{"Street":"1 St John’s Rd","Postcode":"EH1 1AA","Country":"SCOTLAND"}}"#,
        ),
        (r#"{"Comments":"no  nuts\n "}"#, r#"{"Comments":"No nuts"}"#),
        (
            r#"{"Comments":"No nuts","CustomerOptions":{"AppendComments":true}}"#,
            r#"{"Comments":"Regular.\r\nno nuts "}"#,
        ),
        (
            r#"{"MobileCountryCode":44,"Mobile":"07700 900123"}"#,
            r#"{"MobileCountryCode":"44","Mobile":"+44 (0)7700 900-123"}"#,
        ),
        (
            r#"{"PhoneCountryCode":44,"Phone":"1314960123"}"#,
            r#"{"PhoneCountryCode":44,"Phone":"0044 131 496 0123"}"#,
        ),
        (r#"{"CustomerCodes":[1,2]}"#, r#"{"CustomerCodes":[2,"1"]}"#),
        (r#"{"CustomerCodes":[]}"#, r#"{"CustomerCodes":null}"#),
        (r#"{"Address":{"Town":""}}"#, r#"{"Address":null}"#),
        (r#"{"IpAddress":"::1","CustomerValidationType":"Normal"}"#, "{}"),
        (
            r#"{"GroupEmailMarketingOptInText":"<b>a</b>"}"#,
            r#"{"GroupEmailMarketingOptInText":"a"}"#,
        ),
        (r#"{"Field1":"x"}"#, "{}"),
        // Double opt-in: the record shows the consent only after the guest has confirmed it by
        // e-mail.
        (r#"{"ReceiveEmailMarketing":true}"#, r#"{"ReceiveEmailMarketing":false}"#),
    ] {
        assert_eq!(created(sent, echo).err(), None, "{sent} {echo}");
    }
    for (sent, echo) in [
        // An Id and an address are what they are.
        (r#"{"MembershipId":"ab-7"}"#, r#"{"MembershipId":"AB-7"}"#),
        (r#"{"MembershipId":"ab 7"}"#, r#"{"MembershipId":"ab7"}"#),
        (r#"{"Email":"jane.doe@x.example"}"#, r#"{"Email":"janedoe@x.example"}"#),
        (r#"{"Email":"o'neil@x.example"}"#, r#"{"Email":"oneil@x.example"}"#),
        (r#"{"Email":"a-b@x.example"}"#, r#"{"Email":"a\u2010b@x.example"}"#),
        (
            r#"{"MobileCountryCode":44,"Mobile":"7700900123"}"#,
            r#"{"MobileCountryCode":44,"Mobile":"+49 7700900123"}"#,
        ),
        (
            r#"{"MobileCountryCode":44,"Mobile":"447700900"}"#,
            r#"{"MobileCountryCode":44,"Mobile":"7700900"}"#,
        ),
        (r#"{"IsDrinkingAge":true}"#, r#"{"IsDrinkingAge":"False"}"#),
        (r#"{"Surname":"José"}"#, r#"{"Surname":"Jose"}"#),
        (r#"{"Surname":"Łukasz"}"#, r#"{"Surname":"?ukasz"}"#),
        (r#"{"Address":{"Postcode":"EH1 1AA"}}"#, r#"{"Address":{"Postcode":"EH1 1AB"}}"#),
        (r#"{"Surname":"Doe"}"#, r#"{}"#),
        (r#"{"Title":null}"#, r#"{"Title":"Dr"}"#),
        (r#"{"Email":"a@b.example"}"#, r#"{"Email":"b@b.example"}"#),
        (r#"{"Birthday":"1990-12-31T00:00:00"}"#, r#"{"Birthday":"1990-12-30T00:00:00"}"#),
        (r#"{"Mobile":"7700900123"}"#, r#"{"Mobile":"7700900124"}"#),
        (r#"{"ReceiveEmailMarketing":false}"#, r#"{"ReceiveEmailMarketing":true}"#),
        (r#"{"CustomerCodes":[1]}"#, r#"{"CustomerCodes":[]}"#),
        (r#"{"CustomerCodes":[1]}"#, r#"{"CustomerCodes":[2]}"#),
        (r#"{"Address":{"Town":"Leith"}}"#, r#"{"Address":null}"#),
        (r#"{"Comments":"a"}"#, r#"{"Comments":"b"}"#),
    ] {
        let error = created(sent, echo).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Protocol { .. }), "{sent} {echo}");
        assert_eq!(error.outcome, Outcome::Unknown, "{sent} {echo}");
    }
}

/// The result of a create of `sent` that is answered with `echo`.
fn created(sent: &str, echo: &str) -> Result<Json, ApiError> {
    let mut session = session("");
    let mut call = Call::new(Operation::Create { request: object(sent) });
    call.handle(&mut session, Input::Start, NOON, 0);
    let echo = object(echo).with("Id", 7).to_text();
    finished(call.handle(&mut session, json(&echo), NOON, 0))
}

#[test]
fn edit_repeats_its_reading_and_not_its_writing() {
    let record = r#"{"Id":7,"Surname":"Doe"}"#;
    let (mut session, mut call, _) = sends(r#""patch":{"Surname":"Roe"}"#, record, "").unwrap();
    let lost = call.handle(&mut session, Input::Failed(Failure::Network), NOON, 0);
    assert_eq!(finished(lost), Err(ErrorKind::Network.with(Outcome::Unknown)));

    let arguments = object(r#"{"id":7,"patch":{}}"#);
    let mut call = Call::new(Operation::from_json("edit", &arguments).unwrap());
    call.handle(&mut session, Input::Start, NOON, 0);
    let aborted = call.handle(&mut session, Input::Failed(Failure::Abort), NOON, 0);
    assert_eq!(finished(aborted), Err(ErrorKind::Abort.with(Outcome::NotSent)));
}

#[test]
fn edit_has_one_replay_for_its_reading_and_one_for_its_writing() {
    let extra = r#","credentials":{"username":"u","password":"p"}"#;
    let mut session = session(extra);
    let arguments = object(r#"{"id":7,"patch":{"Surname":"Roe"}}"#);
    let mut call = Call::new(Operation::from_json("edit", &arguments).unwrap());
    let token = || json(r#"{"Status":"Success","Token":"t"}"#);
    let unauthorised = || Input::Response(HttpResponse { status: 401, ..HttpResponse::default() });
    let mut paths = Vec::new();
    for input in [
        Input::Start,
        token(),
        unauthorised(),
        token(),
        json(r#"{"Id":7}"#),
        unauthorised(),
        token(),
    ] {
        match call.handle(&mut session, input, NOON, 0) {
            Output::Send(send) => paths.push(send.request.method),
            output => panic!("{:?}", finished(output)),
        }
    }
    assert_eq!(paths, ["POST", "GET", "POST", "GET", "PUT", "POST", "PUT"]);
    assert!(
        finished(call.handle(&mut session, json(r#"{"Id":7,"Surname":"Roe"}"#), NOON, 0)).is_ok()
    );
}
