//! The form without JavaScript: what each post is answered with, and what its page says.

use super::*;
use crate::gateway::form::KEY_FIELD;

const PAGE: &str = "https://oak.example";
/// Ann, as her browser posts her.
const POSTED: &str =
    "Surname=Lee&Email=a%40b.example&MobileCountryCode=%2B44&Mobile=07700+900123&Field1=";

fn form(method: &str) -> Head {
    Head { content_type: None, ..head(method, "form") }
}

fn post() -> Head {
    Head {
        origin: Some(PAGE.into()),
        content_type: Some("application/x-www-form-urlencoded".into()),
        ..form("POST")
    }
}

fn keyed(body: &str) -> String {
    format!("{body}&{KEY_FIELD}={KEY}")
}

fn view(reply: &Reply) -> &Object {
    assert_eq!(reply.body, None, "JavaScript writes it");
    assert_eq!(header(reply, "Content-Type"), Some("text/html; charset=utf-8"));
    reply.view.as_ref().unwrap()
}

/// What the page shows: `form`, `form unknown`, `thanks` …, and what is wrong.
fn shown(reply: &Reply) -> String {
    let view = view(reply);
    let text = |name| view.get(name).and_then(Json::as_str).unwrap_or_default();
    let issues = view.get("issues").and_then(Json::as_array).unwrap_or_default();
    let issues = issues.iter().map(|issue| {
        let issue = issue.as_object().unwrap();
        let path = issue.get("path").unwrap().as_array().unwrap();
        let path: Vec<_> = path.iter().filter_map(Json::as_str).collect();
        format!("{}:{}", path.join("."), issue.get("code").unwrap().as_str().unwrap())
    });
    let parts = [text("shows").to_owned(), text("outcome").to_owned()];
    parts.into_iter().chain(issues).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn creates(world: &World) -> usize {
    world.calls.iter().filter(|call| call.starts_with("create")).count()
}

fn digest_of(world: &mut World, name: &str) -> String {
    let page = world.ask(form("GET"), "");
    let digests = view(&page).get("wordingDigests").unwrap().as_object().unwrap().clone();
    digests.get(name).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn form_page_asks_for_what_the_restaurant_asks_for() {
    let mut world = World::new(r#","guestFields":{"add":["Department"],"remove":["Company"]}"#);
    // A link to it may stand on any page.
    let elsewhere = Head { origin: Some("https://evil.example".into()), ..form("GET") };
    for asked in [form("GET"), elsewhere] {
        let page = world.ask(asked, "");
        assert_eq!((page.status, shown(&page).as_str()), (200, "form"));
        let view = view(&page);
        assert_eq!(view.get("restaurant").unwrap().as_str(), Some("Oak & Salt"));
        assert_eq!(view.get("today").unwrap().as_str(), Some("2026-11-23"), "UTC+14's");
        let names = view.get("fields").unwrap().as_array().unwrap();
        let has = |name: &str| names.iter().any(|row| row.as_str() == Some(name));
        for there in ["Surname", "Address.Town", "Field1", "Department", "ReceiveEmailMarketing"] {
            assert!(has(there), "{there}");
        }
        for not in ["Company", "IsVip", "Comments", "IpAddress", "CustomerCodes"] {
            assert!(!has(not), "{not}");
        }
        let digests: Vec<_> =
            view.get("wordingDigests").unwrap().as_object().unwrap().iter().collect();
        assert_eq!(digests.len(), 1, "a box for each wording there is: {digests:?}");
        assert!(!view.clone().to_text().contains("Press"), "the Setup's other members stay here");
        assert_eq!(header(&page, "Cache-Control"), Some("no-store"));
        assert_eq!(header(&page, "Access-Control-Allow-Origin"), None);
        // With `no-referrer`, a browser's post would name no origin.
        assert_eq!(header(&page, "Referrer-Policy"), Some("same-origin"));
        let policy = header(&page, "Content-Security-Policy").unwrap();
        for part in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("script") && !policy.contains("unsafe"), "{policy}");
    }
}

#[test]
fn form_post_is_answered_by_this_table() {
    let mut world = World::new(r#","perAddress":0,"publicUrl":"https://book.example/dinerkit""#);
    let yes = digest_of(&mut world, "ReceiveEmailMarketing");
    let urlencoded = "application/x-www-form-urlencoded";
    let long = format!("{POSTED}&Company={}", "x".repeat(1000));
    let table: Vec<(String, u16, &str)> = vec![
        (keyed(POSTED), 200, "thanks"),
        (keyed(&format!("{POSTED}&ReceiveEmailMarketing={yes}")), 200, "thanks"),
        (keyed(&format!("{POSTED}&ReceiveEmailMarketing=")), 200, "thanks"),
        (keyed(&format!("{POSTED}&Address.Town=Bath&IsDrinkingAge=on")), 200, "thanks"),
        // The rules, in the form's order; with the advice that the widget would give.
        (
            keyed("Surname=+&Email=x&Mobile="),
            400,
            "form Surname:required Email:email_at_missing Mobile:phone_required",
        ),
        (
            keyed("Email=a@gmial.com&Mobile=%2B447700900123"),
            400,
            "form Surname:required Email:email_typo",
        ),
        (keyed(&POSTED.replace("Lee", "L%FFe")), 400, "form Surname:damaged_text"),
        (keyed(&POSTED.replace("Lee", "L%00e")), 400, "form Surname:control_character"),
        // A letter that shows nothing.
        (keyed(&POSTED.replace("Lee", "%E3%85%A4")), 400, "form Surname:required"),
        (keyed(&format!("{POSTED}&Field2=x")), 400, "form Field2:not_configured"),
        (keyed(&format!("{POSTED}&Birthday=2027-01-01")), 400, "form Birthday:date_in_future"),
        // Consents to nobody's words.
        (
            keyed(&format!("{POSTED}&ReceiveEmailMarketing=on")),
            400,
            "form ReceiveEmailMarketing:consent_text_missing",
        ),
        (
            keyed(&format!("{POSTED}&ReceiveSmsMarketing={yes}")),
            400,
            "form ReceiveSmsMarketing:consent_text_missing",
        ),
        (
            keyed(&format!("{POSTED}&ReceiveEmailMarketing={yes}&GroupEmailMarketingOptInText=x")),
            400,
            "form ReceiveEmailMarketing:consent_text_missing",
        ),
        // Mass assignment.
        (keyed(&format!("{POSTED}&IsVip=true")), 400, "form IsVip:not_writable"),
        (keyed(&format!("{POSTED}&IpAddress=192.0.2.1")), 400, "form IpAddress:not_writable"),
        (keyed(&format!("{POSTED}&Comments=x")), 400, "form Comments:not_writable"),
        (keyed(&format!("{POSTED}&Department=x")), 400, "form Department:not_writable"),
        (keyed(&format!("{POSTED}&Id=7")), 400, "form request:not_writable"),
        (keyed(&format!("{POSTED}&isvip=true")), 400, "form request:not_writable"),
        (keyed(&format!("{POSTED}&Address=x")), 400, "form request:not_writable"),
        (keyed(&format!("{POSTED}&Address%5BTown%5D=x")), 400, "form request:not_writable"),
        (keyed(&format!("{POSTED}&__proto__=x")), 400, "form request:not_writable"),
        (keyed(&format!("{POSTED}&CustomerOptions=x")), 400, "form request:not_writable"),
        // What no browser writes.
        (keyed(&format!("{POSTED}&Surname=Li")), 400, "notTaken"),
        (keyed(&keyed(POSTED)), 400, "notTaken"),
        (keyed(&format!("{POSTED}&Company=%")), 400, "notTaken"),
        (keyed(&format!("{POSTED}&Company=%G0")), 400, "notTaken"),
        (keyed(&(0..100).map(|at| format!("a{at}&")).collect::<String>()), 400, "notTaken"),
        (keyed(&long), 413, "notTaken"),
        ("{}".into(), 400, "form request:not_writable"),
        // No key, or none that could be one: back to the guest, with a key.
        (POSTED.into(), 400, "form notSent"),
        (format!("{POSTED}&{KEY_FIELD}=short"), 400, "form notSent"),
        (format!("{POSTED}&{KEY_FIELD}="), 400, "form notSent"),
        (String::new(), 400, "form Surname:required Email:required Mobile:phone_required"),
    ];
    for (body, status, expected) in table {
        world.store.clear();
        world.calls.clear();
        let page = world.ask(post(), &body);
        assert_eq!((page.status, shown(&page).as_str()), (status, expected), "{body}");
        assert_eq!(creates(&world), usize::from(status == 200), "{body}");
    }
    for (content_type, origin, status) in [
        (urlencoded, Some(PAGE), 200),
        ("application/x-www-form-urlencoded; charset=UTF-8", Some(PAGE), 200),
        ("Application/X-WWW-Form-Urlencoded", Some("https://book.example"), 200),
        ("application/x-www-form-urlencoded; charset=iso-8859-1", Some(PAGE), 415),
        ("application/x-www-form-urlencoded; boundary=x", Some(PAGE), 415),
        ("multipart/form-data; boundary=x", Some(PAGE), 415),
        ("text/plain", Some(PAGE), 415),
        ("application/json", Some(PAGE), 415),
        ("", Some(PAGE), 415),
        (urlencoded, None, 403),
        (urlencoded, Some("null"), 403),
        (urlencoded, Some(""), 403),
        (urlencoded, Some("https://"), 403),
        (urlencoded, Some("https://book"), 403),
        (urlencoded, Some("https://book.example/dinerkit"), 403),
        (urlencoded, Some("http://book.example"), 403),
        (urlencoded, Some("https://evil.example"), 403),
        (urlencoded, Some("https://oak.example.evil.example"), 403),
    ] {
        world.store.clear();
        world.calls.clear();
        let sent = Head {
            content_type: Some(content_type.into()),
            origin: origin.map(str::to_owned),
            ..post()
        };
        let page = world.ask(sent, &keyed(POSTED));
        let expected = if status == 200 { "thanks" } else { "notTaken" };
        let seen = (page.status, shown(&page));
        assert_eq!(seen, (status, expected.to_owned()), "{content_type} {origin:?}");
        assert_eq!(creates(&world), usize::from(status == 200));
    }
    // Text browsers name no origin, but the page.
    for (origin, referer, status) in [
        (None, Some("https://oak.example/book?table=2"), 200),
        (None, Some("https://book.example"), 200),
        (None, Some("https://book.example/dinerkit/form#x"), 200),
        (None, Some("https://oak.example.evil.example/"), 403),
        (None, Some("https://oak.example@evil.example/"), 403),
        (None, Some("https://evil.example/https://oak.example/"), 403),
        (None, Some("http://oak.example/"), 403),
        (None, Some("oak.example/"), 403),
        (None, Some("://"), 403),
        (None, Some("https://"), 403),
        (None, Some(""), 403),
        (Some("null"), Some("https://oak.example/"), 403),
        (Some("https://evil.example"), Some("https://oak.example/"), 403),
    ] {
        world.store.clear();
        let [origin, referer] = [origin, referer].map(|text: Option<&str>| text.map(str::to_owned));
        let page = world.ask(Head { origin, referer: referer.clone(), ..post() }, &keyed(POSTED));
        assert_eq!(page.status, status, "{referer:?}");
    }
    let zipped = Head { content_encoding: Some("gzip".into()), ..post() };
    assert_eq!(world.ask(zipped, &keyed(POSTED)).status, 415);
}

#[test]
fn form_post_sends_what_a_create_sends_by_the_same_rules() {
    let mut world = World::new(r#","perAddress":0"#);
    let yes = digest_of(&mut world, "ReceiveEmailMarketing");
    world.calls.clear();
    let program = ANN.replace(
        '}',
        r#","ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b>","Address":{"Town":"Bath"}}"#,
    );
    world.ask(head("POST", "Customer"), &program);
    let page = format!("{POSTED}&ReceiveEmailMarketing={yes}&Address.Town=Bath");
    assert_eq!(shown(&world.ask(post(), &keyed(&page))), "thanks");
    assert_eq!(world.calls.len(), 2, "{:?}", world.calls);
    assert_eq!(world.calls[0], world.calls[1]);
    assert!(world.calls[1].contains(r#""IpAddress":"192.0.2.7""#));
}

#[test]
fn form_that_is_refused_keeps_its_values_and_its_key() {
    let mut world = World::new(r#","perAddress":0"#);
    let page = world.ask(post(), &keyed("Surname=&Email=%3Cb%3E&Field1=vegan&Mobile=1"));
    let view = view(&page);
    assert_eq!(
        view.get("values").unwrap().as_object().unwrap().clone().to_text(),
        r#"{"Surname":"","Email":"<b>","Field1":"vegan","Mobile":"1"}"#
    );
    assert_eq!(view.get("key").unwrap().as_str(), Some(KEY));
}

#[test]
fn form_over_the_limit_is_given_back_a_few_times_a_minute() {
    let mut world = World::new("");
    while world.ask(post(), &keyed("Surname=Lee")).status != 429 {}
    let mut shows = [0, 0];
    for number in 0..100 {
        let mut exchange = Exchange::new(post(), world.now_ms);
        let first = world.handle(&mut exchange, Input::Start);
        let is_read = first == Output::ReadBody;
        let page = match first {
            Output::Answer(page) => page,
            output => {
                let input = world.act(&exchange, output, &keyed("Surname=Lee"));
                match world.handle(&mut exchange, input) {
                    Output::Answer(page) => page,
                    _ => panic!("it goes on"),
                }
            }
        };
        assert_eq!(page.status, 429);
        assert!(header(&page, "Retry-After").is_some());
        assert_eq!(shown(&page), if is_read { "form refused" } else { "notTaken" }, "{number}");
        shows[usize::from(is_read)] += 1;
    }
    assert_eq!(shows, [89, 11], "and one before");
}

#[test]
fn form_that_is_sent_twice_is_thanked_twice_and_created_once() {
    let mut world = World::new(r#","perAddress":0"#);
    for _ in 0..3 {
        let page = world.ask(post(), &keyed(POSTED));
        assert_eq!((page.status, shown(&page).as_str()), (200, "thanks"));
    }
    assert_eq!(creates(&world), 1);
    let seen = view(&world.ask(post(), &keyed(POSTED))).clone().to_text();
    let expected =
        r#"{"shows":"thanks","restaurant":"Oak & Salt","site":null,"privacy":null,"colours":""}"#;
    assert_eq!(seen, expected, "nothing of the record");
    // With other details: only a new key sends those, and only after a word of warning.
    let changed = world.ask(post(), &keyed(&POSTED.replace("Lee", "Li")));
    assert_eq!((changed.status, shown(&changed).as_str()), (422, "form changed"));
    assert_eq!(view(&changed).get("key"), Some(&Json::Null));
    assert_eq!(creates(&world), 1);
}

#[test]
fn form_page_says_what_became_of_a_post_and_keeps_its_values() {
    for (kind, outcome, status, became, again) in [
        (ErrorKind::Timeout, Outcome::Unknown, 502, "form unknown", "form unknown"),
        (ErrorKind::Http { status: 500 }, Outcome::Unknown, 502, "form unknown", "form unknown"),
        (ErrorKind::Network, Outcome::NotSent, 424, "form refused", "thanks"),
        (ErrorKind::Blocked { status: 403 }, Outcome::Refused, 424, "form refused", "thanks"),
        (ErrorKind::Http { status: 429 }, Outcome::Refused, 429, "form refused", "thanks"),
        (
            ErrorKind::Validation {
                issues: vec![crate::issue::Issue::error(crate::issue::Code::Refused, "Email")],
                unmapped: Vec::new(),
            },
            Outcome::Refused,
            400,
            "form Email:refused",
            "thanks",
        ),
    ] {
        let mut world = World::new(r#","perAddress":0"#);
        world.fails(kind, outcome);
        let page = world.ask(post(), &keyed(POSTED));
        assert_eq!((page.status, shown(&page).as_str()), (status, became));
        assert_eq!(view(&page).get("key").unwrap().as_str(), Some(KEY), "{became}");
        assert_eq!(view(&page).get("values").unwrap().as_object().unwrap().iter().count(), 5);
        assert_eq!(header(&page, "Retry-After").is_some(), status == 429);
        world.upstream = Box::new(vendor);
        assert_eq!(shown(&world.ask(post(), &keyed(POSTED))), again);
        let expected = if status == 502 { 1 } else { 2 };
        assert_eq!(creates(&world), expected, "an unknown end is never tried again");
    }
}

#[test]
fn form_without_a_setup_is_not_shown_but_a_posted_one_is_kept() {
    let mut world = World::new(r#","perAddress":0"#);
    world.upstream = Box::new(|_, _| Err(ErrorKind::Network.with(Outcome::NotSent)));
    let page = world.ask(form("GET"), "");
    assert_eq!((page.status, shown(&page).as_str()), (503, "notLoaded"));
    assert_eq!(header(&page, "Retry-After"), Some("2"));
    let page = world.ask(post(), &keyed(&format!("{POSTED}vegan")));
    assert_eq!((page.status, shown(&page).as_str()), (424, "form refused"));
    let values = view(&page).get("values").unwrap().as_object().unwrap();
    assert_eq!(values.get("Field1").unwrap().as_str(), Some("vegan"));
    assert_eq!(creates(&world), 0);
}

#[test]
fn form_over_the_limit_says_how_long_to_wait_and_keeps_its_values() {
    let mut world = World::new("");
    let key = |number: usize| format!("{POSTED}&{KEY_FIELD}={KEY}{number}");
    for number in 0..12 {
        assert_eq!(shown(&world.ask(post(), &key(number))), "thanks");
    }
    let page = world.ask(post(), &key(12));
    assert_eq!((page.status, shown(&page).as_str()), (429, "form refused"));
    assert_eq!(header(&page, "Retry-After"), Some("5"));
    let values = view(&page).get("values").unwrap().as_object().unwrap();
    assert_eq!(values.get("Surname").unwrap().as_str(), Some("Lee"));
    let page = world.ask(form("GET"), "");
    assert_eq!((page.status, shown(&page).as_str()), (429, "notLoaded"));
    assert!(header(&page, "Retry-After").is_some());
    world.now_ms += 6000;
    assert_eq!(shown(&world.ask(post(), &key(12))), "thanks", "with the same key");

    // The same for the account's quota.
    let mut world = World::new(r#","perAddress":0,"requestsPerMinute":8,"staffReserve":0"#);
    let pages: Vec<_> = (0..8).map(|number| world.ask(post(), &key(number))).collect();
    let refused = pages.iter().filter(|page| page.status == 429);
    assert!(refused.clone().count() > 0 && pages[0].status == 200);
    for page in refused {
        assert_eq!(shown(page), "form refused");
        assert!(header(page, "Retry-After").is_some());
    }
}

#[test]
fn form_of_a_sender_with_an_authorization_is_a_guests() {
    let mut world = World::new(r#","perAddress":0"#);
    let page = world.ask(with(post(), "Bearer staff"), &keyed(&format!("{POSTED}&IsVip=true")));
    assert_eq!((page.status, creates(&world)), (400, 0));
    assert_eq!(world.ask(with(form("GET"), "Bearer nobody"), "").status, 200);
    let mut exchange = Exchange::new(with(post(), "Bearer staff"), NOW_MS);
    let page = world.drive(&mut exchange, &keyed(POSTED));
    assert_eq!(
        serde_json::to_string(&exchange.log_event(page.status)).unwrap(),
        r#"{"operation":"createByForm","microsite":"oak-and-salt","role":"guest","status":200}"#
    );
    for (method, status) in [("PUT", 405), ("DELETE", 405), ("OPTIONS", 405), ("HEAD", 405)] {
        let refused = world.ask(Head { origin: Some(PAGE.into()), ..form(method) }, "");
        assert_eq!((refused.status, header(&refused, "Allow")), (status, Some("GET, POST")));
        assert_eq!(header(&refused, "Access-Control-Allow-Methods"), None);
    }
}
