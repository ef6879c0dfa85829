//! One swap of a claim, the limits of an address and the budget together, and what to do if others
//! were faster: for the operations of a create, and for leases.

use super::budget::{self, Lack, Proposal};
use super::limits::{Known, Limit};
use super::swap::{Entry, Swap, Swapped, Trouble};
use super::{Done, Purse, Shared, Step, is_ours};
use crate::gateway::idempotency::REMEMBERED_SECONDS;

/// How often a swap is tried with the texts that came back.
const TRIES: u32 = 12;
/// After so many tries, each waits a little, so that many processes do not always meet.
const TRIES_AT_ONCE: u32 = 2;
/// The longest such wait, as a multiple of the tries, in milliseconds.
const APART_MS: u32 = 8;
/// After so many tries, what became of a create is told without anything beside it.
const TRIES_TOGETHER: u32 = 2;
/// How long it is tried to tell what became of a create, in milliseconds: as long as a claim may be
/// pending.
const SETTLING_MS: u64 = 300_000;
/// The first pause in that time; each that follows doubles it, so many times at most.
const PAUSE_MS: u32 = 250;
const DOUBLINGS_MAX: u32 = 4;
/// How long the budget's text is kept after the last change, in seconds: longer than any part of it
/// counts.
const BUDGET_SECONDS: u32 = 600;
/// The most texts of one swap.
const ENTRIES_MAX: usize = 8;

/// What a transaction is for.
pub(super) enum Goal {
    /// To take a claim, unless there is one other than what is `expected`.
    Take { store_key: String, expected: Option<String>, text: String },
    /// To look whether there is a claim, because the budget has no room for so many milliseconds.
    Look { store_key: String, wait_ms: u64 },
    /// To put `text` in the place of the process' own claim, or to delete that.
    Settle { store_key: String, expected: Option<String>, text: Option<String>, is_told: bool },
    /// To get requests of the budget.
    Lease,
    /// To tell what was counted and sent, and that the process is there, or that it leaves.
    Report { leaves: bool },
}

/// A swap of several texts, which is tried again with those that came back.
pub(super) struct Transaction {
    goal: Goal,
    /// What is to be taken of the budget.
    purse: Option<Purse>,
    is_taken: bool,
    /// The round of `Shared::wanted` in which this stands there.
    wanted_in: Option<u64>,
    wait_ms: Option<u64>,
    /// Limits that must not be exceeded, then those that are only counted.
    limits: Vec<Limit>,
    proposal: Option<Proposal>,
    tries: u32,
    failures: u32,
    began_ms: u64,
}

impl Transaction {
    pub(super) fn new(goal: Goal, purse: Option<Purse>, limits: Vec<Limit>, now_ms: u64) -> Self {
        Self {
            goal,
            purse,
            is_taken: false,
            wanted_in: None,
            wait_ms: None,
            limits,
            proposal: None,
            tries: 0,
            failures: 0,
            began_ms: now_ms,
        }
    }

    /// Begins, or goes on after a wait.
    pub(super) fn begin(&mut self, shared: &mut Shared, now_ms: u64) -> Step {
        match &self.goal {
            Goal::Take { store_key, .. } | Goal::Look { store_key, .. } => {
                if let Some(text) = shared.outcomes.get(store_key) {
                    return Step::Done(Done::Found { text: text.to_owned() });
                }
            }
            Goal::Settle { store_key, text: Some(text), .. } => {
                shared.outcomes.put(store_key, text);
            }
            _ => {}
        }
        self.attempt(shared, now_ms)
    }

