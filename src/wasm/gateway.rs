//! The gateway for JavaScript: it handles one input of a request at a time. The loop that awaits is
//! `pkg/lib/gateway.js`.
//!
//! Options, inputs, outputs and log events cross as values. Records do not, because JavaScript
//! would round some of their numbers: a body crosses as the bytes that were received, and a call
//! keeps its record in WebAssembly.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::{Deserializer, Serializer};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::arguments::type_error;
use super::client::{Call, Session};
use super::options::{options_error, options_of};
use super::platform::Engine;
use crate::gateway;
use crate::gateway::capability::CapabilityRequest;
use crate::gateway::config::Config;
use crate::gateway::exchange::{self, Context, Head, Input, Output};
use crate::gateway::options::Problem;
use crate::gateway::shared::budget::Lack;
use crate::gateway::shared::{self, BudgetStatus, Done, Event, Purse, SharedStatus, Step, Trouble};
use crate::json::Json;
use crate::platform::Platform as _;

/// What the requests of one gateway share.
#[wasm_bindgen]
pub struct Gateway(gateway::Gateway);

/// One request that is being answered.
#[wasm_bindgen]
pub struct Exchange {
    exchange: exchange::Exchange,
    /// The call of the last output of the kind `call`, until [`Exchange::take_call`] moves it out.
    call: Option<Call>,
}

/// How a gateway is.
#[derive(Serialize)]
struct Status {
    shared: Option<SharedStatus>,
    budget: BudgetStatus,
}

/// Something that a shared state is asked for, one event at a time.
#[wasm_bindgen]
pub struct SharedOperation {
    operation: shared::Operation,
    end: Option<Done>,
}

impl SharedOperation {
    fn of(operation: shared::Operation) -> Self {
        Self { operation, end: None }
    }

    /// Moves the end out; one that has not come counts as a failure.
    fn take_end(&mut self) -> Done {
        self.end.take().unwrap_or(Done::Failed { trouble: Trouble::Thrown })
    }

    fn handle(
        &mut self,
        gateway: &mut Gateway,
        event: Event,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        let step = gateway.0.operate(&mut self.operation, event, now_ms as u64);
        if let Step::Done(done) = &step {
            self.end = Some(done.clone());
        }
        to_js(&step)
    }
}

#[wasm_bindgen]
impl SharedOperation {
    /// Handles an event other than a reply, and returns what to do next: see
    /// `gateway::shared::Step`. The event is `"begin"`, `"woken"`, or why there is no reply:
    /// `"thrown"`, `"timeout"` or `"reply"`.
    pub fn next(
        &mut self,
        gateway: &mut Gateway,
        event: &str,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        let event = match event {
            "begin" => Event::Begin,
            "woken" => Event::Woken,
            "timeout" => Event::Failed(Trouble::Timeout),
            "reply" => Event::Failed(Trouble::Reply),
            _ => Event::Failed(Trouble::Thrown),
        };
        self.handle(gateway, event, now_ms)
    }

    /// Handles the engine's reply, and returns what to do next.
    pub fn swapped(
        &mut self,
        gateway: &mut Gateway,
        reply: JsValue,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        let event = from_js(reply).map_or(Event::Failed(Trouble::Reply), Event::Swapped);
        self.handle(gateway, event, now_ms)
    }
}

#[wasm_bindgen]
impl Call {
    /// Takes one request of the shared budget for the next that is sent: `"paid"`; `"lease"` if the
    /// shared state has to be asked before, by [`Call::lease`]; `"none"` if there is no room.
    pub fn pay(&mut self, gateway: &mut Gateway, now_ms: f64) -> String {
        let now_ms = now_ms as u64;
        if !gateway.0.is_shared() {
            return "paid".to_owned();
        }
        let Some(purse) = self.purse() else { return "paid".to_owned() };
        loop {
            if purse.requests == 0 {
                match gateway.0.refill(purse, now_ms) {
                    Ok(()) => {}
                    Err(Lack::Lease) => return "lease".to_owned(),
                    Err(Lack::Wait(_)) => return "none".to_owned(),
                }
            }
            if let Some(sent_ms) = gateway.0.send_of(purse, now_ms) {
                self.set_sent(sent_ms);
                return "paid".to_owned();
            }
        }
    }

