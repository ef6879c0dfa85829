//! What a request says: the media type and the body, the guest's fields, and what a guest changes
//! of the own record.

use super::*;

#[test]
fn body_that_is_no_small_json_object_is_refused() {
    let mut world = World::new(r#","perAddress":0"#);
    for (content_type, status) in [
        ("application/json", 200),
        ("Application/JSON;charset=\"UTF-8\"", 200),
        ("application/json; charset=utf-7", 415),
        ("application/json; charset=utf-16", 415),
        ("application/json; boundary=x", 415),
        ("application/json,text/plain", 415),
        ("text/json", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/merge-patch+json", 415),
        ("", 415),
    ] {
        let head = Head { content_type: Some(content_type.into()), ..head("POST", "Customer") };
        assert_eq!(world.ask(head, ANN).status, status, "{content_type}");
    }
    let coded =
        |coding: &str| Head { content_encoding: Some(coding.into()), ..head("POST", "Customer") };
    assert_eq!(world.ask(coded("gzip"), ANN).status, 415);
    assert_eq!(world.ask(coded("identity"), ANN).status, 200);
    assert_eq!(world.ask(head("POST", "Customer"), &"x".repeat(1001)).status, 413);
    for text in ["", "[]", "{", "\"x\"", "{\"a\":1,\"a\":2}", "{}{}", &"[".repeat(900)] {
        assert_eq!(world.ask(head("POST", "Customer"), text).status, 400, "{text}");
    }
    let mut exchange = Exchange::new(head("POST", "Customer"), NOW_MS);
    for input in [Input::Start, Input::StaffChecked { is_staff: false }] {
        world.handle(&mut exchange, input);
    }
    let output = world.handle(&mut exchange, Input::Body(b"{\"\xff\":1}".to_vec()));
    assert!(matches!(output, Output::Answer(reply) if reply.status == 400));
    let nowhere = Head { address: Some("unknown".into()), ..head("POST", "Customer") };
    world.calls.clear();
    world.ask(nowhere, ANN);
    assert!(!world.calls.join("").contains("IpAddress"));
}

#[test]
fn fields_that_are_not_the_guests_are_refused() {
    let mut world = World::new(r#","perAddress":0"#);
    let reply = world.ask(head("POST", "Customer"), ANN);
    assert_eq!(
        world.calls,
        [
            "setup",
            r#"create {"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"7700900123","IpAddress":"192.0.2.7"}"#
        ]
    );
    let mut seen = body(&reply);
    assert!(seen.remove("Capability").is_some());
    assert_eq!(
        seen.to_text(),
        r#"{"Id":7,"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"7700900123"}"#
    );
    world.calls.clear();
    for member in [
        r#""IsVip":true"#,
        r#""Comments":"x""#,
        r#""IpAddress":"1.1.1.1""#,
        r#""Id":1"#,
        r#""CustomerOptions":{}"#,
        r#""Address":{"Floor":1}"#,
        r#""Address.Town":"x""#,
        r#""__proto__":{}"#,
        r#""isvip":true"#,
        r#""Capability":"x""#,
    ] {
        let with_member = format!("{},{member}}}", ANN.trim_end_matches('}'));
        let reply = world.ask(head("POST", "Customer"), &with_member);
        assert_eq!(reply.status, 400, "{member}");
    }
    assert_eq!(world.calls.len(), 0);
    let staff = r#"{"Surname":" Lee ","Mobile":"stored before our rules","IsVip":true,"New":1.50}"#;
    world.ask(with(head("POST", "Customer"), "Bearer staff"), staff);
    assert_eq!(world.calls, [["create ", staff].concat()]);
}

#[test]
fn fields_of_the_guest_are_as_the_operator_says() {
    let more = r#","perAddress":0,"guestFields":{"add":["CustomerCodes"],"remove":["Company","ReceiveSmsMarketing","Address.House"]}"#;
    let mut world = World::new(more);
    for (member, status) in [
        (r#""CustomerCodes":[1]"#, 200),
        (r#""Company":"Acme""#, 400),
        (r#""ReceiveSmsMarketing":false"#, 400),
        (r#""GroupSmsMarketingOptInText":"x""#, 400),
        (r#""Address":{"House":"1"}"#, 400),
        (r#""Address":{"Town":"Bath"}"#, 200),
        (r#""Department":"x""#, 400),
    ] {
        let with_member = format!("{},{member}}}", ANN.trim_end_matches('}'));
        assert_eq!(world.ask(head("POST", "Customer"), &with_member).status, status, "{member}");
    }
    for wrong in [
        r#"{"add":["IpAddress"]}"#,
        r#"{"add":["MarketingOptInSetting"]}"#,
        r#"{"add":["CustomerValidationType"]}"#,
        r#"{"add":["Comments"]}"#,
        r#"{"add":["IsVip"]}"#,
        r#"{"add":["Nose"]}"#,
        r#"{"add":["Id"]}"#,
        r#"{"add":"Department"}"#,
        r#"{"remove":["Surname"]}"#,
        r#"{"remove":["GroupSmsMarketingOptInText"]}"#,
        r#"{"set":["Company"]}"#,
        "[]",
    ] {
        let options = format!(r#"{{{ACCOUNT},"microsites":["a"],"guestFields":{wrong}}}"#);
        assert!(Config::read(&object(&options)).is_err(), "{wrong}");
    }
}

#[test]
fn edit_of_the_own_record_keeps_what_staff_wrote() {
    let mut world = World::new(r#","perAddress":0"#);
    let capability = capability(&mut world);
    let reply = world.ask(with(head("GET", "Customer/7"), &capability), "");
    assert_eq!(
        body(&reply).to_text(),
        r#"{"Id":7,"Title":null,"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"1","Address":{"Town":"Bath","Postcode":null},"ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"older words"}"#
    );
    let whole = reply.body.unwrap();
    for (sent, status, calls) in [
        // The record as it was read, with one change.
        (
            whole.replace("\"Lee\"", "\" Li \""),
            200,
            r#"get 7|edit 7 {"Surname":"Li","IpAddress":"192.0.2.7"}"#,
        ),
        // A name that the guest writes in another way.
        (
            whole.replace("\"Lee\"", "\"LEE\""),
            200,
            r#"get 7|edit 7 {"Surname":"LEE","IpAddress":"192.0.2.7"}"#,
        ),
        (
            r#"{"Address":{"Town":"bath"}}"#.into(),
            200,
            r#"get 7|edit 7 {"Address":{"Town":"bath"},"IpAddress":"192.0.2.7"}"#,
        ),
        (r#"{"Address":{"Town":" Bath "}}"#.into(), 200, "get 7"),
        (r#"{"GroupEmailMarketingOptInText":"Older Words"}"#.into(), 400, "get 7"),
        (
            format!(
                "{},\"CustomerOptions\":{{\"AppendComments\":false}}}}",
                whole.strip_suffix('}').unwrap()
            ),
            200,
            "get 7",
        ),
        (whole.clone(), 200, "get 7"),
        ("{}".into(), 200, "get 7"),
        (r#"{"Id":8}"#.into(), 400, ""),
        (r#"{"CustomerOptions":{"AppendComments":true}}"#.into(), 400, ""),
        (r#"{"Comments":"x"}"#.into(), 400, ""),
        (r#"{"IsVip":false}"#.into(), 400, ""),
        (r#"{"IpAddress":"1.1.1.1"}"#.into(), 400, ""),
        (r#"{"Surname":""}"#.into(), 400, "get 7"),
        (r#"{"Email":"nobody"}"#.into(), 400, "get 7"),
        (r#"{"Field2":"x"}"#.into(), 400, "get 7"),
        (
            r#"{"Mobile":"07700 900123"}"#.into(),
            200,
            r#"get 7|edit 7 {"MobileCountryCode":44,"Mobile":"7700900123","IpAddress":"192.0.2.7"}"#,
        ),
        (
            r#"{"Address":{"Town":"Wells"}}"#.into(),
            200,
            r#"get 7|edit 7 {"Address":{"Town":"Wells"},"IpAddress":"192.0.2.7"}"#,
        ),
        (
            r#"{"ReceiveEmailMarketing":false}"#.into(),
            200,
            r#"get 7|edit 7 {"ReceiveEmailMarketing":false,"IpAddress":"192.0.2.7"}"#,
        ),
        (r#"{"GroupEmailMarketingOptInText":""}"#.into(), 400, "get 7"),
        (r#"{"GroupEmailMarketingOptInText":"x"}"#.into(), 400, "get 7"),
        (
            r#"{"GroupEmailMarketingOptInText":"By <b>e-mail</b>"}"#.into(),
            200,
            r#"get 7|edit 7 {"GroupEmailMarketingOptInText":"By <b>e-mail</b>","IpAddress":"192.0.2.7"}"#,
        ),
        (r#"{"ReceiveSmsMarketing":true}"#.into(), 400, "get 7"),
        // A calling code goes through the rules, with a number or without.
        (r#"{"PhoneCountryCode":{"IsVip":true}}"#.into(), 400, "get 7"),
        (r#"{"PhoneCountryCode":"AAAA\u0000\r\n"}"#.into(), 400, "get 7"),
        (r#"{"PhoneCountryCode":1e9999}"#.into(), 400, "get 7"),
    ] {
        world.calls.clear();
        let reply = world.ask(with(head("PUT", "Customer/7"), &capability), &sent);
        assert_eq!(
            (reply.status, world.calls.join("|").as_str()),
            (status, calls),
            "{sent} {:?}",
            reply.body
        );
        assert!(!reply.body.unwrap().contains("rude"));
    }
}

#[test]
fn edit_of_a_consent_keeps_the_yes_and_its_wording_together() {
    for (stored, sent, edited) in [
        (
            r#""ReceiveEmailMarketing":false,"GroupEmailMarketingOptInText":"By <b>e-mail</b>""#,
            r#"{"ReceiveEmailMarketing":true}"#,
            Some(
                r#"{"ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b>","IpAddress":"192.0.2.7"}"#,
            ),
        ),
        (
            r#""ReceiveEmailMarketing":null,"GroupEmailMarketingOptInText":"older words""#,
            r#"{"GroupEmailMarketingOptInText":""}"#,
            Some(
                r#"{"ReceiveEmailMarketing":false,"GroupEmailMarketingOptInText":null,"IpAddress":"192.0.2.7"}"#,
            ),
        ),
        // However a yes is written, its words stay.
        (
            r#""ReceiveEmailMarketing":"True","GroupEmailMarketingOptInText":"older words""#,
            r#"{"GroupEmailMarketingOptInText":""}"#,
            None,
        ),
        (
            r#""ReceiveEmailMarketing":1,"GroupEmailMarketingOptInText":"older words""#,
            r#"{"GroupEmailMarketingOptInText":null}"#,
            None,
        ),
    ] {
        let mut world = World::new("");
        let capability = capability(&mut world);
        world.upstream = Box::new(move |microsite, operation| match operation {
            Operation::Get { .. } => {
                Ok(object(&format!(r#"{{"Id":7,"Surname":"Lee",{stored}}}"#)).into())
            }
            _ => vendor(microsite, operation),
        });
        let reply = world.ask(with(head("PUT", "Customer/7"), &capability), sent);
        let expected = edited.map(|edited| format!("edit 7 {edited}"));
        assert_eq!(reply.status, if edited.is_some() { 200 } else { 400 }, "{stored} {sent}");
        assert_eq!(world.calls.get(1), expected.as_ref(), "{stored} {sent}");
    }
}
