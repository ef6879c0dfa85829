//! The gateway's decisions, for whoever runs it: what an HTTP request may ask, and what is answered.
//!
//! The remote API's token is for the whole account, so that no browser may hold it. The gateway speaks the same
//! paths, holds the credentials, and lets a guest do only what a guest may. Plain values in, plain values out: the
//! runtime's loop does the sending.

pub mod policy;
pub mod routes;

use chrono::NaiveDate;

use crate::api::error::{ApiError, ErrorKind, Outcome};
use crate::api::names::Name;
use crate::api::operations::Operation;
use crate::form::{Draft, Options, check};
use crate::issue::Issue;
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::rules::ip;
use policy::{Config, Role};

/// A request as it came in.
pub struct Incoming<'a> {
    /// `GET`, `POST` …
    pub method: &'a str,
    /// The path as sent, percent-encoded, without the query.
    pub path: &'a str,
    /// The header `Origin`.
    pub origin: Option<&'a str>,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The body, of at most [`Config::max_body_bytes`]; `None` where it was longer.
    pub body: Option<&'a [u8]>,
    /// Who asks.
    pub role: Role,
    /// The guest's address, as the runtime knows it.
    pub client_address: Option<&'a str>,
    /// The latest calendar date it is anywhere on Earth.
    pub today: NaiveDate,
}

/// What to do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Answer at once.
    Answer(Reply),
    /// Ask the remote API, then answer with [`reply`].
    Call {
        /// The microsite it is for, by its configured name.
        microsite: String,
        /// What to ask.
        operation: Operation,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// JSON; none with 204.
    pub body: Option<Object>,
}

impl Reply {
    /// A refusal in the vendor's own envelope, which the client reads.
    fn refusal(status: u16, message: &str) -> Self {
        Self { status, body: Some(Object::new().with("Message", message)) }
    }

    fn issues(issues: &[Issue]) -> Self {
        let entry = |issue: &Issue| {
            Json::from(
                Object::new()
                    .with("PropertyName", issue.field)
                    .with("ErrorMessage", issue.message()),
            )
        };
        let errors: Vec<Json> = issues.iter().filter(|issue| issue.blocks()).map(entry).collect();
        let mut reply = Self::refusal(400, "The request has failed validation.");
        if let Some(body) = &mut reply.body {
            body.set("ValidationErrors", Json::Array(errors));
        }
        reply
    }
}

/// Decides what a request may ask for. Everything that is not allowed by name is refused.
pub fn plan(incoming: &Incoming<'_>, config: &Config, platform: &impl Platform) -> Plan {
    match admit(incoming, config, platform) {
        Ok((microsite, operation)) => Plan::Call { microsite, operation },
        Err(reply) => Plan::Answer(reply),
    }
}

fn admit(
    incoming: &Incoming<'_>,
    config: &Config,
    platform: &impl Platform,
) -> Result<(String, Operation), Reply> {
    if !is_origin_allowed(incoming, config) {
        return Err(Reply::refusal(403, "This page may not use the gateway."));
    }
    if incoming.role == Role::Denied {
        return Err(Reply::refusal(401, "Authorization has been denied for this request."));
    }
    if incoming.method == "OPTIONS" {
        return Err(Reply { status: 204, body: None });
    }
    let route = routes::find(incoming.method, incoming.path, config)?;
    if !policy::may(incoming.role, route.kind) {
        return Err(Reply::refusal(403, "Only staff may do this."));
    }
    let body = match incoming.body {
        None => return Err(Reply::refusal(413, "The request is too long.")),
        Some(_) if !route.kind.has_body() => Object::new(),
        Some(bytes) => read_body(bytes, incoming.content_type)?,
    };
    let operation = route.operation(&body, config).map_err(|issues| Reply::issues(&issues))?;
    let operation = match operation {
        Operation::Create { request } if incoming.role == Role::Guest => {
            Operation::Create { request: admit_guest(request, incoming, platform)? }
        }
        // Staff write records as they are: an edit carries back what was stored before our rules were.
        other => other,
    };
    Ok((route.microsite.to_owned(), operation))
}

