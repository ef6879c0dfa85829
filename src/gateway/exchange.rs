//! One HTTP request as a sans-I/O state machine, for its drivers: the WebAssembly binding and the
//! tests.
//!
//! The machine makes every decision and does no I/O. Its driver hands in what happened as an
//! [`Input`], does what the [`Output`] asks for, and hands in the result as the next input, until
//! the output is an answer.

mod admission;
mod content;
mod log;
mod once;
mod pages;
mod state;
mod upstream;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Gateway;
use super::options::text_form::is_origin;
use super::reply::{EXPOSED_HEADERS, RefusalReason, Reply, VERSION};
use super::shared::{Done, Operation as SharedOperation, Purse};
use crate::client::Operation;
use crate::client::error::ApiError;
use crate::client::response::VERSION_HEADER;
use crate::json::{Json, Object};
use crate::names::TIME_ZONE;
use crate::platform::Platform;

pub use log::{LogEvent, event_types};
use once::lost;
use pages::Presentation;
use state::State;

/// What is known of a request before its body.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
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
    /// The header `Dinerkit-Challenge`: what a challenge has given the page, to show that no robot
    /// asks.
    pub challenge: Option<String>,
    /// The header `Sec-Fetch-Site` (Fetch Metadata), by which browsers say whose page asks.
    pub fetch_site: Option<String>,
    /// The header `Sec-Fetch-Dest`, by which browsers say what the answer is used for.
    pub fetch_dest: Option<String>,
    /// The guest's address, as the runtime knows it, with a port or without.
    pub address: Option<String>,
    /// Of a post of the form: the part of a date that the guest's language writes first.
    pub date_order: Option<String>,
}

/// What happened, as the driver reports it. JavaScript hands in the variants that hold plain data
/// as `{ kind: "start" }`, `{ kind: "staffChecked", isStaff: true }` …
#[derive(Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Input {
    /// The request has come. The first input, and only then.
    Start,
    /// The request has come to an instance of the module that has failed since, and comes here
    /// again. The first input, and only then.
    Lost {
        /// True if a write may have been sent to the remote API.
        is_sent: bool,
        /// The key of the claim that the request holds in the store.
        key: Option<String>,
        /// The claim's text.
        text: Option<String>,
    },
    /// The operator's check has come to its end.
    StaffChecked {
        /// True if the request is from staff.
        is_staff: bool,
    },
    /// The body has been read: `max_body_bytes` at most.
    #[serde(skip)]
    Body(Vec<u8>),
    /// The body could not be read.
    NoBody {
        /// The status that says why: 413, 408 or 400.
        status: u16,
    },
    /// The operator's admission has come to its end.
    Admitted {
        /// True if the create may be made.
        is_admitted: bool,
    },
    /// The Setup has been fetched, or could not be.
    SetupFetched,
    /// The store has taken the claim, or has one under that key.
    Claimed {
        /// The text of the claim that the store had.
        found: Option<String>,
    },
    /// The operation of the shared state has ended.
    #[serde(skip)]
    Shared(Done),
    /// The call to the remote API has ended.
    #[serde(skip)]
    Called(Result<Json, ApiError>),
    /// The store has done what it was asked.
    Stored,
    /// The last output could not be done, because the store or a function of the operator's has
    /// failed.
    Failed,
}

/// What the driver does next. JavaScript gets it as `{ kind: "fetchSetup", microsite, wait }` …
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Output {
    /// Ask the operator's check whether the request is from staff.
    CheckStaff,
    /// Read the body.
    ReadBody,
    /// Ask the operator's function whether a guest's create may be made.
    Admit {
        /// What a challenge has given the page, if it has.
        token: Option<String>,
    },
    /// Have the Setup of a microsite fetched, once for all requests that ask for it.
    FetchSetup {
        /// The microsite's configured name.
        microsite: String,
        /// True if the request has to wait for it. False if there is a stale copy to use.
        wait: bool,
    },
    /// Store `text` under `key`, unless the store has a text there: then hand that in.
    Claim {
        /// The key in the store.
        key: String,
        /// The claim's text.
        text: String,
    },
    /// Run the operation that [`Exchange::take_operation`] moves out, and hand in its end: the state
    /// is shared with other gateways.
    Share {
        /// The key in the store of the claim that the operation takes, if it takes one.
        key: Option<String>,
        /// The claim's text.
        text: Option<String>,
    },
    /// Call the remote API. The binding keeps the call itself, with the record in it. With a shared
    /// state, each request that is sent is taken from what [`Exchange::take_purse`] moves out.
    Call {
        /// The microsite's configured name.
        #[serde(skip)]
        microsite: String,
        /// The operation to call.
        #[serde(skip)]
        operation: Operation,
        /// True if the requests of a failed call may be sent again here. The sender of a guest's
        /// request does that itself.
        #[serde(skip)]
        retry: bool,
    },
    /// Store `text` under `key` in any case; without a text, delete what is there.
    Store {
        /// The key in the store.
        key: String,
        /// The new text of the claim.
        text: Option<String>,
    },
    /// Answer. The last output.
    Answer(Reply),
}

