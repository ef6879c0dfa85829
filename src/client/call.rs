//! One call as a state machine, for drivers: the WebAssembly binding, the gateway, tests. All decisions are here;
//! a driver only does what it is told and reports what came of it.
//!
//! A driver keeps one [`Session`] per client and makes a [`Call`] per operation. It steps the call with
//! [`Event::Start`], does the [`Action`], and steps again with what happened, until [`Action::Done`]. After every
//! step it asks [`Session::take_wake`], and if that is true steps each call of the session that is in
//! [`Action::WaitForToken`] with [`Event::Woken`]. A caller who gives up is [`Failure::Abort`], in any state. A call
//! that is just dropped keeps what others wait for until its time is over.

use crate::client::auth::{Authentication, Credentials, Token};
use crate::client::edit::{Edit, is_echo};
use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::client::lease::{Leases, REFRESH, Taken};
use crate::client::limit::{Limiter, REQUESTS_PER_MINUTE};
use crate::client::operations::{
    Encoding, HttpRequest, IDEMPOTENCY_KEY, Key, Operation, microsite_segment,
};
use crate::client::response::{self, HttpResponse};
use crate::client::retry;
use crate::issue::Issue;
use crate::json::{Json, Object};
use crate::names::Names;
use crate::scan;

/// Milliseconds for one attempt, unless the caller says otherwise.
pub const TIMEOUT_MS: u32 = 30_000;
/// Milliseconds for a call with all its attempts and waits, unless the caller says otherwise.
pub const TOTAL_TIMEOUT_MS: u32 = 90_000;

/// How a client is set up.
#[derive(Clone)]
pub struct Config {
    /// Origin and optional prefix of the remote API or of a gateway: http or https, without query or fragment.
    pub base_url: String,
    /// The restaurant's name in the API's paths, as it is: not encoded.
    pub microsite: String,
    /// What lets us in.
    pub access: Access,
    /// Which call authenticates.
    pub authentication: Authentication,
    /// How create and update send the record.
    pub encoding: Encoding,
    /// Milliseconds for one attempt.
    pub timeout_ms: u32,
    /// Milliseconds for a call with all its attempts and waits.
    pub total_timeout_ms: u32,
    /// Requests a minute that the session sends at most, all its calls and retries together.
    pub requests_per_minute: u32,
    /// Whether the server creates once and once only under an `Idempotency-Key`: a gateway does, the remote API does not.
    /// Unless it is said, that is so where there is no access.
    pub idempotency_keys: Option<bool>,
    /// The guessed names.
    pub names: Names,
}

/// What lets a client in.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// Nothing: a gateway has its own.
    Open,
    /// A token.
    Token(Token),
    /// A function of the caller's, which the driver asks at [`Action::AskForToken`].
    Provider,
    /// Credentials.
    Credentials(Credentials),
}

const KEYS_ERROR: &str = "give idempotencyKeys as true or false, and not with credentials";

impl Config {
    /// A client of `microsite` at `base_url`, with every option at its default and no access.
    pub fn new(base_url: &str, microsite: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            microsite: microsite.to_owned(),
            access: Access::Open,
            authentication: Authentication::default(),
            encoding: Encoding::default(),
            timeout_ms: TIMEOUT_MS,
            total_timeout_ms: TOTAL_TIMEOUT_MS,
            requests_per_minute: REQUESTS_PER_MINUTE,
            idempotency_keys: None,
            names: Names::default(),
        }
    }

    /// Reads JavaScript's `ClientOptions`, without its functions: a driver that has a token function sets
    /// [`Access::Provider`] itself. The error says what to do.
    pub fn from_json(options: &Object) -> Result<Self, &'static str> {
        let text = |name, error| options.get(name).and_then(Json::as_str).ok_or(error);
        let number = |name, default| match options.given(name) {
            None => Ok(default),
            Some(value) => value.as_positive().map(i32::unsigned_abs).ok_or(
                "give timeoutMs, totalTimeoutMs and requestsPerMinute as whole numbers above 0",
            ),
        };
        let mut config = Self {
            access: Access::from_json(options)?,
            authentication: match choice(options, "authentication") {
                None | Some("v2") => Authentication::V2,
                Some("token") => Authentication::Token,
                _ => return Err("give authentication as \"v2\" or \"token\""),
            },
            encoding: match choice(options, "encoding") {
                None | Some("json") => Encoding::Json,
                Some("form") => Encoding::Form,
                _ => return Err("give encoding as \"json\" or \"form\""),
            },
            timeout_ms: number("timeoutMs", TIMEOUT_MS)?,
            total_timeout_ms: number("totalTimeoutMs", TOTAL_TIMEOUT_MS)?,
            requests_per_minute: number("requestsPerMinute", REQUESTS_PER_MINUTE)?,
            idempotency_keys: match options.given("idempotencyKeys") {
                None => None,
                Some(Json::Bool(keys)) => Some(*keys),
                Some(_) => return Err(KEYS_ERROR),
            },
            ..Self::new(
                text("baseUrl", "give baseUrl: the API's address or a gateway's")?,
                text("microsite", "give microsite: the restaurant's name in the API")?,
            )
        };
        if let Some(names) = options.given("names") {
            config.names.override_with(names.as_object().ok_or("give names as an object")?)?;
        }
        Ok(config)
    }
}

