use super::policy::{Config, Role};
use super::*;
use crate::platform::Native;

fn config() -> Config {
    let options = r#"{"microsites":["oak-and-salt","Zoë & Co/1"],"origins":["https://oak.example"],"maxBodyBytes":100}"#;
    let Json::Object(options) = Json::parse(options).unwrap() else { panic!() };
    Config::read(&options).unwrap()
}

fn incoming<'a>(method: &'a str, path: &'a str, body: &'a str, role: Role) -> Incoming<'a> {
    Incoming {
        method,
        path,
        origin: None,
        content_type: Some("application/json; charset=utf-8"),
        body: Some(body.as_bytes()),
        role,
        client_address: Some("192.0.2.7"),
        today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
    }
}

/// `call NAME JSON` or the status of the answer.
fn planned(incoming: &Incoming<'_>) -> String {
    match plan(incoming, &config(), &Native) {
        Plan::Answer(reply) => reply.status.to_string(),
        Plan::Call { microsite, operation } => match operation {
            Operation::Create { request } | Operation::Update { request, .. } => {
                format!("{microsite} {}", request.to_text())
            }
            other => format!("{microsite} {}", other.name()),
        },
    }
}

const BASE: &str = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/";
const ANN: &str =
    r#"{"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"07700 900123"}"#;

#[test]
fn guests_may_read_the_setup_and_create_and_nothing_else() {
    for (method, path, guest, staff) in [
        ("GET", "Customers/Setup", "oak-and-salt setup", "oak-and-salt setup"),
        ("GET", "Customer/7", "403", "oak-and-salt get"),
        ("PUT", "Customer/7", "403", "oak-and-salt {}"),
        ("POST", "Customers/Merge", "403", "400"),
        ("POST", "Customers/Unsubscribe", "403", "400"),
        ("POST", "Customers/MarkForDeletion", "403", "400"),
        ("DELETE", "Customer/7", "405", "405"),
        ("HEAD", "Customers/Setup", "405", "405"),
        ("GET", "Customers", "404", "404"),
    ] {
        let path = [BASE, path].concat();
        assert_eq!(planned(&incoming(method, &path, "{}", Role::Guest)), guest, "{method} {path}");
        assert_eq!(planned(&incoming(method, &path, "{}", Role::Staff)), staff, "{method} {path}");
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
        assert_eq!(planned(&incoming("GET", path, "", Role::Staff)), "404", "{path}");
    }
    let path = "/api/ConsumerApi/v1/Restaurant/Zo%C3%AB%20%26%20Co%2F1/Customers/Setup";
    assert_eq!(planned(&incoming("GET", path, "", Role::Guest)), "Zoë & Co/1 setup");
}

#[test]
fn a_guest_writes_the_guests_fields_only() {
    let path = [BASE, "Customer"].concat();
    let create = |body: &str, role| planned(&incoming("POST", &path, body, role));
    assert_eq!(
        create(ANN, Role::Guest),
        r#"oak-and-salt {"Surname":"Lee","Email":"a@b.example","MobileCountryCode":44,"Mobile":"7700900123","IpAddress":"192.0.2.7"}"#
    );
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
    ] {
        let body = format!("{{{member}}}");
        assert_eq!(create(&body, Role::Guest), "400", "{member}");
    }
    assert_eq!(create("{}", Role::Guest), "400");
    let staff = r#"{"Surname":" Lee ","Mobile":"stored before our rules","IsVip":true,"New":1.50}"#;
    assert_eq!(create(staff, Role::Staff), ["oak-and-salt ", staff].concat());
}

#[test]
fn what_is_no_small_json_object_is_refused() {
    let path = [BASE, "Customer"].concat();
    let with = |change: &dyn Fn(&mut Incoming<'_>)| {
        let mut incoming = incoming("POST", &path, ANN, Role::Guest);
        change(&mut incoming);
        planned(&incoming)
    };
    assert_eq!(with(&|incoming| incoming.body = None), "413");
    assert_eq!(with(&|incoming| incoming.content_type = None), "415");
    assert_eq!(with(&|incoming| incoming.content_type = Some("text/plain")), "415");
    for body in ["", "[]", "{", "\"x\"", "{\"a\":1,\"a\":2}"] {
        assert_eq!(planned(&incoming("POST", &path, body, Role::Guest)), "400", "{body}");
    }
    assert_eq!(with(&|incoming| incoming.body = Some(b"\xff")), "400");
    let from_nowhere = with(&|incoming| incoming.client_address = Some("unknown"));
    assert!(!from_nowhere.contains("IpAddress"), "{from_nowhere}");
}

