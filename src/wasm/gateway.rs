//! The gateway for JavaScript: one request, one step at a time. The loop that awaits is JavaScript's.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::client::{Call, Session};
use super::options::options_error;
use super::platform::Engine;
use super::{object, type_error};
use crate::gateway;
use crate::gateway::config::Config;
use crate::gateway::exchange::{self, Context, Head, Input, Output};
use crate::gateway::reply::Reply;
use crate::json::{Json, Object};

/// What the requests of one gateway share.
#[wasm_bindgen]
pub struct Gateway(gateway::Gateway);

/// One request on its way.
#[wasm_bindgen]
pub struct Exchange {
    exchange: exchange::Exchange,
    /// The call that has to be made.
    call: Option<Call>,
}

/// For how long the store keeps what it is given, in seconds.
#[wasm_bindgen(js_name = rememberedSeconds)]
pub fn remembered_seconds() -> u32 {
    gateway::idempotency::REMEMBERED_SECONDS
}

/// The package's version, which every answer carries.
#[wasm_bindgen]
pub fn version() -> String {
    gateway::reply::VERSION.to_owned()
}

#[wasm_bindgen]
impl Gateway {
    /// A gateway by JavaScript's `GatewayOptions`, without its functions; `seed` is random.
    #[wasm_bindgen(constructor)]
    pub fn new(options_json: &str, seed: &[u8]) -> Result<Gateway, JsValue> {
        let mut options = object(options_json, "options takes an object")?;
        let style = options.remove("formStyle");
        let mut config = Config::read(&options).map_err(|problems| options_error(&problems))?;
        config.form_style = style.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned();
        let mut gateway = gateway::Gateway::new(config);
        gateway.seed(seed);
        Ok(Gateway(gateway))
    }

    /// The session with the remote API. One for all microsites: they share the account's token and its budget.
    pub fn session(&self) -> Result<Session, JsValue> {
        Session::of(self.0.config().account.clone())
    }

    /// Longest request body, in bytes.
    #[wasm_bindgen(getter, js_name = maxBodyBytes)]
    pub fn max_body_bytes(&self) -> u32 {
        self.0.config().max_body_bytes
    }

    /// The call for a new copy of a Setup; none where none is needed.
    #[wasm_bindgen(js_name = fetchSetup)]
    pub fn fetch_setup(&mut self, microsite: &str, now_ms: f64) -> Option<Call> {
        let operation = self.0.fetch_setup(microsite, now_ms as u64)?;
        Some(Call::at(microsite, operation, true))
    }

    /// Takes what came of it.
    #[wasm_bindgen(js_name = takeSetup)]
    pub fn take_setup(&mut self, microsite: &str, mut call: Call, now_ms: f64) {
        self.0.take_setup(microsite, call.take_result(), now_ms as u64);
    }

    /// A capability for `{microsite, id, purpose?, expiresIn?}`.
    pub fn capability(&self, request_json: &str, now_ms: f64) -> Result<String, JsValue> {
        let request = object(request_json, "capability takes an object")?;
        self.0.capability(&request, now_ms as u64).map_err(type_error)
    }

    /// The address of the page that unsubscribes `{microsite, id, expiresIn?}`.
    #[wasm_bindgen(js_name = unsubscribeLink)]
    pub fn unsubscribe_link(&self, request_json: &str, now_ms: f64) -> Result<String, JsValue> {
        let request = object(request_json, "unsubscribeLink takes an object")?;
        self.0.unsubscribe_link(&request, now_ms as u64).map_err(type_error)
    }
}

#[wasm_bindgen]
impl Exchange {
    /// A request, by what is known of it before its body: the members of `Head`, in JavaScript's spelling.
    #[wasm_bindgen(constructor)]
    pub fn new(head_json: &str, now_ms: f64) -> Result<Exchange, JsValue> {
        let head = object(head_json, "a request's head takes an object")?;
        let text = |name| head.get(name).and_then(Json::as_str).map(str::to_owned);
        let head = Head {
            method: text("method").unwrap_or_default(),
            path: text("path").unwrap_or_default(),
            token: text("token"),
            origin: text("origin"),
            referer: text("referer"),
            authorization: text("authorization"),
            content_type: text("contentType"),
            content_encoding: text("contentEncoding"),
            idempotency_key: text("idempotencyKey"),
            fetch_site: text("fetchSite"),
            fetch_dest: text("fetchDest"),
            address: text("address"),
        };
        Ok(Exchange { exchange: exchange::Exchange::new(head, now_ms as u64), call: None })
    }