impl Access {
    fn from_json(options: &Object) -> Result<Self, &'static str> {
        match (options.given("token"), options.given("credentials")) {
            (None, None) => Ok(Access::Open),
            (Some(Json::String(token)), None) => {
                let token = Token::new(token);
                token.map(Access::Token).ok_or("give token as the API gave it, in one line")
            }
            (Some(_), None) => Err("give token as text or as a function"),
            (None, Some(credentials)) => {
                let member = |name| credentials.as_object()?.get(name)?.as_str();
                match (member("username"), member("password")) {
                    (Some(username), Some(password)) => Ok(Access::Credentials(Credentials {
                        username: username.to_owned(),
                        password: password.to_owned(),
                    })),
                    _ => Err("give credentials as { username, password }"),
                }
            }
            (Some(_), Some(_)) => Err("give token or credentials, not both"),
        }
    }
}

/// The word that an option was set to; an empty one, which no option takes, for a value of another type.
fn choice<'a>(options: &'a Object, name: &str) -> Option<&'a str> {
    options.given(name).map(|value| value.as_str().unwrap_or_default())
}

/// What the calls of one account share: options, token, budget, and who is writing to which customer. Calls for
/// several microsites of the account can share one session, see [`Call::at`].
pub struct Session {
    config: Config,
    /// Without a slash at its end.
    base_url: String,
    /// Percent-encoded.
    microsite: String,
    token: Option<Token>,
    /// Counts the tokens, so that a call knows whether the one it was refused with has been replaced since: the
    /// API may well issue the same text again.
    generation: u32,
    /// Who gets the next token, and who writes to which customer. An edit that read the record before another call
    /// changed it would undo that change.
    ///
    /// Customers are held for the total time-out, so that whoever comes back after the end of a lease has no time
    /// left to write.
    leases: Leases,
    /// The last refresh that failed, by its lease. Those who waited for it fail with it, rather than each try the
    /// same credentials again.
    failed_refresh: Option<(u32, ErrorKind)>,
    limiter: Limiter,
    wake: bool,
}

/// How late a timer may be before a call that holds the refresh is taken for gone, in milliseconds.
const LATENESS_MS: u64 = 2000;

/// How long a token that could not be renewed before its end is used on, in milliseconds.
const RENEW_AGAIN_MS: u64 = 60_000;

