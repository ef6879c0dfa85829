//! The account's budget of requests: a sliding window that all calls of a session share, first come, first served.

use crate::client::retry::RETRY_AFTER_MAX_MS;

/// Requests a minute that the API takes from one account (observed).
pub(crate) const REQUESTS_PER_MINUTE: u32 = 200;

/// A minute, and a second more, since requests do not arrive as evenly as they were sent.
pub(crate) const WINDOW_MS: u64 = 61_000;

/// When requests were sent, and who waits to send one.
pub(crate) struct Limiter {
    per_window: usize,
    /// Times of those in the window, the oldest first.
    sent: Vec<u64>,
    /// Tickets of those who wait, each with when it ends: who waits can vanish, see [`crate::client::lease`].
    queue: Vec<(u32, u64)>,
    /// The longest that anybody waits.
    ticket_ms: u64,
    tickets: u32,
    /// The API asked for silence until then.
    held_until_ms: u64,
}

impl Limiter {
    pub(crate) fn new(per_minute: u32, ticket_ms: u64) -> Self {
        let (sent, queue) = (Vec::new(), Vec::new());
        let per_window = per_minute as usize;
        Self { per_window, sent, queue, ticket_ms, tickets: 0, held_until_ms: 0 }
    }

    /// Lets one request go, which is then counted; or says how many milliseconds to wait before asking again, and
    /// keeps a place in the queue under `ticket`.
    pub(crate) fn admit(&mut self, ticket: &mut Option<u32>, now_ms: u64) -> Result<(), u64> {
        self.sent.retain_mut(|at| {
            // After a clock was set back, what it calls the future has been.
            *at = (*at).min(now_ms);
            *at + WINDOW_MS > now_ms
        });
        let until_ms = now_ms.saturating_add(self.ticket_ms);
        self.queue.retain_mut(|(_, until)| {
            *until = (*until).min(until_ms);
            *until > now_ms
        });
        self.held_until_ms = self.held_until_ms.min(now_ms.saturating_add(RETRY_AFTER_MAX_MS));
        let free = self.per_window.saturating_sub(self.sent.len());
        let place = self.queue.iter().position(|(waiting, _)| Some(*waiting) == *ticket);
        let before_us = place.unwrap_or(self.queue.len());
        if before_us < free && self.held_until_ms <= now_ms {
            self.leave(ticket);
            self.sent.push(now_ms);
            return Ok(());
        }
        if ticket.is_none() {
            self.tickets = self.tickets.wrapping_add(1);
            self.queue.push((self.tickets, until_ms));
            *ticket = Some(self.tickets);
        }
        // Each that leaves the window makes room for one; further back in the queue, ask again when all have left.
        let leaves =
            before_us.checked_sub(free).map(|ahead| ahead.min(self.sent.len().saturating_sub(1)));
        let room_at =
            leaves.and_then(|index| self.sent.get(index)).map_or(now_ms, |at| at + WINDOW_MS);
        Err(room_at.max(self.held_until_ms).saturating_sub(now_ms).max(1))
    }

    /// Gives up the place in the queue.
    pub(crate) fn leave(&mut self, ticket: &mut Option<u32>) {
        if let Some(left) = ticket.take() {
            self.queue.retain(|(waiting, _)| *waiting != left);
        }
    }

    /// Lets nothing go for so long: the API said that it has had enough.
    pub(crate) fn hold(&mut self, ms: u64, now_ms: u64) {
        self.held_until_ms = self.held_until_ms.max(now_ms.saturating_add(ms));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE_MS: u64 = 90_000;

    #[test]
    fn the_window_slides() {
        let mut limiter = Limiter::new(2, PLACE_MS);
        let mut admit = |now_ms| limiter.admit(&mut None, now_ms);
        assert_eq!(admit(0), Ok(()));
        assert_eq!(admit(1000), Ok(()));
        assert_eq!(admit(1000), Err(WINDOW_MS - 1000));
    }

    #[test]
    fn who_waits_goes_in_turn_and_nobody_jumps_the_queue() {
        let mut limiter = Limiter::new(2, PLACE_MS);
        let (mut first, mut second, mut third) = (None, None, None);
        assert_eq!(limiter.admit(&mut None, 0), Ok(()));
        assert_eq!(limiter.admit(&mut None, 10), Ok(()));
        assert_eq!(limiter.admit(&mut first, 20), Err(WINDOW_MS - 20));
        assert_eq!(limiter.admit(&mut second, 20), Err(WINDOW_MS - 10));
        assert_eq!(limiter.admit(&mut third, 20), Err(WINDOW_MS - 10));
        // One place is free: it is the first's, whoever asks before.
        assert_eq!(limiter.admit(&mut second, WINDOW_MS), Err(10));
        assert_eq!(limiter.admit(&mut None, WINDOW_MS), Err(10));
        assert_eq!(limiter.admit(&mut first, WINDOW_MS), Ok(()));
        // Who gives up makes room.
        limiter.leave(&mut second);
        assert_eq!(limiter.admit(&mut third, WINDOW_MS + 10), Ok(()));
    }

    #[test]
    fn who_vanishes_loses_the_place_in_the_queue() {
        let mut limiter = Limiter::new(1, PLACE_MS);
        let (mut gone, mut next) = (None, None);
        assert_eq!(limiter.admit(&mut None, 0), Ok(()));
        assert_eq!(limiter.admit(&mut gone, 0), Err(WINDOW_MS));
        assert_eq!(limiter.admit(&mut next, 10), Err(WINDOW_MS - 10));
        assert_eq!(limiter.admit(&mut next, PLACE_MS - 1), Err(1));
        assert_eq!(limiter.admit(&mut next, PLACE_MS), Ok(()));
    }

    #[test]
    fn silence_is_kept() {
        let mut limiter = Limiter::new(2, PLACE_MS);
        limiter.hold(5000, 1000);
        let mut ticket = None;
        assert_eq!(limiter.admit(&mut ticket, 1000), Err(5000));
        assert_eq!(limiter.admit(&mut ticket, 6000), Ok(()));
    }

    #[test]
    fn a_clock_set_back_delays_by_a_window_at_most() {
        let mut limiter = Limiter::new(1, PLACE_MS);
        assert_eq!(limiter.admit(&mut None, 3_600_000), Ok(()));
        assert_eq!(limiter.admit(&mut None, 0), Err(WINDOW_MS));
    }
}
