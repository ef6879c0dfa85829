//! What becomes of requests and limits when the module fails and begins anew.

use super::*;

/// What a driver does with a request whose exchange was lost: the outputs of the new one.
fn lost(world: &mut World, head: Head, is_sent: bool, claim: Option<(&str, &str)>) -> Vec<Output> {
    let (key, text) = claim.map(|(key, text)| (key.to_owned(), text.to_owned())).unzip();
    let mut exchange = Exchange::new(head, world.now_ms);
    let mut outputs = Vec::new();
    let mut input = Input::Lost { is_sent, key, text };
    while !matches!(outputs.last(), Some(Output::Answer(_))) {
        let gateway = &mut world.gateway;
        let mut context = Context { gateway, now_ms: world.now_ms, platform: &Native };
        outputs.push(exchange.handle(input, &mut context));
        input = Input::Stored;
    }
    outputs
}

fn status(outputs: &[Output]) -> u16 {
    match outputs.last() {
        Some(Output::Answer(reply)) => reply.status,
        other => panic!("{other:?}"),
    }
}

#[test]
fn lost_request_is_answered_by_what_may_have_been_written() {
    let mut world = World::new("");
    for (method, path, is_sent, expected) in [
        ("POST", "Customer", false, 424),
        ("POST", "Customer", true, 502),
        ("PUT", "Customer/7", true, 502),
        ("GET", "Customers/Setup", false, 503),
        ("POST", "Nowhere", false, 424),
    ] {
        let outputs = lost(&mut world, head(method, path), is_sent, None);
        assert_eq!((status(&outputs), outputs.len()), (expected, 1), "{method} {path} {is_sent}");
    }
    assert!(world.calls.is_empty(), "nothing is asked again");
}

#[test]
fn lost_create_gives_its_claim_back_or_keeps_others_from_it() {
    let mut world = World::new("");
    let keyed = || Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
    let _ = world.ask(keyed(), ANN);
    let (key, done) = world.store.pop_first().unwrap();
    let pending = done.split(",\"id\"").next().unwrap().replace("done", "pending") + "}";
    let outputs = lost(&mut world, keyed(), false, Some((&key, &pending)));
    assert_eq!(outputs.first(), Some(&Output::Store { key: key.clone(), text: None }));
    assert_eq!(status(&outputs), 424);
    let outputs = lost(&mut world, keyed(), true, Some((&key, &pending)));
    let Some(Output::Store { text: Some(text), .. }) = outputs.first() else {
        panic!("{outputs:?}")
    };
    assert!(text.contains("unknown"), "{text}");
    assert_eq!(status(&outputs), 502);
    world.store.insert(key, text.clone());
    let calls = world.calls.len();
    assert_eq!(world.ask(keyed(), ANN).status, 502, "nobody knows whether it was done");
    assert_eq!(world.calls.len(), calls);
}

#[test]
fn gateway_keeps_quota_and_lock_over_a_new_instance() {
    let options = r#","requestsPerMinute":10,"staffReserve":4"#;
    let mut old = seeded(config(options));
    let shares = [Share::Guest(0), Share::Guest(1), Share::Link, Share::Rest, Share::Staff];
    for share in shares.into_iter().cycle() {
        if old.quota.acquire(share, 1, NOW_MS).is_err() {
            break;
        }
    }
    old.locked_until_ms = NOW_MS + 1000;
    let mut new = seeded(config(options));
    new.take(&old.keep());
    assert!(new.is_locked_out(NOW_MS));
    assert_eq!(new.keep(), old.keep());
    for share in shares {
        assert_eq!(
            new.quota.check(share, 3, NOW_MS + 1),
            old.quota.check(share, 3, NOW_MS + 1),
            "{share:?}"
        );
    }
    let mut fresh = seeded(config(options));
    fresh.take(&[]);
    assert_eq!(fresh.keep(), [0.0]);
}
