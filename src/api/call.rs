//! One call as a state machine, for drivers: the WebAssembly binding, the gateway, tests. All decisions are here;
//! a driver only does what it is told and reports what came of it.
//!
//! A driver keeps one [`Session`] per client and makes a [`Call`] per operation. It steps the call with
//! [`Event::Start`], does the [`Action`], and steps again with what happened, until [`Action::Done`]. After every
//! step it asks [`Session::take_wake`], and if that is true steps each call of the session that waits for a token
//! with [`Event::Woken`]. A caller who gives up is [`Failure::Abort`], in any state: a call is never just dropped.

use crate::api::auth::{Authentication, Credentials, Token};
use crate::api::error::{ApiError, ErrorKind, Outcome};
use crate::api::names::Names;
use crate::api::operations::{Encoding, HttpRequest, Operation, microsite_segment};
use crate::api::response::{self, HttpResponse};
use crate::json::{Json, Object};

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
            names: Names::default(),
        }
    }

    /// Reads JavaScript's `ClientOptions`, without its functions: a driver that has a token function sets
    /// [`Access::Provider`] itself. The error says what to do.
    pub fn from_json(options: &Object) -> Result<Self, &'static str> {
        let text = |object: &Object, name| match object.get(name) {
            Some(Json::String(text)) => Some(text.clone()),
            _ => None,
        };
        let mut config = Self::new(
            &text(options, "baseUrl").ok_or("give baseUrl: the API's address or a gateway's")?,
            &text(options, "microsite")
                .ok_or("give microsite: the restaurant's name in the API")?,
        );
        match (given(options, "token"), given(options, "credentials")) {
            (None, None) => {}
            (Some(Json::String(token)), None) => {
                let token =
                    Token::new(token).ok_or("give token as the API gave it, in one line")?;
                config.access = Access::Token(token);
            }
            (Some(_), None) => return Err("give token as text or as a function"),
            (None, Some(credentials)) => {
                let credentials = credentials.as_object().and_then(|credentials| {
                    Some(Credentials {
                        username: text(credentials, "username")?,
                        password: text(credentials, "password")?,
                    })
                });
                let credentials =
                    credentials.ok_or("give credentials as { username, password }")?;
                config.access = Access::Credentials(credentials);
            }
            (Some(_), Some(_)) => return Err("give token or credentials, not both"),
        }
        if let Some(authentication) = given(options, "authentication") {
            config.authentication = match authentication.as_str() {
                Some("v2") => Authentication::V2,
                Some("token") => Authentication::Token,
                _ => return Err("give authentication as \"v2\" or \"token\""),
            };
        }
        if let Some(encoding) = given(options, "encoding") {
            config.encoding = match encoding.as_str() {
                Some("json") => Encoding::Json,
                Some("form") => Encoding::Form,
                _ => return Err("give encoding as \"json\" or \"form\""),
            };
        }
        for (name, slot, error) in [
            ("timeoutMs", &mut config.timeout_ms, "give timeoutMs as whole milliseconds above 0"),
            (
                "totalTimeoutMs",
                &mut config.total_timeout_ms,
                "give totalTimeoutMs as whole milliseconds above 0",
            ),
        ] {
            if let Some(value) = given(options, name) {
                let ms = value.as_i32().filter(|ms| *ms > 0);
                *slot = ms.ok_or(error)?.unsigned_abs();
            }
        }
        if let Some(names) = given(options, "names") {
            config.names.override_with(names.as_object().ok_or("give names as an object")?)?;
        }
        Ok(config)
    }
}

/// An option that is there and not null.
fn given<'a>(options: &'a Object, name: &str) -> Option<&'a Json> {
    options.get(name).filter(|value| !value.is_null())
}

/// What the calls of one client share: its options and its token.
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
    refresh: Refresh,
    /// Counts the refreshes.
    refreshes: u32,
    wake: bool,
}

/// The refresh that is under way, or how the last one ended.
enum Refresh {
    None,
    Running,
    /// Those who waited for it fail with it, rather than each try the same credentials again.
    Failed(ErrorKind),
}

