//! The account's rate limit: a sliding window that all calls of a session share, first come, first
//! served. For [`crate::client::call`] and the gateway.

use crate::client::retry::RETRY_AFTER_MAX_MS;

/// Requests a minute that the API takes from one account (observed).
pub const REQUESTS_PER_MINUTE: u32 = 200;

/// A minute and one second more, because requests do not arrive as evenly as they were sent.
pub(crate) const WINDOW_MS: u64 = 61_000;

/// When requests were sent, and which calls wait to send one.
pub(crate) struct Limiter {
    per_window: usize,
    /// The times of the requests in the window, the oldest first.
    sent: Vec<u64>,
    /// The tickets of the calls that wait, each with the time when it ends: a call that waits can
    /// vanish, see [`crate::client::lease`].
    queue: Vec<(u32, u64)>,
    /// The longest time that a ticket lasts.
    ticket_ms: u64,
    /// The number of the newest ticket.
    last_ticket: u32,
    /// The API asked for no requests until then.
    paused_until_ms: u64,
}

impl Limiter {
    pub(crate) fn new(per_minute: u32, ticket_ms: u64) -> Self {
        let (sent, queue) = (Vec::new(), Vec::new());
        let per_window = per_minute as usize;
        Self { per_window, sent, queue, ticket_ms, last_ticket: 0, paused_until_ms: 0 }
    }

    /// When the requests in the window were sent.
    #[cfg(feature = "gateway")]
    pub(crate) fn sent(&self) -> &[u64] {
        &self.sent
    }

    /// Until when nothing is sent.
    #[cfg(feature = "gateway")]
    pub(crate) fn paused_until_ms(&self) -> u64 {
        self.paused_until_ms
    }

    /// Counts requests that were sent before, the oldest first, and pauses.
    #[cfg(feature = "gateway")]
    pub(crate) fn take(&mut self, paused_until_ms: u64, sent: impl Iterator<Item = u64>) {
        self.paused_until_ms = paused_until_ms;
        self.sent.extend(sent);
    }

    /// Lets one request go and counts it. If there is no room, returns how many milliseconds to
    /// wait before asking again, and keeps a place in the queue under `ticket`.
    pub(crate) fn acquire(&mut self, ticket: &mut Option<u32>, now_ms: u64) -> Result<(), u64> {
        self.sent.retain_mut(|at| {
            // If the clock was set back, a request in the future counts as sent now.
            *at = (*at).min(now_ms);
            *at + WINDOW_MS > now_ms
        });
        let until_ms = now_ms.saturating_add(self.ticket_ms);
        self.queue.retain_mut(|(_, until)| {
            *until = (*until).min(until_ms);
            *until > now_ms
        });
        self.paused_until_ms = self.paused_until_ms.min(now_ms.saturating_add(RETRY_AFTER_MAX_MS));
        let free = self.per_window.saturating_sub(self.sent.len());
        let index = self.queue.iter().position(|(waiting, _)| Some(*waiting) == *ticket);
        let ahead = index.unwrap_or(self.queue.len());
        if ahead < free && self.paused_until_ms <= now_ms {
            self.leave(ticket);
            self.sent.push(now_ms);
            return Ok(());
        }
        if ticket.is_none() {
            self.last_ticket = self.last_ticket.wrapping_add(1);
            self.queue.push((self.last_ticket, until_ms));
            *ticket = Some(self.last_ticket);
        }
        // Each request that leaves the window makes room for one. A call that is further back in
        // the queue than the window is long asks again when all have left.
        let leaves =
            ahead.checked_sub(free).map(|ahead| ahead.min(self.sent.len().saturating_sub(1)));
        let room_at =
            leaves.and_then(|index| self.sent.get(index)).map_or(now_ms, |at| at + WINDOW_MS);
        Err(room_at.max(self.paused_until_ms).saturating_sub(now_ms).max(1))
    }

    /// Gives up the place in the queue.
    pub(crate) fn leave(&mut self, ticket: &mut Option<u32>) {
        if let Some(left) = ticket.take() {
            self.queue.retain(|(waiting, _)| *waiting != left);
        }
    }

    /// Lets no request go for `ms`, because the API asked for it.
    pub(crate) fn pause(&mut self, ms: u64, now_ms: u64) {
        self.paused_until_ms = self.paused_until_ms.max(now_ms.saturating_add(ms));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET_MS: u64 = 90_000;

    #[test]
    fn limiter_has_a_sliding_window() {
        let mut limiter = Limiter::new(2, TICKET_MS);
        let mut acquire = |now_ms| limiter.acquire(&mut None, now_ms);
        assert_eq!(acquire(0), Ok(()));
        assert_eq!(acquire(1000), Ok(()));
        assert_eq!(acquire(1000), Err(WINDOW_MS - 1000));
    }

    #[test]
    fn limiter_serves_the_queue_in_turn() {
        let mut limiter = Limiter::new(2, TICKET_MS);
        let (mut first, mut second, mut third) = (None, None, None);
        assert_eq!(limiter.acquire(&mut None, 0), Ok(()));
        assert_eq!(limiter.acquire(&mut None, 10), Ok(()));
        assert_eq!(limiter.acquire(&mut first, 20), Err(WINDOW_MS - 20));
        assert_eq!(limiter.acquire(&mut second, 20), Err(WINDOW_MS - 10));
        assert_eq!(limiter.acquire(&mut third, 20), Err(WINDOW_MS - 10));
        // One request may go: the first in the queue sends it, whichever call asks before.
        assert_eq!(limiter.acquire(&mut second, WINDOW_MS), Err(10));
        assert_eq!(limiter.acquire(&mut None, WINDOW_MS), Err(10));
        assert_eq!(limiter.acquire(&mut first, WINDOW_MS), Ok(()));
        // A call that leaves the queue makes room.
        limiter.leave(&mut second);
        assert_eq!(limiter.acquire(&mut third, WINDOW_MS + 10), Ok(()));
    }

    #[test]
    fn limiter_drops_the_ticket_of_a_call_that_vanished() {
        let mut limiter = Limiter::new(1, TICKET_MS);
        let (mut gone, mut next) = (None, None);
        assert_eq!(limiter.acquire(&mut None, 0), Ok(()));
        assert_eq!(limiter.acquire(&mut gone, 0), Err(WINDOW_MS));
        assert_eq!(limiter.acquire(&mut next, 10), Err(WINDOW_MS - 10));
        assert_eq!(limiter.acquire(&mut next, TICKET_MS - 1), Err(1));
        assert_eq!(limiter.acquire(&mut next, TICKET_MS), Ok(()));
    }

    #[test]
    fn limiter_lets_nothing_go_while_it_is_paused() {
        let mut limiter = Limiter::new(2, TICKET_MS);
        limiter.pause(5000, 1000);
        let mut ticket = None;
        assert_eq!(limiter.acquire(&mut ticket, 1000), Err(5000));
        assert_eq!(limiter.acquire(&mut ticket, 6000), Ok(()));
    }

    #[test]
    fn limiter_delays_by_one_window_at_most_if_the_clock_is_set_back() {
        let mut limiter = Limiter::new(1, TICKET_MS);
        assert_eq!(limiter.acquire(&mut None, 3_600_000), Ok(()));
        assert_eq!(limiter.acquire(&mut None, 0), Err(WINDOW_MS));
    }
}
