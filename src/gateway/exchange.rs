//! One request as a state machine, for drivers: the WebAssembly binding and tests. All decisions are here; a driver
//! does what a [`Step`] says and reports what came of it as the next [`Event`], until there is an answer.

mod admission;
mod content;
mod once;
mod pages;
mod upstream;

use chrono::NaiveDate;

use super::Gateway;
use super::capability::Capability;
use super::idempotency::Claim;
use super::policy::{Kind, Role, Scope};
use super::reply::{EXPOSED_HEADERS, Refused, Reply, VERSION};
use super::routes::Place;
use crate::client::Operation;
use crate::client::error::ApiError;
use crate::client::response::VERSION_HEADER;
use crate::json::{Json, Object};
use crate::platform::Platform;

/// What is known of a request before its body.
#[derive(Clone, Default)]
pub struct Head {
    /// `GET`, `POST` …
    pub method: String,
    /// The path as sent, percent-encoded, without the query.
    pub path: String,
    /// The query's parameter `token`.
    pub token: Option<String>,
    /// The header `Origin`.
    pub origin: Option<String>,
    /// The header `Referer`, which text browsers send in place of an origin.
    pub referer: Option<String>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The header `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// The header `Sec-Fetch-Site` (Fetch Metadata), by which browsers say whose page asks.
    pub fetch_site: Option<String>,
    /// The header `Sec-Fetch-Dest`, by which they say what for.
    pub fetch_dest: Option<String>,
    /// The guest's address, as the runtime knows it, with a port or without.
    pub address: Option<String>,
}

/// What happened.
pub enum Event {
    /// The request has come. Once, first.
    Start,
    /// Whether the operator's own check says that it is staff.
    Staff(bool),
    /// The body, of at most `max_body_bytes`.
    Body(Vec<u8>),
    /// There is no body that could be read, with the status that says why: 413, 408 or 400.
    NoBody(u16),
    /// The Setup has been fetched, or could not be.
    Setup,
    /// What the store has under the place that was asked for; none where it took the claim.
    Recalled(Option<String>),
    /// What came of the call.
    Called(Result<Json, ApiError>),
    /// The store has done what it was asked, or could not.
    Stored,
    /// What was asked for before the call could not be done: the operator's own function or the store has failed.
    Failed,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask the operator's check.
    AskStaff,
    /// Read the body.
    ReadBody,
    /// Have this microsite's Setup fetched, once for all who ask; wait for it or not.
    FetchSetup {
        /// The configured name.
        microsite: String,
        /// False where there is one that will do meanwhile.
        wait: bool,
    },
    /// Put `text` there for so long, unless something is there: then read that.
    Recall {
        /// Where.
        place: String,
        /// What.
        text: String,
    },
    /// Ask the remote API.
    Call {
        /// The microsite's configured name.
        microsite: String,
        /// What.
        operation: Operation,
        /// True where it must not be tried again here: who asked does that.
        once: bool,
    },
    /// Put `text` there, in any case; nothing: take away what is there.
    Store {
        /// Where.
        place: String,
        /// What.
        text: Option<String>,
    },
    /// Answer.
    Answer(Reply),
}

enum State {
    New,
    Staff,
    Body,
    Setup,
    Recall(Claim),
    Calling,
    Storing(Reply),
    Done,
}

/// One request on its way.
pub struct Exchange {
    head: Head,
    state: State,
    place: Option<Place>,
    kind: Option<Kind>,
    role: Role,
    scope: Scope,
    capability: Option<Capability>,
    body: Object,
    /// The fields of a form's post; none before they have been read.
    posted: Option<Object>,
    /// What is asked of the remote API.
    operation: Option<Operation>,
    claim: Option<Claim>,
    is_budgeted: bool,
    /// When it came, in milliseconds since 1970.
    at_ms: u64,
    /// What went wrong upstream, for the operator.
    error: Option<(&'static str, Option<u16>)>,
    /// Why it was refused, likewise.
    refused: Option<Refused>,
}

/// Either the next step, or the answer at once.
type Next = Result<Step, Reply>;

const REFERRER_POLICY: &str = "Referrer-Policy";

/// The latest calendar date it is anywhere on Earth (UTC+14): no guest's own today lies after it.
fn latest_day(now_ms: u64) -> NaiveDate {
    const LATEST_ZONE_MS: u64 = 14 * 3_600_000;
    const DAY_MS: u64 = 86_400_000;
    /// Days from 0001-01-01 to 1970-01-01, the first of them counted.
    const BEFORE_1970: i32 = 719_163;
    let days = i32::try_from(now_ms.saturating_add(LATEST_ZONE_MS) / DAY_MS).unwrap_or(i32::MAX);
    NaiveDate::from_num_days_from_ce_opt(days.saturating_add(BEFORE_1970)).unwrap_or_default()
}

impl Exchange {
    /// A request that has come at `now_ms`.
    pub fn new(head: Head, now_ms: u64) -> Self {
        Self {
            head,
            state: State::New,
            place: None,
            kind: None,
            role: Role::Guest,
            scope: Scope::No,
            capability: None,
            body: Object::new(),
            posted: None,
            operation: None,
            claim: None,
            is_budgeted: false,
            at_ms: now_ms,
            error: None,
            refused: None,
        }
    }

    /// Takes what happened and says what to do.
    pub fn step(
        &mut self,
        gateway: &mut Gateway,
        event: Event,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Step {
        let state = core::mem::replace(&mut self.state, State::Done);
        let next = match (state, event) {
            (State::New, Event::Start) => self.start(gateway, now_ms, platform),
            (State::Staff, Event::Staff(is_staff)) => {
                self.identify(gateway, is_staff, now_ms, platform)
            }
            (State::Body, Event::Body(bytes)) => self.read(gateway, &bytes, now_ms, platform),
            (State::Body, Event::NoBody(status)) => Err(Reply::refusal(
                status,
                match status {
                    413 => "The request is too long.",
                    408 => "The request took too long.",
                    _ => "The request could not be read.",
                },
            )),
            (State::Setup, Event::Setup) => self.with_setup(gateway, now_ms, platform),
            (State::Recall(claim), Event::Recalled(found)) => {
                self.recalled(gateway, claim, found, now_ms, platform)
            }
            (State::Calling, Event::Called(result)) => {
                self.called(gateway, result, now_ms, platform)
            }
            (State::Storing(reply), _) => Err(reply),
            (State::Calling, _) => self.settle(Reply::unconfirmed(), Claim::unknown),
            // Nothing has been sent: whatever failed did so before.
            _ => Err(Reply::unmade()),
        };
        // Whatever refuses a request after its claim was taken gives that back.
        next.or_else(|reply| self.settle(reply, |_| None)).unwrap_or_else(|reply| {
            self.state = State::Done;
            self.refused = reply.refused;
            let is_form = self.kind.is_some_and(Kind::is_form);
            let reply = if is_form { self.form_page(gateway, reply, now_ms) } else { reply };
            Step::Answer(self.dressed(gateway, reply))
        })
    }

    /// The header `Authorization`, for the operator's check.
    pub fn authorization(&self) -> Option<&str> {
        self.head.authorization.as_deref()
    }

    /// What happened, for the operator's log: nothing of a person, no token, no address.
    pub fn event(&self, status: u16) -> Object {
        let mut event = Object::new()
            .with("operation", self.kind.map(Kind::name))
            .with("microsite", self.place.as_ref().map(|place| place.microsite.as_str()))
            .with("role", self.role.name())
            .with("status", i32::from(status));
        if let Some(refused) = self.refused {
            event.set("refused", refused.name());
        }
        if let Some((code, status)) = self.error {
            event.set(
                "upstream",
                Object::new().with("code", code).with("status", status.map(i32::from)),
            );
        }
        event
    }

    /// The answer with the headers that all have, and those for pages of the origins that are allowed.
    fn dressed(&self, gateway: &Gateway, reply: Reply) -> Reply {
        let has_policy = reply.headers.iter().any(|(name, _)| *name == "Content-Security-Policy");
        let referrer = reply.headers.iter().find(|(name, _)| *name == REFERRER_POLICY);
        let referrer = referrer.map_or("no-referrer", |(_, own)| own).to_owned();
        let mut reply = reply
            .with("Cache-Control", "no-store")
            .with("Vary", "Origin")
            .with(VERSION_HEADER, VERSION)
            .with("X-Content-Type-Options", "nosniff")
            .with(REFERRER_POLICY, referrer)
            .with("Cross-Origin-Resource-Policy", "same-origin");
        if !has_policy {
            reply =
                reply.with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        }
        let is_page = self.kind.is_some_and(Kind::is_page);
        match self.head.origin.as_deref().filter(|origin| gateway.config.allows_origin(origin)) {
            Some(origin) if !is_page => reply
                .with("Access-Control-Allow-Origin", origin)
                .with("Access-Control-Expose-Headers", EXPOSED_HEADERS),
            _ => reply,
        }
    }
}

fn other_page() -> Reply {
    Reply::refusal(403, "This page may not use the gateway.").because(Refused::Origin)
}

fn for_something_else() -> Reply {
    Reply::refusal(403, "This authorization is for something else.").because(Refused::Capability)
}
