//! For whoever changes a quirk: each endpoint over a real socket, as its callers see it.

// clippy.toml allows this in tests, but does not count a test's helpers among them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use dinerkit_sandbox::clock::Clock;
use dinerkit_sandbox::{Config, Database};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

mod support;

use support::Running;

const BASE: &str = "/api/ConsumerApi/v1/Restaurant";
const OAK: &str = "oak-and-salt";
const HARBOUR: &str = "harbour-room";
const LANTERN: &str = "little-lantern";

/// A clock that the test moves.
#[derive(Clone)]
struct HandClock(Arc<Mutex<(DateTime<Utc>, Duration)>>);

impl HandClock {
    fn new() -> Self {
        let start = "2026-02-02T14:59:20.9478118Z".parse().unwrap();
        Self(Arc::new(Mutex::new((start, Duration::ZERO))))
    }

    fn advance(&self, seconds: u32) {
        let mut time = self.0.lock().unwrap();
        time.0 += TimeDelta::seconds(seconds.into());
        time.1 += Duration::from_secs(seconds.into());
    }
}

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().0
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().1
    }
}

/// A sandbox with its caller.
struct Api {
    client: Client,
    sandbox: Running,
    token: String,
    clock: HandClock,
}

impl Api {
    async fn start() -> Self {
        Self::with_rate(0).await
    }

    async fn with_rate(rate_per_minute: u32) -> Self {
        let clock = HandClock::new();
        let config = Config {
            database: Database::Memory,
            seeded: true,
            rate_per_minute,
            ..Config::default()
        };
        let sandbox = Running::start(config, clock.clone()).await;
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let mut api = Self { client, sandbox, token: String::new(), clock };
        api.token = api.sign_in().await["Token"].as_str().unwrap().to_owned();
        api
    }

    async fn sign_in(&self) -> Value {
        let credentials = json!({ "Username": "sandbox", "Password": "sandbox-password" });
        let path = "/api/Jwt/v2/Authenticate";
        let (status, body) = send(self.raw(Method::POST, path).json(&credentials)).await;
        assert_eq!(status, StatusCode::OK);
        body
    }

    /// A request without a token.
    fn raw(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.sandbox.url))
    }

    fn request(&self, method: Method, site: &str, path: &str) -> RequestBuilder {
        self.raw(method, &format!("{BASE}/{site}{path}")).bearer_auth(&self.token)
    }

    async fn get(&self, site: &str, id: i64) -> (StatusCode, Value) {
        send(self.request(Method::GET, site, &format!("/Customer/{id}"))).await
    }

    async fn post(&self, site: &str, path: &str, body: Value) -> (StatusCode, Value) {
        send(self.request(Method::POST, site, path).json(&body)).await
    }

    async fn put(&self, site: &str, id: i64, body: Value) -> (StatusCode, Value) {
        send(self.request(Method::PUT, site, &format!("/Customer/{id}")).json(&body)).await
    }

    /// Creates a customer with these members and what the API insists on, and returns the Id.
    async fn create(&self, site: &str, members: Value) -> i64 {
        let (status, body) = self.post(site, "/Customer", guest(members)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["Id"].as_i64().unwrap()
    }
}

/// A request that the API accepts, with `members` on top.
fn guest(members: Value) -> Value {
    let mut request = json!({
        "FirstName": "Ada", "Surname": "Guest", "Email": "ada@guest.example",
        "MobileCountryCode": 44, "Mobile": "7700900123",
    });
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
}

/// Status and JSON body; null when there is no body.
async fn send(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
    (status, body)
}

fn invalid(errors: &[(&str, &str)]) -> (StatusCode, Value) {
    let errors: Vec<Value> = errors
        .iter()
        .map(|(property, error)| json!({ "PropertyName": property, "ErrorMessage": error }))
        .collect();
    let message = "Parameter 'request' has failed validation.";
    (StatusCode::BAD_REQUEST, json!({ "Message": message, "ValidationErrors": errors }))
}

