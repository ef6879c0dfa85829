//! For the server: carries out on the real socket the fault that [`Script::decide`] chose for a
//! request, and lets tests arm faults and list the requests that arrived.
//!
//! Answers are spoiled after they were checked against `openapi.yaml`, because no contract allows
//! half a record.

use std::collections::VecDeque;
use std::iter;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::Utc;
use http_body::Frame;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Sleep;

use super::connection::Line;
use super::{Fault, Instead, RetryAfter, Rule, Script, Spoiled};
use crate::contract::OperationId;
use crate::customer::{ID, SURNAME};
use crate::problem::Problem;
use crate::server::respond;

/// The header by which a caller asks for a fault of this one request.
const FAULT: &str = "x-sandbox-fault";
/// The header by which a caller asks, with `close`, that the connection is not used again. Browsers
/// repeat a request by themselves if a connection that was in use before is reset, and a page can't
/// set `Connection`.
const CONNECTION: &str = "x-sandbox-connection";
/// The header by which a caller names its requests in the list.
const REQUEST_ID: &str = "x-request-id";

/// The script, armed with POST, read with GET and cleared with DELETE.
const FAULTS_PATH: &str = "/sandbox/faults";
/// The requests that arrived: listed with GET, forgotten with DELETE.
const REQUESTS_PATH: &str = "/sandbox/requests";
/// The sandbox's clock, moved forward with POST.
const CLOCK_PATH: &str = "/sandbox/clock";
/// The bookings of customers, made with POST.
const BOOKINGS_PATH: &str = "/sandbox/bookings";

/// The largest request that is kept.
const KEPT_BODY: usize = 16 * 1024 * 1024;
/// The bytes of one piece of a trickling body.
const DROP_BYTES: usize = 64;
/// The bytes of one piece of an endless body.
const FLOOD_BYTES: usize = 64 * 1024;
/// How long the connection stays open after the last write, so that it is sent.
const FLUSH: Duration = Duration::from_millis(5);
const DEPTH: usize = 1000;
const EXPIRED_SINCE: chrono::Duration = chrono::Duration::hours(1);

/// The page by which the vendor's edge refuses an address.
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Attention Required!</title></head>\
    <body><h1>Sorry, you have been blocked</h1></body></html>";
/// Values that lose digits if they are read as doubles.
const UNKNOWN_MEMBERS: &str = r#""VendorSerial":9007199254740993,"VendorScore":0.12345678901234567890123,"VendorBalance":100000000000000000000.10,"VendorNotes":{"Tags":["a",18446744073709551615,null],"Deep":{"Flag":true}}"#;

/// Issues an expired token, for the fault that needs one.
pub(crate) type ExpiredToken = Box<dyn Fn(chrono::Duration) -> Option<String> + Send + Sync>;
/// Moves the sandbox's clock forward by seconds.
pub(crate) type Advance = Box<dyn Fn(u32) + Send + Sync>;
/// Tells the time by which the sandbox's limit counts.
pub(crate) type Elapsed = Box<dyn Fn() -> Duration + Send + Sync>;
/// Gives the customer of an Id a booking in so many seconds; false if there is no such customer.
pub(crate) type Book = Box<dyn Fn(i64, u32) -> bool + Send + Sync>;

/// The armed script and the list of what arrived.
pub(crate) struct Faults {
    script: Mutex<Script>,
    requests: Mutex<Vec<Arrived>>,
    expired_token: ExpiredToken,
    advance: Advance,
    elapsed: Elapsed,
    book: Book,
}

/// What moves the clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    seconds: u32,
}

/// A booking of a customer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Booking {
    customer_id: i64,
    /// From now.
    seconds: u32,
}

/// One request of an operation of the API.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Arrived {
    operation: OperationId,
    path: String,
    /// When the request arrived, in milliseconds since some moment before the sandbox's start. This clock never goes
    /// back, and the limit of requests a minute counts by it.
    at_ms: u64,
    /// The caller's `X-Request-Id`.
    request_id: Option<String>,
    /// The fault that hit it, as it was asked for.
    fault: Option<String>,
    /// The request's text; `None` for an authentication.
    body: Option<String>,
    /// The status that the sandbox answered before the answer was spoiled. `None` while the request
    /// is under way, if a fault came instead of an answer, or if the caller had closed the
    /// connection.
    status: Option<u16>,
}

