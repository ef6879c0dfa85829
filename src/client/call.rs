//! One call as a state machine: every decision between the first request and the result. For drivers, which run the
//! loop that the docs of [`crate::client`] teach.

use crate::client::auth::Token;
use crate::client::config::Access;
use crate::client::edit::{Edit, is_echo};
use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::client::key::Key;
use crate::client::lease::{REFRESH, Taken};
use crate::client::operation::Operation;
use crate::client::protocol::{Failure, Input, OUT_OF_TURN, Output, SendRequest};
use crate::client::request::microsite_segment;
use crate::client::response::{self, HttpResponse};
use crate::client::retry;
use crate::client::session::Session;
use crate::issue::Issue;
use crate::json::{Json, Object};

/// How late a timer may be before a call that holds the refresh counts as gone, in milliseconds.
const LATENESS_MS: u64 = 2000;

/// How long a token that could not be renewed before its end is used on, in milliseconds.
const RENEW_AGAIN_MS: u64 = 60_000;

const NO_TOKEN: ErrorKind =
    ErrorKind::Protocol { status: 0, reason: "check the token function: what it gave is no token" };

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
    token_generation: u32,
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
            token_generation: 0,
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
    /// [`Output::Wait`], 0 says that it is for room in the budget.
    pub fn attempts(&self) -> u32 {
        if self.refresh.is_some() { self.refresh_attempts } else { self.attempts }
    }

    /// True where the request under way is the authentication's.
    pub fn is_authenticating(&self) -> bool {
        matches!(self.state, State::Authenticating)
    }

    /// Takes what happened and says what to do. `now_ms` is the time in milliseconds since 1970, `random` any 32
    /// random bits, new at every step.
    pub fn handle(
        &mut self,
        session: &mut Session,
        input: Input,
        now_ms: u64,
        random: u32,
    ) -> Output {
        let output = self.dispatch(session, input, now_ms, random);
        if let Some(lease) = self.refresh {
            let ms = match &output {
                Output::Send(SendRequest { timeout_ms: ms, .. })
                | Output::AskForToken { timeout_ms: ms }
                | Output::Wait { ms, .. }
                | Output::WaitForWake { ms } => u64::from(*ms),
                Output::Done(_) => 0,
            };
            session.leases.renew(lease, ms + LATENESS_MS, now_ms);
        }
        output
    }

    fn dispatch(
        &mut self,
        session: &mut Session,
        input: Input,
        now_ms: u64,
        random: u32,
    ) -> Output {
        if let Input::Failed(Failure::Unsent) = input {
            self.state = State::Waiting;
        }
        match (self.state, input) {
            (State::New, Input::Start) => {
                self.deadline_ms = now_ms.saturating_add(session.config.total_timeout_ms.into());
                match self.edit.as_ref().map(Edit::issues) {
                    Some(issues) if !issues.is_empty() => self.reject(session, issues),
                    _ => self.advance(session, now_ms),
                }
            }
            (State::Waiting | State::WaitingForToken(_) | State::WaitingForIds, Input::Woken) => {
                self.advance(session, now_ms)
            }
            (State::AskingForToken, Input::Token(text)) => {
                let token = Token::new(&text).ok_or(NO_TOKEN);
                self.handle_token(session, token, None, now_ms, random)
            }
            (State::Authenticating, Input::Response(answer)) => {
                let token = session.config.authentication.read(&answer, now_ms);
                self.handle_token(session, token, Some(&answer), now_ms, random)
            }
            (State::Sending, Input::Response(answer)) => {
                self.handle_response(session, &answer, now_ms, random)
            }
            (
                State::AskingForToken | State::Authenticating | State::Sending,
                Input::Failed(failure),
            ) if failure != Failure::Abort => {
                self.retry(session, failure.into(), None, now_ms, random)
            }
            (_, Input::Failed(Failure::Abort | Failure::Unsent)) => {
                self.fail(session, ErrorKind::Abort)
            }
            _ => self.fail(session, OUT_OF_TURN),
        }
    }

    /// Sends the request, or does what has to come before it.
    fn advance(&mut self, session: &mut Session, now_ms: u64) -> Output {
        let left_ms = self.left_ms(session, now_ms);
        if left_ms == 0 {
            return self.time_out(session);
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
            return Output::AskForToken { timeout_ms };
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
            return Output::Send(session.complete(request, None, None, timeout_ms));
        }
        self.state = State::Sending;
        self.attempts += 1;
        self.token_generation = session.token_generation;
        let microsite = self.microsite.as_ref().unwrap_or(&session.microsite);
        let request = self.operation.to_http(microsite, &config.names, config.encoding);
        let token = session.token.as_ref();
        Output::Send(session.complete(request, token, self.key(session), timeout_ms))
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
    fn wait_for(&mut self, state: State, taken: Taken, left_ms: u32) -> Output {
        self.state = state;
        let ms = taken.ms.try_into().unwrap_or(left_ms);
        Output::WaitForWake { ms: left_ms.min(ms) }
    }

    /// Waits, if there is time to do something after it.
    fn wait(&mut self, session: &mut Session, ms: u64, retries: bool, now_ms: u64) -> Output {
        let left_ms = self.left_ms(session, now_ms);
        match u32::try_from(ms) {
            Ok(ms) if ms < left_ms => {
                self.state = State::Waiting;
                Output::Wait { ms, retries }
            }
            _ => self.time_out(session),
        }
    }

    /// Fails for want of time, with what went wrong before, if anything did.
    fn time_out(&mut self, session: &mut Session) -> Output {
        self.state = State::Waiting;
        let kind = self.failure.take().unwrap_or(ErrorKind::Timeout);
        self.fail(session, kind)
    }

    fn handle_token(
        &mut self,
        session: &mut Session,
        token: Result<Token, ErrorKind>,
        answer: Option<&HttpResponse>,
        now_ms: u64,
        random: u32,
    ) -> Output {
        match token {
            Ok(token) => {
                session.token = Some(token);
                session.token_generation = session.token_generation.wrapping_add(1);
                if let Some(lease) = self.refresh.take() {
                    session.release(lease);
                }
                self.failure = None;
                self.advance(session, now_ms)
            }
            Err(kind) => self.retry(session, kind, answer, now_ms, random),
        }
    }

    fn handle_response(
        &mut self,
        session: &mut Session,
        answer: &HttpResponse,
        now_ms: u64,
        random: u32,
    ) -> Output {
        let names = &session.config.names;
        match response::read_wire(&self.operation, names, answer) {
            Ok(Json::Object(record)) if self.edit.is_some() => {
                self.handle_record(session, record, answer.status, now_ms)
            }
            Ok(Json::Object(record)) if self.operation.answers_record() => {
                let record = response::to_model(record, names);
                self.finish(session, Ok(record.into()))
            }
            Ok(value) => self.finish(session, Ok(value)),
            Err(ErrorKind::Http { status: 401 }) if !self.replayed && session.can_refresh() => {
                self.replayed = true;
                self.outcome = self.outcome.max(Outcome::Refused);
                if session.token_generation == self.token_generation {
                    session.token = None;
                }
                self.advance(session, now_ms)
            }
            Err(kind) => self.retry(session, kind, Some(answer), now_ms, random),
        }
    }

    /// An edit has read the record: now it writes it. Or it has written it: then the echo must hold the patch.
    fn handle_record(
        &mut self,
        session: &mut Session,
        record: Object,
        status: u16,
        now_ms: u64,
    ) -> Output {
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
                self.advance(session, now_ms)
            }
            Err(issues) => self.reject(session, issues),
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
    ) -> Output {
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
            self.record_outcome(&kind);
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
            return self.advance(session, now_ms);
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
    fn record_outcome(&mut self, kind: &ErrorKind) {
        let State::Sending = self.state else { return };
        let is_read = self.operation.is_read();
        let outcome = match kind {
            // Another request with the key is at it: nobody knows what will come of that.
            ErrorKind::Http { status: retry::CONFLICT } if self.key.is_some() => Outcome::Unknown,
            _ => kind.after_sending(is_read),
        };
        self.outcome = if is_read { outcome } else { self.outcome.max(outcome) };
    }

    fn reject(&mut self, session: &mut Session, issues: Vec<Issue>) -> Output {
        self.finish(session, Err(ApiError::validation(issues)))
    }

    fn fail(&mut self, session: &mut Session, kind: ErrorKind) -> Output {
        self.record_outcome(&kind);
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
    fn finish(&mut self, session: &mut Session, result: Result<Json, ApiError>) -> Output {
        self.state = State::Done;
        session.limiter.leave(&mut self.ticket);
        for lease in [self.refresh.take(), self.customers.take()].into_iter().flatten() {
            session.release(lease);
        }
        Output::Done(result)
    }
}
