//! The state that several gateways of one account share, for the exchange and for drivers: what
//! became of creates, the account's budget, the limits of addresses, the token and the Setups.
//!
//! The shared state keeps texts and has one verb, [`Swap`]: it compares texts and replaces them if
//! all are equal. Everything is decided here, by what the texts say. Each [`Operation`] is a
//! sans-I/O state machine: it says which swap to make and takes the reply, until it is done.
//!
//! ```text
//! let mut step = gateway.operate(&mut operation, Event::Begin, now_ms);
//! loop {
//!     step = match step {
//!         Step::Swap(swap) => // hand it to the engine, then Event::Swapped or Event::Failed
//!         Step::Wait { ms } => // wait, then Event::Woken
//!         Step::Busy => // wait until another operation of this process has had its reply, then Event::Woken
//!         Step::Done(done) => break done,
//!     }
//! }
//! ```

pub mod budget;
mod clock;
mod health;
mod limits;
mod names;
mod outcomes;
mod setup;
mod swap;
mod token;
mod transaction;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use budget::{Budget, Lack};
use clock::Clock;
use health::Health;
use limits::{Counts, Limit};
use names::Names;
use outcomes::Outcomes;
use transaction::{Goal, Transaction};

use super::Gateway;
use super::config::Config;
use super::idempotency::Claim;
use super::limits::quota::Share;
use super::limits::rate::RateKey;
use crate::json::Json;

pub use health::{Change, State};
pub use swap::{Entry, Swap, Swapped, Trouble};

/// The version of all texts. Gateways that write another one do not understand each other.
const VERSION: u32 = 1;
/// What every text begins with.
const BEGINNING: &str = r#"{"v":1,"#;
/// How long a budget's swap may be under way before it counts as lost, in milliseconds: more than
/// an engine may take.
const PROPOSING_MS: u64 = 6_000;
/// How long this gateway does not look for a Setup that another fetches, in milliseconds.
const LOOKED_MS: u64 = 1_000;
/// How long something may wait to be counted, in milliseconds.
const COUNTED_AFTER_MS: u64 = 1_000;

/// True for a text that this version can read.
fn is_ours(text: &str) -> bool {
    text.starts_with(BEGINNING)
}

/// Requests of the budget that one request to the gateway has taken and not sent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purse {
    /// Whose requests they are.
    pub share: Share,
    /// How many are left.
    pub requests: u32,
}

/// What happened to an operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// It begins. The first event, and only then.
    Begin,
    /// The reply to its swap.
    Swapped(Swapped),
    /// There is no reply.
    Failed(Trouble),
    /// The wait is over.
    Woken,
}

/// What the driver of an operation does next. JavaScript gets it as `{ kind: "swap", … }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Step {
    /// Make this swap.
    Swap(Swap),
    /// Wait so many milliseconds.
    Wait {
        /// How long.
        ms: u32,
    },
    /// Wait until another operation of this process has had its reply, and not longer than an
    /// engine may take.
    Busy,
    /// It is done.
    Done(Done),
}

/// How an operation has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Done {
    /// The claim is this process'.
    Claimed {
        /// How long until there is room in the budget; `None` if the requests were taken.
        wait_ms: Option<u64>,
    },
    /// There is a claim under that key.
    Found {
        /// Its text.
        text: String,
    },
    /// There is none, and none was taken, because the budget has no room.
    NotFound {
        /// How long until there is.
        wait_ms: u64,
    },
    /// The limit of the address has no room.
    OverLimit {
        /// How long until there is.
        wait_ms: u64,
    },
    /// The budget was asked.
    Leased {
        /// How long until there is room; `None` if the requests were taken.
        wait_ms: Option<u64>,
    },
    /// What was to be told was told, or is no more of interest.
    Settled,
    /// A token that all use.
    Token {
        /// Its name.
        id: String,
        /// The token, sealed.
        sealed: String,
        /// When another is due, by this process' clock.
        renew_at_ms: u64,
    },
    /// This gateway has to sign in.
    SignIn,
    /// A Setup that another gateway has fetched.
    Setup {
        /// The microsite's configured name.
        microsite: String,
        /// The Setup, as the text of an object.
        setup: String,
        /// When it was fetched, by this process' clock.
        at_ms: u64,
    },
    /// This gateway has to fetch the Setup.
    Fetch,
    /// Another gateway fetches it, and this one has a copy to go on with.
    OthersFetch,
    /// The shared state has failed. Nobody knows what was done.
    Failed {
        /// Why.
        trouble: Trouble,
    },
}

