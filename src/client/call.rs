//! One call as a state machine: every decision between the first request and the result. For
//! drivers, which run the loop that the docs of [`crate::client`] teach.

use crate::client::auth::Token;
use crate::client::config::Access;
use crate::client::edit::Edit;
use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::client::key::Key;
use crate::client::lease::{Held, REFRESH};
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
    /// The operation whose request is under way: of an edit, first the get, then the update.
    operation: Operation,
    stage: Stage,
    /// The microsite, percent-encoded, if it is not the session's.
    microsite: Option<String>,
    key: Option<Key>,
    state: State,
    deadline_ms: u64,
    /// What is known of the write so far.
    outcome: Outcome,
    /// The failure of the last attempt. It becomes the call's if there is no time for another
    /// attempt.
    failure: Option<ErrorKind>,
    /// Attempts at the request under way.
    attempts: u32,
    /// True if no request is sent again after a failure.
    #[cfg(feature = "gateway")]
    has_no_retries: bool,
    /// The generation of the token last sent.
    token_generation: u32,
    /// True if the request was answered with 401 and sent again with another token, which happens
    /// only once.
    is_replayed: bool,
    /// The refresh of the token, while it is this call that gets it.
    refresh: Option<Refresh>,
    /// The lease on the customers that the operation writes to, if any.
    customers: Option<u32>,
    /// The place in the rate limiter's queue.
    ticket: Option<u32>,
}

/// Which part of the call the request under way is.
enum Stage {
    /// The only request.
    Only,
    /// An edit's first request, which reads the record.
    Reading(Edit),
    /// An edit's second request, which writes the record. The answer has to show this patch.
    Writing(Object),
}

/// The lease on the refresh of the token, and the attempts at it.
struct Refresh {
    lease: u32,
    attempts: u32,
}

#[derive(Clone, Copy)]
enum State {
    /// Nothing has happened.
    New,
    /// Waiting for time to pass.
    Waiting,
    /// Waiting for another call to get the token, under this lease.
    WaitingForToken(u32),
    /// Waiting for another call to finish with the same customer.
    WaitingForCustomers,
    /// The caller's function was asked for a token.
    AskingForToken,
    /// The authentication was sent.
    Authenticating,
    /// The operation's request was sent.
    Sending,
    /// The call has ended.
    Done,
}

/// What every decision needs: the session, the time in milliseconds since 1970, and 32 random bits.
struct Context<'a> {
    session: &'a mut Session,
    now_ms: u64,
    random: u32,
}

impl Call {
    /// A call of `operation`.
    pub fn new(operation: Operation) -> Self {
        let (operation, stage) = match operation {
            Operation::Edit { id, patch, append_comment } => {
                (Operation::Get { id }, Stage::Reading(Edit { id, patch, append_comment }))
            }
            other => (other, Stage::Only),
        };
        Self {
            operation,
            stage,
            microsite: None,
            key: None,
            state: State::New,
            deadline_ms: 0,
            outcome: Outcome::NotSent,
            failure: None,
            attempts: 0,
            #[cfg(feature = "gateway")]
            has_no_retries: false,
            token_generation: 0,
            is_replayed: false,
            refresh: None,
            customers: None,
            ticket: None,
        }
    }

    /// The same call for another microsite of the session's account. The error is an issue with
    /// `microsite`.
    pub fn at(mut self, microsite: &str) -> Result<Self, Issue> {
        self.microsite = Some(microsite_segment(microsite)?);
        Ok(self)
    }

    /// The same create under an `Idempotency-Key`: a random one, or that of the create it repeats.
    /// A create whose answer is lost is sent again with the same key and body. A session whose
    /// server [takes no keys](Session::takes_keys) sends a create without its key, and only once.
    #[must_use]
    pub fn keyed(mut self, key: Option<Key>) -> Self {
        self.key = key;
        self
    }

    /// The same call with each of its requests sent only once: for a gateway, whose own callers try
    /// again.
    #[cfg(feature = "gateway")]
    #[must_use]
    pub fn without_retries(mut self) -> Self {
        self.has_no_retries = true;
        self
    }

    /// Attempts so far at the request under way, which is the authentication's while this call gets
    /// the token. At an [`Output::Wait`], 0 says that the call waits for the rate limit.
    pub fn attempts(&self) -> u32 {
        self.refresh.as_ref().map_or(self.attempts, |refresh| refresh.attempts)
    }

