//! The gateway's cache of the restaurants' Setups.
//!
//! A copy is fresh for a while. After that it is still used, while one request fetches a new one
//! (RFC 5861, stale-while-revalidate). So the account pays one request for each period, however
//! many visitors there are.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::client::error::ApiError;
use crate::json::Object;

/// How long nobody asks again after a failure. Each failure that follows doubles the time, so many
/// times at most.
const AFTER_FAILURE_MS: u64 = 15_000;
const DOUBLINGS_MAX: u32 = 3;

/// The cache's entry for one microsite.
#[derive(Default)]
struct Entry {
    /// The newest Setup, and when it was fetched, in milliseconds since 1970.
    setup: Option<(Rc<Object>, u64)>,
    /// The last failure since then, and when it happened.
    failed: Option<(ApiError, u64)>,
    /// Failures since the last success.
    failures: u32,
}

/// The cache.
pub struct Setups {
    fresh_ms: u64,
    stale_ms: u64,
    entries: BTreeMap<String, Entry>,
}

/// What the cache holds for a microsite, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub enum Cached {
    /// A copy to use.
    Fresh(Rc<Object>),
    /// A copy to use, while a new one is fetched.
    Stale(Rc<Object>),
    /// Nothing: wait until a copy has been fetched.
    Missing,
    /// Nothing, and fetching has failed a short time ago.
    Failed(ApiError),
}

impl Setups {
    /// A cache whose copies are fresh for `fresh_ms` and used for `stale_ms` more at most.
    pub fn new(fresh_ms: u64, stale_ms: u64) -> Self {
        Self { fresh_ms, stale_ms, entries: BTreeMap::new() }
    }

    /// The copy of a microsite's Setup, fresh or stale. Returns `None` if there is none to use.
    pub fn copy(&self, microsite: &str, now_ms: u64) -> Option<Rc<Object>> {
        match self.get(microsite, now_ms) {
            Cached::Fresh(setup) | Cached::Stale(setup) => Some(setup),
            Cached::Missing | Cached::Failed(_) => None,
        }
    }

    /// What the cache holds for a microsite.
    pub fn get(&self, microsite: &str, now_ms: u64) -> Cached {
        let Some(entry) = self.entries.get(microsite) else {
            return Cached::Missing;
        };
        // A time later than now comes from a clock that was set back since: the copy may be of any
        // age.
        let age = |at: u64| now_ms.checked_sub(at).unwrap_or(u64::MAX);
        let doublings = entry.failures.saturating_sub(1).min(DOUBLINGS_MAX);
        let failed =
            entry.failed.as_ref().filter(|(_, at)| age(*at) < AFTER_FAILURE_MS << doublings);
        let usable_ms = self.fresh_ms.saturating_add(self.stale_ms);
        match (&entry.setup, failed) {
            (Some((setup, at)), _) if age(*at) < self.fresh_ms => Cached::Fresh(Rc::clone(setup)),
            (Some((setup, at)), Some(_)) if age(*at) < usable_ms => Cached::Fresh(Rc::clone(setup)),
            (Some((setup, at)), None) if age(*at) < usable_ms => Cached::Stale(Rc::clone(setup)),
            (_, Some((error, _))) => Cached::Failed(error.clone()),
            (_, None) => Cached::Missing,
        }
    }

    /// Each microsite of which there is a copy, with the copy's age in milliseconds: 0 if the clock
    /// was set back since.
    pub fn ages(&self, now_ms: u64) -> impl Iterator<Item = (&str, u64)> {
        self.entries.iter().filter_map(move |(microsite, entry)| {
            let (_, at_ms) = entry.setup.as_ref()?;
            Some((microsite.as_str(), now_ms.saturating_sub(*at_ms)))
        })
    }

    /// The newest Setup that there is, however old, and when it was fetched.
    pub(in crate::gateway) fn fetched(&self, microsite: &str) -> Option<(Rc<Object>, u64)> {
        self.entries.get(microsite)?.setup.clone()
    }

    /// Takes a Setup that another process has fetched at `at_ms`, unless there is a newer one.
    pub(in crate::gateway) fn take(&mut self, microsite: &str, setup: Object, at_ms: u64) {
        if self.fetched(microsite).is_none_or(|(_, own)| own < at_ms) {
            self.put(microsite, Ok(setup), at_ms);
        }
    }

    /// Stores the result of a fetch. A failure keeps the old copy, which grows older.
    pub fn put(&mut self, microsite: &str, result: Result<Object, ApiError>, now_ms: u64) {
        let entry = self.entries.entry(microsite.to_owned()).or_default();
        match result {
            Ok(setup) => {
                *entry = Entry { setup: Some((Rc::new(setup), now_ms)), ..Entry::default() }
            }
            Err(error) => {
                entry.failed = Some((error, now_ms));
                entry.failures = entry.failures.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::error::{ErrorKind, Outcome};

    #[test]
    fn setup_is_fresh_then_stale_then_missing() {
        let mut setups = Setups::new(100, 1_000_000);
        let one = Rc::new(Object::new().with("Name", "one"));
        let error = ErrorKind::Network.with(Outcome::NotSent);
        let fail = || Err(ErrorKind::Network.with(Outcome::NotSent));
        assert_eq!(setups.get("oak", 0), Cached::Missing);
        setups.put("oak", Ok((*one).clone()), 1000);
        for (now_ms, expected) in [
            (1000, Cached::Fresh(one.clone())),
            (1099, Cached::Fresh(one.clone())),
            (1100, Cached::Stale(one.clone())),
            (1_001_099, Cached::Stale(one.clone())),
            (1_001_100, Cached::Missing),
            // The clock was set back.
            (999, Cached::Missing),
        ] {
            assert_eq!(setups.get("oak", now_ms), expected, "{now_ms}");
        }
        assert_eq!(setups.get("pier", 1000), Cached::Missing, "each microsite has its own");

        // After a failed refresh the old copy is used on, and nobody asks again for a while.
        setups.put("oak", fail(), 2000);
        assert_eq!(setups.get("oak", 2001), Cached::Fresh(one.clone()));
        assert_eq!(setups.get("oak", 2000 + AFTER_FAILURE_MS), Cached::Stale(one.clone()));
        setups.put("oak", fail(), 1_001_099);
        assert_eq!(setups.get("oak", 1_001_100), Cached::Failed(error.clone()), "not for ever");
        // Twice as long after the second failure in a row, and eight times as long at most.
        assert_eq!(
            setups.get("oak", 1_001_099 + 2 * AFTER_FAILURE_MS - 1),
            Cached::Failed(error.clone())
        );
        assert_eq!(setups.get("oak", 1_001_099 + 2 * AFTER_FAILURE_MS), Cached::Missing);
        for _ in 0..40 {
            setups.put("oak", fail(), 1_500_000);
        }
        assert_eq!(
            setups.get("oak", 1_500_000 + 8 * AFTER_FAILURE_MS - 1),
            Cached::Failed(error.clone())
        );
        assert_eq!(setups.get("oak", 1_500_000 + 8 * AFTER_FAILURE_MS), Cached::Missing);

        assert_eq!(setups.ages(2_000_000).collect::<Vec<_>>(), [("oak", 1_999_000)]);
        assert_eq!(setups.ages(0).collect::<Vec<_>>(), [("oak", 0)], "the clock was set back");

        let two = Object::new().with("Name", "two");
        setups.put("oak", Ok(two.clone()), 2_002_000);
        assert_eq!(setups.get("oak", 2_002_001), Cached::Fresh(Rc::new(two)));
    }
}