impl Faults {
    pub(crate) fn new(
        expired_token: ExpiredToken,
        advance: Advance,
        elapsed: Elapsed,
        book: Book,
    ) -> Self {
        let (script, requests) = (Mutex::default(), Mutex::default());
        Self { script, requests, expired_token, advance, elapsed, book }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Arrived>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The administration's resources.
    pub(crate) fn routes(self: &Arc<Self>) -> Router {
        let [armed, arm, clear, list, forget, clock, diary] = [(); 7].map(|()| Arc::clone(self));
        let faults = get(async move || json(&armed.script().rules()))
            .post(async move |body: Bytes| match arm.arm(&body) {
                Ok(()) => json(&arm.script().rules()),
                Err(advice) => bad_request(advice),
            })
            .delete(async move || {
                clear.script().clear();
                StatusCode::NO_CONTENT
            });
        let requests = get(async move || json(&*list.requests())).delete(async move || {
            forget.requests().clear();
            StatusCode::NO_CONTENT
        });
        let clock = post(async move |body: Bytes| match serde_json::from_slice(&body) {
            Ok(Later { seconds }) => {
                (clock.advance)(seconds);
                StatusCode::NO_CONTENT.into_response()
            }
            Err(_) => bad_request("send {seconds}, a whole number"),
        });
        let bookings = post(async move |body: Bytes| match serde_json::from_slice(&body) {
            Ok(Booking { customer_id, seconds }) if (diary.book)(customer_id, seconds) => {
                StatusCode::NO_CONTENT.into_response()
            }
            _ => {
                bad_request("send {customerId, seconds}: a customer's Id, and when the booking is")
            }
        });
        Router::new()
            .route(FAULTS_PATH, faults)
            .route(BOOKINGS_PATH, bookings)
            .route(REQUESTS_PATH, requests)
            .route(CLOCK_PATH, clock)
    }

    fn arm(&self, body: &[u8]) -> Result<(), &'static str> {
        let rules: Vec<Rule> = serde_json::from_slice(body).map_err(|_| {
            "send a list of {fault, operation?, times?, probability?, seed?}, see sandbox/README.md"
        })?;
        self.script().arm(rules)
    }

    /// Lets a request of `operation` through, with the fault that it asks for or that is armed.
    pub(crate) async fn pass(
        self: Arc<Self>,
        operation: OperationId,
        request: Request,
        next: Next,
    ) -> Response {
        let connection = request.headers().get(CONNECTION).cloned();
        let mut response = self.struck(operation, request, next).await;
        if let Some(connection) = connection {
            response.headers_mut().insert(header::CONNECTION, connection);
        }
        response
    }

    async fn struck(&self, operation: OperationId, request: Request, next: Next) -> Response {
        let at_ms = u64::try_from((self.elapsed)().as_millis()).unwrap_or(u64::MAX);
        let (head, body) = request.into_parts();
        let asked = text(&head, FAULT).map(str::to_owned);
        let name = asked.or_else(|| self.script().decide(operation));
        let fault = match name.as_deref().map(Fault::parse).transpose() {
            Ok(fault) => fault,
            Err(advice) => return bad_request(advice),
        };
        let line = head.extensions.get::<ConnectInfo<Line>>();
        let line = line.map(|ConnectInfo(line)| line.clone()).unwrap_or_default();
        let Ok(body) = to_bytes(body, KEPT_BODY).await else {
            return respond(&Err(Problem::too_large()));
        };
        let is_authentication =
            matches!(operation, OperationId::AuthenticateV2 | OperationId::AuthenticateToken);
        let arrived = Arrived {
            operation,
            path: head.uri.path().to_owned(),
            at_ms,
            request_id: text(&head, REQUEST_ID).map(str::to_owned),
            fault: name,
            body: (!is_authentication).then(|| String::from_utf8_lossy(&body).into_owned()),
            status: None,
        };
        let place = {
            let mut requests = self.requests();
            requests.push(arrived);
            requests.len() - 1
        };
        match &fault {
            Some(Fault::Instead(instead)) => return replacement(instead, &line),
            Some(Fault::DelayBefore(time)) => tokio::time::sleep(*time).await,
            _ => {}
        }
        let response = next.run(Request::from_parts(head, body.into())).await;
        if let Some(arrived) = self.requests().get_mut(place) {
            arrived.status = Some(response.status().as_u16());
        }
        match &fault {
            Some(Fault::Answer(spoiled)) => self.spoil(spoiled, response, line).await,
            Some(Fault::DelayAfter(time)) => {
                tokio::time::sleep(*time).await;
                response
            }
            _ => response,
        }
    }

