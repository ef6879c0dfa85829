//! The limits of addresses in the shared state: what a create must leave room for, and what is only
//! counted, a moment later.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::swap::Entry;
use super::{VERSION, is_ours};
use crate::gateway::limits::rate::MINUTE_MS;

/// The most limits that wait to be counted, and the most whose text is remembered.
const KEPT_MAX: usize = 1000;
/// How much longer than it counts the text of a limit is kept, in seconds.
const MORE_SECONDS: u64 = 2;

/// The text of a limit.
#[derive(Serialize, Deserialize)]
struct Text {
    v: u32,
    /// When the limit is full again.
    at: u64,
}

/// What the shared state has for a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// When the limit is full again, by the shared state's clock. None: it is full.
    pub(super) full_at_ms: Option<u64>,
}

impl Known {
    /// Reads a text. The error is a text of another version.
    pub(super) fn read(text: Option<&str>) -> Result<Self, ()> {
        let Some(text) = text else { return Ok(Self::default()) };
        let read = serde_json::from_str::<Text>(text).ok().filter(|_| is_ours(text));
        read.map(|text| Self { full_at_ms: Some(text.at) }).ok_or(())
    }

    fn text(self) -> Option<String> {
        let at = self.full_at_ms?;
        serde_json::to_string(&Text { v: VERSION, at }).ok()
    }
}

/// What a request takes of a limit.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    pub(super) key: String,
    /// The name that the process' own limit has: see `limits::rate`.
    pub(super) name: Vec<u8>,
    /// How long it takes until that has come back.
    pub(super) ms: u64,
    /// True if the request is refused where there is no room.
    pub(super) is_binding: bool,
    /// What the last entry puts.
    pub(super) proposed: Known,
}

impl Limit {
    /// The entry that takes it, by what was seen last; or how long to wait until there is room.
    pub(super) fn next(&mut self, counts: &Counts, time_ms: u64) -> Result<Entry, u64> {
        let known = counts.known(&self.key, time_ms);
        let from = known.full_at_ms.unwrap_or(time_ms);
        let full_at_ms = from.clamp(time_ms, time_ms.saturating_add(MINUTE_MS)) + self.ms;
        let wait_ms = full_at_ms.saturating_sub(time_ms.saturating_add(MINUTE_MS));
        if self.is_binding && wait_ms > 0 {
            return Err(wait_ms);
        }
        self.proposed = Known { full_at_ms: Some(full_at_ms) };
        let seconds = (full_at_ms - time_ms).div_ceil(1000) + MORE_SECONDS;
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        Ok(Entry::replace(self.key.clone(), known.text(), self.proposed.text(), seconds))
    }
}

/// What was seen of the limits, and what is still to be counted there.
#[derive(Default)]
pub(super) struct Counts {
    seen: BTreeMap<String, Known>,
    due: BTreeMap<String, Limit>,
    /// Since when something is due, by this process' clock.
    due_since_ms: Option<u64>,
}

impl Counts {
    fn known(&self, key: &str, time_ms: u64) -> Known {
        // A text whose time is over is no more there.
        let seen = self.seen.get(key).copied().unwrap_or_default();
        let is_there = seen.full_at_ms.is_some_and(|at| at + MORE_SECONDS * 1000 > time_ms);
        if is_there { seen } else { Known::default() }
    }

    /// Notes what the shared state has.
    pub(super) fn see(&mut self, key: &str, known: Known, time_ms: u64) {
        if self.seen.len() >= KEPT_MAX {
            self.seen.retain(|_, known| known.full_at_ms.is_some_and(|at| at > time_ms));
            if self.seen.len() >= KEPT_MAX {
                self.seen.clear();
            }
        }
        self.seen.insert(key.to_owned(), known);
    }

    /// Has something counted later.
    pub(super) fn add(&mut self, limit: Limit, now_ms: u64) {
        self.due_since_ms.get_or_insert(now_ms);
        if let Some(due) = self.due.get_mut(&limit.key) {
            due.ms = due.ms.saturating_add(limit.ms);
        } else if self.due.len() < KEPT_MAX {
            self.due.insert(limit.key.clone(), limit);
        }
    }

    /// Takes what was not counted back; what binds was for one request only.
    pub(super) fn give_back(&mut self, limits: impl Iterator<Item = Limit>) {
        for limit in limits.filter(|limit| !limit.is_binding) {
            let since = self.due_since_ms.unwrap_or_default();
            self.add(limit, since);
        }
    }

    /// Takes so many limits that are due.
    pub(super) fn take_due(&mut self, most: usize) -> Vec<Limit> {
        let keys: Vec<_> = self.due.keys().take(most).cloned().collect();
        let due: Vec<_> = keys.iter().filter_map(|key| self.due.remove(key)).collect();
        if self.due.is_empty() {
            self.due_since_ms = None;
        }
        due
    }

    /// How long something has been due.
    pub(super) fn due_ms(&self, now_ms: u64) -> Option<u64> {
        Some(now_ms.saturating_sub(self.due_since_ms?))
    }
}
