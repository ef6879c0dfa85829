//! The restaurant's Setup: what the rules take from it, and what fetching it costs.

use super::*;

#[test]
fn setup_is_part_of_the_rules() {
    let mut world = World::new(r#","perAddress":0"#);
    for (member, status) in [
        (r#""Field1":"nuts""#, 200),
        (r#""Field2":"x""#, 400),
        (r#""Birthday":"2010-01-01","IsDrinkingAge":true"#, 400),
        (r#""Birthday":"1990-01-01","IsDrinkingAge":true"#, 200),
        (r#""ReceiveEmailMarketing":true"#, 400),
        (r#""ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b>""#, 200),
        (r#""ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"by <b>e-mail</b>""#, 400),
        (r#""ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b> ""#, 400),
        (r#""ReceiveEmailMarketing":"on","GroupEmailMarketingOptInText":"Anything""#, 400),
        (r#""ReceiveEmailMarketing":false,"GroupEmailMarketingOptInText":"Anything""#, 400),
        (r#""GroupEmailMarketingOptInText":"By <b>e-mail</b>""#, 200),
        // The restaurant has no words for this one.
        (r#""ReceiveSmsMarketing":true,"GroupSmsMarketingOptInText":"By text""#, 400),
        (r#""ReceiveSmsMarketing":false"#, 200),
    ] {
        let with_member = format!("{},{member}}}", ANN.trim_end_matches('}'));
        let reply = world.ask(head("POST", "Customer"), &with_member);
        assert_eq!(reply.status, status, "{member} {:?}", reply.body);
    }
    world.upstream = Box::new(|_, _| Err(ErrorKind::Network.with(Outcome::NotSent)));
    world.now_ms += 2 * 3_600_000;
    let reply = world.ask(head("POST", "Customer"), ANN);
    assert_eq!(reply.status, 424, "without a Setup nobody is created");
    assert_eq!(world.ask(head("GET", "Customers/Setup"), "").status, 503);
}

#[test]
fn setup_of_another_microsite_is_refused() {
    for (answer, status) in [
        (r#"{"MicrositeName":"Oak-And-Salt","Name":"Oak"}"#, 200),
        (r#"{"Name":"Oak","Message":"Welcome"}"#, 200),
        ("{}", 200),
        (r#"{"MicrositeName":"harbour-room","Name":"Harbour"}"#, 503),
        (r#"{"Message":"Maintenance"}"#, 503),
        ("[]", 503),
    ] {
        let mut world = World::new("");
        world.upstream = Box::new(move |_, _| Ok(Json::parse(answer).unwrap()));
        let reply = world.ask(head("GET", "Customers/Setup"), "");
        assert_eq!(reply.status, status, "{answer}");
    }
    let mut world = World::new("");
    world.upstream = Box::new(|_, _| {
        let setup = r#"{"Name":{"Note":"x"},"Titles":["Ms",{"CreatedBy":"x","Name":"Dr"}],"CustomFields":[{"Name":"Field1","InternalNote":"x","IsRequired":true,"Label":["x"]}]}"#;
        Ok(Json::parse(setup).unwrap())
    });
    assert_eq!(
        world.ask(head("GET", "Customers/Setup"), "").body.unwrap(),
        r#"{"Name":{},"Titles":["Ms",{"Name":"Dr"}],"CustomFields":[{"Name":"Field1","IsRequired":true}],"OptInNodes":{}}"#
    );
}

#[test]
fn setup_for_guests_has_the_wordings_as_nodes_and_the_rules_ignore_them() {
    for (wording, nodes) in [
        (r"By <b>e-mail</b>", r#"[{"text":"By "},{"element":"b","children":[{"text":"e-mail"}]}]"#),
        (
            r"<a href='https://oak.example/p' onclick=x()>Policy</a><script>x()</script>",
            r#"[{"element":"a","href":"https://oak.example/p","children":[{"text":"Policy"}]}]"#,
        ),
        // No words to read, or not the whole of them: no box.
        ("", "[]"),
        ("<b> &nbsp;</b>", "[]"),
        ("We will <s>never</s> sell", "[]"),
        ("News <b class='", "[]"),
    ] {
        let setup =
            Object::new().with("Name", "Oak").with("RestaurantSmsMarketingOptInText", wording);
        let mut world = World::new("");
        // What the remote API may have under our member's name does not reach a guest.
        let sent = setup.clone().with("OptInNodes", "x");
        world.upstream = Box::new(move |_, _| Ok(sent.clone().into()));
        let expected =
            Object::new().with("RestaurantSmsMarketingOptInText", Json::parse(nodes).unwrap());
        let reply = world.ask(head("GET", "Customers/Setup"), "");
        let expected = setup.with("OptInNodes", expected).to_text();
        assert_eq!(reply.body.unwrap(), expected, "{wording}");
    }
    // A wording that is not a text has no nodes.
    let mut world = World::new("");
    world.upstream = Box::new(|_, _| Ok(object(r#"{"GroupSmsMarketingOptInText":null}"#).into()));
    assert_eq!(
        world.ask(head("GET", "Customers/Setup"), "").body.unwrap(),
        r#"{"GroupSmsMarketingOptInText":null,"OptInNodes":{}}"#
    );
}

#[test]
fn setup_for_guests_has_the_privacy_notice_of_the_operators_options_alone() {
    for (options, expected) in [
        (
            r#","pages":{"oak-and-salt":{"privacy":"https://oak.example/privacy"}}"#,
            Some("https://oak.example/privacy"),
        ),
        (r#","pages":{"oak-and-salt":{"site":"https://oak.example"}}"#, None),
        ("", None),
    ] {
        let mut world = World::new(options);
        world.upstream =
            Box::new(|_, _| Ok(object(r#"{"Name":"Oak","PrivacyNotice":"x"}"#).into()));
        let setup = object(&world.ask(head("GET", "Customers/Setup"), "").body.unwrap());
        assert_eq!(setup.get("PrivacyNotice").and_then(Json::as_str), expected, "{options}");
    }
}

#[test]
fn setup_costs_one_request_in_five_minutes() {
    let mut world = World::new(r#","perAddress":0"#);
    for second in 0..600 {
        world.now_ms = NOW_MS + second * 1000;
        let reply = world.ask(head("GET", "Customers/Setup"), "");
        assert_eq!(reply.status, 200);
        assert!(!reply.body.unwrap().contains("CustomerCodes"));
    }
    assert_eq!(world.calls, ["setup", "setup"]);
}

#[test]
fn setups_leave_staff_their_share_of_the_quota() {
    let names: Vec<String> = (0..300).map(|number| format!("\"site-{number}\"")).collect();
    let options = format!(
        r#"{{{ACCOUNT},"microsites":["oak-and-salt",{}],"origins":["https://oak.example"]}}"#,
        names.join(",")
    );
    let mut world = World::new("");
    world.gateway = seeded(Config::read(&object(&options)).unwrap());
    let mut refused = None;
    for number in 0..300 {
        let path = format!("/api/ConsumerApi/v1/Restaurant/site-{number}/Customers/Setup");
        let reply = world.ask(head("GET", &path), "");
        if reply.status == 429 {
            refused = header(&reply, "Retry-After").map(str::to_owned);
        }
    }
    assert_eq!(world.calls.len(), 150);
    assert_eq!(refused.as_deref(), Some("61"));
    assert_eq!(world.ask(with(head("GET", "Customer/7"), "Bearer staff"), "").status, 200);
}
