//! Thousands of runs of the client against a model of the API. The runs have delays, losses before
//! and after the API has acted, resets, 429, 5xx, refusals as web pages, names in capitals, broken
//! answers, expired and revoked tokens, clocks that disagree, callers that abort, callers that
//! vanish, and many calls at once. Time is a number and a seed makes the random choices, so that a
//! failing run can be repeated.
//!
//! What must hold in every run:
//! - a create, update, merge or raw write is never sent again after it may have arrived and been
//!   authorised. The exception is a create under an `Idempotency-Key` to a gateway that honours it:
//!   the gateway creates once, and all requests of the create are the same;
//! - a call that succeeds has written once; a call that has written but fails has the outcome
//!   `unknown`;
//! - an edit that succeeds loses no edit of another call;
//! - no call lasts longer than its total time-out, and no session sends more requests than its rate
//!   limit;
//! - there is one refresh at a time, unless a call vanished during one; every call ends, and a call
//!   that vanished blocks no other for ever; no error holds a secret;
//! - if nothing goes wrong, every call succeeds; if callers only vanish, every call succeeds that
//!   begins after the time-outs of the vanished calls.

// Native only: the client decides the same on every platform.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows these in test functions, but not in the functions that help them. The
// simulation prints its tally.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use chrono::NaiveDate;
use dinerkit::client::auth::Credentials;
use dinerkit::client::error::{ApiError, ErrorKind, Outcome};
use dinerkit::client::response::HttpResponse;
use dinerkit::client::{Access, Call, Config, Failure, Input, Output, Session};
use dinerkit::client::{Key, Operation};
use dinerkit::json::{Json, Object};

const NOON: u64 = 1_785_931_200_000; // 2026-08-05T12:00:00Z
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
const SECRET: &str = "planted-marker";

/// SplitMix64, a small generator of random numbers with a seed.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// How often things go wrong in one run, in per cent, and how much.
struct Weather {
    lost_before: u64,
    lost_after: u64,
    failing: u64,
    broken: u64,
    aborting: u64,
    vanishing: u64,
    /// The longest delay of a message in one direction, in milliseconds.
    delay_ms: u64,
    /// How far the server's clock is ahead, in milliseconds.
    skew_ms: i64,
    /// How many requests a minute the server accepts.
    server_limit: usize,
    /// The longest time by which a timer is late, in milliseconds.
    lateness_ms: u64,
}

/// A model of the remote API or of a gateway.
struct Server {
    records: BTreeMap<i32, Object>,
    next_id: i32,
    tokens_issued: u32,
    token_expiry_ms: u64,
    arrivals: Vec<u64>,
    /// How often the write of each call was carried out.
    commits: BTreeMap<usize, u32>,
    /// What the gateway remembers for each `Idempotency-Key`.
    keys: BTreeMap<String, Claim>,
}

/// What the gateway remembers for an `Idempotency-Key`, as docs/gateway.md describes.
struct Claim {
    body: String,
    /// `None` if the gateway does not know the answer.
    answer: Option<HttpResponse>,
    /// Until this time another process of the gateway creates under this key.
    pending_until_ms: u64,
    commits: u32,
}

fn json(status: u16, body: &Object) -> HttpResponse {
    HttpResponse {
        status,
        content_type: Some("application/json".to_owned()),
        body: body.to_text().into_bytes(),
        ..HttpResponse::default()
    }
}

fn refusal(status: u16) -> HttpResponse {
    json(status, &Object::new().with("Message", "x"))
}

/// The same refusal as a proxy or a server writes it that knows nothing of JSON.
fn as_page(refusal: HttpResponse) -> HttpResponse {
    HttpResponse {
        content_type: Some("text/html".to_owned()),
        body: b"<!DOCTYPE html><title>x</title>".to_vec(),
        ..refusal
    }
}

