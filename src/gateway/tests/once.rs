//! A create that has an `Idempotency-Key` happens once.

use super::*;

#[test]
fn key_makes_a_create_happen_once() {
    let mut world = World::new(r#","perAddress":0"#);
    let keyed = |key: &str| Head { idempotency_key: Some(key.into()), ..head("POST", "Customer") };
    let first = world.ask(keyed(KEY), ANN);
    world.now_ms += 60_000;
    let again = world.ask(keyed(&format!("\"{KEY}\"")), &ANN.replace("\"Lee\"", "\" Lee\""));
    assert_eq!(first, again, "to the byte");
    assert_eq!(world.calls.len(), 2, "one Setup, one create");
    assert_eq!(world.ask(keyed(KEY), &ANN.replace("Lee", "Li")).status, 422);
    assert_eq!(world.ask(keyed("short"), ANN).status, 400);
    let elsewhere = "/api/ConsumerApi/v1/Restaurant/Zo%C3%AB%20%26%20Co%2F1/Customer";
    let other_site = Head { path: elsewhere.into(), ..keyed(KEY) };
    assert_eq!(world.ask(other_site, ANN).status, 200);
    assert_eq!(world.calls.len(), 4, "another restaurant's keys are its own");
    world.now_ms += 900_000;
    let late = world.ask(keyed(KEY), ANN);
    assert_eq!(late.status, 200);
    assert_eq!(body(&late).get("Capability"), None, "the capability was for a while");
    let stored: String = world.store.values().cloned().collect();
    assert!(!stored.contains("Lee") && !stored.contains("dk1."), "{stored}");
}

/// A guest's draft as it was typed, which the widget sends where it has no rules.
const TYPED: &str = r#"{"Title":"","FirstName":" Zo\u0065\u0308 ","Surname":"  Lee ","Email":" lee@bücher.example ",
    "MobileCountryCode":"+44","Mobile":"07700 900123","PhoneCountryCode":"","Phone":"","Birthday":"1990-01-31",
    "IsDrinkingAge":true,"Address":{"Town":" Bath ","Postcode":""},"Field1":" nuts ",
    "ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b>","ReceiveSmsMarketing":false}"#;

/// The draft as the rules give it back, which the widget sends where it has them.
fn checked(draft: &str) -> String {
    let setup = crate::setup::Setup::read(&object(SETUP));
    let today = crate::rules::date::parse("2026-11-22");
    let options = crate::form::Options { setup, today, ..Default::default() };
    let draft = crate::form::Draft::from_object(&object(draft));
    let checked = crate::form::check(&draft, &options, &Native);
    assert!(!checked.issues.iter().any(Issue::blocks), "{:?}", checked.issues);
    checked.value.to_text()
}