/// Browsers name the page's origin with every request that writes or that crosses origins. The request's own host is
/// no proof of anything: a name that an attacker points here would vouch for itself.
fn is_origin_allowed(incoming: &Incoming<'_>, config: &Config) -> bool {
    match incoming.origin {
        None => true,
        Some(origin) => config.allows_origin(origin),
    }
}

fn read_body(bytes: &[u8], content_type: Option<&str>) -> Result<Object, Reply> {
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or("").trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Reply::refusal(415, "Send application/json."));
    }
    match core::str::from_utf8(bytes).map(Json::parse) {
        Ok(Ok(Json::Object(body))) => Ok(body),
        _ => Err(Reply::refusal(400, "The body takes one JSON object.")),
    }
}

/// A record that a guest may send: the guest's fields only, by the rules, with what the gateway itself knows.
fn admit_guest(
    request: Object,
    incoming: &Incoming<'_>,
    platform: &impl Platform,
) -> Result<Object, Reply> {
    let refused = policy::not_writable(&request);
    if !refused.is_empty() {
        return Err(Reply::issues(&refused));
    }
    let options = Options { today: Some(incoming.today), ..Options::default() };
    let checked = check(&Draft::from_object(&request), &options, platform);
    if !checked.is_sendable() {
        return Err(Reply::issues(&checked.issues));
    }
    let mut request = checked.value;
    if let Some(address) = incoming.client_address.filter(|address| ip::is_address(address)) {
        request.set("IpAddress", address);
    }
    Ok(request)
}

/// Answers for a call that was made: to a guest only what is the guest's own.
pub fn reply(
    operation: &Operation,
    role: Role,
    config: &Config,
    result: Result<Json, ApiError>,
) -> Reply {
    match result {
        Ok(value) => success(operation, role, config, value),
        Err(error) => failure(&error),
    }
}

fn success(operation: &Operation, role: Role, config: &Config, value: Json) -> Reply {
    let body = match (operation, role, value) {
        (Operation::Setup, Role::Guest, Json::Object(setup)) => policy::guest_setup(&setup),
        // The API may answer with a record it had before: a guest hears the Id and what the guest sent.
        (Operation::Create { request }, Role::Guest, Json::Object(customer)) => {
            policy::guest_customer(request, &customer)
        }
        (Operation::ScheduleDeletion { .. }, Role::Staff, Json::Object(outcome)) => {
            let ids = |member| outcome.get(member).cloned().unwrap_or(Json::Null);
            Object::new()
                .with(config.names.get(Name::DeletedCustomerIds), ids("deleted"))
                .with(config.names.get(Name::SkippedCustomerIds), ids("skipped"))
        }
        (_, Role::Staff, Json::Object(value)) => value,
        _ => return Reply { status: 204, body: None },
    };
    Reply { status: 200, body: Some(body) }
}

/// Upstream failures in words that say nothing of the account. The status says what became of a write: 4xx that it
/// was not made, 5xx that nobody knows.
fn failure(error: &ApiError) -> Reply {
    match (&error.kind, error.outcome) {
        // First: a repeated write may be refused the second time because the first one was done.
        (_, Outcome::Unknown) => Reply::refusal(
            502,
            "The booking system did not confirm: nobody knows whether it was done.",
        ),
        (ErrorKind::Validation { issues, unmapped }, _) => {
            let mut reply = Reply::issues(issues);
            if issues.is_empty() && !unmapped.is_empty() {
                reply.body = Some(
                    Object::new().with("Message", "The booking system refused these details."),
                );
            }
            reply
        }
        (ErrorKind::Http { status: 404 }, _) => Reply::refusal(404, "There is no such record."),
        (ErrorKind::Http { status: 429 }, _) => {
            Reply::refusal(429, "Too many requests: wait a minute.")
        }
        // RFC 4918 §11.4: the request failed because another one, ours, did.
        _ => Reply::refusal(424, "The booking system cannot be reached: nothing was changed."),
    }
}

#[cfg(test)]
mod tests;