fn refused(status: StatusCode, message: &str) -> (StatusCode, Value) {
    (status, json!({ "Message": message }))
}

fn no_customer() -> (StatusCode, Value) {
    refused(StatusCode::NOT_FOUND, "The customer was not found.")
}

#[tokio::test]
async fn token_is_issued_again_until_five_minutes_before_its_end() {
    let api = Api::start().await;
    let first = api.sign_in().await;
    assert_eq!(first["Status"], "Success");
    assert_eq!(first["TokenExpiryUtc"], "2026-02-03T14:59:20.0000000");
    // 24 hours less 5 minutes, less the fraction that the clock is ahead of the claims.
    api.clock.advance(86_400 - 301);
    assert_eq!(api.sign_in().await, first);
    api.clock.advance(1);
    let second = api.sign_in().await;
    assert_ne!(second["Token"], first["Token"]);
    assert_eq!(api.get(OAK, 1).await, no_customer(), "the old token is still good");
    api.clock.advance(300);
    assert_eq!(api.get(OAK, 1).await.0, StatusCode::UNAUTHORIZED, "now it is not");
}

#[tokio::test]
async fn credentials_that_are_wrong_are_refused() {
    let api = Api::start().await;
    let wrong = [
        json!({ "Username": "sandbox", "Password": "wrong" }),
        json!({ "Username": "other", "Password": "sandbox-password" }),
    ];
    for credentials in wrong {
        let v2 = send(api.raw(Method::POST, "/api/Jwt/v2/Authenticate").json(&credentials)).await;
        let fail = json!({ "Status": "Fail", "Token": null, "TokenExpiryUtc": null });
        assert_eq!(v2, (StatusCode::OK, fail));
        let old = send(api.raw(Method::POST, "/api/Jwt/Token").json(&credentials)).await;
        let denied = "Authorization has been denied for this request.";
        assert_eq!(old, refused(StatusCode::UNAUTHORIZED, denied));
    }
    let half = json!({ "Username": "sandbox" });
    let half = send(api.raw(Method::POST, "/api/Jwt/v2/Authenticate").json(&half)).await;
    assert_eq!(half, invalid(&[("Password", "'Password' must be specified.")]));
}

#[tokio::test]
async fn older_endpoint_answers_a_bare_token() {
    let api = Api::start().await;
    let credentials = json!({ "username": "sandbox", "PASSWORD": "sandbox-password" });
    let answer = send(api.raw(Method::POST, "/api/Jwt/Token").json(&credentials)).await;
    assert_eq!(answer, (StatusCode::OK, api.token.clone().into()));
}

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let api = Api::start().await;
    let path = format!("{BASE}/{OAK}/Customers/Setup");
    let authorizations =
        [None, Some("Bearer "), Some("Bearer x.y.z"), Some("Basic c2FuZGJveA=="), Some("x")];
    for authorization in authorizations {
        let mut request = api.raw(Method::GET, &path);
        if let Some(value) = authorization {
            request = request.header("Authorization", value);
        }
        let denied = "Authorization has been denied for this request.";
        assert_eq!(send(request).await, refused(StatusCode::UNAUTHORIZED, denied));
    }
}

#[tokio::test]
async fn setups() {
    let api = Api::start().await;
    let setup = async |site| {
        let (status, body) = send(api.request(Method::GET, site, "/Customers/Setup")).await;
        assert_eq!((status, &body["MicrositeName"]), (StatusCode::OK, &json!(site)));
        body
    };
    let oak = setup(OAK).await;
    let text = oak["RestaurantEmailMarketingOptInText"].as_str().unwrap();
    assert!(text.contains("<strong>Oak &amp; Salt</strong>") && text.ends_with("by:"), "{text}");
    assert_eq!(oak["LegalDrinkingAge"], 18);
    let fields = json!([
        { "Name": "Field1", "Label": "Dietary needs", "IsRequired": false },
        { "Name": "Field2", "Label": "How did you hear about us?", "IsRequired": true },
    ]);
    assert_eq!(setup(HARBOUR).await["CustomFields"], fields);
    let lantern = setup(LANTERN).await;
    assert_eq!(lantern["CustomFields"], json!([]));
    assert_eq!(lantern["GroupEmailMarketingOptInText"], Value::Null);
}