#[test]
fn create_is_the_same_as_it_was_typed_and_as_the_rules_give_it_back() {
    let keyed = || Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
    for draft in [TYPED, ANN] {
        let normalised = checked(draft);
        assert_ne!(draft, normalised);
        let mut sent = Vec::new();
        for (first, second) in [(draft, normalised.as_str()), (normalised.as_str(), draft)] {
            let mut world = World::new(r#","perAddress":0"#);
            let answer = world.ask(keyed(), first);
            assert_eq!(answer.status, 200, "{first} {:?}", answer.body);
            sent.extend(world.calls.iter().filter(|call| call.starts_with("create")).cloned());
            // A widget whose rules have come, or have failed, since the first attempt.
            assert_eq!(world.ask(keyed(), second), answer, "the same create");
            assert_eq!(world.calls.len(), 2, "one Setup, one create");
        }
        assert_eq!(sent.len(), 2);
        assert_eq!(sent.first(), sent.last(), "the same record");
    }
}

#[test]
fn draft_that_the_rules_refuse_comes_back_with_field_code_and_params() {
    let mut world = World::new(r#","perAddress":0"#);
    let reply = world.ask(
        head("POST", "Customer"),
        r#"{"Surname":" ","Email":"lee","MobileCountryCode":"+44","Mobile":"*31#12","Birthday":"2026-02-30",
            "Address":{"Postcode":"123456789012345678901"},"ReceiveEmailMarketing":true}"#,
    );
    assert_eq!(reply.status, 400);
    let reply = body(&reply);
    let entries = reply.get("ValidationErrors").unwrap().as_array().unwrap();
    let found: Vec<_> = entries
        .iter()
        .map(|entry| {
            let entry = entry.as_object().unwrap();
            let text = |name| entry.get(name).unwrap().as_str().unwrap().to_owned();
            assert!(!text("ErrorMessage").is_empty());
            let params = entry.get("Params").map(|params| params.as_object().unwrap().to_text());
            (text("PropertyName"), text("Code"), params.unwrap_or_default())
        })
        .collect();
    let found: Vec<_> =
        found.iter().map(|(name, code, params)| format!("{name} {code} {params}")).collect();
    assert_eq!(
        found,
        [
            "Surname required {}",
            "Email email_at_missing {}",
            r#"Mobile phone_impossible {"callingCode":44,"reason":"notANumber"}"#,
            "Birthday date_invalid {}",
            r#"Address.Postcode too_long {"max":20}"#,
            "ReceiveEmailMarketing consent_text_missing {}",
        ]
    );
}

#[test]
fn key_of_a_created_customer_is_answered_though_the_wording_has_changed() {
    let mut world = World::new(r#","perAddress":0"#);
    let keyed = || Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
    let consent = ANN.replace(
        '{',
        r#"{"ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b>","#,
    );
    let first = world.ask(keyed(), &consent);
    assert_eq!(first.status, 200);
    world.upstream = Box::new(|microsite, operation| match operation {
        Operation::Setup => {
            Ok(object(SETUP).with("GroupEmailMarketingOptInText", "New words").into())
        }
        _ => vendor(microsite, operation),
    });
    world.now_ms += 2 * 3_600_000;
    assert_eq!(world.ask(head("POST", "Customer"), &consent).status, 400, "without the key it is");
    let again = world.ask(keyed(), &consent);
    assert_eq!(again.status, 200);
    assert_eq!(body(&again).get("Id"), body(&first).get("Id"));
    // And what was refused keeps no claim.
    let other = Head { idempotency_key: Some(format!("{KEY}-2")), ..head("POST", "Customer") };
    assert_eq!(world.ask(other, &consent).status, 400);
    assert_eq!(world.store.len(), 1);
}

#[test]
fn key_may_be_used_again_if_nothing_was_created() {
    let keyed = || Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
    for (kind, outcome, first, calls) in [
        (ErrorKind::Network, Outcome::Unknown, 502, 1),
        (ErrorKind::Network, Outcome::NotSent, 424, 2),
        (ErrorKind::Http { status: 403 }, Outcome::Refused, 424, 2),
        (ErrorKind::Http { status: 429 }, Outcome::Refused, 429, 2),
    ] {
        let mut world = World::new(r#","perAddress":0"#);
        world.fails(kind, outcome);
        assert_eq!(world.ask(keyed(), ANN).status, first);
        world.upstream = Box::new(vendor);
        let second = world.ask(keyed(), ANN).status;
        assert_eq!(second, if calls == 1 { 502 } else { 200 });
        let creates = world.calls.iter().filter(|call| call.starts_with("create")).count();
        assert_eq!(creates, calls);
    }
}

#[test]
fn key_whose_first_request_is_under_way_is_refused_for_now() {
    let mut world = World::new(r#","perAddress":0"#);
    let keyed = || Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
    let mut first = Exchange::new(keyed(), NOW_MS);
    let mut input = Input::Start;
    let call = loop {
        match world.handle(&mut first, input) {
            Output::Call { operation, .. } => break operation,
            output => input = world.act(&first, output, ANN),
        }
    };
    let waiting = world.ask(keyed(), ANN);
    assert_eq!((waiting.status, header(&waiting, "Retry-After")), (409, Some("2")));
    // The first process has died: after a while nobody knows what became of it.
    world.now_ms += 300_000;
    assert_eq!(world.ask(keyed(), ANN).status, 502);
    world.now_ms = NOW_MS;
    let output = world.handle(&mut first, Input::Called(vendor("", &call)));
    let Output::Store { key, text } = output else { panic!("{output:?}") };
    world.store.insert(key, text.unwrap());
    world.now_ms += 300_000;
    assert_eq!(world.ask(keyed(), ANN).status, 200);
}

#[test]
fn store_that_fails_stops_a_create_before_it_is_sent_and_not_after() {
    let mut world = World::new(r#","perAddress":0"#);
    let keyed = || Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
    for fails_at_store in [false, true] {
        let mut exchange = Exchange::new(keyed(), NOW_MS);
        let mut input = Input::Start;
        let reply = loop {
            input = match world.handle(&mut exchange, input) {
                Output::Answer(reply) => break reply,
                Output::Claim { .. } if !fails_at_store => Input::Failed,
                Output::Store { .. } => Input::Failed,
                output => world.act(&exchange, output, ANN),
            };
        };
        assert_eq!(reply.status, if fails_at_store { 200 } else { 424 });
    }
}

#[test]
fn key_of_a_create_by_staff_is_answered_with_the_record() {
    let mut world = World::new("");
    let keyed = || Head {
        idempotency_key: Some(KEY.into()),
        ..with(head("POST", "Customer"), "Bearer staff")
    };
    world.ask(keyed(), ANN);
    let again = world.ask(keyed(), ANN);
    assert_eq!(world.calls.last().unwrap(), "get 7");
    assert!(again.body.unwrap().contains("rude"));
    let guest = Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
    assert_eq!(world.ask(guest, ANN).status, 422, "a guest is not told what staff were");
}