    /// The answer as the fault leaves it. An answer without the part that the fault spoils stays as
    /// it is.
    async fn spoil(&self, fault: &Spoiled, response: Response, line: Line) -> Response {
        let (mut head, body) = response.into_parts();
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return respond(&Err(Problem::internal("an answer could not be read")));
        };
        let half = body.slice(..body.len() / 2);
        let sent = match fault {
            Spoiled::Status(status) => return respond(&Err(Problem::failing(*status))),
            Spoiled::Reset => {
                line.cut();
                Body::empty()
            }
            Spoiled::ResetBody => {
                head.headers.insert(header::CONTENT_LENGTH, body.len().into());
                Pieces::of([Piece::Data(half), Piece::Pause(FLUSH), Piece::Cut(line)])
            }
            Spoiled::HalfBody => {
                head.headers.insert(header::CONTENT_LENGTH, body.len().into());
                Pieces::of([Piece::Data(half), Piece::Pause(FLUSH), Piece::End])
            }
            Spoiled::Trickle(pause) => {
                let mut pieces = VecDeque::new();
                for at in (0..body.len()).step_by(DROP_BYTES) {
                    let end = body.len().min(at + DROP_BYTES);
                    pieces.extend([Piece::Pause(*pause), Piece::Data(body.slice(at..end))]);
                }
                head.headers.insert(header::CONTENT_LENGTH, body.len().into());
                Pieces::of(pieces)
            }
            Spoiled::Endless => {
                let flood = Bytes::from(vec![b' '; FLOOD_BYTES]);
                Pieces::of(iter::once(body).chain(iter::repeat(flood)).map(Piece::Data))
            }
            Spoiled::Large(bytes) => {
                let mut padded = body.to_vec();
                padded.resize(padded.len().max(*bytes), b' ');
                padded.into()
            }
            Spoiled::Fail => {
                head.status = StatusCode::OK;
                json!({ "Status": "Fail" }).to_string().into()
            }
            Spoiled::Empty => Body::empty(),
            Spoiled::Truncated => half.into(),
            Spoiled::ByteOrderMark => [b"\xef\xbb\xbf", &*body].concat().into(),
            _ => self.with_member(fault, body).into(),
        };
        head.headers.remove(header::TRANSFER_ENCODING);
        Response::from_parts(head, sent)
    }

    /// The record with one part changed, if it has that part. The text is changed where serde_json
    /// could not write the result.
    fn with_member(&self, fault: &Spoiled, body: Bytes) -> Bytes {
        let Ok(Value::Object(mut record)) = serde_json::from_slice(&body) else { return body };
        let appended = |text: &str| {
            let start = body.strip_suffix(b"}").unwrap_or(&body);
            [start, b",", text.as_bytes(), b"}"].concat().into()
        };
        match fault {
            Spoiled::DuplicateKeys => {
                let Some(name) = record.keys().next() else { return body };
                return appended(&format!("{}:null", Value::from(name.as_str())));
            }
            Spoiled::Deep => {
                let (open, close) = ("[".repeat(DEPTH), "]".repeat(DEPTH));
                return appended(&format!("\"VendorTree\":{open}{close}"));
            }
            Spoiled::UnknownMembers if record.contains_key(ID) => return appended(UNKNOWN_MEMBERS),
            Spoiled::TextNumbers => {
                let mut record = Value::Object(record);
                numbers_to_text(&mut record);
                return record.to_string().into();
            }
            Spoiled::OtherEcho => {
                if let Some(Value::String(surname)) = record.get_mut(SURNAME) {
                    surname.push_str("-Other");
                }
            }
            Spoiled::OtherId => {
                if let Some(id) = record.get_mut(ID) {
                    *id = (id.as_i64().unwrap_or_default() + 1).into();
                }
            }
            Spoiled::OddDate(date) => {
                if let Some(birthday) = record.get_mut("Birthday") {
                    *birthday = date.as_str().into();
                }
            }
            Spoiled::ExpiredToken => {
                if let Some(token) = record.get_mut("Token")
                    && let Some(expired) = (self.expired_token)(EXPIRED_SINCE)
                {
                    *token = expired.into();
                }
            }
            _ => return body,
        }
        Value::Object(record).to_string().into()
    }
}

