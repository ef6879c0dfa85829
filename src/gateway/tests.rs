use super::config::Config;
use super::exchange::{Context, Exchange, Head, Input, Output};
use super::reply::{Reply, failure};
use super::*;
use crate::client::error::Outcome;
use crate::issue::{Code, Issue};
use crate::json::Object;
use crate::platform::Native;
use std::collections::BTreeMap;

mod form;
mod issues;
mod pages;

const BASE: &str = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/";
const ANN: &str =
    r#"{"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"07700 900123"}"#;
const SETUP: &str = r#"{"Name":"Oak & Salt","CustomerCodes":[{"Id":1,"Name":"Press"}],"LegalDrinkingAge":18,
    "CustomFields":[{"Name":"Field1","Label":"Diet","IsRequired":false}],"GroupEmailMarketingOptInText":"By <b>e-mail</b>"}"#;
const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
/// 2026-11-22, noon.
const NOW_MS: u64 = 1_795_348_800_000;

fn object(text: &str) -> Object {
    match Json::parse(text).unwrap() {
        Json::Object(object) => object,
        _ => panic!("not an object: {text}"),
    }
}

fn about(request: &str) -> CapabilityRequest {
    serde_json::from_str(request).unwrap()
}

fn config(more: &str) -> Config {
    let options = format!(
        r#"{{"microsites":["oak-and-salt","Zoë & Co/1"],"origins":["https://oak.example"],"maxBodyBytes":1000,
            "hasAddresses":true,"capabilityKeys":[{{"id":"k","secret":"0123456789abcdef0123456789abcdef"}}]{more}}}"#
    );
    Config::read(&object(&options)).unwrap()
}

/// A gateway with its random bits.
fn seeded(config: Config) -> Gateway {
    let mut gateway = Gateway::new(config);
    gateway.seed(b"seed");
    gateway
}

type Upstream = dyn FnMut(&str, &Operation) -> Result<Json, ApiError>;

/// A gateway with what its driver would keep, and a remote API that answers what it is told to.
struct World {
    gateway: Gateway,
    now_ms: u64,
    store: BTreeMap<String, String>,
    upstream: Box<Upstream>,
    /// What reached the remote API.
    calls: Vec<String>,
}

fn shown(operation: &Operation) -> String {
    match operation {
        Operation::Create { request } => format!("create {}", request.to_text()),
        Operation::Update { id, request } => format!("update {id} {}", request.to_text()),
        Operation::Edit { id, patch, .. } => format!("edit {id} {}", patch.to_text()),
        Operation::Get { id } => format!("get {id}"),
        Operation::Unsubscribe { ids, mode, ip_address } => {
            format!(
                "unsubscribe {ids:?} {} {}",
                mode.clone().unwrap_or_default(),
                ip_address.clone().unwrap_or_default()
            )
        }
        other => other.name().to_owned(),
    }
}

/// A remote API with one customer, whose record holds what staff wrote.
fn vendor(_: &str, operation: &Operation) -> Result<Json, ApiError> {
    let record = || {
        object(
            r#"{"Id":7,"Title":null,"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"1","Comments":"rude",
                "IsVip":true,"Address":{"Town":"Bath","Postcode":null},"ReceiveEmailMarketing":true,
                "GroupEmailMarketingOptInText":"older words","CustomerCodes":[1],"Secret":1}"#,
        )
    };
    Ok(match operation {
        Operation::Setup => object(SETUP).into(),
        Operation::Get { .. } => record().into(),
        Operation::Create { request } => {
            let made = [
                ("CreatedDateTime", Json::from("2026-11-22T12:00:00.0000000")),
                ("Rank", 3.into()),
            ];
            made.into_iter()
                .fold(request.clone().with("Id", 7), |record, (name, value)| {
                    record.with(name, value)
                })
                .into()
        }
        Operation::Edit { patch, .. } => patch
            .iter()
            .fold(record(), |record, (name, value)| record.with(name, value.clone()))
            .into(),
        Operation::Update { request, .. } => request.clone().with("Id", 7).into(),
        Operation::Merge { .. } => record().into(),
        Operation::ScheduleDeletion { .. } => object(r#"{"deleted":[1],"skipped":[2]}"#).into(),
        Operation::Unsubscribe { .. } => Json::Null,
        Operation::Raw { .. } => panic!("the gateway has no raw requests"),
    })
}