    /// True if the request under way is the authentication's.
    pub fn is_authenticating(&self) -> bool {
        matches!(self.state, State::Authenticating)
    }

    /// Takes what happened and returns what the driver does next. `now_ms` is the time in
    /// milliseconds since 1970; `random` is 32 random bits, new at every input.
    pub fn handle(
        &mut self,
        session: &mut Session,
        input: Input,
        now_ms: u64,
        random: u32,
    ) -> Output {
        let output = self.dispatch(&mut Context { session, now_ms, random }, input);
        if let Some(refresh) = &self.refresh {
            let ms = match &output {
                Output::Send(SendRequest { timeout_ms: ms, .. })
                | Output::AskForToken { timeout_ms: ms }
                | Output::Wait { ms, .. }
                | Output::WaitForWake { ms } => u64::from(*ms),
                Output::Done(_) => 0,
            };
            session.leases.renew(refresh.lease, ms + LATENESS_MS, now_ms);
        }
        output
    }

    fn dispatch(&mut self, context: &mut Context<'_>, input: Input) -> Output {
        if let Input::Failed(Failure::Unsent) = input {
            self.state = State::Waiting;
        }
        match (self.state, input) {
            (State::New, Input::Start) => {
                let total_timeout_ms = context.session.config.total_timeout_ms.into();
                self.deadline_ms = context.now_ms.saturating_add(total_timeout_ms);
                if let Stage::Reading(edit) = &self.stage {
                    let issues = edit.issues();
                    if !issues.is_empty() {
                        return self.reject(context, issues);
                    }
                }
                self.advance(context)
            }
            (
                State::Waiting | State::WaitingForToken(_) | State::WaitingForCustomers,
                Input::Woken,
            ) => self.advance(context),
            (State::AskingForToken, Input::Token(text)) => {
                self.handle_token(context, Token::new(&text).ok_or(NO_TOKEN), None)
            }
            (State::Authenticating, Input::Response(response)) => {
                let token = context.session.config.authentication.read(&response, context.now_ms);
                self.handle_token(context, token, Some(&response))
            }
            #[cfg(feature = "gateway")]
            (State::Authenticating, Input::Given(token)) => {
                self.handle_token(context, Ok(token), None)
            }
            (State::Sending, Input::Response(mut response)) => {
                // Credentials are for the vendor alone, whose words must not pass for a gateway's.
                response.is_gateway &=
                    !matches!(context.session.config.access, Access::Credentials(_));
                self.handle_response(context, &response)
            }
            (
                State::AskingForToken | State::Authenticating | State::Sending,
                Input::Failed(failure),
            ) if failure != Failure::Abort => self.retry(context, failure.into(), None),
            (_, Input::Failed(Failure::Abort | Failure::Unsent)) => {
                self.fail(context, ErrorKind::Abort)
            }
            _ => self.fail(context, OUT_OF_TURN),
        }
    }

