//! For whoever adds a fault: what it looks like on the wire, and that nobody meets one who did not
//! ask for it.

// clippy.toml allows this in tests, but does not count a test's helpers among them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use dinerkit_sandbox::clock::SystemClock;
use dinerkit_sandbox::{Config, Database};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

mod support;

use support::Running;

const CUSTOMER: &str = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customer";

struct Api {
    client: Client,
    sandbox: Running,
    token: String,
}

impl Api {
    async fn start(faults: bool) -> Self {
        let config =
            Config { database: Database::Memory, rate_per_minute: 0, faults, ..Config::default() };
        let sandbox = Running::start(config, SystemClock::default()).await;
        let mut api = Self { client: Client::new(), sandbox, token: String::new() };
        let credentials = json!({ "Username": "sandbox", "Password": "sandbox-password" });
        let request = api.request(Method::POST, "/api/Jwt/v2/Authenticate").json(&credentials);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        api.token = answer["Token"].as_str().unwrap().to_owned();
        api
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.sandbox.url)).bearer_auth(&self.token)
    }

    fn create(&self) -> RequestBuilder {
        let guest = json!({ "Surname": "Guest", "Email": "ada@guest.example", "Mobile": "1" });
        self.request(Method::POST, CUSTOMER).json(&guest)
    }

    async fn json(&self, method: Method, path: &str) -> Value {
        self.request(method, path).send().await.unwrap().json().await.unwrap()
    }

    async fn arm(&self, script: Value) -> StatusCode {
        self.request(Method::POST, "/sandbox/faults").json(&script).send().await.unwrap().status()
    }

    /// Everything that one create with this fault brings over the socket, and how the socket ends.
    async fn wire(&self, fault: &str) -> (String, Option<std::io::ErrorKind>) {
        let body = r#"{"Surname":"Guest","Email":"ada@guest.example","Mobile":"1"}"#;
        let mut socket =
            TcpStream::connect(self.sandbox.url.strip_prefix("http://").unwrap()).await.unwrap();
        let head = format!(
            "POST {CUSTOMER} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nX-Sandbox-Fault: {fault}\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        let end = socket.read_to_end(&mut bytes).await.err().map(|error| error.kind());
        (String::from_utf8(bytes).unwrap(), end)
    }
}