impl Session {
    /// A session. The error says what to do about an option.
    pub fn new(config: Config) -> Result<Self, &'static str> {
        let base_url = base_url(&config.base_url)?;
        let microsite = microsite_segment(&config.microsite)
            .map_err(|_| "give microsite: the restaurant's name in the API")?;
        let token = match &config.access {
            Access::Token(token) => Some(token.clone()),
            Access::Credentials(_) if config.idempotency_keys == Some(true) => {
                return Err(KEYS_ERROR);
            }
            _ => None,
        };
        let total_timeout_ms = config.total_timeout_ms.into();
        let limiter = Limiter::new(config.requests_per_minute, total_timeout_ms);
        Ok(Self {
            config,
            base_url,
            microsite,
            token,
            generation: 0,
            leases: Leases::new(total_timeout_ms),
            failed_refresh: None,
            limiter,
            wake: false,
        })
    }

    /// Whether the server heeds an `Idempotency-Key`: see [`Config::idempotency_keys`].
    pub fn takes_keys(&self) -> bool {
        self.config.idempotency_keys.unwrap_or(matches!(self.config.access, Access::Open))
    }

    /// True once after each change that a call may be waiting for: see the module.
    pub fn take_wake(&mut self) -> bool {
        core::mem::take(&mut self.wake)
    }

    /// Gives back what a call held, and lets those look who waited for it.
    fn release(&mut self, lease: u32) -> bool {
        let was_held = self.leases.release(lease);
        self.wake |= was_held;
        was_held
    }

    fn needs_token(&self, now_ms: u64) -> bool {
        match &self.token {
            Some(token) => now_ms >= token.renew_at_ms,
            None => !matches!(self.config.access, Access::Open),
        }
    }

    fn can_refresh(&self) -> bool {
        matches!(self.config.access, Access::Provider | Access::Credentials(_))
    }

    /// The action for a request. Only a request of the session's own paths gets the token, and the base URL is the
    /// session's own too, so that the token goes nowhere else.
    fn send(
        &self,
        request: HttpRequest,
        token: Option<&Token>,
        key: Option<&Key>,
        timeout_ms: u32,
    ) -> Action {
        let mut url = self.base_url.clone();
        url.push_str(&request.path);
        let mut headers = Object::new().with("Accept", "application/json");
        if let Some(content_type) = request.content_type {
            headers.set("Content-Type", content_type);
        }
        if let Some(token) = token {
            let mut bearer = String::from("Bearer ");
            bearer.push_str(&token.text);
            headers.set("Authorization", bearer);
        }
        if let Some(Key(key)) = key {
            headers.set(IDEMPOTENCY_KEY, key.as_str());
        }
        Action::Send(Send { request, url, headers, timeout_ms })
    }
}

/// Checks a base URL and takes the slash off its end. The check is on the text, since only the driver has a URL
/// parser: what it lets through has no user, query, fragment or dot segment, however it is resolved.
pub(crate) fn base_url(text: &str) -> Result<String, &'static str> {
    const ERROR: &str =
        "give baseUrl as http(s)://host, with a port and a path if need be, and nothing more";
    let text = text.trim_end_matches('/');
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let rest = scheme.and_then(|scheme| text.get(scheme.len()..)).ok_or(ERROR)?;
    let is_plain = rest.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':' | b'/' | b'[' | b']')
    });
    let mut segments = scan::split(rest, b'/');
    let has_host = segments.next().is_some_and(|host| !matches!(host.as_bytes(), [] | [b':', ..]));
    if is_plain && has_host && segments.all(|segment| !matches!(segment, "." | "..")) {
        Ok(text.to_owned())
    } else {
        Err(ERROR)
    }
}

/// What happened.
pub enum Event {
    /// The call begins. Once, first.
    Start,
    /// The answer to [`Action::Send`].
    Response(HttpResponse),
    /// There will be no answer to [`Action::Send`] or [`Action::AskForToken`]; or the caller gave up, in any state.
    Failed(Failure),
    /// The token that the caller's function gave.
    Token(String),
    /// A wait is over, or [`Session::take_wake`] said so.
    Woken,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The connection failed, at any point; or the caller's token function did.
    Network,
    /// The attempt's time is over. The driver has aborted it.
    Timeout,
    /// The caller gave up. The driver has aborted the attempt, if there is one.
    Abort,
    /// The caller gave up before the driver had sent the request of [`Action::Send`].
    Unsent,
    /// The body is longer than [`response::BODY_MAX`].
    TooLarge,
    /// The caller's own `fetch` answered with something else than a response.
    NoResponse,
}

/// What to do next.
pub enum Action {
    /// Send this, following no redirect, and give up after `timeout_ms`, the reading of the body included.
    Send(Send),
    /// Ask the caller's token function, for `timeout_ms` at most.
    AskForToken {
        /// Milliseconds.
        timeout_ms: u32,
    },
    /// Wait so long, then [`Event::Woken`].
    Wait {
        /// Milliseconds.
        ms: u32,
        /// True before another attempt at what has just failed; false for room in the budget.
        retries: bool,
    },
    /// Another call is getting a token, or writing to the same customer: wait until [`Session::take_wake`], or so
    /// long, then [`Event::Woken`].
    WaitForToken {
        /// Milliseconds.
        ms: u32,
    },
    /// The call is over.
    Done(Result<Json, ApiError>),
}