    /// Takes what happened and says what to do: `[kind, …]`, as in `Step`. Events are `"start"`, `"staff"` and
    /// `"guest"`, `"noBody"` with a status, `"setup"`, `"recalled"` with a text or none, `"stored"`, and `"failed"`.
    pub fn step(
        &mut self,
        gateway: &mut Gateway,
        event: &str,
        detail: Option<String>,
        now_ms: f64,
    ) -> Array {
        let event = match event {
            "start" => Input::Start,
            "staff" => Input::StaffChecked(true),
            "guest" => Input::StaffChecked(false),
            "noBody" => Input::NoBody(detail.and_then(|text| text.parse().ok()).unwrap_or(400)),
            "setup" => Input::SetupFetched,
            "recalled" => Input::Claimed(detail),
            "stored" => Input::Stored,
            _ => Input::Failed,
        };
        self.take(gateway, event, now_ms)
    }

    /// The same with the body.
    pub fn body(&mut self, gateway: &mut Gateway, body: Vec<u8>, now_ms: f64) -> Array {
        self.take(gateway, Input::Body(body), now_ms)
    }

    /// The same with a call that has come to its end.
    pub fn called(&mut self, gateway: &mut Gateway, mut call: Call, now_ms: f64) -> Array {
        self.take(gateway, Input::Called(call.take_result()), now_ms)
    }

    /// The call that has to be made. Once.
    pub fn call(&mut self) -> Option<Call> {
        self.call.take()
    }

    /// What happened, as JSON, for the operator's log.
    pub fn event(&self, status: u16) -> String {
        let event = self.exchange.log_event(status);
        let mut facts = Object::new()
            .with("operation", event.operation)
            .with("microsite", event.microsite.as_deref())
            .with("role", event.role)
            .with("status", i32::from(event.status));
        if let Some(refused) = event.refused {
            facts.set("refused", refused);
        }
        if let Some(upstream) = event.upstream {
            let status = upstream.status.map(i32::from);
            facts.set("upstream", Object::new().with("code", upstream.code).with("status", status));
        }
        facts.to_text()
    }
}

impl Exchange {
    fn take(&mut self, gateway: &mut Gateway, input: Input, now_ms: f64) -> Array {
        let text = |text: &str| JsValue::from(text);
        let mut context =
            Context { gateway: &mut gateway.0, now_ms: now_ms as u64, platform: &Engine };
        match self.exchange.handle(input, &mut context) {
            Output::CheckStaff => Array::of1(&text("staff")),
            Output::ReadBody => Array::of1(&text("body")),
            Output::FetchSetup { microsite, wait } => {
                Array::of3(&text("setup"), &text(&microsite), &wait.into())
            }
            Output::Claim { key, text: kept } => {
                Array::of3(&text("recall"), &text(&key), &text(&kept))
            }
            Output::Store { key, text: kept } => {
                Array::of3(&text("store"), &text(&key), &kept.into())
            }
            Output::Call { microsite, operation, once } => {
                self.call = Some(Call::at(&microsite, operation, once));
                Array::of1(&text("call"))
            }
            Output::Answer(reply) => answer(reply),
        }
    }
}

/// `["answer", status, headers as JSON, body?, view as JSON?]`.
fn answer(reply: Reply) -> Array {
    let headers = reply
        .headers
        .iter()
        .fold(Object::new(), |headers, (name, value)| headers.with(name, value.as_str()));
    Array::of5(
        &"answer".into(),
        &reply.status.into(),
        &headers.to_text().into(),
        &reply.body.into(),
        &reply.view.map(|view| view.to_text()).into(),
    )
}
