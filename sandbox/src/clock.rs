//! For tests and seeded runs: a clock that can be replaced.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeZone, Utc};

/// Where the sandbox reads the time.
pub trait Clock: Send + Sync {
    /// The calendar time, which goes into records and tokens.
    fn now(&self) -> DateTime<Utc>;

    /// The time that never goes back, for the rate limit.
    fn elapsed(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug, Clone)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A calendar that stands still, so that two runs give equal answers. The rate limit counts real
/// seconds all the same: otherwise a seeded sandbox would refuse everything after its first 200
/// requests.
#[derive(Debug, Clone)]
pub struct SeededClock {
    now: DateTime<Utc>,
    start: Instant,
}

impl Default for SeededClock {
    /// Noon on 1 January 2030. It is in the future, because callers compare a token's expiry with
    /// their own clock, and would refresh before every request if it was in the past.
    fn default() -> Self {
        let now = Utc.with_ymd_and_hms(2030, 1, 1, 12, 0, 0).single().unwrap_or_default();
        Self { now, start: Instant::now() }
    }
}

impl Clock for SeededClock {
    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}