#[test]
fn an_authorization_that_is_not_accepted_is_no_guest() {
    let path = [BASE, "Customers/Setup"].concat();
    assert_eq!(planned(&incoming("GET", &path, "", Role::Denied)), "401");
}

#[test]
fn only_known_pages_may_use_it() {
    let path = [BASE, "Customers/Setup"].concat();
    for (method, origin, expected) in [
        ("GET", Some("https://book.example"), "403"),
        ("GET", Some("https://oak.example"), "oak-and-salt setup"),
        ("GET", Some("https://evil.example"), "403"),
        ("GET", Some("null"), "403"),
        ("GET", None, "oak-and-salt setup"),
        ("OPTIONS", Some("https://oak.example"), "204"),
        ("OPTIONS", Some("https://evil.example"), "403"),
    ] {
        let incoming = Incoming { origin, ..incoming(method, &path, "", Role::Guest) };
        assert_eq!(planned(&incoming), expected, "{origin:?}");
    }
}

fn object(text: &str) -> Object {
    match Json::parse(text).unwrap() {
        Json::Object(object) => object,
        _ => panic!("not an object: {text}"),
    }
}

fn answered(operation: &Operation, role: Role, result: Result<Json, ApiError>) -> String {
    let reply = reply(operation, role, &config(), result);
    format!("{} {}", reply.status, reply.body.map_or(String::new(), |body| body.to_text()))
}

#[test]
fn a_guest_hears_what_is_the_guests() {
    let create =
        Operation::Create { request: object(r#"{"Surname":"Lee","IpAddress":"192.0.2.7"}"#) };
    let stored = r#"{"Id":7,"Surname":"Older","Comments":"rude","IsVip":true}"#;
    let stored = || Ok(object(stored).into());
    assert_eq!(answered(&create, Role::Guest, stored()), r#"200 {"Id":7,"Surname":"Lee"}"#);
    assert_eq!(
        answered(&create, Role::Staff, stored()),
        r#"200 {"Id":7,"Surname":"Older","Comments":"rude","IsVip":true}"#
    );
    let setup = || Ok(object(r#"{"Name":"Oak","CustomerCodes":[{"Id":1,"Name":"Press"}]}"#).into());
    assert_eq!(answered(&Operation::Setup, Role::Guest, setup()), r#"200 {"Name":"Oak"}"#);
    let deletion = Operation::ScheduleDeletion { ids: vec![1, 2] };
    let outcome = Ok(object(r#"{"deleted":[1],"skipped":[2]}"#).into());
    assert_eq!(
        answered(&deletion, Role::Staff, outcome),
        r#"200 {"DeletedCustomerIds":[1],"SkippedCustomerIds":[2]}"#
    );
}

#[test]
fn the_status_says_what_became_of_a_write() {
    let create = Operation::Create { request: Object::new() };
    for (kind, outcome, expected) in [
        (ErrorKind::Network, Outcome::Unknown, "502"),
        (ErrorKind::Network, Outcome::NotSent, "424"),
        (ErrorKind::Http { status: 401 }, Outcome::NotSent, "424"),
        (ErrorKind::Http { status: 403 }, Outcome::Refused, "424"),
        (ErrorKind::Blocked { status: 403 }, Outcome::Refused, "424"),
        (ErrorKind::Http { status: 404 }, Outcome::Refused, "404"),
        (ErrorKind::Http { status: 404 }, Outcome::Unknown, "502"),
        (ErrorKind::Http { status: 429 }, Outcome::Unknown, "502"),
        (ErrorKind::Http { status: 429 }, Outcome::Refused, "429"),
        (ErrorKind::Http { status: 500 }, Outcome::Unknown, "502"),
        (ErrorKind::Protocol { status: 200, reason: "x" }, Outcome::Unknown, "502"),
    ] {
        let reply = reply(&create, Role::Guest, &config(), Err(kind.with(outcome)));
        assert_eq!(reply.status.to_string(), expected);
        let text = reply.body.unwrap().to_text();
        assert!(!text.contains("token") && !text.contains("account"), "{text}");
    }
}