/// Something that the shared state is asked for.
pub struct Operation {
    kind: Kind,
    /// When the last swap was sent, and how many texts it has.
    sent_ms: u64,
    entries: usize,
}

enum Kind {
    Transaction(Box<Transaction>),
    AskToken(token::Asking),
    TellToken(token::Telling),
    LookForSetup(setup::Looking),
    TellSetup(setup::Telling),
}

/// What a process knows of the shared state.
pub struct Shared {
    names: Names,
    /// The random name of this process.
    process: String,
    budget: Budget,
    limits: budget::Limits,
    clock: Clock,
    health: Health,
    counts: Counts,
    outcomes: Outcomes,
    /// The texts of claims that this process may have taken without learning of it. Nothing was sent
    /// for them, so that a repeated request may take their place.
    unconfirmed: Outcomes,
    /// Until when another operation of this process changes the budget's text.
    proposing_until_ms: Option<u64>,
    /// What those want that wait for it.
    wanted: Vec<(Share, u32)>,
    /// Counts how often that was taken along.
    wanted_round: u64,
    /// The process' own limits that turned out higher: their names, and when they are full again by
    /// this process' clock.
    raised: Vec<(Vec<u8>, u64)>,
    /// When it was seen last that another gateway fetches the Setup of a microsite, by this process'
    /// clock.
    looked: BTreeMap<String, u64>,
    /// Counts the claims, so that no two have the same text.
    serial: u64,
}

/// What of the shared state outlives an instance of the module, as JSON.
#[derive(Serialize, Deserialize)]
struct Kept {
    budget: String,
    outcomes: BTreeMap<String, String>,
    serial: u64,
}

impl Shared {
    /// What a process knows that begins now. It needs its [`Shared::seed`].
    pub fn new(config: &Config) -> Option<Self> {
        let secret = config.shared_secret.as_deref()?;
        let limits = budget::Limits {
            per_minute: config.requests_per_minute,
            reserve: config.staff_reserve,
            microsites: config.microsites().map(str::to_owned).collect(),
            processes: config.processes,
            is_background: config.is_background,
        };
        let account = &config.account;
        let upstream = account.base_url.trim_end_matches('/');
        Some(Self {
            names: Names::new(upstream, config.username(), secret),
            process: String::new(),
            budget: Budget::new(limits.clone(), String::new(), 0),
            limits,
            clock: Clock::default(),
            health: Health::default(),
            counts: Counts::default(),
            outcomes: Outcomes::default(),
            unconfirmed: Outcomes::default(),
            proposing_until_ms: None,
            wanted: Vec::new(),
            wanted_round: 0,
            raised: Vec::new(),
            looked: BTreeMap::new(),
            serial: 0,
        })
    }

    /// Takes the random bits that name the process, before the first request.
    pub fn seed(&mut self, seed: &[u8], now_ms: u64) {
        self.process = names::process_name(seed);
        self.budget = Budget::new(self.limits.clone(), self.process.clone(), now_ms);
    }

    fn keep(&self) -> String {
        let budget = self.budget.keep();
        let outcomes = self.outcomes.kept().clone();
        serde_json::to_string(&Kept { budget, outcomes, serial: self.serial }).unwrap_or_default()
    }

    fn take(&mut self, kept: &str) {
        let Ok(kept) = serde_json::from_str::<Kept>(kept) else { return };
        self.budget.restore(&kept.budget);
        self.outcomes.take(kept.outcomes);
        self.serial = kept.serial;
    }

    /// The text of a claim as the shared state has it: with the version, and with a name that no
    /// other claim has. So a process takes no other's claim for its own, not even one of the same
    /// request at the same time.
    fn text_of(&mut self, claim: &str) -> String {
        let mut text = [BEGINNING, "\"by\":\"", &self.process, "-"].concat();
        text.push_str(&crate::json::integer_text(i64::try_from(self.serial).unwrap_or(i64::MAX)));
        self.serial += 1;
        text.push_str("\",");
        text.push_str(claim.strip_prefix('{').unwrap_or(claim));
        text
    }