/// What every part of an exchange works with.
pub struct Context<'a, P> {
    /// The gateway that the request came to.
    pub gateway: &'a mut Gateway,
    /// The current time, in milliseconds since 1970.
    pub now_ms: u64,
    /// The Unicode services.
    pub platform: &'a P,
}

impl<P: Platform> Context<'_, P> {
    /// The time zone of a restaurant and the calendar date there, if its Setup or the operator names
    /// a zone that the platform knows.
    fn zone_and_day<'s>(&'s self, setup: &'s Object) -> Option<(&'s str, NaiveDate)> {
        let of_setup = setup.get(TIME_ZONE).and_then(Json::as_str);
        let zones = [of_setup, self.gateway.config.time_zone.as_deref()];
        let mut known = zones.into_iter().flatten();
        known.find_map(|zone| Some((zone, self.platform.day_in(zone, self.now_ms)?)))
    }

    /// The latest calendar date it is anywhere on Earth (UTC+14): the guest's own date is never
    /// later.
    fn latest_day(&self) -> NaiveDate {
        const LATEST_ZONE_MS: u64 = 14 * 3_600_000;
        const DAY_MS: u64 = 86_400_000;
        let days = self.now_ms.saturating_add(LATEST_ZONE_MS) / DAY_MS;
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        NaiveDate::from_epoch_days(days).unwrap_or_default()
    }
}

/// One request on its way.
pub struct Exchange {
    head: Head,
    /// When the request came, in milliseconds since 1970.
    at_ms: u64,
    state: State,
    presentation: Presentation,
    log: LogEvent,
    /// The operation of the last output of the kind `share`.
    operation: Option<SharedOperation>,
    /// What the request has taken of a shared budget and not sent yet.
    purse: Option<Purse>,
}

/// The state that the request goes to, and what the driver does next. A refusal is the only `Err`:
/// it ends the request, and a step that refuses can return it by `?`. Every other answer is `Ok`,
/// by [`answer`].
type Transition = Result<(State, Output), Reply>;

/// The end of a request.
fn answer(reply: Reply) -> Transition {
    Ok((State::Answered, Output::Answer(reply)))
}

const REFERRER_POLICY: &str = "Referrer-Policy";
/// The code of the refusal of a page whose origin the operator has not named.
const ORIGIN_NOT_ALLOWED: &str = "origin_not_allowed";
/// The origin that browsers name for a page without one, such as a file.
const NO_ORIGIN: &str = "null";

impl Exchange {
    /// A request that came at `now_ms`.
    pub fn new(head: Head, now_ms: u64) -> Self {
        Self {
            head,
            at_ms: now_ms,
            state: State::New,
            presentation: Presentation::Api,
            log: LogEvent::new(),
            operation: None,
            purse: None,
        }
    }

