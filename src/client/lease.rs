//! What one call holds while others wait for it: the refresh of the token, and the customers it
//! writes to. For [`crate::client::call`].
//!
//! Every lease ends by time, because a call can vanish without giving it back: an edge runtime ends
//! with its request, and a page that is frozen runs no timer.

/// The refresh of the token. It stands among the customers' Ids, which are above 0.
pub(crate) const REFRESH: i32 = 0;

/// Which lease holds what, and until when.
pub(crate) struct Leases {
    /// The longest time that a lease lasts.
    max_ms: u64,
    entries: Vec<Entry>,
    /// The number of the newest lease.
    last: u32,
}

struct Entry {
    lease: u32,
    /// A customer's Id, or [`REFRESH`].
    id: i32,
    until_ms: u64,
}

/// Another call's lease on something that was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// Its number.
    pub(crate) lease: u32,
    /// Milliseconds to its end.
    pub(crate) ms: u64,
}

impl Leases {
    pub(crate) fn new(max_ms: u64) -> Self {
        Self { max_ms, entries: Vec::new(), last: 0 }
    }

    /// Each lease that may be held: its number, what it is for, and until when.
    #[cfg(feature = "gateway")]
    pub(crate) fn held(&self) -> Vec<(u32, i32, u64)> {
        self.entries.iter().map(|entry| (entry.lease, entry.id, entry.until_ms)).collect()
    }

    /// The number of the last lease.
    #[cfg(feature = "gateway")]
    pub(crate) fn last(&self) -> u32 {
        self.last
    }

    /// Holds the leases of calls that have vanished. `last` is the number of the last lease.
    #[cfg(feature = "gateway")]
    pub(crate) fn hold(&mut self, last: u32, held: impl Iterator<Item = (u32, i32, u64)>) {
        self.last = last;
        self.entries.extend(held.map(|(lease, id, until_ms)| Entry { lease, id, until_ms }));
    }

    /// Acquires a lease on all of `ids` until it is released, for `max_ms` at most. If another
    /// lease holds one of them, acquires nothing and returns that lease.
    pub(crate) fn acquire(&mut self, ids: &[i32], now_ms: u64) -> Result<u32, Held> {
        let until_ms = now_ms.saturating_add(self.max_ms);
        self.entries.retain_mut(|entry| {
            // If the clock was set back, no lease lasts longer than a new one would.
            entry.until_ms = entry.until_ms.min(until_ms);
            entry.until_ms > now_ms
        });
        if let Some(entry) = self.entries.iter().find(|entry| ids.contains(&entry.id)) {
            return Err(Held { lease: entry.lease, ms: entry.until_ms - now_ms });
        }
        self.last = self.last.wrapping_add(1);
        let lease = self.last;
        self.entries.extend(ids.iter().map(|id| Entry { lease, id: *id, until_ms }));
        Ok(lease)
    }

    /// Lets a lease end in `ms`, if it has not ended yet.
    pub(crate) fn renew(&mut self, lease: u32, ms: u64, now_ms: u64) {
        for entry in self.entries.iter_mut().filter(|entry| entry.lease == lease) {
            entry.until_ms = now_ms.saturating_add(ms);
        }
    }

    /// Ends a lease. Returns false if it had ended before, after which another lease may hold the
    /// same.
    pub(crate) fn release(&mut self, lease: u32) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.lease != lease);
        self.entries.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lease_holds_until_it_is_released() {
        let mut leases = Leases::new(1000);
        let one = leases.acquire(&[7, 8], 0).unwrap();
        let two = leases.acquire(&[9, REFRESH], 0).unwrap();
        for (ids, holder) in
            [(&[7][..], one), (&[8], one), (&[9], two), (&[REFRESH], two), (&[1, 9], two)]
        {
            assert_eq!(leases.acquire(ids, 400), Err(Held { lease: holder, ms: 600 }), "{ids:?}");
        }
        // The lease on 1 and 9 that was refused did not leave 1 held.
        let three = leases.acquire(&[1], 400).unwrap();
        assert!(leases.release(one));
        assert!(leases.acquire(&[7, 8], 400).is_ok());
        assert!(leases.acquire(&[9], 400).is_err());
        assert!(leases.release(three));
        assert!(!leases.release(three));
        // A lease on nothing stands in nobody's way.
        assert!(leases.acquire(&[], 400).is_ok());
        assert!(leases.acquire(&[], 400).is_ok());
    }

    #[test]
    fn lease_of_a_call_that_vanished_ends_by_time() {
        let mut leases = Leases::new(1000);
        let gone = leases.acquire(&[7], 0).unwrap();
        assert_eq!(leases.acquire(&[7], 999), Err(Held { lease: gone, ms: 1 }));
        let next = leases.acquire(&[7], 1000).unwrap();
        // If the call comes back after all, it does not end the other's lease.
        assert!(!leases.release(gone));
        leases.renew(gone, 5000, 1000);
        assert_eq!(leases.acquire(&[7], 1000), Err(Held { lease: next, ms: 1000 }));
    }

    #[test]
    fn lease_can_be_shortened_and_prolonged() {
        let mut leases = Leases::new(1000);
        let lease = leases.acquire(&[7], 0).unwrap();
        leases.renew(lease, 100, 0);
        assert_eq!(leases.acquire(&[7], 50), Err(Held { lease, ms: 50 }));
        leases.renew(lease, 100, 50);
        assert_eq!(leases.acquire(&[7], 100), Err(Held { lease, ms: 50 }));
        assert!(leases.acquire(&[7], 150).is_ok());
    }

    #[test]
    fn lease_is_not_prolonged_by_a_clock_set_back() {
        let mut leases = Leases::new(1000);
        let lease = leases.acquire(&[7], 3_600_000).unwrap();
        assert_eq!(leases.acquire(&[7], 0), Err(Held { lease, ms: 1000 }));
        assert!(leases.acquire(&[7], 1000).is_ok());
    }
}
