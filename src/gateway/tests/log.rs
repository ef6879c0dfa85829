//! The event that a request writes to the operator's log.

use super::*;

#[test]
fn log_event_holds_nothing_of_a_person() {
    let mut world = World::new("");
    world.fails(ErrorKind::Blocked { status: 403 }, Outcome::Refused);
    let mut exchange = Exchange::new(head("POST", "Customer"), NOW_MS);
    let reply = world.drive(&mut exchange, ANN);
    assert_eq!(
        serde_json::to_string(&exchange.log_event(reply.status)).unwrap(),
        r#"{"operation":"create","microsite":"oak-and-salt","role":"guest","status":424,"upstream":{"code":"blocked","status":403}}"#
    );
    // What was meant is in the answer to the guest alone.
    let mut exchange = Exchange::new(head("POST", "Customer"), NOW_MS);
    let reply = world.drive(&mut exchange, r#"{"Surname":"Lee","Email":"ann@example,com"}"#);
    assert!(reply.body.as_deref().unwrap().contains(r#""suggestion":"ann@example.com""#));
    assert_eq!(
        serde_json::to_string(&exchange.log_event(reply.status)).unwrap(),
        r#"{"operation":"create","microsite":"oak-and-salt","role":"guest","status":400}"#
    );
}

#[test]
fn log_event_says_why_a_request_was_refused() {
    let refused = |world: &mut World, head: Head, sent: &str| {
        let mut exchange = Exchange::new(head, world.now_ms);
        let status = world.drive(&mut exchange, sent).status;
        (status, exchange.log_event(status).refused.map(str::to_owned))
    };
    let mut world = World::new(r#","perAddress":0"#);
    let own = capability(&mut world);
    let elsewhere =
        Head { origin: Some("https://evil.example".into()), ..head("GET", "Customers/Setup") };
    let link = |token: &str| Head { token: Some(token.into()), ..head("GET", "unsubscribe") };
    let form = Head {
        origin: Some("https://evil.example".into()),
        content_type: Some("application/x-www-form-urlencoded".into()),
        ..head("POST", "form")
    };
    for (head, sent, status, reason) in [
        (head("POST", "Customer"), ANN, 200, None),
        (head("GET", "nothing"), "", 404, None),
        (head("POST", "Customer"), "{}", 400, None),
        (elsewhere, "", 403, Some("origin")),
        (form, "", 403, Some("origin")),
        (head("GET", "Customer/7"), "", 403, Some("role")),
        (with(head("GET", "Customer/7"), "Bearer nobody"), "", 401, Some("authorization")),
        (with(head("GET", "Customer/7"), "Bearer dk1.k.x.y"), "", 401, Some("authorization")),
        (with(head("GET", "Customer/8"), &own), "", 403, Some("capability")),
        (
            with(head("POST", "Customers/Unsubscribe"), &own),
            r#"{"CustomerIds":[8]}"#,
            403,
            Some("capability"),
        ),
        (link("dk1.k.x.y"), "", 403, Some("capability")),
        (head("POST", "Customer"), r#"{"IsVip":true}"#, 400, Some("field")),
    ] {
        let told = format!("{} {}", head.method, head.path);
        let expected = (status, reason.map(str::to_owned));
        assert_eq!(refused(&mut world, head, sent), expected, "{told}");
    }
    // The own limit and the account's look the same from outside.
    for (limits, reason) in [
        (r#","perAddress":20"#, "allowance"),
        (r#","perAddress":0,"requestsPerMinute":3,"staffReserve":0"#, "budget"),
    ] {
        let mut world = World::new(limits);
        let mut last = (0, None);
        for _ in 0..3 {
            last = refused(&mut world, head("POST", "Customer"), ANN);
        }
        assert_eq!(last, (429, Some(reason.to_owned())), "{limits}");
    }
    // A page says it as well, whatever it shows.
    let mut world = World::new(r#","perAddress":10"#);
    for _ in 0..10 {
        world.ask(link("x"), "");
    }
    assert_eq!(refused(&mut world, link("x"), ""), (429, Some("allowance".to_owned())));
}