/// One request to send.
pub struct Send {
    /// Method, path, body.
    pub request: HttpRequest,
    /// The whole URL.
    pub url: String,
    /// All headers, each a text. May hold the token.
    pub headers: Object,
    /// Milliseconds for the attempt.
    pub timeout_ms: u32,
}

/// One operation on its way.
pub struct Call {
    /// The operation; an edit's is first the reading, then the update.
    operation: Operation,
    edit: Option<Edit>,
    /// Percent-encoded, where it is not the session's.
    microsite: Option<String>,
    /// Under which a create happens once, however often it is sent.
    key: Option<Key>,
    state: State,
    deadline_ms: u64,
    /// What is known of the write so far.
    outcome: Outcome,
    /// The failure of the last attempt, which is said when there is no time for another.
    failure: Option<ErrorKind>,
    /// Attempts at the present request.
    attempts: u32,
    /// Whether that is to be the only one.
    #[cfg(feature = "gateway")]
    is_once: bool,
    /// Attempts at the present refresh.
    refresh_attempts: u32,
    /// The generation of the token last sent.
    generation: u32,
    replayed: bool,
    /// The lease on the refresh.
    refresh: Option<u32>,
    /// The lease on the customers that the operation writes to, of whom there may be none.
    customers: Option<u32>,
    /// Place in the limiter's queue.
    ticket: Option<u32>,
}

#[derive(Clone, Copy)]
enum State {
    New,
    /// For time to pass.
    Waiting,
    /// For another call to get the token, under this lease.
    WaitingForToken(u32),
    /// For another call to be done with the same customer.
    WaitingForIds,
    AskingForToken,
    Authenticating,
    Sending,
    Done,
}

impl Call {
    /// A call of `operation`.
    pub fn new(operation: Operation) -> Self {
        let (operation, edit) = match operation {
            Operation::Edit { id, patch, append_comment } => {
                (Operation::Get { id }, Some(Edit { patch, append_comment }))
            }
            other => (other, None),
        };
        Self {
            operation,
            edit,
            microsite: None,
            key: None,
            state: State::New,
            deadline_ms: 0,
            outcome: Outcome::NotSent,
            failure: None,
            attempts: 0,
            #[cfg(feature = "gateway")]
            is_once: false,
            refresh_attempts: 0,
            generation: 0,
            replayed: false,
            refresh: None,
            customers: None,
            ticket: None,
        }
    }

    /// The same call for another microsite of the session's account.
    pub fn at(mut self, microsite: &str) -> Result<Self, Issue> {
        self.microsite = Some(microsite_segment(microsite)?);
        Ok(self)
    }

    /// The same create under an `Idempotency-Key`: a random one, or that of the create it repeats. It is sent again where
    /// no answer has come, always with the same key and body; but a session whose server
    /// [takes no keys](Session::takes_keys) sends it without, and once.
    #[must_use]
    pub fn keyed(mut self, key: Option<Key>) -> Self {
        self.key = key;
        self
    }

    /// The same call, with each of its requests sent once: for a gateway, whose own callers try again.
    #[cfg(feature = "gateway")]
    #[must_use]
    pub fn once(mut self) -> Self {
        self.is_once = true;
        self
    }

    /// Attempts so far at the request under way, which is the authentication's while this call gets the token. At an
    /// [`Action::Wait`], 0 says that it is for room in the budget.
    pub fn attempts(&self) -> u32 {
        if self.refresh.is_some() { self.refresh_attempts } else { self.attempts }
    }

    /// True where the request under way is the authentication's.
    pub fn is_authenticating(&self) -> bool {
        matches!(self.state, State::Authenticating)
    }

    /// Takes what happened and says what to do. `now_ms` is the time in milliseconds since 1970, `random` any 32
    /// random bits, new at every step.
    pub fn step(
        &mut self,
        session: &mut Session,
        event: Event,
        now_ms: u64,
        random: u32,
    ) -> Action {
        let action = self.react(session, event, now_ms, random);
        if let Some(lease) = self.refresh {
            let ms = match &action {
                Action::Send(Send { timeout_ms: ms, .. })
                | Action::AskForToken { timeout_ms: ms }
                | Action::Wait { ms, .. }
                | Action::WaitForToken { ms } => u64::from(*ms),
                Action::Done(_) => 0,
            };
            session.leases.renew(lease, ms + LATENESS_MS, now_ms);
        }
        action
    }