impl Session {
    /// A session. The error says what to do about an option.
    pub fn new(config: Config) -> Result<Self, &'static str> {
        let base_url = base_url(&config.base_url)?;
        let microsite = microsite_segment(&config.microsite)
            .map_err(|_| "give microsite: the restaurant's name in the API")?;
        let token = match &config.access {
            Access::Token(token) => Some(token.clone()),
            _ => None,
        };
        Ok(Self {
            config,
            base_url,
            microsite,
            token,
            generation: 0,
            refresh: Refresh::None,
            refreshes: 0,
            wake: false,
        })
    }

    /// True once after each change that a call may be waiting for: see the module.
    pub fn take_wake(&mut self) -> bool {
        core::mem::take(&mut self.wake)
    }

    /// Takes `token` over, or the failure to get one.
    fn end_refresh(&mut self, token: Result<Token, ErrorKind>) {
        self.wake = true;
        match token {
            Ok(token) => {
                self.token = Some(token);
                self.generation = self.generation.wrapping_add(1);
                self.refresh = Refresh::None;
            }
            Err(kind) => self.refresh = Refresh::Failed(kind),
        }
    }
}

/// Checks a base URL and takes the slash off its end. The check is on the text, since only the driver has a URL
/// parser: what it lets through has no user, query, fragment or dot segment, however it is resolved.
fn base_url(text: &str) -> Result<String, &'static str> {
    const ERROR: &str =
        "give baseUrl as http(s)://host, with a port and a path if need be, and nothing more";
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let rest = scheme.and_then(|scheme| text.get(scheme.len()..)).ok_or(ERROR)?;
    let is_plain = rest.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':' | b'/' | b'[' | b']')
    });
    let mut segments = rest.trim_end_matches('/').split('/');
    let has_host = segments.next().is_some_and(|host| host.starts_with(|first: char| first != ':'));
    if is_plain && has_host && segments.all(|segment| !matches!(segment, "." | "..")) {
        Ok(text.trim_end_matches('/').to_owned())
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
    /// The body is longer than [`response::BODY_MAX`].
    TooLarge,
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
    },
    /// Another call is getting a token: wait until [`Session::take_wake`], or so long, then [`Event::Woken`].
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
    /// All headers. May hold the token.
    pub headers: Vec<(&'static str, String)>,
    /// Milliseconds for the attempt.
    pub timeout_ms: u32,
}

/// One operation on its way.
pub struct Call {
    operation: Operation,
    state: State,
    deadline_ms: u64,
    /// What is known of the write so far.
    outcome: Outcome,
    /// The generation of the token last sent.
    generation: u32,
    replayed: bool,
}

enum State {
    New,
    /// Waiting for the refresh with this number.
    WaitingForToken(u32),
    /// The refresh is this call's, by request or by the caller's function.
    Refreshing,
    Sending,
    Done,
}

impl Call {
    /// A call of `operation`.
    pub fn new(operation: Operation) -> Self {
        Self {
            operation,
            state: State::New,
            deadline_ms: 0,
            outcome: Outcome::NotSent,
            generation: 0,
            replayed: false,
        }
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
        let _ = random;
        match (&self.state, event) {
            (State::New, Event::Start) => {
                self.deadline_ms = now_ms.saturating_add(session.config.total_timeout_ms.into());
                self.proceed(session, now_ms)
            }
            (_, Event::Failed(Failure::Abort)) => self.fail(session, ErrorKind::Abort),
            (State::WaitingForToken(_), Event::Woken) => self.proceed(session, now_ms),
            (State::Refreshing, event) => {
                let token = match event {
                    Event::Response(answer) => session.config.authentication.read(&answer, now_ms),
                    Event::Token(text) => Token::new(&text).ok_or(NO_TOKEN),
                    Event::Failed(failure) => Err(failure.into()),
                    Event::Start | Event::Woken => Err(OUT_OF_TURN),
                };
                match token {
                    Ok(token) => {
                        session.end_refresh(Ok(token));
                        self.proceed(session, now_ms)
                    }
                    Err(kind) => self.fail(session, kind),
                }
            }
            (State::Sending, Event::Response(answer)) => self.judge(session, &answer, now_ms),
            (State::Sending, Event::Failed(failure)) => self.fail(session, failure.into()),
            _ => self.fail(session, OUT_OF_TURN),
        }
    }