impl World {
    fn new(more: &str) -> Self {
        Self {
            gateway: seeded(config(more)),
            now_ms: NOW_MS,
            store: BTreeMap::new(),
            upstream: Box::new(vendor),
            calls: Vec::new(),
        }
    }

    /// Does what an exchange says until it answers.
    fn ask(&mut self, head: Head, body: &str) -> Reply {
        let mut exchange = Exchange::new(head, self.now_ms);
        self.drive(&mut exchange, body)
    }

    fn drive(&mut self, exchange: &mut Exchange, body: &str) -> Reply {
        let mut input = Input::Start;
        loop {
            input = match self.handle(exchange, input) {
                Output::Answer(reply) => return reply,
                output => self.act(exchange, output, body),
            };
        }
    }

    fn handle(&mut self, exchange: &mut Exchange, input: Input) -> Output {
        let gateway = &mut self.gateway;
        exchange.handle(input, &mut Context { gateway, now_ms: self.now_ms, platform: &Native })
    }

    fn act(&mut self, exchange: &Exchange, output: Output, body: &str) -> Input {
        match output {
            Output::CheckStaff => {
                let is_staff = exchange.authorization() == Some("Bearer staff");
                Input::StaffChecked { is_staff }
            }
            Output::ReadBody if body.len() > self.gateway.config().max_body_bytes as usize => {
                Input::NoBody { status: 413 }
            }
            Output::ReadBody => Input::Body(body.as_bytes().to_vec()),
            Output::FetchSetup { microsite, .. } => {
                if let Some(operation) = self.gateway.fetch_setup(&microsite, self.now_ms) {
                    self.calls.push(shown(&operation));
                    let result = (self.upstream)(&microsite, &operation);
                    self.gateway.take_setup(&microsite, result, self.now_ms);
                }
                Input::SetupFetched
            }
            Output::Claim { key, text } => {
                let found = self.store.get(&key).cloned();
                self.store.entry(key).or_insert(text);
                Input::Claimed { found }
            }
            Output::Store { key, text } => {
                match text {
                    Some(text) => self.store.insert(key, text),
                    None => self.store.remove(&key),
                };
                Input::Stored
            }
            Output::Call { microsite, operation, .. } => {
                self.calls.push(shown(&operation));
                Input::Called((self.upstream)(&microsite, &operation))
            }
            Output::Answer(_) => panic!("answered"),
        }
    }

    fn fails(&mut self, kind: ErrorKind, outcome: Outcome) {
        self.upstream = Box::new(move |microsite, operation| match operation {
            Operation::Setup => vendor(microsite, operation),
            _ => Err(kind.clone().with(outcome)),
        });
    }
}

fn head(method: &str, path: &str) -> Head {
    Head {
        method: method.into(),
        path: if path.starts_with('/') { path.into() } else { [BASE, path].concat() },
        content_type: Some("application/json; charset=utf-8".into()),
        address: Some("192.0.2.7".into()),
        ..Head::default()
    }
}