#[tokio::test]
async fn customer_is_created_and_read_in_its_group_only() {
    let api = Api::start().await;
    let id = api.create(OAK, json!({ "Birthday": "1990-05-01", "HasDeclinedEmail": true })).await;
    assert_eq!(id, 1001);
    let (status, body) = api.get(HARBOUR, id).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["Surname"], "Guest");
    assert_eq!(body["Birthday"], "1990-05-01T00:00:00.0000000");
    assert_eq!(body["CreatedDateTime"], "2026-02-02T14:59:20.9478118Z");
    assert_eq!(body["HasDeclinedEmail"], Value::Null, "only answers carry it");
    assert_eq!(body.get("IpAddress"), None, "only requests carry it");
    assert_eq!(api.get(LANTERN, id).await, no_customer());
    assert_eq!(api.get(OAK, id + 1).await, no_customer());
    assert_eq!(api.create(OAK, json!({})).await, id + 1, "the same e-mail address again");
}

#[tokio::test]
async fn what_the_api_insists_on() {
    let api = Api::start().await;
    let email = ("Email", "The email address must be supplied");
    let number = ("Mobile", "Either a mobile or a landline number must be supplied");
    let id = api.create(OAK, json!({})).await;
    let before = api.get(OAK, id).await;
    let table = [
        (json!({ "Comments": "x" }), invalid(&[email, number])),
        (guest(json!({ "Email": null })), invalid(&[email])),
        (guest(json!({ "Email": "" })), invalid(&[email])),
        (guest(json!({ "Mobile": "" })), invalid(&[number])),
        (
            guest(json!({ "Address": { "Postcode": 1 } })),
            invalid(&[("Address", "'Address' is not valid.")]),
        ),
        (json!([1]), invalid(&[("request", "'request' is not valid.")])),
    ];
    for (body, expected) in table {
        assert_eq!(api.put(OAK, id, body.clone()).await, expected, "PUT {body}");
        assert_eq!(api.post(OAK, "/Customer", body.clone()).await, expected, "POST {body}");
    }
    let landline = json!({ "Email": "a@b.example", "Phone": "1" });
    assert_eq!(api.put(OAK, id + 1, landline.clone()).await, no_customer());
    assert_eq!(api.get(OAK, id).await, before, "nothing was written");
    assert_eq!(api.post(OAK, "/Customer", landline).await.1["Id"], id + 1, "nothing was created");
}

#[tokio::test]
async fn update_replaces_the_whole_record_but_appends_comments() {
    let api = Api::start().await;
    let members = json!({
        "Company": "Works", "Comments": "old", "CustomerCodes": [11],
        "Address": { "Town": "Leith" }, "ReceiveEmailMarketing": true,
    });
    let id = api.create(OAK, members).await;
    let (_, body) = api.put(OAK, id, guest(json!({ "Comments": "new" }))).await;
    assert_eq!(body["Comments"], "old\r\nnew");
    let cleared = ["Company", "CustomerCodes", "Address", "ReceiveEmailMarketing"];
    assert_eq!(json!(cleared.map(|name| &body[name])), json!(["", [], null, false]));
    let clear = json!({ "Comments": "", "CustomerOptions": { "AppendComments": false } });
    let (_, body) = api.put(OAK, id, guest(clear)).await;
    assert_eq!(body["Comments"], Value::Null);
    let (_, body) = api.put(OAK, id, guest(json!({ "Comments": "again" }))).await;
    assert_eq!(body["Comments"], "\r\nagain", "a leading blank line");
    assert_eq!(api.get(OAK, id).await.1, body, "the echo is the record");
}

