//! The gateway for JavaScript: a plan for each request, and the answer to it.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::client::Call;
use super::platform::Engine;
use super::{object, type_error};
use crate::api::error::{ErrorKind, Outcome};
use crate::gateway::policy::{Config, Role};
use crate::gateway::{Incoming, Plan, plan, reply};
use crate::rules::date;

/// A gateway's policy.
#[wasm_bindgen]
pub struct Gateway(Config);

/// What was planned for a request: an answer, or a call and later the answer to it.
#[wasm_bindgen]
pub struct Exchange {
    role: Role,
    plan: Plan,
}

#[wasm_bindgen]
impl Gateway {
    /// A gateway by JavaScript's `GatewayOptions`, without its functions.
    #[wasm_bindgen(constructor)]
    pub fn new(options_json: &str) -> Result<Gateway, JsValue> {
        let options = object(options_json, "options takes an object")?;
        Config::read(&options).map(Gateway).map_err(type_error)
    }

    /// Longest request body, in bytes.
    #[wasm_bindgen(getter, js_name = maxBodyBytes)]
    pub fn max_body_bytes(&self) -> u32 {
        self.0.max_body_bytes
    }

    /// True for an origin that the operator has named.
    #[wasm_bindgen(js_name = allowsOrigin)]
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.0.allows_origin(origin)
    }

    /// Decides about a request; no body means one over the limit. `role` is `"guest"`, `"staff"` or `"denied"`,
    /// `today` is `YYYY-MM-DD`.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is one fact of the request, named by `Incoming`"
    )]
    pub fn plan(
        &self,
        method: &str,
        path: &str,
        origin: Option<String>,
        content_type: Option<String>,
        body: Option<Vec<u8>>,
        role: &str,
        client_address: Option<String>,
        today: &str,
    ) -> Result<Exchange, JsValue> {
        let role = match role {
            "staff" => Role::Staff,
            "guest" => Role::Guest,
            _ => Role::Denied,
        };
        let incoming = Incoming {
            method,
            path,
            origin: origin.as_deref(),
            content_type: content_type.as_deref(),
            body: body.as_deref(),
            role,
            client_address: client_address.as_deref(),
            today: date::parse(today).ok_or_else(|| type_error("today takes YYYY-MM-DD"))?,
        };
        Ok(Exchange { role, plan: plan(&incoming, &self.0, &Engine) })
    }

    /// The answer to a request, `[status, json?]`, once its call, if it needed one, has come to its end.
    pub fn reply(&self, exchange: &Exchange, call: Option<Call>) -> Array {
        let reply = match (&exchange.plan, call) {
            (Plan::Answer(answer), _) => answer.clone(),
            (Plan::Call { operation, .. }, call) => {
                let unmade = || Err(ErrorKind::Abort.with(Outcome::NotSent));
                let result = call.map_or_else(unmade, |mut call| call.result());
                reply(operation, exchange.role, &self.0, result)
            }
        };
        let body = reply.body.map(|body| body.to_text());
        Array::of2(&reply.status.into(), &body.map_or(JsValue::NULL, Into::into))
    }
}

#[wasm_bindgen]
impl Exchange {
    /// The call that has to be made.
    pub fn call(&self) -> Option<Call> {
        match &self.plan {
            Plan::Call { microsite, operation } => Some(Call::at(microsite, operation.clone())),
            Plan::Answer(_) => None,
        }
    }
}
