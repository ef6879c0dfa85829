//! The client for JavaScript: its session and its calls, one step at a time. The loop that awaits is JavaScript's,
//! which costs a quarter of what futures in WebAssembly do.

use wasm_bindgen::prelude::*;

use super::{fetch, object, type_error};
use crate::client::call::{self, Access, Action, Config, Event, Failure};
use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::client::operations::{Key, Operation};
use crate::issue::Issue;
use crate::json::{Json, Object};

/// What the calls of one client share.
#[wasm_bindgen]
pub struct Session(call::Session);

#[wasm_bindgen]
impl Session {
    /// A session by JavaScript's `ClientOptions`; `asks_for_tokens` where the token is a function.
    #[wasm_bindgen(constructor)]
    pub fn new(options_json: &str, asks_for_tokens: bool) -> Result<Session, JsValue> {
        let options = object(options_json, "options takes an object")?;
        let mut config = Config::from_json(&options).map_err(type_error)?;
        if asks_for_tokens {
            config.access = Access::Provider;
        }
        call::Session::new(config).map(Session).map_err(type_error)
    }

    /// Whether the server heeds an `Idempotency-Key`.
    #[wasm_bindgen(getter, js_name = takesKeys)]
    pub fn takes_keys(&self) -> bool {
        self.0.takes_keys()
    }
}

/// The longest body that is read, in bytes.
#[wasm_bindgen(js_name = bodyMax)]
pub fn body_max() -> u32 {
    crate::client::response::BODY_MAX as u32
}

/// One call. Each step answers with what to do, as the JSON of `{kind, ms, wake, attempt, url?, init?}`: `"send"` or
/// `"authenticate"`, which both send a request, ask for a `"token"`, `"wait"` or, before another attempt, `"retry"`,
/// for so many milliseconds at most; `"waitForToken"` until a call is told to `wake` the others; or `"done"`, after
/// which there is an outcome.
#[wasm_bindgen]
pub struct Call {
    /// None where it has an outcome from the start.
    call: Option<call::Call>,
    outcome: Option<Result<Json, ApiError>>,
}

impl Call {
    fn of(call: Result<call::Call, Vec<Issue>>) -> Self {
        match call {
            Ok(call) => Self { call: Some(call), outcome: None },
            Err(issues) => Self { call: None, outcome: Some(Err(ApiError::validation(issues))) },
        }
    }

    /// A call for one of the microsites that share a session; `once` where it must not be tried again.
    #[cfg(feature = "gateway")]
    pub(super) fn at(microsite: &str, operation: Operation, once: bool) -> Self {
        let call = call::Call::new(operation);
        let call = if once { call.once() } else { call };
        Self::of(call.at(microsite).map_err(|issue| vec![issue]))
    }

    /// Takes out what came of the call; an abort where it has not come to its end.
    pub(super) fn result(&mut self) -> Result<Json, ApiError> {
        let unfinished = || Err(ErrorKind::Abort.with(Outcome::Unknown));
        self.outcome.take().unwrap_or_else(unfinished)
    }

    fn take(&mut self, session: &mut Session, event: Event, now_ms: f64, random: u32) -> String {
        let mut next = Object::new();
        let (kind, ms) = match &mut self.call {
            None => ("done", 0),
            Some(call) => {
                let action = call.step(&mut session.0, event, now_ms as u64, random);
                next.set("attempt", call.attempts() as i32);
                match action {
                    Action::Send(mut send) => {
                        let ms = send.timeout_ms;
                        next.set("url", core::mem::take(&mut send.url));
                        next.set("init", fetch::init(send));
                        (if call.is_authenticating() { "authenticate" } else { "send" }, ms)
                    }
                    Action::AskForToken { timeout_ms } => ("token", timeout_ms),
                    Action::Wait { ms, retries } => (if retries { "retry" } else { "wait" }, ms),
                    Action::WaitForToken { ms } => ("waitForToken", ms),
                    Action::Done(result) => {
                        self.outcome = Some(result);
                        ("done", 0)
                    }
                }
            }
        };
        next.set("kind", kind);
        // Time-outs are positive int32: see `Config`.
        next.set("ms", ms as i32);
        next.set("wake", session.0.take_wake());
        next.to_text()
    }
}

#[wasm_bindgen]
impl Call {
    /// A call of an operation by its JavaScript name; `idempotencyKey` among the arguments of a create is its key.
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
        Ok(Self::of(operation.map(|operation| call::Call::new(operation).keyed(key))))
    }

    /// Takes what happened and says what to do next. The event is `"start"`, `"woken"`, `"token"` with the text
    /// that the caller's function gave, or why there will be no answer: `"network"`, `"timeout"`, `"abort"`, `"unsent"`
    /// (an abort before the request went out), `"tooLarge"` or `"noResponse"`.
    pub fn step(
        &mut self,
        session: &mut Session,
        event: &str,
        token: String,
        now_ms: f64,
        random: u32,
    ) -> String {
        let event = match event {
            "start" => Event::Start,
            "woken" => Event::Woken,
            "token" => Event::Token(token),
            "timeout" => Event::Failed(Failure::Timeout),
            "abort" => Event::Failed(Failure::Abort),
            "unsent" => Event::Failed(Failure::Unsent),
            "tooLarge" => Event::Failed(Failure::TooLarge),
            "noResponse" => Event::Failed(Failure::NoResponse),
            _ => Event::Failed(Failure::Network),
        };
        self.take(session, event, now_ms, random)
    }

    /// The same for an answer that has come.
    pub fn response(
        &mut self,
        session: &mut Session,
        status: u16,
        headers: web_sys::Headers,
        body: Vec<u8>,
        now_ms: f64,
        random: u32,
    ) -> String {
        let response = fetch::response(status, headers, body);
        self.take(session, Event::Response(response), now_ms, random)
    }

    /// What came of the call, as JSON: `{value}` or `{error}`. Once.
    pub fn outcome(&mut self) -> String {
        match self.result() {
            Ok(value) => Object::new().with("value", value),
            Err(error) => Object::new().with("error", error.to_json()),
        }
        .to_text()
    }
}