/// The same answer with the surname in capitals.
fn in_capitals(answer: HttpResponse) -> HttpResponse {
    let [small, capital] = [SECRET.to_owned(), SECRET.to_uppercase()]
        .map(|surname| format!(r#""Surname":"{surname}"#));
    let text = String::from_utf8(answer.body).unwrap();
    HttpResponse { body: text.replace(&small, &capital).into_bytes(), ..answer }
}

/// A time as the API writes it, such as `2026-08-05T12:00:00.0000000`.
fn utc_text(ms: u64) -> String {
    let (day, second) = ((ms / DAY) as i32, ms / 1000 % 86_400);
    let day = NaiveDate::from_epoch_days(day).unwrap();
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{day}T{hour:02}:{minute:02}:{second:02}.0000000")
}

impl Server {
    fn token(&self) -> String {
        format!("{SECRET}.token.{}", self.tokens_issued)
    }

    /// Signs in: the token stays the same until its last five minutes. `now_ms` is the time of the
    /// server's clock.
    fn authenticate(&mut self, now_ms: u64) -> HttpResponse {
        if self.token_expiry_ms <= now_ms + 5 * MINUTE {
            self.tokens_issued += 1;
            self.token_expiry_ms = now_ms + DAY;
        }
        let answer = Object::new()
            .with("Status", "Success")
            .with("Token", self.token())
            .with("TokenExpiryUtc", utc_text(self.token_expiry_ms));
        json(200, &answer)
    }

    /// Carries out a request and returns the answer.
    fn answer(
        &mut self,
        call: usize,
        operation: &Operation,
        method: &str,
        body: Option<&str>,
    ) -> HttpResponse {
        let body = body.map(object).unwrap_or_default();
        let mut commit = || *self.commits.entry(call).or_default() += 1;
        let ids = |name: &str| -> Vec<i32> {
            let ids = body.get(name).and_then(Json::as_array).unwrap_or_default();
            ids.iter().filter_map(Json::as_i32).collect()
        };
        match operation {
            Operation::Setup => json(200, &Object::new()),
            Operation::Create { .. } => {
                let id = self.next_id;
                self.next_id += 1;
                let mut record = Object::new().with("Id", id);
                for (name, value) in body.iter() {
                    record.set(name, value.clone());
                }
                self.records.insert(id, record.clone());
                commit();
                json(200, &record)
            }
            Operation::Get { id } | Operation::Update { id, .. } | Operation::Edit { id, .. } => {
                let Some(record) = self.records.get_mut(id) else { return refusal(404) };
                if method == "PUT" {
                    // An update replaces the whole record.
                    let options = body.get("CustomerOptions").and_then(Json::as_object).unwrap();
                    let appends = options.get("AppendComments") == Some(&Json::Bool(true));
                    let old = record.get("Comments").and_then(Json::as_str).unwrap_or_default();
                    let new = body.get("Comments").and_then(Json::as_str).unwrap_or_default();
                    let comments = if appends { format!("{old}\r\n{new}") } else { new.to_owned() };
                    let mut replaced = body.clone();
                    replaced.remove("CustomerOptions");
                    replaced.set("Id", *id);
                    replaced.set("Comments", comments);
                    *record = replaced;
                    commit();
                }
                json(200, record)
            }
            Operation::Merge { into, from } => {
                if !self.records.contains_key(into)
                    || from.iter().any(|id| !self.records.contains_key(id))
                {
                    return refusal(404);
                }
                for id in from {
                    self.records.remove(id);
                }
                commit();
                json(200, &self.records[into])
            }
            Operation::Unsubscribe { .. } => {
                commit();
                HttpResponse { status: 204, ..HttpResponse::default() }
            }
            Operation::ScheduleDeletion { .. } => {
                commit();
                let answer = Object::new()
                    .with("DeletedCustomerIds", ids("CustomerIds"))
                    .with("SkippedCustomerIds", Json::Null);
                json(200, &answer)
            }
            Operation::Raw { .. } => {
                if method != "GET" {
                    commit();
                }
                json(200, &Object::new())
            }
        }
    }
}

/// Which operations may be repeated. Written here again, so that a mistake in the client's own list
/// shows.
fn may_be_repeated(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Setup
            | Operation::Get { .. }
            | Operation::Unsubscribe { .. }
            | Operation::ScheduleDeletion { .. }
            | Operation::Raw { method: "GET", .. }
    )
}

fn object(text: &str) -> Object {
    Json::parse(text).unwrap().as_object().unwrap().clone()
}

/// A request that is on its way to the server.
#[derive(Clone)]
struct Request {
    authenticates: bool,
    method: &'static str,
    body: Option<String>,
    bearer: Option<String>,
    key: Option<String>,
}

/// An event of the simulation.
#[derive(Clone)]
enum Event {
    Start,
    /// A request reaches the server.
    Arrival(Request),
    /// The driver gets an input for the call, if the call still waits for it.
    Received(Received),
    GivesUp,
    /// The driver vanishes with the runtime that it ran in.
    Vanishes,
    /// The server revokes its token.
    Revocation,
}

#[derive(Clone)]
enum Received {
    Answer(HttpResponse),
    Failure(Failure),
    Token(String),
    Woken,
}

/// A call, with what the driver and the checks need to know about it.
struct Caller {
    operation: Operation,
    call: Call,
    /// The `Idempotency-Key`. Two calls have the same key if a page repeats a create.
    key: Option<String>,
    step: u32,
    parked: bool,
    started_ms: u64,
    authenticating: bool,
    /// The writes that were sent: for each, whether it was answered with 401.
    sends: Vec<bool>,
    requests: u32,
    result: Option<(u64, Result<Json, ApiError>)>,
    vanished: bool,
}

struct World {
    seed: u64,
    dice: Dice,
    /// Chooses the refusals that come as web pages, and the records that come in capitals. Another
    /// generator than `dice`, so that the other choices of a seed stay as they are.
    looks: Dice,
    is_calm: bool,
    /// The server is a gateway, which needs no token.
    is_gateway: bool,
    weather: Weather,
    now_ms: u64,
    session: Session,
    server: Server,
    callers: Vec<Caller>,
    agenda: BinaryHeap<Reverse<(u64, u64, usize, u32)>>,
    events: BTreeMap<u64, Event>,
    sequence: u64,
    sends: Vec<u64>,
    budget: usize,
    total_timeout_ms: u64,
    refreshing: usize,
    /// The time at which the last caller vanished.
    vanished_ms: u64,
}

/// Counts of all calls by their results.
#[derive(Default, Debug)]
struct Tally {
    calls: u64,
    requests: u64,
    done: u64,
    refused: u64,
    not_sent: u64,
    unknown: u64,
    unknown_done: u64,
    /// Creates under a key, and those of them whose outcome is unknown.
    keyed: u64,
    keyed_unknown: u64,
    /// Creates under a key that were sent more than once and succeeded.
    repeated: u64,
    vanished: u64,
    /// Calls that waited for a call that had vanished.
    waited: u64,
    edits_checked: u64,
    refreshes: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let dice = Dice(seed);
        // Another generator makes this choice, so that the other choices of a seed stay as they
        // are.
        let gateway = Dice(!seed).percent(30).then_some(true);
        Self::with(seed, dice, gateway, None)
    }

    /// A gateway on a network that loses a third of the messages and has no other faults.
    /// `honours_keys` says whether the gateway honours keys.
    fn lossy(seed: u64, honours_keys: bool) -> Self {
        let weather = Weather {
            lost_before: 20,
            lost_after: 20,
            failing: 0,
            broken: 0,
            aborting: 0,
            vanishing: 0,
            delay_ms: 400,
            skew_ms: 0,
            server_limit: 200,
            lateness_ms: 0,
        };
        Self::with(seed, Dice(seed), Some(honours_keys), Some(weather))
    }

    /// A world with a gateway, if `gateway` says whether it honours keys, or else with the remote
    /// API. Without `weather`, the dice choose one.
    fn with(seed: u64, mut dice: Dice, gateway: Option<bool>, weather: Option<Weather>) -> Self {
        let is_gateway = gateway.is_some();
        let is_calm = dice.percent(10) && weather.is_none();
        let storm = if is_calm { 0 } else { dice.below(4) };
        let rolled = Weather {
            lost_before: dice.below(1 + storm * 10),
            lost_after: dice.below(1 + storm * 10),
            failing: dice.below(1 + storm * 10),
            broken: dice.below(1 + storm * 5),
            aborting: if !is_calm && dice.percent(30) { 20 } else { 0 },
            vanishing: if dice.percent(30) { 20 } else { 0 },
            delay_ms: [1, 100, 2000, 40_000][dice.below(if is_calm { 2 } else { 4 }) as usize],
            skew_ms: [0, 0, 2_000_000, -2_000_000, 200_000_000, -200_000_000]
                [dice.below(6) as usize],
            server_limit: if !is_calm && dice.percent(30) { 20 } else { 200 },
            lateness_ms: if dice.percent(30) { 50 } else { 0 },
        };
        let is_mild = weather.is_some();
        let weather = weather.unwrap_or(rolled);
        let mut config = Config::new("https://api.example", "m");
        config.access = if dice.percent(80) {
            Access::Credentials(Credentials {
                username: SECRET.to_owned(),
                password: SECRET.to_owned(),
            })
        } else {
            Access::Provider
        };
        if is_gateway {
            (config.access, config.idempotency_keys) = (Access::Open, gateway);
        }
        config.timeout_ms = [1000, 5000, 30_000][dice.below(3) as usize];
        config.total_timeout_ms = [2000, 20_000, 90_000][dice.below(3) as usize];
        config.requests_per_minute = [10, 60, 200][dice.below(3) as usize];
        if is_calm || is_mild {
            (config.total_timeout_ms, config.requests_per_minute) = (90_000, 200);
        }
        let budget = config.requests_per_minute as usize;
        let total_timeout_ms = config.total_timeout_ms.into();
        let customers = 1 + dice.below(6) as i32;
        let record = |id| Object::new().with("Id", id).with("Surname", SECRET).with("Big", 7);
        let server = Server {
            records: (1..=customers).map(|id| (id, record(id))).collect(),
            next_id: 1000,
            tokens_issued: 0,
            token_expiry_ms: 0,
            arrivals: Vec::new(),
            commits: BTreeMap::new(),
            keys: BTreeMap::new(),
        };
        let mut world = Self {
            seed,
            dice,
            looks: Dice(seed ^ 0x7061_6765),
            is_calm,
            is_gateway,
            weather,
            now_ms: NOON,
            session: Session::new(config).unwrap(),
            server,
            callers: Vec::new(),
            agenda: BinaryHeap::new(),
            events: BTreeMap::new(),
            sequence: 0,
            sends: Vec::new(),
            budget,
            total_timeout_ms,
            refreshing: 0,
            vanished_ms: 0,
        };
        let burst = world.dice.percent(40);
        for index in 0..5 + world.dice.below(40) as usize {
            let mut operation = world.operation(index, customers);
            let mut key = None;
            if is_gateway && matches!(operation, Operation::Create { .. }) {
                key = Some(format!("{SECRET}-key-{index:04}"));
                // A page that was reloaded sends the same create under the same key.
                let mut earlier = world.callers.iter().filter(|caller| caller.key.is_some());
                if let Some(earlier) = earlier.next_back().filter(|_| index % 3 == 0) {
                    (operation, key) = (earlier.operation.clone(), earlier.key.clone());
                }
            }
            let call = Call::new(operation.clone()).keyed(key.as_deref().and_then(Key::new));
            world.callers.push(Caller {
                operation,
                call,
                key,
                step: 0,
                parked: false,
                started_ms: 0,
                authenticating: false,
                sends: Vec::new(),
                requests: 0,
                result: None,
                vanished: false,
            });
            let start = if burst { 0 } else { world.dice.below(2 * MINUTE) };
            world.later(start, index, Event::Start);
            if world.dice.percent(world.weather.aborting) {
                let after = start + world.dice.below(20_000);
                world.later(after, index, Event::GivesUp);
            }
            if world.dice.percent(world.weather.vanishing) {
                let after = start + world.dice.below(world.weather.delay_ms * 4);
                world.later(after, index, Event::Vanishes);
            }
        }
        for _ in 0..world.dice.below(if is_calm { 2 } else { 4 }) {
            let when = world.dice.below(2 * MINUTE);
            world.later(when, 0, Event::Revocation);
        }
        world
    }

    fn operation(&mut self, index: usize, customers: i32) -> Operation {
        let id = 1 + self.dice.below(customers as u64) as i32;
        let request = Object::new().with("Surname", format!("{SECRET}{index}"));
        match self.dice.below(18) {
            0..5 => Operation::Create { request },
            5..8 => Operation::Get { id },
            8..13 => Operation::Edit {
                id,
                patch: Object::new().with(&format!("Tag{index}"), SECRET),
                append_comment: self.dice.percent(30).then(|| format!("note{index};")),
            },
            13 if customers > 1 && self.dice.percent(30) => {
                Operation::Merge { into: id, from: vec![id % customers + 1] }
            }
            13 if self.dice.percent(30) => Operation::Update { id, request },
            14 => Operation::Unsubscribe { ids: vec![id], mode: None, ip_address: None },
            15 => Operation::ScheduleDeletion { ids: vec![id] },
            16 => {
                let method = if self.dice.percent(50) { "GET" } else { "POST" };
                Operation::Raw { method, path: "Bookings".to_owned(), body: None }
            }
            _ => Operation::Setup,
        }
    }

    fn later(&mut self, ms: u64, caller: usize, event: Event) {
        let step = self.callers.get(caller).map_or(0, |caller| caller.step);
        self.sequence += 1;
        self.events.insert(self.sequence, event);
        self.agenda.push(Reverse((self.now_ms + ms, self.sequence, caller, step)));
    }

    fn run(mut self) -> Self {
        while let Some(Reverse((at_ms, sequence, index, step))) = self.agenda.pop() {
            self.now_ms = at_ms;
            let caller = &mut self.callers[index];
            let is_running = caller.result.is_none() && !caller.vanished;
            let is_current = caller.step == step && is_running;
            match self.events.remove(&sequence).unwrap() {
                Event::Start if is_running => {
                    self.callers[index].started_ms = at_ms;
                    self.hand_in(index, Input::Start);
                }
                Event::Received(received) if is_current => {
                    let input = match received {
                        Received::Answer(answer) => {
                            let was_refused = answer.status == 401;
                            let caller = &mut self.callers[index];
                            if !caller.authenticating
                                && let Some(send) = caller.sends.last_mut()
                            {
                                *send = was_refused;
                            }
                            Input::Response(answer)
                        }
                        Received::Failure(failure) => Input::Failed(failure),
                        Received::Token(token) => Input::Token(token),
                        Received::Woken => Input::Woken,
                    };
                    self.hand_in(index, input);
                }
                Event::GivesUp if is_running => {
                    if self.callers[index].started_ms == 0 {
                        self.callers[index].started_ms = at_ms;
                    }
                    self.hand_in(index, Input::Failed(Failure::Abort));
                }
                Event::Arrival(request) => self.arrive(index, step, request),
                Event::Vanishes if is_running => {
                    caller.vanished = true;
                    caller.parked = false;
                    self.refreshing -= usize::from(std::mem::take(&mut caller.authenticating));
                    self.vanished_ms = at_ms;
                }
                Event::Revocation => self.server.token_expiry_ms = 0,
                Event::Start | Event::Received(_) | Event::GivesUp | Event::Vanishes => {}
            }
        }
        self
    }

    fn hand_in(&mut self, index: usize, input: Input) {
        let random = self.dice.next() as u32;
        let caller = &mut self.callers[index];
        caller.step += 1;
        caller.parked = false;
        if std::mem::take(&mut caller.authenticating) {
            self.refreshing -= 1;
        }
        let output = caller.call.handle(&mut self.session, input, self.now_ms, random);
        let lateness = self.dice.below(1 + self.weather.lateness_ms);
        match output {
            Output::Send(send) => {
                let authenticates = send.request.path.ends_with("/Authenticate");
                self.sends.push(self.now_ms);
                caller.requests += 1;
                caller.authenticating = authenticates;
                if authenticates {
                    self.refreshing += 1;
                    assert_eq!(self.refreshing, 1, "seed {}: two refreshes at once", self.seed);
                } else if send.request.method != "GET" {
                    let is_keyed = caller.key.is_some() && self.session.takes_keys();
                    assert!(
                        may_be_repeated(&caller.operation)
                            || is_keyed
                            || caller.sends.iter().all(|was_refused| *was_refused),
                        "seed {}: {} sent again",
                        self.seed,
                        caller.operation.name()
                    );
                    caller.sends.push(false);
                }
                let bearer = send.headers.get("Authorization").and_then(Json::as_str);
                let is_open = authenticates || self.is_gateway;
                assert_eq!(bearer.is_none(), is_open, "seed {}", self.seed);
                let key = send.headers.get("Idempotency-Key").and_then(Json::as_str);
                let expected = caller.key.as_deref().filter(|_| self.session.takes_keys());
                assert_eq!(key, expected, "seed {}", self.seed);
                let arrival = Event::Arrival(Request {
                    authenticates,
                    method: send.request.method,
                    body: send.request.body,
                    bearer: bearer.map(str::to_owned),
                    key: key.map(str::to_owned),
                });
                let timeout = Event::Received(Received::Failure(Failure::Timeout));
                self.later(send.timeout_ms.into(), index, timeout);
                let delay = self.dice.below(self.weather.delay_ms);
                if self.dice.percent(self.weather.lost_before) {
                    self.lose(index, delay);
                } else {
                    self.later(delay, index, arrival);
                }
            }
            Output::AskForToken { timeout_ms } => {
                let timeout = Event::Received(Received::Failure(Failure::Timeout));
                self.later(timeout_ms.into(), index, timeout);
                let delay = self.dice.below(self.weather.delay_ms);
                if self.dice.percent(self.weather.failing) {
                    self.lose(index, delay);
                } else {
                    let server_ms = self.server_ms();
                    self.server.authenticate(server_ms);
                    let token = self.server.token();
                    self.later(delay, index, Event::Received(Received::Token(token)));
                }
            }
            Output::Wait { ms, .. } => {
                self.later(u64::from(ms) + lateness, index, Event::Received(Received::Woken));
            }
            Output::WaitForWake { ms } => {
                caller.parked = true;
                self.later(u64::from(ms) + lateness, index, Event::Received(Received::Woken));
            }
            Output::Done(result) => caller.result = Some((self.now_ms, result)),
        }
        if self.session.take_wake() {
            for parked in 0..self.callers.len() {
                if self.callers[parked].parked {
                    self.later(0, parked, Event::Received(Received::Woken));
                }
            }
        }
    }

    /// The connection breaks. The driver gets an error, or waits until its time-out.
    fn lose(&mut self, index: usize, delay: u64) {
        if self.dice.percent(70) {
            self.later(delay, index, Event::Received(Received::Failure(Failure::Network)));
        }
    }

    fn server_ms(&self) -> u64 {
        self.now_ms.saturating_add_signed(self.weather.skew_ms)
    }

    fn arrive(&mut self, index: usize, step: u32, request: Request) {
        let is_write = request.method != "GET" && !request.authenticates;
        let answer = match request.key.clone() {
            Some(key) => self.serve_once(index, request, key),
            None => self.serve(index, request),
        };
        let answer = answer.map(|answer| match answer.status {
            400.. if self.looks.percent(50) => as_page(answer),
            200 if is_write && self.looks.percent(50) => in_capitals(answer),
            _ => answer,
        });
        let delay = self.dice.below(self.weather.delay_ms);
        if self.callers[index].step != step {
            return; // The call no longer waits for this answer.
        }
        match answer {
            Some(answer) => self.later(delay, index, Event::Received(Received::Answer(answer))),
            None => self.lose(index, delay),
        }
    }

    /// Serves a request. Returns the answer as it arrives, or `None` if it is lost.
    fn serve(&mut self, index: usize, request: Request) -> Option<HttpResponse> {
        let Request { authenticates, method, body, bearer, .. } = request;
        let server_ms = self.server_ms();
        self.server.arrivals.retain(|at| at + MINUTE > self.now_ms);
        if self.server.arrivals.len() >= self.weather.server_limit {
            let mut full = refusal(429);
            full.retry_after = self.dice.percent(50).then(|| self.dice.below(90).to_string());
            return Some(full);
        }
        self.server.arrivals.push(self.now_ms);
        if self.dice.percent(self.weather.failing) {
            return Some(refusal(500 + self.dice.below(4) as u16));
        }
        let mut answer = if authenticates {
            self.server.authenticate(server_ms)
        } else {
            let is_valid = self.is_gateway
                || bearer == Some(format!("Bearer {}", self.server.token()))
                    && server_ms < self.server.token_expiry_ms;
            if !is_valid {
                return Some(refusal(401));
            }
            let operation = self.callers[index].operation.clone();
            self.server.answer(index, &operation, method, body.as_deref())
        };
        if self.dice.percent(self.weather.lost_after) {
            return None;
        }
        if self.dice.percent(self.weather.failing) {
            return Some(refusal(502));
        }
        if self.dice.percent(self.weather.broken) {
            match self.dice.below(5) {
                0 => answer.body.truncate(answer.body.len() / 2),
                1 => answer.body = b"<html>".to_vec(),
                2 => answer.body.clear(),
                3 => answer.body = br#"{"Status":"Fail"}"#.to_vec(),
                _ => answer.body = br#"{"Id":999999}"#.to_vec(),
            }
        }
        Some(answer)
    }

    /// Serves a create under a key, as the gateway does.
    fn serve_once(&mut self, index: usize, request: Request, key: String) -> Option<HttpResponse> {
        let seed = self.seed;
        let body = request.body.clone().unwrap();
        if let Some(claim) = self.server.keys.get(&key) {
            assert_eq!(claim.body, body, "seed {seed}: another body under the same key");
            if self.now_ms < claim.pending_until_ms {
                let mut pending = refusal(409);
                pending.retry_after = Some("2".to_owned());
                return Some(pending);
            }
            let answer = claim.answer.clone().unwrap_or_else(|| refusal(502));
            return (!self.dice.percent(self.weather.lost_after)).then_some(answer);
        }
        let before = self.server.commits.get(&index).copied().unwrap_or(0);
        let answer = self.serve(index, request);
        let commits = self.server.commits.get(&index).copied().unwrap_or(0) - before;
        // The gateway remembers a create that was done or whose outcome is unknown, and forgets one
        // that was refused.
        let is_settled = commits > 0 || answer.as_ref().is_some_and(|answer| answer.status >= 500);
        if is_settled {
            let record = self.server.records.last_key_value().filter(|_| commits > 0);
            let is_known = answer.as_ref().is_none_or(|answer| answer.status == 200);
            let known = record.filter(|_| is_known).map(|(_, record)| json(200, record));
            let pending_ms = self.dice.below(1 + self.weather.delay_ms);
            let pending_until_ms = self.now_ms + pending_ms;
            self.server.keys.insert(key, Claim { body, answer: known, pending_until_ms, commits });
        }
        answer
    }

    /// Checks that after all calls nothing is locked, and that the whole rate limit can be used.
    fn check_nothing_is_left(&mut self) {
        let later = self.now_ms + 7 * DAY;
        let mut opener = Call::new(Operation::Setup);
        match opener.handle(&mut self.session, Input::Start, later, 0) {
            Output::Send(_) => {
                let answer = Object::new().with("Status", "Success").with("Token", "t");
                opener.handle(&mut self.session, Input::Response(json(200, &answer)), later, 0);
            }
            Output::AskForToken { .. } => {
                opener.handle(&mut self.session, Input::Token("t".to_owned()), later, 0);
            }
            _ => panic!("seed {}: the refresh is locked", self.seed),
        }
        for id in 1..=(self.budget - 2) as i32 {
            let patch = Object::new();
            let mut edit = Call::new(Operation::Edit { id, patch, append_comment: None });
            let output = edit.handle(&mut self.session, Input::Start, later, 0);
            assert!(
                matches!(output, Output::Send(_)),
                "seed {}: customer {id} is locked",
                self.seed
            );
        }
    }

    fn check(&mut self, tally: &mut Tally) {
        let seed = self.seed;
        let mut sends = self.sends.clone();
        sends.sort_unstable();
        for (first, last) in sends.iter().zip(sends.iter().skip(self.budget)) {
            assert!(last - first >= MINUTE, "seed {seed}: over the budget");
        }
        for (index, caller) in self.callers.iter().enumerate() {
            let name = caller.operation.name();
            let commits = self.server.commits.get(&index).copied().unwrap_or(0);
            if !may_be_repeated(&caller.operation) {
                assert!(commits <= 1, "seed {seed}: {name} done {commits} times");
            }
            if caller.vanished {
                tally.vanished += 1;
                continue;
            }
            let (at_ms, result) = caller.result.as_ref().expect("every call comes to an end");
            let lasted = at_ms - caller.started_ms;
            let bound = self.total_timeout_ms + self.weather.lateness_ms;
            assert!(lasted <= bound, "seed {seed}: {name} lasted {lasted}");
            let is_read = caller.operation.is_read();
            let claim = caller.key.as_ref().and_then(|key| self.server.keys.get(key));
            let once = claim.map_or(0, |claim| claim.commits);
            assert!(once <= 1, "seed {seed}: {once} customers under one key");
            tally.keyed += u64::from(caller.key.is_some());
            match result {
                Ok(value) => {
                    let is_done = commits > 0 || once > 0;
                    assert!(is_read || is_done, "seed {seed}: {name} not done");
                    tally.repeated += u64::from(caller.key.is_some() && caller.sends.len() > 1);
                    if let Operation::Create { request } = &caller.operation {
                        let record = value.as_object().unwrap();
                        let surname = |of: &Object| {
                            of.get("Surname").and_then(Json::as_str).map(str::to_lowercase)
                        };
                        assert_eq!(surname(record), surname(request), "seed {seed}");
                        assert!(
                            self.server
                                .records
                                .contains_key(&record.get("Id").unwrap().as_i32().unwrap())
                        );
                    }
                    tally.done += 1;
                }
                Err(error) => {
                    let text = error.to_json().to_text() + &format!("{error:?}{error}");
                    let is_safe = !text.to_lowercase().contains(SECRET);
                    assert!(is_safe, "seed {seed}: {text}");
                    let is_ours = matches!(error.kind, ErrorKind::Protocol { status: 0, .. });
                    assert!(!is_ours, "seed {seed}: {name}: {error}");
                    let is_gone = error.kind == (ErrorKind::Http { status: 404 });
                    let waited = error.kind == ErrorKind::Timeout
                        && error.outcome == Outcome::NotSent
                        && caller.started_ms < self.vanished_ms + self.total_timeout_ms;
                    tally.waited += u64::from(self.is_calm && waited);
                    assert!(
                        !self.is_calm || is_gone || waited,
                        "seed {seed}: {name}: {error} without a cause"
                    );
                    match error.outcome {
                        Outcome::Unknown => {
                            assert!(!is_read, "seed {seed}: {name} cannot be unknown");
                            tally.unknown += 1;
                            tally.unknown_done += u64::from(commits > 0);
                            tally.keyed_unknown += u64::from(caller.key.is_some());
                        }
                        outcome => {
                            assert_eq!(commits, 0, "seed {seed}: {name} done, {error:?}");
                            if outcome == Outcome::Refused {
                                tally.refused += 1
                            } else {
                                tally.not_sent += 1
                            }
                        }
                    }
                }
            }
            tally.requests += u64::from(caller.requests);
        }
        self.check_edits(tally);
        self.check_nothing_is_left();
        tally.calls += self.callers.len() as u64;
        tally.refreshes += u64::from(self.server.tokens_issued);
    }

    /// Checks that every edit that succeeded is still in the record, for each customer whose writes
    /// all have a known outcome. (A write that is still on its way when its caller gives up can
    /// undo a later write: the API can't prevent this.)
    fn check_edits(&self, tally: &mut Tally) {
        for (id, record) in &self.server.records {
            let writers = |caller: &&Caller| match &caller.operation {
                Operation::Edit { id: written, .. } | Operation::Update { id: written, .. } => {
                    written == id
                }
                Operation::Merge { into, from } => into == id || from.contains(id),
                _ => false,
            };
            let results = || self.callers.iter().filter(writers).map(|caller| &caller.result);
            // A caller that vanished has no result, but may have written.
            let is_known = |result: &Option<(u64, Result<Json, ApiError>)>| match result {
                Some((_, Ok(_))) => true,
                Some((_, Err(error))) => error.outcome != Outcome::Unknown,
                None => false,
            };
            let replaced = self
                .callers
                .iter()
                .filter(writers)
                .any(|caller| matches!(caller.operation, Operation::Update { .. }));
            if replaced || !results().all(is_known) {
                continue;
            }
            for (index, caller) in self.callers.iter().enumerate() {
                if let Operation::Edit { id: edited, append_comment, .. } = &caller.operation
                    && edited == id
                    && matches!(caller.result, Some((_, Ok(_))))
                {
                    let seed = self.seed;
                    assert!(
                        record.get(&format!("Tag{index}")).is_some(),
                        "seed {seed}: edit {index} lost"
                    );
                    let comments =
                        record.get("Comments").and_then(Json::as_str).unwrap_or_default();
                    if let Some(note) = append_comment {
                        assert_eq!(
                            comments.matches(note.as_str()).count(),
                            1,
                            "seed {seed}: note {index}"
                        );
                    }
                    assert_eq!(record.get("Big"), Some(&Json::from(7)), "seed {seed}");
                    tally.edits_checked += 1;
                }
            }
        }
    }
}

