//! The rate limits of senders and the account's quota.

use super::*;

#[test]
fn rate_limit_goes_by_address() {
    let mut world = World::new("");
    let mut seen = Vec::new();
    for _ in 0..13 {
        let reply = world.ask(head("POST", "Customer"), ANN);
        seen.push((reply.status, header(&reply, "Retry-After").map(str::to_owned)));
    }
    assert!(seen[..12].iter().all(|(status, _)| *status == 200), "{seen:?}");
    assert_eq!(seen[12], (429, Some("5".into())));
    let neighbour = Head { address: Some("192.0.2.8".into()), ..head("POST", "Customer") };
    assert_eq!(world.ask(neighbour, ANN).status, 200);
    assert_eq!(world.ask(with(head("POST", "Customer"), "Bearer staff"), ANN).status, 200);
    world.now_ms += 5000;
    assert_eq!(world.ask(head("POST", "Customer"), ANN).status, 200, "as long as was said");
    // Guessing at authorizations is as dear as writing.
    let mut world = World::new("");
    let guesses =
        (0..100).map(|_| world.ask(with(head("GET", "Customer/7"), "Bearer x"), "").status);
    assert_eq!(guesses.filter(|status| *status == 401).count(), 12);
    // Those whose address the runtime does not know share one; without such a runtime there is no
    // limit.
    let mut world = World::new("");
    let nobody = || Head { address: None, ..head("POST", "Customer") };
    let created = (0..100).filter(|_| world.ask(nobody(), ANN).status == 200).count();
    assert_eq!(created, 12);
    world.gateway.config.has_addresses = false;
    assert_eq!(world.ask(nobody(), ANN).status, 200);
}

#[test]
fn quota_holds_at_ten_times_as_many_requests() {
    let mut world = World::new(r#","perAddress":0"#);
    let mut sent: Vec<u64> = Vec::new();
    let mut refused = 0;
    for number in 0..6000_u64 {
        world.now_ms = NOW_MS + number * 30;
        world.calls.clear();
        let reply = match number % 4 {
            0 => world.ask(with(head("GET", "Customer/7"), "Bearer staff"), ""),
            _ => world.ask(head("POST", "Customer"), ANN),
        };
        sent.extend(world.calls.iter().map(|_| world.now_ms));
        if reply.status == 429 {
            refused += 1;
            let seconds: u64 = header(&reply, "Retry-After").unwrap().parse().unwrap();
            assert!((1..=61).contains(&seconds), "{seconds}");
        }
    }
    let most = sent
        .iter()
        .map(|from| sent.iter().filter(|at| (*from..*from + 60_000).contains(*at)).count());
    assert!((190..=200).contains(&most.max().unwrap()));
    assert!(refused > 5000, "{refused}");
}

#[test]
fn quota_keeps_a_share_for_links_whatever_server_opens_them() {
    let mut world = World::new(r#","publicUrl":"https://book.example","requestsPerMinute":24"#);
    let tokens = [7, 8].map(|id| link_token(&world, id));
    while world.ask(head("POST", "Customer"), ANN).status == 200 {}
    let press = |world: &mut World, token: &str| {
        world.ask(Head { token: Some(token.into()), ..head("POST", "unsubscribe") }, "").status
    };
    for token in &tokens {
        assert_eq!(press(&mut world, token), 200);
    }
    // Of that part, nothing is for what everybody has who books.
    let mut world = World::new(r#","requestsPerMinute":24,"perAddress":0"#);
    let own = capability(&mut world);
    while world.ask(head("POST", "Customer"), ANN).status == 200 {}
    for _ in 0..5 {
        assert_eq!(press(&mut world, own.strip_prefix("Bearer ").unwrap()), 429);
    }
    assert_eq!(press(&mut world, &tokens[0]), 200);
    // A link that is used again and again reaches its own rate limit.
    let mut world = World::new("");
    let pressed = (0..40).filter(|_| press(&mut world, &tokens[0]) == 200).count();
    assert_eq!(pressed, 12);
}

#[test]
fn quota_of_staff_is_not_opened_by_the_token_of_a_link() {
    let mut world = World::new(r#","publicUrl":"https://book.example""#);
    let token = link_token(&world, 7);
    let address = |number: u32| Some(format!("192.0.2.{}", number / 12));
    // Creates by its bearer, from as many addresses as it takes.
    for number in 0..300 {
        let create = with(head("POST", "Customer"), &["Bearer ", &token].concat());
        world.ask(Head { address: address(number), ..create }, ANN);
    }
    assert_eq!(world.calls.len(), 113, "what one microsite's guests may have");
    // As many links as it takes.
    for id in 1..300 {
        let token = Some(link_token(&world, id));
        world.ask(Head { token, ..head("POST", "unsubscribe") }, "");
    }
    assert_eq!(world.calls.len(), 123);
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    assert_eq!((0..100).filter(|_| world.ask(staff(), "").status == 200).count(), 77);
}

#[test]
fn quota_of_staff_in_the_background_leaves_half_of_all() {
    let mut world = World::new(r#","background":true"#);
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    let statuses: Vec<u16> = (0..200).map(|_| world.ask(staff(), "").status).collect();
    let (sent, refused) = statuses.split_at(100);
    assert!(sent.iter().all(|status| *status == 200));
    assert!(refused.iter().all(|status| *status == 429));
    assert_eq!(world.calls.len(), 100);
}

#[test]
fn rate_limit_of_pages_leaves_a_flood_the_refusal_alone() {
    let mut world = World::new(r#","publicUrl":"https://book.example""#);
    let token = Some(link_token(&world, 7));
    let unknown = || head("GET", "/api/ConsumerApi/v1/Restaurant/nowhere/form");
    let opened = || Head { token: token.clone(), ..head("POST", "unsubscribe") };
    for (asked, pages) in [(&unknown as &dyn Fn() -> Head, 120), (&opened, 12 + 12)] {
        let replies: Vec<_> = (0..300).map(|_| world.ask(asked(), "")).collect();
        assert_eq!(replies.iter().filter(|reply| reply.view.is_some()).count(), pages);
        let last = replies.last().unwrap();
        assert_eq!((last.status, header(last, "Retry-After").is_some()), (429, true));
        world.now_ms += 120_000;
    }
}
