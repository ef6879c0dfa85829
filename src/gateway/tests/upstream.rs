//! What the remote API's answers come to.

use super::*;

#[test]
fn status_says_what_became_of_a_write() {
    for (kind, outcome, expected) in [
        (ErrorKind::Network, Outcome::Unknown, 502),
        (ErrorKind::Network, Outcome::NotSent, 424),
        (ErrorKind::Http { status: 401 }, Outcome::NotSent, 424),
        (ErrorKind::Http { status: 403 }, Outcome::Refused, 424),
        (ErrorKind::Blocked { status: 403 }, Outcome::Refused, 424),
        (ErrorKind::Http { status: 404 }, Outcome::Refused, 404),
        (ErrorKind::Http { status: 404 }, Outcome::Unknown, 502),
        (ErrorKind::Http { status: 429 }, Outcome::Unknown, 502),
        (ErrorKind::Http { status: 429 }, Outcome::Refused, 429),
        (ErrorKind::Http { status: 500 }, Outcome::Unknown, 502),
        (ErrorKind::Protocol { status: 200, reason: "x" }, Outcome::Unknown, 502),
    ] {
        let reply = failure(&kind.with(outcome), false);
        assert_eq!(reply.status, expected);
        let text = reply.body.unwrap();
        assert!(!text.contains("token") && !text.contains("account"), "{text}");
    }
    let read = failure(&ErrorKind::Network.with(Outcome::NotSent), true);
    assert_eq!((read.status, header(&read, "Retry-After")), (503, Some("2")));
}

#[test]
fn issues_with_the_rest_of_a_record_are_kept_from_the_guest() {
    let mut world = World::new("");
    let capability = capability(&mut world);
    let issues = vec![Issue::error(Code::DamagedText, "Comments")];
    world.fails(ErrorKind::Validation { issues, unmapped: Vec::new() }, Outcome::NotSent);
    let mut failing = core::mem::replace(&mut world.upstream, Box::new(vendor));
    world.upstream = Box::new(move |microsite, operation| match operation {
        Operation::Edit { .. } => failing(microsite, operation),
        _ => vendor(microsite, operation),
    });
    let reply = world.ask(with(head("PUT", "Customer/7"), &capability), r#"{"Surname":"Li"}"#);
    assert_eq!(reply.status, 424);
    assert!(!reply.body.unwrap().contains("Comments"));
}

#[test]
fn credentials_that_are_wrong_are_not_tried_for_every_guest() {
    let mut world = World::new(r#","perAddress":0"#);
    world.fails(ErrorKind::Http { status: 401 }, Outcome::NotSent);
    for _ in 0..100 {
        assert_eq!(world.ask(head("POST", "Customer"), ANN).status, 424);
    }
    assert_eq!(world.calls.len(), 2, "{:?}", world.calls);
    assert_eq!(world.ask(with(head("GET", "Customer/7"), "Bearer staff"), "").status, 503);
    world.upstream = Box::new(vendor);
    world.now_ms += 30_000;
    assert_eq!(world.ask(head("POST", "Customer"), ANN).status, 200);
}

#[test]
fn record_that_is_older_than_its_create_gives_no_capability() {
    const NOON: &str = r#","CreatedDateTime":"2026-11-22T12:00:00""#;
    let at = |time: &str| format!(r#","CreatedDateTime":"{time}""#);
    let now = |more: &str| [NOON, more].concat();
    for (more, is_new) in [
        (now(""), true),
        (now(r#","PhoneCountryCode":44,"Phone":"","IsVip":false"#), true),
        (now(r#","Comments":null,"Address":{"Town":""},"CustomerCodes":[]"#), true),
        // In other zones, told and not told; and by clocks that differ a little.
        (at("2026-11-22T11:59:59.0000000Z"), true),
        (at("2026-11-22T13:01:00+01:00"), true),
        (at("2026-11-22T06:30:00-05:30"), true),
        (at("2026-11-22T23:00:00"), true),
        (at("2026-11-22T17:46:59"), true),
        (at("2026-11-22T11:53:00"), false),
        (at("2026-11-22T11:55:00Z"), false),
        (at("2026-11-22T12:00:00+01:00"), false),
        (at("2026-11-21T12:00:00"), false),
        (at("2019-11-22T12:00:00+01:00"), false),
        (at("2026-11-22"), false),
        (at(""), false),
        (at("+01:00"), false),
        (r#","CreatedDateTime":null"#.into(), false),
        (String::new(), false),
        (now(r#","Company":"Acme""#), false),
        (now(r#","Address":{"Town":"Bath"}"#), false),
        (now(r#","PhoneCountryCode":44,"Phone":"2079460000""#), false),
        (now(r#","Comments":"rude""#), false),
        (now(r#","IsVip":true"#), false),
        (now(r#","IsBlocked":true"#), false),
        (now(r#","CustomerCodes":[1]"#), false),
        (now(r#","Birthday":"1990-01-01T00:00:00""#), false),
        // The same person, however the remote API writes the name.
        (now(r#","Surname":" LEE ""#), true),
        (now(r#","Mobile":"+44 7700 900123""#), true),
        (now(r#","Surname":"Li""#), false),
        (now(r#","Email":"ab@b.example""#), false),
        // Something else than was sent.
        (now(r#","Field1":"HIV medication""#), false),
        (now(r#","Field1":"NUTS""#), false),
        (now(r#","Field1":null"#), true),
    ] {
        let mut world = World::new("");
        let answered = more.clone();
        world.upstream = Box::new(move |microsite, operation| match operation {
            Operation::Create { request } => {
                let more = object(&format!(r#"{{"Id":7{answered}}}"#));
                let record = more.iter().fold(request.clone(), |record, (name, value)| {
                    record.with(name, value.clone())
                });
                Ok(record.into())
            }
            _ => vendor(microsite, operation),
        });
        let keyed = || Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
        // And again, by its key.
        for _ in 0..2 {
            let sent = ANN.replace('{', r#"{"Field1":"nuts","#);
            let reply = world.ask(keyed(), &sent);
            assert_eq!(
                (reply.status, body(&reply).get("Capability").is_some()),
                (200, is_new),
                "{more}"
            );
        }
    }
}
