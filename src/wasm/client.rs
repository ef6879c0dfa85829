//! The client for JavaScript: its session and its calls. The loop that awaits is
//! `pkg/lib/driver.js`, because futures in WebAssembly cost four times as many bytes.

use wasm_bindgen::prelude::*;

use super::arguments::{object, type_error};
use super::fetch;
use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::client::{self, Access, Config, Failure, Input, Key, Operation, Output};
#[cfg(feature = "gateway")]
use crate::gateway::shared::Purse;
use crate::issue::Issue;
use crate::json::{Json, Object};

/// What the calls of one client share.
#[wasm_bindgen]
pub struct Session(client::Session);

#[wasm_bindgen]
impl Session {
    /// A session with JavaScript's `ClientOptions`. `asks_for_tokens` says that the option `token`
    /// is a function.
    #[wasm_bindgen(constructor)]
    pub fn new(options_json: &str, asks_for_tokens: bool) -> Result<Session, JsValue> {
        let options = object(options_json, "options takes an object")?;
        let mut config = Config::from_json(&options).map_err(type_error)?;
        if asks_for_tokens {
            config.access = Access::Provider;
        }
        client::Session::new(config).map(Session).map_err(type_error)
    }

    /// What of the session outlives the module, in numbers: see `client::Kept`.
    #[cfg(feature = "gateway")]
    pub fn keep(&self) -> Vec<f64> {
        self.0.keep().numbers
    }

    /// The token's text, which outlives the module too.
    #[cfg(feature = "gateway")]
    #[wasm_bindgen(getter)]
    pub fn token(&self) -> Option<String> {
        self.0.keep().token
    }

    /// Counts the tokens: another number says that the session has got another token.
    #[cfg(feature = "gateway")]
    #[wasm_bindgen(getter)]
    pub fn generation(&self) -> u32 {
        self.0.token_generation()
    }

    /// When another token is due, in milliseconds since 1970; 0 without a token.
    #[cfg(feature = "gateway")]
    #[wasm_bindgen(getter, js_name = renewAtMs)]
    pub fn renew_at_ms(&self) -> f64 {
        self.0.renew_at_ms() as f64
    }

    /// Takes what a session of an earlier instance has kept.
    #[cfg(feature = "gateway")]
    pub fn take(&mut self, token: Option<String>, numbers: Vec<f64>) {
        self.0.take(client::Kept { token, numbers });
    }

    /// True if the server honours an `Idempotency-Key`.
    #[wasm_bindgen(getter, js_name = takesKeys)]
    pub fn takes_keys(&self) -> bool {
        self.0.takes_keys()
    }
}

#[cfg(feature = "gateway")]
impl Session {
    /// A session with a configuration that was read before.
    pub(super) fn of(config: Config) -> Result<Session, JsValue> {
        client::Session::new(config).map(Session).map_err(type_error)
    }
}

/// One call. For every input it returns an output, which says what to do next, as the JSON of
/// `{kind, ms, wake, attempt, url?, init?}`. Its `kind` is `"send"` or `"authenticate"`, which both
/// send a request; `"token"`, which asks the caller's function; `"wait"` or, before another
/// attempt, `"retry"`; `"waitForWake"`, which waits until the output of another call has a true
/// `wake`; or `"done"`, after which [`Call::result`] has the result. `ms` is the longest time that
/// this may take, in milliseconds.
#[wasm_bindgen]
pub struct Call {
    progress: Progress,
    /// What a gateway's call may send of the budget that it shares with other gateways.
    #[cfg(feature = "gateway")]
    purse: Option<Purse>,
    /// When the request under way was paid, by the shared state's clock.
    #[cfg(feature = "gateway")]
    sent_ms: Option<u64>,
}

/// How far a call has come.
enum Progress {
    Running(client::Call),
    Done(Result<Json, ApiError>),
}

impl Call {
    fn of(call: Result<client::Call, Vec<Issue>>) -> Self {
        let progress = match call {
            Ok(call) => Progress::Running(call),
            Err(issues) => Progress::Done(Err(ApiError::validation(issues))),
        };
        Self {
            progress,
            #[cfg(feature = "gateway")]
            purse: None,
            #[cfg(feature = "gateway")]
            sent_ms: None,
        }
    }

    /// A call for one of the microsites that share a session. `retry` says that its requests may be
    /// retried.
    #[cfg(feature = "gateway")]
    pub(super) fn at(microsite: &str, operation: Operation, retry: bool) -> Self {
        let call = client::Call::new(operation);
        let call = if retry { call } else { call.without_retries() };
        Self::of(call.at(microsite).map_err(|issue| vec![issue]))
    }

    /// The same call with what it may send of a shared budget.
    #[cfg(feature = "gateway")]
    pub(super) fn with_purse(self, purse: Option<Purse>) -> Self {
        Self { purse, ..self }
    }

    /// Notes when a request is paid.
    #[cfg(feature = "gateway")]
    pub(super) fn set_sent(&mut self, sent_ms: u64) {
        self.sent_ms = Some(sent_ms);
    }

    /// When the request under way was paid.
    #[cfg(feature = "gateway")]
    pub(super) fn take_sent(&mut self) -> Option<u64> {
        self.sent_ms.take()
    }