/// How many schedules are run. To run more: `DINERKIT_SCHEDULES=100000 cargo test --release --test
/// client_simulation`.
const SCHEDULES: u64 = 3000;

#[test]
fn simulation_of_random_faults_finds_every_result_true() {
    let schedules = std::env::var("DINERKIT_SCHEDULES").ok();
    let schedules =
        schedules.map_or(SCHEDULES, |text| text.parse().expect("a number of schedules"));
    let mut tally = Tally::default();
    for seed in 0..schedules {
        World::new(seed).run().check(&mut tally);
    }
    println!("{schedules} schedules: {tally:?}");
    // Each kind of result must be common, otherwise the simulation would prove nothing about it.
    for (what, count) in [
        ("done", tally.done),
        ("refused", tally.refused),
        ("not sent", tally.not_sent),
        ("unknown", tally.unknown),
        ("unknown and done", tally.unknown_done),
        ("edits", tally.edits_checked),
        ("vanished", tally.vanished),
        ("keyed", tally.keyed),
        ("repeated", tally.repeated * 10),
    ] {
        assert!(count > schedules / 4, "{what}: {count}");
    }
}

/// In these runs only the network fails.
#[test]
fn simulation_with_keys_leaves_nearly_no_create_unknown() {
    let tally = |honours_keys| {
        let mut tally = Tally::default();
        for seed in 0..SCHEDULES / 10 {
            World::lossy(seed, honours_keys).run().check(&mut tally);
        }
        println!("keys {honours_keys}: {} of {} creates unknown", tally.keyed_unknown, tally.keyed);
        tally
    };
    let (with, without) = (tally(true), tally(false));
    assert_eq!(with.keyed, without.keyed);
    assert!(with.keyed_unknown * 5 < without.keyed_unknown, "{with:?}, {without:?}");
}

