//! Time as a number: what happens next, and what each clock shows then.

use std::collections::BTreeMap;

/// The time at which every simulation begins: 2026-08-05T12:00:00Z.
pub const NOON: u64 = 1_785_931_200_000;
/// A minute in milliseconds.
pub const MINUTE: u64 = 60_000;

/// What is to happen, in the order of time. Events of the same time happen in the order in which
/// they were planned.
pub struct Agenda<E> {
    events: BTreeMap<(u64, u64), E>,
    planned: u64,
    /// The true time, in milliseconds since 1970. No program of the simulation sees it.
    pub now_ms: u64,
}

impl<E> Agenda<E> {
    /// An empty agenda that begins at [`NOON`].
    pub fn new() -> Self {
        Self { events: BTreeMap::new(), planned: 0, now_ms: NOON }
    }

    /// Plans an event for so many milliseconds from now.
    pub fn later(&mut self, ms: u64, event: E) {
        self.planned += 1;
        self.events.insert((self.now_ms + ms, self.planned), event);
    }

    /// Goes on to the next event.
    pub fn next(&mut self) -> Option<E> {
        let ((at_ms, _), event) = self.events.pop_first()?;
        self.now_ms = at_ms;
        Some(event)
    }
}

/// A clock that is wrong: it is ahead or behind by `offset_ms`, and gains `drift_ppm` microseconds
/// in each second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// How far ahead the clock is at [`NOON`], in milliseconds.
    pub offset_ms: i64,
    /// How much too fast it is, in millionths.
    pub drift_ppm: i64,
}

impl Clock {
    /// What it shows at the true time `now_ms`, in milliseconds since 1970.
    pub fn at(self, now_ms: u64) -> u64 {
        let gained = (now_ms - NOON) as i64 * self.drift_ppm / 1_000_000;
        now_ms.saturating_add_signed(self.offset_ms + gained)
    }
}
