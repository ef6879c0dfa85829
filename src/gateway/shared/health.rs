//! Whether the shared state answers, for the operations and for the operator.

use serde::Serialize;

use super::swap::Trouble;

/// How long nothing is asked after a failure; each that follows doubles it.
const PAUSE_MS: u64 = 250;
const DOUBLINGS_MAX: u32 = 3;

/// How it stands with the shared state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It answers.
    #[default]
    Well,
    /// It does not answer, and the process goes on with what it has.
    Failing,
    /// That lasts, and the process goes on with its own part of the budget.
    Alone,
}

/// What the operator is told of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// How it stands now.
    pub state: State,
    /// How long it was otherwise, in milliseconds.
    pub ms: u64,
    /// Why it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Trouble>,
}

/// What is known of the shared state's health. All times are this process'.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Health {
    pub(super) state: State,
    pub(super) since_ms: u64,
    failures: u32,
    pause_until_ms: u64,
    trouble: Option<Trouble>,
}

impl Health {
    /// True if the shared state may be asked now. One that has failed is not asked for a moment, so
    /// that not every request waits for it.
    pub(super) fn may_ask(&self, now_ms: u64) -> bool {
        let longest = PAUSE_MS << DOUBLINGS_MAX;
        now_ms >= self.pause_until_ms || self.pause_until_ms > now_ms.saturating_add(longest)
    }

    pub(super) fn answered(&mut self) {
        self.failures = 0;
        self.pause_until_ms = 0;
        self.trouble = None;
    }

    pub(super) fn failed(&mut self, trouble: Trouble, now_ms: u64) {
        self.pause_until_ms = now_ms + (PAUSE_MS << self.failures.min(DOUBLINGS_MAX));
        self.failures = self.failures.saturating_add(1);
        self.trouble = Some(trouble);
    }

    /// Notes how it stands. Returns the change to tell the operator, if there is one.
    pub(super) fn change(&mut self, is_alone: bool, now_ms: u64) -> Option<Change> {
        let state = match self.trouble {
            None => State::Well,
            Some(_) if is_alone => State::Alone,
            Some(_) => State::Failing,
        };
        if self.since_ms == 0 {
            self.since_ms = now_ms;
        }
        if state == self.state {
            return None;
        }
        let ms = now_ms.saturating_sub(self.since_ms);
        (self.state, self.since_ms) = (state, now_ms);
        Some(Change { state, ms, reason: self.trouble })
    }
}