/// The server answers a hundred calls with 401 at the same time. `late` of these answers arrive
/// after the refresh.
#[test]
fn simulation_of_a_hundred_401s_costs_one_refresh_and_one_replay_each() {
    let token = |text: &str| {
        let answer = Object::new().with("Status", "Success").with("Token", text);
        Input::Response(json(200, &answer))
    };
    for late in [0, 1, 37, 99] {
        let mut config = Config::new("https://api.example", "m");
        config.requests_per_minute = 1000;
        config.access = Access::Credentials(Credentials {
            username: SECRET.to_owned(),
            password: SECRET.to_owned(),
        });
        let mut session = Session::new(config).unwrap();
        let mut opener = Call::new(Operation::Setup);
        opener.handle(&mut session, Input::Start, NOON, 0);
        opener.handle(&mut session, token("one"), NOON, 0);
        let create =
            |index| Call::new(Operation::Create { request: Object::new().with("Surname", index) });
        let mut calls: Vec<Call> = (0..100).map(create).collect();
        for call in &mut calls {
            assert!(matches!(call.handle(&mut session, Input::Start, NOON, 0), Output::Send(_)));
        }
        session.take_wake();
        let (mut refreshes, mut replays) = (0, 0);
        let mut parked = Vec::new();
        let mut count = |index: usize, output: Output, parked: &mut Vec<usize>| match output {
            Output::Send(send) if send.request.path.ends_with("/Authenticate") => refreshes += 1,
            Output::Send(send) => {
                replays += 1;
                assert_eq!(send.headers.get("Authorization"), Some(&Json::from("Bearer two")));
            }
            Output::WaitForWake { .. } => parked.push(index),
            _ => panic!("call {index} neither waits nor sends"),
        };
        for (index, call) in calls.iter_mut().enumerate().take(100 - late) {
            count(
                index,
                call.handle(&mut session, Input::Response(refusal(401)), NOON, 0),
                &mut parked,
            );
        }
        count(0, calls[0].handle(&mut session, token("two"), NOON, 0), &mut parked);
        assert!(session.take_wake());
        for index in std::mem::take(&mut parked) {
            count(index, calls[index].handle(&mut session, Input::Woken, NOON, 0), &mut parked);
        }
        for (index, call) in calls.iter_mut().enumerate().skip(100 - late) {
            count(
                index,
                call.handle(&mut session, Input::Response(refusal(401)), NOON, 0),
                &mut parked,
            );
        }
        assert!(parked.is_empty());
        assert_eq!((refreshes, replays), (1, 100), "{late} late");
        // After a second 401 the call fails.
        for call in &mut calls {
            let output = call.handle(&mut session, Input::Response(refusal(401)), NOON, 0);
            let Output::Done(Err(error)) = output else { panic!("replayed twice") };
            assert_eq!(error, ErrorKind::Http { status: 401 }.with(Outcome::Refused));
        }
    }
}
