//! For tests and seeded runs: time as something that is handed in.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeZone, Utc};

/// Where the sandbox reads the time.
pub trait Clock: Send + Sync {
    /// The calendar time, which records and tokens carry.
    fn now(&self) -> DateTime<Utc>;

    /// Time that only runs forward, by which the rate limit counts.
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

/// A calendar that stands still, so that two runs give equal answers. The rate limit still counts
/// real seconds; otherwise a seeded sandbox would fall silent after its first 200 requests.
#[derive(Debug, Clone)]
pub struct SeededClock {
    now: DateTime<Utc>,
    start: Instant,
}

impl Default for SeededClock {
    /// Noon on 1 January 2030. It lies ahead, because callers compare a token's expiry with their
    /// own clock and would refresh before every request if it lay in the past.
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