    /// Makes the swap from what is known.
    fn attempt(&mut self, shared: &mut Shared, now_ms: u64) -> Step {
        self.withdraw(shared);
        let needs_budget = self.needs_budget(shared, now_ms);
        if let (Goal::Lease, false) = (&self.goal, needs_budget)
            && !self.limits.iter().any(|limit| limit.is_binding)
        {
            return self.end(shared);
        }
        if let (Goal::Take { store_key, .. }, Some(wait_ms)) = (&self.goal, self.wait_ms) {
            self.goal = Goal::Look { store_key: store_key.clone(), wait_ms };
        }
        if !shared.health.may_ask(now_ms) {
            return self.failed(shared, Trouble::Skipped, now_ms);
        }
        if needs_budget && shared.is_proposing(now_ms) {
            match (&self.goal, self.purse) {
                (Goal::Take { .. } | Goal::Lease, Some(purse)) => {
                    shared.wanted.push((purse.share, purse.requests));
                    self.wanted_in = Some(shared.wanted_round);
                    return Step::Busy;
                }
                (Goal::Report { .. }, _) => return Step::Done(Done::Settled),
                _ => {}
            }
        } else if needs_budget {
            let own = self.purse.filter(|_| !self.is_taken).map(|own| (own.share, own.requests));
            let wanted: Vec<_> = own.into_iter().chain(shared.wanted.drain(..)).collect();
            shared.wanted_round += 1;
            let time_ms = shared.clock.now(now_ms);
            if let Goal::Report { leaves: true } = self.goal {
                shared.budget.give_up();
            }
            self.proposal = Some(shared.budget.propose(&wanted, time_ms));
            shared.begin_proposing(now_ms);
        }
        self.swap(shared, now_ms)
    }

    /// Takes back what is wanted, unless a proposal has taken it along: each look at a slow swap
    /// would want it once more.
    fn withdraw(&mut self, shared: &mut Shared) {
        if self.wanted_in.take() != Some(shared.wanted_round) {
            return;
        }
        let own = self.purse.map(|purse| (purse.share, purse.requests));
        if let Some(at) = shared.wanted.iter().position(|wanted| Some(*wanted) == own) {
            shared.wanted.swap_remove(at);
        }
    }

    /// Whether the budget's text has to change. Takes the requests if the slice has them.
    fn needs_budget(&mut self, shared: &mut Shared, now_ms: u64) -> bool {
        self.wait_ms = None;
        match (&self.goal, self.purse) {
            (Goal::Report { .. }, _) => true,
            (Goal::Take { .. } | Goal::Lease, Some(purse)) if !self.is_taken => {
                match shared.take_requests(purse, now_ms) {
                    Ok(()) => self.is_taken = true,
                    Err(Lack::Lease) => return true,
                    Err(Lack::Wait(wait_ms)) => self.wait_ms = Some(wait_ms),
                }
                false
            }
            _ => false,
        }
    }

    fn swap(&mut self, shared: &mut Shared, now_ms: u64) -> Step {
        let names = &shared.names;
        let mut entries = Vec::new();
        let mut durable = false;
        match &self.goal {
            Goal::Take { store_key, expected, text } => {
                let (key, text) = (names.claim(store_key), Some(text.clone()));
                entries.push(Entry::replace(key, expected.clone(), text, REMEMBERED_SECONDS));
                durable = true;
            }
            Goal::Look { store_key, .. } => entries.push(Entry::read(names.claim(store_key))),
            Goal::Settle { store_key, expected, text, is_told: false } => {
                let (key, expected) = (names.claim(store_key), expected.clone());
                entries.push(Entry::replace(key, expected, text.clone(), REMEMBERED_SECONDS));
                durable = text.is_some();
            }
            Goal::Settle { .. } | Goal::Lease | Goal::Report { .. } => {}
        }
        if matches!(self.goal, Goal::Look { .. }) {
            return Step::Swap(Swap { entries, durable });
        }
        if let Some(proposal) = &self.proposal {
            let (expected, text) = (proposal.expected.clone(), Some(proposal.text.clone()));
            entries.push(Entry::replace(names.budget(), expected, text, BUDGET_SECONDS));
            durable |= proposal.grants();
        }
        if matches!(self.goal, Goal::Settle { .. } | Goal::Report { .. }) {
            let is_alone = self.tries >= TRIES_TOGETHER;
            let most = if is_alone { 0 } else { ENTRIES_MAX - entries.len() };
            if self.limits.len() > most {
                shared.counts.give_back(self.limits.drain(most..));
            }
            self.limits.extend(shared.counts.take_due(most - self.limits.len()));
        }
        let time_ms = shared.clock.now(now_ms);
        for limit in &mut self.limits {
            match limit.next(&shared.counts, time_ms) {
                Ok(entry) => entries.push(entry),
                Err(wait_ms) => {
                    self.drop_proposal(shared);
                    return self.over_limit(shared, wait_ms);
                }
            }
        }
        if entries.is_empty() {
            return self.end(shared);
        }
        Step::Swap(Swap { entries, durable })
    }