    /// A number that is another one in each process and at each try.
    fn spread(&self, tries: u32) -> u32 {
        let bytes = self.process.bytes().map(u32::from);
        bytes.fold(tries, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte))
    }

    /// Takes requests from the slice. While the shared state fails, an exhausted slice is a reason
    /// to ask it: only a swap shows that it is well again.
    fn take_requests(&mut self, purse: Purse, now_ms: u64) -> Result<(), Lack> {
        let time_ms = self.clock.now(now_ms);
        let taken = self.budget.take(purse.share, purse.requests, time_ms);
        let may_be_well = self.budget.is_failing() && self.health.may_ask(now_ms);
        if matches!(taken, Err(Lack::Wait(_))) && may_be_well { Err(Lack::Lease) } else { taken }
    }

    fn note_trouble(&mut self, trouble: Trouble, now_ms: u64) {
        self.health.failed(trouble, now_ms);
        self.budget.fail();
    }

    fn is_proposing(&self, now_ms: u64) -> bool {
        self.proposing_until_ms
            .is_some_and(|until| now_ms < until && until <= now_ms.saturating_add(PROPOSING_MS))
    }

    fn begin_proposing(&mut self, now_ms: u64) {
        self.proposing_until_ms = Some(now_ms.saturating_add(PROPOSING_MS));
    }

    fn end_proposing(&mut self) {
        self.proposing_until_ms = None;
    }
}

impl Operation {
    fn new(kind: Kind) -> Self {
        Self { kind, sent_ms: 0, entries: 0 }
    }

    fn next(&mut self, shared: &mut Shared, event: Event, now_ms: u64) -> Step {
        let step = match event {
            Event::Begin | Event::Woken => self.begin(shared, now_ms),
            Event::Swapped(reply) if !self.is_reply(&reply) => {
                self.failed(shared, Trouble::Reply, now_ms)
            }
            Event::Swapped(reply) => {
                let ahead_ms = shared.clock.note(reply.now_ms, self.sent_ms, now_ms);
                if ahead_ms > 0 {
                    shared.budget.shift(ahead_ms);
                }
                shared.health.answered();
                match &mut self.kind {
                    Kind::Transaction(own) => own.swapped(shared, reply, now_ms),
                    Kind::AskToken(own) => own.swapped(shared, reply, now_ms),
                    Kind::LookForSetup(own) => own.swapped(shared, reply, now_ms),
                    Kind::TellToken(_) | Kind::TellSetup(_) => Step::Done(Done::Settled),
                }
            }
            Event::Failed(trouble) => self.failed(shared, trouble, now_ms),
        };
        if let Step::Swap(swap) = &step {
            (self.sent_ms, self.entries) = (now_ms, swap.entries.len());
        }
        step
    }

    fn begin(&mut self, shared: &mut Shared, now_ms: u64) -> Step {
        match &mut self.kind {
            Kind::Transaction(own) => own.begin(shared, now_ms),
            Kind::AskToken(own) => own.begin(shared, now_ms),
            Kind::TellToken(own) => own.begin(shared, now_ms),
            Kind::LookForSetup(own) => own.begin(shared, now_ms),
            Kind::TellSetup(own) => own.begin(shared, now_ms),
        }
    }

    fn failed(&mut self, shared: &mut Shared, trouble: Trouble, now_ms: u64) -> Step {
        if let Kind::Transaction(own) = &mut self.kind {
            own.drop_proposal(shared);
        }
        shared.note_trouble(trouble, now_ms);
        match &mut self.kind {
            Kind::Transaction(own) => own.failed(shared, trouble, now_ms),
            Kind::AskToken(own) => own.failed(),
            Kind::LookForSetup(own) => own.failed(),
            Kind::TellToken(_) | Kind::TellSetup(_) => Step::Done(Done::Settled),
        }
    }

    fn is_reply(&self, reply: &Swapped) -> bool {
        reply.texts.len() == self.entries && reply.now_ms.is_finite() && reply.now_ms > 0.0
    }
}

/// How the budget is, for the operator's metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BudgetStatus {
    /// Requests that all gateways of the account may send in a minute.
    pub per_minute: u32,
    /// What this gateway has sent in the window.
    pub used: u32,
    /// What it may send without asking anybody.
    pub left: u32,
    /// What all gateways have sent or hold, as far as this one has seen.
    pub shared: Option<u32>,
}

/// How the shared state is, for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedStatus {
    /// How it stands.
    pub state: State,
    /// Since when, by this process' clock.
    pub since_ms: u64,
}

