//! The gateway's decisions, for whoever runs it: what an HTTP request may ask, and what is answered.
//!
//! The remote API's token is for the whole account, so that no browser may hold it. The gateway speaks the same
//! paths, holds the credentials, and lets a guest do only what a guest may. Plain values in, plain values out: time,
//! random bits, stored texts and the remote API's answers are handed in by the runtime's loop, which does the sending.

pub mod addresses;
pub mod budget;
pub mod capability;
pub mod config;
pub mod exchange;
pub mod form;
pub mod guest;
pub mod idempotency;
pub mod pages;
pub mod policy;
pub mod reply;
pub mod routes;
pub mod setups;

use addresses::Addresses;
use budget::Budget;
use capability::{Capability, Purpose};
use config::{CAPABILITY_MAX_SECONDS, Config, LINK_SECONDS};
use setups::{Look, Setups};

use crate::api::error::{ApiError, ErrorKind};
use crate::api::operations::{Operation, RESTAURANTS};
use crate::json::{Json, Object};

/// What the requests of one gateway share.
pub struct Gateway {
    config: Config,
    addresses: Addresses,
    budget: Budget,
    setups: Setups,
}

impl Gateway {
    /// A gateway; `seed` is random.
    pub fn new(config: Config, seed: &[u8]) -> Self {
        let ms = |seconds: u32| u64::from(seconds) * 1000;
        let microsites = config.microsites().count();
        Self {
            addresses: Addresses::new(config.per_address, seed),
            budget: Budget::new(config.requests_per_minute, config.staff_reserve, microsites),
            setups: Setups::new(ms(config.setup_fresh_seconds), ms(config.setup_stale_seconds)),
            config,
        }
    }

    /// How it is set up.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What to ask for a new copy of a Setup, counted in the budget; none where there is a fresh one, or where asking
    /// has just failed.
    pub fn fetch_setup(&mut self, microsite: &str, now_ms: u64) -> Option<Operation> {
        match self.setups.look(microsite, now_ms) {
            Look::Fresh(_) | Look::Failed(_) => None,
            Look::Stale(_) | Look::Missing => {
                let place = self.config.microsites().position(|name| name == microsite)?;
                self.budget.note(place, now_ms);
                Some(Operation::Setup)
            }
        }
    }

    /// Takes what came of that.
    pub fn take_setup(&mut self, microsite: &str, result: Result<Json, ApiError>, now_ms: u64) {
        let result = result.and_then(|setup| match setup {
            Json::Object(setup) => Ok(setup),
            _ => Err(ErrorKind::Protocol { status: 200, reason: "the Setup is no object" }
                .with(crate::api::error::Outcome::NotSent)),
        });
        self.setups.take(microsite, result, now_ms);
    }

    /// A capability for a record, for the operator's own messages. `{microsite, id, purpose?, expiresIn?}`, the time
    /// in seconds. The error says what to do.
    pub fn capability(&self, request: &Object, now_ms: u64) -> Result<String, &'static str> {
        let text = |name| request.get(name).and_then(Json::as_str);
        let microsite = text("microsite").filter(|name| self.config.segment(name).is_some());
        let purpose = match request.given("purpose") {
            None => Purpose::Record,
            Some(_) => text("purpose")
                .and_then(Purpose::named)
                .ok_or("give purpose as \"record\" or \"unsubscribe\"")?,
        };
        let default = match purpose {
            Purpose::Record => self.config.capability_seconds,
            Purpose::Unsubscribe => LINK_SECONDS,
        };
        let seconds = match request.given("expiresIn") {
            None => default,
            Some(value) => value
                .as_positive()
                .and_then(|seconds| u32::try_from(seconds).ok())
                .filter(|seconds| *seconds <= CAPABILITY_MAX_SECONDS)
                .ok_or("give expiresIn as whole seconds above 0, a year at most")?,
        };
        let capability = Capability {
            microsite: microsite.ok_or("give microsite: one of those of the gateway")?.to_owned(),
            id: request
                .get("id")
                .and_then(Json::as_positive)
                .ok_or("give id: the customer's, a whole number above 0")?,
            purpose,
            expires: now_ms / 1000 + u64::from(seconds),
        };
        self.config
            .keys
            .sign(&capability)
            .ok_or("give capabilityKeys to createGateway: without a key there are no capabilities")
    }

    /// The address of the page that unsubscribes a customer, for the operator's e-mails.
    pub fn unsubscribe_link(&self, request: &Object, now_ms: u64) -> Result<String, &'static str> {
        let base = self.config.public_url.as_deref();
        let base = base.ok_or("give publicUrl to createGateway: where guests reach the gateway")?;
        let request = request.clone().with("purpose", Purpose::Unsubscribe.name());
        let token = self.capability(&request, now_ms)?;
        let microsite = request.get("microsite").and_then(Json::as_str).unwrap_or_default();
        let segment = self.config.segment(microsite).unwrap_or_default();
        Ok([base, RESTAURANTS, segment, "/", routes::UNSUBSCRIBE_PAGE, "?token=", &token].concat())
    }
}

#[cfg(test)]
mod tests;