    /// Takes the reply.
    pub(super) fn swapped(&mut self, shared: &mut Shared, reply: Swapped, now_ms: u64) -> Step {
        let mut texts = reply.texts.into_iter();
        let time_ms = shared.clock.now(now_ms);
        let has_claim = match &self.goal {
            Goal::Take { .. } | Goal::Look { .. } => true,
            Goal::Settle { is_told, .. } => !is_told,
            Goal::Lease | Goal::Report { .. } => false,
        };
        let claim = if has_claim { texts.next().flatten() } else { None };
        let is_look = matches!(self.goal, Goal::Look { .. });
        if !is_look && let Some(proposal) = self.proposal.take() {
            let found = texts.next().flatten();
            let outcome = if reply.is_done {
                budget::Outcome::Done
            } else {
                budget::Outcome::Stale(found.as_deref())
            };
            shared.end_proposing();
            if shared.budget.settled(proposal, outcome, time_ms).is_err() {
                return self.failed_by(shared, Trouble::Version, now_ms);
            }
        }
        if !is_look {
            for (limit, found) in self.limits.iter_mut().zip(texts) {
                let Ok(known) = Known::read(found.as_deref()) else {
                    return self.failed_by(shared, Trouble::Version, now_ms);
                };
                let known = if reply.is_done { limit.proposed } else { known };
                shared.counts.see(&limit.key, known, time_ms);
                if let Some(at) = known.full_at_ms {
                    shared.raised.push((limit.name.clone(), shared.clock.local(at)));
                }
            }
        }
        if claim.as_deref().is_some_and(|text| !is_ours(text)) {
            return self.failed_by(shared, Trouble::Version, now_ms);
        }
        if let Goal::Take { text, .. } = &self.goal
            && !reply.is_done
            && claim.as_deref() == Some(text.as_str())
        {
            // The engine's client has sent the swap twice, and only the second reply has come. The
            // claim is given back, because nobody knows what else of the first was taken.
            return self.failed(shared, Trouble::Contended, now_ms);
        }
        if let Goal::Take { store_key, expected, .. } = &mut self.goal
            && !reply.is_done
            && claim.as_deref().is_none_or(|text| shared.unconfirmed.get(store_key) == Some(text))
        {
            *expected = claim.clone();
        }
        match &mut self.goal {
            Goal::Take { expected, .. } if claim == *expected => {}
            Goal::Take { .. } | Goal::Look { .. } if claim.is_some() => {
                self.give_back(shared);
                return Step::Done(Done::Found { text: claim.unwrap_or_default() });
            }
            Goal::Look { wait_ms, .. } => return Step::Done(Done::NotFound { wait_ms: *wait_ms }),
            Goal::Settle { expected, text, is_told, .. } if !*is_told && !reply.is_done => {
                if claim == *text {
                    *is_told = true;
                } else if claim.is_none() && text.is_some() {
                    // The shared state has lost the claim, so that somebody could take it again.
                    *expected = None;
                } else if claim != *expected {
                    // Somebody else's claim, or none any more.
                    *is_told = true;
                }
            }
            _ => {}
        }
        if reply.is_done {
            self.limits.clear();
            if let Goal::Settle { is_told, .. } = &mut self.goal {
                *is_told = true;
            }
            return self.end(shared);
        }
        if matches!(self.goal, Goal::Settle { is_told: true, .. }) {
            // What stands beside it is told another time.
            return self.end(shared);
        }
        self.tries += 1;
        if self.tries >= TRIES {
            return self.failed(shared, Trouble::Contended, now_ms);
        }
        if self.tries > TRIES_AT_ONCE {
            return Step::Wait { ms: 1 + shared.spread(self.tries) % (APART_MS * self.tries) };
        }
        self.attempt(shared, now_ms)
    }

