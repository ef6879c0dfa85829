//! The gateway's own copies of the Setups: fresh for a while, then used on while one request asks for a new one
//! (RFC 5861, stale-while-revalidate), so that no number of visitors costs the account more than one request each time.

use crate::client::error::ApiError;
use crate::json::Object;

/// How long after a failure nobody asks again; twice as long after each that follows, up to so many times.
const AFTER_FAILURE_MS: u64 = 15_000;
const DOUBLINGS_MAX: u32 = 3;

/// What is known of one microsite's Setup.
#[derive(Default)]
struct Copy {
    setup: Option<(Object, u64)>,
    failed: Option<(ApiError, u64)>,
    /// Failures since the last success.
    failures: u32,
}

/// The copies.
pub struct Setups {
    fresh_ms: u64,
    stale_ms: u64,
    copies: Vec<(String, Copy)>,
}

/// What there is of a Setup, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub enum Look<'a> {
    /// Use it.
    Fresh(&'a Object),
    /// Use it, and have a new one fetched meanwhile.
    Stale(&'a Object),
    /// Wait for it to be fetched.
    Missing,
    /// It could not be fetched, just now.
    Failed(&'a ApiError),
}

impl Setups {
    /// Copies that are fresh for `fresh_ms`, and are used for at most `stale_ms` more.
    pub fn new(fresh_ms: u64, stale_ms: u64) -> Self {
        Self { fresh_ms, stale_ms, copies: Vec::new() }
    }

    /// What there is of a microsite's Setup.
    pub fn look(&self, microsite: &str, now_ms: u64) -> Look<'_> {
        let Some((_, copy)) = self.copies.iter().find(|(name, _)| name == microsite) else {
            return Look::Missing;
        };
        // A time that lies ahead is of a clock that was set back: what it says is not known to be recent.
        let age = |at: u64| now_ms.checked_sub(at).unwrap_or(u64::MAX);
        let doublings = copy.failures.saturating_sub(1).min(DOUBLINGS_MAX);
        let failed =
            copy.failed.as_ref().filter(|(_, at)| age(*at) < AFTER_FAILURE_MS << doublings);
        let usable_ms = self.fresh_ms.saturating_add(self.stale_ms);
        match (&copy.setup, failed) {
            (Some((setup, at)), _) if age(*at) < self.fresh_ms => Look::Fresh(setup),
            (Some((setup, at)), Some(_)) if age(*at) < usable_ms => Look::Fresh(setup),
            (Some((setup, at)), None) if age(*at) < usable_ms => Look::Stale(setup),
            (_, Some((error, _))) => Look::Failed(error),
            (_, None) => Look::Missing,
        }
    }

    /// Takes what came of a fetch. A failure leaves the old copy as old as it is.
    pub fn take(&mut self, microsite: &str, result: Result<Object, ApiError>, now_ms: u64) {
        let place = match self.copies.iter_mut().find(|(name, _)| name == microsite) {
            Some((_, copy)) => copy,
            None => {
                self.copies.push((microsite.to_owned(), Copy::default()));
                let Some((_, copy)) = self.copies.last_mut() else { return };
                copy
            }
        };
        match result {
            Ok(setup) => *place = Copy { setup: Some((setup, now_ms)), ..Copy::default() },
            Err(error) => {
                place.failed = Some((error, now_ms));
                place.failures = place.failures.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::error::{ErrorKind, Outcome};

    #[test]
    fn it_is_fresh_then_stale_then_gone() {
        let mut setups = Setups::new(100, 1_000_000);
        let one = Object::new().with("Name", "one");
        let error = ErrorKind::Network.with(Outcome::NotSent);
        let fail = || Err(ErrorKind::Network.with(Outcome::NotSent));
        assert_eq!(setups.look("oak", 0), Look::Missing);
        setups.take("oak", Ok(one.clone()), 1000);
        for (now_ms, expected) in [
            (1000, Look::Fresh(&one)),
            (1099, Look::Fresh(&one)),
            (1100, Look::Stale(&one)),
            (1_001_099, Look::Stale(&one)),
            (1_001_100, Look::Missing),
            // The clock was set back.
            (999, Look::Missing),
        ] {
            assert_eq!(setups.look("oak", now_ms), expected, "{now_ms}");
        }
        assert_eq!(setups.look("pier", 1000), Look::Missing, "each has its own");

        // A failed refresh: the old one serves on, and nobody asks again for a while.
        setups.take("oak", fail(), 2000);
        assert_eq!(setups.look("oak", 2001), Look::Fresh(&one));
        assert_eq!(setups.look("oak", 2000 + AFTER_FAILURE_MS), Look::Stale(&one));
        setups.take("oak", fail(), 1_001_099);
        assert_eq!(setups.look("oak", 1_001_100), Look::Failed(&error), "not for ever");
        // Twice as long for the second in a row, and no longer than eight times.
        assert_eq!(setups.look("oak", 1_001_099 + 2 * AFTER_FAILURE_MS - 1), Look::Failed(&error));
        assert_eq!(setups.look("oak", 1_001_099 + 2 * AFTER_FAILURE_MS), Look::Missing);
        for _ in 0..40 {
            setups.take("oak", fail(), 1_500_000);
        }
        assert_eq!(setups.look("oak", 1_500_000 + 8 * AFTER_FAILURE_MS - 1), Look::Failed(&error));
        assert_eq!(setups.look("oak", 1_500_000 + 8 * AFTER_FAILURE_MS), Look::Missing);

        let two = Object::new().with("Name", "two");
        setups.take("oak", Ok(two.clone()), 2_002_000);
        assert_eq!(setups.look("oak", 2_002_001), Look::Fresh(&two));
    }
}