    /// Notes that the request which was paid last has its answer, or will have none any more.
    pub fn answered(&mut self, gateway: &mut Gateway, now_ms: f64) {
        let sent_ms = self.take_sent();
        if let Some((purse, sent_ms)) = (*self.purse()).zip(sent_ms) {
            gateway.0.answered(purse.share, sent_ms, now_ms as u64);
        }
    }

    /// The operation that asks the shared state for one more request.
    pub fn lease(&mut self, gateway: &mut Gateway, now_ms: f64) -> Option<SharedOperation> {
        let purse = (*self.purse())?;
        let operation = gateway.0.lease_one(purse.share, now_ms as u64);
        Some(SharedOperation::of(operation))
    }

    /// Takes the request that this operation has got, if it has got one.
    #[wasm_bindgen(js_name = takeLease)]
    pub fn take_lease(&mut self, mut operation: SharedOperation) {
        let is_leased = matches!(operation.take_end(), Done::Leased { wait_ms: None });
        if let Some(purse) = self.purse().as_mut().filter(|_| is_leased) {
            purse.requests += 1;
        }
    }
}

/// How long the store keeps an entry, in seconds.
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
    /// A gateway with JavaScript's `GatewayOptions`, without the options that are functions.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Gateway, JsValue> {
        let mut options = options_of(&options)?;
        let style = options.remove("formStyle");
        let mut config = Config::read(&options).map_err(|problems| options_error(&problems))?;
        if let Some(zone) = &config.time_zone
            && Engine.day_in(zone, 0).is_none()
        {
            return Err(options_error(&[Problem::no_time_zone()]));
        }
        config.form_style = style.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned();
        Ok(Gateway(gateway::Gateway::new(config)))
    }

    /// The session with the remote API. All microsites use one session, because they share the
    /// account's token and its rate limit.
    pub fn session(&self) -> Result<Session, JsValue> {
        Session::of(self.0.config().account.clone())
    }

    /// Seeds the random choices. JavaScript calls this once, before the first request.
    pub fn seed(&mut self, seed: &[u8], now_ms: f64) {
        self.0.seed(seed, now_ms as u64);
    }

    /// What of the gateway outlives the module, in numbers: see `gateway::kept`.
    pub fn keep(&self) -> Vec<f64> {
        self.0.keep()
    }

    /// Takes what a gateway of an earlier instance has kept.
    pub fn take(&mut self, kept: &[f64]) {
        self.0.take(kept);
    }

    /// Where the slots of the rate limits are in the module's memory: the address of each row, then
    /// the bytes of a row.
    #[wasm_bindgen(js_name = rateSlots)]
    pub fn rate_slots(&self) -> Vec<usize> {
        self.0.rate_slots()
    }

    /// The longest request body, in bytes.
    #[wasm_bindgen(getter, js_name = maxBodyBytes)]
    pub fn max_body_bytes(&self) -> u32 {
        self.0.config().max_body_bytes
    }

    /// The call that fetches a Setup again. Returns nothing if the Setup need not be fetched now.
    #[wasm_bindgen(js_name = fetchSetup)]
    pub fn fetch_setup(&mut self, microsite: &str, now_ms: f64) -> Option<Call> {
        let operation = self.0.fetch_setup(microsite, now_ms as u64)?;
        let purse = self.0.guests_of(microsite).map(|share| Purse { share, requests: 0 });
        Some(Call::at(microsite, operation, false).with_purse(purse))
    }

    /// Keeps the result of the call that [`Gateway::fetch_setup`] returned.
    #[wasm_bindgen(js_name = takeSetup)]
    pub fn take_setup(&mut self, microsite: &str, mut call: Call, now_ms: f64) {
        if let Some(purse) = call.purse().take() {
            self.0.give_back(purse);
        }
        self.0.take_setup(microsite, call.take_result(), now_ms as u64);
    }

    /// How old the copies of the Setups are, for metrics: see `gateway::gauges`.
    #[wasm_bindgen(js_name = setupGauges)]
    pub fn setup_gauges(&self, now_ms: f64) -> Result<JsValue, JsValue> {
        to_js(&self.0.setup_gauges(now_ms as u64))
    }

    /// What of the shared state outlives the module, as text.
    #[wasm_bindgen(js_name = keepShared)]
    pub fn keep_shared(&self) -> Option<String> {
        self.0.keep_shared()
    }

    /// Takes what a gateway of an earlier instance has kept.
    #[wasm_bindgen(js_name = takeShared)]
    pub fn take_shared(&mut self, kept: &str) {
        self.0.take_shared(kept);
    }

    /// The key that seals the token: 32 bytes.
    #[wasm_bindgen(js_name = sealKey)]
    pub fn seal_key(&self) -> Vec<u8> {
        self.0.seal_key()
    }

    /// After how many milliseconds the gateway has to report that it is there; nothing where nobody
    /// waits for that.
    #[wasm_bindgen(js_name = heartbeatMs)]
    pub fn heartbeat_ms(&self) -> Option<f64> {
        self.0.heartbeat_ms().map(|ms| ms as f64)
    }

    /// The operation that tells the shared state what became of a claim: see
    /// `gateway::Gateway::settle`.
    pub fn settle(
        &mut self,
        store_key: &str,
        expected: &str,
        text: Option<String>,
        now_ms: f64,
    ) -> Option<SharedOperation> {
        let operation = self.0.settle(store_key, expected, text.as_deref(), now_ms as u64);
        operation.map(SharedOperation::of)
    }

    /// The operation that tells the shared state what was counted and sent, and that this gateway is
    /// there. `leaves` says that it will not be there any more.
    pub fn report(&mut self, leaves: bool, now_ms: f64) -> SharedOperation {
        SharedOperation::of(self.0.report(leaves, now_ms as u64))
    }

    /// True if a report is due.
    #[wasm_bindgen(js_name = isReportDue)]
    pub fn is_report_due(&self, now_ms: f64) -> bool {
        self.0.is_report_due(now_ms as u64)
    }

    /// The operation that finds a token that all use, other than `old`, or the right to sign in.
    #[wasm_bindgen(js_name = askToken)]
    pub fn ask_token(&self, old: Option<String>) -> SharedOperation {
        SharedOperation::of(self.0.ask_token(old))
    }

    /// The operation that gives all a token, sealed.
    #[wasm_bindgen(js_name = tellToken)]
    pub fn tell_token(
        &self,
        id: String,
        sealed: String,
        renew_at_ms: f64,
    ) -> Option<SharedOperation> {
        let operation = self.0.tell_token(Some((id, sealed, renew_at_ms as u64)));
        operation.map(SharedOperation::of)
    }

    /// The operation that gives back the right to sign in.
    #[wasm_bindgen(js_name = tellNoToken)]
    pub fn tell_no_token(&self) -> Option<SharedOperation> {
        self.0.tell_token(None).map(SharedOperation::of)
    }

    /// The operation that finds a newer Setup, or the right to fetch one; nothing if the own copy is
    /// fresh.
    #[wasm_bindgen(js_name = lookForSetup)]
    pub fn look_for_setup(&mut self, microsite: &str, now_ms: f64) -> Option<SharedOperation> {
        self.0.look_for_setup(microsite, now_ms as u64).map(SharedOperation::of)
    }

    /// The operation that gives all the Setup that was just fetched, or the right to fetch it back.
    #[wasm_bindgen(js_name = tellSetup)]
    pub fn tell_setup(&self, microsite: &str, now_ms: f64) -> Option<SharedOperation> {
        self.0.tell_setup(microsite, now_ms as u64).map(SharedOperation::of)
    }

    /// What to tell the operator of the shared state, once after each change; else nothing.
    #[wasm_bindgen(js_name = sharedChange)]
    pub fn shared_change(&mut self, now_ms: f64) -> Result<JsValue, JsValue> {
        to_js(&self.0.shared_change(now_ms as u64))
    }

    /// How the gateway is: `{ shared, budget }`.
    pub fn status(&mut self, now_ms: f64) -> Result<JsValue, JsValue> {
        let shared = self.0.shared_status();
        to_js(&Status { shared, budget: self.0.budget_status(now_ms as u64) })
    }

    /// Makes the token of a capability for `{microsite, id, purpose?, expiresIn?}`.
    pub fn capability(&self, request: JsValue, now_ms: f64) -> Result<String, JsValue> {
        let request = capability_request(request)?;
        self.0.capability(request, now_ms as u64).map_err(type_error)
    }

    /// Makes the address of the page that unsubscribes `{microsite, id, expiresIn?}`.
    #[wasm_bindgen(js_name = unsubscribeLink)]
    pub fn unsubscribe_link(&self, request: JsValue, now_ms: f64) -> Result<String, JsValue> {
        let request = capability_request(request)?;
        self.0.unsubscribe_link(request, now_ms as u64).map_err(type_error)
    }
}