    /// Sends the request, or does what has to come before it.
    fn advance(&mut self, context: &mut Context<'_>) -> Output {
        let now_ms = context.now_ms;
        let left_ms = self.left_ms(context);
        if left_ms == 0 {
            return self.time_out(context);
        }
        let session = &mut *context.session;
        if self.customers.is_none() {
            match session.leases.acquire(&self.written_ids(), now_ms) {
                Ok(lease) => self.customers = Some(lease),
                Err(held) => return self.wait_for(State::WaitingForCustomers, held, left_ms),
            }
        }
        if self.refresh.is_none() && session.needs_token(now_ms) {
            if let (State::WaitingForToken(awaited), Some((lease, kind))) =
                (self.state, &session.failed_refresh)
                && awaited == *lease
            {
                let kind = kind.for_others();
                return self.fail(context, kind);
            }
            match session.leases.acquire(&[REFRESH], now_ms) {
                Ok(lease) => self.refresh = Some(Refresh { lease, attempts: 0 }),
                Err(held) => {
                    session.limiter.leave(&mut self.ticket);
                    return self.wait_for(State::WaitingForToken(held.lease), held, left_ms);
                }
            }
        }
        let timeout_ms = session.config.timeout_ms.min(left_ms);
        if self.refresh.is_some() && matches!(session.config.access, Access::Provider) {
            self.state = State::AskingForToken;
            return Output::AskForToken { timeout_ms };
        }
        if let Err(ms) = session.limiter.acquire(&mut self.ticket, now_ms) {
            return self.wait(context, ms, false);
        }
        let config = &session.config;
        if let Access::Credentials(credentials) = &config.access
            && let Some(refresh) = &mut self.refresh
        {
            self.state = State::Authenticating;
            refresh.attempts += 1;
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

    /// The key, if the request is a create and the server honours keys.
    fn key(&self, session: &Session) -> Option<&Key> {
        let is_create = matches!(self.operation, Operation::Create { .. });
        self.key.as_ref().filter(|_| is_create && session.takes_keys())
    }

    /// Milliseconds to the total time-out. If the clock is set back, the call gets no more time
    /// than it had at first.
    fn left_ms(&self, context: &Context<'_>) -> u32 {
        let left_ms = self.deadline_ms.saturating_sub(context.now_ms);
        context.session.config.total_timeout_ms.min(left_ms.try_into().unwrap_or(u32::MAX))
    }

    fn written_ids(&self) -> Vec<i32> {
        match &self.stage {
            Stage::Reading(edit) => vec![edit.id],
            _ => self.operation.written_ids(),
        }
    }

    /// Waits for what another call holds, until that call gives it back or its lease ends.
    fn wait_for(&mut self, state: State, held: Held, left_ms: u32) -> Output {
        self.state = state;
        let ms = held.ms.try_into().unwrap_or(left_ms);
        Output::WaitForWake { ms: left_ms.min(ms) }
    }

    /// Waits, if there is time to do something afterwards.
    fn wait(&mut self, context: &mut Context<'_>, ms: u64, retries: bool) -> Output {
        let left_ms = self.left_ms(context);
        match u32::try_from(ms) {
            Ok(ms) if ms < left_ms => {
                self.state = State::Waiting;
                Output::Wait { ms, retries }
            }
            _ => self.time_out(context),
        }
    }

    /// Fails because there is no time left. The failure of the last attempt says more than a
    /// time-out, if there is one.
    fn time_out(&mut self, context: &mut Context<'_>) -> Output {
        self.state = State::Waiting;
        let kind = self.failure.take().unwrap_or(ErrorKind::Timeout);
        self.fail(context, kind)
    }

    fn handle_token(
        &mut self,
        context: &mut Context<'_>,
        token: Result<Token, ErrorKind>,
        response: Option<&HttpResponse>,
    ) -> Output {
        match token {
            Ok(token) => {
                let session = &mut *context.session;
                session.token = Some(token);
                session.token_generation = session.token_generation.wrapping_add(1);
                self.end_refresh(context);
                self.failure = None;
                self.advance(context)
            }
            Err(kind) => self.retry(context, kind, response),
        }
    }

    /// Gives the refresh back. Returns its lease, if this call still held it.
    fn end_refresh(&mut self, context: &mut Context<'_>) -> Option<u32> {
        let lease = self.refresh.take()?.lease;
        context.session.release(lease).then_some(lease)
    }

    fn handle_response(&mut self, context: &mut Context<'_>, response: &HttpResponse) -> Output {
        let session = &mut *context.session;
        let patch = match &self.stage {
            Stage::Writing(patch) => Some(patch),
            _ => None,
        };
        match response::read_wire(&self.operation, patch, &session.config.names, response) {
            Ok(value) => self.handle_value(context, value),
            Err(ErrorKind::Http { status: 401 }) if !self.is_replayed && session.can_refresh() => {
                self.is_replayed = true;
                self.outcome = self.outcome.max(Outcome::Refused);
                if session.token_generation == self.token_generation {
                    session.token = None;
                }
                self.advance(context)
            }
            Err(kind) => self.retry(context, kind, Some(response)),
        }
    }

    /// Ends the call with a value, unless it is the record that an edit has read: then the edit
    /// writes.
    fn handle_value(&mut self, context: &mut Context<'_>, value: Json) -> Output {
        let config = &context.session.config;
        let (Stage::Reading(edit), Json::Object(record)) = (&self.stage, &value) else {
            let value = response::to_model(&self.operation, value, &config.names);
            return self.finish(context, Ok(value));
        };
        match edit.apply(record, &config.names, config.encoding) {
            Ok(request) => {
                self.operation = Operation::Update { id: edit.id, request };
                self.stage = Stage::Writing(edit.patch.clone());
                self.outcome = Outcome::NotSent;
                self.failure = None;
                self.attempts = 0;
                self.is_replayed = false;
                self.advance(context)
            }
            Err(issues) => self.reject(context, issues),
        }
    }

    /// Sends the request again after a wait, if it may be sent again; fails otherwise.
    fn retry(
        &mut self,
        context: &mut Context<'_>,
        kind: ErrorKind,
        response: Option<&HttpResponse>,
    ) -> Output {
        let now_ms = context.now_ms;
        let retry_after_ms = response.and_then(|response| retry::retry_after_ms(response, now_ms));
        let attempts = self.attempts();
        let may_repeat = match self.state {
            State::Sending if self.key(context.session).is_some() => {
                retry::leaves_create_open(&kind, retry_after_ms)
            }
            State::Sending => self.may_repeat() && retry::is_transient(&kind),
            State::Authenticating => retry::is_transient(&kind),
            _ => false,
        };
        if matches!(kind, ErrorKind::Http { status: 429 })
            && let Some(ms) = retry_after_ms
        {
            context.session.limiter.pause(ms.min(retry::RETRY_AFTER_MAX_MS), now_ms);
        }
        if may_repeat && attempts < retry::ATTEMPTS {
            self.record_outcome(&kind);
            if let Some(ms) = retry::delay_ms(attempts, retry_after_ms, context.random) {
                self.failure = Some(kind);
                return self.wait(context, ms, true);
            }
        }
        if let (Some(_), Some(token)) = (&self.refresh, &mut context.session.token) {
            // The token was only about to end, and is used on.
            token.renew_at_ms = now_ms.saturating_add(RENEW_AGAIN_MS);
            self.end_refresh(context);
            self.failure = None;
            return self.advance(context);
        }
        self.fail(context, kind)
    }

    fn may_repeat(&self) -> bool {
        #[cfg(feature = "gateway")]
        if self.has_no_retries {
            return false;
        }
        self.operation.is_repeatable()
    }

    /// Notes what the failure of an attempt says of the write. One attempt that may have been
    /// carried out makes the outcome of all unknown; of a read, only the last attempt counts.
    fn record_outcome(&mut self, kind: &ErrorKind) {
        let State::Sending = self.state else { return };
        let is_read = self.operation.is_read();
        let outcome = match kind {
            // Another request with the same key is under way, and its end is not known.
            ErrorKind::Http { status: retry::CONFLICT } if self.key.is_some() => Outcome::Unknown,
            _ => kind.after_sending(is_read),
        };
        self.outcome = if is_read { outcome } else { self.outcome.max(outcome) };
    }

    fn reject(&mut self, context: &mut Context<'_>, issues: Vec<Issue>) -> Output {
        self.finish(context, Err(ApiError::validation(issues)))
    }

    fn fail(&mut self, context: &mut Context<'_>, kind: ErrorKind) -> Output {
        self.record_outcome(&kind);
        // The API's refusal of the credentials holds for all calls that wait for the token. An
        // abort or a time-out does not: the next call takes over.
        let holds_for_all = match self.state {
            State::AskingForToken => !matches!(kind, ErrorKind::Abort | ErrorKind::Timeout),
            State::Authenticating => {
                !matches!(kind, ErrorKind::Abort)
                    && (self.attempts() >= retry::ATTEMPTS || !retry::is_transient(&kind))
            }
            _ => false,
        };
        if let Some(lease) = self.end_refresh(context)
            && holds_for_all
        {
            context.session.failed_refresh = Some((lease, kind.for_others()));
        }
        self.finish(context, Err(kind.with(self.outcome)))
    }

    /// Ends the call and gives back what it holds.
    fn finish(&mut self, context: &mut Context<'_>, result: Result<Json, ApiError>) -> Output {
        self.state = State::Done;
        context.session.limiter.leave(&mut self.ticket);
        self.end_refresh(context);
        if let Some(lease) = self.customers.take() {
            context.session.release(lease);
        }
        Output::Done(result)
    }
}