    fn react(&mut self, session: &mut Session, event: Event, now_ms: u64, random: u32) -> Action {
        if let Event::Failed(Failure::Unsent) = event {
            self.state = State::Waiting;
        }
        match (self.state, event) {
            (State::New, Event::Start) => {
                self.deadline_ms = now_ms.saturating_add(session.config.total_timeout_ms.into());
                match self.edit.as_ref().map(Edit::issues) {
                    Some(issues) if !issues.is_empty() => self.refuse(session, issues),
                    _ => self.proceed(session, now_ms),
                }
            }
            (State::Waiting | State::WaitingForToken(_) | State::WaitingForIds, Event::Woken) => {
                self.proceed(session, now_ms)
            }
            (State::AskingForToken, Event::Token(text)) => {
                let token = Token::new(&text).ok_or(NO_TOKEN);
                self.take_token(session, token, None, now_ms, random)
            }
            (State::Authenticating, Event::Response(answer)) => {
                let token = session.config.authentication.read(&answer, now_ms);
                self.take_token(session, token, Some(&answer), now_ms, random)
            }
            (State::Sending, Event::Response(answer)) => {
                self.judge(session, &answer, now_ms, random)
            }
            (
                State::AskingForToken | State::Authenticating | State::Sending,
                Event::Failed(failure),
            ) if failure != Failure::Abort => {
                self.retry(session, failure.into(), None, now_ms, random)
            }
            (_, Event::Failed(Failure::Abort | Failure::Unsent)) => {
                self.fail(session, ErrorKind::Abort)
            }
            _ => self.fail(session, OUT_OF_TURN),
        }
    }

    /// Sends the request, or does what has to come before it.
    fn proceed(&mut self, session: &mut Session, now_ms: u64) -> Action {
        let left_ms = self.left_ms(session, now_ms);
        if left_ms == 0 {
            return self.run_out(session);
        }
        if self.customers.is_none() {
            match session.leases.take(&self.written_ids(), now_ms) {
                Ok(lease) => self.customers = Some(lease),
                Err(taken) => return self.wait_for(State::WaitingForIds, taken, left_ms),
            }
        }
        if self.refresh.is_none() && session.needs_token(now_ms) {
            if let (State::WaitingForToken(awaited), Some((lease, kind))) =
                (self.state, &session.failed_refresh)
                && awaited == *lease
            {
                let kind = kind.for_others();
                return self.fail(session, kind);
            }
            match session.leases.take(&[REFRESH], now_ms) {
                Ok(lease) => self.refresh = Some(lease),
                Err(taken) => {
                    session.limiter.leave(&mut self.ticket);
                    return self.wait_for(State::WaitingForToken(taken.lease), taken, left_ms);
                }
            }
            self.refresh_attempts = 0;
        }
        let timeout_ms = session.config.timeout_ms.min(left_ms);
        if self.refresh.is_some() && matches!(session.config.access, Access::Provider) {
            self.state = State::AskingForToken;
            return Action::AskForToken { timeout_ms };
        }
        if let Err(ms) = session.limiter.admit(&mut self.ticket, now_ms) {
            return self.wait(session, ms, false, now_ms);
        }
        let config = &session.config;
        if let Access::Credentials(credentials) = &config.access
            && self.refresh.is_some()
        {
            self.state = State::Authenticating;
            self.refresh_attempts += 1;
            let request = config.authentication.request(credentials);
            return session.send(request, None, None, timeout_ms);
        }
        self.state = State::Sending;
        self.attempts += 1;
        self.generation = session.generation;
        let microsite = self.microsite.as_ref().unwrap_or(&session.microsite);
        let request = self.operation.to_http(microsite, &config.names, config.encoding);
        session.send(request, session.token.as_ref(), self.key(session), timeout_ms)
    }

    /// The key, where it is worth something.
    fn key(&self, session: &Session) -> Option<&Key> {
        let is_create = matches!(self.operation, Operation::Create { .. });
        self.key.as_ref().filter(|_| is_create && session.takes_keys())
    }

    /// Milliseconds to the total time-out. A clock that is set back gives no more than there was.
    fn left_ms(&self, session: &Session, now_ms: u64) -> u32 {
        let left_ms = self.deadline_ms.saturating_sub(now_ms).try_into().unwrap_or(u32::MAX);
        session.config.total_timeout_ms.min(left_ms)
    }

