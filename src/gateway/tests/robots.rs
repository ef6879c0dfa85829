//! Guests' creates that the operator's function admits, or not.

use super::*;
use crate::gateway::form::{CHALLENGE_FIELD, KEY_FIELD};

fn guarded() -> World {
    World::new(r#","perAddress":0,"admit":"function""#)
}

fn create(token: &str, key: Option<&str>) -> Head {
    Head {
        challenge: Some(token.into()).filter(|_| !token.is_empty()),
        idempotency_key: key.map(str::to_owned),
        ..head("POST", "Customer")
    }
}

fn post() -> Head {
    Head {
        origin: Some("https://oak.example".into()),
        content_type: Some("application/x-www-form-urlencoded".into()),
        ..head("POST", "form")
    }
}

fn code(reply: &Reply) -> Option<String> {
    body(reply).get("Code").and_then(Json::as_str).map(str::to_owned)
}

#[test]
fn create_without_a_good_token_is_refused_before_anything_is_sent_or_kept() {
    let mut world = guarded();
    for key in [None, Some(KEY)] {
        for token in ["", "bad", "thrown"] {
            let mut exchange = Exchange::new(create(token, key), NOW_MS);
            let reply = world.drive(&mut exchange, ANN);
            assert_eq!((reply.status, code(&reply).as_deref()), (424, Some("not_admitted")));
            let event = serde_json::to_string(&exchange.log_event(reply.status)).unwrap();
            assert!(event.contains(r#""status":424,"refused":"admission""#), "{event}");
            assert!(!event.contains("bad") && !event.contains("thrown"), "{event}");
            assert!(!reply.body.unwrap().contains("bad"), "no token goes back");
        }
    }
    assert!(world.calls.is_empty(), "{:?}", world.calls);
    assert!(world.store.is_empty(), "the key is free: {:?}", world.store);
}

#[test]
fn refused_create_is_made_with_a_fresh_token_under_its_key() {
    let mut world = guarded();
    assert_eq!(world.ask(create("bad", Some(KEY)), ANN).status, 424);
    assert_eq!(world.ask(create("good", Some(KEY)), ANN).status, 200);
    let creates = world.calls.iter().filter(|call| call.starts_with("create"));
    assert_eq!(creates.count(), 1);
    let sent = world.calls.concat();
    assert!(!sent.contains("good"), "the token stays here: {sent}");
}

#[test]
fn admitted_create_is_answered_again_with_a_token_that_is_used_up() {
    let mut world = guarded();
    let first = world.ask(create("good", Some(KEY)), ANN);
    assert_eq!(first.status, 200);
    let calls = world.calls.len();
    for token in ["good", "", "thrown"] {
        assert_eq!(world.ask(create(token, Some(KEY)), ANN), first, "to the byte: {token}");
    }
    assert_eq!(world.calls.len(), calls, "nothing more is sent");
    // Other details under the same key are known as such, and another key is refused.
    let other = ANN.replace("Lee", "Li");
    assert_eq!(world.ask(create("good", Some(KEY)), &other).status, 422);
    let other_key = KEY.replace('8', "9");
    assert_eq!(world.ask(create("good", Some(&other_key)), ANN).status, 424);
}

#[test]
fn admitted_create_that_is_under_way_or_unknown_says_so_whatever_the_token() {
    let mut world = guarded();
    let mut exchange = Exchange::new(create("good", Some(KEY)), NOW_MS);
    let mut input = Input::Start;
    let mut output = world.handle(&mut exchange, input);
    while !matches!(output, Output::Call { .. }) {
        input = world.act(&exchange, output, ANN);
        output = world.handle(&mut exchange, input);
    }
    let waiting = world.ask(create("good", Some(KEY)), ANN);
    assert_eq!((waiting.status, header(&waiting, "Retry-After")), (409, Some("2")));
    let lost = Err(ErrorKind::Network.with(Outcome::Unknown));
    output = world.handle(&mut exchange, Input::Called(lost));
    while !matches!(output, Output::Answer(_)) {
        input = world.act(&exchange, output, ANN);
        output = world.handle(&mut exchange, input);
    }
    assert_eq!(world.ask(create("good", Some(KEY)), ANN).status, 502);
}

#[test]
fn admission_is_asked_for_creates_of_guests_alone_and_after_what_costs_less() {
    let mut world = World::new(r#","admit":"function""#);
    let own = {
        let about = about(r#"{"microsite":"oak-and-salt","id":7}"#);
        format!("Bearer {}", world.gateway.capability(about, NOW_MS).unwrap())
    };
    for (head, sent, status) in [
        (head("GET", "Customers/Setup"), "", 200),
        (head("GET", "form"), "", 200),
        (with(create("bad", None), "Bearer staff"), ANN, 200),
        (with(create("bad", None), &own), ANN, 200),
        (with(head("PUT", "Customer/7"), &own), r#"{"Title":"Ms"}"#, 200),
        (create("good", None), r#"{"IsVip":true}"#, 400),
        (create("good", None), "[]", 400),
        (create("good", Some("short")), ANN, 400),
        (create(&"t".repeat(4097), None), ANN, 400),
        (create("a b", None), ANN, 400),
        (Head { content_type: None, ..create("good", None) }, ANN, 415),
    ] {
        let path = head.path.clone();
        assert_eq!(world.ask(head, sent).status, status, "{path} {sent}");
    }
    assert_eq!(world.tokens, [], "never asked");
    assert_eq!(world.ask(create("good", None), ANN).status, 200);
    while world.ask(create("bad", None), ANN).status != 429 {}
    let asked = world.tokens.len();
    assert_eq!(world.ask(create("bad", None), ANN).status, 429);
    assert_eq!(world.tokens.len(), asked, "an address over its limit is not asked about");
}

#[test]
fn posted_form_carries_its_token_in_a_field_and_comes_back_when_it_is_refused() {
    let mut world = guarded();
    let fields = "Surname=Lee&Email=a%40b.example&MobileCountryCode=%2B44&Mobile=07700+900123";
    let posted = |token: &str| format!("{fields}&{KEY_FIELD}={KEY}&{CHALLENGE_FIELD}={token}");
    let refused = world.ask(post(), &posted("bad"));
    assert_eq!(refused.status, 424);
    let view = refused.view.as_ref().unwrap();
    assert_eq!(view.get("outcome").and_then(Json::as_str), Some("refused"));
    let values = view.get("values").and_then(Json::as_object).unwrap();
    assert_eq!(values.get("Surname").and_then(Json::as_str), Some("Lee"));
    assert_eq!(values.get(CHALLENGE_FIELD), None);
    assert!(world.store.is_empty() && world.calls.iter().all(|call| !call.starts_with("create")));
    assert_eq!(world.ask(post(), &posted("good")).status, 200);
    assert_eq!(world.ask(post(), &posted("good")).status, 200, "the thanks again");
    let creates = world.calls.iter().filter(|call| call.starts_with("create"));
    assert_eq!(creates.count(), 1);
    // A post without a key is no create, whatever its token.
    assert_eq!(world.ask(post(), fields).status, 424);
}

#[test]
fn challenge_is_ignored_where_nobody_admits() {
    let mut world = World::new("");
    assert_eq!(world.ask(create("a b", None), ANN).status, 200);
    assert_eq!(world.tokens, []);
    let preflight = world.ask(
        Head { origin: Some("https://oak.example".into()), ..head("OPTIONS", "Customer") },
        "",
    );
    let allowed = header(&preflight, "Access-Control-Allow-Headers").unwrap();
    assert!(allowed.split(", ").any(|name| name == "Dinerkit-Challenge"), "{allowed}");
}
