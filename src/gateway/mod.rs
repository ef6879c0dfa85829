//! The gateway's decisions, for its drivers: what an HTTP request may ask, and what is answered.
//!
//! The remote API's token is for the whole account, so no browser may hold it. The gateway has the
//! same paths, holds the credentials, and lets a guest do only what a guest may. It is a sans-I/O
//! core: a driver hands in the time, random bits, stored texts and the remote API's answers, and
//! does all sending and waiting. Begin with [`exchange`].

pub mod capability;
pub mod config;
pub mod exchange;
pub mod form;
mod gauges;
pub mod guest;
pub mod guest_fields;
pub mod guest_setup;
pub mod idempotency;
mod kept;
pub mod limits;
mod named;
pub mod options;
pub mod page;
pub mod policy;
pub mod reply;
pub mod routes;
pub mod setups;
pub mod shared;

use capability::{Capability, CapabilityRequest, Purpose};
use config::{CAPABILITY_MAX_SECONDS, Config, LINK_SECONDS};
use limits::quota::{Quota, Share};
use limits::rate::RateLimits;
use setups::{Cached, Setups};
use shared::{Purse, Shared};

use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::client::{Operation, RESTAURANTS};
use crate::json::Json;

/// What the requests of one gateway share.
pub struct Gateway {
    config: Config,
    rate_limits: RateLimits,
    quota: Quota,
    setups: Setups,
    /// What is known of the state that several gateways share.
    shared: Option<Shared>,
    /// Nobody signs in before this time, because the remote API has refused the credentials. In
    /// milliseconds since 1970.
    locked_until_ms: u64,
}

/// How long nobody signs in after that: the vendor may lock an account that signs in wrongly again
/// and again.
const LOCKED_MS: u64 = 30_000;

impl Gateway {
    /// A gateway, which still needs its [`Gateway::seed`].
    pub fn new(config: Config) -> Self {
        let ms = |seconds: u32| u64::from(seconds) * 1000;
        let microsites = config.microsites().count();
        Self {
            rate_limits: RateLimits::new(config.per_address),
            quota: Quota::new(config.requests_per_minute, config.staff_reserve, microsites),
            setups: Setups::new(ms(config.setup_fresh_seconds), ms(config.setup_stale_seconds)),
            shared: Shared::new(&config),
            locked_until_ms: 0,
            config,
        }
    }

    /// Takes the random bits of the rate limits' hash and of the process' name, before the first
    /// request.
    pub fn seed(&mut self, seed: &[u8], now_ms: u64) {
        self.rate_limits.seed(seed);
        if let Some(shared) = &mut self.shared {
            shared.seed(seed, now_ms);
        }
    }

    /// How it is set up.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The operation that fetches a new copy of a Setup, counted in the quota. Returns `None` if
    /// there is a fresh copy, if fetching has just failed, or if the guests' share of the quota is
    /// used up: guests who look at a form must not keep staff from their work.
    pub fn fetch_setup(&mut self, microsite: &str, now_ms: u64) -> Option<Operation> {
        self.needed_setup(microsite, now_ms)?;
        // With a shared state, the driver takes each request of a call before it is sent.
        if self.shared.is_none() {
            let share = self.guests_of(microsite)?;
            self.take_requests(Purse { share, requests: 1 }, now_ms).ok()?;
        }
        Some(Operation::Setup)
    }

    /// The share of the guests of a microsite.
    pub fn guests_of(&self, microsite: &str) -> Option<Share> {
        self.config.microsites().position(|name| name == microsite).map(Share::Guest)
    }

    /// When the own copy of a Setup that has to be fetched now was fetched, if there is one. Returns
    /// `None` if there is nothing to fetch now.
    fn needed_setup(&self, microsite: &str, now_ms: u64) -> Option<Option<u64>> {
        match self.setups.get(microsite, now_ms) {
            Cached::Fresh(_) | Cached::Failed(_) => None,
            Cached::Stale(_) | Cached::Missing if self.is_locked_out(now_ms) => None,
            Cached::Stale(_) => Some(self.setups.fetched(microsite).map(|(_, at_ms)| at_ms)),
            Cached::Missing => Some(None),
        }
    }

    /// Takes the result of that operation.
    pub fn take_setup(&mut self, microsite: &str, result: Result<Json, ApiError>, now_ms: u64) {
        let result = result.and_then(|setup| match setup {
            Json::Object(setup) if guest_setup::is_setup_of(&setup, microsite) => Ok(setup),
            _ => Err(ErrorKind::Protocol {
                status: 200,
                reason: "look at what the remote API answers: it is not the Setup of this microsite",
            }
            .with(Outcome::NotSent)),
        });
        if let Err(error) = &result {
            self.note_failure(error, now_ms);
            // The shared budget had no room: the remote API has not failed.
            if self.shared.is_some() && matches!(error.kind, ErrorKind::Abort) {
                return;
            }
        }
        self.setups.put(microsite, result, now_ms);
    }

    fn note_failure(&mut self, error: &ApiError, now_ms: u64) {
        // Status 401 before anything was sent: the credentials are wrong.
        if matches!(error.kind, ErrorKind::Http { status: 401 })
            && error.outcome == Outcome::NotSent
        {
            self.locked_until_ms = now_ms.saturating_add(LOCKED_MS);
        }
    }

    /// True while nobody signs in.
    fn is_locked_out(&self, now_ms: u64) -> bool {
        // A clock that is set back locks nobody out for longer.
        now_ms < self.locked_until_ms && self.locked_until_ms <= now_ms.saturating_add(LOCKED_MS)
    }

    /// The token of a capability for a record, for the operator's own messages. The error says what
    /// to do.
    pub fn capability(
        &self,
        request: CapabilityRequest,
        now_ms: u64,
    ) -> Result<String, &'static str> {
        let purpose = request.purpose.unwrap_or(Purpose::Record);
        let seconds = request.expires_in.unwrap_or(match purpose {
            Purpose::Record => self.config.capability_seconds,
            Purpose::Unsubscribe => LINK_SECONDS,
        });
        if !(1..=CAPABILITY_MAX_SECONDS).contains(&seconds) {
            return Err(CapabilityRequest::EXPIRES_IN);
        }
        let microsite = request.microsite.filter(|name| self.config.segment(name).is_some());
        let capability = Capability {
            microsite: microsite.ok_or(CapabilityRequest::MICROSITE)?,
            id: request.id.filter(|id| *id > 0).ok_or(CapabilityRequest::ID)?,
            purpose,
            expires: now_ms / 1000 + u64::from(seconds),
        };
        self.config
            .keys
            .sign(&capability)
            .ok_or("give capabilityKeys to the gateway: without a key there are no capabilities")
    }

    /// The address of the page that unsubscribes a customer, for the operator's e-mails. The error
    /// says what to do.
    pub fn unsubscribe_link(
        &self,
        request: CapabilityRequest,
        now_ms: u64,
    ) -> Result<String, &'static str> {
        let base = self.config.public_url.as_deref();
        let base = base.ok_or("give publicUrl to the gateway: where guests reach it")?;
        let segment = request.microsite.as_deref().and_then(|name| self.config.segment(name));
        let segment = segment.ok_or(CapabilityRequest::MICROSITE)?;
        let request = CapabilityRequest { purpose: Some(Purpose::Unsubscribe), ..request.clone() };
        let token = self.capability(request, now_ms)?;
        Ok([base, RESTAURANTS, segment, "/", routes::UNSUBSCRIBE_PAGE, "?token=", &token].concat())
    }
}

#[cfg(test)]
mod tests;