fn with(head: Head, authorization: &str) -> Head {
    Head { authorization: Some(authorization.into()), ..head }
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

fn body(reply: &Reply) -> Object {
    object(reply.body.as_deref().unwrap_or("{}"))
}

/// Ann's capability, by having her created.
fn capability(world: &mut World) -> String {
    let reply = world.ask(head("POST", "Customer"), ANN);
    assert_eq!(reply.status, 200, "{reply:?}");
    let token = body(&reply).get("Capability").unwrap().as_str().unwrap().to_owned();
    world.calls.clear();
    ["Bearer ", &token].concat()
}

#[test]
fn the_table_is_what_happens() {
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
fn no_path_but_those_named_goes_through() {
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
fn a_guest_writes_the_guests_fields_only() {
    let mut world = World::new(r#","perAddress":0"#);
    let reply = world.ask(head("POST", "Customer"), ANN);
    assert_eq!(
        world.calls,
        [
            "setup",
            r#"create {"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"7700900123","IpAddress":"192.0.2.7"}"#
        ]
    );
    let mut seen = body(&reply);
    assert!(seen.remove("Capability").is_some());
    assert_eq!(
        seen.to_text(),
        r#"{"Id":7,"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"7700900123"}"#
    );
    world.calls.clear();
    for member in [
        r#""IsVip":true"#,
        r#""Comments":"x""#,
        r#""IpAddress":"1.1.1.1""#,
        r#""Id":1"#,
        r#""CustomerOptions":{}"#,
        r#""Address":{"Floor":1}"#,
        r#""Address.Town":"x""#,
        r#""__proto__":{}"#,
        r#""isvip":true"#,
        r#""Capability":"x""#,
    ] {
        let with_member = format!("{},{member}}}", ANN.trim_end_matches('}'));
        let reply = world.ask(head("POST", "Customer"), &with_member);
        assert_eq!(reply.status, 400, "{member}");
    }
    assert_eq!(world.calls.len(), 0);
    let staff = r#"{"Surname":" Lee ","Mobile":"stored before our rules","IsVip":true,"New":1.50}"#;
    world.ask(with(head("POST", "Customer"), "Bearer staff"), staff);
    assert_eq!(world.calls, [["create ", staff].concat()]);
}

#[test]
fn an_operator_narrows_and_widens_the_guests_fields() {
    let more = r#","perAddress":0,"guestFields":{"add":["CustomerCodes"],"remove":["Company","ReceiveSmsMarketing","Address.House"]}"#;
    let mut world = World::new(more);
    for (member, status) in [
        (r#""CustomerCodes":[1]"#, 200),
        (r#""Company":"Acme""#, 400),
        (r#""ReceiveSmsMarketing":false"#, 400),
        (r#""GroupSmsMarketingOptInText":"x""#, 400),
        (r#""Address":{"House":"1"}"#, 400),
        (r#""Address":{"Town":"Bath"}"#, 200),
        (r#""Department":"x""#, 400),
    ] {
        let with_member = format!("{},{member}}}", ANN.trim_end_matches('}'));
        assert_eq!(world.ask(head("POST", "Customer"), &with_member).status, status, "{member}");
    }
    for wrong in [
        r#"{"add":["IpAddress"]}"#,
        r#"{"add":["MarketingOptInSetting"]}"#,
        r#"{"add":["CustomerValidationType"]}"#,
        r#"{"add":["Comments"]}"#,
        r#"{"add":["IsVip"]}"#,
        r#"{"add":["Nose"]}"#,
        r#"{"add":["Id"]}"#,
        r#"{"add":"Department"}"#,
        r#"{"remove":["Surname"]}"#,
        r#"{"remove":["GroupSmsMarketingOptInText"]}"#,
        r#"{"set":["Company"]}"#,
        "[]",
    ] {
        let options = format!(r#"{{"microsites":["a"],"guestFields":{wrong}}}"#);
        assert!(Config::read(&object(&options)).is_err(), "{wrong}");
    }
}

#[test]
fn the_setup_is_part_of_the_rules() {
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
fn one_request_in_five_minutes_is_all_that_setups_cost() {
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
fn the_own_record_is_read_and_edited_and_nothing_of_staffs_is_lost() {
    let mut world = World::new(r#","perAddress":0"#);
    let capability = capability(&mut world);
    let reply = world.ask(with(head("GET", "Customer/7"), &capability), "");
    assert_eq!(
        body(&reply).to_text(),
        r#"{"Id":7,"Title":null,"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"1","Address":{"Town":"Bath","Postcode":null},"ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"older words"}"#
    );
    let whole = reply.body.unwrap();
    for (sent, status, calls) in [
        // The record as it was read, with one change.
        (
            whole.replace("\"Lee\"", "\" Li \""),
            200,
            r#"get 7|edit 7 {"Surname":"Li","IpAddress":"192.0.2.7"}"#,
        ),
        (
            format!(
                "{},\"CustomerOptions\":{{\"AppendComments\":false}}}}",
                whole.strip_suffix('}').unwrap()
            ),
            200,
            "get 7",
        ),
        (whole.clone(), 200, "get 7"),
        ("{}".into(), 200, "get 7"),
        (r#"{"Id":8}"#.into(), 400, ""),
        (r#"{"CustomerOptions":{"AppendComments":true}}"#.into(), 400, ""),
        (r#"{"Comments":"x"}"#.into(), 400, ""),
        (r#"{"IsVip":false}"#.into(), 400, ""),
        (r#"{"IpAddress":"1.1.1.1"}"#.into(), 400, ""),
        (r#"{"Surname":""}"#.into(), 400, "get 7"),
        (r#"{"Email":"nobody"}"#.into(), 400, "get 7"),
        (r#"{"Field2":"x"}"#.into(), 400, "get 7"),
        (
            r#"{"Mobile":"07700 900123"}"#.into(),
            200,
            r#"get 7|edit 7 {"MobileCountryCode":44,"Mobile":"7700900123","IpAddress":"192.0.2.7"}"#,
        ),
        (
            r#"{"Address":{"Town":"Wells"}}"#.into(),
            200,
            r#"get 7|edit 7 {"Address":{"Town":"Wells"},"IpAddress":"192.0.2.7"}"#,
        ),
        (
            r#"{"ReceiveEmailMarketing":false}"#.into(),
            200,
            r#"get 7|edit 7 {"ReceiveEmailMarketing":false,"IpAddress":"192.0.2.7"}"#,
        ),
        (r#"{"GroupEmailMarketingOptInText":""}"#.into(), 400, "get 7"),
        (r#"{"GroupEmailMarketingOptInText":"x"}"#.into(), 400, "get 7"),
        (
            r#"{"GroupEmailMarketingOptInText":"By <b>e-mail</b>"}"#.into(),
            200,
            r#"get 7|edit 7 {"GroupEmailMarketingOptInText":"By <b>e-mail</b>","IpAddress":"192.0.2.7"}"#,
        ),
        (r#"{"ReceiveSmsMarketing":true}"#.into(), 400, "get 7"),
        // A calling code goes through the rules, with a number or without.
        (r#"{"PhoneCountryCode":{"IsVip":true}}"#.into(), 400, "get 7"),
        (r#"{"PhoneCountryCode":"AAAA\u0000\r\n"}"#.into(), 400, "get 7"),
        (r#"{"PhoneCountryCode":1e9999}"#.into(), 400, "get 7"),
    ] {
        world.calls.clear();
        let reply = world.ask(with(head("PUT", "Customer/7"), &capability), &sent);
        assert_eq!(
            (reply.status, world.calls.join("|").as_str()),
            (status, calls),
            "{sent} {:?}",
            reply.body
        );
        assert!(!reply.body.unwrap().contains("rude"));
    }
}

#[test]
fn a_yes_goes_with_its_words_and_no_words_with_a_no() {
    for (stored, sent, edited) in [
        (
            r#""ReceiveEmailMarketing":false,"GroupEmailMarketingOptInText":"By <b>e-mail</b>""#,
            r#"{"ReceiveEmailMarketing":true}"#,
            Some(
                r#"{"ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":"By <b>e-mail</b>","IpAddress":"192.0.2.7"}"#,
            ),
        ),
        (
            r#""ReceiveEmailMarketing":null,"GroupEmailMarketingOptInText":"older words""#,
            r#"{"GroupEmailMarketingOptInText":""}"#,
            Some(
                r#"{"ReceiveEmailMarketing":false,"GroupEmailMarketingOptInText":null,"IpAddress":"192.0.2.7"}"#,
            ),
        ),
        // However a yes is written, its words stay.
        (
            r#""ReceiveEmailMarketing":"True","GroupEmailMarketingOptInText":"older words""#,
            r#"{"GroupEmailMarketingOptInText":""}"#,
            None,
        ),
        (
            r#""ReceiveEmailMarketing":1,"GroupEmailMarketingOptInText":"older words""#,
            r#"{"GroupEmailMarketingOptInText":null}"#,
            None,
        ),
    ] {
        let mut world = World::new("");
        let capability = capability(&mut world);
        world.upstream = Box::new(move |microsite, operation| match operation {
            Operation::Get { .. } => {
                Ok(object(&format!(r#"{{"Id":7,"Surname":"Lee",{stored}}}"#)).into())
            }
            _ => vendor(microsite, operation),
        });
        let reply = world.ask(with(head("PUT", "Customer/7"), &capability), sent);
        let expected = edited.map(|edited| format!("edit 7 {edited}"));
        assert_eq!(reply.status, if edited.is_some() { 200 } else { 400 }, "{stored} {sent}");
        assert_eq!(world.calls.get(1), expected.as_ref(), "{stored} {sent}");
    }
}

#[test]
fn what_is_wrong_with_the_rest_of_a_record_is_not_the_guests_to_know() {
    let mut world = World::new("");
    let capability = capability(&mut world);
    let issues = vec![Issue::error(Code::DamagedText, "Comments")];
    world.fails(ErrorKind::Validation { issues, unmapped: Vec::new() }, Outcome::NotSent);
    let mut failing = core::mem::replace(&mut world.upstream, Box::new(vendor));
    world.upstream = Box::new(move |microsite, operation| match operation {
        Operation::Edit { .. } => failing(microsite, operation),
        _ => vendor(microsite, operation),
    });
    let reply = world.ask(with(head("PUT", "Customer/7"), &capability), r#"{"Surname":"Li"}"#);
    assert_eq!(reply.status, 424);
    assert!(!reply.body.unwrap().contains("Comments"));
}

#[test]
fn a_guess_that_is_right_does_not_help_who_has_guessed_too_often() {
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
fn guesses_at_once_are_no_more_than_guesses_one_by_one() {
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
fn a_link_to_unsubscribe_gives_no_part_of_staffs_budget_to_anything_else() {
    let mut world = World::new(r#","publicUrl":"https://book.example""#);
    let link = world
        .gateway
        .unsubscribe_link(about(r#"{"microsite":"oak-and-salt","id":7}"#), NOW_MS)
        .unwrap();
    let token = link.split_once("?token=").unwrap().1.to_owned();
    let address = |number: u32| Some(format!("192.0.2.{}", number / 12));
    // Creates by its bearer, from as many addresses as it takes.
    for number in 0..300 {
        let create = with(head("POST", "Customer"), &["Bearer ", &token].concat());
        world.ask(Head { address: address(number), ..create }, ANN);
    }
    assert_eq!(world.calls.len(), 113, "what one microsite's guests may have");
    // As many links as it takes.
    for id in 1..300 {
        let about = about(&format!(r#"{{"microsite":"oak-and-salt","id":{id}}}"#));
        let link = world.gateway.unsubscribe_link(about, NOW_MS).unwrap();
        let token = Some(link.split_once("?token=").unwrap().1.to_owned());
        world.ask(Head { token, ..head("POST", "unsubscribe") }, "");
    }
    assert_eq!(world.calls.len(), 123);
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    assert_eq!((0..100).filter(|_| world.ask(staff(), "").status == 200).count(), 77);
}

#[test]
fn setups_leave_staff_their_part_of_the_budget() {
    let names: Vec<String> = (0..300).map(|number| format!("\"site-{number}\"")).collect();
    let options = format!(
        r#"{{"microsites":["oak-and-salt",{}],"origins":["https://oak.example"]}}"#,
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

#[test]
fn a_link_works_when_guests_have_used_the_budget_up_and_from_the_mail_programs_own_servers() {
    let mut world = World::new(r#","publicUrl":"https://book.example","requestsPerMinute":24"#);
    let link = |id: u32| {
        let about = about(&format!(r#"{{"microsite":"oak-and-salt","id":{id}}}"#));
        world.gateway.unsubscribe_link(about, NOW_MS).unwrap()
    };
    let tokens: Vec<String> =
        [7, 8].map(|id| link(id).split_once("?token=").unwrap().1.to_owned()).into();
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
    // One link, again and again, is its own allowance's affair.
    let mut world = World::new("");
    let pressed = (0..40).filter(|_| press(&mut world, &tokens[0]) == 200).count();
    assert_eq!(pressed, 12);
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
        // The same from a page whose site is ours, and with the Origin that a script's request or one with CORS has.
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
fn a_wrong_password_is_not_tried_for_every_guest() {
    let mut world = World::new(r#","perAddress":0"#);
    world.fails(ErrorKind::Http { status: 401 }, Outcome::NotSent);
    for _ in 0..100 {
        assert_eq!(world.ask(head("POST", "Customer"), ANN).status, 424);
    }
    assert_eq!(world.calls.len(), 2, "{:?}", world.calls);
    assert_eq!(world.ask(with(head("GET", "Customer/7"), "Bearer staff"), "").status, 503);
    world.upstream = Box::new(vendor);
    world.now_ms += 30_000;
    assert_eq!(world.ask(head("POST", "Customer"), ANN).status, 200);
}

#[test]
fn what_was_created_is_not_refused_when_it_is_repeated_under_other_words() {
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
fn only_a_setup_of_the_microsite_is_one() {
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
        r#"{"Name":{},"Titles":["Ms",{"Name":"Dr"}],"CustomFields":[{"Name":"Field1","IsRequired":true}]}"#
    );
}

#[test]
fn a_capability_is_for_one_record_one_microsite_one_purpose_and_a_while() {
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

#[test]
fn an_authorization_that_is_not_accepted_is_no_guest() {
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
fn a_link_opens_a_page_whose_button_does_it() {
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

#[test]
fn what_is_no_small_json_object_is_refused() {
    let mut world = World::new(r#","perAddress":0"#);
    for (content_type, status) in [
        ("application/json", 200),
        ("Application/JSON;charset=\"UTF-8\"", 200),
        ("application/json; charset=utf-7", 415),
        ("application/json; charset=utf-16", 415),
        ("application/json; boundary=x", 415),
        ("application/json,text/plain", 415),
        ("text/json", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/merge-patch+json", 415),
        ("", 415),
    ] {
        let head = Head { content_type: Some(content_type.into()), ..head("POST", "Customer") };
        assert_eq!(world.ask(head, ANN).status, status, "{content_type}");
    }
    let coded =
        |coding: &str| Head { content_encoding: Some(coding.into()), ..head("POST", "Customer") };
    assert_eq!(world.ask(coded("gzip"), ANN).status, 415);
    assert_eq!(world.ask(coded("identity"), ANN).status, 200);
    assert_eq!(world.ask(head("POST", "Customer"), &"x".repeat(1001)).status, 413);
    for text in ["", "[]", "{", "\"x\"", "{\"a\":1,\"a\":2}", "{}{}", &"[".repeat(900)] {
        assert_eq!(world.ask(head("POST", "Customer"), text).status, 400, "{text}");
    }
    let mut exchange = Exchange::new(head("POST", "Customer"), NOW_MS);
    for input in [Input::Start, Input::StaffChecked { is_staff: false }] {
        world.handle(&mut exchange, input);
    }
    let output = world.handle(&mut exchange, Input::Body(b"{\"\xff\":1}".to_vec()));
    assert!(matches!(output, Output::Answer(reply) if reply.status == 400));
    let nowhere = Head { address: Some("unknown".into()), ..head("POST", "Customer") };
    world.calls.clear();
    world.ask(nowhere, ANN);
    assert!(!world.calls.join("").contains("IpAddress"));
}

#[test]
fn only_known_pages_may_use_it() {
    for (method, origin, status) in [
        ("GET", Some("https://book.example"), 403),
        ("GET", Some("https://oak.example"), 200),
        ("GET", Some("http://oak.example"), 403),
        ("GET", Some("https://oak.example:8443"), 403),
        ("GET", Some("https://oak.example.evil.example"), 403),
        ("GET", Some("https://evil-oak.example"), 403),
        ("GET", Some("https://OAK.example"), 403),
        ("GET", Some("null"), 403),
        ("GET", Some(""), 403),
        ("GET", None, 200),
        ("OPTIONS", Some("https://oak.example"), 204),
        ("OPTIONS", Some("https://evil.example"), 403),
    ] {
        let mut world = World::new("");
        let asked = Head { origin: origin.map(str::to_owned), ..head(method, "Customers/Setup") };
        let reply = world.ask(asked, "");
        assert_eq!(reply.status, status, "{origin:?}");
        let allowed = header(&reply, "Access-Control-Allow-Origin");
        assert_eq!(allowed, origin.filter(|_| status != 403), "{origin:?}");
        assert_eq!(header(&reply, "Vary"), Some("Origin"));
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
        let options = format!(r#"{{"microsites":["a"],"origins":["{wrong}"]}}"#);
        assert!(Config::read(&object(&options)).is_err(), "{wrong}");
    }
}

#[test]
fn a_key_makes_a_create_happen_once() {
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

#[test]
fn what_became_of_a_keyed_create_decides_whether_it_may_be_tried_again() {
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
fn while_the_first_is_under_way_another_process_waits() {
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
fn a_store_that_fails_stops_a_create_before_it_is_sent_and_not_after() {
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
fn staff_who_repeat_a_create_are_answered_with_the_record() {
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

#[test]
fn an_address_has_an_allowance() {
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
    // Those whose address the runtime does not know share one; without such a runtime there is no limit.
    let mut world = World::new("");
    let nobody = || Head { address: None, ..head("POST", "Customer") };
    let created = (0..100).filter(|_| world.ask(nobody(), ANN).status == 200).count();
    assert_eq!(created, 12);
    world.gateway.config.has_addresses = false;
    assert_eq!(world.ask(nobody(), ANN).status, 200);
}

#[test]
fn at_ten_times_the_budget_the_remote_api_sees_no_more_than_it_and_who_is_refused_is_told_when() {
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
fn the_status_says_what_became_of_a_write() {
    for (kind, outcome, expected) in [
        (ErrorKind::Network, Outcome::Unknown, 502),
        (ErrorKind::Network, Outcome::NotSent, 424),
        (ErrorKind::Http { status: 401 }, Outcome::NotSent, 424),
        (ErrorKind::Http { status: 403 }, Outcome::Refused, 424),
        (ErrorKind::Blocked { status: 403 }, Outcome::Refused, 424),
        (ErrorKind::Http { status: 404 }, Outcome::Refused, 404),
        (ErrorKind::Http { status: 404 }, Outcome::Unknown, 502),
        (ErrorKind::Http { status: 429 }, Outcome::Unknown, 502),
        (ErrorKind::Http { status: 429 }, Outcome::Refused, 429),
        (ErrorKind::Http { status: 500 }, Outcome::Unknown, 502),
        (ErrorKind::Protocol { status: 200, reason: "x" }, Outcome::Unknown, 502),
    ] {
        let reply = failure(&kind.with(outcome), false);
        assert_eq!(reply.status, expected);
        let text = reply.body.unwrap();
        assert!(!text.contains("token") && !text.contains("account"), "{text}");
    }
    let read = failure(&ErrorKind::Network.with(Outcome::NotSent), true);
    assert_eq!((read.status, header(&read, "Retry-After")), (503, Some("2")));
}

#[test]
fn an_option_that_is_wrong_says_what_to_do() {
    for wrong in [
        r#""microsite":"a""#,
        r#""perAddress":5"#,
        r#""perAddress":-1"#,
        r#""requestsPerMinute":0"#,
        r#""staffReserve":200"#,
        r#""publicUrl":"book.example""#,
        r#""publicUrl":"https://book.example/?x""#,
        r#""words":{"x":"y"}"#,
        r#""capabilitySeconds":0"#,
        r#""setupFreshSeconds":0"#,
    ] {
        let Err(error) = Config::read(&object(&format!(r#"{{"microsites":["a"],{wrong}}}"#)))
        else {
            panic!("taken: {wrong}")
        };
        assert!(error.starts_with("give ") || error.starts_with("use "), "{error}");
    }
    assert!(Config::read(&object("{}")).is_err());
}

#[test]
fn an_event_tells_the_operator_nothing_of_a_person() {
    let mut world = World::new("");
    world.fails(ErrorKind::Blocked { status: 403 }, Outcome::Refused);
    let mut exchange = Exchange::new(head("POST", "Customer"), NOW_MS);
    let reply = world.drive(&mut exchange, ANN);
    assert_eq!(
        serde_json::to_string(&exchange.log_event(reply.status)).unwrap(),
        r#"{"operation":"create","microsite":"oak-and-salt","role":"guest","status":424,"upstream":{"code":"blocked","status":403}}"#
    );
}

#[test]
fn an_event_tells_the_operator_why_somebody_was_refused() {
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

#[test]
fn a_record_that_was_there_before_is_nobodys_to_come_back_to() {
    const NOON: &str = r#","CreatedDateTime":"2026-11-22T12:00:00""#;
    let at = |time: &str| format!(r#","CreatedDateTime":"{time}""#);
    let now = |more: &str| [NOON, more].concat();
    for (more, is_new) in [
        (now(""), true),
        (now(r#","PhoneCountryCode":44,"Phone":"","IsVip":false"#), true),
        (now(r#","Comments":null,"Address":{"Town":""},"CustomerCodes":[]"#), true),
        // In other zones, told and not told; and by clocks that differ a little.
        (at("2026-11-22T11:59:59.0000000Z"), true),
        (at("2026-11-22T13:01:00+01:00"), true),
        (at("2026-11-22T06:30:00-05:30"), true),
        (at("2026-11-22T23:00:00"), true),
        (at("2026-11-22T17:46:59"), true),
        (at("2026-11-22T11:53:00"), false),
        (at("2026-11-22T11:55:00Z"), false),
        (at("2026-11-22T12:00:00+01:00"), false),
        (at("2026-11-21T12:00:00"), false),
        (at("2019-11-22T12:00:00+01:00"), false),
        (at("2026-11-22"), false),
        (at(""), false),
        (at("+01:00"), false),
        (r#","CreatedDateTime":null"#.into(), false),
        (String::new(), false),
        (now(r#","Company":"Acme""#), false),
        (now(r#","Address":{"Town":"Bath"}"#), false),
        (now(r#","PhoneCountryCode":44,"Phone":"2079460000""#), false),
        (now(r#","Comments":"rude""#), false),
        (now(r#","IsVip":true"#), false),
        (now(r#","IsBlocked":true"#), false),
        (now(r#","CustomerCodes":[1]"#), false),
        (now(r#","Birthday":"1990-01-01T00:00:00""#), false),
        // Something else than was sent.
        (now(r#","Field1":"HIV medication""#), false),
        (now(r#","Field1":"NUTS""#), false),
        (now(r#","Field1":null"#), true),
    ] {
        let mut world = World::new("");
        let answered = more.clone();
        world.upstream = Box::new(move |microsite, operation| match operation {
            Operation::Create { request } => {
                let more = object(&format!(r#"{{"Id":7{answered}}}"#));
                let record = more.iter().fold(request.clone(), |record, (name, value)| {
                    record.with(name, value.clone())
                });
                Ok(record.into())
            }
            _ => vendor(microsite, operation),
        });
        let keyed = || Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") };
        // And again, by its key.
        for _ in 0..2 {
            let sent = ANN.replace('{', r#"{"Field1":"nuts","#);
            let reply = world.ask(keyed(), &sent);
            assert_eq!(
                (reply.status, body(&reply).get("Capability").is_some()),
                (200, is_new),
                "{more}"
            );
        }
    }
}