/// What operations of the shared state a driver asks the gateway for, and how it runs them.
impl Gateway {
    /// True if the gateway shares its state with others.
    pub fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// Handles an event of an operation, and says what to do next.
    pub fn operate(&mut self, operation: &mut Operation, event: Event, now_ms: u64) -> Step {
        let Some(shared) = &mut self.shared else { return Step::Done(Done::Settled) };
        let step = operation.next(shared, event, now_ms);
        for (name, at_ms) in shared.raised.drain(..) {
            self.rate_limits.raise(&name, at_ms, now_ms);
        }
        if let Step::Done(Done::Setup { microsite, setup, at_ms }) = &step
            && let Ok(Json::Object(setup)) = Json::parse(setup)
        {
            self.setups.take(microsite, setup, *at_ms);
        }
        step
    }

    /// Takes requests of the account's budget; or says how long to wait. [`Lack::Lease`] says that
    /// the shared state has to be asked, by [`Gateway::claim`] or [`Gateway::lease`].
    pub(in crate::gateway) fn take_requests(
        &mut self,
        purse: Purse,
        now_ms: u64,
    ) -> Result<(), Lack> {
        match &mut self.shared {
            Some(shared) => shared.take_requests(purse, now_ms),
            None => self.quota.acquire(purse.share, purse.requests, now_ms).map_err(Lack::Wait),
        }
    }

    /// Says how long to wait if there is certainly no room for a request of a share.
    pub(in crate::gateway) fn check_requests(
        &mut self,
        share: Share,
        now_ms: u64,
    ) -> Result<(), u64> {
        if self.shared.is_none() {
            return self.quota.check(share, 1, now_ms);
        }
        let purse = Purse { share, requests: 1 };
        match self.take_requests(purse, now_ms) {
            Ok(()) => {
                self.give_back(purse);
                Ok(())
            }
            Err(Lack::Lease) => Ok(()),
            Err(Lack::Wait(wait_ms)) => Err(wait_ms),
        }
    }

    /// The time by which gateways that share a state tell each other times: the shared state's; this
    /// process' where none is shared.
    pub(in crate::gateway) fn shared_time(&self, local_ms: u64) -> u64 {
        self.shared.as_ref().map_or(local_ms, |shared| shared.clock.shared(local_ms))
    }

    /// Notes that one of the requests that were taken is sent now. Returns the shared state's time,
    /// for [`Gateway::answered`]; `None` if the request may not be sent, because its time is over.
    pub fn send_of(&mut self, purse: &mut Purse, now_ms: u64) -> Option<u64> {
        let shared = self.shared.as_mut()?;
        purse.requests = purse.requests.checked_sub(1)?;
        let time_ms = shared.clock.now(now_ms);
        shared.budget.sending(purse.share, time_ms).then_some(time_ms)
    }

    /// Notes that the request which [`Gateway::send_of`] has noted at that time has its answer, or
    /// will have none any more.
    pub fn answered(&mut self, share: Share, sent_ms: u64, now_ms: u64) {
        if let Some(shared) = &mut self.shared {
            let time_ms = shared.clock.now(now_ms);
            shared.budget.answered(share, sent_ms, time_ms);
        }
    }

    /// Takes one more request for a purse that is empty: for a sign-in, a replay or a retry.
    pub fn refill(&mut self, purse: &mut Purse, now_ms: u64) -> Result<(), Lack> {
        self.take_requests(Purse { share: purse.share, requests: 1 }, now_ms)?;
        purse.requests += 1;
        Ok(())
    }

    /// Gives back what of a purse was not sent.
    pub fn give_back(&mut self, purse: Purse) {
        if let Some(shared) = &mut self.shared {
            shared.budget.give_back(purse.share, purse.requests);
        }
    }

