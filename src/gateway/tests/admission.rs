//! Who may make which request: the table, pages, authorizations and capabilities.

use super::*;

#[test]
fn table_is_what_happens_for_every_role() {
    for (method, path, sent, guest, own, staff) in [
        ("GET", "Customers/Setup", "", 200, 200, 200),
        ("POST", "Customer", ANN, 200, 200, 200),
        ("GET", "Customer/7", "", 403, 200, 200),
        ("PUT", "Customer/7", r#"{"Title":"Ms"}"#, 403, 200, 200),
        ("GET", "Customer/8", "", 403, 403, 200),
        ("PUT", "Customer/8", "{}", 403, 403, 200),
        ("POST", "Customers/Unsubscribe", r#"{"CustomerIds":[7]}"#, 403, 204, 204),
        ("POST", "Customers/Unsubscribe", r#"{"CustomerIds":[8]}"#, 403, 403, 204),
        ("POST", "Customers/Unsubscribe", r#"{"CustomerIds":[7,8]}"#, 403, 403, 204),
        ("POST", "Customers/Merge", r#"{"MasterCustomerId":7,"CustomerIds":[8]}"#, 403, 403, 200),
        ("POST", "Customers/MarkForDeletion", r#"{"CustomerIds":[7]}"#, 403, 403, 200),
        ("GET", "unsubscribe", "", 403, 403, 403),
        ("GET", "form", "", 200, 200, 200),
        // Without the origin of a page that may post it.
        ("POST", "form", "", 403, 403, 403),
        ("DELETE", "Customer/7", "", 405, 405, 405),
        ("HEAD", "Customers/Setup", "", 405, 405, 405),
        ("GET", "Customers", "", 404, 404, 404),
    ] {
        let mut world = World::new(r#","perAddress":0"#);
        let capability = capability(&mut world);
        let ask = |world: &mut World, head: Head| {
            let before = world.calls.len();
            let reply = world.ask(head, sent);
            (reply.status, world.calls.len() - before)
        };
        let (status, calls) = ask(&mut world, head(method, path));
        assert_eq!(status, guest, "guest {method} {path} {sent}");
        assert!(calls == 0 || guest < 300, "what is refused reaches nobody");
        let (status, calls) = ask(&mut world, with(head(method, path), &capability));
        assert_eq!(status, own, "own {method} {path} {sent}");
        assert!(calls == 0 || own < 300, "what is refused reaches nobody");
        let (status, _) = ask(&mut world, with(head(method, path), "Bearer staff"));
        assert_eq!(status, staff, "staff {method} {path} {sent}");
    }
}

#[test]
fn path_that_is_no_route_reaches_nobody() {
    for path in [
        "/",
        "/api/Jwt/v2/Authenticate",
        "//api/ConsumerApi/v1/Restaurant/oak-and-salt/Customers/Setup",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt//Customers/Setup",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customers/Setup/",
        "/api/ConsumerApi/v1/Restaurant/other/Customers/Setup",
        "/api/ConsumerApi/v1/Restaurant/OAK-AND-SALT/Customers/Setup",
        "/api/ConsumerApi/v1/Restaurant/%6fak-and-salt/Customers/Setup",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt%2f..%2fother/Customers/Setup",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt/../other/Customers/Setup",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customers%2fSetup",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customer/007",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customer/-7",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customer/2147483648",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customer/7/..",
        "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customer/７",
    ] {
        let mut world = World::new("");
        let reply = world.ask(with(head("GET", path), "Bearer staff"), "");
        assert_eq!((reply.status, world.calls.len()), (404, 0), "{path}");
    }
    let mut world = World::new("");
    let path = "/api/ConsumerApi/v1/Restaurant/Zo%C3%AB%20%26%20Co%2F1/Customers/Setup";
    assert_eq!(world.ask(head("GET", path), "").status, 200);
}

#[test]
fn origin_that_is_not_allowed_is_refused() {
    // The last column: whether a page of that origin can read the answer.
    for (origin, status, is_readable) in [
        (Some("https://oak.example"), 200, true),
        (Some("https://www.oak.example"), 403, true),
        (Some("https://book.example"), 403, true),
        (Some("http://oak.example"), 403, true),
        (Some("https://oak.example:8443"), 403, true),
        (Some("https://oak.example.evil.example"), 403, true),
        (Some("https://evil-oak.example"), 403, true),
        (Some("null"), 403, true),
        // No browser writes an origin so.
        (Some("https://OAK.example"), 403, false),
        (Some("https://oak.example/"), 403, false),
        (Some("https://evil.example\r\nX: y"), 403, false),
        (Some("*"), 403, false),
        (Some(""), 403, false),
        (None, 200, false),
    ] {
        for method in ["GET", "OPTIONS"] {
            let mut world = World::new("");
            let origin = origin.map(str::to_owned);
            let asked = Head { origin: origin.clone(), ..head(method, "Customers/Setup") };
            let reply = world.ask(asked, "");
            // A preflight passes if the page could read the refusal that follows.
            let status =
                if method == "OPTIONS" && (is_readable || status == 200) { 204 } else { status };
            assert_eq!(reply.status, status, "{method} {origin:?}");
            let allowed = header(&reply, "Access-Control-Allow-Origin");
            assert_eq!(allowed, origin.as_deref().filter(|_| is_readable), "{method} {origin:?}");
            assert_eq!(header(&reply, "Vary"), Some("Origin"));
        }
    }
    let mut world = World::new("");
    for (path, methods) in [
        ("Customers/Setup", Some("GET")),
        ("Customer", Some("POST")),
        ("Customer/7", Some("GET, PUT")),
        ("Customer/x", None),
        ("unsubscribe", None),
    ] {
        let origin = Some("https://oak.example".into());
        let reply = world.ask(Head { origin, ..head("OPTIONS", path) }, "");
        assert_eq!(header(&reply, "Access-Control-Allow-Methods"), methods, "{path}");
    }
    for wrong in [
        "*",
        "https://oak.example/",
        "oak.example",
        "https://Oak.example",
        "https://oak.example:443",
        "null",
    ] {
        let options = format!(r#"{{{ACCOUNT},"microsites":["a"],"origins":["{wrong}"]}}"#);
        assert!(Config::read(&object(&options)).is_err(), "{wrong}");
    }
}

#[test]
fn refusal_of_an_origin_says_why_and_nothing_else() {
    let from = |origin: &str, head: Head| Head { origin: Some(origin.into()), ..head };
    let told = |reply: &Reply| reply.body.clone().unwrap_or_default();
    let mut world = World::new(r#","perAddress":20"#);
    for request in [
        || head("GET", "Customers/Setup"),
        || head("POST", "Customer"),
        || head("GET", "Customer/7"),
        || with(head("GET", "Customer/7"), "Bearer staff"),
        || with(head("GET", "Customer/7"), "Bearer nobody"),
        || head("POST", "Customers/Merge"),
        || head("GET", "nothing"),
        || head("OPTIONS", "nothing"),
        || head("DELETE", "Customer"),
    ] {
        let reply = world.ask(from("https://www.oak.example", request()), ANN);
        assert_eq!(
            (reply.status, told(&reply).as_str()),
            (
                403,
                r#"{"Message":"This gateway does not answer pages of https://www.oak.example: add that to its option `origins`.","Code":"origin_not_allowed"}"#
            )
        );
        let readable = header(&reply, "Access-Control-Expose-Headers");
        assert_eq!(readable, Some("Retry-After, Dinerkit-Version"), "as of a gateway");
        assert_eq!(header(&reply, "Access-Control-Allow-Credentials"), None);
        assert_eq!(header(&reply, "Cache-Control"), Some("no-store"));
    }
    let none = told(&world.ask(from("null", head("GET", "Customers/Setup")), ""));
    assert!(none.contains("no origin") && none.contains("`origins`"), "{none}");
    let odd = told(&world.ask(from("https://x<script>", head("GET", "Customers/Setup")), ""));
    assert_eq!(odd, r#"{"Message":"This page may not use the gateway."}"#);

    assert_eq!(world.calls.len(), 0, "the remote API is not asked");
    // A page whose visitors would pay for it could keep them from booking.
    for _ in 0..200 {
        world.ask(from("https://evil.example", head("POST", "Customer")), ANN);
        world.ask(from("https://evil.example", head("OPTIONS", "Customer")), "");
    }
    assert_eq!(world.ask(head("POST", "Customer"), ANN).status, 200);
}

#[test]
fn pictures_on_other_pages_cost_their_visitors_nothing() {
    let mut world = World::new("");
    let picture = |head: Head| Head {
        fetch_site: Some("cross-site".into()),
        fetch_dest: Some("image".into()),
        ..head
    };
    let link = |method| Head { token: Some("x".into()), ..head(method, "unsubscribe") };
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    for _ in 0..200 {
        assert_eq!(world.ask(picture(link("GET")), "").status, 403);
        assert_eq!(world.ask(picture(head("GET", "Customers/Setup")), "").status, 403);
        // The same from a page whose site is ours, and with the Origin that a script's request or
        // one with CORS has.
        let near = Head {
            fetch_site: Some("same-site".into()),
            ..picture(head("GET", "Customers/Setup"))
        };
        assert_eq!(world.ask(near, "").status, 403);
        for request in [link("GET"), link("POST"), head("GET", "form"), head("POST", "form")] {
            let scripted = Head {
                origin: Some("https://evil.example".into()),
                fetch_dest: Some("empty".into()),
                ..picture(request)
            };
            assert_eq!(world.ask(scripted, "").status, 403);
        }
    }
    assert_eq!(world.ask(head("POST", "Customer"), ANN).status, 200);
    // A page that leads its visitors to links that are void: staff's attempts are not for that.
    for _ in 0..200 {
        world.ask(link("GET"), "");
    }
    assert_eq!(world.ask(staff(), "").status, 200);
    let mut world = World::new("");
    let followed =
        Head { fetch_dest: Some("document".into()), ..picture(head("GET", "unsubscribe")) };
    assert!(world.ask(followed, "").view.is_some());
    let page = Head {
        origin: Some("https://oak.example".into()),
        ..picture(head("GET", "Customers/Setup"))
    };
    assert_eq!(world.ask(page, "").status, 200, "a page of ours, on another site");
}

#[test]
fn authorization_that_is_not_accepted_is_refused() {
    let mut world = World::new(r#","perAddress":0"#);
    for authorization in
        ["Bearer other", "Bearer dk1.k.x.y", "bearer  dk1.", "Basic eDp5", "", "dk1.k.x.y"]
    {
        let reply = world.ask(with(head("GET", "Customers/Setup"), authorization), "");
        assert_eq!(reply.status, 401, "{authorization}");
        assert_eq!(header(&reply, "WWW-Authenticate"), Some("Bearer"));
    }
    assert_eq!(world.calls.len(), 0);
}

#[test]
fn authorization_is_refused_after_too_many_wrong_ones() {
    let mut world = World::new("");
    let staff =
        |world: &mut World| world.ask(with(head("GET", "Customer/7"), "Bearer staff"), "").status;
    for _ in 0..200 {
        assert_eq!(staff(&mut world), 200, "staff who are let in use nothing up");
        world.now_ms += 500;
    }
    for _ in 0..20 {
        world.ask(with(head("GET", "Customer/7"), "Bearer x"), "");
    }
    assert_eq!(staff(&mut world), 429);
    assert_eq!(
        world.ask(head("POST", "Customer"), ANN).status,
        200,
        "guests there are not kept out"
    );
    // Not for a fraction of what a guess costs.
    world.now_ms += 4_999;
    assert_eq!(staff(&mut world), 429);
    world.now_ms += 60_000;
    assert_eq!(staff(&mut world), 200);
}

#[test]
fn authorizations_sent_at_once_count_as_those_sent_one_by_one() {
    let mut world = World::new("");
    let mut begun = |token: &str| {
        let mut exchange =
            Exchange::new(with(head("GET", "Customer/7"), &["Bearer ", token].concat()), NOW_MS);
        assert_eq!(world.handle(&mut exchange, Input::Start), Output::CheckStaff);
        exchange
    };
    let mut wrong: Vec<Exchange> = (0..100).map(|_| begun("x")).collect();
    let mut right = begun("staff");
    let mut status = |exchange: &mut Exchange, is_staff| match world
        .handle(exchange, Input::StaffChecked { is_staff })
    {
        Output::Answer(reply) => reply.status,
        _ => 200,
    };
    let told = wrong.iter_mut().filter_map(|one| (status(one, false) == 401).then_some(())).count();
    assert_eq!(told, 12);
    assert_eq!(status(&mut right, true), 429);
}

#[test]
fn capability_is_for_one_record_one_microsite_one_purpose_and_a_while() {
    let mut world = World::new(r#","perAddress":0"#);
    let sign = |world: &World, request: &str| {
        let token = world.gateway.capability(about(request), NOW_MS).unwrap();
        ["Bearer ", &token].concat()
    };
    let own = sign(&world, r#"{"microsite":"oak-and-salt","id":7,"expiresIn":60}"#);
    let other_site = sign(&world, r#"{"microsite":"Zoë & Co/1","id":7}"#);
    let link = sign(&world, r#"{"microsite":"oak-and-salt","id":7,"purpose":"unsubscribe"}"#);
    let unsubscribe = r#"{"CustomerIds":[7],"MarketingCommunicationMode":"Sms"}"#;
    for (token, method, path, sent, status) in [
        (&own, "GET", "Customer/7", "", 200),
        (&own, "GET", "Customer/8", "", 403),
        (&other_site, "GET", "Customer/7", "", 403),
        (&other_site, "GET", "Customers/Setup", "", 403),
        (&link, "GET", "Customer/7", "", 403),
        (&link, "PUT", "Customer/7", "{}", 403),
        (&link, "POST", "Customers/Unsubscribe", unsubscribe, 204),
        (&own, "POST", "Customers/Unsubscribe", unsubscribe, 204),
        (&other_site, "POST", "Customers/Unsubscribe", unsubscribe, 403),
        (
            &own,
            "POST",
            "Customers/Unsubscribe",
            r#"{"CustomerIds":[7],"IpAddress":"1.1.1.1"}"#,
            400,
        ),
        (
            &own,
            "POST",
            "Customers/Unsubscribe",
            r#"{"CustomerIds":[7],"MarketingCommunicationMode":"a b"}"#,
            400,
        ),
        (&own, "POST", "Customers/Unsubscribe", r#"{"CustomerIds":["7"]}"#, 204),
        (&own, "POST", "Customers/Unsubscribe", r#"{"CustomerIds":[]}"#, 400),
        (&own, "POST", "Customers/Unsubscribe", r#"{"customerids":[7]}"#, 400),
    ] {
        let reply = world.ask(with(head(method, path), token), sent);
        assert_eq!(reply.status, status, "{method} {path} {sent}");
    }
    assert!(world.calls.contains(&"unsubscribe [7] Sms 192.0.2.7".to_owned()), "{:?}", world.calls);
    for (later_ms, status) in [(59_999, 200), (60_000, 401)] {
        world.now_ms = NOW_MS + later_ms;
        assert_eq!(world.ask(with(head("GET", "Customer/7"), &own), "").status, status);
    }
    for request in [
        r#"{"microsite":"other","id":7}"#,
        r#"{"microsite":"oak-and-salt"}"#,
        r#"{"microsite":"oak-and-salt","id":0}"#,
        r#"{"microsite":"oak-and-salt","id":7,"expiresIn":0}"#,
        r#"{"microsite":"oak-and-salt","id":7,"expiresIn":99999999}"#,
    ] {
        assert!(world.gateway.capability(about(request), NOW_MS).is_err(), "{request}");
    }
}