#[tokio::test]
async fn faults_reach_nobody_where_they_are_not_allowed() {
    let api = Api::start(false).await;
    let answer = api.create().header("X-Sandbox-Fault", "reset-after").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(api.arm(json!([{ "fault": "reset-after" }])).await, StatusCode::NOT_FOUND);
    let requests = api.request(Method::GET, "/sandbox/requests").send().await.unwrap();
    assert_eq!(requests.status(), StatusCode::NOT_FOUND);
    for path in ["/sandbox/clock", "/sandbox/bookings"] {
        let asked = api.request(Method::POST, path).json(&json!({ "seconds": 1 }));
        assert_eq!(asked.send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn fault_script_is_armed_read_used_up_and_cleared() {
    let api = Api::start(true).await;
    let once = json!([{ "operation": "createCustomer", "fault": "status-after;503", "times": 1 }]);
    assert_eq!(api.arm(once).await, StatusCode::OK);
    assert_eq!(api.arm(json!([{ "fault": "revoked", "probability": 0.0 }])).await, StatusCode::OK);
    let armed = api.json(Method::GET, "/sandbox/faults").await;
    assert_eq!(armed[0]["times"], 1);
    assert_eq!(armed[1], json!({ "fault": "revoked", "probability": 0.0, "seed": 0 }));
    let status = async || api.create().send().await.unwrap().status();
    assert_eq!(status().await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status().await, StatusCode::OK);
    assert_eq!(api.json(Method::GET, "/sandbox/faults").await.as_array().unwrap().len(), 1);
    api.request(Method::DELETE, "/sandbox/faults").send().await.unwrap();
    assert_eq!(api.json(Method::GET, "/sandbox/faults").await, json!([]));
    for wrong in [json!({}), json!([{}]), json!([{ "fault": "nonsense" }])] {
        assert_eq!(api.arm(wrong).await, StatusCode::BAD_REQUEST);
    }
    let clock = api.request(Method::POST, "/sandbox/clock").json(&json!({ "seconds": -1 }));
    assert_eq!(clock.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    for wrong in [
        json!({ "customerId": 1, "seconds": 1 }),
        json!({ "customerId": "first", "seconds": 1 }),
        json!({ "seconds": 1 }),
    ] {
        let booking = api.request(Method::POST, "/sandbox/bookings").json(&wrong);
        assert_eq!(booking.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
    let nonsense = api.create().header("X-Sandbox-Fault", "nonsense").send().await.unwrap();
    assert_eq!(nonsense.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn booking_keeps_a_customer_from_deletion_until_it_is_over() {
    let api = Api::start(true).await;
    let made: Value = api.create().send().await.unwrap().json().await.unwrap();
    let id = made["Id"].as_i64().unwrap();
    let post = async |path: &str, body: Value| {
        api.request(Method::POST, path).json(&body).send().await.unwrap()
    };
    let booking = json!({ "customerId": id, "seconds": 60 });
    assert_eq!(post("/sandbox/bookings", booking).await.status(), StatusCode::NO_CONTENT);
    let mark = async || -> Value {
        let path = CUSTOMER.replace("Customer", "Customers/MarkForDeletion");
        let request = api.request(Method::POST, &path);
        request.json(&json!({ "CustomerIds": [id] })).send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(mark().await["SkippedCustomerIds"], json!([id]));
    post("/sandbox/clock", json!({ "seconds": 60 })).await;
    assert_eq!(mark().await["DeletedCustomerIds"], json!([id]));
}

#[tokio::test]
async fn what_arrived_is_listed_without_credentials() {
    let api = Api::start(true).await;
    let create = api.create().header("X-Request-Id", "mine").header("X-Sandbox-Fault", "fail");
    create.send().await.unwrap();
    let requests = api.json(Method::GET, "/sandbox/requests").await;
    assert_eq!(requests[0]["operation"], "authenticateV2");
    assert_eq!(requests[0]["body"], Value::Null);
    assert!(!requests.to_string().contains("sandbox-password"));
    let mut create = requests[1].clone();
    let body: Value = serde_json::from_str(create["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["Surname"], "Guest");
    let members = create.as_object_mut().unwrap();
    members.remove("body");
    let arrived = members.remove("atMs").and_then(|at| at.as_u64()).unwrap();
    assert!(requests[0]["atMs"].as_u64().unwrap() <= arrived, "the oldest first");
    assert_eq!(
        create,
        json!({
            "operation": "createCustomer", "path": CUSTOMER, "requestId": "mine", "fault": "fail",
            "status": 200,
        })
    );
}

#[tokio::test]
async fn connections_break_where_the_fault_says() {
    let api = Api::start(true).await;
    let reset = Some(std::io::ErrorKind::ConnectionReset);
    for (fault, has_head, end) in [
        ("reset-before", false, reset),
        ("reset-after", false, reset),
        ("reset-body", true, reset),
        ("half-body", true, None),
    ] {
        let (text, ended) = api.wire(fault).await;
        assert_eq!(ended, end, "{fault}");
        assert_eq!(text.starts_with("HTTP/1.1 200 OK"), has_head, "{fault}");
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.unwrap().parse().unwrap();
            assert_eq!(body.len(), length / 2, "{fault}");
        }
    }
    let requests = api.json(Method::GET, "/sandbox/requests").await;
    let statuses: Vec<&Value> =
        requests.as_array().unwrap().iter().skip(1).map(|request| &request["status"]).collect();
    assert_eq!(statuses, [&Value::Null, &json!(200), &json!(200), &json!(200)]);
}

#[tokio::test]
async fn fault_of_an_expired_token_makes_the_token_invalid() {
    let api = Api::start(true).await;
    let credentials = json!({ "Username": "sandbox", "Password": "sandbox-password" });
    let sign_in = api.request(Method::POST, "/api/Jwt/v2/Authenticate").json(&credentials);
    let answer = sign_in.header("X-Sandbox-Fault", "expired-token").send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["Status"], "Success");
    let expired = Api { token: answer["Token"].as_str().unwrap().to_owned(), ..api };
    assert_eq!(expired.create().send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}