    /// Takes what happened and says what to do next.
    pub fn handle(&mut self, input: Input, context: &mut Context<'_, impl Platform>) -> Output {
        let state = core::mem::replace(&mut self.state, State::Answered);
        let transition = match (state, input) {
            (State::New, Input::Start) => self.start(context),
            (State::New, Input::Lost { is_sent, key, text }) => {
                self.recognise(context);
                lost(is_sent, self.head.method == "GET", key.zip(text))
            }
            (State::CheckingStaff(request), Input::StaffChecked { is_staff }) => {
                self.identify(request, is_staff, context)
            }
            (State::ReadingBody(permit, write), Input::Body(bytes)) => {
                self.read(permit, write, &bytes, context)
            }
            (State::ReadingBody(..), Input::NoBody { status }) => Err(unread(status)),
            (State::Admitting(permit, content), Input::Admitted { is_admitted: true }) => {
                self.claim(permit, content, context)
            }
            // Not admitted, or the operator's function has failed.
            (State::Admitting(permit, content), _) => self.recall(permit, content, context),
            (State::Recalling(permit, content, claim), Input::Claimed { found }) => {
                self.recalled(permit, content, claim, found, context)
            }
            (State::Claiming(permit, content, claim), Input::Claimed { found }) => {
                self.claimed(permit, content, claim, found, context)
            }
            (State::Claiming(permit, content, claim), Input::Shared(done)) => {
                self.shared_claimed(permit, content, claim, done, context)
            }
            (State::Recalling(permit, content, claim), Input::Shared(done)) => {
                self.shared_recalled(permit, content, claim, done, context)
            }
            (State::Leasing(permit, call), Input::Shared(done)) => {
                self.leased(permit, call, done, context)
            }
            (State::FetchingSetup(permit, need), Input::SetupFetched) => {
                self.use_setup(permit, need, context)
            }
            (State::Calling(permit, call), Input::Called(result)) => {
                self.called(permit, call, result, context)
            }
            (State::Storing(reply), _) => answer(reply),
            // The driver has failed: before a call nothing was sent, after it nobody knows.
            (State::FetchingSetup(_, need), _) => need.refuse(Reply::nothing_changed()),
            (State::Leasing(_, call), _) => call.refuse(Reply::nothing_changed()),
            (State::Calling(_, call), _) => call.end_as_unknown(),
            _ => Err(Reply::nothing_changed()),
        };
        let (state, output) =
            transition.unwrap_or_else(|refusal| (State::Answered, Output::Answer(refusal)));
        self.state = state;
        match output {
            Output::Answer(reply) => {
                if let Some(purse) = self.purse.take() {
                    context.gateway.give_back(purse);
                }
                Output::Answer(self.finish(reply, context))
            }
            output => output,
        }
    }

    /// Moves out the operation of an output of the kind `share`.
    pub fn take_operation(&mut self) -> Option<SharedOperation> {
        self.operation.take()
    }

    /// Moves out what the request may send of a shared budget, for the call of an output of the kind
    /// `call`. What the call leaves comes back by [`Exchange::put_purse`].
    pub fn take_purse(&mut self) -> Option<Purse> {
        self.purse.take()
    }

    /// Takes what a call has left.
    pub fn put_purse(&mut self, purse: Purse) {
        self.purse = Some(purse);
    }

    /// The header `Authorization`, for the operator's check.
    pub fn authorization(&self) -> Option<&str> {
        self.head.authorization.as_deref()
    }

    /// The event for the operator's log. It holds nothing of a person, no token and no address.
    pub fn log_event(&self, status: u16) -> LogEvent {
        LogEvent { status, ..self.log.clone() }
    }

    /// The answer as it goes out: as a page if a browser shows it, with the headers of every
    /// answer, and with those that let a page of an allowed origin read it.
    fn finish(&mut self, reply: Reply, context: &Context<'_, impl Platform>) -> Reply {
        self.log.refused = reply.refused.map(RefusalReason::name);
        let reply = self.present(reply, context);
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
        let origin = self.head.origin.as_deref();
        match origin.filter(|origin| context.gateway.config.allows_origin(origin)) {
            Some(origin) if matches!(self.presentation, Presentation::Api) => {
                readable_by(origin, reply)
            }
            _ => reply,
        }
    }
}

/// The refusal of a body that could not be read.
fn unread(status: u16) -> Reply {
    Reply::refusal(
        status,
        match status {
            413 => "The request is too long.",
            408 => "The request took too long.",
            _ => "The request could not be read.",
        },
    )
}

fn other_page() -> Reply {
    Reply::refusal(403, "This page may not use the gateway.").because(RefusalReason::Origin)
}

/// The refusal of a request from a page of an origin that is not in `origins`. The page may read
/// it, and nothing else, because its developer looks for the reason there.
fn other_origin(origin: &str) -> Reply {
    if !is_readable(origin) {
        return other_page();
    }
    let message = if origin == NO_ORIGIN {
        "This page has no origin, as a file or a sandboxed frame has none: the gateway answers pages of its option `origins` only.".to_owned()
    } else {
        ["This gateway does not answer pages of ", origin, ": add that to its option `origins`."]
            .concat()
    };
    let body = Object::new().with("Message", message).with("Code", ORIGIN_NOT_ALLOWED);
    readable_by(origin, Reply::json(403, &body)).because(RefusalReason::Origin)
}

/// True for an origin as browsers write it, which may stand in a header and in a message.
fn is_readable(origin: &str) -> bool {
    origin == NO_ORIGIN || is_origin(origin)
}

/// The same answer, with the headers that let a page of this origin read it.
fn readable_by(origin: &str, reply: Reply) -> Reply {
    reply
        .with("Access-Control-Allow-Origin", origin)
        .with("Access-Control-Expose-Headers", EXPOSED_HEADERS)
}

fn for_something_else() -> Reply {
    Reply::refusal(403, "This authorization is for something else.")
        .because(RefusalReason::Capability)
}