#[wasm_bindgen]
impl Exchange {
    /// A request with this `Head` that arrived at `now_ms`.
    #[wasm_bindgen(constructor)]
    pub fn new(head: JsValue, now_ms: f64) -> Result<Exchange, JsValue> {
        let head: Head = from_js(head)?;
        Ok(Exchange { exchange: exchange::Exchange::new(head, now_ms as u64), call: None })
    }

    /// Handles an `Input` and returns an `Output`, which says what to do next.
    pub fn handle(
        &mut self,
        gateway: &mut Gateway,
        input: JsValue,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        self.next(gateway, from_js(input)?, now_ms)
    }

    /// Handles the request's body as input.
    #[wasm_bindgen(js_name = handleBody)]
    pub fn handle_body(
        &mut self,
        gateway: &mut Gateway,
        body: Vec<u8>,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        self.next(gateway, Input::Body(body), now_ms)
    }

    /// Handles the result of a call as input.
    #[wasm_bindgen(js_name = handleCall)]
    pub fn handle_call(
        &mut self,
        gateway: &mut Gateway,
        mut call: Call,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        if let Some(purse) = call.purse().take() {
            self.exchange.put_purse(purse);
        }
        self.next(gateway, Input::Called(call.take_result()), now_ms)
    }

    /// Moves out the operation of an output of the kind `share`.
    #[wasm_bindgen(js_name = takeOperation)]
    pub fn take_operation(&mut self) -> Option<SharedOperation> {
        self.exchange.take_operation().map(SharedOperation::of)
    }