    fn written_ids(&self) -> Vec<i32> {
        match (&self.operation, &self.edit) {
            (Operation::Get { id }, Some(_)) => vec![*id],
            (operation, _) => operation.written_ids(),
        }
    }

    /// Waits for what another call holds: to be woken, or for its lease to end.
    fn wait_for(&mut self, state: State, taken: Taken, left_ms: u32) -> Action {
        self.state = state;
        let ms = taken.ms.try_into().unwrap_or(left_ms);
        Action::WaitForToken { ms: left_ms.min(ms) }
    }

    /// Waits, if there is time to do something after it.
    fn wait(&mut self, session: &mut Session, ms: u64, retries: bool, now_ms: u64) -> Action {
        let left_ms = self.left_ms(session, now_ms);
        match u32::try_from(ms) {
            Ok(ms) if ms < left_ms => {
                self.state = State::Waiting;
                Action::Wait { ms, retries }
            }
            _ => self.run_out(session),
        }
    }

    /// Fails for want of time, with what went wrong before, if anything did.
    fn run_out(&mut self, session: &mut Session) -> Action {
        self.state = State::Waiting;
        let kind = self.failure.take().unwrap_or(ErrorKind::Timeout);
        self.fail(session, kind)
    }

    fn take_token(
        &mut self,
        session: &mut Session,
        token: Result<Token, ErrorKind>,
        answer: Option<&HttpResponse>,
        now_ms: u64,
        random: u32,
    ) -> Action {
        match token {
            Ok(token) => {
                session.token = Some(token);
                session.generation = session.generation.wrapping_add(1);
                if let Some(lease) = self.refresh.take() {
                    session.release(lease);
                }
                self.failure = None;
                self.proceed(session, now_ms)
            }
            Err(kind) => self.retry(session, kind, answer, now_ms, random),
        }
    }

    fn judge(
        &mut self,
        session: &mut Session,
        answer: &HttpResponse,
        now_ms: u64,
        random: u32,
    ) -> Action {
        let names = &session.config.names;
        match response::read_wire(&self.operation, names, answer) {
            Ok(Json::Object(record)) if self.edit.is_some() => {
                self.take_record(session, record, answer.status, now_ms)
            }
            Ok(Json::Object(record)) if self.operation.answers_record() => {
                let record = response::to_model(record, names);
                self.finish(session, Ok(record.into()))
            }
            Ok(value) => self.finish(session, Ok(value)),
            Err(ErrorKind::Http { status: 401 }) if !self.replayed && session.can_refresh() => {
                self.replayed = true;
                self.outcome = self.outcome.max(Outcome::Refused);
                if session.generation == self.generation {
                    session.token = None;
                }
                self.proceed(session, now_ms)
            }
            Err(kind) => self.retry(session, kind, Some(answer), now_ms, random),
        }
    }

    /// An edit has read the record: now it writes it. Or it has written it: then the echo must hold the patch.
    fn take_record(
        &mut self,
        session: &mut Session,
        record: Object,
        status: u16,
        now_ms: u64,
    ) -> Action {
        let config = &session.config;
        let Some(edit) = &self.edit else { return self.fail(session, OUT_OF_TURN) };
        if let Operation::Update { request, .. } = &self.operation {
            if is_echo(request, &record, Some(&edit.patch)) {
                let record = response::to_model(record, &config.names);
                return self.finish(session, Ok(record.into()));
            }
            return self.fail(session, ErrorKind::Protocol { status, reason: response::NO_ECHO });
        }
        let Operation::Get { id } = self.operation else { return self.fail(session, OUT_OF_TURN) };
        match edit.apply(&record, &config.names, config.encoding) {
            Ok(request) => {
                self.operation = Operation::Update { id, request };
                self.outcome = Outcome::NotSent;
                self.failure = None;
                self.attempts = 0;
                self.replayed = false;
                self.proceed(session, now_ms)
            }
            Err(issues) => self.refuse(session, issues),
        }
    }