    /// Takes a claim, what the address may do and what the budget has, all at once. The text is the
    /// claim's as the shared state gets it.
    pub(in crate::gateway) fn claim(
        &mut self,
        claim: &Claim,
        purse: Purse,
        limit: Option<(RateKey<'_>, u32)>,
        now_ms: u64,
    ) -> Option<(Operation, String)> {
        let limits = limit.map_or_else(Vec::new, |(key, cost)| self.limits_of(key, cost, true));
        let shared = self.shared.as_mut()?;
        let text = shared.text_of(&claim.pending());
        let goal =
            Goal::Take { store_key: claim.store_key.clone(), expected: None, text: text.clone() };
        Some((transaction(goal, Some(purse), limits, now_ms), text))
    }

    /// Looks for a claim, and takes none.
    pub(in crate::gateway) fn recall(&mut self, claim: &Claim, now_ms: u64) -> Option<Operation> {
        self.shared.as_ref()?;
        let goal = Goal::Look { store_key: claim.store_key.clone(), wait_ms: 0 };
        Some(transaction(goal, None, Vec::new(), now_ms))
    }

    /// Takes what the budget has, and what the address may do.
    pub(in crate::gateway) fn lease(
        &mut self,
        purse: Purse,
        limit: Option<(RateKey<'_>, u32)>,
        now_ms: u64,
    ) -> Operation {
        let limits = limit.map_or_else(Vec::new, |(key, cost)| self.limits_of(key, cost, true));
        transaction(Goal::Lease, Some(purse), limits, now_ms)
    }

    /// Takes one request that the budget has for a share.
    pub fn lease_one(&mut self, share: Share, now_ms: u64) -> Operation {
        self.lease(Purse { share, requests: 1 }, None, now_ms)
    }

    /// Tells the shared state what became of a claim, without hurry: `expected` is its text as the
    /// shared state has it, and `text` what takes its place; none if nothing was sent.
    pub fn settle(
        &mut self,
        store_key: &str,
        expected: &str,
        text: Option<&str>,
        now_ms: u64,
    ) -> Option<Operation> {
        let shared = self.shared.as_mut()?;
        let goal = Goal::Settle {
            store_key: store_key.to_owned(),
            expected: Some(expected.to_owned()),
            text: text.map(|text| shared.text_of(text)),
            is_told: false,
        };
        Some(transaction(goal, None, Vec::new(), now_ms))
    }

    /// Tells the shared state what was counted and sent, and that the process is there; or, if it
    /// `leaves`, that it is not there any more.
    pub fn report(&mut self, leaves: bool, now_ms: u64) -> Operation {
        transaction(Goal::Report { leaves }, None, Vec::new(), now_ms)
    }

    /// True if a report is due: something waits to be counted, or the shared state has to be asked
    /// whether it is well again.
    pub fn is_report_due(&self, now_ms: u64) -> bool {
        self.shared.as_ref().is_some_and(|shared| {
            let is_due = shared.counts.due_ms(now_ms).is_some_and(|ms| ms >= COUNTED_AFTER_MS);
            (is_due || shared.budget.is_failing() || shared.budget.has_news())
                && shared.health.may_ask(now_ms)
                && !shared.is_proposing(now_ms)
        })
    }

    /// Finds a token that all use, other than the one with the name `old`, or the right to sign in.
    pub fn ask_token(&self, old: Option<String>) -> Operation {
        Operation::new(Kind::AskToken(token::Asking::new(old)))
    }

    /// Gives all the token, sealed; without one, gives back the right to sign in. `renew_at_ms` is
    /// when another is due, by this process' clock.
    pub fn tell_token(&self, token: Option<(String, String, u64)>) -> Option<Operation> {
        let shared = self.shared.as_ref()?;
        let telling = match token {
            Some((id, sealed, renew_at_ms)) => {
                token::Telling::token(shared, id, sealed, renew_at_ms)
            }
            None => token::Telling::nothing(),
        };
        Some(Operation::new(Kind::TellToken(telling)))
    }

    /// Finds a newer Setup than the process' own copy, or the right to fetch one. Returns `None` if
    /// the own copy is fresh, or if nobody may ask now.
    pub fn look_for_setup(&mut self, microsite: &str, now_ms: u64) -> Option<Operation> {
        let looked_ms = self.shared.as_ref()?.looked.get(microsite).copied();
        let own_at_ms = self.needed_setup(microsite, now_ms)?;
        // While another gateway fetches it, this one does not look at each request.
        let age_ms = looked_ms.map(|looked_ms| now_ms.saturating_sub(looked_ms));
        if own_at_ms.is_some() && age_ms.is_some_and(|age_ms| age_ms < LOOKED_MS) {
            return None;
        }
        let fresh_ms = u64::from(self.config.setup_fresh_seconds) * 1000;
        let seconds = self.setup_seconds();
        let looking = setup::Looking::new(microsite.to_owned(), own_at_ms, fresh_ms, seconds);
        Some(Operation::new(Kind::LookForSetup(looking)))
    }

    /// Gives all the Setup that this process has just fetched; if that has failed, gives back the
    /// right to fetch.
    pub fn tell_setup(&self, microsite: &str, now_ms: u64) -> Option<Operation> {
        self.shared.as_ref()?;
        let fresh_ms = u64::from(self.config.setup_fresh_seconds) * 1000;
        let fetched = self.setups.fetched(microsite);
        let fetched = fetched.filter(|(_, at_ms)| now_ms.saturating_sub(*at_ms) < fresh_ms);
        let setup = fetched.map(|(setup, at_ms)| (setup.to_text(), at_ms));
        let telling = setup::Telling::new(microsite.to_owned(), setup, self.setup_seconds());
        Some(Operation::new(Kind::TellSetup(telling)))
    }

    /// Has the shared state count what a request takes of a limit, a moment later.
    pub(in crate::gateway) fn count_later(&mut self, key: RateKey<'_>, cost: u32, now_ms: u64) {
        let limits = self.limits_of(key, cost, false);
        if let Some(shared) = &mut self.shared {
            for limit in limits {
                shared.counts.add(limit, now_ms);
            }
        }
    }

    /// The key that seals the token: 32 bytes.
    pub fn seal_key(&self) -> Vec<u8> {
        self.shared.as_ref().map(|shared| shared.names.seal_key()).unwrap_or_default()
    }

    /// How long it takes at most until the process has to report that it is there, in milliseconds.
    /// `None` where nobody waits for that: see the option `processes`.
    pub fn heartbeat_ms(&self) -> Option<u64> {
        let shared = self.shared.as_ref()?;
        shared.limits.processes.map(|_| Budget::heartbeat_ms())
    }

    /// What to tell the operator of the shared state, once after each change.
    pub fn shared_change(&mut self, now_ms: u64) -> Option<Change> {
        let shared = self.shared.as_mut()?;
        let time_ms = shared.clock.now(now_ms);
        let is_alone = shared.budget.is_alone(time_ms);
        shared.health.change(is_alone, now_ms)
    }

    /// How the shared state is.
    pub fn shared_status(&self) -> Option<SharedStatus> {
        let shared = self.shared.as_ref()?;
        Some(SharedStatus { state: shared.health.state, since_ms: shared.health.since_ms })
    }

    /// How the budget is.
    pub fn budget_status(&mut self, now_ms: u64) -> BudgetStatus {
        let per_minute = self.config.requests_per_minute;
        match &mut self.shared {
            Some(shared) => {
                let time_ms = shared.clock.now(now_ms);
                BudgetStatus {
                    per_minute,
                    used: shared.budget.sent(time_ms),
                    left: shared.budget.left(time_ms),
                    shared: Some(shared.budget.used(time_ms).0),
                }
            }
            None => {
                let used = self.quota.used(now_ms);
                let left = per_minute.saturating_sub(used);
                BudgetStatus { per_minute, used, left, shared: None }
            }
        }
    }

    /// What of the shared state outlives an instance of the module.
    pub fn keep_shared(&self) -> Option<String> {
        self.shared.as_ref().map(Shared::keep)
    }

    /// Takes what a gateway of an earlier instance has kept, after the seed.
    pub fn take_shared(&mut self, kept: &str) {
        if let Some(shared) = &mut self.shared {
            shared.take(kept);
        }
    }

    fn setup_seconds(&self) -> u32 {
        let config = &self.config;
        config.setup_fresh_seconds.saturating_add(config.setup_stale_seconds).max(60)
    }

    fn limits_of(&self, key: RateKey<'_>, cost: u32, is_binding: bool) -> Vec<Limit> {
        let Some(shared) = &self.shared else { return Vec::new() };
        let parts = self.rate_limits.parts(key, cost).into_iter();
        let limits = parts.map(|(name, ms)| Limit {
            key: shared.names.limit(&name),
            name,
            ms,
            is_binding,
            proposed: limits::Known::default(),
        });
        limits.collect()
    }
}

fn transaction(goal: Goal, purse: Option<Purse>, limits: Vec<Limit>, now_ms: u64) -> Operation {
    Operation::new(Kind::Transaction(Box::new(Transaction::new(goal, purse, limits, now_ms))))
}
