//! Pages that the gateway draws: which one is shown, with the operator's links, colours and words,
//! under which policy.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

/// A restaurant with options for its pages, and one without.
const PAGES: &str = r##","perAddress":0,"publicUrl":"https://book.example","pages":{"oak-and-salt":{
    "site":"https://oak.example/","privacy":"https://oak.example/privacy","accent":"#7a3b1d","surface":"#fdf8f0"}}"##;

fn link(world: &World, method: &str, microsite: &str) -> Head {
    let microsite = Some(microsite.to_owned());
    let about = CapabilityRequest { microsite, id: Some(7), ..CapabilityRequest::default() };
    let link = world.gateway.unsubscribe_link(about, NOW_MS).unwrap();
    let (path, token) =
        link.strip_prefix("https://book.example").unwrap().split_once("?token=").unwrap();
    Head { token: Some(token.into()), ..head(method, path) }
}

fn text<'a>(page: &'a Reply, name: &str) -> &'a str {
    page.view.as_ref().unwrap().get(name).and_then(Json::as_str).unwrap_or_default()
}

#[test]
fn pages_of_a_link_say_what_became_of_it() {
    let mut world = World::new(PAGES);
    let void =
        |world: &World| Head { token: Some("x".into()), ..link(world, "GET", "oak-and-salt") };
    let get = link(&world, "GET", "oak-and-salt");
    let post = link(&world, "POST", "oak-and-salt");
    let page = world.ask(get, "");
    assert_eq!((page.status, text(&page, "shows")), (200, "ask"));
    let page = world.ask(post.clone(), "");
    assert_eq!((page.status, text(&page, "shows")), (200, "done"));
    let head = void(&world);
    let page = world.ask(head, "");
    assert_eq!((page.status, text(&page, "shows")), (403, "void"));
    world.fails(ErrorKind::Network, Outcome::Unknown);
    let page = world.ask(post.clone(), "");
    assert_eq!((page.status, text(&page, "shows")), (502, "failed"));
    world.fails(ErrorKind::Http { status: 429 }, Outcome::Refused);
    let page = world.ask(post, "");
    assert_eq!((page.status, text(&page, "shows")), (429, "busy"));
    assert!(header(&page, "Retry-After").is_some());
}

#[test]
fn pages_lead_where_the_operator_says_in_the_operators_colours() {
    let mut world = World::new(PAGES);
    let form = || Head { content_type: None, ..head("GET", "form") };
    let unsubscribe = link(&world, "GET", "oak-and-salt");
    for asked in [form(), unsubscribe] {
        let page = world.ask(asked, "");
        assert_eq!(text(&page, "site"), "https://oak.example/");
        assert_eq!(text(&page, "privacy"), "https://oak.example/privacy");
        let colours = ":root{--diner-accent:#7a3b1d;--diner-surface:#fdf8f0;color-scheme:light}";
        assert_eq!(text(&page, "colours"), colours);
        let hash = BASE64.encode(Sha256::digest(["p{}", colours].concat()));
        let policy = header(&page, "Content-Security-Policy").unwrap();
        assert!(policy.contains(&format!("style-src 'sha256-{hash}'")), "{policy}");
        assert!(!policy.contains("script") && !policy.contains("unsafe"), "{policy}");
    }
    let other = link(&world, "GET", "Zoë & Co/1");
    let page = world.ask(other, "");
    assert_eq!([text(&page, "site"), text(&page, "privacy"), text(&page, "colours")], ["", "", ""]);
    let hash = BASE64.encode(Sha256::digest("p{}"));
    assert!(header(&page, "Content-Security-Policy").unwrap().contains(&hash));
}

#[test]
fn pages_of_a_link_have_the_operators_words_and_the_form_does_not() {
    let words = r#","perAddress":0,"publicUrl":"https://book.example","words":{"lang":"de","askTitle":"Abmelden"}"#;
    let mut world = World::new(words);
    let unsubscribe = link(&world, "GET", "oak-and-salt");
    let page = world.ask(unsubscribe, "");
    let own = page.view.as_ref().unwrap().get("words").unwrap().as_object().unwrap();
    assert_eq!(own.get("askTitle").unwrap().as_str(), Some("Abmelden"));
    let form = world.ask(Head { content_type: None, ..head("GET", "form") }, "");
    assert!(form.view.unwrap().get("words").is_none());
}

#[test]
fn pages_of_an_unknown_microsite_say_that_there_is_nothing() {
    let mut world = World::new("");
    for name in ["form", "unsubscribe"] {
        let path = ["/api/ConsumerApi/v1/Restaurant/nowhere/", name].concat();
        // A link to it may stand on any page.
        let elsewhere = Head {
            fetch_site: Some("cross-site".into()),
            fetch_dest: Some("document".into()),
            ..head("GET", &path)
        };
        let page = world.ask(elsewhere, "");
        assert_eq!((page.status, text(&page, "shows")), (404, "missing"));
    }
    let api = world.ask(head("GET", "/api/ConsumerApi/v1/Restaurant/nowhere/Customers/Setup"), "");
    assert_eq!((api.status, api.view), (404, None));
}

#[test]
fn pages_of_a_link_open_and_their_button_unsubscribes() {
    let mut world = World::new(r#","publicUrl":"https://book.example/","perAddress":0"#);
    let link = world
        .gateway
        .unsubscribe_link(about(r#"{"microsite":"oak-and-salt","id":7}"#), NOW_MS)
        .unwrap();
    let (path, token) =
        link.strip_prefix("https://book.example").unwrap().split_once("?token=").unwrap();
    let from_mail = |method: &str, token: &str| Head {
        token: Some(token.into()),
        // The page sends no referrer, so that its own origin is `null`.
        origin: Some("null".into()),
        ..head(method, path)
    };
    let page = world.ask(from_mail("GET", token), "");
    let view = page.view.clone().unwrap();
    assert_eq!(page.status, 200);
    assert_eq!(view.get("shows").unwrap().as_str(), Some("ask"));
    assert_eq!(view.get("restaurant").unwrap().as_str(), Some("oak-and-salt"));
    assert!(
        header(&page, "Content-Security-Policy")
            .unwrap()
            .starts_with("default-src 'none'; style-src 'sha256-")
    );
    assert_eq!(header(&page, "Referrer-Policy"), Some("no-referrer"));
    assert_eq!(header(&page, "Access-Control-Allow-Origin"), None);
    assert_eq!(world.calls.len(), 0, "a scanner that follows links changes nothing");
    let done = world.ask(from_mail("POST", token), "List-Unsubscribe=One-Click");
    assert_eq!(done.status, 200);
    assert_eq!(world.calls, ["unsubscribe [7] All 192.0.2.7"]);
    assert_eq!(world.ask(from_mail("HEAD", token), "").status, 405);
    for void in ["", "x", &token[1..]] {
        assert_eq!(world.ask(from_mail("POST", void), "").status, 403);
    }
    world.fails(ErrorKind::Network, Outcome::Unknown);
    assert_eq!(world.ask(from_mail("POST", token), "").status, 502);
    world.now_ms += 61 * 86_400_000;
    assert_eq!(world.ask(from_mail("GET", token), "").status, 403);
    assert!(
        World::new("")
            .gateway
            .unsubscribe_link(about(r#"{"microsite":"oak-and-salt","id":7}"#), 0)
            .is_err()
    );
}
