//! The client for JavaScript: its session and its calls, one step at a time. The loop that awaits is JavaScript's,
//! which costs a quarter of what futures in WebAssembly do.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::{fetch, object, type_error};
use crate::api::call::{self, Access, Action, Config, Event, Failure};
use crate::api::error::{ApiError, ErrorKind, Outcome};
use crate::api::operations::Operation;
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

    /// The longest body that is read, in bytes.
    #[wasm_bindgen(getter, js_name = bodyMax)]
    pub fn body_max(&self) -> u32 {
        crate::api::response::BODY_MAX as u32
    }

    /// True once after each change that a waiting call should look at.
    #[wasm_bindgen(js_name = takeWake)]
    pub fn take_wake(&mut self) -> bool {
        self.0.take_wake()
    }
}

/// One call. Each step answers with what to do: `["send", Request, timeoutMs]`, `["token", timeoutMs]`,
/// `["wait", ms]`, `["waitForToken", ms]` or `["done"]`, after which there is an outcome.
#[wasm_bindgen]
pub struct Call {
    call: Result<call::Call, ApiError>,
    outcome: Option<Result<Json, ApiError>>,
}

impl Call {
    /// A call for one of the microsites that share a session.
    #[cfg(feature = "gateway")]
    pub(super) fn at(microsite: &str, operation: Operation) -> Self {
        let call = call::Call::new(operation).at(microsite);
        Self { call: call.map_err(|issue| ApiError::validation(vec![issue])), outcome: None }
    }

    /// What came of the call; an abort where it has not come to its end.
    pub(super) fn result(&self) -> Result<Json, ApiError> {
        let unfinished = || Err(ErrorKind::Abort.with(Outcome::Unknown));
        self.outcome.clone().unwrap_or_else(unfinished)
    }
}

#[wasm_bindgen]
impl Call {
    /// A call of an operation by its JavaScript name.
    #[wasm_bindgen(constructor)]
    pub fn new(operation: &str, arguments_json: &str) -> Result<Call, JsValue> {
        let arguments = object(arguments_json, "arguments take an object")?;
        let operation = Operation::from_json(operation, &arguments);
        let call = operation.map(call::Call::new).map_err(ApiError::validation);
        Ok(Self { call, outcome: None })
    }

    /// The first step.
    pub fn start(
        &mut self,
        session: &mut Session,
        now_ms: f64,
        random: u32,
    ) -> Result<Array, JsValue> {
        self.step(session, Event::Start, now_ms, random)
    }

    /// An answer has come.
    pub fn response(
        &mut self,
        session: &mut Session,
        response: web_sys::Response,
        body: Vec<u8>,
        now_ms: f64,
        random: u32,
    ) -> Result<Array, JsValue> {
        let response = fetch::response(response, body);
        self.step(session, Event::Response(response), now_ms, random)
    }

    /// The caller's function has given a token.
    pub fn token(
        &mut self,
        session: &mut Session,
        token: String,
        now_ms: f64,
        random: u32,
    ) -> Result<Array, JsValue> {
        self.step(session, Event::Token(token), now_ms, random)
    }

    /// There will be no answer: `"network"`, `"timeout"`, `"abort"` or `"tooLarge"`.
    pub fn failed(
        &mut self,
        session: &mut Session,
        failure: &str,
        now_ms: f64,
        random: u32,
    ) -> Result<Array, JsValue> {
        let failure = match failure {
            "timeout" => Failure::Timeout,
            "abort" => Failure::Abort,
            "tooLarge" => Failure::TooLarge,
            _ => Failure::Network,
        };
        self.step(session, Event::Failed(failure), now_ms, random)
    }

    /// A wait is over.
    pub fn woken(
        &mut self,
        session: &mut Session,
        now_ms: f64,
        random: u32,
    ) -> Result<Array, JsValue> {
        self.step(session, Event::Woken, now_ms, random)
    }

    /// What came of the call, as JSON: `{value}` or `{error}`.
    pub fn outcome(&self) -> String {
        match self.result() {
            Ok(value) => Object::new().with("value", value),
            Err(error) => Object::new().with("error", error.to_json()),
        }
        .to_text()
    }

    fn step(
        &mut self,
        session: &mut Session,
        event: Event,
        now_ms: f64,
        random: u32,
    ) -> Result<Array, JsValue> {
        let action = match &mut self.call {
            Ok(call) => call.step(&mut session.0, event, now_ms as u64, random),
            Err(error) => Action::Done(Err(error.clone())),
        };
        let timed = |name: &str, ms: u32| Array::of2(&name.into(), &ms.into());
        Ok(match action {
            Action::Send(send) => {
                let request = fetch::request(&send)?;
                Array::of3(&"send".into(), &request.into(), &send.timeout_ms.into())
            }
            Action::AskForToken { timeout_ms } => timed("token", timeout_ms),
            Action::Wait { ms } => timed("wait", ms),
            Action::WaitForToken { ms } => timed("waitForToken", ms),
            Action::Done(result) => {
                self.outcome = Some(result);
                Array::of1(&"done".into())
            }
        })
    }
}
