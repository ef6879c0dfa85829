//! The client for JavaScript: its session and its calls, one step at a time. The loop that awaits is JavaScript's,
//! which costs a quarter of what futures in WebAssembly do.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::{fetch, object, type_error};
use crate::api::call::{self, Access, Action, Config, Event, Failure};
use crate::api::error::ApiError;
use crate::api::operations::Operation;
use crate::json::{Json, Object};

/// The longest body that is read, in bytes.
#[wasm_bindgen(js_name = bodyMax)]
pub fn body_max() -> u32 {
    crate::api::response::BODY_MAX as u32
}

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

    /// True once after each change that a waiting call should look at.
    #[wasm_bindgen(js_name = takeWake)]
    pub fn take_wake(&mut self) -> bool {
        self.0.take_wake()
    }
}

/// One call. Each step answers with what to do: `["send", Request, timeoutMs]`, `["token", timeoutMs]`,
/// `["wait", ms]`, `["waitForToken", ms]` or `["done", json]`, the JSON being `{value}` or `{error}`.
#[wasm_bindgen]
pub struct Call(Result<call::Call, ApiError>);

#[wasm_bindgen]
impl Call {
    /// A call of an operation by its JavaScript name.
    #[wasm_bindgen(constructor)]
    pub fn new(operation: &str, arguments_json: &str) -> Result<Call, JsValue> {
        let arguments = object(arguments_json, "arguments take an object")?;
        let operation = Operation::from_json(operation, &arguments);
        Ok(Call(operation.map(call::Call::new).map_err(ApiError::validation)))
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

    fn step(
        &mut self,
        session: &mut Session,
        event: Event,
        now_ms: f64,
        random: u32,
    ) -> Result<Array, JsValue> {
        let action = match &mut self.0 {
            Ok(call) => call.step(&mut session.0, event, now_ms as u64, random),
            Err(error) => Action::Done(Err(error.clone())),
        };
        encode(action)
    }
}

fn encode(action: Action) -> Result<Array, JsValue> {
    let timed = |name: &str, ms: u32| Array::of2(&name.into(), &ms.into());
    Ok(match action {
        Action::Send(send) => {
            Array::of3(&"send".into(), &fetch::request(&send)?.into(), &send.timeout_ms.into())
        }
        Action::AskForToken { timeout_ms } => timed("token", timeout_ms),
        Action::Wait { ms } => timed("wait", ms),
        Action::WaitForToken { ms } => timed("waitForToken", ms),
        Action::Done(result) => {
            let outcome = match result {
                Ok(value) => Object::new().with("value", value),
                Err(error) => Object::new().with("error", Json::from(error.to_json())),
            };
            Array::of2(&"done".into(), &outcome.to_text().into())
        }
    })
}