    /// Tries again what may be tried again, after a while; fails with the rest.
    fn retry(
        &mut self,
        session: &mut Session,
        kind: ErrorKind,
        answer: Option<&HttpResponse>,
        now_ms: u64,
        random: u32,
    ) -> Action {
        let retry_after_ms = answer.and_then(|answer| retry::retry_after_ms(answer, now_ms));
        let (attempts, is_repeatable) = match self.state {
            State::Sending if self.key(session).is_some() => {
                (self.attempts, retry::is_open(&kind, retry_after_ms))
            }
            State::Sending => (self.attempts, self.may_repeat() && retry::is_transient(&kind)),
            State::Authenticating => (self.refresh_attempts, retry::is_transient(&kind)),
            _ => (0, false),
        };
        if matches!(kind, ErrorKind::Http { status: 429 })
            && let Some(ms) = retry_after_ms
        {
            session.limiter.hold(ms.min(retry::RETRY_AFTER_MAX_MS), now_ms);
        }
        if is_repeatable && attempts < retry::ATTEMPTS {
            self.note(&kind);
            if let Some(ms) = retry::delay_ms(attempts, retry_after_ms, random) {
                self.failure = Some(kind);
                return self.wait(session, ms, true, now_ms);
            }
        }
        if let (Some(lease), Some(token)) = (self.refresh, &mut session.token) {
            // It was only about to end: it will do for now.
            token.renew_at_ms = now_ms.saturating_add(RENEW_AGAIN_MS);
            self.refresh = None;
            self.failure = None;
            session.release(lease);
            return self.proceed(session, now_ms);
        }
        self.fail(session, kind)
    }

    fn may_repeat(&self) -> bool {
        #[cfg(feature = "gateway")]
        if self.is_once {
            return false;
        }
        self.operation.is_repeatable()
    }

    /// What the failure of an attempt says of the operation. A write that may have been carried out once may have
    /// been for good; of a read only the last attempt counts.
    fn note(&mut self, kind: &ErrorKind) {
        let State::Sending = self.state else { return };
        let is_read = self.operation.is_read();
        let outcome = match kind {
            // Another request with the key is at it: nobody knows what will come of that.
            ErrorKind::Http { status: retry::CONFLICT } if self.key.is_some() => Outcome::Unknown,
            _ => kind.after_sending(is_read),
        };
        self.outcome = if is_read { outcome } else { self.outcome.max(outcome) };
    }

    fn refuse(&mut self, session: &mut Session, issues: Vec<Issue>) -> Action {
        self.finish(session, Err(ApiError::validation(issues)))
    }

    fn fail(&mut self, session: &mut Session, kind: ErrorKind) -> Action {
        self.note(&kind);
        if let Some(lease) = self.refresh.take() {
            // A verdict is for all who wait. A caller's own impatience is not: the next one takes over.
            let is_verdict = match self.state {
                State::AskingForToken => !matches!(kind, ErrorKind::Abort | ErrorKind::Timeout),
                State::Authenticating => {
                    !matches!(kind, ErrorKind::Abort)
                        && (self.refresh_attempts >= retry::ATTEMPTS || !retry::is_transient(&kind))
                }
                _ => false,
            };
            if session.release(lease) && is_verdict {
                session.failed_refresh = Some((lease, kind.for_others()));
            }
        }
        self.finish(session, Err(kind.with(self.outcome)))
    }

    /// Ends the call and gives back what it holds.
    fn finish(&mut self, session: &mut Session, result: Result<Json, ApiError>) -> Action {
        self.state = State::Done;
        session.limiter.leave(&mut self.ticket);
        for lease in [self.refresh.take(), self.customers.take()].into_iter().flatten() {
            session.release(lease);
        }
        Action::Done(result)
    }
}

/// A driver that broke the protocol above.
const OUT_OF_TURN: ErrorKind =
    ErrorKind::Protocol { status: 0, reason: "report this to dinerkit: an event came out of turn" };

const NO_TOKEN: ErrorKind =
    ErrorKind::Protocol { status: 0, reason: "check the token function: what it gave is no token" };

impl From<Failure> for ErrorKind {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Network => ErrorKind::Network,
            Failure::Timeout => ErrorKind::Timeout,
            Failure::Abort | Failure::Unsent => ErrorKind::Abort,
            Failure::TooLarge => ErrorKind::Protocol {
                status: 0,
                reason: "report this to the vendor: the answer is longer than any record",
            },
            Failure::NoResponse => ErrorKind::Protocol {
                status: 0,
                reason: "check the option fetch: what it answered with is no Response",
            },
        }
    }
}