    /// What it may send of a shared budget.
    #[cfg(feature = "gateway")]
    pub(super) fn purse(&mut self) -> &mut Option<Purse> {
        &mut self.purse
    }

    /// Moves the result out. Returns an abort if the call has not ended, or if its result was moved
    /// out before.
    pub(super) fn take_result(&mut self) -> Result<Json, ApiError> {
        let aborted = Err(ErrorKind::Abort.with(Outcome::Unknown));
        match core::mem::replace(&mut self.progress, Progress::Done(aborted)) {
            Progress::Done(result) => result,
            Progress::Running(_) => Err(ErrorKind::Abort.with(Outcome::Unknown)),
        }
    }

    /// Handles an input and returns the output as JSON text.
    fn next(&mut self, session: &mut Session, input: Input, now_ms: f64, random: u32) -> String {
        let mut next = Object::new();
        let (kind, ms) = match &mut self.progress {
            Progress::Done(_) => ("done", 0),
            Progress::Running(call) => {
                let output = call.handle(&mut session.0, input, now_ms as u64, random);
                next.set("attempt", call.attempts() as i32);
                match output {
                    Output::Send(mut send) => {
                        let ms = send.timeout_ms;
                        next.set("url", core::mem::take(&mut send.url));
                        next.set("init", fetch::init(send));
                        (if call.is_authenticating() { "authenticate" } else { "send" }, ms)
                    }
                    Output::AskForToken { timeout_ms } => ("token", timeout_ms),
                    Output::Wait { ms, retries } => (if retries { "retry" } else { "wait" }, ms),
                    Output::WaitForWake { ms } => ("waitForWake", ms),
                    Output::Done(result) => {
                        self.progress = Progress::Done(result);
                        ("done", 0)
                    }
                }
            }
        };
        next.set("kind", kind);
        // Fits: `Config` accepts only time-outs that are a positive int32.
        next.set("ms", ms as i32);
        next.set("wake", session.0.take_wake());
        next.to_text()
    }
}

#[wasm_bindgen]
impl Call {
    /// A call of an operation by its JavaScript name. The argument `idempotencyKey` of a create is
    /// its key.
    #[wasm_bindgen(constructor)]
    pub fn new(operation: &str, arguments_json: &str) -> Result<Call, JsValue> {
        let arguments = object(arguments_json, "arguments take an object")?;
        let key = match arguments.given("idempotencyKey") {
            None => None,
            Some(key) => Some(key.as_str().and_then(Key::new).ok_or_else(|| {
                type_error("give idempotencyKey as 16 to 128 letters, digits and -._~:+/=")
            })?),
        };
        let operation = Operation::from_json(operation, &arguments);
        Ok(Self::of(operation.map(|operation| client::Call::new(operation).keyed(key))))
    }

    /// Handles an input other than an answer, and returns the output. The input is `"start"`,
    /// `"woken"`, `"token"` with the text that the caller's function returned, or the reason why
    /// there is no answer: `"network"`, `"timeout"`, `"abort"`, `"unsent"` (an abort before the
    /// request went out), `"tooLarge"` or `"noResponse"`.
    pub fn handle(
        &mut self,
        session: &mut Session,
        input: &str,
        token: String,
        now_ms: f64,
        random: u32,
    ) -> String {
        let input = match input {
            "start" => Input::Start,
            "woken" => Input::Woken,
            "token" => Input::Token(token),
            "timeout" => Input::Failed(Failure::Timeout),
            "abort" => Input::Failed(Failure::Abort),
            "unsent" => Input::Failed(Failure::Unsent),
            "tooLarge" => Input::Failed(Failure::TooLarge),
            "noResponse" => Input::Failed(Failure::NoResponse),
            _ => Input::Failed(Failure::Network),
        };
        self.next(session, input, now_ms, random)
    }

    /// Handles a token that another gateway of the account has got, in place of the answer to the
    /// authentication, and returns the output. `renew_at_ms` is when another token is due.
    #[cfg(feature = "gateway")]
    #[wasm_bindgen(js_name = handleToken)]
    pub fn handle_token(
        &mut self,
        session: &mut Session,
        text: String,
        renew_at_ms: f64,
        now_ms: f64,
        random: u32,
    ) -> String {
        let token = client::auth::Token { text, renew_at_ms: renew_at_ms as u64 };
        self.next(session, Input::Given(token), now_ms, random)
    }

    /// Handles an answer as input, and returns the output.
    #[wasm_bindgen(js_name = handleResponse)]
    pub fn handle_response(
        &mut self,
        session: &mut Session,
        status: u16,
        headers: web_sys::Headers,
        body: Vec<u8>,
        now_ms: f64,
        random: u32,
    ) -> String {
        let response = fetch::response(status, headers, body);
        self.next(session, Input::Response(response), now_ms, random)
    }

    /// Moves the result out, as JSON: `{value}` or `{error}`.
    pub fn result(&mut self) -> String {
        match self.take_result() {
            Ok(value) => Object::new().with("value", value),
            Err(error) => Object::new().with("error", error.to_json()),
        }
        .to_text()
    }
}