    /// Handles the end of that operation as input.
    #[wasm_bindgen(js_name = handleShared)]
    pub fn handle_shared(
        &mut self,
        gateway: &mut Gateway,
        mut operation: SharedOperation,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        self.next(gateway, Input::Shared(operation.take_end()), now_ms)
    }

    /// Moves out the call of an output of the kind `call`.
    #[wasm_bindgen(js_name = takeCall)]
    pub fn take_call(&mut self) -> Option<Call> {
        self.call.take()
    }

    /// The event for the operator's log, after the request was answered with this status.
    #[wasm_bindgen(js_name = logEvent)]
    pub fn log_event(&self, status: u16) -> Result<JsValue, JsValue> {
        to_js(&self.exchange.log_event(status))
    }
}

impl Exchange {
    fn next(
        &mut self,
        gateway: &mut Gateway,
        input: Input,
        now_ms: f64,
    ) -> Result<JsValue, JsValue> {
        let gateway = &mut gateway.0;
        let mut context = Context { gateway, now_ms: now_ms as u64, platform: &Engine };
        let output = self.exchange.handle(input, &mut context);
        if let Output::Call { microsite, operation, retry } = &output {
            let call = Call::at(microsite, operation.clone(), *retry);
            self.call = Some(call.with_purse(self.exchange.take_purse()));
        }
        to_js(&output)
    }
}

/// Reads an operator's request for a capability.
fn capability_request(request: JsValue) -> Result<CapabilityRequest, JsValue> {
    if let Some(object) = request.dyn_ref::<js_sys::Object>() {
        let names: Vec<_> =
            js_sys::Object::keys(object).iter().filter_map(|name| name.as_string()).collect();
        CapabilityRequest::check_members(names.iter().map(String::as_str))
            .map_err(|message| type_error(&message))?;
    }
    CapabilityRequest::read(Deserializer::from(request)).map_err(type_error)
}

/// Reads a JavaScript value. The error names the path only: serde's own message repeats the value,
/// which may be a secret. For a struct, serde-wasm-bindgen reads the members of the struct by their
/// names and ignores all others.
fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_path_to_error::deserialize(Deserializer::from(value)).map_err(|error| {
        let path = error.path().to_string();
        type_error(&format!("give plain data of the type that is documented: {path} is not"))
    })
}

/// Writes a JavaScript value. `None` becomes null.
fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = Serializer::json_compatible();
    value.serialize(&serializer).map_err(|_| type_error("a value has no form in JavaScript"))
}