#[tokio::test]
async fn custom_fields_are_set_only_where_configured() {
    let api = Api::start().await;
    let id = api.create(OAK, json!({ "Field1": "nuts" })).await;
    assert_eq!(api.get(OAK, id).await.1["Field1"], Value::Null);
    let (_, body) = api.put(HARBOUR, id, guest(json!({ "Field1": "nuts", "Field3": "x" }))).await;
    assert_eq!((&body["Field1"], &body["Field3"]), (&json!("nuts"), &Value::Null));
}

#[tokio::test]
async fn the_form_encoding() {
    let api = Api::start().await;
    let form = [
        ("Surname", "Guest"),
        ("email", "ada@guest.example"),
        ("MobileCountryCode", "+44"),
        ("Mobile", "07700900123"),
        ("ReceiveEmailMarketing", "true"),
        ("Comments", "first"),
        ("Address[Town]", "Leith"),
        ("CustomerCodes[0]", "11"),
        ("CustomerCodes[1]", "12"),
        ("CustomerOptions[AppendComments]", "false"),
    ];
    let (status, body) = send(api.request(Method::POST, OAK, "/Customer").form(&form)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let names =
        ["MobileCountryCode", "Mobile", "ReceiveEmailMarketing", "Address", "CustomerCodes"];
    assert_eq!(
        json!(names.map(|name| &body[name])),
        json!([44, "07700900123", true, { "Town": "Leith" }, [11, 12]])
    );
    let path = format!("/Customer/{}", body["Id"]);
    let (_, body) = send(api.request(Method::PUT, OAK, &path).form(&form)).await;
    assert_eq!(body["Comments"], "first", "replaced, not appended");
    let probe = [("Email", "a@b.example"), ("Phone", "1"), ("CustomerCodes[0]", "PROBE")];
    let (status, body) = send(api.request(Method::PUT, OAK, &path).form(&probe)).await;
    assert_eq!((status, &body["CustomerCodes"]), (StatusCode::OK, &json!([])));
    let bad = [("Email", "a@b.example"), ("Phone", "1"), ("IsVip", "perhaps")];
    let answer = send(api.request(Method::PUT, OAK, &path).form(&bad)).await;
    assert_eq!(answer, invalid(&[("IsVip", "'IsVip' is not valid.")]));
    let elsewhere = api.request(Method::POST, OAK, "/Customers/MarkForDeletion").form(&form);
    assert_eq!(send(elsewhere).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn merging() {
    let api = Api::start().await;
    let master = api.create(OAK, json!({ "Comments": "a" })).await;
    let other = api.create(HARBOUR, json!({ "Comments": "b", "Company": "Works" })).await;
    let foreign = api.create(LANTERN, json!({})).await;
    let merge = async |ids: Value| {
        let body = json!({ "MasterCustomerId": master, "CustomerIds": ids });
        api.post(OAK, "/Customers/Merge", body).await
    };
    let not_valid = invalid(&[("CustomerIds", "'CustomerIds' is not valid.")]);
    let eleven: Vec<i64> = (other..other + 11).collect();
    for ids in [json!([]), json!([other, other]), json!(eleven)] {
        assert_eq!(merge(ids.clone()).await, not_valid, "{ids}");
    }
    let itself = "The master customer must not be among the customers to be merged.";
    assert_eq!(merge(json!([other, master])).await, invalid(&[("CustomerIds", itself)]));
    assert_eq!(merge(json!([other, foreign])).await, no_customer());
    assert_eq!(api.get(OAK, other).await.0, StatusCode::OK, "a refused merge changes nothing");

    let (status, body) = merge(json!([other])).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        json!([body["Id"], body["Company"], body["Comments"]]),
        json!([master, "Works", "a\r\nb"])
    );
    assert_eq!(api.get(OAK, master).await.1, body);
    assert_eq!(api.get(OAK, other).await, no_customer());
    assert_eq!(merge(json!([other])).await, no_customer());
}

#[tokio::test]
async fn unsubscribing() {
    let flags = [
        "ReceiveEmailMarketing",
        "ReceiveRestaurantEmailMarketing",
        "ReceiveSmsMarketing",
        "ReceiveRestaurantSmsMarketing",
    ];
    let consents: Value = flags.iter().map(|flag| (*flag, true)).collect();
    let api = Api::start().await;
    let table = [
        (json!("Email"), json!([false, false, true, true])),
        (json!("Sms"), json!([true, true, false, false])),
        (json!("All"), json!([false, false, false, false])),
        (Value::Null, json!([false, false, false, false])),
    ];
    for (mode, expected) in table {
        let id = api.create(OAK, consents.clone()).await;
        let body = json!({
            "CustomerIds": [id], "IpAddress": "192.0.2.1", "MarketingCommunicationMode": mode,
        });
        let answer = api.post(OAK, "/Customers/Unsubscribe", body).await;
        assert_eq!(answer, (StatusCode::NO_CONTENT, Value::Null), "{mode}");
        let (_, record) = api.get(OAK, id).await;
        assert_eq!(json!(flags.map(|flag| &record[flag])), expected, "{mode}");
    }
    let id = api.create(OAK, consents).await;
    let before = api.get(OAK, id).await;
    let unknown = json!({ "CustomerIds": [id], "MarketingCommunicationMode": "Pigeon" });
    let not_known =
        ("MarketingCommunicationMode", "The marketing communication mode is not known.");
    assert_eq!(api.post(OAK, "/Customers/Unsubscribe", unknown).await, invalid(&[not_known]));
    let absent = json!({ "CustomerIds": [id, 1] });
    assert_eq!(api.post(OAK, "/Customers/Unsubscribe", absent).await, no_customer());
    assert_eq!(api.get(OAK, id).await, before, "nothing was written");
}

#[tokio::test]
async fn scheduling_deletion_can_succeed_in_part() {
    let api = Api::start().await;
    let (a, b) = (api.create(OAK, json!({})).await, api.create(OAK, json!({})).await);
    let foreign = api.create(LANTERN, json!({})).await;
    let mark = async |ids: Value| {
        api.post(OAK, "/Customers/MarkForDeletion", json!({ "customerIds": ids })).await
    };
    let outcome = |deleted: Value, skipped: Value| {
        let body = json!({ "DeletedCustomerIds": deleted, "SkippedCustomerIds": skipped });
        (StatusCode::OK, body)
    };
    assert_eq!(mark(json!([a, 7, foreign, a])).await, outcome(json!([a]), json!([7, foreign])));
    assert_eq!(mark(json!([a, b])).await, outcome(json!([b]), json!([a])));
    assert_eq!(mark(json!([])).await, outcome(json!([]), json!([])));
    assert_eq!(api.get(OAK, a).await.0, StatusCode::OK, "scheduled is not gone");
    assert_eq!(api.get(LANTERN, foreign).await.0, StatusCode::OK);
}

#[tokio::test]
async fn limit_is_per_minute() {
    let api = Api::with_rate(200).await;
    for request in 1..=200 {
        assert_eq!(api.get(OAK, 1).await, no_customer(), "request {request}");
    }
    let limited =
        refused(StatusCode::TOO_MANY_REQUESTS, "The account's request limit has been exceeded.");
    assert_eq!(api.get(OAK, 1).await, limited);
    api.sign_in().await;
    api.clock.advance(59);
    assert_eq!(api.get(OAK, 1).await, limited);
    api.clock.advance(1);
    assert_eq!(api.get(OAK, 1).await, no_customer());
}

#[tokio::test]
async fn routes() {
    let api = Api::start().await;
    let id = api.create(OAK, json!({})).await;
    let ok = [
        format!("/{BASE}/{OAK}/Customer/{id}"),
        format!("{BASE}/{OAK}/Customer/{id}/"),
        format!("{BASE}/{OAK}//Customer/{id}?api-version=1"),
        format!("{BASE}/oak%2Dand%2Dsalt/Customer/{id}"),
    ];
    for path in ok {
        let (status, _) = send(api.raw(Method::GET, &path).bearer_auth(&api.token)).await;
        assert_eq!(status, StatusCode::OK, "{path}");
    }
    let no_route = "No resource was found that matches the request.";
    let no_microsite = "The restaurant was not found.";
    let no_method = "The requested resource does not support this method.";
    let bad = [
        (Method::GET, format!("{BASE}/{OAK}/Customer/{id}?email=x"), 404, no_route),
        (Method::GET, format!("{BASE}/{OAK}/Nothing"), 404, no_route),
        (Method::GET, "/".to_owned(), 404, no_route),
        (Method::GET, format!("{BASE}/nowhere/Customer/{id}"), 404, no_microsite),
        (Method::GET, format!("{BASE}/..%2F{OAK}/Customer/{id}"), 404, no_microsite),
        (Method::GET, format!("{BASE}/{OAK}/Customer/first"), 400, "The request is invalid."),
        (Method::GET, format!("{BASE}/{OAK}/Customer/2147483648"), 400, "The request is invalid."),
        (Method::GET, format!("{BASE}/%FF/Customer/1"), 400, "The request is invalid."),
        (Method::DELETE, format!("{BASE}/{OAK}/Customer/{id}"), 405, no_method),
        (Method::GET, format!("{BASE}/{OAK}/Customer"), 405, no_method),
        (Method::GET, "/api/Jwt/Token".to_owned(), 405, no_method),
    ];
    for (method, path, status, message) in bad {
        let answer = send(api.raw(method.clone(), &path).bearer_auth(&api.token)).await;
        let expected = refused(StatusCode::from_u16(status).unwrap(), message);
        assert_eq!(answer, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let api = Api::start().await;
    let large = format!(r#"{{"Email":"{}"}}"#, "x".repeat(1024 * 1024));
    let huge = "x".repeat(4 * 1024 * 1024);
    let json = "application/json; charset=utf-8";
    let empty = "The 'request' parameter must be specified";
    let media = "The request entity's media type is not supported for this resource.";
    let table = [
        (json, "{", 400, "The request is invalid."),
        (json, "{\"Email\":\"\u{fffd}", 400, "The request is invalid."),
        (json, "", 400, empty),
        (json, "null", 400, empty),
        ("text/plain", "", 400, empty),
        ("text/plain", "{}", 415, media),
        (json, &large, 413, "Maximum request length exceeded."),
        (json, &huge, 413, "Maximum request length exceeded."),
    ];
    for (media_type, body, status, message) in table {
        let request = api
            .request(Method::POST, OAK, "/Customer")
            .header("Content-Type", media_type)
            .body(body.to_owned());
        let expected = refused(StatusCode::from_u16(status).unwrap(), message);
        assert_eq!(send(request).await, expected, "{media_type}, {} bytes", body.len());
    }
    assert_eq!(api.create(OAK, json!({})).await, 1001, "nothing was created");
}

#[tokio::test]
async fn browsers_are_not_invited() {
    let api = Api::start().await;
    let path = "/Customers/Setup";
    let origin = |method| api.request(method, OAK, path).header("Origin", "https://oak.example");
    for (method, status) in
        [(Method::GET, StatusCode::OK), (Method::OPTIONS, StatusCode::METHOD_NOT_ALLOWED)]
    {
        let response = origin(method).send().await.unwrap();
        assert_eq!(response.status(), status);
        let cors =
            response.headers().keys().find(|name| name.as_str().starts_with("access-control"));
        assert_eq!(cors, None);
    }
}
