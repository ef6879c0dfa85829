//! The shared state's time, as this process estimates it.

/// A difference that the way of a message does not explain, in milliseconds.
const JUMP_MS: i64 = 1000;

/// How far the shared state's clock is ahead of this process'.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// Not known before the first answer.
    offset_ms: Option<i64>,
    /// The latest time that was told. Time does not run backwards where this process' clock is set
    /// back.
    latest_ms: u64,
}

impl Clock {
    /// Takes what the shared state's clock said about a swap that was sent at `sent_ms`. It said so
    /// later than that, so that the estimate is never too early: a slice ends here no later than
    /// for the others. What was known before stays if the way of the message explains the answer,
    /// so that a slow answer does not make time run faster. Returns by how much the clock is more
    /// ahead than was known; 0 for a little.
    pub(super) fn note(&mut self, engine_ms: f64, sent_ms: u64, now_ms: u64) -> i64 {
        let before_ms = self.offset_ms.unwrap_or_default();
        let least_ms = (engine_ms - now_ms as f64) as i64;
        let most_ms = (engine_ms - sent_ms as f64) as i64;
        let known = self.offset_ms.filter(|known| (least_ms..=most_ms).contains(known));
        let offset_ms = known.unwrap_or(most_ms);
        self.offset_ms = Some(offset_ms);
        let time_ms = self.shared(now_ms);
        if self.latest_ms > time_ms.saturating_add(JUMP_MS as u64) {
            // Another server's clock, or the same that was set back.
            self.latest_ms = time_ms;
        }
        let ahead_ms = offset_ms.saturating_sub(before_ms);
        if ahead_ms > JUMP_MS { ahead_ms } else { 0 }
    }

    /// The shared state's time now.
    pub(super) fn now(&mut self, local_ms: u64) -> u64 {
        self.latest_ms = self.latest_ms.max(self.shared(local_ms));
        self.latest_ms
    }

    /// The latest time that was told.
    pub(super) fn latest(&self) -> u64 {
        self.latest_ms
    }

    /// The shared state's time at a time of this process.
    pub(super) fn shared(&self, local_ms: u64) -> u64 {
        local_ms.saturating_add_signed(self.offset_ms.unwrap_or_default())
    }

    /// The time of this process at a time of the shared state.
    pub(super) fn local(&self, shared_ms: u64) -> u64 {
        shared_ms.saturating_add_signed(self.offset_ms.unwrap_or_default().saturating_neg())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_follows_the_shared_state() {
        let mut clock = Clock::default();
        assert_eq!(clock.now(1000), 1000);
        assert_eq!(clock.note(61_000.5, 1000, 1005), 60_000);
        assert_eq!(clock.now(1010), 61_010);
        assert_eq!(clock.local(61_010), 1010);
        assert_eq!(clock.now(900), 61_010, "a clock that is set back stops time");
        assert_eq!(clock.note(61_020.0, 1010, 1020), 0, "the way of the message");
        assert_eq!(clock.note(65_020.0, 1020, 5030), 0, "a slow answer");
        assert_eq!(clock.shared(5030), 65_030, "changes nothing");
        assert_eq!(clock.note(500.0, 1000, 1000), 0);
        assert_eq!(clock.now(1000), 500, "another server's clock");
        assert_eq!(clock.shared(2000), 1500);
        assert_eq!(clock.local(1500), 2000);
    }
}