fn text<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name).and_then(|value| value.to_str().ok())
}

/// The answer that replaces the operation.
fn replacement(fault: &Instead, line: &Line) -> Response {
    match fault {
        Instead::Reset => {
            line.cut();
            StatusCode::NO_CONTENT.into_response()
        }
        Instead::Status(status) => respond(&Err(Problem::failing(*status))),
        Instead::Revoked => respond(&Err(Problem::unauthorised(401))),
        Instead::TooMany(retry_after) => {
            let mut response = respond(&Err(Problem::too_many()));
            let text = match retry_after {
                None => return response,
                Some(RetryAfter::Seconds(seconds)) => seconds.to_string(),
                // The same clock as for the header `Date`, which is the server's.
                Some(RetryAfter::Date(seconds)) => {
                    let date = Utc::now() + chrono::Duration::seconds((*seconds).into());
                    date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
                }
            };
            insert(&mut response, header::RETRY_AFTER, &text);
            response
        }
        Instead::Page { status, retry_after } => {
            let mut response = (code(*status), PAGE).into_response();
            insert(&mut response, header::CONTENT_TYPE, "text/html; charset=utf-8");
            if let Some(seconds) = retry_after {
                insert(&mut response, header::RETRY_AFTER, &seconds.to_string());
            }
            response
        }
        Instead::Redirect { status, to } => {
            let mut response = code(*status).into_response();
            insert(&mut response, header::LOCATION, to);
            response
        }
    }
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Sets a header to what a script may have given, if a header can hold it.
fn insert(response: &mut Response, name: header::HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().insert(name, value);
    }
}

fn numbers_to_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.to_string().into(),
        Value::Array(items) => items.iter_mut().for_each(numbers_to_text),
        Value::Object(members) => members.values_mut().for_each(numbers_to_text),
        _ => {}
    }
}

fn json(value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => respond(&Err(error.into())),
    }
}

fn bad_request(advice: &str) -> Response {
    (StatusCode::BAD_REQUEST, json(&json!({ "Message": advice }))).into_response()
}

/// What a body does next.
enum Piece {
    Data(Bytes),
    Pause(Duration),
    /// The connection ends, in order.
    End,
    /// The connection is reset.
    Cut(Line),
}

/// A body that goes out piece by piece.
struct Pieces {
    rest: Box<dyn Iterator<Item = Piece> + Send>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Pieces {
    fn of<I: IntoIterator<Item = Piece>>(pieces: I) -> Body
    where
        I::IntoIter: Send + 'static,
    {
        Body::new(Self { rest: Box::new(pieces.into_iter()), pause: None })
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        loop {
            if let Some(pause) = &mut self.pause {
                std::task::ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            let broken = || Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionAborted.into())));
            match self.rest.next() {
                None => return Poll::Ready(None),
                Some(Piece::Data(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Piece::Pause(time)) => {
                    self.pause = Some(Box::pin(tokio::time::sleep(time)));
                }
                Some(Piece::End) => return broken(),
                Some(Piece::Cut(line)) => {
                    line.cut();
                    return broken();
                }
            }
        }
    }
}
