//! For the server: how many requests an account may make in a minute.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// The length of the limit's window.
const WINDOW: Duration = Duration::from_secs(60);

/// Counts each account's requests over the last minute.
#[derive(Debug)]
pub(crate) struct RateLimit {
    per_minute: usize,
    seen: HashMap<String, VecDeque<Duration>>,
}

impl RateLimit {
    /// With 0 as `per_minute` there is no limit.
    pub(crate) fn new(per_minute: u32) -> Self {
        let per_minute = usize::try_from(per_minute).unwrap_or(usize::MAX);
        Self { per_minute, seen: HashMap::new() }
    }

    /// Whether `account` may make a request at `now`. A refused request is not counted.
    pub(crate) fn admit(&mut self, account: &str, now: Duration) -> bool {
        if self.per_minute == 0 {
            return true;
        }
        let seen = self.seen.entry(account.to_owned()).or_default();
        while seen.front().is_some_and(|&first| now.saturating_sub(first) >= WINDOW) {
            seen.pop_front();
        }
        let admitted = seen.len() < self.per_minute;
        if admitted {
            seen.push_back(now);
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_has_a_window_that_slides() {
        let mut limit = RateLimit::new(2);
        let at = Duration::from_secs;
        let verdicts = [(0, true), (30, true), (59, false), (60, true), (61, false), (90, true)];
        for (second, admitted) in verdicts {
            assert_eq!(limit.admit("a", at(second)), admitted, "at second {second}");
        }
    }

    #[test]
    fn limit_is_not_shared_by_accounts() {
        let mut limit = RateLimit::new(1);
        assert!(limit.admit("a", Duration::ZERO));
        assert!(limit.admit("b", Duration::ZERO));
        assert!(!limit.admit("a", Duration::ZERO));
    }

    #[test]
    fn limit_of_zero_is_none() {
        let mut limit = RateLimit::new(0);
        assert!((0..1000).all(|_| limit.admit("a", Duration::ZERO)));
    }
}