    /// Ends well, as far as there is room in the budget.
    fn end(&mut self, shared: &mut Shared) -> Step {
        shared.counts.give_back(self.limits.drain(..));
        if let (Some(purse), false, None) = (self.purse, self.is_taken, self.wait_ms) {
            let time_ms = shared.clock.latest();
            match shared.budget.take(purse.share, purse.requests, time_ms) {
                Ok(()) => self.is_taken = true,
                Err(Lack::Wait(wait_ms)) => self.wait_ms = Some(wait_ms),
                Err(Lack::Lease) => self.wait_ms = Some(1000),
            }
        }
        let wait_ms = self.wait_ms;
        Step::Done(match &self.goal {
            Goal::Take { store_key, .. } => {
                shared.unconfirmed.remove(store_key);
                Done::Claimed { wait_ms }
            }
            Goal::Look { wait_ms, .. } => Done::NotFound { wait_ms: *wait_ms },
            Goal::Lease => Done::Leased { wait_ms },
            Goal::Settle { store_key, .. } => {
                shared.outcomes.remove(store_key);
                shared.unconfirmed.remove(store_key);
                Done::Settled
            }
            Goal::Report { .. } => Done::Settled,
        })
    }

    fn over_limit(&mut self, shared: &mut Shared, wait_ms: u64) -> Step {
        self.give_back(shared);
        Step::Done(Done::OverLimit { wait_ms })
    }

    /// Takes a failure that the reply itself shows.
    fn failed_by(&mut self, shared: &mut Shared, trouble: Trouble, now_ms: u64) -> Step {
        shared.note_trouble(trouble, now_ms);
        self.failed(shared, trouble, now_ms)
    }

    /// Takes a failure: nobody knows whether the swap was done.
    pub(super) fn failed(&mut self, shared: &mut Shared, trouble: Trouble, now_ms: u64) -> Step {
        self.drop_proposal(shared);
        match &self.goal {
            Goal::Settle { .. } if trouble != Trouble::Contended => {
                shared.counts.give_back(self.limits.drain(..));
                if now_ms.saturating_sub(self.began_ms) >= SETTLING_MS {
                    return Step::Done(Done::Failed { trouble });
                }
                let ms = PAUSE_MS << self.failures.min(DOUBLINGS_MAX);
                self.failures += 1;
                Step::Wait { ms }
            }
            // What is read goes on with what the process has.
            Goal::Lease => {
                self.limits.clear();
                self.end(shared)
            }
            _ => {
                if let Goal::Take { store_key, text, .. } = &self.goal {
                    shared.unconfirmed.put(store_key, text);
                }
                shared.counts.give_back(self.limits.drain(..));
                self.give_back(shared);
                Step::Done(Done::Failed { trouble })
            }
        }
    }

    pub(super) fn drop_proposal(&mut self, shared: &mut Shared) {
        if let Some(proposal) = self.proposal.take() {
            let time_ms = shared.clock.latest();
            shared.end_proposing();
            // Of an unknown outcome nothing is read.
            let _ = shared.budget.settled(proposal, budget::Outcome::Unknown, time_ms);
        }
    }

    fn give_back(&mut self, shared: &mut Shared) {
        if let Some(purse) = self.purse.filter(|_| self.is_taken) {
            shared.budget.give_back(purse.share, purse.requests);
            self.is_taken = false;
        }
    }
}
