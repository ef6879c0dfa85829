//! What the widget relies on, also the widget of another release: `tests/support/widget-contract.json`,
//! which the widget's own test reads too.

use super::*;

const CONTRACT: &str = include_str!("../../../tests/support/widget-contract.json");

fn part(name: &str) -> Object {
    object(CONTRACT).get(name).unwrap().as_object().unwrap().clone()
}

fn text(of: &Object, name: &str) -> String {
    of.get(name).unwrap().as_str().unwrap().to_owned()
}

fn texts(of: &Object, name: &str) -> Vec<String> {
    let list = of.get(name).and_then(Json::as_array).unwrap_or_default();
    list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// The answer to a create in this case of the contract.
fn answer(case: &str, head: &Head) -> Reply {
    let options = match case {
        "tooMany" => r#","perAddress":10"#,
        "notAdmitted" => r#","perAddress":0,"admit":"function""#,
        _ => r#","perAddress":0"#,
    };
    let mut world = World::new(options);
    match case {
        "created" | "notAdmitted" => {}
        "refused" => return world.ask(head.clone(), r#"{"Surname":""}"#),
        "underWay" => {
            let mut first = Exchange::new(head.clone(), NOW_MS);
            let mut input = Input::Start;
            loop {
                match world.handle(&mut first, input) {
                    Output::Call { .. } => break,
                    output => input = world.act(&first, output, ANN),
                }
            }
        }
        "otherDetails" | "tooMany" => {
            world.ask(head.clone(), &ANN.replace("Lee", "Li"));
        }
        "noSetup" => {
            world.upstream = Box::new(|_, _| Err(ErrorKind::Network.with(Outcome::NotSent)));
        }
        "notConfirmed" => {
            world.upstream = Box::new(|microsite, operation| match operation {
                Operation::Setup => vendor(microsite, operation),
                _ => Err(ErrorKind::Network.with(Outcome::Unknown)),
            });
        }
        other => panic!("the contract has a case that no test knows: {other}"),
    }
    world.ask(head.clone(), ANN)
}

#[test]
fn contract_of_the_widget_is_kept_by_every_answer_to_a_create() {
    let create = part("create");
    let sent = Head {
        idempotency_key: Some(KEY.into()),
        ..head(&text(&create, "method"), &text(&create, "path"))
    };
    assert_eq!(texts(&create, "headers"), ["Content-Type", "Idempotency-Key"], "those of `sent`");
    let preflight = Head {
        method: "OPTIONS".into(),
        origin: Some("https://oak.example".into()),
        ..sent.clone()
    };
    let allowed = World::new("").ask(preflight, "");
    let allowed = header(&allowed, "Access-Control-Allow-Headers").unwrap_or_default();
    let challenge = text(&create, "challengeHeader");
    for name in texts(&create, "headers").iter().chain([&challenge]) {
        assert!(allowed.split(", ").any(|known| known == name), "{name} {allowed}");
    }
    let answers = create.get("answers").unwrap().as_array().unwrap();
    for expected in answers.iter().map(|answer| answer.as_object().unwrap()) {
        let case = text(expected, "case");
        let reply = answer(&case, &sent);
        assert_eq!(Some(&Json::from(i32::from(reply.status))), expected.get("status"), "{case}");
        let waits = expected.get("retryAfter").is_some();
        assert_eq!(header(&reply, "Retry-After").is_some(), waits, "{case}");
        let body = body(&reply);
        for member in texts(expected, "members") {
            assert!(body.get(&member).is_some(), "{case} {member}");
        }
        let issues = body.get("ValidationErrors").and_then(Json::as_array).unwrap_or_default();
        assert_eq!(!issues.is_empty(), case == "refused", "{case}");
        for issue in issues {
            for member in texts(&create, "issueMembers") {
                assert!(issue.as_object().unwrap().get(&member).is_some(), "{member}");
            }
        }
    }
}

#[test]
fn contract_of_the_widget_is_kept_by_the_setup() {
    let setup = part("setup");
    let mut world =
        World::new(r#","pages":{"oak-and-salt":{"privacy":"https://oak.example/privacy"}}"#);
    world.upstream = Box::new(|_, _| {
        let full = r#"{"MicrositeName":"oak-and-salt","Name":"Oak","Titles":["Ms"],"CustomFields":[],"LegalDrinkingAge":18,
            "GroupEmailMarketingOptInText":"a","GroupSmsMarketingOptInText":"b","RestaurantEmailMarketingOptInText":"c",
            "RestaurantSmsMarketingOptInText":"d","Later":1}"#;
        Ok(object(full).into())
    });
    let reply = world.ask(head(&text(&setup, "method"), &text(&setup, "path")), "");
    assert_eq!(reply.status, 200);
    let body = body(&reply);
    let mut members: Vec<_> = body.iter().map(|(name, _)| name.to_owned()).collect();
    let mut expected = texts(&setup, "members");
    members.sort();
    expected.sort();
    assert_eq!(members, expected);
}