    /// Sends the request, or does what has to come before it.
    fn proceed(&mut self, session: &mut Session, now_ms: u64) -> Action {
        let left_ms = self.deadline_ms.saturating_sub(now_ms).try_into().unwrap_or(u32::MAX);
        if left_ms == 0 {
            return self.fail(session, ErrorKind::Timeout);
        }
        let timeout_ms = session.config.timeout_ms.min(left_ms);
        let is_due = match &session.token {
            Some(token) => now_ms >= token.renew_at_ms,
            None => session.config.access != Access::Open,
        };
        if is_due {
            match (&session.refresh, &self.state) {
                (Refresh::Running, _) => {
                    self.state = State::WaitingForToken(session.refreshes);
                    return Action::WaitForToken { ms: left_ms };
                }
                (Refresh::Failed(kind), State::WaitingForToken(waited_for))
                    if *waited_for == session.refreshes =>
                {
                    let kind = kind.clone();
                    return self.fail(session, kind);
                }
                _ => {}
            }
            session.refresh = Refresh::Running;
            session.refreshes = session.refreshes.wrapping_add(1);
            self.state = State::Refreshing;
            return match &session.config.access {
                Access::Credentials(credentials) => {
                    let request = session.config.authentication.request(credentials);
                    send(session, request, None, timeout_ms)
                }
                _ => Action::AskForToken { timeout_ms },
            };
        }
        self.state = State::Sending;
        self.generation = session.generation;
        let config = &session.config;
        let request = self.operation.to_http(&session.microsite, &config.names, config.encoding);
        send(session, request, session.token.as_ref(), timeout_ms)
    }

    fn judge(&mut self, session: &mut Session, answer: &HttpResponse, now_ms: u64) -> Action {
        match response::read(&self.operation, &session.config.names, answer) {
            Ok(value) => {
                self.state = State::Done;
                Action::Done(Ok(value))
            }
            Err(ErrorKind::Http { status: 401 }) if !self.replayed && can_refresh(session) => {
                self.replayed = true;
                self.outcome = self.outcome.max(Outcome::Refused);
                if session.generation == self.generation {
                    session.token = None;
                }
                self.proceed(session, now_ms)
            }
            Err(kind) => self.fail(session, kind),
        }
    }

    fn fail(&mut self, session: &mut Session, kind: ErrorKind) -> Action {
        match self.state {
            State::Sending => {
                self.outcome = self.outcome.max(kind.after_sending(self.operation.is_read()));
            }
            State::Refreshing if kind == ErrorKind::Abort => {
                // The next one who waits gets the token for the rest.
                session.refresh = Refresh::None;
                session.wake = true;
            }
            State::Refreshing => session.end_refresh(Err(kind.clone())),
            _ => {}
        }
        self.state = State::Done;
        Action::Done(Err(kind.with(self.outcome)))
    }
}

/// A driver that broke the protocol above.
const OUT_OF_TURN: ErrorKind =
    ErrorKind::Protocol { status: 0, reason: "report this to dinerkit: an event came out of turn" };

const NO_TOKEN: ErrorKind =
    ErrorKind::Protocol { status: 0, reason: "check the token function: what it gave is no token" };

fn can_refresh(session: &Session) -> bool {
    matches!(session.config.access, Access::Provider | Access::Credentials(_))
}

/// The action for a request. Only a request of the session's own paths gets the token, and the base URL is the
/// session's own too, so that the token goes nowhere else.
fn send(session: &Session, request: HttpRequest, token: Option<&Token>, timeout_ms: u32) -> Action {
    let mut url = session.base_url.clone();
    url.push_str(&request.path);
    let mut headers = vec![("Accept", "application/json".to_owned())];
    if let Some(content_type) = request.content_type {
        headers.push(("Content-Type", content_type.to_owned()));
    }
    if let Some(token) = token {
        let mut bearer = String::from("Bearer ");
        bearer.push_str(&token.text);
        headers.push(("Authorization", bearer));
    }
    Action::Send(Send { request, url, headers, timeout_ms })
}

impl From<Failure> for ErrorKind {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Network => ErrorKind::Network,
            Failure::Timeout => ErrorKind::Timeout,
            Failure::Abort => ErrorKind::Abort,
            Failure::TooLarge => ErrorKind::Protocol {
                status: 0,
                reason: "report this to the vendor: the answer is longer than any record",
            },
        }
    }
}
